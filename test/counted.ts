import type pg from 'pg'
import { columnOf, tableOf } from '../engine/core/naming.ts'
import { COUNTED_DIGITS, type Counts } from '../engine/store/counters.ts'

interface Counted {
  register: string
  counted: string[]
}

/** Counts as one line for each combination: `140525100 found/重大 3`. */
function flat(area: string, counts: Counts, path: string[] = []): [string, number][] {
  return Object.entries(counts).flatMap(([value, n]) =>
    typeof n === 'number'
      ? [[`${area} ${[...path, value].join('/')}`, n] as [string, number]]
      : flat(area, n, [...path, value]),
  )
}

/** Registers that the definitions kept in this database count, where the tables are there. */
async function countedIn(client: pg.Client): Promise<Counted[]> {
  const there = await client.query(`select to_regclass('public.definition') as t`)
  if (!there.rows[0]?.t) return []
  const { rows } = await client.query<Counted>(`
    select distinct on (name) name as register, body->'counted' as counted from definition
    where kind in ('register', 'loop') and jsonb_array_length(coalesce(body->'counted', '[]')) > 0
      and to_regclass('public.' || replace(name, '-', '_')) is not null
    order by name, version desc`)
  return rows
}

/**
 * What the roll-up counters say otherwise than the records, at every level; empty when they agree. Knows nothing of
 * the triggers that count: only the stored definitions, the records and the counters.
 */
export async function wrongCounters(client: pg.Client): Promise<string[]> {
  const wrong: string[] = []
  for (const { register, counted } of await countedIn(client)) {
    const sums = new Map<string, number>()
    const add = (key: string, n: number) => sums.set(key, (sums.get(key) ?? 0) + n)
    const dims = counted.map((f) => `coalesce(${columnOf(f)}::text, '')`).join(` || '/' || `)
    const levels = `unnest('{${COUNTED_DIGITS.join(',')}}'::int[]) l(digits)`
    const records = await client.query<{ key: string; n: number }>(`
      select left(place, digits) || ' ' || dims as key, count(*)::int as n
      from (select coalesce(town, county) as place, ${dims} as dims from ${tableOf(register)}
        where archived_at is null) r, ${levels} where length(place) >= digits group by 1`)
    for (const { key, n } of records.rows) add(key, n)
    const folded = await client.query<{ area: string; counts: string }>(
      'select area, counts from counter where register = $1',
      [register],
    )
    for (const { area, counts } of folded.rows)
      for (const [key, n] of flat(area, JSON.parse(counts) as Counts)) add(key, -n)
    const pending = await client.query<{ key: string; n: number }>(
      `select left(town, digits) || ' ' || array_to_string(dims, '/') as key, sum(n)::int as n
      from counter_delta, ${levels} where register = $1 and length(town) >= digits group by 1`,
      [register],
    )
    for (const { key, n } of pending.rows) add(key, -n)
    for (const [key, n] of sums)
      if (n) wrong.push(`${register} ${key}: ${n > 0 ? `${n} too few` : `${-n} too many`}`)
  }
  return wrong
}
