import { addMonths, addPeriod } from '../core/calendar.ts'
import { addDays, endOfMonth } from '../core/clock.ts'

/** What a printed time rests on, so that an officer sees where its year comes from. */
export type Anchor =
  /** the year the paper plans for, as its title or text says */
  | 'plan-year'
  /** a year printed beside the term, or before it in the same sentence */
  | 'body-year'
  /** the day of signature (or printing): its year, its month, or days counted from it */
  | 'signature'
  /** the day of an event that the sentence prints */
  | 'event'

/** What terms without a year are counted from. */
export interface Anchors {
  /** the year the notice plans for; null when nothing in it says */
  year: number | null
  /** where `year` was found: a year of the title holds for the whole plan, one of the signature only for what follows it */
  yearFrom: 'title' | 'signature'
  /** day of signature, else of printing; null when neither is printed */
  signed: string | null
  /** the day from which it holds (自2025年9月1日起施行), where it prints one */
  effective?: string | null
}

/** A term as printed, before anybody knows its year. */
export type Moment =
  | { kind: 'day'; month: number | 'this' | 'next' | 'quarter'; day: number | 'end' }
  | { kind: 'year-end'; years?: number }
  | {
      kind: 'after'
      amount: number
      unit: 'day' | 'working-day' | 'month'
      from?: { month: number; day: number } | 'effective'
    }

/** The year printed with a term: 2027年, 次年, 今年; null when none is. */
export type YearWord = number | 'this' | 'next' | null

export interface Resolved {
  date: string
  anchor: Anchor
  /** the term was moved to the next year because its month lies before the signature */
  moved?: boolean
  /** the plan is for next year, and the same day of this year is still to come: a person looks */
  unsure?: boolean
}

/** A plan of a year keeps its early months ("1月底前" in a plan signed in March), unless half a year and more has gone. */
const HALF_A_YEAR = 6

/**
 * The last day a printed term allows; null where nothing says its year, or the day does not exist.
 * @param carried a year printed earlier in the same sentence
 */
export function resolveMoment(
  moment: Moment,
  year: YearWord,
  carried: number | null,
  anchors: Anchors,
): Resolved | null {
  if (moment.kind === 'after') return resolveAfter(moment, carried, anchors)
  const base = anchors.year ?? (anchors.signed ? Number(anchors.signed.slice(0, 4)) : null)
  const own: Anchor = anchors.yearFrom === 'title' ? 'plan-year' : 'signature'
  if (typeof year === 'number') return dated(moment, year, 'body-year', anchors)
  if (year === null && carried !== null) return dated(moment, carried, 'body-year', anchors)
  if (base === null) return null
  if (year === 'next') return dated(moment, base + 1, own, anchors)
  if (moment.kind === 'day' && typeof moment.month !== 'number')
    return dated(moment, base, 'signature', anchors)
  const found = dated(moment, base, own, anchors)
  if (year === 'this' || moment.kind !== 'day' || !found || !anchors.signed) return found
  if (typeof moment.month !== 'number') return found
  const signedIn = Number(anchors.signed.slice(0, 4))
  if (own === 'plan-year' && signedIn === base - 1) {
    const sooner = dated(moment, signedIn, own, anchors)
    return sooner && sooner.date >= anchors.signed ? { ...found, unsure: true } : found
  }
  const gone = Number(anchors.signed.slice(5, 7)) - moment.month
  const sameYear = anchors.signed.startsWith(`${base}-`)
  if (!sameYear || gone < (own === 'plan-year' ? HALF_A_YEAR : 1)) return found
  const next = dated(moment, base + 1, own, anchors)
  return next && { ...next, moved: true }
}

function dated(
  moment: Exclude<Moment, { kind: 'after' }>,
  year: number,
  anchor: Anchor,
  { signed }: Anchors,
): Resolved | null {
  if (moment.kind === 'year-end') return { date: `${year + (moment.years ?? 1) - 1}-12-31`, anchor }
  let { month } = moment
  let in_ = year
  if (typeof month !== 'number') {
    if (!signed) return null
    in_ = Number(signed.slice(0, 4))
    const now = Number(signed.slice(5, 7))
    month = month === 'quarter' ? Math.ceil(now / 3) * 3 : month === 'this' ? now : now + 1
    if (month > 12) {
      month = 1
      in_++
    }
  }
  if (!Number.isInteger(month) || month < 0 || month > 12) return null
  if (month === 0) return { date: `${in_ - 1}-12-31`, anchor }
  const last = endOfMonth(in_, month)
  if (moment.day === 'end') return { date: last, anchor }
  if (moment.day < 1 || moment.day > Number(last.slice(8))) return null
  return { date: `${last.slice(0, 8)}${String(moment.day).padStart(2, '0')}`, anchor }
}

function resolveAfter(
  { amount, unit, from }: Extract<Moment, { kind: 'after' }>,
  carried: number | null,
  anchors: Anchors,
): Resolved | null {
  const event =
    from === 'effective'
      ? anchors.effective
      : from && resolveMoment({ kind: 'day', ...from }, null, carried, anchors)?.date
  const start = from ? event : anchors.signed
  if (!start) return null
  const anchor: Anchor = from ? 'event' : 'signature'
  if (unit === 'working-day') return { date: addPeriod(start, { days: amount, calendar: 'working' }), anchor }
  return { date: unit === 'month' ? addMonths(start, amount) : addDays(start, amount), anchor }
}
