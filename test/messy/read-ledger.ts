import { fileURLToPath } from 'node:url'
import { definitions } from '../../county/index.ts'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { lookupsOf } from '../../engine/exchange/import/lookups.ts'
import type { Item, Reading } from '../../engine/exchange/import/parse.ts'
import { readSheets, type SheetRead } from '../../engine/exchange/import/sheets.ts'
import { openTable } from '../../engine/exchange/sheet/open.ts'
import { fieldTypes } from '../../fields/index.ts'
import { towns } from './messy-firms.ts'

/** Ledgers read as an import reads them, without a server: file → sheets → rows with their values and problems. */

export const catalogue = new Catalogue(definitions, fieldTypes)
const areas = [
  { code: '14', name: '山西省' },
  { code: '1405', name: '晋城市' },
  { code: '140525', name: '泽州县' },
  ...towns.map(([code, name]) => ({ code, name })),
  { code: '140525108201', name: '渠头村' },
  { code: '140525107201', name: '大兴村' },
]

/** What reading a row of the enterprise register needs; some day of the county. */
export const reading = (more: Partial<Reading> = {}): Reading => ({
  catalogue,
  def: catalogue.record('enterprise'),
  headings: [],
  mapping: {},
  date1904: false,
  lookups: lookupsOf(areas, [], '140525'),
  today: '2026-11-28',
  area: '140525',
  ...more,
})

export const ledgerPath = (file: string): string => fileURLToPath(new URL(`ledgers/${file}`, import.meta.url))

export interface LedgerRead {
  sheets: SheetRead[]
  /** records in order */
  items: (Item & { sheet: string })[]
  /** places whose bytes are no text */
  damage: string[]
  skipped: { sheet: string; line: number; message: string }[]
}

/** Reads a file of `test/messy/ledgers` as `import enterprise FILE` would, up to where the database is asked. */
export async function readLedger(file: string, more: Partial<Reading> = {}): Promise<LedgerRead> {
  const table = await openTable({ path: ledgerPath(file), name: file })
  const base = reading({ date1904: table.date1904, ...more })
  const out: LedgerRead = { sheets: [], items: [], damage: table.damage ?? [], skipped: [] }
  try {
    const { sheets, rowsOf } = await readSheets(table, base)
    out.sheets = sheets
    for (const sheet of sheets)
      for await (const { item } of rowsOf(sheet)) {
        if (item.state === 'skipped')
          out.skipped.push({ sheet: sheet.name, line: item.line, message: item.problems[0]?.message ?? '' })
        else out.items.push({ ...item, sheet: sheet.name })
      }
    return out
  } finally {
    await table.close()
  }
}
