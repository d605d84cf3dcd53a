import { z } from 'zod'
import type { FieldDef } from '../../engine/core/definition.ts'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty } from '../cells.ts'
import { Field } from '../field.ts'
import { cleanLines, cleanText, textOf } from '../normal/text.ts'

/** Most characters of a text that names no length of its own. */
const shortLength = 200
const longLength = 4000
const lengthOf = (def: FieldDef) => def.length ?? (def.multiline ? longLength : shortLength)

export const type: FieldType<string> = {
  name: 'text',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z
      .string({ error: '应为文字' })
      .transform((s) => (def.multiline ? cleanLines(s) : cleanText(s)))
      .pipe(
        z
          .string()
          .min(1, `请填写${def.label}`)
          .max(lengthOf(def), `不能超过 ${lengthOf(def)} 字，请删减`),
      ),
  jsonSchema: (def) => ({ type: 'string', minLength: 1, maxLength: lengthOf(def) }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const raw = cell.text !== '' ? cell.text : textOf(cell.number)
    const value = def.multiline ? cleanLines(raw) : cleanText(raw)
    if (value.length > lengthOf(def))
      return { error: `${def.label}有 ${value.length} 字，不能超过 ${lengthOf(def)} 字，请删减` }
    return { value: value === '' ? null : value }
  },
  toText: (value) => value,
  ops: ['contains', 'is', 'isNot', 'in', 'notIn', 'empty', 'notEmpty'],
}

export class TextField extends Field {
  /** most characters */
  length(n: number): this {
    return this.with({ length: n })
  }
  multiline(): this {
    return this.with({ multiline: true })
  }
  /** the user name of an account */
  account(): this {
    return this.with({ account: true })
  }
}

export const text = (label: string): TextField => new TextField({ type: 'text', label })
