import type { RawBuilder } from 'kysely'
import { type Db, sql } from '../store/db.ts'
import type { Column, FormCell, FormRow, Part, Value } from './types.ts'

/* What a collection consists of, as the tables have it. */

export const columnsOf = async (db: Db, id: string): Promise<Column[]> =>
  (
    await sql<Column>`select n, at, title, source, how, offers, ask, kind from collection_column
      where collection_id = ${id} order by n`.execute(db)
  ).rows

export async function writeColumns(tx: Db, id: string, columns: readonly Column[]): Promise<void> {
  await sql`delete from collection_column where collection_id = ${id}`.execute(tx)
  await sql`insert into collection_column (collection_id, n, at, title, source, how, offers, ask, kind)
    select ${id}, n, at, title, nullif(source, 'null'::jsonb), how, offers, ask, kind
    from jsonb_to_recordset(${JSON.stringify(columns)}::jsonb)
      x (n int, at int, title text, source jsonb, how text, offers jsonb, ask text, kind text)`.execute(tx)
}

/** In the order of the form: lines that it brought, then by place and name. */
export const rowsOf = async (
  db: Db,
  id: string,
  where: RawBuilder<unknown> = sql`true`,
): Promise<FormRow[]> =>
  (
    await sql<FormRow>`select n, line, record_id, area, title, town, organisation, part_id, origin, gone
      from collection_row r where collection_id = ${id} and ${where}
      order by line nulls last, town nulls last, n`.execute(db)
  ).rows

export const cellsOf = async (db: Db, id: string, rows?: readonly number[]): Promise<FormCell[]> =>
  (
    await sql<FormCell>`select row, col, computed, typed, entry::float8 as entry, chosen from collection_cell
      where collection_id = ${id} ${rows ? sql`and row = any(${rows}::int[])` : sql``}`.execute(db)
  ).rows

/** Cells by row and column. */
export function byPlace(cells: readonly FormCell[]): Map<string, FormCell> {
  return new Map(cells.map((c) => [cellKey(c.row, c.col), c]))
}
export const cellKey = (row: number, col: number): string => `${row} ${col}`

export const partsOf = async (db: Db, id: string): Promise<Part[]> =>
  (
    await sql<Part>`select * from collection_part where collection_id = ${id} and withdrawn_at is null
      order by town nulls last, title`.execute(db)
  ).rows

/** What one person typed into one cell. */
export interface Typed {
  row: number
  col: number
  value: Value | null
  text: string
  sheet?: string
  line?: number
}

/**
 * Takes what was typed: every value stays as an entry, the last one stands in its cell. A value that is empty takes the
 * last one back and leaves it among the entries.
 */
export async function writeTyped(
  tx: Db,
  id: string,
  typed: readonly Typed[],
  by: { id: string; name: string },
  now: Date,
  from: { part?: string | null; returned?: string } = {},
): Promise<void> {
  if (typed.length === 0) return
  await sql`with given as (
      select * from jsonb_to_recordset(${JSON.stringify(typed)}::jsonb)
        x (row int, col int, value jsonb, text text, sheet text, line int)),
    kept as (
      insert into collection_entry (collection_id, row, col, part_id, value, text, return_id, sheet, line, at, actor_id, actor_name)
      select ${id}, row, col, ${from.part ?? null}::uuid, nullif(value, 'null'::jsonb), text, ${from.returned ?? null}::uuid,
        sheet, line, ${now}, ${by.id}, ${by.name} from given
      returning row, col, value, id)
    insert into collection_cell (collection_id, row, col, typed, entry)
    select distinct on (row, col) ${id}::uuid, row, col, value, id from kept order by row, col, id desc
    on conflict (collection_id, row, col) do update set typed = excluded.typed, entry = excluded.entry,
      chosen = case when excluded.typed is null then null else collection_cell.chosen end`.execute(tx)
}
