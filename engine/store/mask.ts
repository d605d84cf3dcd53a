import { maskIdNumber } from '../../fields/normal/id-number.ts'
import { maskPhone } from '../../fields/normal/phone.ts'
import type { Actor } from '../access/actor.ts'
import { type Reach, reaches } from '../access/scope.ts'
import type { FieldDef, RecordDef } from '../core/definition.ts'
import { isPersonal, personalKeys } from '../core/personal.ts'
import { scopeOf } from './rows.ts'
import type { Services } from './services.ts'
import type { Row } from './types.ts'

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

/**
 * Rows as this reader may see them: personal content of a row he may not write is masked. The one place for it:
 * reads and exports both come through here.
 */
export function maskRows(s: Services, actor: Actor, def: RecordDef, rows: readonly Row[]): Row[] {
  const secrets = personalKeys(def, s.catalogue)
  if (secrets.length === 0 || rows.length === 0) return rows as Row[]
  const writes = new Map<RecordDef, Reach>()
  for (const { of } of secrets) if (!writes.has(of)) writes.set(of, scopeOf(s, actor, of, 'write'))
  return rows.map((row) => {
    let shown = row
    for (const { key, def: f, of } of secrets) {
      const value = row[key]
      if (value === null || value === undefined || reaches(writes.get(of)!, row)) continue
      if (shown === row) shown = { ...row }
      shown[key] = isFiles(f) ? [] : f.type === 'date' ? null : mask(String(value), f)
    }
    return shown
  })
}

const isFiles = (f: FieldDef): boolean => f.type === 'files' || f.type === 'photos'

/**
 * Whether who reads a record may open a file that it names. A register with papers of persons (a scan of a
 * certificate, an appointment) gives its files to who may write the record; to others those alone that stand now in
 * a field which is no personal content.
 * @param row as the reader may see it, or whole
 */
export function opensFile(s: Services, actor: Actor, def: RecordDef, row: Row, file: string): boolean {
  const fields = Object.entries(def.fields).filter(([, f]) => isFiles(f))
  if (!fields.some(([, f]) => isPersonal(f)) || reaches(scopeOf(s, actor, def, 'write'), row)) return true
  return fields.some(
    ([name, f]) =>
      !isPersonal(f) && ((row[name] ?? []) as { id: string }[]).some((named) => named.id === file),
  )
}
