import { describe, expect, it } from 'vitest'
import { dayText, dueText, timeText } from './time.ts'

describe('how far a date is', () => {
  it('counts Shanghai days, not hours', () => {
    expect(dueText('2026-06-30', '2026-07-03')).toEqual({ text: '逾期 3 天', tone: 'late' })
    expect(dueText('2026-06-30', '2026-06-30')).toEqual({ text: '今天到期', tone: 'soon' })
    expect(dueText('2026-06-30', '2026-06-23')).toEqual({ text: '还有 7 天', tone: 'soon' })
    expect(dueText('2026-06-30', '2026-06-22')).toEqual({ text: '还有 8 天', tone: '' })
    expect(dueText(null)).toEqual({ text: '', tone: '' })
  })
  it('shows instants in Shanghai whatever the device is set to', () => {
    // 16:05 UTC on New Year's Eve is the next year in Shanghai
    expect(timeText('2025-12-31T16:05:00Z')).toBe('2026-01-01 00:05')
    expect(timeText(null)).toBe('')
  })
  it('names days as people do', () => {
    expect(dayText('2026-03-01', '2026-03-01')).toBe('今天')
    expect(dayText('2026-02-28', '2026-03-01')).toBe('昨天')
    expect(dayText('2026-02-01', '2026-03-01')).toBe('2月1日')
    expect(dayText('2025-12-31', '2026-03-01')).toBe('2025年12月31日')
  })
})
