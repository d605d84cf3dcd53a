import { DocumentBuilder, documentOfText, type NoticeDocument } from './document.ts'
import type { ReadDocument } from './files.ts'
import { predefinedCMap } from './pdf-cmaps.ts'
import { alignedTable } from './pdf-columns.ts'
import { lineOf, type Placed, type PlacedTable, rowsOf, ruledTables } from './pdf-lines.ts'
import { type PageWords, pageWords } from './pdf-page.ts'

const MAX_PAGES = 300

const nothing = (kind: ReadDocument['kind'], problem: string): ReadDocument => ({
  kind,
  document: documentOfText(''),
  problem,
})

/** pdf.js asks here for what its package would have beside it. */
class Maps {
  fetch({ filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const map = predefinedCMap(filename)
    return map === undefined
      ? Promise.reject(new Error(`no such table: ${filename}`))
      : Promise.resolve(new TextEncoder().encode(map))
  }
}

/** Pictures are not decoded; fonts say which codes they know. */
const SETTINGS = {
  BinaryDataFactory: Maps,
  cMapUrl: 'cmaps/',
  cMapPacked: false,
  useWorkerFetch: false,
  fontExtraProperties: true,
  maxImageSize: 1,
  verbosity: 0,
}

/** pdf.js hands fonts over with a method that Node 20 does not have. */
function mendNode(): void {
  if ('transferToFixedLength' in ArrayBuffer.prototype) return
  Object.defineProperty(ArrayBuffer.prototype, 'transferToFixedLength', {
    configurable: true,
    writable: true,
    value(this: ArrayBuffer, length = this.byteLength) {
      const moved = new Uint8Array(length)
      moved.set(new Uint8Array(this).subarray(0, length))
      return moved.buffer
    },
  })
}

/** The words of a PDF, page by page: lines, and tables by their lines or by what stands below each other. */
export async function readPdf(bytes: Uint8Array): Promise<ReadDocument> {
  // large, and only for those who bring a PDF
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf')
  mendNode()
  const pages: PageWords[] = []
  try {
    // pdf.js takes the buffer over, so it gets its own copy
    const pdf = await getDocumentProxy(new Uint8Array(bytes), SETTINGS)
    if (pdf.numPages > MAX_PAGES)
      return nothing('pdf', `这份 PDF 有 ${pdf.numPages} 页，不像一份通知。请只上传通知正文。`)
    const { OPS } = await getResolvedPDFJS()
    for (let n = 1; n <= pdf.numPages; n++) {
      const page = await pdf.getPage(n)
      pages.push(await pageWords(page, OPS))
      page.cleanup()
    }
  } catch (error) {
    const locked = error instanceof Error && /password/i.test(`${error.name} ${error.message}`)
    return nothing(
      'pdf',
      locked ? '这份 PDF 有密码，请去掉密码后重新上传。' : '这份 PDF 已损坏或无法读取，请重新导出后上传。',
    )
  }
  const known = pages.map((p) =>
    p.pieces.reduce((n, piece) => n + piece.text.replace(/[\s□]/g, '').length, 0),
  )
  const unknown = pages.reduce((n, p) => n + p.unknown, 0)
  const read = known.reduce((a, b) => a + b, 0)
  if (read === 0 || unknown > 4 * read)
    return nothing(
      'picture',
      unknown > 0
        ? `这份 PDF 的字体里没有文字编码，${unknown}个字认不出。请用 Word、WPS 另存为 .docx，或打印后做文字识别再上传。`
        : '这份 PDF 里读不出文字：是扫描件，或没有内嵌字体。请先做文字识别，或用 Word、WPS 另存为 .docx 后上传。',
    )
  return { kind: 'pdf', document: documentOf(pages) }
}

function documentOf(pages: readonly PageWords[]): NoticeDocument {
  const b = new DocumentBuilder()
  const placed = pages.map(placedOn)
  for (const [n, { unknown, pieces }] of pages.entries()) {
    if (unknown > 0) b.said.onPage('glyph', n + 1, unknown)
    if (pieces.length === 0) b.said.add('page')
  }
  goOn(placed)
  for (const [n, page] of placed.entries()) {
    if (n > 0) b.pageBreak()
    for (const one of page) {
      if (one.kind === 'line') b.paragraph([{ text: one.text }])
      else tableInto(b, one)
    }
  }
  return b.document()
}

function tableInto(b: DocumentBuilder, table: PlacedTable): void {
  b.openTable()
  for (let r = 0; r < table.rows; r++) {
    b.openRow()
    for (const cell of table.cells.filter((c) => c.row === r)) {
      b.openCell(cell)
      for (const words of cell.text.split('\n')) b.paragraph([{ text: words }])
    }
  }
  b.closeTable()
}

function placedOn(page: PageWords): Placed[] {
  const ruled = ruledTables(page.rules, page.pieces)
  const free = page.pieces.filter(
    (p) =>
      !ruled.some(
        ({ box }) =>
          p.x >= box.x - 3 && p.to <= box.x2 + 3 && p.y >= box.y - 3 && p.y - 0.35 * p.size <= box.y2,
      ),
  )
  const rows = rowsOf(free)
  const out: Placed[] = ruled.map(({ table }) => table)
  for (let i = 0; i < rows.length; ) {
    const aligned = alignedTable(rows, i)
    const row = rows[i]
    if (aligned) out.push(aligned.table)
    else if (row) out.push(lineOf(row))
    i = aligned?.next ?? i + 1
  }
  return out.filter((p) => p.kind === 'table' || p.text !== '').sort((a, b) => a.y - b.y)
}

const PAGE_NUMBER = /^[—\-–·.\s第页/\d]{1,12}$/

/** A table at the end of a page that goes on at the top of the next is one; a row cut by the page break too. */
function goOn(pages: Placed[][]): void {
  for (let n = pages.length - 1; n > 0; n--) {
    const [above, here] = [pages[n - 1] ?? [], pages[n] ?? []]
    const last = above.filter((p) => p.kind === 'table' || !PAGE_NUMBER.test(p.text)).at(-1)
    const first = here.find((p) => p.kind === 'table' || !PAGE_NUMBER.test(p.text))
    if (last?.kind !== 'table' || first?.kind !== 'table') continue
    if (
      last.edges.length !== first.edges.length ||
      last.edges.some((x, i) => Math.abs(x - (first.edges[i] ?? 0)) > 8)
    )
      continue
    const rest = joinedRow(last, withoutHeads(last, first))
    for (const cell of rest) last.cells.push({ ...cell, row: cell.row + last.rows })
    last.rows += rest.reduce((most, cell) => Math.max(most, cell.row + 1), 0)
    here.splice(here.indexOf(first), 1)
  }
}

/** Headings that are printed again on the next page. */
function withoutHeads(last: PlacedTable, first: PlacedTable): PlacedTable {
  const row = (table: PlacedTable, r: number) =>
    table.cells
      .filter((c) => c.row === r)
      .map((c) => `${c.column}-${c.columns}-${c.rows} ${c.text}`)
      .join('|')
  let heads = 0
  while (heads < Math.min(3, first.rows - 1) && row(last, heads) === row(first, heads)) heads++
  if (heads === 0) return first
  return {
    ...first,
    rows: first.rows - heads,
    cells: first.cells.filter((c) => c.row >= heads).map((c) => ({ ...c, row: c.row - heads })),
  }
}

/** The cells of the next page; its first row is added to the last one where its number is missing. */
function joinedRow(last: PlacedTable, first: PlacedTable): PlacedTable['cells'] {
  const numberOf = (table: PlacedTable, row: number) =>
    table.cells.find((c) => c.row === row && c.column === 0)?.text.trim() ?? ''
  // a title row takes the whole width: it is no rest of a cut row
  const wide = first.cells.some((c) => c.row === 0 && c.columns > 1)
  const cut = !wide && /^\d{1,3}$/.test(numberOf(last, last.rows - 1)) && numberOf(first, 0) === ''
  if (!cut || first.cells.some((c) => c.row === 0 && c.rows > 1)) return first.cells
  for (const cell of first.cells.filter((c) => c.row === 0 && c.text !== '')) {
    const above = last.cells.findLast((c) => c.column === cell.column)
    if (above) above.text += cell.text
  }
  return first.cells.filter((c) => c.row > 0).map((c) => ({ ...c, row: c.row - 1 }))
}
