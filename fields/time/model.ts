import { z } from 'zod'
import { shanghaiDate } from '../../engine/core/clock.ts'
import type { FieldType } from '../../engine/core/field-type.ts'
import { isEmpty, quote } from '../cells.ts'
import { misfit } from '../date/model.ts'
import { Field } from '../field.ts'
import { readDate } from '../normal/dates.ts'

const shanghai = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

/** An instant, ISO 8601 with zone; sheets and readers see Shanghai's wall clock: 2026-05-31 08:30. */
export const type: FieldType<string> = {
  name: 'time',
  shape: 'time',
  sqlType: () => 'timestamp with time zone',
  schema: () => z.iso.datetime({ offset: true, error: `应为时间，如 2026-05-31T08:30:00+08:00` }),
  misfit: (value, def, today) => misfit(shanghaiDate(new Date(value)), def, today),
  jsonSchema: () => ({ type: 'string', format: 'date-time' }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    const read = readDate(cell.text !== '' ? cell.text : (cell.number ?? cell.date))
    if (!read.ok) return { error: read.message }
    if (!read.value) return { error: `${def.label}${quote(cell.text)}不是时间，请按 2026-05-31 08:30 填写` }
    return { value: new Date(`${read.value.date}T${read.value.time ?? '00:00:00'}+08:00`).toISOString() }
  },
  toText: (value) => shanghai.format(new Date(value)),
  ops: ['gte', 'lte', 'gt', 'lt', 'within', 'empty', 'notEmpty'],
}

export const time = (label: string): Field => new Field({ type: 'time', label })
