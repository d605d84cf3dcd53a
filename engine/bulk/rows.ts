import { type Db, sql } from '../store/db.ts'
import type { BulkRow, BulkRowState, BulkState, Item } from './types.ts'

/** The tables of batches; nobody else reads them. */

export async function loadBulk(db: Db, id: string): Promise<BulkRow | undefined> {
  const { rows } = await sql<BulkRow>`select * from bulk where id = ${id}`.execute(db)
  return rows[0]
}

export async function saveState(
  db: Db,
  id: string,
  state: BulkState,
  now: Date,
  failure: string | null = null,
): Promise<void> {
  await sql`update bulk set state = ${state}, failure = ${failure}, updated_at = ${now} where id = ${id}`.execute(
    db,
  )
}

export async function itemsIn(
  db: Db,
  id: string,
  states: readonly BulkRowState[] | undefined,
  limit: number,
  after = 0,
): Promise<Item[]> {
  const { rows } = await sql<Item>`select n, record_id as record, version, after, state, note, wishes
    from bulk_row where bulk_id = ${id} ${states ? sql`and state = any(${states}::text[])` : sql``} and n > ${after}
    order by n limit ${limit}`.execute(db)
  return rows
}

export async function saveItem(db: Db, id: string, item: Item): Promise<void> {
  await sql`update bulk_row set state = ${item.state}, note = ${item.note}, version = ${item.version},
      after = ${item.after}, wishes = ${item.wishes ? JSON.stringify(item.wishes) : null}::jsonb
    where bulk_id = ${id} and n = ${item.n}`.execute(db)
}

export const noItems = (): Record<BulkRowState, number> => ({
  new: 0,
  can: 0,
  cannot: 0,
  done: 0,
  asked: 0,
  failed: 0,
  undone: 0,
  kept: 0,
})

export async function countItems(db: Db, id: string): Promise<Record<BulkRowState, number>> {
  const out = noItems()
  const { rows } = await sql<{ state: BulkRowState; n: number }>`select state, count(*)::int as n
    from bulk_row where bulk_id = ${id} group by state`.execute(db)
  for (const { state, n } of rows) out[state] = n
  return out
}

const MOST_REASONS = 20

export async function reasonsOf(
  db: Db,
  id: string,
): Promise<{ note: string; state: BulkRowState; n: number }[]> {
  const { rows } = await sql<{ note: string; state: BulkRowState; n: number }>`select note, state,
      count(*)::int as n from bulk_row where bulk_id = ${id} and note is not null
    group by note, state order by n desc, note limit ${MOST_REASONS}`.execute(db)
  return rows
}
