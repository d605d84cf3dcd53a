import type { CellInput, CellResult } from '../engine/core/field-type.ts'
import { type Normal, quote } from './normal/result.ts'
import { isBlank } from './normal/text.ts'

/** The cell as the normalisers like it: a number when the sheet stored one, else its text. */
export const rawOf = (cell: CellInput): string | number => cell.number ?? cell.text

export const isEmpty = (cell: CellInput): boolean =>
  cell.number === undefined && cell.date === undefined && isBlank(cell.text)

/** A normaliser's answer as a field type's. */
export function cellResult<A, V>(read: Normal<A>, pick: (value: A) => V): CellResult<V> {
  if (!read.ok) return { error: read.message }
  const value = read.value === null ? null : pick(read.value)
  return read.warnings.length > 0 ? { value, warning: read.warnings.join('；') } : { value }
}

export { isBlank, quote }
