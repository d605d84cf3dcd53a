import { readDate } from '../../../fields/normal/dates.ts'
import { Problem } from '../../core/errors.ts'
import {
  booleanCell,
  dayText,
  emptyCell,
  errorCell,
  missingText,
  NumberCells,
  noResult,
  plainStyle,
  signOf,
  struckCell,
  textCell,
} from './cell.ts'
import type { Cell, Row } from './types.ts'
import type { Book } from './xlsx-book.ts'
import { columnOf } from './xlsx-tail.ts'
import { attributes, unescapeExcel, XmlRefused, XmlTokenizer } from './xml.ts'

const maxRow = 1_048_576

const marks = { r: ' r="', s: ' s="', t: ' t="', hidden: ' hidden="' }

/** One attribute of a cell or row by its usual writing, else by the general way. */
function quick(raw: string, name: 'r' | 's' | 't' | 'hidden'): string | undefined {
  const mark = marks[name]
  const at = raw.indexOf(mark)
  if (at >= 0) {
    const from = at + mark.length
    return raw.slice(from, raw.indexOf('"', from))
  }
  const unusual =
    raw.includes("'") || raw.includes(' =') || raw.includes('= ') || raw.includes('\n') || raw.includes('\t')
  return unusual ? attributes(raw)[name] : undefined
}

/** Rows of a worksheet part as its chunks come; holds one chunk's rows at most. */
export async function* worksheetRows(
  chunks: AsyncIterable<Buffer>,
  book: Book,
  limits: { maxColumns: number; name: string },
): AsyncGenerator<Row> {
  const scan = new RowScanner(book, limits)
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    scan.write(decoder.decode(chunk, { stream: true }))
    yield* scan.take()
    if (scan.finished) return
  }
  if (scan.begun) throw new XmlRefused('rows end without their closing tag')
}

class RowScanner {
  finished = false
  private ready: Row[] = []
  private readonly xml: XmlTokenizer
  private readonly book: Book
  private readonly limits: { maxColumns: number; name: string }
  begun = false
  private inData = false
  private row: Row | undefined
  private lastLine = 0
  private readonly numbers: NumberCells
  private column = -1
  private inCell = false
  private type: string | undefined
  private style = 0
  private value = ''
  private inlineText = ''
  private inlineGone = ''
  private strike = false
  private formula = false
  private into: 'value' | 'inline' | undefined
  private phonetic = false

  constructor(book: Book, limits: { maxColumns: number; name: string }) {
    this.book = book
    this.limits = limits
    this.numbers = new NumberCells(book.date1904)
    this.xml = new XmlTokenizer({
      open: (name, raw) => this.open(name, raw),
      close: (name) => this.close(name),
      text: (text) => {
        if (this.into === 'value') this.value = this.value === '' ? text : this.value + text
        else if (this.into === 'inline' && !this.phonetic) {
          if (this.strike) this.inlineGone += text
          else this.inlineText += text
        }
      },
    })
  }

  write(text: string): void {
    this.xml.write(text)
  }

  take(): Row[] {
    const rows = this.ready
    this.ready = []
    return rows
  }

  private open(name: string, raw: string): void {
    switch (name) {
      case 'c': {
        if (!this.row) return
        this.inCell = true
        const ref = quick(raw, 'r')
        const at = ref ? columnOf(ref) : -1
        this.column = at >= 0 ? at : this.column + 1
        this.type = quick(raw, 't')
        this.style = Number(quick(raw, 's') ?? 0)
        this.value = ''
        this.inlineText = ''
        this.inlineGone = ''
        this.strike = false
        this.formula = false
        return
      }
      case 'v':
        if (this.inCell) this.into = 'value'
        return
      case 'f':
        this.formula = this.inCell
        return
      case 't':
        if (this.inCell) this.into = 'inline'
        return
      case 'rPh':
        this.phonetic = true
        return
      case 'r':
        this.strike = false
        return
      case 'strike':
        this.strike = this.inCell && !/val=["'](?:0|false)/.test(raw)
        return
      case 'row': {
        if (!this.inData) return
        const r = Number(quick(raw, 'r') ?? this.lastLine + 1)
        if (!Number.isInteger(r) || r <= this.lastLine || r > maxRow) throw this.bad('行号混乱')
        this.lastLine = r
        const hidden = quick(raw, 'hidden')
        this.row = { line: r, cells: [] }
        if (hidden === '1' || hidden === 'true') this.row.hidden = true
        this.column = -1
        return
      }
      case 'sheetData':
        this.inData = true
        this.begun = true
    }
  }

  private close(name: string): void {
    switch (name) {
      case 'c':
        if (this.inCell) this.finishCell()
        this.inCell = false
        return
      case 'v':
      case 't':
        this.into = undefined
        return
      case 'rPh':
        this.phonetic = false
        return
      case 'row':
        if (this.row) this.ready.push(this.row)
        this.row = undefined
        return
      case 'sheetData':
        this.inData = false
        this.finished = true
    }
  }

  private finishCell(): void {
    const read = this.cell()
    if (!read || !this.row) return
    const cell = this.book.fonts[this.style]?.struck && !read.error ? struckCell(read.text) : read
    if (this.column >= this.limits.maxColumns)
      throw this.bad(
        `第 ${this.row.line} 行在第 ${this.column + 1} 列还有内容，超过 ${this.limits.maxColumns} 列`,
      )
    const { cells } = this.row
    while (cells.length < this.column) cells.push(emptyCell)
    cells[this.column] = cell
  }

  /** Text without what is struck out of it, and with the signs a person sees. */
  private written(text: string, gone = ''): Cell | undefined {
    if (text.trim() === '' && gone.trim() !== '') return struckCell(gone)
    const cell = textCell(signOf(text, this.book.fonts[this.style]?.symbol))
    return cell && gone.trim() !== '' ? { ...cell, note: `划掉的“${gone.trim()}”没有读` } : cell
  }

  private bad(why: string): Problem {
    return new Problem(
      'bad-input',
      `文件 ${this.limits.name} 无法读取：${why}。请在表格软件中整理后另存为 xlsx 再导入`,
    )
  }

  private cell(): Cell | undefined {
    const { value, type } = this
    switch (type) {
      case 's': {
        if (value === '') return undefined
        const text = this.book.sharedStrings[Number(value)]
        return text === undefined ? missingText : this.written(text, this.book.struck.get(Number(value)))
      }
      case 'inlineStr':
        return this.written(unescapeExcel(this.inlineText), this.inlineGone)
      case 'str':
        return textCell(unescapeExcel(value), this.formula)
      case 'b':
        return value === '' ? undefined : booleanCell(value === '1' || value === 'true')
      case 'e':
        return errorCell(value)
      case 'd': {
        const read = readDate(value)
        return read.ok && read.value ? { raw: value, ...dayText(read.value) } : textCell(value)
      }
    }
    if (value === '') return this.formula ? noResult : undefined
    const number = Number(value)
    if (!Number.isFinite(number)) return textCell(value)
    return this.numbers.cell(number, this.book.styles[this.style] ?? plainStyle)
  }
}
