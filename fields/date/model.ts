import { z } from 'zod'
import type { FieldDef } from '../../engine/core/definition.ts'
import type { CellInput, FieldType } from '../../engine/core/field-type.ts'
import { cellResult, isEmpty } from '../cells.ts'
import { Field } from '../field.ts'
import { isRealDate, readDate } from '../normal/dates.ts'
import { bracketRemark, turns } from '../normal/words.ts'

const ENDLESS = '9999-12-31'
/** Nothing that a ledger of today records happened before; what did says so (`since`). */
const EARLIEST = '1949-01-01'
/** Years from today: beyond them a date is a slip of the hand. */
const AHEAD = { usual: 1, validity: 50 }

const yearsOn = (day: string, years: number): string =>
  `${Number(day.slice(0, 4)) + years}${day.slice(4)}`.replace('-02-29', '-02-28')

/** Why a day cannot be right: too long ago, too far ahead, or said to have happened and still to come. */
export function misfit(day: string, def: FieldDef, today: string): string | undefined {
  const since = def.since ?? EARLIEST
  if (day < since) return `不能早于 ${since}，请核对年份`
  if (def.validity && day === ENDLESS) return undefined
  if (def.past) return day > today ? `不能晚于今天（${today}），请改正` : undefined
  const most = yearsOn(today, def.validity ? AHEAD.validity : AHEAD.usual)
  return day > most ? `不能晚于 ${most}，请核对年份` : undefined
}

const lastOf = (first: string, precision: 'month' | 'year'): string =>
  precision === 'year'
    ? `${first.slice(0, 4)}-12-31`
    : new Date(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)), 0)).toISOString().slice(0, 10)

/** The date without the words round it: 有效期至2027.5, 2024年3月5日成立, 2024.3.5（注册）. */
function bare(cell: CellInput, def: FieldDef): { text: string; remark?: string } {
  let text = cell.text.trim()
  if (def.validity)
    text = text.replace(/^(?:有效期|有效)?(?:截止|截至|到期日?|至|到)[:：为]?\s*(?=[\d二〇○])/, '')
  else text = text.replace(/(?<=[日号\d])(?:成立|注册|登记|建成|投产|取证|发证|注册成立)$/, '')
  const split = bracketRemark(text)
  return split && !turns(split.remark) && !/^(?:星期|周)/.test(split.remark)
    ? { text: split.head, remark: split.remark }
    : { text }
}

/** A calendar date, YYYY-MM-DD, Asia/Shanghai. 长期 is 9999-12-31. */
export const type: FieldType<string> = {
  name: 'date',
  shape: 'date',
  sqlType: () => 'date',
  schema: () =>
    z
      .string({ error: '应为日期，如 2026-05-31' })
      .refine(isRealDate, { error: '不是日期，请按 2026-05-31 的样式填写' }),
  misfit,
  jsonSchema: () => ({ type: 'string', format: 'date' }),
  fromCell(cell, def) {
    if (cell.date !== undefined) return { value: cell.date }
    if (isEmpty(cell)) return { value: null }
    const { text, remark } = bare(cell, def)
    const read = readDate(cell.number ?? text)
    const result = { ...cellResult(read, (d) => d.date), ...(remark && { remark }) }
    if ('error' in result || !read.ok || !read.value || read.value.precision === 'day') return result
    const { date: first, precision } = read.value
    // what is valid until May is valid on its last day; what begins in May, from its first
    const value = def.validity ? lastOf(first, precision) : first
    const note = `只写到${precision === 'month' ? '月' : '年'}，按 ${value} 记录`
    return { ...result, value, warning: result.warning ? `${result.warning}；${note}` : note }
  },
  toText: (value) => (value === ENDLESS ? '长期' : value),
  ops: ['is', 'gte', 'lte', 'lt', 'gt', 'within', 'empty', 'notEmpty'],
}

export class DateField extends Field {
  /** the end of a validity: up to fifty years ahead, or 长期 */
  validity(): this {
    return this.with({ validity: true })
  }
  /** says what has happened: a day after today is none */
  past(): this {
    return this.with({ past: true })
  }
  /** the earliest there may be, where 1949 is too late: YYYY-MM-DD */
  since(day: string): this {
    return this.with({ since: day })
  }
  /** the end of what begins on the date of another field of the record: never before it */
  notBefore(start: string): this {
    return this.with({ notBefore: start })
  }
}

/** A day in the past or at most a year ahead, unless it is a validity or has `past`. */
export const date = (label: string): DateField => new DateField({ type: 'date', label })
