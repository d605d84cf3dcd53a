import { describe, expect, it } from 'vitest'
import { periodLabel, periodOf, periodOfIso, periodsIn, rhythmOfIso, windowBounds } from './period.ts'

describe('periods', () => {
  it.each([
    ['week', '2026-11-29', 0, '2026-11-23', '2026-11-29'],
    ['week', '2026-11-30', 0, '2026-11-30', '2026-12-06'],
    ['week', '2027-01-01', -1, '2026-12-21', '2026-12-27'],
    ['ten-days', '2026-02-21', 0, '2026-02-21', '2026-02-28'],
    ['ten-days', '2026-02-21', 1, '2026-03-01', '2026-03-10'],
    ['half-month', '2026-01-15', -1, '2025-12-16', '2025-12-31'],
  ] as const)('parts of months and weeks: %s of %s moved by %i', (rhythm, date, offset, from, to) => {
    expect(periodOf(rhythm, date, offset)).toEqual({ from, to })
  })

  it.each([
    ['month', '2026-02-15', 0, '2026-02-01', '2026-02-28'],
    ['month', '2026-01-31', -1, '2025-12-01', '2025-12-31'],
    ['month', '2024-02-01', 0, '2024-02-01', '2024-02-29'],
    ['quarter', '2026-03-31', 0, '2026-01-01', '2026-03-31'],
    ['quarter', '2026-01-01', -1, '2025-10-01', '2025-12-31'],
    ['half-year', '2026-07-01', 0, '2026-07-01', '2026-12-31'],
    ['half-year', '2026-06-30', 1, '2026-07-01', '2026-12-31'],
    ['year', '2026-06-30', -1, '2025-01-01', '2025-12-31'],
  ] as const)('%s of %s moved by %i', (period, date, offset, from, to) => {
    expect(periodOf(period, date, offset)).toEqual({ from, to })
  })

  it('a year has twelve months, four quarters, two halves; a span that begins inside one counts it', () => {
    const year = { from: '2026-01-01', to: '2026-12-31' }
    expect(periodsIn('month', year)).toHaveLength(12)
    expect(periodsIn('quarter', year).map((p) => p.to)).toEqual([
      '2026-03-31',
      '2026-06-30',
      '2026-09-30',
      '2026-12-31',
    ])
    expect(periodsIn('half-year', year)).toHaveLength(2)
    expect(periodsIn('quarter', { from: '2026-02-19', to: '2026-04-01' })).toHaveLength(2)
  })

  it('are called as people call them', () => {
    expect(periodLabel('quarter', '2026-04-01')).toBe('2026年第2季度')
    expect(periodLabel('half-year', '2026-07-01')).toBe('2026年下半年')
    expect(periodLabel('month', '2026-03-01')).toBe('2026年3月')
    expect(periodLabel('week', '2026-11-30')).toBe('2026年11月30日至12月6日')
    expect(periodLabel('ten-days', '2026-11-21')).toBe('2026年11月下旬')
    expect(periodLabel('half-month', '2026-02-16')).toBe('2026年2月下半月')
    expect([rhythmOfIso('P1W'), rhythmOfIso('P10D'), rhythmOfIso('P2W')]).toEqual([
      'week',
      'ten-days',
      undefined,
    ])
    expect([periodOfIso('P3M'), periodOfIso('P1Y'), periodOfIso(null), periodOfIso('P2W')]).toEqual([
      'quarter',
      'year',
      undefined,
      undefined,
    ])
  })
})

describe('windowBounds', () => {
  it.each([
    [{ period: 'quarter' }, '2026-01-01', '2026-03-31'],
    [{ period: 'half-year', offset: -1 }, '2025-07-01', '2025-12-31'],
    [{ period: 'day', offset: 1 }, '2026-04-01', '2026-04-01'],
    [{ period: 'last-days', days: 30 }, '2026-03-02', '2026-03-31'],
    [{ period: 'last-days', days: 30, offset: -1 }, '2026-01-31', '2026-03-01'],
    [{ period: 'next-days', days: 1 }, '2026-03-31', '2026-03-31'],
  ] as const)('%j as of 2026-03-31', (window, from, to) => {
    expect(windowBounds(window, '2026-03-31')).toEqual({ from, to })
  })

  it('has no dates without a length', () => {
    expect(windowBounds({ period: 'last-days' }, '2026-03-31')).toBeUndefined()
    // what says it has happened counts up to the day it is seen from, and no further
    expect(windowBounds({ period: 'year' }, '2026-03-31', undefined, '2026-03-31')).toEqual({
      from: '2026-01-01',
      to: '2026-03-31',
    })
    expect(windowBounds({ period: 'year' }, '2026-03-31', undefined, '2026-11-28')?.to).toBe('2026-11-28')
    expect(windowBounds({ period: 'year', offset: -1 }, '2026-03-31', undefined, '2026-03-31')?.to).toBe(
      '2025-12-31',
    )
    expect(windowBounds({ period: 'last-days', days: { policy: 'x' } }, '2026-03-31', 0)).toBeUndefined()
    expect(windowBounds({ period: 'last-days', days: { policy: 'x' } }, '2026-03-31', 2)).toEqual({
      from: '2026-03-30',
      to: '2026-03-31',
    })
  })
})
