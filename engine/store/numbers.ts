import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { type Db, sql } from './db.ts'

/** A record about to be made, and the county it will stand in. */
export interface Numbered {
  values: Record<string, unknown>
  county: string | null
}

const isEmpty = (v: unknown): boolean => v === null || v === undefined || v === ''

/**
 * Gives the numbers that the program counts (`FieldDef.numbered`) to new records which bring none: prefix, county, year
 * and a running number, JB1405252026 0001. One series a county and year; a write that fails leaves a gap, two records
 * never have one number.
 */
export async function giveNumbers(
  db: Db,
  def: RecordDef,
  rows: readonly Numbered[],
  now: Date,
): Promise<void> {
  for (const [field, { numbered }] of Object.entries(def.fields)) {
    if (!numbered) continue
    const series = new Map<string, Numbered[]>()
    for (const row of rows) {
      if (!isEmpty(row.values[field])) continue
      const name = `${numbered}${row.county ?? ''}${shanghaiDate(now).slice(0, 4)}`
      series.set(name, [...(series.get(name) ?? []), row])
    }
    for (const [name, open] of series) {
      const { rows: counted } = await sql<{ last: number }>`insert into number_series (series, last)
        values (${name}, ${open.length})
        on conflict (series) do update set last = number_series.last + excluded.last returning last`.execute(
        db,
      )
      const first = Number(counted[0]?.last ?? open.length) - open.length + 1
      for (const [i, { values }] of open.entries())
        values[field] = `${name}${String(first + i).padStart(4, '0')}`
    }
  }
}
