import { expect, onTestFinished } from 'vitest'
import { getCurrentTest } from 'vitest/suite'
import rows from '../docs/mission-rows.json' with { type: 'json' }

/** Number of a row in docs/mission-rows.json, e.g. `A09`. */
export type RowId = keyof typeof rows

/**
 * How far a row is done: 1 a record of it can be made and is kept · 2 the rule, number or deadline in the row is
 * computed by the system (or the refusal that it asks for is made) · 3 the same, shown to work on a phone and to roll
 * up from town to county, city and province.
 */
export type Level = 1 | 2 | 3

export interface Proof {
  row: RowId
  level: Level
  /** what was seen to hold, in words; stands in docs/mission-map.md */
  what: string
}

declare module 'vitest' {
  interface TaskMeta {
    /** what the test proved once it has passed; read from the JSON report by scripts/mission-map.mjs */
    proves?: Proof[]
  }
}

/**
 * Runs the assertion that proves a row of the mission, inside a test:
 *
 *     proves('B05', 2, 'a second inspection of a benchmark firm is refused', () => expect(second.status).toBe(409))
 *
 * Nothing else makes a row count, and it counts only when this call returned and its test passed. The assertion looks
 * at a computed figure, a date or a refusal that the row's "must do" asks for; not at a list that a filter could give.
 *
 * @param row one row; two rows are two calls, because they ask for different things
 * @param level see `Level`
 * @param what a short sentence in the present
 * @param assertion holds at least one `expect`; may be async, then await the answer
 * @returns what the assertion returns
 * @throws when the row is not known, when no test runs, or when the assertion made no `expect`
 */
export function proves<T>(row: RowId, level: Level, what: string, assertion: () => T): T {
  if (!(row in rows)) throw new Error(`${row} is no row of docs/mission-rows.json`)
  if (![1, 2, 3].includes(level)) throw new Error(`${row}: a level is 1, 2 or 3, not ${level}`)
  if (!what.trim()) throw new Error(`${row}: say what is proved`)
  const task = getCurrentTest()
  if (!task) throw new Error(`${row}: proves() belongs inside a test`)
  const before = expect.getState().assertionCalls
  const record = () => {
    if (expect.getState().assertionCalls === before)
      throw new Error(`${row}: "${what}" is proved by nothing: no expect() ran in it`)
    task.meta.proves ??= []
    const known = task.meta.proves.some((p) => p.row === row && p.level === level && p.what === what)
    if (!known) task.meta.proves.push({ row, level, what })
  }
  const result = assertion()
  if (!isPromise(result)) {
    record()
    return result
  }
  let waiting = true
  onTestFinished(() => {
    if (waiting) throw new Error(`${row}: the test ended before "${what}" was seen: await proves(…)`)
  })
  return Promise.resolve(result)
    .then((value) => {
      record()
      return value
    })
    .finally(() => {
      waiting = false
    }) as T
}

/** Also what `expect(…).resolves` gives, which is no instance of Promise. */
function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
