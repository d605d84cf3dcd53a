/** What reading processes do with spreadsheets: a short description, and the rows into a file. */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Problem } from '../../core/errors.ts'
import { emptyCell } from './cell.ts'
import { firstRows } from './headings.ts'
import { openTable } from './open.ts'
import type { Cell, OpenOptions, Row, SheetInfo, Table } from './types.ts'

/** A cell as it is handed over: text alone as a string, nothing as null, all else as it is. */
export type PackedCell = null | string | Cell
/** Line, 1 when hidden, cells. */
export type PackedRow = [line: number, hidden: 0 | 1, cells: PackedCell[]]

export interface SheetQuestion {
  path: string
  name: string
  options?: OpenOptions
}

export interface SheetDescription
  extends Pick<Table, 'kind' | 'encoding' | 'separator' | 'damage' | 'date1904'> {
  sheets: SheetInfo[]
  /** the first rows of the first sheets; `all` says that there are no more */
  first: { rows: PackedRow[]; all: boolean }[]
}

/** Rows enough to find the headings, and sheets enough for any ledger; more are read when asked for. */
const FIRST_ROWS = 40
const FIRST_SHEETS = 20
/** The file with the rows may not be larger: a merged area over everything makes gigabytes out of nothing. */
const MOST_SPOOLED = 2_000_000_000
const BLOCK = 256 * 1024

export async function describeSheet({ path, name, options }: SheetQuestion): Promise<SheetDescription> {
  const table = await openTable({ path, name }, options)
  try {
    const { kind, encoding, separator, damage, date1904, sheets } = table
    const first: SheetDescription['first'] = []
    for (const at of sheets.slice(0, FIRST_SHEETS).keys()) {
      const rows = await firstRows(table, at, FIRST_ROWS)
      first.push({ rows: rows.map(packRow), all: rows.length < FIRST_ROWS })
    }
    return {
      kind,
      ...(encoding && { encoding }),
      ...(separator && { separator }),
      ...(damage && { damage }),
      date1904,
      sheets,
      first,
    }
  } finally {
    await table.close()
  }
}

/** Writes the rows behind line `after`, one a line as JSON, in `mostBytes` at most. @returns how many */
export async function spoolRows(
  question: SheetQuestion & { sheet: number; after: number; into: string },
  mostBytes = MOST_SPOOLED,
): Promise<{ rows: number }> {
  const { path, name, options, sheet, after, into } = question
  const table = await openTable({ path, name }, options)
  const out = createWriteStream(into, { flags: 'wx', mode: 0o600 })
  const failed = once(out, 'error').then(([e]) => Promise.reject(e))
  failed.catch(() => {})
  let rows = 0
  let bytes = 0
  let block = ''
  const write = async () => {
    bytes += Buffer.byteLength(block)
    if (bytes > mostBytes)
      throw new Problem(
        'bad-input',
        `文件 ${name} 展开后超过 2 GB，已停止读取。请取消大片的合并单元格或拆成几个文件后再导入`,
      )
    const full = !out.write(block)
    block = ''
    if (full) await Promise.race([once(out, 'drain'), failed])
  }
  try {
    for await (const row of table.rows(sheet)) {
      if (row.line <= after) continue
      block += `${JSON.stringify(packRow(row))}\n`
      rows++
      if (block.length > BLOCK) await write()
    }
    await write()
    await Promise.race([new Promise<void>((done) => out.end(done)), failed])
    return { rows }
  } finally {
    out.destroy()
    await table.close()
  }
}

const packRow = ({ line, cells, hidden }: Row): PackedRow => [line, hidden ? 1 : 0, cells.map(packCell)]

/** A cell of a spreadsheet holds no more; only a text file can have longer ones. */
const MOST_TEXT = 32_767

function packCell(cell: Cell): PackedCell {
  if (cell.text.length > MOST_TEXT) {
    const text = `${cell.text.slice(0, 40)}…`
    return { raw: text, text, error: `这一格有 ${cell.text.length} 字，超过 ${MOST_TEXT} 字，没有读` }
  }
  if (cell.text === '' && cell.error === undefined && cell.raw === null) return null
  return cell.raw === cell.text && !cell.error && !cell.note && !cell.merged && cell.number === undefined
    ? cell.text
    : cell
}

/** @throws Error when the line was not written by `spoolRows` */
export function unpackRow(packed: unknown): Row {
  const [line, hidden, cells] = Array.isArray(packed) ? (packed as unknown[]) : []
  if (!Number.isInteger(line) || !Array.isArray(cells)) throw new Error('reader: no row')
  return {
    line: line as number,
    cells: cells.map(unpackCell),
    ...(hidden === 1 && { hidden: true as const }),
  }
}

function unpackCell(packed: unknown): Cell {
  if (packed === null) return emptyCell
  if (typeof packed === 'string') return { raw: packed, text: packed }
  const { raw, text, date, time, number, error, note, merged } = packed as Cell
  if (typeof text !== 'string' || (raw !== null && !['string', 'number', 'boolean'].includes(typeof raw)))
    throw new Error('reader: no cell')
  return {
    raw,
    text,
    ...(date !== undefined && { date: String(date) }),
    ...(time !== undefined && { time: String(time) }),
    ...(typeof number === 'number' && { number }),
    ...(error !== undefined && { error: String(error) }),
    ...(note !== undefined && { note: String(note) }),
    ...(merged === true && { merged: true as const }),
  }
}
