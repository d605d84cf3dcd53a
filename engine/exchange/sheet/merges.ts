import { emptyCell, hasContent } from './cell.ts'
import type { Cell, Row } from './types.ts'
import type { Merge } from './xlsx-tail.ts'

/**
 * Fill merged areas from their first cell, flagged `merged`, and supply the rows the file leaves out.
 * Blank rows are held back until a row with content follows: the thousands of empty formatted rows at the
 * end of many ledgers are no rows. A row is blank when it has no content of its own.
 */
export async function* filled(
  rows: AsyncIterable<Row>,
  merges: Merge[],
  maxColumns: number,
): AsyncGenerator<Row> {
  let next = 0
  let active: { merge: Merge; cell: Cell }[] = []
  let expected = 1
  let blankFrom = 0
  for await (const row of rows) {
    active = active.filter((a) => a.merge.bottom >= row.line)
    // Areas whose first row is missing from the file have no content to give.
    while ((merges[next]?.top ?? Number.POSITIVE_INFINITY) < row.line) next++
    for (let merge = merges[next]; merge && merge.top === row.line; merge = merges[++next]) {
      const master = row.cells[merge.left]
      if (master && hasContent(master)) active.push({ merge, cell: { ...master, merged: true } })
    }
    const own = row.cells.some(hasContent)
    if (!own) {
      if (blankFrom === 0) blankFrom = expected
      expected = row.line + 1
      continue
    }
    for (let line = blankFrom || expected; line < row.line; line++) yield { line, cells: [] }
    blankFrom = 0
    expected = row.line + 1
    for (const { merge, cell } of active) {
      for (let c = merge.left; c <= merge.right && c < maxColumns; c++) {
        if (row.line === merge.top && c === merge.left) continue
        while (row.cells.length <= c) row.cells.push(emptyCell)
        if (!hasContent(row.cells[c] ?? emptyCell)) row.cells[c] = cell
      }
    }
    yield row
  }
}
