import { readFile, writeFile } from 'node:fs/promises'
import { Problem } from '../../core/errors.ts'
import type { FillCell, Filled } from './fill.ts'
import type { Inserted } from './shift.ts'
import { openBytes } from './source.ts'
import { escaped } from './xlsx-write.ts'
import { decode } from './xml.ts'
import { openZip, type Zip } from './zip.ts'
import { exchangeParts } from './zip-edit.ts'

/*
 * Tables of a .docx: read as rows of cells, and filled where they stand. Only the document's own part changes, and in it
 * only the cells that are filled; a cell keeps the font of what stood in it, or of its paragraph.
 */

const MOST_BYTES = 40_000_000
const PART = 'word/document.xml'

export interface DocxTables {
  tables: { name: string; rows: { text: string; merged?: true }[][] }[]
}

const advice = {
  broken: '请用 Word 或 WPS 打开后另存为 .docx 再上传',
  tooBig: '请只留下要填的表再上传',
  locked: '请取消密码并保存后再上传',
}

async function documentOf(path: string, name: string): Promise<{ archive: Buffer; xml: string; zip: Zip }> {
  const archive = await readFile(path)
  if (archive.length > MOST_BYTES) throw new Problem('bad-input', `文件 ${name} 超过 40 MB，不像一张要填的表`)
  if (archive.length < 4 || archive.readUInt32BE(0) !== 0x504b0304)
    throw new Problem('bad-input', `文件 ${name} 不是 .docx，${advice.broken}`)
  const zip = await openZip(await openBytes({ bytes: archive, name }), advice)
  if (!zip.has(PART)) throw new Problem('bad-input', `文件 ${name} 不是 Word 文档，${advice.broken}`)
  return { archive, zip, xml: await zip.text(PART, MOST_BYTES * 2) }
}

/** @throws Problem for what is no .docx, or holds no table */
export async function docxTables({ path, name }: { path: string; name: string }): Promise<DocxTables> {
  const { xml } = await documentOf(path, name)
  const tables = tablesOf(xml).map((table, i) => ({
    name: `第 ${i + 1} 个表`,
    rows: cellsByGrid(table).map((row) =>
      row.map(({ text, merged }) => ({ text, ...(merged && { merged: true as const }) })),
    ),
  }))
  if (tables.length === 0) throw new Problem('bad-input', `文件 ${name} 里没有表格。要填的是表，请核对文件`)
  return { tables }
}

/** Fills cells of a table, its rows counted from 1. @throws Problem as `docxTables` */
export async function fillDocx(question: {
  path: string
  name: string
  into: string
  table: number
  cells: FillCell[]
  insert?: Inserted
}): Promise<Filled> {
  const { path, name, into, table: at, cells, insert } = question
  const { archive, xml } = await documentOf(path, name)
  const table = tablesOf(xml)[at]
  if (!table) throw new Problem('bad-input', `文件 ${name} 里没有第 ${at + 1} 个表`)
  const done: Filled = { written: 0, formulas: 0, hidden: 0 }
  const rows: (TableRow & { xml: string })[] = table.rows.map((row) => ({
    ...row,
    xml: xml.slice(row.from, row.to),
  }))
  const like = insert && rows[insert.after - 1]
  if (insert && like) {
    const blank = emptied(like.xml)
    rows.splice(insert.after, 0, ...Array.from({ length: insert.count }, () => rowOf(blank)))
  }
  const grid = cellsByGrid({ rows })
  const byRow = new Map<number, FillCell[]>()
  for (const cell of cells) byRow.set(cell.line, [...(byRow.get(cell.line) ?? []), cell])
  for (const [line, wanted] of byRow) {
    const row = rows[line - 1]
    if (!row) continue
    // from the right, so that places further left stay where they are
    for (const cell of wanted.sort((a, b) => b.column - a.column)) {
      const found = grid[line - 1]?.[cell.column]
      if (!found?.cell || found.merged) done.hidden++
      else {
        const { from, to } = found.cell
        const start = from - row.from
        row.xml =
          row.xml.slice(0, start) +
          filledCell(row.xml.slice(start, to - row.from), String(cell.value)) +
          row.xml.slice(to - row.from)
        done.written++
      }
    }
  }
  const [first, last] = [table.rows[0]?.from ?? 0, table.rows.at(-1)?.to ?? 0]
  const text = gapsKept(xml, table.rows, rows, insert)
  const out = xml.slice(0, first) + text + xml.slice(last)
  await writeFile(into, exchangeParts(archive, new Map([[PART, Buffer.from(out)]])), { mode: 0o600 })
  return done
}

/** Rows one behind the other, with whatever stood between them. */
function gapsKept(
  xml: string,
  before: readonly TableRow[],
  rows: readonly { xml: string }[],
  insert?: Inserted,
): string {
  return rows
    .map((row, i) => {
      const old = insert && i >= insert.after ? i - insert.count : i
      const added = insert && i >= insert.after && i < insert.after + insert.count
      const [here, previous] = [before[old], before[old - 1]]
      return (added || !here || !previous ? '' : xml.slice(previous.to, here.from)) + row.xml
    })
    .join('')
}

interface Span {
  from: number
  to: number
}
interface TableCell extends Span {
  text: string
  span: number
  /** continues the cell above */
  continues: boolean
}
interface TableRow extends Span {
  cells: TableCell[]
}

/** The document's own tables, in order; tables inside cells belong to their cells. */
function tablesOf(xml: string): { rows: TableRow[] }[] {
  const tables: { rows: TableRow[] }[] = []
  const open: { tag: string; from: number }[] = []
  for (const m of xml.matchAll(/<(\/?)w:(tbl|tr|tc)(?=[\s>/])[^>]*?(\/?)>/g)) {
    const [, closing, tag = '', alone] = m
    const depth = open.filter((o) => o.tag === 'tbl').length
    if (alone) continue
    if (!closing) {
      open.push({ tag, from: m.index })
      if (tag === 'tbl' && depth === 0) tables.push({ rows: [] })
      if (tag === 'tr' && depth === 1) tables.at(-1)?.rows.push({ from: m.index, to: m.index, cells: [] })
      continue
    }
    const begun = open.pop()
    if (!begun || begun.tag !== tag) throw new Problem('bad-input', `文件里的表格读不懂，${advice.broken}`)
    const row = tables.at(-1)?.rows.at(-1)
    if (depth !== 1 || !row) continue
    const to = m.index + m[0].length
    if (tag === 'tr') row.to = to
    if (tag === 'tc') row.cells.push(cellOf(xml.slice(begun.from, to), begun.from, to))
  }
  return tables
}

const rowOf = (xml: string): TableRow & { xml: string } => {
  const row = tablesOf(`<w:tbl>${xml}</w:tbl>`)[0]?.rows[0]
  const moved = '<w:tbl>'.length
  const cells = (row?.cells ?? []).map((c) => ({ ...c, from: c.from - moved, to: c.to - moved }))
  return { from: 0, to: xml.length, cells, xml }
}

function cellOf(xml: string, from: number, to: number): TableCell {
  const properties = /<w:tcPr>[\s\S]*?<\/w:tcPr>/.exec(xml)?.[0] ?? ''
  const merge = /<w:vMerge(?:\s+w:val="(\w+)")?\s*\/?>/.exec(properties)
  return {
    from,
    to,
    text: textOf(xml),
    span: Number(/<w:gridSpan\s+w:val="(\d+)"/.exec(properties)?.[1] ?? 1),
    continues: merge !== null && merge[1] !== 'restart',
  }
}

const textOf = (xml: string): string =>
  xml
    .split(/<\/w:p>/)
    .map((p) =>
      [...p.matchAll(/<w:t(?:\s[^>]*)?>([^<]*)<\/w:t>|<w:(?:tab|br)\s*\/>/g)]
        .map((m) => (m[1] === undefined ? ' ' : decode(m[1])))
        .join(''),
    )
    .join('\n')
    .trim()

/** Cells by the column of the grid they stand in; what is merged repeats what it belongs to. */
function cellsByGrid({
  rows,
}: {
  rows: readonly TableRow[]
}): { text: string; merged: boolean; cell?: TableCell }[][] {
  const grid: { text: string; merged: boolean; cell?: TableCell }[][] = []
  for (const row of rows) {
    const line: (typeof grid)[number] = []
    for (const cell of row.cells) {
      const above = grid.at(-1)?.[line.length]
      const text = cell.continues ? (above?.text ?? '') : cell.text
      line.push({ text, merged: cell.continues, cell })
      for (let i = 1; i < cell.span; i++) line.push({ text, merged: true })
    }
    grid.push(line)
  }
  return grid
}

/** A row like another, without its words and without the marks that may stand once in a document. */
const emptied = (row: string): string =>
  row.replace(/<w:r(?:\s[^>]*)?>[\s\S]*?<\/w:r>/g, '').replace(/\s\w+:(?:paraId|textId)="[^"]*"/g, '')

function filledCell(cell: string, text: string): string {
  const font =
    (/<w:r(?:\s[^>]*)?>\s*(<w:rPr>[\s\S]*?<\/w:rPr>)/.exec(cell) ??
      /(<w:rPr>[\s\S]*?<\/w:rPr>)\s*<\/w:pPr>/.exec(cell))?.[1] ?? ''
  const run = `<w:r>${font}<w:t xml:space="preserve">${escaped(text)}</w:t></w:r>`
  const paragraph = /<w:p(?:\s[^>]*)?\/>|<w:p(?:\s[^>]*)?>([\s\S]*?)<\/w:p>/.exec(cell)
  if (!paragraph) return cell.replace('</w:tc>', `<w:p>${run}</w:p></w:tc>`)
  const whole = paragraph[0]
  if (paragraph[1] === undefined) return cell.replace(whole, () => `${whole.slice(0, -2)}>${run}</w:p>`)
  const properties = /<w:pPr>[\s\S]*?<\/w:pPr>|<w:pPr\s*\/>/.exec(paragraph[1])?.[0] ?? ''
  const begin = whole.slice(0, whole.indexOf('>') + 1)
  return cell.replace(whole, () => `${begin}${properties}${run}</w:p>`)
}
