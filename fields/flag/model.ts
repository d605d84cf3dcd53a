import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { Field } from '../field.ts'
import { readFlag } from '../normal/flags.ts'
import { bracketRemark } from '../normal/words.ts'

/** 是 or 否; empty means that nobody has said. */
export const type: FieldType<boolean> = {
  name: 'flag',
  shape: 'boolean',
  sqlType: () => 'boolean',
  schema: () => z.boolean({ error: '请选“是”或“否”' }),
  jsonSchema: () => ({ type: 'boolean' }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const read = readFlag(rawOf(cell), def.label)
    const result = cellResult(read, (v) => v)
    const remark = cell.number === undefined ? bracketRemark(cell.text)?.remark : undefined
    return 'value' in result && remark ? { value: result.value, remark } : result
  },
  toText: (value) => (value ? '是' : '否'),
  ops: ['is', 'isNot', 'empty', 'notEmpty'],
}

export const flag = (label: string): Field => new Field({ type: 'flag', label })
