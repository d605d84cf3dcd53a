import { z } from 'zod'
import type { CellResult, FieldType } from '../../engine/core/field-type.ts'
import { isEmpty } from '../cells.ts'
import { Field } from '../field.ts'
import { halfWidth } from '../normal/text.ts'

/** WGS-84 degrees (phones give these; CGCS2000 differs by centimetres), accuracy in metres. */
export interface Place {
  lon: number
  lat: number
  accuracy?: number
}

const placeSchema = z.object(
  {
    lon: z
      .number('经度应为数字')
      .min(-180, '经度应在 -180 到 180 之间')
      .max(180, '经度应在 -180 到 180 之间'),
    lat: z.number('纬度应为数字').min(-90, '纬度应在 -90 到 90 之间').max(90, '纬度应在 -90 到 90 之间'),
    accuracy: z.number('精度应为数字').min(0, '精度不能为负').optional(),
  },
  { error: '位置应为经纬度' },
)

/** China's box; outside it a typed place is more likely a slip than a journey. */
const inChina = (p: Place) => p.lon >= 73 && p.lon <= 136 && p.lat >= 3 && p.lat <= 54

function read(text: string): CellResult<Place> {
  const m = /^\D*(-?\d{1,3}(?:\.\d+)?)\D+?(-?\d{1,3}(?:\.\d+)?)(?:\s*±\s*(\d+(?:\.\d+)?))?\D*$/.exec(
    halfWidth(text),
  )
  if (!m) return { error: '位置请按“经度,纬度”填写，如 112.85,35.49' }
  const [a, b] = [Number(m[1]), Number(m[2])]
  const accuracy = m[3] === undefined ? {} : { accuracy: Number(m[3]) }
  const straight: Place = { lon: a, lat: b, ...accuracy }
  if (inChina(straight)) return { value: straight }
  const swapped: Place = { lon: b, lat: a, ...accuracy }
  if (inChina(swapped)) return { value: swapped, warning: '经度和纬度写反了，已对调，请核对' }
  return { error: `${a},${b} 不在我国范围内，请核对经纬度` }
}

export const type: FieldType<Place> = {
  name: 'place',
  shape: 'json',
  sqlType: () => 'jsonb',
  schema: () => placeSchema,
  warn: (value) => (inChina(value) ? undefined : '位置不在我国范围内，请核对'),
  jsonSchema: () => ({
    type: 'object',
    properties: { lon: { type: 'number' }, lat: { type: 'number' }, accuracy: { type: 'number' } },
    required: ['lon', 'lat'],
  }),
  fromCell: (cell) => (isEmpty(cell) ? { value: null } : read(cell.text)),
  toText: (p) => `${p.lon},${p.lat}${p.accuracy === undefined ? '' : `±${p.accuracy}`}`,
  ops: ['empty', 'notEmpty'],
}

export const place = (label: string): Field => new Field({ type: 'place', label })
