import { type Block, type Cell, documentOfText, type NoticeDocument } from './document.ts'
import type { Said } from './said.ts'

/*
 * A text that has nothing but lines: pasted, or a .txt. Rows of cells (tabs, or pipes as in Markdown) below each other
 * are a table; everything else is a paragraph a line.
 */

const RULE = /^[\s|:=+-]+$/
const PIPED = /^\s*\|.*\|\s*$/
/** Longer lines are prose with a tab in it. */
const LONGEST = 4000

export function readPlain(text: string, said: Said[] = []): NoticeDocument {
  const document = documentOfText(text, said)
  const rows = linesOf(text).map((line) => ({ ...line, cells: cellsOf(text, line.start, line.end) }))
  const blocks: Block[] = []
  let tables = 0
  for (let i = 0; i < rows.length; ) {
    const first = rows[i]
    if (!first) break
    let next = i + 1
    const table: Cell[][] = first.cells.length >= 2 ? [first.cells] : []
    for (let row = rows[next]; table.length > 0 && row; row = rows[next]) {
      const rule = row.cells.length !== first.cells.length && PIPED.test(text.slice(first.start, first.end))
      if (rule && RULE.test(text.slice(row.start, row.end))) next++
      else if (row.cells.length === first.cells.length) {
        table.push(row.cells)
        next++
      } else break
    }
    if (table.length >= 2) {
      blocks.push({ kind: 'table', start: first.start, end: rows[next - 1]?.end ?? first.end, rows: table })
      tables++
      i = next
    } else {
      if (first.end > first.start) blocks.push({ kind: 'paragraph', start: first.start, end: first.end })
      i++
    }
  }
  // without a table a text is shown as it is
  return tables > 0 ? { ...document, blocks } : document
}

function linesOf(text: string): { start: number; end: number }[] {
  const out: { start: number; end: number }[] = []
  let start = 0
  for (const hit of text.matchAll(/\r\n|[\n\r\u2028\u2029\f\v]/g)) {
    out.push({ start, end: hit.index })
    start = hit.index + hit[0].length
  }
  out.push({ start, end: text.length })
  return out
}

/** None for prose, and for the line under the headings of a Markdown table. */
function cellsOf(text: string, start: number, end: number): Cell[] {
  if (end - start > LONGEST) return []
  const line = text.slice(start, end)
  const piped = PIPED.test(line)
  if (!piped && !line.includes('\t')) return []
  if (piped && RULE.test(line)) return []
  const cells: Cell[] = []
  let from = 0
  for (const hit of [...line.matchAll(piped ? /\|/g : /\t/g), { index: line.length }]) {
    if (!piped || from > 0)
      cells.push({ start: start + from, end: start + hit.index, column: cells.length, columns: 1, rows: 1 })
    from = hit.index + 1
  }
  // what stands behind the last pipe is no cell
  if (piped) cells.pop()
  return cells.some((c) => text.slice(c.start, c.end).trim() !== '') ? cells : []
}
