import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { readNumber } from '../normal/numbers.ts'
import { numberText } from '../normal/text.ts'
import { NumberField, outOf, range } from '../number/model.ts'

/** An amount in 万元, the unit of Chinese ledgers. A cell that says 元 or 亿 is converted. */
export const type: FieldType<number> = {
  name: 'money',
  shape: 'number',
  sqlType: () => 'double precision',
  schema: range,
  jsonSchema: (def) => ({ type: 'number', minimum: def.min ?? 0, description: '万元' }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const spoken = cell.number === undefined && /[元万亿]/.test(cell.text)
    const read = cellResult(readNumber(rawOf(cell)), (n) => (spoken ? n.value / 10_000 : n.value))
    if ('error' in read || read.value === null) return read
    const wrong = outOf(read.value, def)
    return wrong ? { error: wrong } : read
  },
  toText: (value) => numberText(value),
  ops: ['gte', 'lte', 'gt', 'lt', 'is', 'isNot', 'empty', 'notEmpty'],
}

export const money = (label: string): NumberField =>
  new NumberField({ type: 'money', label, unit: '万元', min: 0 })
