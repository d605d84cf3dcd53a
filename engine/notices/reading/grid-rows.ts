import type { DocumentBuilder, Words } from './document.ts'

/** A cell as older formats define it: by its right edge, and whether it goes on with the one above or before it. */
export interface CellDef {
  right: number
  merge?: 'first' | 'next'
  across?: 'first' | 'next'
}

export interface RowDef {
  cells: CellDef[]
  /** of each cell its paragraphs */
  paragraphs: Words[][][]
}

/** Writes rows as a table: columns of the grid are the right edges that any row has. */
export function writeRows(b: DocumentBuilder, rows: readonly RowDef[]): void {
  if (rows.length === 0) return
  const edges = [...new Set(rows.flatMap((r) => r.cells.map((c) => c.right)))].sort((a, b) => a - b)
  b.openTable()
  for (const { cells, paragraphs } of rows) {
    b.openRow()
    let from = 0
    for (const [i, content] of paragraphs.entries()) {
      const def = cells[i]
      let columns = 1
      if (def) {
        const last = def.across === 'first' ? lastAcross(cells, i) : def
        const to = edges.indexOf(last.right) + 1
        columns = Math.max(1, to - from)
        from = Math.max(from + 1, to)
      }
      if (def?.across === 'next') continue
      b.openCell({ columns, continues: def?.merge === 'next' })
      for (const words of content) b.paragraph(words)
    }
    b.closeRow()
  }
  b.closeTable()
}

/** The last cell that the one before reaches over. */
function lastAcross(cells: readonly CellDef[], from: number): CellDef {
  let last = cells[from] ?? { right: 0 }
  for (const cell of cells.slice(from + 1)) {
    if (cell.across !== 'next') break
    last = cell
  }
  return last
}
