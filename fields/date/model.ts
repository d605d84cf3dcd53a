import { z } from 'zod'
import type { FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, rawOf } from '../cells.ts'
import { Field } from '../field.ts'
import { isRealDate, readDate } from '../normal/dates.ts'

/** A calendar date, YYYY-MM-DD, Asia/Shanghai. 长期 is 9999-12-31. */
export const type: FieldType<string> = {
  name: 'date',
  shape: 'date',
  sqlType: () => 'date',
  schema: () =>
    z
      .string({ error: '应为日期，如 2026-05-31' })
      .refine(isRealDate, { error: '不是日期，请按 2026-05-31 的样式填写' }),
  jsonSchema: () => ({ type: 'string', format: 'date' }),
  fromCell(cell) {
    if (cell.date !== undefined) return { value: cell.date }
    if (isEmpty(cell)) return { value: null }
    const read = readDate(rawOf(cell))
    const result = cellResult(read, (d) => d.date)
    if ('error' in result || !read.ok || !read.value || read.value.precision === 'day') return result
    const note = `只写到${read.value.precision === 'month' ? '月' : '年'}，按 ${read.value.date} 记录`
    return { value: result.value, warning: result.warning ? `${result.warning}；${note}` : note }
  },
  toText: (value) => (value === '9999-12-31' ? '长期' : value),
  ops: ['is', 'gte', 'lte', 'lt', 'gt', 'within', 'empty', 'notEmpty'],
}

export const date = (label: string): Field => new Field({ type: 'date', label })
