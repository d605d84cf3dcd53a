import { cleanText } from '../../fields/normal/text.ts'
import { Problem } from '../core/errors.ts'
import {
  continues,
  findHeadings,
  hasContent,
  isSequence,
  looksLikeHeadings,
  type Row,
  rowKinds,
  type Table,
  titlesOf,
} from '../exchange/sheet/index.ts'
import type { Given, Layout } from './types.ts'

/** A form has some hundred lines; whoever sends thousands sends a ledger. */
const MOST_LINES = 20_000
const LOOK_AT = 30
const MOST_LEVELS = 4
/** Sheets that are looked at unless one is named. */
const MOST_SHEETS = 20

/** A form as it was found: where its headings and its rows are, and the titles of its columns. */
export interface Form {
  layout: Layout
  /** by column; '' where it has none */
  titles: string[]
}

/** What an officer lays down about where things are. */
export interface Told {
  sheet?: string | undefined
  /** line of the lowest heading row */
  headingLine?: number | undefined
}

/**
 * Where a form's headings and rows are. Nothing is asked of the headings' words here: a form of an office nobody has
 * seen before has headings all the same.
 * @throws Problem where no row looks like headings
 */
export async function readForm(table: Table, told: Told = {}): Promise<Form> {
  const visible = table.sheets.filter((s) => !s.hidden)
  const sheets = (visible.length ? visible : table.sheets).map((s) => s.name)
  let best: Form | undefined
  for (const sheet of told.sheet ? [told.sheet] : sheets.slice(0, MOST_SHEETS)) {
    const found = await readSheet(table, sheet, told)
    if (found && (!best || found.titles.filter(Boolean).length > best.titles.filter(Boolean).length))
      best = found
  }
  if (!best)
    throw new Problem(
      'bad-input',
      `这张表里没有找到表头${sheets.length > MOST_SHEETS ? `（只看了前 ${MOST_SHEETS} 张工作表）` : ''}。请核对文件；表头在第几行看得出来的，请先删去表头上方多余的内容再上传。`,
    )
  const unseen = told.sheet ? 0 : Math.max(0, sheets.length - MOST_SHEETS)
  return { ...best, layout: { ...best.layout, sheets, ...(unseen && { unseen }) } }
}

async function readSheet(table: Table, sheet: string, told: Told): Promise<Form | undefined> {
  const rows: Row[] = []
  for await (const row of table.rows(sheet)) {
    rows.push(row)
    if (rows.length > MOST_LINES)
      throw new Problem(
        'bad-input',
        `工作表“${sheet}”超过 ${MOST_LINES} 行，不像一张要填的表。台账请到“导入与批量”上传。`,
      )
  }
  const block = headingBlock(rows, told.headingLine)
  if (!block) return undefined
  const titles = titlesIn(block)
  const [first, last] = [block[0]?.line ?? 0, block.at(-1)?.line ?? 0]
  const above = rows
    .filter((r) => r.line < first)
    .map((r) =>
      cleanText(
        r.cells
          .filter((c) => hasContent(c) && !c.merged)
          .map((c) => c.text)
          .join(' '),
      ),
    )
    .filter(Boolean)
  const below = rows.filter((r) => r.line > last)
  return {
    titles,
    layout: { sheet, sheets: [], headings: [first, last], above, ...body(below, titles, last, block) },
  }
}

/** Titles by column. A heading merged over several columns with nothing below it is one column: the first of them. */
function titlesIn(block: Row[]): string[] {
  const titles = titlesOf(block).map((parts) => parts.join('/'))
  const under = (c: number) =>
    block.every(({ cells }) => {
      const cell = cells[c]
      return !cell || !hasContent(cell) || cell.merged
    })
  return titles.map((title, c) => (c > 0 && title === titles[c - 1] && under(c) ? '' : title))
}

/** The rows below the headings: blank ones to be filled, those that say something already, and where the end is. */
function body(
  below: Row[],
  titles: string[],
  headingLine: number,
  block: Row[],
): Pick<Layout, 'first' | 'last' | 'total' | 'given'> {
  const known = findHeadings(
    block,
    titles.map((t, i) => ({ field: String(i), label: t || `${i}` })),
  )
  const kind = rowKinds({ ...known, titles, lastLine: headingLine })
  const sequence = titles.findIndex(isSequence)
  let first = headingLine + 1
  let last: number | null = null
  let total: number | null = null
  const given: Given[] = []
  for (const row of below) {
    const own = row.cells.flatMap((c, i) => (hasContent(c) && !c.merged && i !== sequence ? [i] : []))
    // a number alone is no content: 1, 2, 3, … were printed with the form
    const count = cleanText(row.cells[sequence]?.text ?? '')
    const numbered = own.length === 0 && (count === '' || /^[\d一二三四五六七八九十]{1,4}[.、]?$/.test(count))
    const why = kind(row)
    if (why === 'column-numbers' || why === 'repeated-heading') {
      if (given.length === 0 && row.line === first) first = row.line + 1
      continue
    }
    if (numbered) continue
    if (why === 'total' || why === 'footer' || why === 'blank') {
      // a sum may stand on top of the rows as well
      if (given.length === 0 && row.line === first && why === 'total') {
        first = row.line + 1
        total = row.line
        continue
      }
      if (why === 'total') total ??= row.line
      last = row.line - 1
      break
    }
    if (why === 'section') continue
    given.push({ line: row.line, texts: row.cells.map((c) => cleanText(c.text)) })
  }
  return { first, last: last !== null && last < first ? first - 1 : last, total, given }
}

/** The first row of several short words that reaches over most of the table, with the rows that belong to it. */
function headingBlock(rows: Row[], line: number | undefined): Row[] | undefined {
  const sample = rows.slice(0, LOOK_AT)
  const words = (row: Row) => row.cells.filter((c) => hasContent(c) && !c.merged)
  const width = Math.max(0, ...sample.map((r) => words(r).length))
  if (line !== undefined) {
    const at = rows.findIndex((r) => r.line === line)
    if (at < 0) return undefined
    let from = at
    while (from > 0 && at - from < MOST_LEVELS && continues(rows[from - 1], rows[from])) from--
    return rows.slice(from, at + 1)
  }
  const enough = Math.max(2, Math.ceil(width * 0.5))
  for (const [i, row] of sample.entries()) {
    if (words(row).length < Math.min(enough, 3) || !looksLikeHeadings([row])) continue
    let end = i + 1
    for (let next = sample[end]; next && end - i < MOST_LEVELS; next = sample[end]) {
      if (!continues(sample[end - 1], next) && !(splits(row, next) && looksLikeHeadings([next]))) break
      end++
    }
    const block = sample.slice(i, end)
    if (titlesOf(block).filter((t) => t.length > 0).length >= enough) return block
  }
  return undefined
}

/** Whether the lower row names parts of merged headings of the upper one, and nothing beside them. */
function splits(upper: Row, lower: Row): boolean {
  const own = lower.cells.flatMap((c, i) => (hasContent(c) && !c.merged ? [i] : []))
  const under = (i: number) => {
    const here = upper.cells[i]
    return Boolean(
      here?.merged || (here && upper.cells[i + 1]?.merged && upper.cells[i + 1]?.text === here.text),
    )
  }
  return own.length > 0 && own.every(under)
}
