import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { Field } from '../field.ts'
import { readCreditCode } from '../normal/credit-code.ts'

/** 统一社会信用代码 (GB 32100-2015). A failed check character warns: codes of real firms fail it. */
export const type: FieldType<string> = {
  name: 'credit-code',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z.string({ error: `请填写${def.label}` }).transform((raw, context) => {
      const read = readCreditCode(raw)
      if (read.ok && read.value !== null) return read.value
      context.addIssue({ code: 'custom', message: read.ok ? `请填写${def.label}` : read.message })
      return z.NEVER
    }),
  warn(value) {
    const read = readCreditCode(value)
    return read.ok && read.warnings.length > 0 ? read.warnings.join('；') : undefined
  },
  jsonSchema: () => ({ type: 'string', minLength: 18, maxLength: 18 }),
  fromCell(cell) {
    if (isEmpty(cell)) return { value: null }
    return cellResult(readCreditCode(rawOf(cell)), (v) => v)
  },
  toText: (value) => value,
  ops: ['is', 'contains', 'isNot', 'in', 'empty', 'notEmpty'],
}

export const creditCode = (label: string): Field => new Field({ type: 'credit-code', label })
