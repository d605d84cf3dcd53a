import { daysBetween, shanghaiDate, systemClock } from '../../engine/core/clock.ts'

export const today = (): string => shanghaiDate(systemClock.now())

const minute = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

/** ISO time → 2026-05-31 08:05 in Shanghai. */
export const timeText = (iso: string | null | undefined): string =>
  iso ? minute.format(new Date(iso)).replaceAll('/', '-') : ''

export interface DueText {
  text: string
  tone: 'late' | 'soon' | ''
}

/** How far a date is: 逾期 3 天, 今天到期, 还有 5 天. Seven days ahead is soon. */
export function dueText(due: string | null | undefined, now = today()): DueText {
  if (!due) return { text: '', tone: '' }
  const left = daysBetween(now, due.slice(0, 10))
  if (left < 0) return { text: `逾期 ${-left} 天`, tone: 'late' }
  if (left === 0) return { text: '今天到期', tone: 'soon' }
  return { text: `还有 ${left} 天`, tone: left <= 7 ? 'soon' : '' }
}

/** 今天, 昨天, 5月31日, 2025年5月31日 */
export function dayText(date: string, now = today()): string {
  const d = date.slice(0, 10)
  const ago = daysBetween(d, now)
  if (ago === 0) return '今天'
  if (ago === 1) return '昨天'
  const [y, m, day] = d.split('-').map(Number)
  return y === Number(now.slice(0, 4)) ? `${m}月${day}日` : `${y}年${m}月${day}日`
}
