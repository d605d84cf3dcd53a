import { daysBetween } from '../core/clock.ts'

/** Something that waits for a person today. */
export interface TodayItem {
  kind: 'case' | 'late' | 'expires' | 'task' | 'grade' | 'claim' | 'machine' | 'wish'
  title: string
  /** why it is here */
  why: string
  /** what happens when it is left */
  ifNot: string | null
  /** YYYY-MM-DD */
  due: string | null
  /** address of the page that does it */
  link: string
}

export function inWords(due: string, today: string): string {
  const days = daysBetween(today, due)
  if (days < 0) return `已逾期 ${-days} 天`
  return days === 0 ? '今天到期' : `还有 ${days} 天`
}
