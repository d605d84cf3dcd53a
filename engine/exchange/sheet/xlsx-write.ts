import { columnLetter } from './headings.ts'
import { type ZipPart, zipStream } from './zip-stream.ts'

/** What a cell holds: text, a number, or an instant whose UTC fields are what the sheet shows. */
export type CellOut = string | number | Date | null

export interface ColumnOut {
  /** characters wide */
  width: number
  format: 'general' | 'text' | 'date' | 'time'
}

export interface BookOut {
  /** already fit for a sheet's name */
  sheetName: string
  columns: readonly ColumnOut[]
  /** rows that stay in sight while scrolling */
  frozen: number
  /** the first row is printed on every page */
  repeatFirst: boolean
}

/** Row numbers end here in every program that reads the format. */
export const MOST_ROWS = 1_048_576
/** text that is handed on in one piece: small enough to be pulled row by row, large enough to pack well */
const PIECE = 64_000

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Style number of each format in `styles`. */
const styleOf: Record<ColumnOut['format'], number> = { general: 0, text: 1, date: 2, time: 3 }

const styles = `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">${[
  0, 49, 164, 165,
]
  .map((f) => `<xf numFmtId="${f}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`)
  .join('')}</cellXfs></styleSheet>`

const contentTypes = `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`
const rootRels = `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const bookRels = `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/styles" Target="styles.xml"/></Relationships>`

function workbook(book: BookOut): string {
  const name = escaped(book.sheetName)
  const titles = book.repeatFirst
    ? `<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">'${name.replaceAll("'", "''")}'!$1:$1</definedName></definedNames>`
    : ''
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets>${titles}</workbook>`
}

/**
 * A workbook of one sheet, its bytes made while its rows are pulled. Text is always a text cell.
 * @throws RangeError for more rows than a sheet has
 */
export function xlsxStream(book: BookOut, rows: AsyncIterable<CellOut[]>): AsyncGenerator<Buffer> {
  const whole = (text: string): Iterable<Buffer> => [Buffer.from(text)]
  const parts: ZipPart[] = [
    { name: '[Content_Types].xml', bytes: whole(contentTypes) },
    { name: '_rels/.rels', bytes: whole(rootRels) },
    { name: 'xl/workbook.xml', bytes: whole(workbook(book)) },
    { name: 'xl/_rels/workbook.xml.rels', bytes: whole(bookRels) },
    { name: 'xl/styles.xml', bytes: whole(styles) },
    { name: 'xl/worksheets/sheet1.xml', bytes: sheetXml(book, rows) },
  ]
  return zipStream(parts)
}

async function* sheetXml(book: BookOut, rows: AsyncIterable<CellOut[]>): AsyncGenerator<Buffer> {
  const pane = `<pane ySplit="${book.frozen}" topLeftCell="A${book.frozen + 1}" activePane="bottomLeft" state="frozen"/>`
  const cols = book.columns.map(
    (c, i) =>
      `<col min="${i + 1}" max="${i + 1}" width="${c.width.toFixed(1)}" customWidth="1" style="${styleOf[c.format]}"/>`,
  )
  let piece = `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${book.frozen ? pane : ''}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>${cols.length ? `<cols>${cols.join('')}</cols>` : ''}<sheetData>`
  const letters = book.columns.map((_, i) => columnLetter(i))
  const formats = book.columns.map((c) => styleOf[c.format])
  let n = 0
  for await (const row of rows) {
    n++
    if (n > MOST_ROWS) throw new RangeError(`more than ${MOST_ROWS} rows in a sheet`)
    piece += `<row r="${n}">`
    for (let i = 0; i < row.length; i++) {
      const value = row[i]
      if (value !== null && value !== undefined) piece += cell(`${letters[i]}${n}`, value, formats[i])
    }
    piece += '</row>'
    if (piece.length < PIECE) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(`${piece}</sheetData></worksheet>`)
}

function cell(at: string, value: string | number | Date, style = 0): string {
  const begin = `<c r="${at}"${style ? ` s="${style}"` : ''}`
  if (typeof value === 'number') return `${begin}><v>${value}</v></c>`
  // days since 1899-12-30, as every program counts from March 1900 on
  if (typeof value !== 'string') return `${begin}><v>${value.getTime() / 86_400_000 + 25_569}</v></c>`
  const keep = /^\s|\s$|[\n\t]| {2}/.test(value) ? ' xml:space="preserve"' : ''
  return `${begin} t="inlineStr"><is><t${keep}>${escaped(value)}</t></is></c>`
}

const special = /[&<>"]|\p{Cc}/u

/** Text as XML; control characters, which XML cannot hold, as Excel writes them (_x000D_). */
export function escaped(text: string): string {
  if (!special.test(text)) return text
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/(?![\t\n])\p{Cc}/gu, (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
}
