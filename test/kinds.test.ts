import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { definitions } from '../county/index.ts'
import { extremesOf, kindsOf, oneOfEachKind } from './browser/kinds.ts'

/** The browser goes through the pages of some registers; here stands why those of the others need no visit. */
const shown = oneOfEachKind(definitions.records)
const seen = new Set(shown.flatMap(kindsOf))
const most = (key: string) => Math.max(...shown.map((s) => extremesOf(s)[key] ?? 0))

describe('pages of registers', () => {
  it('some registers show all kinds', () => {
    expect(shown.length).toBeGreaterThan(2)
    expect(shown.length).toBeLessThan(definitions.records.length)
  })

  it.each(definitions.records.map((r) => [r.name, r] as const))(
    '%s: nothing on its pages that the browser does not meet',
    (_, def) => {
      expect(kindsOf(def).filter((k) => !seen.has(k))).toEqual([])
      for (const [key, n] of Object.entries(extremesOf(def))) expect(n, key).toBeLessThanOrEqual(most(key))
      for (const { type } of Object.values(def.fields))
        expect(existsSync(new URL(`../fields/${type}/ui.tsx`, import.meta.url)), `ui of ${type}`).toBe(true)
      // a label of the widest form on a phone
      expect(extremesOf(def)['label of a field']).toBeLessThanOrEqual(14)
    },
  )
})
