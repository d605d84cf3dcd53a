import { definitions } from '../county/index.ts'
import { addDays, shanghaiDate, startOfDay } from '../engine/core/clock.ts'
import type { Random } from './random.ts'
import type { DemoFileUse, DemoValues, DemoWrite } from './types.ts'

/** Days that lie ahead by their nature. */
const AHEAD = new Set([
  'validUntil',
  'validTo',
  'examValidUntil',
  'nextInspectionOn',
  'reviewBy',
  'endsOn',
  'dueOn',
])
/** Days of what has happened, in any register: never after the day of the record. */
const HAPPENED = new Set(
  definitions.records.flatMap((def) =>
    Object.entries(def.fields).flatMap(([name, f]) => (f.past ? [name] : [])),
  ),
)
/** Ends of what begins on another day, in any register: one that had not come yet was not known, nor one of before. */
const ENDS = new Set(
  definitions.records.flatMap((def) =>
    Object.entries(def.fields).flatMap(([name, f]) => (f.notBefore ? [name] : [])),
  ),
)
const YEAR = 365

/**
 * What was known when a record was made. What happened only afterwards (the last inspection, told as of today), and a
 * day more than a year later, was then the one of a year or two before, and is brought up to date on its own day.
 */
function inTime(values: DemoValues, at: string): { then: DemoValues; later: [string, string][] } {
  const day = shanghaiDate(new Date(at))
  const then = { ...values }
  const later: [string, string][] = []
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value) || AHEAD.has(name)) continue
    if (value <= (HAPPENED.has(name) ? day : addDays(day, YEAR))) continue
    let before = value
    while (before > day) before = addDays(before, -YEAR)
    if (ENDS.has(name)) delete then[name]
    else then[name] = before
    later.push([name, value])
  }
  return { then, later }
}

/** Collects what happens. Nothing after `now` is written: it has not happened yet. */
export class Script {
  readonly writes: DemoWrite[] = []
  readonly now: string
  #n = 0

  constructor(now: string) {
    this.now = now
  }

  /** an instant in working hours of a day; later calls of one day fall later when `step` grows */
  at(date: string, r: Random, step = 0): string {
    const minutes = 8 * 60 + 20 + step * 45 + r.int(0, 40)
    return new Date(startOfDay(date).getTime() + minutes * 60_000).toISOString()
  }

  past(at: string): boolean {
    return at < this.now
  }

  /** @returns the key of the record, or undefined when its time has not come */
  create(
    at: string,
    by: string,
    register: string,
    values: DemoValues,
    more: { parent?: string; subject: string; key?: string },
  ): string | undefined {
    if (!this.past(at)) return undefined
    const key = more.key ?? `${register}:${this.#n++}`
    const { then, later } = inTime(values, at)
    this.writes.push({
      kind: 'create',
      at,
      by,
      key,
      register,
      values: then,
      subject: more.subject,
      ...(more.parent && { parent: more.parent }),
    })
    for (const [name, day] of later) {
      const noon = new Date(startOfDay(day).getTime() + 12 * 3_600_000).toISOString()
      this.update(noon, by, register, key, { [name]: day }, more.subject)
    }
    return key
  }

  update(
    at: string,
    by: string,
    register: string,
    key: string,
    values: DemoValues,
    subject: string,
    reason?: string,
  ): boolean {
    if (!this.past(at)) return false
    this.writes.push({ kind: 'update', at, by, key, register, values, subject, ...(reason && { reason }) })
    return true
  }

  act(at: string, by: string, key: string, action: string, form: DemoValues, subject: string): boolean {
    if (!this.past(at)) return false
    this.writes.push({ kind: 'act', at, by, key, register: 'hazard', action, form, subject })
    return true
  }

  add(write: DemoWrite): void {
    if (this.past(write.at)) this.writes.push(write)
  }
}

/** A photo with time and place, as the phone gives it. */
export function photo(
  kind: 'before' | 'after' | 'site' | 'drill' | 'check',
  name: string,
  at: string,
  place: { lon: number; lat: number },
): DemoFileUse[] {
  return [{ $file: kind, name: `${name}.png`, takenAt: at, place: { ...place, accuracy: 12 } }]
}

/** A paper kept as a photo of it, with time and place: evidence. */
export function paper(name: string, at: string, place?: { lon: number; lat: number }): DemoFileUse[] {
  return [
    { $file: 'paper', name: `${name}.png`, ...(place && { takenAt: at, place: { ...place, accuracy: 15 } }) },
  ]
}
