import type { Catalogue, FoundField } from '../catalogue.ts'
import { addDays } from '../clock.ts'
import type { RecordDef } from '../definition.ts'
import type { TextContext } from '../field-type.ts'
import { periodLabel, type Span, windowBounds } from '../period.ts'
import { isPersonal, openTitle, personalText } from '../personal.ts'
import { type PolicyBook, policyNumber } from '../policy.ts'
import type { Json, Moment, Op, Operand, Window } from './ast.ts'

/** What sentences about conditions need besides the condition. Without a moment windows stay relative (本季度). */
export interface WordsContext {
  catalogue: Catalogue
  policies?: PolicyBook
  moment?: Moment
  /** area code that decides which policy row is quoted; default: the whole country */
  area?: string | null
  text?: Partial<TextContext>
}

/** An operand in words, and the basis when it comes from a policy row. */
export interface OperandText {
  text: string
  basis?: string
}

const signs: Partial<Record<Op, string>> = {
  is: '为',
  isNot: '不为',
  in: '为其中之一：',
  notIn: '不为其中任何一个：',
  gt: '大于',
  gte: '不少于',
  lt: '小于',
  lte: '不超过',
  contains: '含有',
  has: '包含',
  hasAny: '包含其中之一：',
  within: '在',
}
const dateSigns: Partial<Record<Op, string>> = { gt: '晚于', gte: '不早于', lt: '早于', lte: '不晚于' }

/** What is the case where a comparison does not hold: 少于 3 人 instead of 不满足“不少于 3 人”. */
const opposites: Partial<Record<Op, string>> = {
  is: '不是',
  isNot: '正是',
  in: '不在其列：',
  notIn: '正在其列：',
  gt: '不超过',
  gte: '少于',
  lt: '不少于',
  lte: '超过',
  contains: '不含有',
  has: '不包含',
  hasAny: '不包含其中任何一个：',
  within: '不在',
}
const dateOpposites: Partial<Record<Op, string>> = { gt: '不晚于', gte: '早于', lt: '不早于', lte: '晚于' }

const asDate = (shape: string): boolean => shape === 'date' || shape === 'time'

/** Operator and operand in words: 不少于 3 人. @param holds false: what is the case instead, 少于 3 人 */
export function comparedText(op: Op, shape: string, to: OperandText, holds = true): string {
  const sign =
    (asDate(shape) && (holds ? dateSigns : dateOpposites)[op]) || (holds ? signs : opposites)[op] || ''
  // a number stands off from Chinese text
  return `${sign}${/^[-\d]/.test(to.text) ? ' ' : ''}${to.text}`
}

/** Operators that say no more than the value itself where they hold. */
const saysItself = new Set<Op>(['is', 'in', 'isNot', 'notIn'])

/** What a field holds and how that compares, as a clerk says it: 涉粉作业人数 2 人，少于 3 人; 状态为停产. */
export function factText(
  label: string,
  value: string,
  c: { op: Op; shape: string; to: OperandText; holds: boolean },
): string {
  if (c.shape === 'boolean') return `${label}为${value}`
  const fact = `${label}${/^[-\d]/.test(value) ? ' ' : '为'}${value}`
  if (saysItself.has(c.op) && c.holds && !c.to.basis && c.shape !== 'number') return fact
  return `${fact}，${comparedText(c.op, c.shape, c.to, c.holds)}${basisText(c.to.basis)}`
}

export function textContext(context: WordsContext, record?: Record<string, unknown>): TextContext {
  return {
    areaName: context.text?.areaName ?? ((code) => code),
    refTitle: (register, id) => {
      const given = context.text?.refTitle?.(register, id)
      if (given) return given
      // a row carries the title of what its references point at beside the id
      const key = record && Object.keys(record).find((k) => record[k] === id && record[titleKey(k)])
      return key ? String(record?.[titleKey(key)]) : id
    },
  }
}
const titleKey = (key: string): string => `${key.replace(/Id$/, '')}Title`

/** A value as a reader sees it, with its unit. */
export function valueText(found: FoundField, value: unknown, text: TextContext): string {
  if (value === null || value === undefined || value === '') return '（未填写）'
  // a sentence is read by everybody who sees the figure or the grade
  if (isPersonal(found.def)) return personalText
  if (typeof value === 'boolean' && found.type.shape === 'boolean') return value ? '是' : '否'
  const plain = found.type.toText(value, found.def, text)
  return found.def.unit && !plain.endsWith(found.def.unit) ? `${plain} ${found.def.unit}` : plain
}

const relative: Record<string, [string, string, string]> = {
  day: ['前一日', '当日', '次日'],
  month: ['上月', '本月', '下月'],
  quarter: ['上季度', '本季度', '下季度'],
  'half-year': ['上一个半年', '本半年', '下一个半年'],
  year: ['上年', '本年', '下年'],
}
const unitOf: Record<string, string> = {
  day: '日',
  month: '个月',
  quarter: '个季度',
  'half-year': '个半年',
  year: '年',
}

export function spanText(span: Span): string {
  return span.from === span.to ? span.from : `${span.from} 至 ${span.to}`
}

function windowText(window: Window, context: WordsContext): OperandText {
  const offset = window.offset ?? 0
  if (window.period === 'last-days' || window.period === 'next-days') {
    const direction = window.period === 'last-days' ? '最近' : '今后'
    const shift = offset ? `（再${offset < 0 ? '往前' : '往后'} ${Math.abs(offset)} 段）` : ''
    if (typeof window.days !== 'object') return { text: `${direction} ${window.days ?? '?'} 天${shift}内` }
    const row = policyText(window.days.policy, context)
    return {
      ...row,
      text: `${direction}${row.text}${row.number === undefined ? '规定天数' : ' 天'}${shift}内`,
    }
  }
  const span = context.moment && windowBounds(window, context.moment.asOf)
  if (span)
    return {
      text:
        window.period === 'day'
          ? span.from
          : `${periodLabel(window.period, span.from)}（${spanText(span)}）内`,
    }
  const named = relative[window.period]?.[offset + 1]
  const far = `${offset < 0 ? '往前' : '往后'}第 ${Math.abs(offset)} ${unitOf[window.period]}`
  return { text: `${named ?? far}内` }
}

function policyText(key: string, context: WordsContext): OperandText & { number?: number; value?: Json } {
  const { policies } = context
  if (!policies?.has(key)) return { text: `“${key}”` }
  const on = context.moment?.asOf
  const row = on ? policies.find(key, context.area ?? '', on) : undefined
  if (!row) return { text: `“${policies.label(key)}”` }
  const number = policyNumber(row.value)
  return {
    text: number === undefined ? '' : ` ${number}`,
    basis: `${row.label}，${row.basis}`,
    value: row.value,
    ...(number !== undefined && { number }),
  }
}

/** What a field is compared with, in words. `left` is undefined for counts. */
export function operandText(
  to: Operand | undefined,
  left: FoundField | undefined,
  register: string,
  context: WordsContext,
  record?: Record<string, unknown>,
): OperandText {
  if (!to) return { text: '' }
  const text = textContext(context, record)
  const say = (value: Json): string => {
    if (Array.isArray(value)) return value.map(say).join('、')
    const plain = left ? valueText(left, left.type.shape === 'set' ? [value] : value, text) : String(value)
    return left?.type.shape === 'number' || !left ? plain : `“${plain}”`
  }
  if ('value' in to) return { text: say(to.value) }
  if ('window' in to) return windowText(to.window, context)
  if ('field' in to) {
    const found = context.catalogue.findField(register, to.field)
    return { text: `“${found?.def.label ?? to.field}”` }
  }
  if ('asOf' in to) {
    const name = context.moment ? addDays(context.moment.asOf, to.asOf) : '截至日'
    if (context.moment || to.asOf === 0) return { text: name }
    return { text: `截至日${to.asOf < 0 ? '前' : '后'} ${Math.abs(to.asOf)} 天` }
  }
  const row = policyText(to.policy, context)
  if (row.value === undefined) return { text: row.text }
  return { text: say(row.number ?? row.value), ...(row.basis && { basis: row.basis }) }
}

/** In quotation marks; marks within become single ones, as Chinese print does. */
export const quoted = (text: string): string => `“${text.replaceAll('“', '‘').replaceAll('”', '’')}”`

export const basisText = (basis: string | undefined): string => (basis ? `（依据：${basis}）` : '')

/** How a related row is named in a reason. */
export function rowName(def: RecordDef, row: Record<string, unknown>): string {
  const title = openTitle(def, row)
  return `${def.label}${title ? `“${title}”` : ''}`
}
