import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { Field } from '../field.ts'
import { besideNumber, readPhone } from '../normal/phone.ts'
import { bracketRemark, turns } from '../normal/words.ts'

/** A telephone number: mobile, fixed line or hotline, in one way of writing. */
export const type: FieldType<string> = {
  name: 'phone',
  shape: 'text',
  sqlType: () => 'text',
  schema: (def) =>
    z.string({ error: `请填写${def.label}` }).transform((raw, context) => {
      const read = readPhone(raw)
      if (read.ok && read.value !== null) return read.value.number
      context.addIssue({ code: 'custom', message: read.ok ? `请填写${def.label}` : read.message })
      return z.NEVER
    }),
  warn(value) {
    const read = readPhone(value)
    return read.ok && read.warnings.length > 0 ? read.warnings.join('；') : undefined
  },
  jsonSchema: () => ({ type: 'string' }),
  fromCell(cell) {
    if (isEmpty(cell)) return { value: null }
    const split = cell.number === undefined ? bracketRemark(cell.text) : undefined
    const whole = cellResult(readPhone(rawOf(cell)), (p) => p.number)
    const result =
      'error' in whole && split && /\d{7}/.test(split.head) && !turns(split.remark)
        ? cellResult(readPhone(split.head), (p) => p.number)
        : whole
    if (!('value' in result) || !result.value || cell.number !== undefined) return result
    const remark = besideNumber(cell.text, result.value)
    if (remark === '') return result
    // what is beside the number is kept, so nothing is said to be lost
    const { warning, ...rest } = result
    return { ...rest, remark, ...(warning && { warning: warning.replace('其余未导入：', '其余记入备注：') }) }
  },
  toText: (value) => value,
  ops: ['is', 'contains', 'empty', 'notEmpty'],
}

/** A number reaches a person: personal content by nature. */
export const phone = (label: string): Field => new Field({ type: 'phone', label, personal: true })
