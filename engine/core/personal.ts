import type { Catalogue } from './catalogue.ts'
import type { FieldDef, RecordDef } from './definition.ts'
import { parentTitle } from './naming.ts'

/**
 * The one table of personal content. Whatever shows, orders, searches, filters, exports, journals or explains
 * records asks here; nothing else decides what is somebody's personal content.
 */

/** Types that are personal whatever a definition says, those of older versions included. */
const byNature = new Set(['phone', 'id-number'])

/** Whether a field holds personal content: its definition says so (`personal()`), or its type does. */
export const isPersonal = (f: FieldDef | undefined): boolean =>
  f !== undefined && (f.personal === true || byNature.has(f.type))

/** Where a row carries personal content: an own field, or the title of a record it hangs on or points at. */
export interface PersonalKey {
  /** name under which the row carries it */
  key: string
  def: FieldDef
  /** the register whose writers see it in full */
  of: RecordDef
}

const found = new WeakMap<Catalogue, Map<RecordDef, readonly PersonalKey[]>>()

/** Everything in a register's rows that is personal content. */
export function personalKeys(def: RecordDef, catalogue: Catalogue): readonly PersonalKey[] {
  let table = found.get(catalogue)
  if (!table) {
    table = new Map()
    found.set(catalogue, table)
  }
  let keys = table.get(def)
  if (!keys) {
    keys = keysOf(def, catalogue)
    table.set(def, keys)
  }
  return keys
}

function keysOf(def: RecordDef, catalogue: Catalogue): PersonalKey[] {
  const keys: PersonalKey[] = []
  const titled = (key: string, of: RecordDef | undefined) => {
    const title = of?.fields[of.title]
    if (of && title && isPersonal(title)) keys.push({ key, def: title, of })
  }
  for (const [key, f] of Object.entries(def.fields)) {
    if (isPersonal(f)) keys.push({ key, def: f, of: def })
    if (f.type === 'ref' && f.to) titled(`${key}Title`, catalogue.findRecord(f.to))
  }
  if (def.of) titled(parentTitle(def.of), catalogue.findRecord(def.of))
  return keys
}

/** Whether a field of a register, by name, holds personal content; names of elsewhere hold none. */
export const isPersonalField = (def: RecordDef | undefined, field: string): boolean =>
  isPersonal(def?.fields[field])

/** In place of personal content in sentences and histories that everybody reads alike. */
export const personalText = '（个人信息）'

/**
 * A record's name as what stays for good may keep it (journal, reasons): of a title that is personal content only
 * the first character.
 */
export function openTitle(def: RecordDef, row: Record<string, unknown>): string {
  const title = String(row[def.title] ?? '')
  return isPersonalField(def, def.title) && title !== '' ? `${[...title][0]}**` : title
}
