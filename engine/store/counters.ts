import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { Batch } from './batch.ts'
import { type Db, sql } from './db.ts'

type RowLike = Record<string, unknown> & { town?: unknown; county?: unknown; archivedAt?: unknown }

/** Where a live row counts: its town (or county when no town is known) and its values; undefined for archived rows. */
function bucket(def: RecordDef, row: RowLike | undefined): { town: string; dims: string[] } | undefined {
  if (!row || row.archivedAt || !def.counted) return undefined
  const town = (row.town ?? row.county) as string | null
  if (!town) return undefined
  return { town, dims: def.counted.map((f) => String(row[f] ?? '')) }
}

/** The deltas one write makes; empty when the row stays in its bucket. */
export function deltasOf(
  def: RecordDef,
  before: RowLike | undefined,
  after: RowLike | undefined,
): { town: string; dims: string[]; n: number }[] {
  const from = bucket(def, before)
  const to = bucket(def, after)
  if (from && to && from.town === to.town && from.dims.join('\u0001') === to.dims.join('\u0001')) return []
  return [...(from ? [{ ...from, n: -1 }] : []), ...(to ? [{ ...to, n: 1 }] : [])]
}

/** Adds the deltas of one write, at town level: writers never wait for one another (design §7 "counters"). */
export function countPart(
  batch: Batch,
  def: RecordDef,
  before: RowLike | undefined,
  after: RowLike | undefined,
): void {
  for (const d of deltasOf(def, before, after))
    batch.add(
      sql`insert into counter_delta (register, town, dims, n) values (${def.name}, ${d.town}, ${d.dims}, ${d.n})`,
    )
}

/** The same in a round trip of its own. */
export async function countWrite(
  tx: Db,
  def: RecordDef,
  before: RowLike | undefined,
  after: RowLike | undefined,
): Promise<void> {
  const batch = new Batch()
  countPart(batch, def, before, after)
  await batch.run(tx)
}

const FOLD_LOCK = 7_140_526

/** The levels a town counts in: province, city, county, town. */
const levels = sql.raw('(values (2), (4), (6), (9)) l(digits)')

/**
 * Folds pending deltas into one row per level. Run by the worker alone (advisory lock).
 * @returns number of deltas folded; 0 when another folds
 */
export async function foldCounters(db: Db): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{ ok: boolean }>`select pg_try_advisory_xact_lock(${FOLD_LOCK}) as ok`.execute(tx)
    if (!lock.rows[0]?.ok) return 0
    const { rows } = await sql<{ n: number }>`with taken as (
        delete from counter_delta where id in (select id from counter_delta order by id limit 50000)
        returning register, town, dims, n),
      summed as (
        select register, left(town, digits) as area, dims, sum(n)::bigint as n from taken, ${levels}
        where length(town) >= digits group by 1, 2, 3),
      kept as (
        insert into counter (register, area, dims, n) select * from summed
        on conflict (register, area, dims) do update set n = counter.n + excluded.n)
      select count(*)::int as n from taken`.execute(tx)
    return rows[0]?.n ?? 0
  })
}

export interface CounterRow {
  area: string
  dims: Record<string, string>
  n: number
}

/** Digits of the area codes one level below. */
const below = (area: string): number => ({ 0: 2, 2: 4, 4: 6, 6: 9, 9: 9 })[area.length] ?? 9

/**
 * Live counts of an area's next level down, by the register's counted fields: folded rows plus what is pending.
 * @param area code of 2, 4, 6 or 9 digits
 */
export async function readCounters(
  db: Db,
  catalogue: Catalogue,
  register: string,
  area: string,
): Promise<CounterRow[]> {
  const def = catalogue.record(register)
  const names = def.counted ?? []
  const digits = below(area)
  const { rows } = await sql<{
    area: string
    dims: string[]
    n: number
  }>`select area, dims, sum(n)::bigint as n from (
      select area, dims, n from counter where register = ${register} and length(area) = ${digits}
        and area >= ${area} and area < ${`${area}~`}
      union all
      select left(town, ${digits}), dims, n from counter_delta where register = ${register}
        and town >= ${area} and town < ${`${area}~`}) c
    group by 1, 2 having sum(n) <> 0 order by 1, 2`.execute(db)
  return rows.map((r) => ({
    area: r.area,
    n: r.n,
    dims: Object.fromEntries(names.map((f, i) => [f, r.dims[i] ?? ''])),
  }))
}

/** Counts again from the records: the reconcile test and `doctor` compare. */
export async function recount(
  db: Db,
  catalogue: Catalogue,
  register: string,
  area: string,
): Promise<CounterRow[]> {
  const def = catalogue.record(register)
  const names = def.counted ?? []
  const columns = names.map((f) => catalogue.field(register, f).column)
  const dims = sql.raw(`array[${columns.map((c) => `coalesce(${c}::text, '')`).join(', ')}]::text[]`)
  const digits = below(area)
  const { rows } = await sql<{
    area: string
    dims: string[]
    n: number
  }>`select left(coalesce(town, county), ${digits}) as area,
      ${dims} as dims, count(*) as n from ${sql.table(def.name.replace(/-/g, '_'))}
    where archived_at is null and coalesce(town, county) >= ${area} and coalesce(town, county) < ${`${area}~`}
      and length(coalesce(town, county)) >= ${digits} group by 1, 2 order by 1, 2`.execute(db)
  return rows.map((r) => ({
    area: r.area,
    n: r.n,
    dims: Object.fromEntries(names.map((f, i) => [f, r.dims[i] ?? ''])),
  }))
}
