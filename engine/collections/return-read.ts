import { cleanText, matchKey } from '../../fields/normal/text.ts'
import { type Cell, hasContent, type Row, type Table } from '../exchange/sheet/index.ts'
import { codePattern } from './parts.ts'
import { CODE_SHEET, KEY } from './sheet-out.ts'
import { StrangeColumns } from './strange.ts'
import type { Column, FormRow } from './types.ts'

/*
 * What somebody made of the sheet he was sent. Nothing about its form is taken for granted: columns moved, put between,
 * taken out or renamed; rows added, taken out, sorted; the hidden row and column gone; all of it copied into a file
 * of his own. What a row or a cell is, is known by two things where there are two: its key, and what it says. Where
 * they do not agree, it is asked and not guessed.
 */

/** Rows of a returned file; a sheet somebody was sent has some hundred. */
const MOST_ROWS = 20_000
/** Sheets of a returned workbook that are looked at, beside the hidden one with the code. */
const MOST_SHEETS = 20
/** Longer text is neither a code nor a heading. */
const LONGEST_WORD = 400

export interface ReturnedSheet {
  name: string
  hidden: boolean
  rows: Row[]
}

export interface ReturnedFile {
  sheets: ReturnedSheet[]
  code: string | undefined
  revision: number | undefined
  /** more rows than are read: said, since the rest is not in */
  cut: boolean
  /** sheets behind those that are looked at */
  unseen: number
}

export async function readReturned(table: Table): Promise<ReturnedFile> {
  const sheets: ReturnedSheet[] = []
  let total = 0
  let cut = false
  const looked = [...table.sheets.entries()].filter(
    ([at, { name }]) => at < MOST_SHEETS || name === CODE_SHEET,
  )
  for (const [at, info] of looked.slice(0, MOST_SHEETS + 1)) {
    const rows: Row[] = []
    if (total < MOST_ROWS)
      for await (const row of table.rows(at)) {
        if (row.cells.some(hasContent)) rows.push(row)
        if (++total > MOST_ROWS) {
          cut = true
          break
        }
      }
    sheets.push({ name: info.name, hidden: info.hidden, rows })
  }
  return { sheets, cut, unseen: Math.max(0, table.sheets.length - MOST_SHEETS), ...codeIn(sheets) }
}

function codeIn(sheets: readonly ReturnedSheet[]): Pick<ReturnedFile, 'code' | 'revision'> {
  const own = sheets.find((s) => s.name === CODE_SHEET)?.rows[0]?.cells
  const hidden = codeOf(own?.[0]?.text ?? '')
  if (hidden) return { code: hidden, revision: Number(own?.[1]?.text) || undefined }
  // the line in plain sight, which also a copy of the sheet has
  for (const { rows } of sheets)
    for (const { cells } of rows.slice(0, 60))
      for (const { text } of cells) {
        const code = codeOf(text)
        if (code) return { code, revision: Number(/第\s*(\d+)\s*版/.exec(text)?.[1]) || undefined }
      }
  return { code: undefined, revision: undefined }
}

export function codeOf(text: string): string | undefined {
  if (text.length > LONGEST_WORD) return undefined
  const m = codePattern.exec(text.normalize('NFKC').toUpperCase().replace(/\s/g, ''))
  return m ? `ZB-${m[1]}-${m[2]}` : undefined
}

/** What of a sheet was understood. */
export interface Understood {
  sheet: string
  /** rows that are known: the row, its line, its cells by column number */
  rows: { n: number; line: number; cells: Map<number, Cell> }[]
  /** rows that are nobody's here, with a name: put in by who filled the sheet */
  added: { line: number; title: string; cells: Map<number, Cell> }[]
  left: { kind: 'row' | 'column'; line: number; row?: number; texts: Record<string, string>; why: string }[]
  /** what is worth knowing of the sheet, in Chinese */
  notes: string[]
}

export interface Expected {
  columns: readonly Column[]
  rows: readonly FormRow[]
  /** what names a row in the columns that are not asked, as it was sent: row → column → text */
  names(row: number, col: number): string
  /** names of rows that are somebody else's part */
  elsewhere: ReadonlySet<string>
}

/** The sheet of a returned file that holds the rows: where most titles are found. */
export function understand(file: ReturnedFile, expected: Expected): Understood | undefined {
  let best: { sheet: ReturnedSheet; head: Head } | undefined
  for (const sheet of file.sheets) {
    if (sheet.name === CODE_SHEET) continue
    const head = headOf(sheet.rows, expected.columns)
    if (head && (!best || head.known > best.head.known)) best = { sheet, head }
  }
  return best && readRows(best.sheet, best.head, expected)
}

interface Head {
  /** 0-based columns of the sheet by column number */
  at: Map<number, number>
  keyColumn: number
  /** index of the row behind which rows begin */
  from: number
  known: number
  titles: Map<number, string>
  notes: string[]
}

/** A heading of two levels is sent with a line break between them. */
const headingText = (text: string): string => cleanText(text.replaceAll('\n', '/'))
export const titleKey = (text: string): string => matchKey(headingText(text))

function headOf(rows: readonly Row[], columns: readonly Column[]): Head | undefined {
  const keyRow = rows
    .slice(0, 60)
    .findIndex(({ cells }) => cells.filter((c) => /^c\d+$/.test(c.text)).length >= 2)
  const keys = new Map<number, number>()
  if (keyRow >= 0)
    for (const [at, { text }] of rows[keyRow]?.cells.entries() ?? [])
      if (/^c\d+$/.test(text) && columns.some((c) => c.n === Number(text.slice(1))))
        keys.set(at, Number(text.slice(1)))
  const byTitle = new Map(columns.map((c) => [titleKey(c.title), c.n]))
  const titlesIn = ({ cells }: Row) =>
    cells.filter((c) => !c.merged && c.text.length <= LONGEST_WORD && byTitle.has(titleKey(c.text))).length
  const headings = rows
    .slice(0, 60)
    .reduce((best, row, i) => (titlesIn(row) > titlesIn(rows[best] ?? row) ? i : best), 0)
  const known = rows[headings] ? titlesIn(rows[headings]) : 0
  if (known < Math.min(2, columns.length) && keys.size < 2) return undefined
  // renamed all of them: the headings are then what stands above the first row that has a key
  const firstKeyed = rows.findIndex(({ cells }) => /^r\d+$/.test(cells[0]?.text ?? ''))
  const row = known > 0 ? headings : Math.max(keyRow, firstKeyed - 1)
  const keyColumn = keyRow >= 0 ? (rows[keyRow]?.cells.findIndex((c) => c.text === KEY) ?? -1) : -1
  const titles = new Map<number, string>()
  for (const [at, cell] of rows[row]?.cells.entries() ?? [])
    if (hasContent(cell) && at !== keyColumn) titles.set(at, headingText(cell.text))
  return {
    ...placeColumns(columns, keys, titles, byTitle),
    keyColumn,
    from: row + 1,
    known: known + keys.size,
    titles,
  }
}

/** Which column of the sheet is which: what a heading says goes before where it stood. */
function placeColumns(
  columns: readonly Column[],
  keys: ReadonlyMap<number, number>,
  titles: ReadonlyMap<number, string>,
  byTitle: ReadonlyMap<string, number>,
): Pick<Head, 'at' | 'notes'> {
  const at = new Map<number, number>()
  const notes: string[] = []
  for (const [column, title] of titles) {
    const n = byTitle.get(titleKey(title))
    if (n !== undefined && !at.has(n)) at.set(n, column)
  }
  const taken = new Set(at.values())
  for (const [column, n] of keys) {
    if (at.has(n) || taken.has(column)) continue
    at.set(n, column)
    const title = columns.find((c) => c.n === n)?.title ?? ''
    notes.push(`表头“${title}”改成了“${titles.get(column) ?? '空'}”，仍按原来的列收`)
  }
  const lost = columns.filter((c) => c.ask !== 'no' && !at.has(c.n)).map((c) => c.title)
  if (lost.length) notes.push(`少了 ${lost.length} 列：${lost.join('、')}，这些格子仍算没填`)
  return { at, notes }
}

function readRows(sheet: ReturnedSheet, head: Head, expected: Expected): Understood {
  const out: Understood = { sheet: sheet.name, rows: [], added: [], left: [], notes: [...head.notes] }
  const finder = new RowFinder(head, expected)
  const seen = new Map<number, Map<number, Cell>>()
  const placed = new Set(head.at.values())
  const strange = new StrangeColumns()
  const known = titlesAt(head, expected.columns)
  for (const row of sheet.rows.slice(head.from)) {
    if (isFrame(row, head)) continue
    const cells = new Map(
      [...head.at].flatMap(([n, at]) => (row.cells[at] ? [[n, row.cells[at]] as const] : [])),
    )
    if (!row.cells.some((c, at) => isSaid(c, at, head))) continue
    const found = finder.find(row, cells)
    if ('why' in found)
      out.left.push({ kind: 'row', line: row.line, texts: textsOf(row, head, known), why: found.why })
    else if (found.n === undefined) out.added.push({ line: row.line, title: found.title, cells })
    else if (seen.has(found.n)) {
      if (!sameCells(seen.get(found.n), cells))
        out.left.push({
          kind: 'row',
          line: row.line,
          row: found.n,
          texts: textsOf(row, head, known),
          why: `“${found.title}”这一行出现两次，内容不同，采用了前一次`,
        })
    } else {
      seen.set(found.n, cells)
      out.rows.push({ n: found.n, line: row.line, cells })
    }
    const whose = 'n' in found && found.n !== undefined ? `${found.n}` : `第${row.line}行`
    for (const [at, cell] of row.cells.entries()) {
      if (placed.has(at) || at === head.keyColumn || !hasContent(cell) || cell.merged) continue
      if (!head.titles.has(at) && /^[cr]\d+$/.test(cell.text)) continue
      strange.add(at, whose, row.line, cell)
    }
  }
  for (const column of strange.left((at) => head.titles.get(at) ?? `第${at + 1}列`))
    out.left.push({ kind: 'column', ...column })
  const missing = expected.rows.filter((r) => !seen.has(r.n))
  if (missing.length)
    out.notes.push(
      `少了 ${missing.length} 行：${missing
        .slice(0, 5)
        .map((r) => r.title)
        .join('、')}${missing.length > 5 ? ' 等' : ''}`,
    )
  return out
}

/** Rows that are of the sheet and not of its content: keys, the code, headings once more. */
function isFrame(row: Row, head: Head): boolean {
  const own = row.cells.filter((c) => hasContent(c) && !c.merged)
  if (own.length === 0 || own.every((c) => /^(?:c\d+|r\d+|zb)$/.test(c.text))) return true
  if (own.length <= 2 && own.some((c) => codeOf(c.text) !== undefined)) return true
  // most rows differ in their first cells: no more of a wide row is compared than tells
  let again = 0
  let others = 0
  for (const [at, c] of row.cells.entries()) {
    if (!hasContent(c)) continue
    const title = head.titles.get(at)
    if (title !== undefined && c.text.length <= LONGEST_WORD && headingText(c.text) === title) again++
    else if (!c.merged && ++others > own.length * 0.3) return false
  }
  return again >= 2 && again >= own.length * 0.7
}

/** What a row says, under the titles of the form where they are known, else under its own. */
function textsOf(row: Row, head: Head, known: ReadonlyMap<number, string>): Record<string, string> {
  return Object.fromEntries(
    row.cells.flatMap((c, at) =>
      isSaid(c, at, head)
        ? [[known.get(at) ?? head.titles.get(at) ?? `第${at + 1}列`, cleanText(c.text)]]
        : [],
    ),
  )
}

const isSaid = (c: Cell, at: number, head: Head): boolean =>
  at !== head.keyColumn && hasContent(c) && !c.merged

/** Titles of the form by column of the sheet. */
function titlesAt(head: Head, columns: readonly Column[]): Map<number, string> {
  const titles = new Map(columns.map((c) => [c.n, c.title]))
  return new Map([...head.at].flatMap(([n, at]) => (titles.has(n) ? [[at, titles.get(n) ?? '']] : [])))
}

const sameCells = (a: ReadonlyMap<number, Cell> | undefined, b: ReadonlyMap<number, Cell>): boolean =>
  a !== undefined && [...b].every(([n, cell]) => cleanText(cell.text) === cleanText(a.get(n)?.text ?? ''))

type Found = { n: number | undefined; title: string } | { why: string }

/** Finds which row of the part a row of the sheet is. */
class RowFinder {
  private readonly byKey: Map<string, FormRow>
  private readonly byName = new Map<string, FormRow[]>()
  private readonly naming: Column[]
  private readonly head: Head
  private readonly expected: Expected

  constructor(head: Head, expected: Expected) {
    this.head = head
    this.expected = expected
    this.byKey = new Map(expected.rows.map((r) => [`r${r.n}`, r]))
    this.naming = expected.columns.filter(
      (c) =>
        c.ask === 'no' &&
        c.source &&
        !('sequence' in c.source) &&
        ('field' in c.source || 'place' in c.source),
    )
    for (const r of expected.rows) {
      const key = this.nameOf((c) => expected.names(r.n, c.n))
      const same = this.byName.get(key)
      if (same) same.push(r)
      else if (key) this.byName.set(key, [r])
    }
  }

  private nameOf(text: (column: Column) => string): string {
    return this.naming
      .filter((c) => this.head.at.has(c.n))
      .map((c) => matchKey(cleanText(text(c))))
      .join(' ')
      .trim()
  }

  find(row: Row, cells: ReadonlyMap<number, Cell>): Found {
    const key = row.cells[this.head.keyColumn]?.text ?? ''
    const keyed = this.byKey.get(key)
    const name = this.nameOf((c) => cells.get(c.n)?.text ?? '')
    const title = this.naming.map((c) => cleanText(cells.get(c.n)?.text ?? '')).find(Boolean) ?? ''
    const named = name ? (this.byName.get(name) ?? []) : []
    if (keyed && (name === '' || named.includes(keyed))) return { n: keyed.n, title: keyed.title }
    if (named.length === 1 && named[0]) return { n: named[0].n, title: named[0].title }
    if (named.length > 1) return { why: `表里有 ${named.length} 行都叫“${title}”，认不出是哪一行` }
    if (keyed)
      return { why: `这一行原来是“${keyed.title}”，名称改成了“${title}”，认不出是改了名还是换了一家` }
    if (this.naming.length === 0) return { why: '这一行没有编号，认不出是哪一行' }
    if (title === '') return { why: '这一行没有名称，认不出是哪一行' }
    if (this.expected.elsewhere.has(matchKey(title)))
      return { why: `“${title}”在发给别处的那一份里，不在这一份里` }
    return { n: undefined, title }
  }
}
