import { z } from 'zod'
import type { FieldDef, Option } from '../../engine/core/definition.ts'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { Field, options } from '../field.ts'
import { matchKey } from '../normal/text.ts'

const known = new WeakMap<FieldDef, [Option, string[]][]>()

/** Options with what they are compared by; made once a field, because imports ask for every cell. */
function keyed(def: FieldDef): [Option, string[]][] {
  let all = known.get(def)
  if (!all) {
    all = (def.options ?? []).map((o) => [o, [matchKey(o.value), matchKey(o.label)]])
    known.set(def, all)
  }
  return all
}

/** The option meant by a text: by value, by label, else the only one whose label holds it or is held by it. */
export function optionOf(text: string, def: FieldDef): Option | undefined {
  const key = matchKey(text)
  if (key === '') return undefined
  const all = keyed(def)
  const exact = all.find(([, keys]) => keys.includes(key))
  if (exact) return exact[0]
  const near = all.filter(([, keys]) =>
    keys.some((k) => k.length > 1 && (key.includes(k) || (key.length > 1 && k.includes(key)))),
  )
  return near.length === 1 ? near[0]?.[0] : undefined
}

export const listed = (def: FieldDef): string =>
  (def.options ?? [])
    .slice(0, 12)
    .map((o) => o.label)
    .join('、')

export const type: FieldType<string> = {
  name: 'choice',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z.string({ error: `请选择${def.label}` }).refine((v) => (def.options ?? []).some((o) => o.value === v), {
      error: `请从中选择：${listed(def)}`,
    }),
  jsonSchema: (def) => ({ type: 'string', enum: (def.options ?? []).map((o) => o.value) }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const found = optionOf(cell.text, def)
    return found
      ? { value: found.value }
      : { error: `${def.label}没有${quote(cell.text.trim())}，请改为：${listed(def)}` }
  },
  toText: (value, def) => def.options?.find((o) => o.value === value)?.label ?? value,
  ops: ['is', 'isNot', 'in', 'notIn', 'empty', 'notEmpty'],
}

/** One of a closed list. Values are what is stored and compared; a plain string is both value and label. */
export const choice = (label: string, of: readonly (string | Option)[]): Field =>
  new Field({ type: 'choice', label, options: options(of) })
