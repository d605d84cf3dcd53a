import { cleanText, matchKey } from '../../fields/normal/text.ts'
import type { Actor } from '../access/actor.ts'
import type { Lookups } from '../exchange/import/lookups.ts'
import { type Cell, hasContent } from '../exchange/sheet/index.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { type ReturnedFile, type Understood, understand } from './return-read.ts'
import { byPlace, cellKey, cellsOf, columnsOf, rowsOf, type Typed, writeTyped } from './rows.ts'
import type { Collection, Column, FormCell, FormRow, Part } from './types.ts'
import { cellValue } from './types.ts'
import { readValue, sameValue } from './values.ts'

/** Rows that one who was asked may put in: as many, or three times those he was sent, whichever is more. */
const MOST_ADDED = 200
const TIMES_ADDED = 3
/** Of what was not understood in one file, as much is listed; the file itself is kept. */
const MOST_LEFT = 500
const LONGEST_TITLE = 200

export interface Merged {
  counts: {
    /** rows of the sheet that were recognised */
    rows: number
    /** cells taken */
    cells: number
    /** of them: cells that said something else before */
    changed: number
    /** rows that whoever filled the sheet put in */
    added: number
    /** rows, cells and columns kept for a person to look at */
    left: number
  }
  /** what is worth knowing, in Chinese */
  notes: string[]
}

export interface Left {
  kind: 'row' | 'cell' | 'column'
  sheet: string
  line: number
  row?: number | undefined
  col?: number | undefined
  texts: Record<string, string>
  why: string
}

interface Given {
  c: Collection
  part: Part
  file: ReturnedFile
  /** id of the return */
  returned: string
  lookups: Lookups
}

/**
 * Takes what a returned sheet says into its part: each cell that says something new, with where it stood. What was not
 * understood is kept beside it, row by row.
 * @returns undefined where the file holds no sheet like the one that was sent
 */
export async function mergeSheet(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  { c, part, file, returned, lookups }: Given,
): Promise<Merged | undefined> {
  const columns = await columnsOf(tx, c.id)
  const ever = await rowsOf(tx, c.id)
  const all = ever.filter((r) => !r.gone)
  const rows = all.filter((r) => r.part_id === part.id)
  const cells = byPlace(
    await cellsOf(
      tx,
      c.id,
      rows.map((r) => r.n),
    ),
  )
  const read = understand(file, {
    columns,
    rows,
    names: (row, col) => String(cellValue(cells.get(cellKey(row, col))) ?? ''),
    elsewhere: new Set(
      all.filter((r) => r.part_id !== null && r.part_id !== part.id).map((r) => matchKey(r.title)),
    ),
  })
  if (!read) return undefined
  const notes = [...read.notes]
  const old = file.revision !== undefined && file.revision < part.revision
  if (old)
    notes.unshift(`这是第${file.revision}版的表，现在是第${part.revision}版：能对上的都收了，缺的请对方补`)
  if (file.cut) notes.unshift('行数太多，只读了前 20000 行')
  if (file.unseen) notes.unshift(`工作表太多，后面的 ${file.unseen} 张没有看`)
  const newer = old ? await newerCells(tx, c.id, part) : new Set<string>()
  const left: Left[] = read.left.map((l) => ({ ...l, sheet: read.sheet }))
  const typed: Typed[] = []
  let changed = 0
  for (const row of read.rows)
    for (const column of columns) {
      const taken = takeCell(s, c, column, row, cells.get(cellKey(row.n, column.n)), lookups)
      if (!taken) continue
      if ('why' in taken) left.push({ ...taken, kind: 'cell', sheet: read.sheet })
      else if (newer.has(cellKey(row.n, column.n)))
        left.push({
          kind: 'cell',
          sheet: read.sheet,
          line: row.line,
          row: row.n,
          col: column.n,
          texts: { [column.title]: taken.text },
          why: '旧版表里的数与后来报的不同，没有采用',
        })
      else {
        if (taken.before) changed++
        typed.push({
          row: row.n,
          col: column.n,
          value: taken.value,
          text: taken.text,
          sheet: read.sheet,
          line: row.line,
        })
      }
    }
  const taken = takeAdded(read, ever, part)
  left.unshift(...taken.left)
  notes.push(...taken.notes)
  const added = await addRows(s, tx, c, part, columns, { ...read, added: taken.added }, lookups)
  left.push(...added.left)
  await writeTyped(tx, c.id, [...typed, ...added.typed], actor, now, { part: part.id, returned })
  const listed = shortened(left)
  await writeLeft(tx, c.id, part.id, returned, listed)
  if (changed) notes.push(`${changed} 格与上次报的不同，以这次为准`)
  if (added.rows) notes.push(`多了 ${added.rows} 行，请看是不是漏登的`)
  return {
    counts: {
      rows: read.rows.length,
      cells: typed.length + added.typed.length,
      changed,
      added: added.rows,
      left: listed.length,
    },
    notes,
  }
}

/** Of the rows that were put in, those that are taken: not what the office has taken out before, and not without end. */
function takeAdded(
  read: Understood,
  rows: readonly FormRow[],
  part: Part,
): { added: Understood['added']; left: Left[]; notes: string[] } {
  const own = rows.filter((r) => r.part_id === part.id)
  const before = own.filter((r) => r.origin === 'returned')
  const dropped = new Set(before.filter((r) => r.gone).map((r) => matchKey(r.title)))
  const most = Math.max(MOST_ADDED, TIMES_ADDED * (own.length - before.length))
  const room = Math.max(0, most - before.filter((r) => !r.gone).length)
  const fresh = read.added.filter((r) => !dropped.has(matchKey(r.title.slice(0, LONGEST_TITLE))))
  const again = read.added.length - fresh.length
  const [over] = fresh.slice(room)
  return {
    added: fresh.slice(0, room),
    notes: again ? [`${again} 行是先前已经删去的，没有再收`] : [],
    left: over
      ? [
          {
            kind: 'row',
            sheet: read.sheet,
            line: over.line,
            texts: {},
            why: `新增的行太多，一家最多收 ${most} 行：从第 ${over.line} 行起还有 ${fresh.length - room} 行没有收，请看原文件`,
          },
        ]
      : [],
  }
}

/** What is listed of what was not understood, with a line for the rest. */
function shortened(left: readonly Left[]): Left[] {
  const [over] = left.slice(MOST_LEFT)
  if (!over) return [...left]
  const why = `没有看懂的太多，从第 ${over.line} 行起还有 ${left.length - MOST_LEFT} 条没有列出，请看原文件`
  return [...left.slice(0, MOST_LEFT), { kind: 'row', sheet: over.sheet, line: over.line, texts: {}, why }]
}

/** Cells to which somebody gave a value after the part had got its present number. */
async function newerCells(tx: Db, id: string, part: Part): Promise<Set<string>> {
  const { rows } = await sql<{ row: number; col: number }>`select k.row, k.col from collection_cell k
    join collection_entry e on e.id = k.entry left join collection_return r on r.id = e.return_id
    where k.collection_id = ${id} and e.part_id = ${part.id} and coalesce(r.revision, ${part.revision}) >= ${part.revision}`.execute(
    tx,
  )
  return new Set(rows.map((r) => cellKey(r.row, r.col)))
}

type Taken =
  | { value: Typed['value']; text: string; before: boolean }
  | { line: number; row: number; col: number; texts: Record<string, string>; why: string }

/** What a cell of the sheet says that is not there yet; undefined where it says nothing new. */
function takeCell(
  s: Services,
  c: Collection,
  column: Column,
  { n, line, cells }: Understood['rows'][number],
  known: FormCell | undefined,
  lookups: Lookups,
): Taken | undefined {
  const cell = cells.get(column.n)
  if (!cell || !hasContent(cell)) return undefined
  const { source } = column
  // what names the row was looked at when the row was
  if (column.ask === 'no' && (!source || !('indicator' in source || 'count' in source))) return undefined
  const read = readValue(s, c, column, cell, lookups)
  if ('error' in read)
    return { line, row: n, col: column.n, texts: { [column.title]: cleanText(cell.text) }, why: read.error }
  if (read.value === null || sameValue(read.value, known?.typed ?? null)) return undefined
  if (known?.typed == null && sameValue(read.value, known?.computed ?? null)) return undefined
  return { value: read.value, text: cleanText(cell.text), before: known?.typed != null }
}

/** Rows that were put in become rows of the part, with whatever could be read of them. */
async function addRows(
  s: Services,
  tx: Db,
  c: Collection,
  part: Part,
  columns: readonly Column[],
  read: Understood,
  lookups: Lookups,
): Promise<{ rows: number; typed: Typed[]; left: Left[] }> {
  const typed: Typed[] = []
  const left: Left[] = []
  const { rows: last } = await sql<{
    n: number
  }>`select coalesce(max(n), 0)::int as n from collection_row where collection_id = ${c.id}`.execute(tx)
  let n = last[0]?.n ?? 0
  const made: { n: number; title: string }[] = []
  for (const { line, title, cells } of read.added) {
    made.push({ n: ++n, title: title.slice(0, LONGEST_TITLE) })
    for (const column of columns) {
      const cell: Cell | undefined = cells.get(column.n)
      if (!cell || !hasContent(cell) || (column.source && 'sequence' in column.source)) continue
      const value = readValue(s, c, column, cell, lookups)
      const text = cleanText(cell.text)
      if ('error' in value)
        left.push({
          kind: 'cell',
          sheet: read.sheet,
          line,
          row: n,
          col: column.n,
          texts: { [column.title]: text },
          why: value.error,
        })
      else if (value.value !== null)
        typed.push({ row: n, col: column.n, value: value.value, text, sheet: read.sheet, line })
    }
  }
  await sql`insert into collection_row (collection_id, n, title, town, organisation, part_id, origin)
    select ${c.id}, n, title, ${part.town}, ${part.organisation}::uuid, ${part.id}, 'returned'
    from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) x (n int, title text)`.execute(tx)
  return { rows: made.length, typed, left }
}

async function writeLeft(
  tx: Db,
  id: string,
  part: string,
  returned: string,
  left: readonly Left[],
): Promise<void> {
  if (left.length === 0) return
  await sql`insert into collection_left (collection_id, return_id, part_id, kind, sheet, line, row, col, texts, why)
    select ${id}, ${returned}, ${part}, kind, sheet, line, row, col, texts, why
    from jsonb_to_recordset(${JSON.stringify(left)}::jsonb)
      x (kind text, sheet text, line int, row int, col int, texts jsonb, why text)`.execute(tx)
}
