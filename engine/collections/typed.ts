import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { readLookups } from '../exchange/import/lookups.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { askedSql, ownCollection, visiblePart } from './access.ts'
import { note } from './make.ts'
import { columnsOf, rowsOf, type Typed, writeTyped } from './rows.ts'
import type { Collection, Column, FormRow } from './types.ts'
import { readValue } from './values.ts'
import {
  type CellCounts,
  type ColumnView,
  columnView,
  countCells,
  noCells,
  pageOfRows,
  type RowView,
} from './view.ts'

/** A cell as somebody writes it, or says which of two holds. */
export interface Given {
  row: number
  col: number
  text?: string | undefined
  chosen?: 'computed' | 'typed' | undefined
}

/** @throws Problem `bad-input` with a complaint for each cell that cannot be read; nothing is written then */
async function readGiven(
  s: Services,
  tx: Db,
  c: Collection,
  columns: readonly Column[],
  rows: readonly FormRow[],
  cells: readonly Given[],
): Promise<Typed[]> {
  const lookups = await readLookups(tx, c.area.slice(0, 6), shanghaiDate(s.clock.now()))
  const known = new Set(rows.map((r) => r.n))
  const complaints: Complaint[] = []
  const typed = cells.flatMap((cell): Typed[] => {
    const column = columns.find((x) => x.n === cell.col)
    const path = `cells.${cell.row}.${cell.col}`
    if (!column || !known.has(cell.row)) {
      complaints.push({ path, message: '表里没有这一格，请刷新后重试。' })
      return []
    }
    if (cell.text === undefined) return []
    const read = readValue(s, c, column, { text: cell.text }, lookups)
    if ('error' in read) {
      complaints.push({ path, message: `${column.title}：${read.error}` })
      return []
    }
    return [{ row: cell.row, col: cell.col, value: read.value, text: cell.text }]
  })
  const [first] = complaints
  if (first) throw new Problem('bad-input', first.message, { complaints })
  return typed
}

/** What the collecting office itself writes into cells, and which of two values holds. */
export async function writeCells(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  cells: readonly Given[],
): Promise<void> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  if (c.state === 'closed')
    throw new Problem('action-not-possible', '这张表已经办结，不能再改。请先重新打开。')
  const typed = await readGiven(s, tx, c, await columnsOf(tx, id), await rowsOf(tx, id), cells)
  await writeTyped(tx, id, typed, actor, now)
  const chosen = cells.filter((x) => x.chosen)
  await sql`update collection_cell k set chosen = x.chosen
    from jsonb_to_recordset(${JSON.stringify(chosen)}::jsonb) x (row int, col int, chosen text)
    where k.collection_id = ${id} and k.row = x.row and k.col = x.col`.execute(tx)
  await note(
    tx,
    actor,
    now,
    c,
    'update',
    `${typed.length ? `填写 ${typed.length} 格` : ''}${chosen.length ? `选定 ${chosen.length} 格` : ''}`,
  )
}

/** Of all cells where both say something and differ, which holds. @returns how many */
export async function chooseAll(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  chosen: 'computed' | 'typed',
): Promise<{ cells: number }> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  if (c.state === 'closed')
    throw new Problem('action-not-possible', '这张表已经办结，不能再改。请先重新打开。')
  const { numAffectedRows } =
    await sql`update collection_cell set chosen = ${chosen} where collection_id = ${id} and chosen is null
    and computed is not null and typed is not null and computed #>> '{}' <> typed #>> '{}'`.execute(tx)
  await note(
    tx,
    actor,
    now,
    c,
    'update',
    `${Number(numAffectedRows ?? 0)} 格都采用${chosen === 'typed' ? '填报' : '系统'}的数`,
  )
  return { cells: Number(numAffectedRows ?? 0) }
}

export interface AskedPart {
  id: string
  title: string
  /** whose: name of the town or firm */
  who: string
  dueOn: string | null
  remindedAt: string | null
  returnedAt: string | null
  state: Collection['state']
  counts: CellCounts
}

/** What the actor is asked to fill, what is open first. */
export async function askedParts(s: Services, actor: Actor): Promise<AskedPart[]> {
  const today = shanghaiDate(s.clock.now())
  const { rows } = await sql<
    AskedPart & { collection: string }
  >`select p.id, c.id as collection, c.title, p.title as who,
      c.due_on::text as "dueOn", p.reminded_at as "remindedAt", p.returned_at as "returnedAt", c.state
    from collection_part p join collection c on c.id = p.collection_id
    where ${askedSql(actor, today)} and p.withdrawn_at is null and c.state <> 'draft'
    order by (c.state = 'open' and p.returned_at is null) desc, c.due_on desc limit 50`.execute(s.db)
  const out: AskedPart[] = []
  for (const { collection, ...part } of rows) {
    const counts = await countCells(s.db, collection, sql`r.part_id::text`, sql`r.part_id = ${part.id}`)
    out.push({ ...part, counts: counts.get(part.id) ?? noCells })
  }
  return out
}

export interface AskedForm extends AskedPart {
  version: number
  code: string
  note: string | null
  by: string
  /** figure: counted from the records; whoever is asked may say another number beside it */
  columns: (Pick<ColumnView, 'n' | 'title' | 'ask' | 'kind' | 'label'> & { figure: boolean })[]
  rows: RowView[]
  next: number | null
  /** may write: it is asked of the actor, and it is still open */
  open: boolean
}

const isFigure = ({ source }: Pick<Column, 'source'>): boolean =>
  source !== null && ('indicator' in source || 'count' in source)

const pick = ({ n, title, ask, kind, label }: ColumnView) => ({ n, title, ask, kind, label })

/** One's own part as a form: the rows that miss something, or all of them. */
export async function askedForm(
  s: Services,
  actor: Actor,
  id: string,
  page: { show?: 'missing' | undefined; after?: number | undefined; limit?: number | undefined } = {},
): Promise<AskedForm> {
  const today = shanghaiDate(s.clock.now())
  const { part, collection: c, mine } = await visiblePart(s.db, actor, id, today)
  const columns = columnView(s, c, await columnsOf(s.db, c.id))
  const counts =
    (await countCells(s.db, c.id, sql`r.part_id::text`, sql`r.part_id = ${part.id}`)).get(part.id) ?? noCells
  const { rows, next } = await pageOfRows(s.db, c.id, { ...page, part: part.id })
  return {
    id: part.id,
    version: part.version,
    code: part.code,
    title: c.title,
    who: part.title,
    dueOn: c.due_on,
    remindedAt: part.reminded_at,
    returnedAt: part.returned_at,
    state: c.state,
    note: c.note,
    by: c.created_by_name,
    counts,
    columns: columns.map((x) => ({ ...pick(x), figure: isFigure(x) })),
    rows,
    next,
    open: mine && c.state === 'open',
  }
}

/**
 * Writes cells of one's own part. With `submit` it counts as handed in, whatever is still empty: that is said to who
 * collects.
 * @throws Problem `version-lost`; `bad-input` with a complaint a cell
 */
export async function writePart(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  given: { cells: readonly Given[]; submit?: boolean | undefined },
): Promise<void> {
  const { part, collection: c, mine } = await visiblePart(tx, actor, id, shanghaiDate(now), true)
  if (!mine) throw new Problem('forbidden', `这一份由${part.title}填写。需要代填的，请在“报表填报”里直接填。`)
  if (c.state !== 'open')
    throw new Problem('action-not-possible', '这张表已经办结，不再收。有变化的，请告诉发表的单位。')
  if (part.version !== version)
    throw new Problem('version-lost', '这一份刚被别人填过。请刷新页面，对照后再提交。', {
      yours: version,
      current: part.version,
    })
  // nobody is asked for a figure, but whose it is may say another one beside it
  const columns = (await columnsOf(tx, c.id)).filter((x) => x.ask !== 'no' || isFigure(x))
  const rows = await rowsOf(tx, c.id, sql`r.part_id = ${id}`)
  const cells = given.cells.map(({ row, col, text }) => ({ row, col, text }))
  const typed = await readGiven(s, tx, c, columns, rows, cells)
  await writeTyped(tx, c.id, typed, actor, now, { part: id })
  await sql`update collection_part set version = version + 1
      ${given.submit ? sql`, returned_at = ${now}, returned_by = ${actor.name}` : sql``} where id = ${id}`.execute(
    tx,
  )
  await note(tx, actor, now, c, given.submit ? 'return' : 'update', `${part.title}填写 ${typed.length} 格`)
}
