/**
 * The only place that reads the clock (design §8). Rules take `now` as an argument; a process gets one
 * `Clock` at start and tests hand in a fixed one.
 */
export interface Clock {
  /** the present instant */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until it is moved; for tests, demos and replays. */
export function fixedClock(iso: string): Clock & { set(iso: string): void } {
  let at = new Date(iso)
  return {
    now: () => new Date(at),
    set: (next) => {
      at = new Date(next)
    },
  }
}

const SHANGHAI_OFFSET_MS = 8 * 3600_000
const DAY_MS = 86_400_000
let last = { day: Number.NaN, text: '' }

/** Calendar date (YYYY-MM-DD) in Asia/Shanghai, which has had no daylight saving since 1991. */
export function shanghaiDate(at: Date): string {
  const local = at.getTime() + SHANGHAI_OFFSET_MS
  const day = Math.floor(local / DAY_MS)
  // asked several times in every request, nearly always for the same day
  if (day !== last.day) last = { day, text: new Date(local).toISOString().slice(0, 10) }
  return last.text
}

/** First instant of a Shanghai calendar date. */
export function startOfDay(date: string): Date {
  return new Date(`${date}T00:00:00+08:00`)
}

/** Adds calendar days to a YYYY-MM-DD date. */
export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** Last day of the month (1–12) as YYYY-MM-DD. */
export function endOfMonth(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}

/** Whole calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}
