import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isRealDate } from '../../../fields/normal/dates.ts'
import { textOf } from '../../../fields/normal/text.ts'
import { type CellOut, type ColumnOut, xlsxStream } from './xlsx-write.ts'

/** A column of an exported sheet. */
export interface SheetColumn {
  title: string
  /** Characters wide; by default from the title and the type. */
  width?: number
  /**
   * text: codes, names, anything whose characters matter (18 digits and leading zeros survive);
   * date: 'YYYY-MM-DD' becomes a real date; time: ISO or 'YYYY-MM-DD HH:MM:SS' (Asia/Shanghai) likewise;
   * number; flag: true/false becomes 是/否.
   */
  type: 'text' | 'number' | 'date' | 'time' | 'flag'
}

export interface WriteOptions {
  sheetName?: string
  /** One line above the headings. */
  title?: string
}

type Rows = AsyncIterable<unknown[]> | Iterable<unknown[]>

/** The most characters Excel accepts in a cell; longer ones make it “repair” the file. */
const maxText = 32_767
const cutMark = '…（内容过长，已截断）'

/**
 * Write rows as .xlsx to a stream (file, HTTP reply), pulling them as the receiver takes the bytes: memory
 * does not grow with the rows. Ends `out`; rejects and destroys it when `rows` throws or the receiver goes.
 * Text is always a text cell, so a value beginning with = + - @ is never a formula.
 */
export async function writeSheet(
  columns: SheetColumn[],
  rows: Rows,
  out: Writable,
  options: WriteOptions = {},
): Promise<void> {
  const above = options.title === undefined ? 0 : 1
  const book = {
    sheetName: safeSheetName(options.sheetName ?? '台账'),
    columns: columns.map(columnOut),
    frozen: above + 1,
    repeatFirst: above === 0,
  }
  await pipeline(
    Readable.from(xlsxStream(book, lines(columns, rows, options.title)), { objectMode: false }),
    out,
  )
}

async function* lines(
  columns: SheetColumn[],
  rows: Rows,
  title: string | undefined,
): AsyncGenerator<CellOut[]> {
  if (title !== undefined) yield [safeText(title)]
  yield columns.map((c) => safeText(c.title))
  for await (const row of rows) yield columns.map((c, i) => cellValue(row[i], c))
}

function columnOut(column: SheetColumn): ColumnOut {
  const titleWidth = [...column.title].reduce((n, c) => n + (c.charCodeAt(0) > 255 ? 2.1 : 1.1), 2)
  const usual = { text: 16, number: 10, date: 12, time: 20, flag: 8 }[column.type]
  const format = ({ text: 'text', number: 'general', date: 'date', time: 'time', flag: 'text' } as const)[
    column.type
  ]
  return { width: column.width ?? Math.min(60, Math.max(usual, titleWidth)), format }
}

function cellValue(value: unknown, column: SheetColumn): CellOut {
  if (value === null || value === undefined || value === '') return null
  switch (column.type) {
    case 'number': {
      const n = typeof value === 'string' ? Number(value) : value
      // Beyond 15 digits a spreadsheet would round: keep the digits as text.
      if (typeof n === 'number' && Number.isFinite(n) && Math.abs(n) < 1e15) return n
      return safeText(textOf(value))
    }
    case 'flag':
      return value === true ? '是' : value === false ? '否' : safeText(textOf(value))
    case 'date': {
      const text = textOf(value)
      // Excel has no days before 1900-03-01 that all programs agree on, nor beyond 9999.
      return isRealDate(text) && text > '1900-03-01' ? new Date(`${text}T00:00:00Z`) : safeText(text)
    }
    case 'time': {
      const at = shanghai(value)
      return at ?? safeText(textOf(value))
    }
    case 'text':
      return safeText(textOf(value))
  }
}

/** An instant or a local time text → a Date whose UTC fields are the Shanghai clock, as sheets store it. */
function shanghai(value: unknown): Date | undefined {
  if (value instanceof Date) return new Date(value.getTime() + 8 * 3600_000)
  const text = textOf(value)
  const local = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?$/.exec(text)
  const at = local ? Date.parse(`${local[1]}T${local[2]}Z`) : Date.parse(text) + 8 * 3600_000
  return /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}/.test(text) && !Number.isNaN(at) ? new Date(at) : undefined
}

/** What XML and Excel can hold: no lone surrogates, no look-alike of Excel's own _x000D_ escapes, cut at its limit. */
function safeText(text: string): string {
  const cut = text.length > maxText ? text.slice(0, maxText - cutMark.length) + cutMark : text
  return cut
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
}

function safeSheetName(name: string): string {
  const safe = name
    .replace(/[[\]:*?/\\]/g, '_')
    .replace(/^'+|'+$/g, '')
    .slice(0, 31)
  return safe === '' || safe.toLowerCase() === 'history' ? '台账' : safe
}

/**
 * The same columns and rows as UTF-8 CSV with a byte order mark (Excel and WPS need it to see UTF-8).
 * Text beginning with = + - @ is shielded by a leading ' which our reader takes away again.
 */
export async function writeCsv(columns: SheetColumn[], rows: Rows, out: Writable): Promise<void> {
  async function* text(): AsyncGenerator<string> {
    yield `\ufeff${columns.map((c) => csvField(c.title, true)).join(',')}\r\n`
    let block = ''
    for await (const row of rows) {
      block += `${columns.map((c, i) => csvCell(row[i], c)).join(',')}\r\n`
      if (block.length < 65_536) continue
      yield block
      block = ''
    }
    if (block) yield block
  }
  await pipeline(Readable.from(text(), { objectMode: false }), out)
}

function csvCell(value: unknown, column: SheetColumn): string {
  if (value === null || value === undefined) return ''
  if (column.type === 'flag' && typeof value === 'boolean') return value ? '是' : '否'
  if (column.type === 'time') {
    const at = shanghai(value)
    if (at) return at.toISOString().slice(0, 19).replace('T', ' ')
  }
  const text = textOf(value)
  const isNumber = column.type === 'number' && Number.isFinite(Number(text))
  return csvField(text, !isNumber)
}

function csvField(text: string, shield: boolean): string {
  const safe = shield && /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
