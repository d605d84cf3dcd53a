import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { newId } from '../core/ids.ts'
import { columnsOf as exportColumns, noteExport, personalColumns } from '../exchange/export/index.ts'
import type { FillCell } from '../exchange/sheet/index.ts'
import { readApart } from '../reader/index.ts'
import type { Services } from '../store/services.ts'
import { ownCollection } from './access.ts'
import { totalOf } from './compute.ts'
import { isDocument, tableNumber } from './form-file.ts'
import type { CollectionServices } from './make.ts'
import { byPlace, cellKey, cellsOf, columnsOf, rowsOf } from './rows.ts'
import { type Collection, type Column, cellValue, type FormRow } from './types.ts'

const filled = z.object({ written: z.number(), formulas: z.number(), hidden: z.number() })

/** Lines for the rows: those that the form brought stay on theirs; the others take the blank ones, in order. */
export function linesFor(
  layout: Collection['layout'],
  rows: readonly FormRow[],
): { lines: Map<number, number>; insert?: { after: number; count: number } } {
  const lines = new Map<number, number>()
  const taken = new Set(layout.given.map((g) => g.line))
  for (const r of rows) if (r.line !== null) lines.set(r.n, r.line)
  let line = layout.first
  for (const r of rows) {
    if (r.line !== null) continue
    while (taken.has(line)) line++
    lines.set(r.n, line++)
  }
  const { last } = layout
  const used = Math.max(0, ...lines.values())
  if (last === null || used <= last) return { lines }
  return { lines, insert: { after: last, count: used - last } }
}

/**
 * The form, filled, in the sender's own file. Ends `out`; the journal keeps who took it and how many rows, and that
 * there is personal content in it.
 * @throws Problem `not-found`, or where the file cannot be filled
 */
export async function resultSheet(
  s: CollectionServices,
  actor: Actor,
  id: string,
  out: Writable,
): Promise<void> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const columns = await columnsOf(s.db, id)
  const rows = (await rowsOf(s.db, id)).filter((r) => !r.gone)
  const { lines, insert } = linesFor(c.layout, rows)
  const known = byPlace(await cellsOf(s.db, id))
  const cells = [
    ...cellsFor(s, c, columns, rows, lines, known),
    ...(await totalCells(s, actor, c, columns, rows, known, insert?.count ?? 0)),
  ]
  const into = path.join(s.files.folder, 'incoming', `form-${newId()}`)
  try {
    if (cells.length > 0)
      filled.parse(
        await readApart(
          isDocument(c.file_name) ? 'docx-fill' : 'sheet-fill',
          {
            path: path.resolve(s.files.pathOf(c.file_id)),
            name: c.file_name,
            into: path.resolve(into),
            sheet: c.layout.sheet,
            table: tableNumber(c.layout.sheets, c.layout.sheet),
            cells,
            ...(insert && { insert }),
          },
          { user: actor.id, name: c.file_name },
        ),
      )
    await noteExport(s, actor, {
      register: c.register ?? 'collection',
      rows: rows.length,
      whole: true,
      filter: `报表填报“${c.title}”`,
      purpose: `报表填报：${c.title}`,
      personal: personalIn(s, actor, c, columns),
    })
    await pipeline(createReadStream(cells.length > 0 ? into : s.files.pathOf(c.file_id)), out)
  } finally {
    await rm(into, { force: true })
  }
}

/** Titles of columns with personal content in full. */
export function personalIn(s: Services, actor: Actor, c: Collection, columns: readonly Column[]): string[] {
  const def = c.register ? s.catalogue.findRecord(c.register) : undefined
  const fields = columns.flatMap((x) => (x.source && 'field' in x.source ? [x.source.field] : []))
  return def && fields.length ? personalColumns(s, actor, def, exportColumns(s.catalogue, def, fields)) : []
}

function cellsFor(
  s: Services,
  c: Collection,
  columns: readonly Column[],
  rows: readonly FormRow[],
  lines: ReadonlyMap<number, number>,
  cells: ReturnType<typeof byPlace>,
): FillCell[] {
  const theirs = new Map(c.layout.given.map((g) => [g.line, g.texts]))
  return rows.flatMap((row, i) =>
    columns.flatMap((column): FillCell[] => {
      const line = lines.get(row.n) ?? 0
      const cell = cells.get(cellKey(row.n, column.n))
      const own = row.line !== null && (theirs.get(row.line)?.[column.at] ?? '') !== ''
      // what the sender wrote there stays his
      if (own && cell?.chosen !== 'typed') return []
      const value = column.source && 'sequence' in column.source ? i + 1 : cellValue(cell)
      if (value === null) return []
      return [
        {
          line,
          column: column.at,
          value,
          ...(column.kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(String(value)) && { day: true as const }),
          ...(isPercent(s, column) && { percent: true as const }),
        },
      ]
    }),
  )
}

/** The line that sums up places: what the records say of the whole; of what was typed, the sum of what came back. */
async function totalCells(
  s: Services,
  actor: Actor,
  c: Collection,
  columns: readonly Column[],
  rows: readonly FormRow[],
  cells: ReturnType<typeof byPlace>,
  added: number,
): Promise<FillCell[]> {
  const { total, first } = c.layout
  if (c.about !== 'place' || total === null) return []
  const whole = await totalOf(s, actor, c, columns)
  return columns.flatMap((column, i): FillCell[] => {
    if (column.kind !== 'number') return []
    const typed = rows.flatMap((r) => {
      const value = cellValue(cells.get(cellKey(r.n, column.n)))
      return typeof value === 'number' ? [value] : []
    })
    const value = column.source ? whole[i] : typed.length ? typed.reduce((a, b) => a + b, 0) : null
    if (value === null || value === undefined) return []
    const line = total >= first ? total + added : total
    return [{ line, column: column.at, value, ...(isPercent(s, column) && { percent: true as const }) }]
  })
}

const isPercent = (s: Services, { source }: Column): boolean =>
  source !== null &&
  'indicator' in source &&
  source.part === 'value' &&
  s.catalogue.indicators.get(source.indicator)?.unit === '%'
