import { addDays, endOfMonth } from './clock.ts'
import type { Window } from './condition/ast.ts'
import type { Period } from './definition.ts'

/** A span of calendar dates, both ends included (YYYY-MM-DD, Asia/Shanghai). */
export interface Span {
  from: string
  to: string
}

const monthsIn: Record<Period, number> = { month: 1, quarter: 3, 'half-year': 6, year: 12 }

const monthIndex = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1

const monthStart = (index: number): string =>
  `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}-01`

/** The calendar period `offset` after the one that `date` lies in. Quarters and half-years begin in January. */
export function periodOf(period: Period, date: string, offset = 0): Span {
  const size = monthsIn[period]
  const first = (Math.floor(monthIndex(date) / size) + offset) * size
  const last = first + size - 1
  return { from: monthStart(first), to: endOfMonth(Math.floor(last / 12), (last % 12) + 1) }
}

/** The periods that `span` touches, in order: those that a duty "once a quarter" makes out of a year. */
export function periodsIn(period: Period, span: Span): Span[] {
  const out: Span[] = []
  for (let p = periodOf(period, span.from); p.from <= span.to; p = periodOf(period, p.from, 1)) out.push(p)
  return out
}

/** How a period of a span is called: 2026年3月, 2026年第1季度, 2026年上半年, 2026年. */
export function periodLabel(period: Period, from: string): string {
  const year = `${from.slice(0, 4)}年`
  const month = Number(from.slice(5, 7))
  switch (period) {
    case 'month':
      return `${year}${month}月`
    case 'quarter':
      return `${year}第${Math.ceil(month / 3)}季度`
    case 'half-year':
      return `${year}${month <= 6 ? '上' : '下'}半年`
    case 'year':
      return year
  }
}

const isoPeriods: Record<string, Period> = { P1M: 'month', P3M: 'quarter', P6M: 'half-year', P1Y: 'year' }

/** Period of an ISO 8601 duration as notices are parsed to (P1M, P3M, P6M, P1Y); others have none. */
export const periodOfIso = (iso: string | null | undefined): Period | undefined =>
  iso ? isoPeriods[iso] : undefined

/**
 * The dates a window covers, seen from `asOf`. The only place that says so: both condition compilers ask it.
 * @param days length of `last-days` / `next-days`, already resolved when it is a policy; without it there are none
 * @param until of a date that says what happened (`FieldDef.past`): what lies after this day does not count
 */
export function windowBounds(window: Window, asOf: string, days?: number, until?: string): Span | undefined {
  const span = wholeWindow(window, asOf, days)
  return span && until && span.to > until ? { from: span.from, to: until } : span
}

function wholeWindow(window: Window, asOf: string, days?: number): Span | undefined {
  const offset = window.offset ?? 0
  switch (window.period) {
    case 'day': {
      const day = addDays(asOf, offset)
      return { from: day, to: day }
    }
    case 'last-days':
    case 'next-days': {
      const length = days ?? (typeof window.days === 'number' ? window.days : undefined)
      if (length === undefined || !Number.isInteger(length) || length < 1) return undefined
      const first = window.period === 'last-days' ? addDays(asOf, 1 - length) : asOf
      const from = addDays(first, offset * length)
      return { from, to: addDays(from, length - 1) }
    }
    default:
      return periodOf(window.period, asOf, offset)
  }
}
