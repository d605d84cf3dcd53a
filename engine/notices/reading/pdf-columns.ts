import { cellText, joined, lineOf, type PlacedCell, type PlacedTable, type Row } from './pdf-lines.ts'
import type { Piece } from './pdf-page.ts'

/*
 * Tables without lines: words that begin below each other. A table begins with a line of three parts or more; what
 * follows belongs to it as long as every part begins at, or stands within, one of its columns.
 */

const LEAST_COLUMNS = 3
const ORDINAL = /^[（(]?\d{1,3}[）)、.．]?$/

export function alignedTable(
  rows: readonly Row[],
  from: number,
): { table: PlacedTable; next: number } | undefined {
  const head = rows[from]
  if (!head || head.parts.length < LEAST_COLUMNS) return undefined
  const edges = head.parts.map((p) => p.x)
  const columns = head.parts.map((): { row: number; line: Row }[] => [])
  let next = from
  let row = -1
  let numbered: boolean | undefined
  for (let last = head; next < rows.length; next++) {
    const here = rows[next]
    const parts = here && columnsOf(here, edges)
    // words over several columns, or a wide gap, end the table
    if (!here || !parts || (here !== head && here.y - last.y > 3.2 * here.size)) break
    // words where numbers stand: the text goes on below the table
    if (numbered && parts[0] && !ORDINAL.test(parts[0].text.trim())) break
    const begins = row <= 0 || startsRow(parts, numbered)
    if (begins) row++
    if (row === 1 && begins) numbered = ORDINAL.test(parts[0]?.text.trim() ?? '')
    for (const [n, part] of parts.entries())
      if (part) columns[n]?.push({ row, line: { ...here, parts: [part] } })
    last = here
  }
  if (row < 2) return undefined
  const cells: PlacedCell[] = []
  for (const [column, lines] of columns.entries()) {
    const width = Math.max(...lines.map(({ line }) => lineOf(line).to - lineOf(line).x))
    for (let r = 0; r <= row; r++)
      cells.push({
        column,
        row: r,
        columns: 1,
        rows: 1,
        text: cellText(
          lines.filter((l) => l.row === r).map((l) => l.line),
          width,
        ),
      })
  }
  cells.sort((a, b) => a.row - b.row || a.column - b.column)
  return { table: { kind: 'table', cells, rows: row + 1, edges, y: head.y }, next }
}

/** Half a character: a heading may stand a little right of the words under it. */
const LEFT = 0.6
/** In characters: columns are at least this far from each other. */
const APART = 0.25

/** The words of a line by column; undefined for a line that does not keep to the columns. */
function columnsOf(row: Row, edges: readonly number[]): (Piece | undefined)[] | undefined {
  const out: Piece[][] = edges.map(() => [])
  let before: { column: number; to: number } | undefined
  for (const piece of row.pieces.filter((p) => p.text.trim() !== '')) {
    const column = edges.findLastIndex((x) => x <= piece.x + LEFT * row.size)
    const next = edges[column + 1]
    if (column < 0 || (next !== undefined && piece.to > next + LEFT * row.size)) return undefined
    if (before && before.column !== column && piece.x - before.to < APART * row.size) return undefined
    out[column]?.push(piece)
    before = { column, to: piece.to }
  }
  return out.map((list) => {
    const parts = joined(list)
    const [first] = parts
    return first && { ...first, to: parts.at(-1)?.to ?? first.to, text: parts.map((p) => p.text).join(' ') }
  })
}

/** Where the first column counts, a number begins a row; else whatever stands in the first column, or in most. */
function startsRow(parts: readonly (Piece | undefined)[], numbered: boolean | undefined): boolean {
  const [first] = parts
  if (numbered) return first !== undefined
  return first !== undefined || parts.filter(Boolean).length >= Math.max(LEAST_COLUMNS, parts.length - 1)
}
