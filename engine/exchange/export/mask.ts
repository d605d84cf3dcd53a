import { maskIdNumber } from '../../../fields/normal/id-number.ts'
import { maskPhone } from '../../../fields/normal/phone.ts'
import type { FieldDef } from '../../core/definition.ts'

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
