import { startsWithMarker } from '../markers.ts'
import { DocumentBuilder, type NoticeDocument, type Words } from './document.ts'
import { alignedTable } from './pdf-columns.ts'
import { lineOf, type Placed, type PlacedLine, type PlacedTable, rowsOf, ruledTables } from './pdf-lines.ts'
import { type PageWords, STRUCK } from './pdf-page.ts'
import { joinParagraphs } from './pdf-paragraphs.ts'

/** Pages of words at their places as a document: lines, and tables by what is drawn or stands below each other. */
export function documentOfPages(pages: readonly PageWords[]): NoticeDocument {
  const b = new DocumentBuilder()
  const placed = withoutRunning(pages.map(placedOn))
  for (const [n, { unknown, pieces, pictures }] of pages.entries()) {
    if (unknown > 0) b.said.onPage('glyph', n + 1, unknown)
    if (pieces.length === 0) b.said.add('page')
    const loose = looseRows(placed[n] ?? [])
    if (loose >= (placed[n]?.some((p) => p.kind === 'table' && !p.ruled) ? FEW : LOOSE))
      b.said.onPage('table', n + 1, loose)
    const gaps = (placed[n] ?? []).filter((p) => p.kind === 'table' && !p.ruled && hasGaps(p)).length
    if (gaps > 0) b.said.onPage('merged', n + 1, gaps)
    if (pictures > 0) b.said.add('picture', '', pictures)
  }
  goOn(placed)
  for (const [n, page] of joinParagraphs(placed).entries()) {
    if (n > 0) b.pageBreak()
    const marked = new Map<string, number>()
    for (const one of page) {
      if (one.kind === 'table') tableInto(b, one)
      else lineInto(b, one, marked)
    }
  }
  return b.document()
}

/** Without lines a merged cell looks as an empty one does. */
const hasGaps = ({ cells }: PlacedTable): boolean => cells.some((c) => c.row > 0 && c.text === '')

/** Lines at the edge of a page that may be its head or foot. */
const EDGE = 2

/** Heads, feet and numbers of pages: the same words, but for numbers, at the same height of most pages. */
function withoutRunning(pages: Placed[][]): Placed[][] {
  const key = (line: PlacedLine) => `${Math.round(line.y / 4)} ${line.text.replace(/\d+/g, '#')}`
  const edges = pages.map((page) => {
    const lines = page.filter((p) => p.kind === 'line')
    return new Set([...lines.slice(0, EDGE), ...lines.slice(-EDGE)])
  })
  const seen = new Map<string, number>()
  for (const lines of edges) for (const line of lines) seen.set(key(line), (seen.get(key(line)) ?? 0) + 1)
  const running = (line: PlacedLine) => (seen.get(key(line)) ?? 0) >= Math.max(2, 0.4 * pages.length)
  return pages.map((page, n) => page.filter((p) => p.kind === 'table' || !edges[n]?.has(p) || !running(p)))
}

/** So many lines of parts far from each other are no letterhead and no signature. */
const LOOSE = 5
/** Beside a table that was found by its columns alone. */
const FEW = 2

/** Lines of parts that stand apart and that no table took. */
const looseRows = (page: readonly Placed[]): number =>
  page.filter(
    (p) => p.kind === 'line' && p.parts >= 2 && !/[.…·]{4,}/.test(p.text) && !startsWithMarker(p.text),
  ).length

/** @param marked numbers of notes met on the page, and where */
function lineInto(b: DocumentBuilder, line: PlacedLine, marked: Map<string, number>): void {
  const words = wordsOf(b, line.text)
  const label = /^[\d①-⑳*]{1,2}/.exec(line.text)?.[0] ?? ''
  const at = line.marks.length === 0 ? marked.get(label) : undefined
  if (at === undefined) b.paragraph(words)
  else b.paragraph(words, { place: 'note', note: { label, at } })
  for (const mark of line.marks) marked.set(mark, b.length - 1)
}

/** Struck-out words apart. */
function wordsOf(b: DocumentBuilder, text: string): Words[] {
  if (!text.includes(STRUCK.from)) return [{ text }]
  const out: Words[] = []
  const joined = text.replaceAll(STRUCK.to + STRUCK.from, '')
  for (const [n, part] of joined.split(new RegExp(`[${STRUCK.from}${STRUCK.to}]`)).entries()) {
    if (part === '') continue
    out.push(n % 2 === 1 ? { text: part, struck: true } : { text: part })
    if (n % 2 === 1) b.said.add('struck', part)
  }
  return out
}

function tableInto(b: DocumentBuilder, table: PlacedTable): void {
  b.openTable()
  for (let r = 0; r < table.rows; r++) {
    b.openRow()
    for (const cell of table.cells.filter((c) => c.row === r)) {
      b.openCell(cell)
      for (const words of cell.text.split('\n')) b.paragraph(wordsOf(b, words))
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
