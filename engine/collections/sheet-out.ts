import type { Writable } from 'node:stream'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Cell, type CellStyle, type CellValue, type DataValidation, writeXlsx } from 'hucre/xlsx'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { noteExport } from '../exchange/export/index.ts'
import { columnLetter } from '../exchange/sheet/index.ts'
import { type ZipPart, zipStream } from '../exchange/sheet/zip-stream.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { ownCollection, visiblePart } from './access.ts'
import { personalIn } from './result.ts'
import { byPlace, cellKey, cellsOf, columnsOf, partsOf, rowsOf } from './rows.ts'
import { fieldOf } from './sources.ts'
import { type Collection, type Column, cellValue, type Part } from './types.ts'

/** Names of the hidden sheet and of what marks the hidden row and column by which a sheet is known again. */
export const CODE_SHEET = '编号'
export const KEY = 'zb'
const ROOM_BELOW = 30
/** Lines above the rows: keys (hidden), title, what to do, code, headings. */
const HEAD = 5

const yellow: CellStyle = {
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFF2CC' } },
}
const border: CellStyle = {
  border: Object.fromEntries(
    (['top', 'right', 'bottom', 'left'] as const).map((side) => [
      side,
      { style: 'thin', color: { rgb: 'BFBFBF' } },
    ]),
  ),
}

/**
 * A part as a sheet to be filled by hand: what the records know is there, what is missing is yellow and open. A hidden row
 * and column say which column and row each is, a hidden sheet and a line in plain sight whose sheet it is, so that it
 * is known again when it comes back from another program, sorted, with rows between, or copied into another file.
 * Ends `out`.
 */
export async function partSheet(s: Services, actor: Actor, id: string, out: Writable): Promise<void> {
  const { part, collection } = await visiblePart(s.db, actor, id, shanghaiDate(s.clock.now()))
  const bytes = await sheetOf(s, s.db, collection, part)
  await noteExport(s, actor, {
    register: collection.register ?? 'collection',
    rows: bytes.rows,
    whole: true,
    filter: `报表填报“${collection.title}”的${part.title}`,
    purpose: `报表填报：${collection.title}`,
    personal: personalIn(s, actor, collection, await columnsOf(s.db, collection.id)),
  })
  await pipeline(Readable.from([bytes.content]), out)
}

/** The sheet of a part, for whoever may see it. */
export async function sheetOf(
  s: Services,
  db: Db,
  c: Collection,
  part: Part,
): Promise<{ content: Buffer; rows: number }> {
  const columns = await columnsOf(db, c.id)
  const rows = (await rowsOf(db, c.id, sql`r.part_id = ${part.id}`)).filter((r) => !r.gone)
  const cells = byPlace(
    await cellsOf(
      db,
      c.id,
      rows.map((r) => r.n),
    ),
  )
  const wide = columns.length + 1
  const due = c.due_on ? `请在 ${c.due_on} 前` : '请'
  const lines: CellValue[][] = [
    [KEY, ...columns.map((x) => `c${x.n}`)],
    [null, `${c.title}（${part.title}）`],
    [
      null,
      `${due}把黄色的格子填好交回；其他格子是台账里已有的，有误可以直接改。表里没有的，可以加在下面。${c.note ?? ''}`,
    ],
    [null, `编号 ${part.code} 第${part.revision}版（收表时靠这一行认表，请保留）`],
    [null, ...columns.map((x) => x.title.replaceAll('/', '\n'))],
  ]
  const styled = new Map<string, Partial<Cell>>()
  const open: CellStyle = { protection: { locked: false } }
  for (const [i, row] of rows.entries()) {
    const values = columns.map((column) =>
      column.source && 'sequence' in column.source ? i + 1 : cellValue(cells.get(cellKey(row.n, column.n))),
    )
    lines.push([`r${row.n}`, ...values])
    for (const [k, column] of columns.entries())
      styled.set(`${HEAD + i},${k + 1}`, {
        style: {
          ...border,
          ...(column.kind === 'text' && { numFmt: '@' }),
          ...(column.ask !== 'no' && open),
          ...(column.ask === 'must' && values[k] === null && yellow),
        },
      })
  }
  // a firm that the form does not know yet is written below it
  const below = c.about === 'record' ? ROOM_BELOW : 0
  for (let i = 0; i < below; i++)
    for (let k = 1; k < wide; k++)
      styled.set(`${HEAD + rows.length + i},${k}`, { value: null, style: { ...border, ...open } })
  for (let k = 1; k < wide; k++) {
    styled.set(`4,${k}`, {
      style: { ...border, font: { bold: true }, alignment: { wrapText: true, vertical: 'center' } },
    })
  }
  styled.set('1,1', { style: { font: { bold: true, size: 14 } } })
  const content = await writeXlsx({
    sheets: [
      {
        name: '填报',
        rows: lines,
        cells: styled,
        columns: [
          { width: 6, hidden: true },
          ...columns.map((x, k) => ({
            width: widthOf(
              x.title,
              lines.slice(HEAD).map((l) => l[k + 1]),
            ),
            style: { ...open, ...(x.kind === 'text' && { numFmt: '@' }) },
          })),
        ],
        rowDefs: new Map([[0, { hidden: true }]]),
        freezePane: { rows: HEAD },
        dataValidations: listsOf(s, c, columns, HEAD + rows.length + ROOM_BELOW),
        protection: {
          sheet: true,
          formatCells: true,
          formatColumns: true,
          formatRows: true,
          insertRows: true,
          deleteRows: true,
          sort: true,
          autoFilter: true,
        },
      },
      { name: CODE_SHEET, rows: [[part.code, part.revision]], hidden: true },
    ],
  })
  return { content: Buffer.from(content), rows: rows.length }
}

/** Wide enough for the heading and for most of what stands below it. */
function widthOf(title: string, cells: readonly unknown[]): number {
  const wide = (text: string) => [...text].reduce((n, ch) => n + (ch > '\u00ff' ? 2.1 : 1.1), 0)
  const longest = Math.max(...title.split('/').map(wide), ...cells.map((c) => wide(String(c ?? ''))), 8)
  return Math.min(42, longest + 2)
}

/** What may be chosen, where a field knows it. */
function listsOf(s: Services, c: Collection, columns: readonly Column[], last: number): DataValidation[] {
  const def = c.register ? s.catalogue.findRecord(c.register) : undefined
  return columns.flatMap((column, k): DataValidation[] => {
    const f = fieldOf(s.catalogue, def, column.source)
    const values =
      f?.type === 'choice' ? (f.options ?? []).map((o) => o.label) : f?.type === 'flag' ? ['是', '否'] : []
    // a list inside the sheet holds 255 characters and no comma
    if (values.length === 0 || values.join(',').length > 250 || values.some((v) => v.includes(','))) return []
    const letter = columnLetter(k + 1)
    return [
      {
        type: 'list',
        values,
        range: `${letter}${HEAD + 1}:${letter}${last}`,
        allowBlank: true,
        errorStyle: 'warning',
        showErrorMessage: true,
        errorTitle: '不在可填内容中',
        errorMessage: '请从列表中选择。',
      },
    ]
  })
}

/** The sheets of all parts in one archive, for a chat group. Ends `out`. */
export async function sheetsZip(s: Services, actor: Actor, id: string, out: Writable): Promise<void> {
  const c = await ownCollection(s.db, actor, id, shanghaiDate(s.clock.now()))
  const parts = await partsOf(s.db, id)
  let rows = 0
  const files: ZipPart[] = []
  for (const part of parts) {
    const sheet = await sheetOf(s, s.db, c, part)
    rows += sheet.rows
    const name = part.title.replace(/[\\/:*?"<>|]/g, '_')
    // two firms of one name: each its own file
    const again = files.some((f) => f.name === `${name}.xlsx`)
    files.push({ name: `${name}${again ? `（${part.code}）` : ''}.xlsx`, bytes: [sheet.content] })
  }
  await noteExport(s, actor, {
    register: c.register ?? 'collection',
    rows,
    whole: true,
    filter: `报表填报“${c.title}”发出的 ${parts.length} 份`,
    purpose: `报表填报：${c.title}`,
    personal: personalIn(s, actor, c, await columnsOf(s.db, c.id)),
  })
  await pipeline(Readable.from(zipStream(files)), out)
}
