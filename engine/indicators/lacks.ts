import type { FoundField } from '../core/catalogue.ts'
import type { Comparison, Condition, Op, Related, Window } from '../core/condition/ast.ts'
import { all } from '../core/condition/build.ts'
import { type EvaluateContext, holds, type Values } from '../core/condition/evaluate.ts'
import { explain } from '../core/condition/explain.ts'
import { isAggregate, isRelated } from '../core/condition/walk.ts'
import {
  comparedText,
  type OperandText,
  operandText,
  rowName,
  textContext,
  valueText,
} from '../core/condition/words.ts'
import type { RecordDef } from '../core/definition.ts'
import { periodLabel, windowBounds } from '../core/period.ts'

/** `EvaluateContext` and the day on which the sentence is read: 本年度 is its year. */
export interface LacksContext extends EvaluateContext {
  today: string
}

/** What a comparison that fails comes to. */
const opposite: Partial<Record<Op, [date: string, other: string]>> = {
  gte: ['早于', '不到'],
  gt: ['不晚于', '不超过'],
  lte: ['晚于', '超过'],
  lt: ['不早于', '不少于'],
}

/** So many kinds are named; of more the first. */
const MOST_NAMED = 3

const current: Record<string, string> = {
  day: '当天',
  month: '本月',
  quarter: '本季度',
  'half-year': '本半年',
  year: '本年度',
}

/**
 * What a record lacks to meet a condition, as a clerk would say it, one sentence a missing thing; empty when nothing
 * is missing. Where a related record almost counts, it is named with what keeps it from counting:
 * 有2026-11-05的培训记录，但不在本年度.
 * @param related live and archived rows of child registers by register name
 */
export function lacks(
  condition: Condition,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: LacksContext,
): string[] {
  if (holds(condition, record, related, context)) return []
  if ('all' in condition) return condition.all.flatMap((part) => lacks(part, record, related, context))
  if ('any' in condition) {
    const ways = condition.any.map((part) => lacks(part, record, related, context))
    return ways.length ? [...new Set(ways.map((way) => way.join('，')))] : []
  }
  if ('not' in condition) return [present(condition.not, record, context)]
  if ('always' in condition) return ['不适用']
  return isRelated(condition)
    ? relatedLacks(condition, record, related, context)
    : [comparisonLack(condition, record, context)]
}

/** What should not be there. */
function present(condition: Condition, record: Values, context: LacksContext): string {
  const words = { ...context, area: areaOf(record) }
  return `不应有的情形：${explain(condition, context.register, words)}`
}

const areaOf = (record: Values): string | null => (typeof record.area === 'string' ? record.area : null)

function comparisonLack(c: Comparison, record: Values, context: LacksContext): string {
  const found = context.catalogue.field(context.register, c.field)
  const { label } = found.def
  const from = found.viaParent ? context.parent : record
  const value = from?.[c.field.slice(c.field.indexOf('.') + 1)]
  const words = { ...context, area: areaOf(record) }
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return `${label}没有填写`
  if (c.op === 'empty') return `${label}已填写`
  const shown = valueText(found, value, textContext(words, record))
  if (c.op === 'within' && c.to && 'window' in c.to)
    return `${label}是${shown}，不在${windowWords(c.to.window, words)}`
  const to = operandWords(c, found, record, words)
  const { shape } = found.type
  if (shape === 'boolean') return `${label}：${shown}`
  const dated = shape === 'date' || shape === 'time'
  const sign = opposite[c.op]?.[dated ? 0 : 1]
  if (sign) return `${label}是${shown}，${sign}${to.text.trim()}`
  if (c.op === 'has' || c.op === 'hasAny' || c.op === 'contains') return `${label}里没有${to.text}`
  if (c.op === 'isNot' || c.op === 'notIn') return `${label}是“${shown}”`
  if (c.op === 'is' || c.op === 'in') return `${label}是“${shown}”，应为${to.text}`
  return `${label}是“${shown}”，应${comparedText(c.op, shape, to)}`
}

/** What it is compared with: of another field its value too. */
function operandWords(c: Comparison, found: FoundField, record: Values, words: LacksContext): OperandText {
  const to = operandText(c.to, found, words.register, words, record)
  if (!c.to || !('field' in c.to)) return to
  const other = words.catalogue.findField(words.register, c.to.field)
  if (!other || other.viaParent) return to
  return { text: `${other.def.label}的 ${valueText(other, record[c.to.field], textContext(words, record))}` }
}

/** 本年度, or the period by its name where it is another one than the reader's. */
function windowWords(window: Window, context: LacksContext): string {
  const { asOf } = context.moment
  if (window.period === 'last-days' || window.period === 'next-days')
    return operandText({ window }, undefined, context.register, context).text.replace(/内$/, '').trim()
  const span = windowBounds(window, asOf)
  if (!span) return '规定期间'
  if (span.from <= context.today && context.today <= span.to) return current[window.period] ?? '规定期间'
  return window.period === 'day' ? span.from : periodLabel(window.period, span.from)
}

function relatedLacks(
  c: Related,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: LacksContext,
): string[] {
  const child = context.catalogue.record(c.related)
  const live = (related[c.related] ?? []).filter((r) => !r.archivedAt)
  const below: LacksContext = { ...context, register: c.related, parent: record }
  const counted = (row: Values) => !c.where || holds(c.where, row, {}, below)
  if (c.test === 'none') {
    const there = live.filter(counted)
    return [
      `有 ${there.length} 条${child.label}没有了结：${there
        .slice(0, 3)
        .map((r) => named(child, r))
        .join('、')}`,
    ]
  }
  if (c.test === 'latest') {
    if (live.length === 0) return [`没有${child.label}`]
    const newest = live.reduce((a, b) => (String(a[c.by] ?? '') >= String(b[c.by] ?? '') ? a : b))
    return [`最近的${dayOf(child, newest)}${child.label}：${lacks(c.where, newest, {}, below).join('，')}`]
  }
  const kind = c.where && kindOf(child, c.where, below)
  const nearest = nearestTo(c, live, below)
  const almost = nearest && `${named(child, nearest.row)}，但${nearest.why.join('，')}`
  const what = `${child.label}${kind ? `（${kind.text}）` : ''}`
  if (!isAggregate(c)) return [almost ? `有${almost}` : `没有${what}`]
  const words = { ...context, area: areaOf(record) }
  if (c.test !== 'count') return [`没有达到：${explain(c, context.register, words)}`]
  const to = { text: operandValue(c, record, words) }
  const n = live.filter(counted).length
  return [`${what}有 ${n} 条，应${comparedText(c.op, 'number', to)} 条${almost ? `；另有${almost}` : ''}`]
}

/** Of the live records that do not count, the one that lacks least; one of another kind does not almost count. */
function nearestTo(c: Related, live: readonly Values[], below: LacksContext) {
  if (!c.where) return undefined
  const { where } = c
  const child = below.catalogue.record(c.related)
  const kind = kindOf(child, where, below)
  const near = live.filter(
    (r) => !holds(where, r, {}, below) && (!kind || holds(kind.condition, r, {}, below)),
  )
  return nearestOf(child, where, near, below)
}

/**
 * The record of a register that almost makes a condition hold, with what keeps it from that; none where the condition
 * holds or asks for no record of that register.
 * @param name of a register whose records the condition asks for
 * @param related as in `lacks`
 */
export function almost(
  name: string,
  condition: Condition,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: LacksContext,
): { row: Values; why: string[] } | undefined {
  if (holds(condition, record, related, context)) return undefined
  const parts = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined
  if (parts)
    for (const part of parts) {
      const found = almost(name, part, record, related, context)
      if (found) return found
    }
  if (!isRelated(condition) || condition.related !== name || condition.test === 'none') return undefined
  const live = (related[name] ?? []).filter((r) => !r.archivedAt)
  return nearestTo(condition, live, { ...context, register: name, parent: record })
}

/**
 * What kind of record is asked for: comparisons with given values of the fields by which the register tells its
 * records apart (its title, its keys, and what an enterprise must say and an officer confirm).
 */
function kindOf(child: RecordDef, where: Condition, words: LacksContext) {
  const deciding = Object.keys(child.fields).filter(
    (f) => child.fields[f]?.decides && child.fields[f]?.required,
  )
  const telling = new Set([child.title, ...(child.keys ?? []).flat(), ...deciding])
  const parts = ('all' in where ? where.all : [where]).filter(
    (p): p is Comparison =>
      'field' in p &&
      telling.has(p.field) &&
      (p.op === 'is' || p.op === 'in') &&
      p.to !== undefined &&
      'value' in p.to,
  )
  if (parts.length === 0) return undefined
  const values = parts.flatMap((p) => {
    const found = words.catalogue.field(child.name, p.field)
    const given: unknown = p.to && 'value' in p.to ? p.to.value : undefined
    return (Array.isArray(given) ? given : [given]).map((v) => valueText(found, v, textContext(words)))
  })
  const text = `${values.slice(0, MOST_NAMED).join('、')}${values.length > MOST_NAMED ? '等' : ''}`
  return { condition: all(...parts), text }
}

/** The number that is asked for: of a field its value. */
function operandValue(c: Related & { test: 'count' }, record: Values, context: LacksContext): string {
  if ('field' in c.to) return String(record[c.to.field] ?? '（未填写）')
  return operandText(c.to, undefined, context.register, context, record).text.trim()
}

/** The record that lacks least, of those the newest. */
function nearestOf(child: RecordDef, where: Condition, rows: readonly Values[], context: LacksContext) {
  return rows
    .map((row) => ({ row, why: lacks(where, row, {}, context).map((w) => shortened(child, row, w)) }))
    .sort(
      (a, b) => a.why.length - b.why.length || (newestOf(child, a.row) < newestOf(child, b.row) ? 1 : -1),
    )[0]
}

const newestOf = (child: RecordDef, row: Values): string =>
  String((child.happenedOn && row[child.happenedOn]) || row.happenedOn || row.recordedAt || '')

/** The day of a record stands before it already: 培训日期是2025-11-05，不在本年度 → 不在本年度. */
function shortened(child: RecordDef, row: Values, why: string): string {
  const field = child.happenedOn
  const label = field && child.fields[field]?.label
  const start = `${label}是${String((field && row[field]) ?? '').slice(0, 10)}，`
  return field && why.startsWith(start) ? why.slice(start.length) : why
}

/** 2026-11-05的, where the register has a day. */
function dayOf(child: RecordDef, row: Values): string {
  const day = child.happenedOn ? row[child.happenedOn] : undefined
  return typeof day === 'string' ? `${day.slice(0, 10)}的` : ''
}

const named = (child: RecordDef, row: Values): string => {
  const day = dayOf(child, row)
  return day ? `${day}${child.label}` : rowName(child, row)
}

/** What makes a record count, as a clerk would say it: values of fields, and the related records that count. */
export function shows(
  condition: Condition,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: LacksContext,
): string[] {
  if (!holds(condition, record, related, context)) return []
  if ('all' in condition) return condition.all.flatMap((part) => shows(part, record, related, context))
  if ('any' in condition) return condition.any.flatMap((part) => shows(part, record, related, context))
  if ('not' in condition || 'always' in condition) return []
  if (!isRelated(condition)) {
    const found = context.catalogue.field(context.register, condition.field)
    const from = found.viaParent ? context.parent : record
    const value = from?.[condition.field.slice(condition.field.indexOf('.') + 1)]
    const words = textContext({ ...context, area: areaOf(record) }, record)
    return [`${found.def.label}：${valueText(found, value, words)}`]
  }
  const child = context.catalogue.record(condition.related)
  const below: LacksContext = { ...context, register: condition.related, parent: record }
  const { where } = condition
  const rows = (related[condition.related] ?? [])
    .filter((r) => !r.archivedAt && (!where || holds(where, r, {}, below)))
    .sort((a, b) => (newestOf(child, a) < newestOf(child, b) ? 1 : -1))
  if (rows.length === 0) return [`没有${child.label}`]
  const more = rows.length > MOST_NAMED ? `等 ${rows.length} 条` : ''
  return [
    `有${rows
      .slice(0, MOST_NAMED)
      .map((r) => named(child, r))
      .join('、')}${more}`,
  ]
}
