import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { Field } from '../field.ts'
import { readFlag } from '../normal/flags.ts'

/** 是 or 否; empty means that nobody has said. */
export const type: FieldType<boolean> = {
  name: 'flag',
  shape: 'boolean',
  sqlType: () => 'boolean',
  schema: () => z.boolean({ error: '请选“是”或“否”' }),
  jsonSchema: () => ({ type: 'boolean' }),
  fromCell(cell) {
    if (isEmpty(cell)) return { value: null }
    return cellResult(readFlag(rawOf(cell)), (v) => v)
  },
  toText: (value) => (value ? '是' : '否'),
  ops: ['is', 'isNot', 'empty', 'notEmpty'],
}

export const flag = (label: string): Field => new Field({ type: 'flag', label })
