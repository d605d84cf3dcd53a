import { readDate } from '../../../fields/normal/dates.ts'
import { matchKey } from '../../../fields/normal/text.ts'
import type { FieldDef } from '../../core/definition.ts'
import type { CellInput } from '../../core/field-type.ts'
import type { Cell } from '../sheet/index.ts'
import type { Recalled } from './memory.ts'
import type { Mapping } from './types.ts'

/** A cell as staged: text alone, or with the number, date or fault the file held. */
export type RawCell =
  | null
  | string
  | {
      t: string
      n?: number
      d?: string
      e?: string
      /** what of the cell was left out */
      w?: string
      /** what the cell above says, where this one says the same: 同上 */
      a?: string
    }

/** What PostgreSQL's JSON cannot hold: zero bytes and halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const unstorable = /\u0000|\p{Surrogate}/gu
export const storable = (text: string): string => text.replace(unstorable, '\ufffd')

export function rawOf(cell: Cell): RawCell {
  const t = storable(cell.text)
  if (cell.error) return { t, e: cell.error }
  if (cell.note) return { t, w: cell.note }
  if (cell.number === undefined) return t === '' ? null : t
  // a padded number is a code: its zeros are in the text alone
  if (/^0\d/.test(t)) return t
  return { t, n: cell.number, ...(cell.date && { d: cell.date }) }
}

export const textOfRaw = (cell: RawCell | undefined): string =>
  cell === null || cell === undefined ? '' : typeof cell === 'string' ? cell : cell.t

export interface CellRules {
  date1904: boolean
  mapping: Mapping
  /** answers of earlier ledgers */
  recalled?: Recalled | undefined
}

/** The staged cell as field types read it: spellings of values replaced, the file's date formats applied. */
export function inputOf(
  cell: RawCell,
  field: string,
  def: FieldDef,
  rules: CellRules,
  heading?: string,
): CellInput {
  const { t: text, n: number, d: date } = typeof cell === 'string' ? { t: cell } : (cell ?? { t: '' })
  const spelling = rules.mapping.values?.[field]
  if (spelling) {
    const key = matchKey(text)
    const found = Object.entries(spelling).find(([from]) => from === text || matchKey(from) === key)
    if (found) return { text: found[1] }
  }
  const before = heading === undefined ? undefined : rules.recalled?.value(field, heading, text)
  if (before !== undefined) return { text: before }
  if (def.type === 'date' && date === undefined) {
    const formats = rules.mapping.dateFormats
    if (formats?.length && number === undefined) {
      const read = readDate(text, { formats })
      if (read.ok && read.value && read.warnings.length === 0) return { text, date: read.value.date }
    }
    // day numbers count from the workbook's own first day, also where they are kept as text
    const serial = number ?? (/^\d{5}$/.test(text.trim()) ? Number(text) : undefined)
    if (rules.date1904 && serial !== undefined) {
      const read = readDate(serial, { date1904: true })
      if (read.ok && read.value) return { text, date: read.value.date }
    }
  }
  return {
    text,
    ...(heading && { heading }),
    ...(number !== undefined && { number }),
    ...(date !== undefined && { date }),
  }
}

/** A corrected value given as text is read as a cell would be. */
export const typedCell = (text: string): CellInput => ({ text: storable(text) })
