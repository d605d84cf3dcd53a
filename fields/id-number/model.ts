import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { Field } from '../field.ts'
import { readIdNumber } from '../normal/id-number.ts'

/** 公民身份号码 (GB 11643). Personal by nature; a failed check character warns. */
export const type: FieldType<string> = {
  name: 'id-number',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z.string({ error: `请填写${def.label}` }).transform((raw, context) => {
      const read = readIdNumber(raw)
      if (read.ok && read.value !== null) return read.value
      context.addIssue({ code: 'custom', message: read.ok ? `请填写${def.label}` : read.message })
      return z.NEVER
    }),
  asks: true,
  warn(value) {
    const read = readIdNumber(value)
    return read.ok && read.warnings.length > 0 ? read.warnings.join('；') : undefined
  },
  jsonSchema: () => ({ type: 'string', minLength: 18, maxLength: 18 }),
  fromCell(cell) {
    if (isEmpty(cell)) return { value: null }
    return cellResult(readIdNumber(rawOf(cell)), (v) => v)
  },
  toText: (value) => value,
  ops: ['is', 'empty', 'notEmpty'],
}

export const idNumber = (label: string): Field => new Field({ type: 'id-number', label, personal: true })
