import { readFile, writeFile } from 'node:fs/promises'
import { Problem } from '../../core/errors.ts'
import { columnLetter } from './headings.ts'
import { type Inserted, shiftAreas, shiftFormula } from './shift.ts'
import { openBytes } from './source.ts'
import { type Book, readBook } from './xlsx-book.ts'
import { columnOf, type Merge, parseMerge } from './xlsx-tail.ts'
import { escaped } from './xlsx-write.ts'
import { attributes } from './xml.ts'
import { openZip, type Zip } from './zip.ts'
import { exchangeParts } from './zip-edit.ts'

/*
 * Cells of somebody else's workbook are filled where they stand: only the sheet's own part changes, and in it only
 * those cells. Styles, merges, widths, pictures, other sheets are not read, so they cannot change.
 */

export interface FillCell {
  /** 1-based row, as spreadsheet programs show it once rows have come in */
  line: number
  /** 0-based */
  column: number
  value: string | number
  /** the value is a day (YYYY-MM-DD): a date in a cell that shows dates, else its text */
  day?: true
  /** the value is a percentage: 0.9 in a cell that shows percents */
  percent?: true
}

export interface FillQuestion {
  path: string
  name: string
  /** where the filled workbook is written */
  into: string
  sheet: string
  cells: FillCell[]
  /** more rows than the form has room for: they come in behind this line and look like it */
  insert?: Inserted
}

export interface Filled {
  written: number
  /** cells that hold a formula of the sender: they are his, and stay */
  formulas: number
  /** cells that lie under a merged cell, where nothing would be seen */
  hidden: number
}

const MOST_BYTES = 60_000_000

/** @throws Problem when the file cannot be filled, with what to do */
export async function fillSheet({ path, name, into, sheet, cells, insert }: FillQuestion): Promise<Filled> {
  const again = `文件 ${name} 不能原样填写，请用 WPS 或 Excel 打开后另存为“Excel 工作簿（*.xlsx）”，再重新上传`
  const archive = await readFile(path)
  if (archive.length > MOST_BYTES) throw new Problem('bad-input', `文件 ${name} 超过 60 MB，不能原样填写`)
  const zip = await openZip(await openBytes({ bytes: archive, name }))
  const book = await readBook(zip, name)
  const part = book.sheets.find((s) => s.name === sheet)?.part
  if (!part) throw new Problem('bad-input', `文件 ${name} 里没有工作表“${sheet}”`)
  const xml = await zip.text(part, MOST_BYTES * 4)
  const edit = new SheetEdit(xml, book, sheet, insert)
  const changed = new Map<string, Buffer>()
  try {
    changed.set(partName(zip, part), Buffer.from(edit.fill(cells)))
    if (insert) await shiftOutside(zip, changed, sheet, insert)
    if (await hasFormulas(zip, book)) await recalculate(zip, changed)
    await writeFile(into, exchangeParts(archive, changed), { mode: 0o600 })
  } catch (e) {
    if (e instanceof Problem) throw e
    throw Object.assign(new Problem('bad-input', again), { cause: e })
  }
  return edit.done
}

const partName = (zip: Zip, part: string): string =>
  zip.names.find((n) => n === part) ?? zip.names.find((n) => n.toLowerCase() === part.toLowerCase()) ?? part

/** Names of areas (what is printed) and the order of calculation know rows of the sheet as well. */
async function shiftOutside(
  zip: Zip,
  changed: Map<string, Buffer>,
  sheet: string,
  rows: Inserted,
): Promise<void> {
  const workbook = zip.names.find((n) => /(^|\/)workbook\.xml$/.test(n))
  if (workbook) {
    const xml = await zip.text(workbook)
    const moved = xml.replace(
      /(<(?:\w+:)?definedName\b[^>]*>)([^<]*)(<)/g,
      (_, open: string, text: string, close: string) => open + shiftFormula(text, rows, sheet, false) + close,
    )
    if (moved !== xml) changed.set(workbook, Buffer.from(moved))
  }
  for (const chain of zip.names.filter((n) => /(^|\/)calcChain\.xml$/.test(n))) {
    const xml = await zip.text(chain)
    changed.set(
      chain,
      Buffer.from(xml.replace(/(\br=")([^"]*)(")/g, (_, a, ref: string, b) => a + shiftAreas(ref, rows) + b)),
    )
  }
}

async function hasFormulas(zip: Zip, book: Book): Promise<boolean> {
  for (const { part } of book.sheets)
    for await (const chunk of zip.stream(part, MOST_BYTES * 4))
      if (/<(?:\w+:)?f[\s>]/.test(chunk.toString('latin1'))) return true
  return false
}

/** Sums that the file keeps are those of the empty form: the program that opens it counts again. */
async function recalculate(zip: Zip, changed: Map<string, Buffer>): Promise<void> {
  const workbook = zip.names.find((n) => /(^|\/)workbook\.xml$/.test(n))
  if (!workbook) return
  const xml = changed.get(workbook)?.toString() ?? (await zip.text(workbook))
  const calc = /<((?:\w+:)?)calcPr\b([^>]*?)(\/?)>/.exec(xml)
  if (calc?.[2]?.includes('fullCalcOnLoad')) return
  const prefix = /<((?:\w+:)?)workbook\b/.exec(xml)?.[1] ?? ''
  const out = calc
    ? xml.replace(calc[0], `<${calc[1]}calcPr${calc[2]} fullCalcOnLoad="1"${calc[3]}>`)
    : // its place in the order of a workbook is behind the names, or else the sheets
      xml.replace(
        new RegExp(`(</${prefix}definedNames>|</${prefix}sheets>(?!.*</${prefix}definedNames>))`, 's'),
        `$1<${prefix}calcPr fullCalcOnLoad="1"/>`,
      )
  changed.set(workbook, Buffer.from(out))
}

interface CellXml {
  column: number
  xml: string
}
interface RowXml {
  line: number
  /** its attributes without r and spans */
  attributes: string
  cells: CellXml[]
  /** as it stands in the file; undefined once it is written anew */
  raw: string | undefined
}

class SheetEdit {
  readonly done: Filled = { written: 0, formulas: 0, hidden: 0 }
  private readonly before: string
  private readonly after: string
  private readonly rows: RowXml[]
  private readonly byLine = new Map<number, RowXml>()
  private readonly prefix: string
  private readonly book: Book
  private readonly sheet: string
  private readonly insert: Inserted | undefined

  constructor(xml: string, book: Book, sheet: string, insert: Inserted | undefined) {
    const open = /<((?:\w+:)?)sheetData\b[^>]*?(\/?)>/.exec(xml)
    if (!open) throw new Error('fill: no rows')
    this.prefix = open[1] ?? ''
    const from = open.index + open[0].length
    const close = open[2] ? from : xml.indexOf(`</${this.prefix}sheetData>`, from)
    if (close < 0) throw new Error('fill: rows without end')
    this.before = open[2] ? `${xml.slice(0, open.index)}<${this.prefix}sheetData>` : xml.slice(0, from)
    this.after = open[2] ? `</${this.prefix}sheetData>${xml.slice(from)}` : xml.slice(close)
    const data = xml.slice(from, close)
    // what a tag may hide in is not written by any spreadsheet program
    if (/<!\[CDATA\[|<!--/.test(data)) throw new Error('fill: hidden tags')
    this.rows = rowsOf(data, this.prefix)
    this.book = book
    this.sheet = sheet
    this.insert = insert
  }

  fill(cells: readonly FillCell[]): string {
    const rows = this.insert
    const head = rows
      ? this.before.replace(
          /(<(?:\w+:)?dimension\b[^>]*?\bref=")([^"]*)/,
          (_, a, ref: string) => a + shiftAreas(ref, rows),
        )
      : this.before
    let tail = this.after
    if (rows) {
      this.shift(rows)
      tail = this.shiftTail(tail, rows)
      const like = this.rows.find((r) => r.line === rows.after)
      if (like) tail = this.repeat(like, rows, tail)
    }
    const merges = mergesOf(tail)
    for (const row of this.rows) this.byLine.set(row.line, row)
    const first = this.byLine.get(Math.min(...cells.map((c) => c.line)))
    // as the form has it, before it is filled
    const model = first && { ...first, cells: [...first.cells] }
    for (const cell of cells) {
      const under = merges.find((m) => covers(m, cell) && !(m.top === cell.line && m.left === cell.column))
      if (under) this.done.hidden++
      else this.set(cell, model)
    }
    const all = [...this.byLine.values()].sort((a, b) => a.line - b.line)
    return `${head}${all.map((r) => this.rowText(r)).join('')}${tail}`
  }

  private rowText(row: RowXml): string {
    if (row.raw !== undefined) return row.raw
    const p = this.prefix
    return `<${p}row r="${row.line}"${row.attributes}>${row.cells.map((c) => c.xml).join('')}</${p}row>`
  }

  private set(cell: FillCell, model: RowXml | undefined): void {
    const row = this.rowAt(cell.line, model)
    const at = row.cells.findIndex((c) => c.column >= cell.column)
    const found = at >= 0 && row.cells[at]?.column === cell.column ? row.cells[at] : undefined
    if (found && /<(?:\w+:)?f[\s/>]/.test(found.xml)) {
      this.done.formulas++
      return
    }
    const s = found
      ? styleOf(found.xml)
      : styleOf(model?.cells.find((c) => c.column === cell.column)?.xml ?? '') ||
        (/\bs="(\d+)"/.exec(row.attributes)?.[1] ?? '')
    const made = { column: cell.column, xml: this.cellText(cell, s) }
    if (found) row.cells[at] = made
    else row.cells.splice(at < 0 ? row.cells.length : at, 0, made)
    row.raw = undefined
    this.done.written++
  }

  private cellText({ line, column, value, day, percent }: FillCell, style: string): string {
    const p = this.prefix
    const begin = `<${p}c r="${columnLetter(column)}${line}"${style ? ` s="${style}"` : ''}`
    const kind = this.book.styles[Number(style || 0)]?.kind
    const number = (n: number) => `${begin}><${p}v>${n}</${p}v></${p}c>`
    if (typeof value === 'number') return number(percent && kind === 'percent' ? value / 100 : value)
    if (day && kind === 'date') {
      const serial = Date.parse(`${value}T00:00:00Z`) / 86_400_000 + 25_569
      return number(this.book.date1904 ? serial - 1462 : serial)
    }
    return `${begin} t="inlineStr"><${p}is><${p}t xml:space="preserve">${escaped(value)}</${p}t></${p}is></${p}c>`
  }

  /** The row of a line; where the form has none, one that looks like the first that is filled. */
  private rowAt(line: number, model: RowXml | undefined): RowXml {
    const there = this.byLine.get(line)
    if (there) return there
    const made: RowXml = model
      ? emptied(model, line, this.prefix)
      : { line, attributes: '', cells: [], raw: undefined }
    this.byLine.set(line, made)
    return made
  }

  private shift(rows: Inserted): void {
    for (const row of this.rows) {
      const moved = row.line > rows.after ? row.line + rows.count : row.line
      const cells = row.cells.map((c) => ({ ...c, xml: this.shiftCell(c, moved, rows) }))
      if (moved === row.line && cells.every((c, i) => c.xml === row.cells[i]?.xml)) continue
      Object.assign(row, { line: moved, cells, raw: undefined })
    }
  }

  private shiftCell({ column, xml }: CellXml, line: number, rows: Inserted): string {
    return xml
      .replace(/^(<(?:\w+:)?c\b[^>]*?\br=")[^"]*(")/, `$1${columnLetter(column)}${line}$2`)
      .replace(/(<(?:\w+:)?f\b)([^>]*)>([^<]*)/g, (_, tag: string, attrs: string, text: string) => {
        const area = attrs.replace(
          /(\bref=")([^"]*)/,
          (_m, a: string, ref: string) => a + shiftAreas(ref, rows),
        )
        return `${tag}${area}>${shiftFormula(text, rows, this.sheet)}`
      })
  }

  /** Merged cells, rules and lists stand behind the rows. */
  private shiftTail(tail: string, rows: Inserted): string {
    return tail
      .replace(
        /(<(?:\w+:)?(?:mergeCell|hyperlink|autoFilter|dataValidation|conditionalFormatting|protectedRange|ignoredError|brk)\b[^>]*?\b(?:ref|sqref)=")([^"]*)(")/g,
        (_, a: string, areas: string, b: string) => a + shiftAreas(areas, rows) + b,
      )
      .replace(
        /(<(?:\w+:)?(?:formula|formula1|formula2)>)([^<]*)(<)/g,
        (_, a: string, text: string, b: string) => a + shiftFormula(text, rows, this.sheet) + b,
      )
  }

  /** New rows look like the one they come behind, with its merges. */
  private repeat(like: RowXml, { after, count }: Inserted, tail: string): string {
    const made = Array.from({ length: count }, (_, i) => emptied(like, after + 1 + i, this.prefix))
    this.rows.splice(this.rows.indexOf(like) + 1, 0, ...made)
    const across = mergesOf(tail).filter((m) => m.top === after && m.bottom === after)
    const added = made.flatMap(({ line }) => across.map((m) => ({ ...m, top: line, bottom: line })))
    if (added.length === 0) return tail
    const tags = added
      .map(
        (m) =>
          `<${this.prefix}mergeCell ref="${columnLetter(m.left)}${m.top}:${columnLetter(m.right)}${m.top}"/>`,
      )
      .join('')
    return tail
      .replace(new RegExp(`</${this.prefix}mergeCells>`), `${tags}$&`)
      .replace(
        /(<(?:\w+:)?mergeCells\b[^>]*?\bcount=")(\d+)/,
        (_, a: string, n: string) => `${a}${Number(n) + added.length}`,
      )
  }
}

const mergesOf = (tail: string): Merge[] =>
  [...tail.matchAll(/<(?:\w+:)?mergeCell\b[^>]*?\bref="([^"]+)"/g)].flatMap(
    (m) => parseMerge(m[1] ?? '') ?? [],
  )

const covers = (m: Merge, { line, column }: FillCell): boolean =>
  m.top <= line && line <= m.bottom && m.left <= column && column <= m.right

const styleOf = (xml: string): string => /^<(?:\w+:)?c\b[^>]*?\ss="(\d+)"/.exec(xml)?.[1] ?? ''

/** A row like another, with its styles and without its content. */
function emptied(like: RowXml, line: number, prefix: string): RowXml {
  const cells = like.cells.map(({ column, xml }) => {
    const s = styleOf(xml)
    return { column, xml: `<${prefix}c r="${columnLetter(column)}${line}"${s ? ` s="${s}"` : ''}/>` }
  })
  return { line, attributes: like.attributes, cells, raw: undefined }
}

function rowsOf(data: string, prefix: string): RowXml[] {
  const rows: RowXml[] = []
  const tag = new RegExp(`<${prefix}row\\b([^>]*?)(?:/>|>([\\s\\S]*?)</${prefix}row>)`, 'g')
  let last = 0
  for (const m of data.matchAll(tag)) {
    const line = Number(attributes(m[1] ?? '').r ?? last + 1)
    const cells = cellsOf(m[2] ?? '', prefix, line)
    const attrs = (m[1] ?? '').replace(/\s(?:r|spans)="[^"]*"/g, '').trimEnd()
    rows.push({ line, attributes: attrs, cells, raw: m[0] })
    last = line
  }
  return rows
}

function cellsOf(row: string, prefix: string, line: number): CellXml[] {
  const cells: CellXml[] = []
  const tag = new RegExp(`<${prefix}c\\b([^>]*?)(?:/>|>([\\s\\S]*?)</${prefix}c>)`, 'g')
  let last = -1
  for (const m of row.matchAll(tag)) {
    const ref = attributes(m[1] ?? '').r
    const column = ref ? columnOf(ref) : last + 1
    const xml = ref ? m[0] : m[0].replace(`<${prefix}c`, `<${prefix}c r="${columnLetter(column)}${line}"`)
    cells.push({ column, xml })
    last = column
  }
  return cells
}
