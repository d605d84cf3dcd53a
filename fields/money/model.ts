import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty } from '../cells.ts'
import { numberText } from '../normal/text.ts'
import { NumberField, range, readCounted } from '../number/model.ts'

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
    return readCounted(cell, def, (n) => (spoken ? n.value / 10_000 : n.value))
  },
  toText: (value) => numberText(value),
  ops: ['gte', 'lte', 'gt', 'lt', 'is', 'isNot', 'empty', 'notEmpty'],
}

export const money = (label: string): NumberField =>
  new NumberField({ type: 'money', label, unit: '万元', min: 0 })
