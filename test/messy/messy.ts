import { zipOf } from '../../engine/exchange/sheet/zip-write.ts'
import { dateToSerial } from '../../fields/normal/dates.ts'
import { Chance, type Firm, type FirmOptions, firms, type Typed, titles, typed } from './messy-firms.ts'

/*
 * Ledgers as they arrive: a title over everything, two-level headings, merged towns, blank rows, subtotals,
 * footers, a sheet of instructions in front and a hidden one behind. For tests and the import benchmark.
 */

export interface MessyOptions extends FirmOptions {
  /** Which heading texts: 0 the plain ones, 1 and 2 aliases. Default by the seed. */
  headings?: 0 | 1 | 2
  /** 主要负责人 as one heading over 姓名 and 电话 (xlsx only). Default true unless headings is 0. */
  twoLevel?: boolean
}

export interface MessyLedger {
  bytes: Buffer
  /** The truth of every record with the line it stands in, in order. */
  records: (Firm & { line: number })[]
  /** Lines below the headings that are no records. */
  skipped: number[]
}

type Line = { cells: (Typed | undefined)[]; merges?: string[]; styles?: number }

/** Number formats of the workbook by style index: general, date, 年月日, 000000-padded text, bold heading. */
const styles =
  '<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="16"/><name val="宋体"/></font></fonts>' +
  '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>' +
  '<cellXfs count="4"><xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/><xf numFmtId="176" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" xfId="0" applyFont="1"/></cellXfs>'

/** An .xlsx with shared strings, as Excel and WPS write them. The same options give the same bytes. */
export function messyXlsx(options: MessyOptions): MessyLedger {
  const sheet = new SheetXml()
  const { records, skipped } = fill(options, true, (line) => sheet.add(line))
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  const note = (text: string) =>
    `${head}<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${text}</t></is></c></row></sheetData></worksheet>`
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  const bytes = zipOf({
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>${[1, 2, 3].map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${type}.worksheet+xml"/>`).join('')}<Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${type}.sharedStrings+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="填表说明" sheetId="1" r:id="rId1"/><sheet name="企业台账" sheetId="2" r:id="rId2"/><sheet name="字典" sheetId="3" state="hidden" r:id="rId3"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${[1, 2, 3].map((n) => `<Relationship Id="rId${n}" Type="${office}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId4" Type="${office}/styles" Target="styles.xml"/><Relationship Id="rId5" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': note('请各乡镇按要求填写，不得改动表头。'),
    'xl/worksheets/sheet2.xml': sheet.xml(head, main),
    'xl/worksheets/sheet3.xml': note('在产'),
    'xl/styles.xml': `${head}<styleSheet xmlns="${main}">${styles}</styleSheet>`,
    'xl/sharedStrings.xml': sheet.strings(head, main),
  })
  return { bytes, records, skipped }
}

/** The same ledger as CSV, UTF-8 without byte order mark (encode it otherwise as a test needs). */
export function messyCsv(options: MessyOptions): MessyLedger {
  const lines: string[] = []
  const field = (v: Typed | undefined) => {
    const text = v === null || v === undefined ? '' : typeof v === 'object' ? v.date : String(v)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  let at = 1
  const { records, skipped } = fill(options, false, (line) => {
    lines.push(line.cells.map(field).join(','))
    const breaks = line.cells.filter((v) => typeof v === 'string' && v.includes('\n')).length
    const here = at
    at += 1 + breaks
    return here
  })
  return { bytes: Buffer.from(`${lines.join('\r\n')}\r\n`), records, skipped }
}

/** Lay out the ledger line by line; `put` answers the line number it got. */
function fill(options: MessyOptions, xlsx: boolean, put: (line: Line) => number) {
  const c = new Chance(options.seed ^ 0x5eed)
  const style = options.headings ?? (c.int(0, 2) as 0 | 1 | 2)
  const twoLevel = xlsx && (options.twoLevel ?? style > 0)
  const width = titles.length + 1
  const last = letter(width - 1)
  const records: MessyLedger['records'] = []
  const skipped: number[] = []
  const row = (...cells: (Typed | undefined)[]): Line => ({
    cells: Array.from({ length: width }, (_, i) => cells[i]),
  })

  put({ ...row('泽州县2026年工贸企业基本情况台账（示例数据）'), merges: [`A1:${last}1`], styles: 3 })
  put(row('填报单位：各乡镇', null, null, null, '填报日期：2026年3月31日'))
  const texts = titles.map((t) => t[style] ?? t[0])
  if (twoLevel) {
    const head = 8
    const merges = [`I3:J3`]
    for (let col = 0; col < width; col++)
      if (col !== head && col !== head + 1) merges.push(`${letter(col)}3:${letter(col)}4`)
    put({ ...row('序号', ...texts.slice(0, 7), '主要负责人', null, ...texts.slice(9)), merges })
    const lower: (string | null)[] = Array(width).fill(null)
    lower[head] = '姓名'
    lower[head + 1] = '电话'
    put(row(...lower))
  } else put(row('序号', ...texts))

  let town = ''
  let townRows = 0
  let townStaff = 0
  let open: { from: number; line: Line } | undefined
  let number = 0
  const subtotal = () => {
    if (townRows > 0)
      skipped.push(put(row('小计', null, null, null, null, null, null, null, null, null, townStaff)))
    townRows = 0
    townStaff = 0
  }
  const hold: { line: Line; firm: Firm }[] = []
  // Rows of a merged town are held back until their group is complete, since the first one names the area.
  const flush = () => {
    if (hold.length > 1 && open) open.line.merges = [`D${open.from}:D${open.from + hold.length - 1}`]
    for (const { line, firm } of hold) records.push({ ...firm, line: put(line) })
    hold.length = 0
    open = undefined
  }
  let next = twoLevel ? 5 : 4
  for (const firm of firms(options)) {
    if (firm.town !== town) {
      flush()
      if (town !== '') {
        if (townRows > 0) next++
        subtotal()
      }
      town = firm.town
    }
    if (!options.clean && c.is(0.004)) {
      flush()
      skipped.push(put(row()))
      next++
    }
    const line = row(++number, ...typed(c, firm, options.clean))
    const merging = xlsx && c.is(0.3) && !firm.defects.includes('unknown-town')
    if (merging && open && hold.length < 8) line.cells[3] = null
    else {
      flush()
      open = { from: next, line }
    }
    hold.push({ line, firm })
    if (firm.defects.includes('unknown-town')) flush()
    next++
    townRows++
    townStaff += firm.staff
  }
  flush()
  subtotal()
  skipped.push(put(row('合计', null, null, null, null, null, null, null, null, null, number)))
  skipped.push(
    put(
      row(
        '填表人：张三',
        null,
        null,
        '审核人：李四',
        null,
        null,
        null,
        null,
        null,
        null,
        '联系电话：0356-2021234',
      ),
    ),
  )
  skipped.push(put({ ...row('备注：涉粉作业人数指单班最多人数；数据均为虚构。') }))
  return { records, skipped }
}

/** A worksheet with shared strings, written row by row. */
class SheetXml {
  private readonly rows: string[] = []
  private readonly merges: string[] = []
  private readonly index = new Map<string, number>()
  private line = 0

  add(line: Line): number {
    this.line++
    const cells = line.cells
      .map((value, col) => this.cell(value, `${letter(col)}${this.line}`, line.styles))
      .join('')
    this.rows.push(`<row r="${this.line}" spans="1:${line.cells.length}">${cells}</row>`)
    if (line.merges) this.merges.push(...line.merges)
    return this.line
  }

  private cell(value: Typed | undefined, ref: string, style?: number): string {
    if (value === null || value === undefined) return ''
    if (typeof value === 'number') return `<c r="${ref}"><v>${value}</v></c>`
    if (typeof value === 'object')
      return `<c r="${ref}" s="${this.line % 2 ? 1 : 2}"><v>${dateToSerial(value.date)}</v></c>`
    let at = this.index.get(value)
    if (at === undefined) {
      at = this.index.size
      this.index.set(value, at)
    }
    return `<c r="${ref}"${style ? ` s="${style}"` : ''} t="s"><v>${at}</v></c>`
  }

  xml(head: string, ns: string): string {
    const merges = this.merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')
    return `${head}<worksheet xmlns="${ns}"><sheetData>${this.rows.join('')}</sheetData><mergeCells count="${this.merges.length}">${merges}</mergeCells></worksheet>`
  }

  strings(head: string, ns: string): string {
    const safe = (t: string) => t.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const items = [...this.index.keys()]
      .map((t) => `<si><t xml:space="preserve">${safe(t)}</t></si>`)
      .join('')
    return `${head}<sst xmlns="${ns}" uniqueCount="${this.index.size}">${items}</sst>`
  }
}

const letter = (column: number): string => String.fromCharCode(65 + column)
