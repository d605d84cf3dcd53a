import { describe, expect, it } from 'vitest'
import { f1, measure } from './measure.ts'

/** The keys were written before the parser, by people who had not seen it; a third of the cases is hard. */
describe('notices: sentences and papers against their keys', () => {
  const { sentences, papers, failures } = measure()
  const told = failures.slice(0, 20).join('\n')

  it('terms, rhythms and targets of single sentences', () => {
    expect(f1(sentences), told).toBeGreaterThanOrEqual(0.97)
  })

  it('only duties are duties', () => {
    expect(sentences.mood / sentences.of, told).toBeGreaterThanOrEqual(0.97)
  })

  it('whole papers, pooled; hardly anything is read out of what is no duty', () => {
    const all = Object.values(papers)
    const sum = (k: 'hit' | 'missed' | 'extra' | 'trapped') => all.reduce((n, c) => n + c[k], 0)
    const pooled = { hit: sum('hit'), missed: sum('missed'), extra: sum('extra'), trapped: sum('trapped') }
    expect(all.length).toBeGreaterThanOrEqual(10)
    expect(f1(pooled), told).toBeGreaterThanOrEqual(0.9)
    expect(pooled.trapped, told).toBeLessThanOrEqual(2)
  })
})
