import { z } from 'zod'
import type { FieldDef } from '../../engine/core/definition.ts'
import type { CellInput, CellResult, FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty, quote } from '../cells.ts'
import { Field } from '../field.ts'
import { type ReadNumber, readNumber } from '../normal/numbers.ts'
import { numberText } from '../normal/text.ts'
import { bracketRemark, turns } from '../normal/words.ts'

/** What is counted is whole: these units allow no fraction. */
const counted = new Set([
  '人',
  '家',
  '台',
  '套',
  '个',
  '座',
  '处',
  '起',
  '项',
  '次',
  '名',
  '条',
  '学时',
  '天',
])

/** Beyond these no field of a county's ledger goes, whatever it measures: a slip of the hand, and sums stay exact. */
const MOST = { counted: 100_000_000, measured: 1_000_000_000_000 }
const mostOf = (def: FieldDef): number =>
  def.max ?? (def.unit && counted.has(def.unit) ? MOST.counted : MOST.measured)

const ranges = new WeakMap<FieldDef, z.ZodType<number>>()

/** The schema of a field's numbers; made once a field, because imports ask for every cell. */
export function range(def: FieldDef): z.ZodType<number> {
  let schema = ranges.get(def)
  if (!schema) {
    schema = makeRange(def)
    ranges.set(def, schema)
  }
  return schema
}

function makeRange(def: FieldDef): z.ZodType<number> {
  let schema = z.number({ error: '应为数字' })
  if (def.min !== undefined) schema = schema.min(def.min, `不能小于 ${def.min}`)
  const most = mostOf(def)
  schema = schema.max(most, `不能大于 ${most}`)
  if (def.min === undefined) schema = schema.min(-most, `不能小于 ${-most}`)
  return def.unit && counted.has(def.unit) ? schema.refine(Number.isInteger, { error: '应为整数' }) : schema
}

/** Says in Chinese why a number is out of the field's range, or nothing. */
export function outOf(value: number, def: FieldDef): string | undefined {
  const read = range(def).safeParse(value)
  return read.success ? undefined : `${def.label}${read.error.issues[0]?.message}`
}

/**
 * A number of a cell with what stands in brackets behind it: 12（含临时工3人）. About twenty is no number: whoever
 * counts has counted.
 */
export function readCounted(
  cell: CellInput,
  def: FieldDef,
  pick: (n: ReadNumber) => number,
): CellResult<number> {
  const split = cell.number === undefined ? bracketRemark(cell.text) : undefined
  const bare =
    split && /\d|[一二三四五六七八九十]/.test(split.head) && !turns(split.remark) ? split : undefined
  const read = readNumber(
    bare ? trailing(bare.head, def) : cell.number === undefined ? trailing(cell.text, def) : cell.number,
  )
  if (read.ok && read.value?.approximate)
    return { error: `${def.label}${quote(cell.text.trim())}只是大概，请填写准确的数` }
  const result = cellResult(read, pick)
  if ('error' in result || result.value === null) return result
  const wrong = outOf(result.value, def)
  return wrong ? { error: wrong } : { ...result, ...(bare && { remark: bare.remark }) }
}

/** 12、 and 12； are twelve, and so is 12学时 of a number of hours. */
function trailing(text: string, def: FieldDef): string {
  const bare = text.trim().replace(/[、；;，,。]+$/, '')
  const head =
    def.type === 'number' && def.unit && bare.endsWith(def.unit) ? bare.slice(0, -def.unit.length) : bare
  return /\d\s*$/.test(head) ? head : bare
}

export const type: FieldType<number> = {
  name: 'number',
  shape: 'number',
  // double precision and not numeric: the same arithmetic in SQL and in the browser
  sqlType: () => 'double precision',
  schema: range,
  jsonSchema: (def) => ({
    type: def.unit && counted.has(def.unit) ? 'integer' : 'number',
    ...(def.min !== undefined && { minimum: def.min }),
    maximum: mostOf(def),
  }),
  fromCell(cell, def) {
    if (isEmpty(cell)) return { value: null }
    return readCounted(cell, def, (n) => n.value)
  },
  toText: (value) => numberText(value),
  ops: ['is', 'gte', 'lte', 'gt', 'lt', 'isNot', 'in', 'empty', 'notEmpty'],
}

export class NumberField extends Field {
  /** measuring unit, shown behind the value; units that count things (人, 台, 次 …) allow no fraction */
  unit(unit: string): this {
    return this.with({ unit })
  }
  atLeast(min: number): this {
    return this.with({ min })
  }
  atMost(max: number): this {
    return this.with({ max })
  }
}

export const number = (label: string): NumberField => new NumberField({ type: 'number', label })
