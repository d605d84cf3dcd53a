import { cleanText, matchKey } from '../../fields/normal/text.ts'
import type { FieldDef } from '../core/definition.ts'
import type { CellInput } from '../core/field-type.ts'
import type { Lookups } from '../exchange/import/lookups.ts'
import type { Cell } from '../exchange/sheet/index.ts'
import type { Services } from '../store/services.ts'
import { fieldOf } from './sources.ts'
import type { Collection, Column, Value } from './types.ts'

const LONGEST = 2000

/** How a column's cells are read: by the words of its field, else as what its heading says it holds. */
function defOf(s: Services, c: Pick<Collection, 'register'>, column: Column): FieldDef {
  const def = c.register ? s.catalogue.findRecord(c.register) : undefined
  const field = fieldOf(s.catalogue, def, column.source)
  // records are named in words here; whose number it is nobody knows by heart
  if (field && !['ref', 'unit', 'files', 'photos'].includes(field.type)) return field
  return { type: column.kind, label: column.title }
}

export type ReadValue = { value: Value | null } | { error: string }

/**
 * What somebody wrote into a cell, as the cell holds it. An empty text is null. What is only about right is an error, as
 * it is when a ledger is imported.
 */
export function readValue(
  s: Services,
  c: Pick<Collection, 'register'>,
  column: Column,
  cell: Pick<Cell, 'text' | 'number' | 'date' | 'error'>,
  lookups: Lookups,
): ReadValue {
  if (cell.error) return { error: cell.error }
  const text = cleanText(cell.text)
  if (text === '' || /^(?:[-—–/／\\]+)$/.test(text)) return { value: null }
  if (text.length > LONGEST) return { error: `超过 ${LONGEST} 个字，请写短一些。` }
  const def = defOf(s, c, column)
  const type = s.catalogue.fieldType(def)
  const input: CellInput = {
    text,
    heading: column.title,
    ...(cell.number !== undefined && { number: cell.number }),
    ...(cell.date !== undefined && { date: cell.date }),
  }
  const read = type.fromCell(input, def, {
    areaByName: (name) => lookups.area(name).code,
    refByTitle: () => undefined,
  })
  if ('error' in read) return read
  if (read.value === null) return { value: null }
  const fits = s.catalogue.schemaOf(def).safeParse(read.value)
  if (!fits.success) return { error: fits.error.issues[0]?.message ?? '写法不对。' }
  if (typeof read.value === 'number') return { value: read.value }
  const shown = type.toText(read.value, def, {
    areaName: (code) => lookups.areaName(code),
    refTitle: (_, id) => id,
  })
  return { value: shown }
}

/** The same thing said twice, whatever the width of its signs. */
export const sameValue = (a: Value | null, b: Value | null): boolean =>
  a === b || (a !== null && b !== null && matchKey(String(a)) === matchKey(String(b)))
