import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { tableOf } from '../core/naming.ts'
import { dimsSql } from './counting.ts'
import { type Db, sql } from './db.ts'

const FOLD_LOCK = 7_140_526

/** Digits of the codes of a province, a city, a county, a town: the levels there are counts for. */
export const COUNTED_DIGITS = [2, 4, 6, 9] as const

/** How many, by the values of the counted fields in their order: `{ found: { 重大: 3 } }`. Never a zero. */
export interface Counts {
  [value: string]: number | Counts
}

/** Leaves out the states of cases that are over, where the state is what the register is counted by first. */
function withoutEnded(def: RecordDef): (counts: Counts) => Counts {
  if (def.kind !== 'loop' || def.counted?.[0] !== 'state') return (counts) => counts
  const { states } = def
  return (counts) => Object.fromEntries(Object.entries(counts).filter(([state]) => !states[state]?.end))
}

/** Adds `n` under `dims`; what becomes zero goes. */
function add(counts: Counts, dims: readonly string[], n: number): void {
  const [head = '', ...rest] = dims
  if (rest.length === 0) {
    const sum = ((counts[head] as number | undefined) ?? 0) + n
    if (sum) counts[head] = sum
    else delete counts[head]
    return
  }
  const inner = (counts[head] ?? {}) as Counts
  add(inner, rest, n)
  if (Object.keys(inner).length) counts[head] = inner
  else delete counts[head]
}

/**
 * Folds pending deltas into one row an area and level. Run by the worker alone (advisory lock).
 * @returns number of deltas folded; 0 when another folds
 */
export async function foldCounters(db: Db, catalogue: Catalogue): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{ ok: boolean }>`select pg_try_advisory_xact_lock(${FOLD_LOCK}) as ok`.execute(tx)
    if (!lock.rows[0]?.ok) return 0
    const { rows } = await sql<{ register: string; area: string; dims: string[]; n: number; many: number }>`
      with taken as (
        delete from counter_delta where id in (select id from counter_delta order by id limit 50000)
        returning register, town, dims, n)
      select register, left(town, digits) as area, dims, sum(n)::int as n, count(*)::int as many
      from taken, unnest(${[...COUNTED_DIGITS]}::int[]) l(digits) where length(town) >= digits group by 1, 2, 3`.execute(
      tx,
    )
    if (rows.length === 0) return 0
    const areas = [...new Map(rows.map((r) => [`${r.register} ${r.area}`, r])).values()]
    const before = await sql<{ register: string; area: string; counts: string }>`
      select register, area, counts from counter where (register, digits, area) in (
        select r, length(a), a from unnest(${areas.map((a) => a.register)}::text[], ${areas.map((a) => a.area)}::text[]) k(r, a))`.execute(
      tx,
    )
    const sums = new Map(before.rows.map((r) => [`${r.register} ${r.area}`, JSON.parse(r.counts) as Counts]))
    for (const r of rows) {
      const key = `${r.register} ${r.area}`
      const counts = sums.get(key) ?? {}
      add(counts, r.dims, r.n)
      sums.set(key, counts)
    }
    const open = new Map([...catalogue.records.values()].map((def) => [def.name, withoutEnded(def)]))
    const folded = areas.map((a) => {
      const counts = sums.get(`${a.register} ${a.area}`) ?? {}
      return {
        ...a,
        counts: JSON.stringify(counts),
        open: JSON.stringify(open.get(a.register)?.(counts) ?? counts),
      }
    })
    await sql`insert into counter (register, digits, area, counts, open_counts)
      select r, length(a), a, c, o from unnest(${folded.map((f) => f.register)}::text[], ${folded.map((f) => f.area)}::text[],
        ${folded.map((f) => f.counts)}::text[], ${folded.map((f) => f.open)}::text[]) k(r, a, c, o)
      on conflict (register, digits, area) do update set counts = excluded.counts, open_counts = excluded.open_counts`.execute(
      tx,
    )
    await sql`insert into counter_fold (register, stamp)
      select r, 1 from unnest(${[...new Set(areas.map((a) => a.register))]}::text[]) r
      on conflict (register) do update set stamp = counter_fold.stamp + 1`.execute(tx)
    // every delta counts in its province
    return rows.filter((r) => r.area.length === 2).reduce((n, r) => n + r.many, 0)
  })
}

export interface AreaCounts {
  area: string
  /** `Counts` as JSON text: a province has a row for each of 1,400 towns, and most readers hand them on as they are */
  counts: string
}

/** Digits of the area codes one level below. */
const below = (area: string): number => ({ 0: 2, 2: 4, 4: 6, 6: 9, 9: 9 })[area.length] ?? 9

export interface CountersWanted {
  /** code of 2, 4, 6 or 9 digits */
  area: string
  /** digits of the areas that are told apart; the next level down without */
  digits?: number | undefined
  /** without cases that are over */
  open?: boolean
}

/** Folded rows as they were read, until the next fold: a province by town is over a thousand rows. */
interface Folded {
  stamp: number
  counts: ReadonlyMap<string, string>
}
const MOST_KEPT = 200
const kept = new WeakMap<Db, Map<string, Folded>>()

interface CounterRow {
  stamp: number
  area: string | null
  counts: string | null
  dims: string[] | null
  n: number
}

/** Live counts of an area's parts by the register's counted fields: folded rows plus what is pending, in one snapshot. */
export async function readCounters(
  db: Db,
  catalogue: Catalogue,
  register: string,
  wanted: CountersWanted,
): Promise<AreaCounts[]> {
  const { area, digits = below(area) } = wanted
  const cache = kept.get(db) ?? new Map<string, Folded>()
  kept.set(db, cache)
  const key = JSON.stringify([register, area, digits, wanted.open])
  const known = cache.get(key)
  const column = sql.raw(wanted.open ? 'open_counts' : 'counts')
  // one statement, so that no fold falls between: the stamp, folded rows if they are not known, and what is pending
  const { rows } = await sql<CounterRow>`with f as (
      select coalesce((select stamp from counter_fold where register = ${register}), 0)::int as stamp)
    select stamp, null as area, null as counts, null::text[] as dims, 0 as n from f
    union all
    select 0, area, ${column}, null, 0 from counter, f
      where f.stamp <> ${known?.stamp ?? -1} and register = ${register} and digits = ${digits}
        and area >= ${area} and area < ${`${area}~`}
    union all
    select 0, left(town, ${digits}), null, dims, sum(n)::int from counter_delta
      where register = ${register} and town >= ${area} and town < ${`${area}~`} and length(town) >= ${digits}
      group by 2, 4`.execute(db)
  const stamp = rows.find((r) => r.area === null)!.stamp
  let folded = known?.counts
  if (!folded || known?.stamp !== stamp) {
    folded = new Map(rows.flatMap((r) => (r.counts === null ? [] : [[r.area!, r.counts] as const])))
    if (cache.size >= MOST_KEPT) cache.delete(cache.keys().next().value!)
    cache.set(key, { stamp, counts: folded })
  }
  const pending = rows.filter((r) => r.dims)
  if (pending.length === 0) return sorted(folded)
  const fresh = new Map<string, Counts>()
  for (const r of pending) {
    const counts = fresh.get(r.area!) ?? (JSON.parse(folded.get(r.area!) ?? '{}') as Counts)
    add(counts, r.dims!, r.n)
    fresh.set(r.area!, counts)
  }
  const trim = wanted.open ? withoutEnded(catalogue.record(register)) : (counts: Counts) => counts
  return sorted(
    new Map([
      ...folded,
      ...[...fresh].map(([code, counts]) => [code, JSON.stringify(trim(counts))] as const),
    ]),
  )
}

const sorted = (byArea: ReadonlyMap<string, string>): AreaCounts[] =>
  [...byArea]
    .filter(([, counts]) => counts !== '{}')
    .map(([area, counts]) => ({ area, counts }))
    .sort((a, b) => (a.area < b.area ? -1 : 1))

/** Counts again from the records: what the counters must equal. */
export async function recount(
  db: Db,
  catalogue: Catalogue,
  register: string,
  wanted: CountersWanted,
): Promise<AreaCounts[]> {
  const { area, digits = below(area) } = wanted
  const def = catalogue.record(register)
  const dims = sql.raw(dimsSql(def, catalogue))
  const { rows } = await sql<{ area: string; dims: string[]; n: number }>`
    select left(coalesce(town, county), ${digits}) as area, ${dims} as dims, count(*)::int as n
    from ${sql.table(tableOf(register))}
    where archived_at is null and coalesce(town, county) >= ${area} and coalesce(town, county) < ${`${area}~`}
      and length(coalesce(town, county)) >= ${digits} group by 1, 2`.execute(db)
  const sums = new Map<string, Counts>()
  for (const r of rows) {
    const counts = sums.get(r.area) ?? {}
    add(counts, r.dims, r.n)
    sums.set(r.area, counts)
  }
  const trim = wanted.open ? withoutEnded(def) : (counts: Counts) => counts
  return sorted(new Map([...sums].map(([code, counts]) => [code, JSON.stringify(trim(counts))])))
}

/** Counts as values that compare: for those who look into them. */
export const parseCounts = (rows: readonly AreaCounts[]): { area: string; counts: Counts }[] =>
  rows.map((r) => ({ area: r.area, counts: JSON.parse(r.counts) as Counts }))
