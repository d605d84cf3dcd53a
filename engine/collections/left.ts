import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Lookups, readLookups } from '../exchange/import/lookups.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { ownCollection } from './access.ts'
import { note } from './make.ts'
import { titleKey } from './return-read.ts'
import { columnsOf, type Typed, writeTyped } from './rows.ts'
import type { Collection, Column } from './types.ts'
import { readValue } from './values.ts'

export interface LeftView {
  id: number
  kind: 'row' | 'cell' | 'column'
  file: string
  /** town or firm whose sheet it is */
  who: string | null
  part: string | null
  sheet: string
  line: number
  row: number | null
  col: number | null
  texts: Record<string, string>
  why: string
}

/** What of returned files nobody has settled yet, by file and line. */
export async function leftView(s: Services, actor: Actor, id: string): Promise<LeftView[]> {
  await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const { rows } =
    await sql<LeftView>`select l.id::int as id, l.kind, r.name as file, p.title as who, l.part_id as part, l.sheet, l.line,
      l.row, l.col, l.texts, l.why
    from collection_left l join collection_return r on r.id = l.return_id left join collection_part p on p.id = l.part_id
    where l.collection_id = ${id} and l.settled_at is null order by r.at, r.name, l.line, l.id limit 500`.execute(
      s.db,
    )
  return rows
}

export interface ReturnView {
  id: string
  name: string
  fileId: string | null
  part: string | null
  who: string | null
  state: 'merged' | 'waiting' | 'refused'
  message: string | null
  counts: Record<string, number>
  at: string
  by: string
}

/** Files that came back, the last first. */
export async function returnsView(s: Services, actor: Actor, id: string): Promise<ReturnView[]> {
  await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const { rows } =
    await sql<ReturnView>`select r.id, r.name, r.file_id as "fileId", r.part_id as part, p.title as who, r.state,
      r.message, r.counts, r.at, r.actor_name as by
    from collection_return r left join collection_part p on p.id = r.part_id
    where r.collection_id = ${id} order by r.at desc, r.id desc limit 300`.execute(s.db)
  return rows
}

/** What becomes of something left: nothing; a row of its own; a row, cell or column that there is. */
export type Settle =
  | { do: 'drop' }
  | { do: 'add' }
  | { do: 'row'; row: number }
  | { do: 'cell'; text: string }
  | { do: 'column'; col: number }

interface LeftRow {
  id: number
  kind: LeftView['kind']
  return_id: string
  part_id: string | null
  sheet: string
  line: number
  row: number | null
  col: number | null
  texts: Record<string, string>
}

const words: Record<Settle['do'], string> = {
  drop: '不采用',
  add: '作为新的一行',
  row: '归到已有的一行',
  cell: '改正后采用',
  column: '归到已有的一列',
}

/** @throws Problem `bad-input` where a cell cannot be read as what it is settled to be */
export async function settleLeft(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  left: number,
  how: Settle,
): Promise<void> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  const { rows } =
    await sql<LeftRow>`select id::int as id, kind, return_id, part_id, sheet, line, row, col, texts from collection_left
    where id = ${left} and collection_id = ${id} and settled_at is null for update`.execute(tx)
  const found = rows[0]
  if (!found) throw new Problem('not-found', '这一条已经处理过了，请刷新。')
  if (how.do !== 'drop' && Object.keys(found.texts).every((title) => title === ''))
    throw new Problem('bad-input', '这一条只说明没有列出的，请看原文件；看过了请选“知道了”。')
  const columns = await columnsOf(tx, id)
  const lookups = await readLookups(tx, c.area.slice(0, 6), shanghaiDate(now))
  const read = reader(s, c, lookups)
  let typed: Typed[] = []
  if (how.do === 'row' && found.kind === 'row') {
    await requireRow(tx, id, found.part_id, how.row)
    typed = cellsOfRow(read, columns, found, how.row)
  } else if (how.do === 'add' && found.kind === 'row')
    typed = cellsOfRow(read, columns, found, await addRow(tx, c, found, columns))
  else if (how.do === 'cell' && found.kind === 'cell' && found.row !== null && found.col !== null) {
    const column = columns.find((x) => x.n === found.col)
    typed = column ? read(column, found.row, how.text, found) : []
  } else if (how.do === 'column' && found.kind === 'column') {
    const column = columns.find((x) => x.n === how.col)
    if (!column) throw new Problem('bad-input', '表里没有这一列，请重新选择。')
    typed = Object.entries(found.texts).flatMap(([row, text]) =>
      /^\d+$/.test(row) ? read(column, Number(row), text, found) : [],
    )
  } else if (how.do !== 'drop') throw new Problem('bad-input', '这一条不能这样处理，请重新选择。')
  await writeTyped(tx, id, typed, actor, now, { part: found.part_id, returned: found.return_id })
  await sql`update collection_left set settled = ${how.do}, settled_at = ${now}, settled_by = ${actor.name} where id = ${left}`.execute(
    tx,
  )
  await note(tx, actor, now, c, 'update', `${found.sheet} 第 ${found.line} 行：${words[how.do]}`)
}

/** What one was asked goes into no row of somebody else. */
async function requireRow(tx: Db, id: string, part: string | null, row: number): Promise<void> {
  const { rows } = await sql`select 1 from collection_row
    where collection_id = ${id} and n = ${row} and not gone and part_id is not distinct from ${part}::uuid`.execute(
    tx,
  )
  if (rows.length === 0) throw new Problem('bad-input', '这一家的表里没有这一行，请刷新后重新选择。')
}

type Read = (column: Column, row: number, text: string, of: LeftRow) => Typed[]

const reader =
  (s: Services, c: Collection, lookups: Lookups): Read =>
  (column, row, text, of) => {
    const value = readValue(s, c, column, { text }, lookups)
    if ('error' in value) throw new Problem('bad-input', `${column.title}：${value.error}`)
    return value.value === null
      ? []
      : [{ row, col: column.n, value: value.value, text, sheet: of.sheet, line: of.line }]
  }

const cellsOfRow = (read: Read, columns: readonly Column[], found: LeftRow, row: number): Typed[] =>
  columns.flatMap((column) => {
    const text = Object.entries(found.texts).find(
      ([title]) => titleKey(title) === titleKey(column.title),
    )?.[1]
    return text === undefined || column.ask === 'no' ? [] : read(column, row, text, found)
  })

async function addRow(tx: Db, c: Collection, found: LeftRow, columns: readonly Column[]): Promise<number> {
  const title = columns
    .filter((x) => x.ask === 'no')
    .map((x) => found.texts[x.title])
    .find((t) => t && !/^\d+$/.test(t))
  const { rows } = await sql<{
    n: number
  }>`insert into collection_row (collection_id, n, title, town, organisation, part_id, origin)
    select ${c.id}, (select coalesce(max(n), 0) + 1 from collection_row where collection_id = ${c.id}),
      ${title ?? `${found.sheet} 第 ${found.line} 行`}, p.town, p.organisation, p.id, 'returned'
    from (select 1) one left join collection_part p on p.id = ${found.part_id} returning n`.execute(tx)
  return rows[0]?.n ?? 0
}
