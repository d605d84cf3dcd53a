import chineseDays from 'chinese-days'
import { addDays, endOfMonth } from './clock.ts'
import type { PeriodValue } from './definition.ts'

/**
 * The date `period` after `from`. The day of the event is not counted (民法典 第二百零一条); whether days are
 * calendar or working days is part of the policy row. Working days follow the State Council's holiday notices
 * as the package chinese-days knows them; years not announced yet fall back to Monday–Friday.
 */
export function addPeriod(from: string, period: PeriodValue): string {
  if (period.calendar !== 'working') return addDays(from, period.days)
  let date = from
  for (let left = Math.abs(period.days); left > 0; ) {
    date = addDays(date, period.days < 0 ? -1 : 1)
    if (chineseDays.isWorkday(date)) left--
  }
  return date
}

/** The same day so many months later; the last day of a shorter month (31 January and one month: 28 February). */
export function addMonths(from: string, months: number): string {
  const counted = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1 + months
  const last = endOfMonth(Math.floor(counted / 12), (counted % 12) + 1)
  const day = from.slice(8)
  return day > last.slice(8) ? last : last.slice(0, 8) + day
}
