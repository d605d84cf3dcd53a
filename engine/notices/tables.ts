import { cleanRun, joinRuns, type Run } from './clean.ts'
import type { Line } from './lines.ts'
import type { Cell, Table } from './reading/document.ts'
import {
  type ColumnKind,
  columnKinds,
  type Grid,
  type GridCell,
  headKind,
  readHeads,
  repeatsHeads,
  senseOf,
  type TableSense,
} from './table-columns.ts'

/** A row of a task table, its cells by what the column holds. */
export interface TableRow {
  columns: { kind: ColumnKind; run: Run; own: boolean }[]
  /** title rows above it in the table */
  group: string[]
  /** unit of measure that the heading of its targets names: "目标值（%）" */
  unit: string
}

/** A line that stands for a whole table; the words of its rows are read from the table alone. */
export interface TableLine extends Line {
  rows: TableRow[]
}

const TOTAL = /^(?:合计|总计|小计|共计|总 ?数|全县合计)/
const WIDEST = 8

/**
 * Puts one line in place of the lines of every table that is no mere layout.
 * @param tables as the document has them, in printed order
 * @returns `unread`: how many tables hold no duties
 */
export function placeTables(
  source: string,
  lines: readonly Line[],
  tables: readonly Table[],
): { lines: Line[]; unread: number } {
  const out: Line[] = []
  let unread = 0
  let i = 0
  const before = (place: number) => {
    let to = i
    while (to < lines.length && (lines[to]?.run.at[0] ?? 0) < place) to++
    return to
  }
  for (const table of tables) {
    const from = before(table.start)
    for (const line of lines.slice(i, from)) out.push(line)
    i = from
    i = before(table.end)
    const first = lines[from]
    if (!first || i === from) continue
    const { sense, rows } = readGrid(gridOf(source, table))
    for (const line of sense === 'layout' ? lines.slice(from, i) : [tableLine(first, rows)]) out.push(line)
    if (sense === 'data') unread++
  }
  for (const line of lines.slice(i)) out.push(line)
  return { lines: out, unread }
}

/** Three empty cells: what reads lines sees that it is no prose. */
function tableLine(first: Line, rows: TableRow[]): TableLine {
  const empty: Run = { text: '', at: first.run.at.subarray(0, 0) }
  return { run: empty, cells: [empty, empty, empty], markdown: 0, newPage: first.newPage, rows }
}

function gridOf(source: string, table: Table): Grid {
  const width = table.rows.flat().reduce((most, cell) => Math.max(most, cell.column + cell.columns), 0)
  const grid: Grid = table.rows.map(() => Array.from({ length: width }, () => undefined))
  for (const [r, row] of table.rows.entries())
    for (const cell of row) {
      const run = runOf(source, cell)
      for (let y = r; y < Math.min(r + cell.rows, grid.length); y++) {
        const here: GridCell = { run, own: y === r, columns: cell.columns }
        for (let x = cell.column; x < cell.column + cell.columns; x++) grid[y]?.splice(x, 1, here)
      }
    }
  return grid
}

const ENDS = /[，、；。：！？]$/

/** A shorter paragraph ("20家") goes on with the one before. */
const GOES_ON = 6

/** The words of a cell; where one paragraph ends without a sign and another begins, a semicolon is read. */
function runOf(source: string, cell: Cell): Run {
  const parts: Run[] = []
  let from = cell.start
  while (from <= cell.end) {
    const found = source.indexOf('\n', from)
    const to = found < 0 || found > cell.end ? cell.end : found
    const run = cleanRun(source, from, to)
    const last = parts.at(-1)
    if (run.text !== '') {
      if (last && !ENDS.test(last.text) && run.text.length >= GOES_ON)
        parts.push({ text: '；', at: new Uint32Array([from - 1]) })
      parts.push(run)
    }
    from = to + 1
  }
  const [only] = parts
  return only && parts.length === 1 ? only : joinRuns(parts)
}

function readGrid(grid: Grid): { sense: TableSense; rows: TableRow[] } {
  const width = grid.reduce((most, row) => Math.max(most, row.length), 0)
  if (width === 0) return { sense: 'layout', rows: [] }
  const { rows: headRows, heads } = readHeads(grid, width)
  const body = grid.slice(headRows).filter((row) => !repeatsHeads(row, heads))
  const data = body.filter((row) => groupOf(row, width) === null && !isTotal(row))
  const kinds = columnKinds(data, heads)
  const sense = senseOf(grid, data, kinds, heads)
  if (sense === 'layout' || sense === 'data') return { sense, rows: [] }
  const unit =
    heads.flatMap((h, c) =>
      kinds[c] === 'measure' ? [/[（(]([^（()）]{1,4})[)）]/.exec(h)?.[1] ?? ''] : [],
    )[0] ?? ''
  const rows: TableRow[] = []
  let group: string[] = []
  for (const row of body) {
    const title = groupOf(row, width)
    if (title !== null) group = title === '' ? group : [title]
    else if (!isTotal(row)) addRow(rows, { columns: columnsOf(row, kinds), group, unit })
  }
  return { sense, rows }
}

/** A row that is only the title of those below it; '' for an empty row; null for any other. */
function groupOf(row: Grid[number], width: number): string | null {
  const filled = [...new Set(row)].filter((c): c is GridCell => c !== undefined && c.run.text !== '')
  if (filled.length === 0) return ''
  const [only] = filled
  if (filled.length > 1 || !only || width < 2 || !only.own) return null
  const { text } = only.run
  return /^\d+$/.test(text) || text.length > 60 ? null : text
}

const isTotal = (row: Grid[number]): boolean =>
  row.slice(0, 2).some((c) => c !== undefined && TOTAL.test(c.run.text))

function columnsOf(row: Grid[number], kinds: readonly ColumnKind[]): TableRow['columns'] {
  const out: TableRow['columns'] = []
  for (const [c, cell] of row.entries()) {
    // a cell over several columns is read once
    if (!cell || (c > 0 && row[c - 1] === cell)) continue
    out.push({ kind: kinds[c] ?? 'other', run: cell.run, own: cell.own })
  }
  return out
}

const says = (c: TableRow['columns'][number]): boolean =>
  (c.kind === 'task' || c.kind === 'measure' || c.kind === 'other') && c.run.text !== ''

/** A row whose duty is the merged cell above and which only names a further unit belongs to that duty. */
function addRow(rows: TableRow[], row: TableRow): void {
  if (!row.columns.some(says)) return
  const before = rows.at(-1)
  const own = row.columns.filter((c) => c.own && c.run.text !== '' && c.kind !== 'number')
  if (before && own.length > 0 && own.every((c) => c.kind === 'units')) before.columns.push(...own)
  else if (own.length > 0) rows.push(row)
}

/**
 * The rows of task tables among the lines: of placed tables, of rows of cells in plain text, and of tables whose cells
 * stand one below the other. All other lines pass through.
 */
export function readTables(lines: readonly Line[]): (Line | TableRow)[] {
  const out: (Line | TableRow)[] = []
  let i = 0
  for (let line = lines[0]; line; line = lines[i]) {
    const found = isTable(line)
      ? { rows: line.rows, next: i + 1 }
      : (readAcross(lines, line, i) ?? readDown(lines, line, i))
    const last = out.at(-1)
    if (
      found &&
      'columns' in (found.rows[0] ?? {}) &&
      last &&
      'run' in last &&
      INTRODUCES.test(last.run.text)
    )
      out.pop()
    for (const row of found?.rows ?? [line]) out.push(row)
    i = found?.next ?? i + 1
  }
  return out
}

/** "任务分解如下：" before a table says that it comes. */
const INTRODUCES = /^[^。；，\d]{2,20}(?:如下|见下表)[：。]?$/

const isTable = (line: Line): line is TableLine => 'rows' in line

const ofRuns = (rows: readonly (readonly Run[])[]): Grid =>
  rows.map((runs) => runs.map((run) => ({ run, own: true, columns: 1 })))

/** Lines of as many cells one below the other; those of a table without duties stay lines. */
function readAcross(
  lines: readonly Line[],
  first: Line,
  from: number,
): { rows: (Line | TableRow)[]; next: number } | null {
  const width = first.cells.length
  if (width < 2) return null
  const end = lines.findIndex((line, n) => n > from && (line.cells.length !== width || isTable(line)))
  const run = lines.slice(from, end < 0 ? undefined : end)
  if (run.length < 2) return null
  const { sense, rows } = readGrid(ofRuns(run.map((l) => l.cells)))
  const duties = (sense === 'duties' || sense === 'measures') && rows.length > 0
  return { rows: duties ? rows : run, next: from + run.length }
}

/** 序号 / 任务 / 责任单位 / 时限 on lines of their own, then cell after cell; a row begins with the next number. */
function readDown(
  lines: readonly Line[],
  first: Line,
  from: number,
): { rows: TableRow[]; next: number } | null {
  if (headKind(first.run.text) !== 'number') return null
  const words = (n: number) => lines[n]?.run.text.replace(/[.、]$/, '')
  let width = 0
  while (width < WIDEST && from + width < lines.length && words(from + width) !== '1') width++
  if (width < 3) return null
  const cells: Run[][] = [lines.slice(from, from + width).map((l) => l.run)]
  let i = from + width
  while (i + width <= lines.length && words(i) === String(cells.length)) {
    cells.push(lines.slice(i, i + width).map((l) => l.run))
    i += width
  }
  const { sense, rows } = readGrid(ofRuns(cells))
  return (sense === 'duties' || sense === 'measures') && rows.length > 0 ? { rows, next: i } : null
}
