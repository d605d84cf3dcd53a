import { maskIdNumber } from '../../fields/normal/id-number.ts'
import { maskPhone } from '../../fields/normal/phone.ts'
import type { Actor } from '../access/actor.ts'
import { type Reach, reaches } from '../access/scope.ts'
import type { Catalogue } from '../core/catalogue.ts'
import type { FieldDef, RecordDef } from '../core/definition.ts'
import { parentTitle } from '../core/naming.ts'
import { scopeOf } from './rows.ts'
import type { Services } from './services.ts'
import type { Row } from './types.ts'
import { fieldEntries } from './values.ts'

/** Personal content for readers without need: enough to tell two rows apart, not enough to call or to find somebody. */
export function mask(text: string, def: FieldDef): string {
  const chars = [...text]
  if (chars.length === 0) return ''
  if (def.type === 'phone') return maskPhone(text)
  if (def.type === 'id-number') return maskIdNumber(text)
  if (def.type === 'text' && chars.length <= 4) return keep(chars, 1, 0)
  return keep(chars, chars.length > 6 ? 2 : 0, chars.length > 6 ? 1 : 0)
}

const keep = (chars: readonly string[], first: number, last: number): string =>
  chars.slice(0, first).join('') +
  '*'.repeat(Math.max(1, chars.length - first - last)) +
  (last ? chars.slice(-last).join('') : '')

/** Where a row carries somebody's personal content: own fields, and titles of records it hangs on or points at. */
interface Secret {
  key: string
  def: FieldDef
  /** the register whose writers see it in full */
  of: RecordDef
}

const found = new WeakMap<RecordDef, Secret[]>()

function secretsOf(def: RecordDef, catalogue: Catalogue): Secret[] {
  let secrets = found.get(def)
  if (secrets) return secrets
  secrets = fieldEntries(def.fields).flatMap(([key, f]) => (f.personal ? [{ key, def: f, of: def }] : []))
  const titled = (key: string, of: RecordDef | undefined) => {
    const title = of?.fields[of.title]
    if (of && title?.personal) secrets!.push({ key, def: title, of })
  }
  if (def.of) titled(parentTitle(def.of), catalogue.record(def.of))
  for (const [key, f] of fieldEntries(def.fields))
    if (f.type === 'ref' && f.to) titled(`${key}Title`, catalogue.findRecord(f.to))
  found.set(def, secrets)
  return secrets
}

/**
 * Rows as this reader may see them: personal content of a row he may not write is masked. The one place for it:
 * reads and exports both come through here.
 */
export function maskRows(s: Services, actor: Actor, def: RecordDef, rows: readonly Row[]): Row[] {
  const secrets = secretsOf(def, s.catalogue)
  if (secrets.length === 0 || rows.length === 0) return rows as Row[]
  const writes = new Map<RecordDef, Reach>()
  for (const { of } of secrets) if (!writes.has(of)) writes.set(of, scopeOf(s, actor, of, 'write'))
  return rows.map((row) => {
    let shown = row
    for (const { key, def: f, of } of secrets) {
      const value = row[key]
      if (value === null || value === undefined || reaches(writes.get(of)!, row)) continue
      if (shown === row) shown = { ...row }
      shown[key] = mask(String(value), f)
    }
    return shown
  })
}

/** Fields of a register that are personal content. */
export const isPersonal = (def: RecordDef | undefined, field: string): boolean =>
  def?.fields[field]?.personal === true
