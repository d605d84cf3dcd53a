import { z } from 'zod'
import { Problem } from '../core/errors.ts'
import { openTableApart, type Row, type Table } from '../exchange/sheet/index.ts'
import { readApart } from '../reader/index.ts'

/** Forms come as workbooks and as documents; a document's table is read as a sheet is. */
export const isDocument = (name: string): boolean => /\.docx$/i.test(name)

const tables = z.object({
  tables: z.array(
    z.object({
      name: z.string(),
      rows: z.array(z.array(z.object({ text: z.string(), merged: z.literal(true).optional() }))),
    }),
  ),
})

/**
 * Opens a form apart.
 * @throws Problem where it is neither, or cannot be read, with what to do
 */
export async function openForm(
  file: { path: string; name: string },
  apart: { user: string; folder: string },
): Promise<Table> {
  if (isDocument(file.name)) return documentTable(file, apart.user)
  const table = await openTableApart(file, apart)
  if (table.kind === 'xlsx' && /\.xlsx$/i.test(file.name)) return table
  throw new Problem(
    'bad-input',
    '要填的表须是 .xlsx 或 .docx 文件：填好后要原样交回。请用 WPS 或 Office 另存为 .xlsx 或 .docx 再上传。',
  )
}

async function documentTable(file: { path: string; name: string }, user: string): Promise<Table> {
  const read = tables.parse(await readApart('docx-tables', file, { user, name: file.name }))
  return {
    kind: 'xlsx',
    date1904: false,
    sheets: read.tables.map((t) => ({ name: t.name, rowsEstimate: t.rows.length, hidden: false })),
    async *rows(which) {
      const table = typeof which === 'number' ? read.tables[which] : read.tables.find((t) => t.name === which)
      for (const [i, cells] of (table ?? read.tables[0])?.rows.entries() ?? []) {
        const row: Row = {
          line: i + 1,
          cells: cells.map(({ text, merged }) => ({ raw: text || null, text, ...(merged && { merged }) })),
        }
        yield row
      }
    },
    async close() {},
  }
}

/** Which table of a document a form's sheet is; 0 for the first. */
export const tableNumber = (sheets: readonly string[], sheet: string): number =>
  Math.max(0, sheets.indexOf(sheet))
