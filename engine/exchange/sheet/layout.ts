import { cleanText, matchKey } from '../../../fields/normal/text.ts'
import { emptyCell, hasContent } from './cell.ts'
import { bareTitle, Matcher, type Term } from './heading-match.ts'
import type { Headings } from './headings.ts'
import type { Cell, Row } from './types.ts'

/** Sheets that are laid out otherwise than one table from the top: cards, tables side by side. */

const FEWEST_LABELS = 4

/**
 * A card has one record, its headings at the left of their values: 企业名称 | 某某厂 | 信用代码 | 9114….
 * @returns the headings as one row and the values as the next, or undefined where the rows are no card
 */
export function cardRows(rows: readonly Row[], vocabulary: Term[]): [Row, Row] | undefined {
  const matcher = new Matcher(vocabulary)
  const known = (cell: Cell) => matcher.isHeading(cleanText(cell.text))
  const heads: Cell[] = []
  const values: Cell[] = []
  let first = 0
  let lines = 0
  let labels = 0
  for (const row of rows) {
    const cells = row.cells.map((c) => (c.merged ? emptyCell : c))
    const filled = cells.flatMap((c, i) => (hasContent(c) ? [i] : []))
    if (filled.length < 2) continue
    // label, value, label, value …: a row of labels alone is a table's heading
    let here = 0
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at] ?? emptyCell
      if (!hasContent(cell) || !known(cell)) continue
      const end = nextFilled(cells, at + 1)
      const value = end === undefined ? emptyCell : (cells[end] ?? emptyCell)
      if (hasContent(value) && known(value)) {
        // an empty value, or a heading beside a heading
        if (end === at + 1) return undefined
        heads.push(cell)
        values.push(emptyCell)
        here++
        continue
      }
      heads.push({ raw: cell.text, text: cell.text })
      values.push(value)
      here++
      if (end !== undefined) at = end
    }
    if (here === 0) continue
    lines++
    labels += here
    first ||= row.line
  }
  if (labels < FEWEST_LABELS || lines < 2 || lines * 4 < labels) return undefined
  const twice = new Set(heads.map((h) => matchKey(bareTitle(h.text)))).size < heads.length
  if (twice) return undefined
  return [
    { line: first, cells: heads },
    { line: first + 1, cells: values },
  ]
}

const nextFilled = (cells: readonly Cell[], from: number): number | undefined => {
  for (let i = from; i < cells.length; i++) if (hasContent(cells[i] ?? emptyCell)) return i
  return undefined
}

/**
 * Two tables side by side have the same headings twice, with an empty column between.
 * @returns the columns of each, from the left; one or none where there is one table
 */
export function tablesBeside(headings: Headings): [from: number, to: number][] {
  const blocks: [number, number][] = []
  for (const [column, title] of headings.titles.entries()) {
    if (title === '') continue
    const last = blocks.at(-1)
    if (last && last[1] === column - 1) last[1] = column
    else blocks.push([column, column])
  }
  const keys = ([from, to]: [number, number]) =>
    new Set(headings.titles.slice(from, to + 1).map((t) => matchKey(bareTitle(t))))
  const [left, ...others] = blocks
  if (!left || others.length === 0) return []
  const own = keys(left)
  const alike = others.filter((b) => {
    const there = keys(b)
    const common = [...there].filter((k) => own.has(k)).length
    return common >= 2 && common * 2 >= Math.max(own.size, there.size)
  })
  return alike.length ? [left, ...alike] : []
}
