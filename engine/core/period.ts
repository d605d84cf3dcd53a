import { addDays, endOfMonth } from './clock.ts'
import type { Window } from './condition/ast.ts'
import type { Period } from './definition.ts'

/**
 * How often papers are owed. Notices ask for them more often than figures are made: weeks run from Monday to Sunday,
 * a month has three 旬 (1–10, 11–20, the rest) and two halves (1–15, the rest).
 */
export type Rhythm = Period | 'half-month' | 'ten-days' | 'week'

/** A span of calendar dates, both ends included (YYYY-MM-DD, Asia/Shanghai). */
export interface Span {
  from: string
  to: string
}

const monthsIn: Record<Period, number> = { month: 1, quarter: 3, 'half-year': 6, year: 12 }

/** Whether figures are made for it: whole months only. */
export const isPeriod = (name: string): name is Period => name in monthsIn

/** Days of a month on which its parts begin. */
const partsOf = { 'half-month': [1, 16], 'ten-days': [1, 11, 21] } as const
const partWords = { 'half-month': ['上半月', '下半月'], 'ten-days': ['上旬', '中旬', '下旬'] } as const

/** Every rhythm, the longest first. */
export const rhythms: readonly Rhythm[] = [
  'year',
  'half-year',
  'quarter',
  'month',
  'half-month',
  'ten-days',
  'week',
]

const monthIndex = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1

const monthStart = (index: number): string =>
  `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}-01`

/** The calendar period `offset` after the one that `date` lies in. Quarters and half-years begin in January. */
export function periodOf(period: Rhythm, date: string, offset = 0): Span {
  if (period === 'week') {
    // 1970-01-05 was a Monday
    const days = Math.floor((Date.parse(date) - Date.parse('1970-01-05')) / 86_400_000)
    const from = addDays('1970-01-05', (Math.floor(days / 7) + offset) * 7)
    return { from, to: addDays(from, 6) }
  }
  if (period === 'half-month' || period === 'ten-days') return partOfMonth(period, date, offset)
  const size = monthsIn[period]
  const first = (Math.floor(monthIndex(date) / size) + offset) * size
  const last = first + size - 1
  return { from: monthStart(first), to: endOfMonth(Math.floor(last / 12), (last % 12) + 1) }
}

function partOfMonth(period: 'half-month' | 'ten-days', date: string, offset: number): Span {
  const begins = partsOf[period]
  const own = begins.filter((day) => day <= Number(date.slice(8))).length - 1
  const index = monthIndex(date) * begins.length + own + offset
  const month = Math.floor(index / begins.length)
  const part = index - month * begins.length
  const first = monthStart(month)
  const next = begins[part + 1]
  return {
    from: addDays(first, (begins[part] ?? 1) - 1),
    to: next ? addDays(first, next - 2) : endOfMonth(Math.floor(month / 12), (month % 12) + 1),
  }
}

/** The periods that `span` touches, in order: those that a duty "once a quarter" makes out of a year. */
export function periodsIn(period: Rhythm, span: Span): Span[] {
  const out: Span[] = []
  for (let p = periodOf(period, span.from); p.from <= span.to; p = periodOf(period, p.from, 1)) out.push(p)
  return out
}

/** How a period of a span is called: 2026年3月, 2026年第1季度, 2026年上半年, 2026年, 2026年3月上旬, 2026年3月2日至8日. */
export function periodLabel(period: Rhythm, from: string): string {
  const year = `${from.slice(0, 4)}年`
  const month = Number(from.slice(5, 7))
  switch (period) {
    case 'week': {
      const { to } = periodOf('week', from)
      const over = to.slice(5, 7) === from.slice(5, 7) ? '' : `${Number(to.slice(5, 7))}月`
      return `${year}${month}月${Number(from.slice(8))}日至${over}${Number(to.slice(8))}日`
    }
    case 'half-month':
    case 'ten-days': {
      const part = partsOf[period].filter((day) => day <= Number(from.slice(8))).length - 1
      return `${year}${month}月${partWords[period][part]}`
    }
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

const isoRhythms: Record<string, Rhythm> = {
  ...isoPeriods,
  P15D: 'half-month',
  P10D: 'ten-days',
  P1W: 'week',
}

/** Rhythm of papers of an ISO 8601 duration; every two weeks or two months have none. */
export const rhythmOfIso = (iso: string | null | undefined): Rhythm | undefined =>
  iso ? isoRhythms[iso] : undefined

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
