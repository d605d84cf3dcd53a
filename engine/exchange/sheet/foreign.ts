import { Problem } from '../../core/errors.ts'
import { booleanCell, emptyCell, errorCell, NumberCells, plainStyle, textCell, unsureResult } from './cell.ts'
import { filled } from './merges.ts'
import type { Bytes } from './source.ts'
import type { Cell, Row, Table } from './types.ts'
import { webPart, webText } from './web-part.ts'
import { sheetAt } from './which.ts'
import { numberStyle } from './xlsx-book.ts'

/*
 * Tables that are no .xlsx and no text: .xls and .et, .ods, web pages and XML saved under the name .xls. They are
 * small and old; SheetJS reads them whole, in the reading process alone, whose memory and time are bounded.
 */

/** Beyond it the whole tree of a file does not fit into the reading process. */
const MOST_BYTES = 40_000_000

export type ForeignKind = 'biff' | 'ods' | 'html' | 'mhtml' | 'xml'

const saveAs = '请用 WPS 或 Excel 打开后另存为“Excel 工作簿（*.xlsx）”再导入'

interface SheetCell {
  t: string
  /** formula */
  f?: string
  v?: unknown
  w?: string
  z?: string | number
}
interface Sheet {
  '!data'?: (SheetCell | undefined)[][]
  '!merges'?: { s: { r: number; c: number }; e: { r: number; c: number } }[]
  '!rows'?: ({ hidden?: boolean } | undefined)[]
  '!cols'?: ({ hidden?: boolean } | undefined)[]
}

/** @throws Problem with what to do, where it cannot be read */
export async function openForeign(bytes: Bytes, kind: ForeignKind, maxColumns: number): Promise<Table> {
  const refuse = (why: string): Problem => new Problem('bad-input', `文件 ${bytes.name} ${why}`)
  if (bytes.size > MOST_BYTES) throw refuse(`超过 40 MB，旧格式的大表${saveAs}`)
  const XLSX = await import('@e965/xlsx')
  const all = await bytes.read(0, bytes.size)
  let book: ReturnType<typeof XLSX.read>
  try {
    // text of web pages stays text: a code of 18 digits is no number
    const options = { dense: true, cellNF: true, cellText: false, raw: true } as const
    book =
      kind === 'biff' || kind === 'ods'
        ? XLSX.read(all, { ...options, type: 'buffer' })
        : XLSX.read(kind === 'xml' ? webText(all) : closed(kind === 'mhtml' ? webPart(all) : webText(all)), {
            ...options,
            type: 'string',
          })
  } catch (e) {
    const said = e instanceof Error ? e.message : ''
    if (
      /^File is password-protected/i.test(said) &&
      kind === 'biff' &&
      all.includes('Workbook', 0, 'utf16le')
    )
      throw refuse('加了密码，请在表格软件中取消密码并保存后再导入')
    throw refuse(`无法读取（${names[kind]}），${saveAs}`)
  }
  const date1904 = book.Workbook?.WBProps?.date1904 === true
  const hidden = new Map((book.Workbook?.Sheets ?? []).map((s) => [s.name, (s.Hidden ?? 0) !== 0]))
  const sheets = book.SheetNames.map((name) => {
    const sheet: Sheet = book.Sheets[name] ?? {}
    const columns = (sheet['!cols'] ?? []).flatMap((c, i) => (c?.hidden ? [i] : []))
    return {
      name,
      hidden: hidden.get(name) ?? false,
      rowsEstimate: sheet['!data']?.length ?? 0,
      ...(columns.length > 0 && { hiddenColumns: columns }),
    }
  })
  if (sheets.every((s) => s.rowsEstimate === 0)) throw refuse(`里没有表格（${names[kind]}），${saveAs}`)
  return {
    kind: 'xlsx',
    date1904,
    sheets,
    rows(which) {
      const { name } = sheetAt(sheets, which).sheet
      const sheet: Sheet = book.Sheets[name] ?? {}
      const merges = (sheet['!merges'] ?? [])
        .map((m) => ({ top: m.s.r + 1, left: m.s.c, bottom: m.e.r + 1, right: m.e.c }))
        .sort((a, b) => a.top - b.top)
      return filled(rowsOf(sheet, new NumberCells(date1904), maxColumns), merges, maxColumns)
    },
    close: () => bytes.close(),
  }
}

const names: Record<ForeignKind, string> = {
  biff: '旧版 Excel 格式 xls',
  ods: 'ODS 表格',
  html: '网页另存的表格',
  mhtml: '单个文件网页（MHTML）',
  xml: 'XML 表格',
}

const errorWord = /^#[A-Z/0-9?!]+$/

/** SheetJS runs cells together that a page has not closed. */
const closed = (page: string): string =>
  page.replace(/(<t[dh]\b[^>]*>)((?:(?!<\/?t[dhr]\b)[\s\S])*)(?=<t[dh]\b|<\/?tr\b|<\/table)/gi, '$1$2</td>')

async function* rowsOf(sheet: Sheet, numbers: NumberCells, maxColumns: number): AsyncGenerator<Row> {
  for (const [r, data] of (sheet['!data'] ?? []).entries()) {
    if (!data) continue
    const cells: Cell[] = []
    for (let c = 0; c < Math.min(data.length, maxColumns); c++) cells.push(cellOf(data[c], numbers))
    while (cells.length && cells.at(-1) === emptyCell) cells.pop()
    yield { line: r + 1, cells, ...(sheet['!rows']?.[r]?.hidden && { hidden: true as const }) }
  }
}

function cellOf(cell: SheetCell | undefined, numbers: NumberCells): Cell {
  if (!cell || cell.v === undefined || cell.v === null) return emptyCell
  switch (cell.t) {
    case 'n': {
      // SheetJS gives 0 for a text or an error that a formula of an .xls made: no reader could tell it from a number
      if (cell.f !== undefined && cell.v === 0) return unsureResult
      const style = typeof cell.z === 'string' && cell.z !== 'General' ? numberStyle(-1, cell.z) : plainStyle
      return numbers.cell(Number(cell.v), style)
    }
    case 'b':
      return booleanCell(cell.v === true)
    case 'e':
      return errorCell(cell.w ?? '#VALUE!')
    default:
      return textCell(String(cell.v), cell.f !== undefined || errorWord.test(String(cell.v))) ?? emptyCell
  }
}
