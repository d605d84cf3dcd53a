import { describe, expect, it } from 'vitest'
import { f1, lost, measure, pooled } from './measure.ts'

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

  it('papers with their tasks', () => {
    const all = pooled(papers.truth)
    expect(Object.keys(papers.truth).length).toBeGreaterThanOrEqual(10)
    expect(f1(all), told).toBeGreaterThanOrEqual(0.9)
    expect(all.trapped, told).toBeLessThanOrEqual(2)
  })

  it('papers that were read unseen before anything was mended for them', () => {
    const all = pooled(papers.whole)
    expect(Object.keys(papers.whole).length).toBeGreaterThanOrEqual(40)
    expect(f1(all), told).toBeGreaterThanOrEqual(0.95)
    expect(all.trapped, told).toBeLessThanOrEqual(4)
  })

  it('no line with a date, a share or a rhythm is in no list', () => {
    expect(lost()).toEqual([])
  })
})
