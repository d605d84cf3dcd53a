import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { type BindingKey, type BindingScore, scoreKeyed, scoreNotice, sumScores } from './score.ts'

const { indicators, vocabulary = {} } = definitions
const keysIn = (file: string): BindingKey[] =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, file), 'utf8'))

function scored(folder: string, keys: readonly BindingKey[]): BindingScore {
  const notices = [...new Set(keys.map((k) => k.notice))]
  return sumScores(notices.map((n) => scoreNotice(folder, n, keys, indicators, vocabulary)))
}

/** Right first four of five, among three nearly always, and hardly ever plainly wrong. */
function holds(s: BindingScore): void {
  const told = s.failures.map((f) => `${f.what} ${f.notice} ${f.text.slice(0, 80)}：${f.proposed.join('、')}`)
  expect(s.first / s.asked, told.join('\n')).toBeGreaterThanOrEqual(0.8)
  expect(s.three / s.asked, told.join('\n')).toBeGreaterThanOrEqual(0.95)
  expect(s.wrong / s.proposed, told.join('\n')).toBeLessThanOrEqual(0.05)
}

describe('the keys name indicators that there are', () => {
  it.each(['open.json', 'written.json'])('%s', (file) => {
    const names = new Set(indicators.map((i) => i.name))
    for (const k of keysIn(file))
      for (const name of [...(k.right ? [k.right] : []), ...k.also])
        expect(names.has(name), `${k.notice} ${k.task} ${name}`).toBe(true)
  })
})

const written = resolve(import.meta.dirname, '../notices/truth')
describe('each duty of invented notices gets the right figure', () => {
  const keys = keysIn('written.json')
  it('as they are read', () => holds(scored(written, keys)))
  it('by the words of the answer keys', () => holds(scoreKeyed(written, keys, indicators, vocabulary)))
})

/** Real notices lie beside the repository; they are official texts and not part of it. */
const real = resolve(import.meta.dirname, '../../../shared/notices')
describe.skipIf(!existsSync(real))('needs ../shared: each duty of real notices gets the right figure', () => {
  const keys = keysIn('open.json')
  it('on all of them', () => holds(scored(real, keys)))
  it.each([...new Set(keys.map((k) => k.notice))])('%s: nothing plainly wrong beyond a few', (notice) => {
    const s = scored(
      real,
      keys.filter((k) => k.notice === notice),
    )
    expect(s.first / s.asked).toBeGreaterThanOrEqual(0.8)
  })
})
