import { z } from 'zod'
import type { Option } from '../../engine/core/definition.ts'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { listed, optionOf } from '../choice/model.ts'
import { Field, options } from '../field.ts'

/** Values stand in the order of the options, each once: two sets that are equal are stored alike. */
export const type: FieldType<string[]> = {
  name: 'choices',
  shape: 'set',
  sqlType: () => 'text[]',
  schema(def) {
    const order = (def.options ?? []).map((o) => o.value)
    return z
      .array(
        z.string().refine((v) => order.includes(v), { error: `请从中选择：${listed(def)}` }),
        { error: '应为多选' },
      )
      .transform((values) => order.filter((v) => values.includes(v)))
  },
  jsonSchema: (def) => ({
    type: 'array',
    items: { type: 'string', enum: (def.options ?? []).map((o) => o.value) },
    uniqueItems: true,
  }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const parts = cell.text
      .split(/[、,，;；/／|\n\r]+/)
      .map((p) => p.trim())
      .filter(Boolean)
    if (parts.length === 1 && /^(?:无|没有|不涉及|否)$/.test(parts[0] ?? '')) return { value: [] }
    const unknown = parts.filter((p) => !optionOf(p, def))
    if (unknown.length > 0)
      return { error: `${def.label}没有${quote(unknown.join('、'))}，请改为：${listed(def)}` }
    const found = new Set(parts.map((p) => optionOf(p, def)?.value.value))
    return { value: (def.options ?? []).map((o) => o.value).filter((v) => found.has(v)) }
  },
  toText: (value, def) =>
    value.length === 0
      ? '无'
      : value.map((v) => def.options?.find((o) => o.value === v)?.label ?? v).join('、'),
  ops: ['has', 'hasAny', 'empty', 'notEmpty'],
}

/** Any number of a closed list. */
export const choices = (label: string, of: readonly (string | Option)[]): Field =>
  new Field({ type: 'choices', label, options: options(of) })
