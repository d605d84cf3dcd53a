import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DateOptions, dateToSerial, isRealDate, readDate, serialToDate } from './dates.ts'

const date = (raw: unknown, options?: DateOptions) => {
  const read = readDate(raw, options)
  return read.ok ? (read.value?.date ?? null) : read.message
}

describe('dates as ledgers write them', () => {
  it.each([
    ['2025-1-5'],
    ['2025-01-05'],
    ['2025/01/05'],
    ['2025/1/5'],
    ['2025.1.5'],
    ['2025.01.05'],
    ['20250105'],
    [20250105],
    ['2025年1月5日'],
    ['2025年01月05日'],
    ['2025 年 1 月 5 日'],
    ['２０２５年１月５日'],
    ['２０２５．１．５'],
    ['二〇二五年一月五日'],
    ['二零二五年一月五日'],
    ['二○二五年一月五号'],
    ['25.1.5'],
    ['25/01/05'],
    ['2025-1-5 00:00:00'],
    ['2025-01-05T00:00:00'],
    ['2025－01－05'],
    ['\u00a02025-01-05\u3000'],
    ["'2025-01-05"],
    ['2025年1月5日（星期日）'],
    ['2025年1月5'],
    [45662],
    ['45662'],
    [new Date(Date.UTC(2025, 0, 5))],
    [new Date(Date.UTC(2025, 0, 4, 23, 59, 59, 999))],
  ])('%s is 2025-01-05', (raw) => {
    const read = readDate(raw)
    expect(read).toMatchObject({ ok: true, value: { date: '2025-01-05', precision: 'day' } })
  })

  it.each([
    ['二〇二四年十二月三十一日', '2024-12-31'],
    ['二〇二四年十月二十日', '2024-10-20'],
    ['一九九八年廿三月', '没有 23 月，请核对日期'],
    ['98.5.6', '1998-05-06'],
    ['2024-2-29', '2024-02-29'],
    ['13/5/2025', '2025-05-13'],
    ['5/13/2025', '2025-05-13'],
  ])('%s → %s', (raw, expected) => expect(date(raw)).toBe(expected))

  it('keeps the precision of a month and of a year', () => {
    for (const raw of [
      '2025年1月',
      '2025-1',
      '2025/01',
      '2025.1',
      '202501',
      202501,
      '二〇二五年一月',
      '2025年1月份',
    ])
      expect(readDate(raw)).toMatchObject({ ok: true, value: { date: '2025-01-01', precision: 'month' } })
    for (const raw of ['2025', 2025, '2025年', '二〇二五年'])
      expect(readDate(raw)).toMatchObject({ ok: true, value: { date: '2025-01-01', precision: 'year' } })
  })

  it('reads times, turns zones into Asia/Shanghai', () => {
    const at = (raw: unknown) => {
      const read = readDate(raw)
      return read.ok ? `${read.value?.date} ${read.value?.time}` : read.message
    }
    expect(at('2025-01-05 8:30')).toBe('2025-01-05 08:30:00')
    expect(at('2025年1月5日 下午3时20分')).toBe('2025-01-05 15:20:00')
    expect(at('2025/1/5 08:30:15')).toBe('2025-01-05 08:30:15')
    expect(at('2025-01-04T16:30:00Z')).toBe('2025-01-05 00:30:00')
    expect(at('2025-01-04T23:00:00+08:00')).toBe('2025-01-04 23:00:00')
    expect(at(45662.5)).toBe('2025-01-05 12:00:00')
    expect(at(new Date(Date.UTC(2025, 0, 5, 9, 30)))).toBe('2025-01-05 09:30:00')
  })

  it('refuses days that do not exist, in Chinese, naming the day', () => {
    expect(date('2025-2-29')).toBe('没有 2025年2月29日 这一天，请核对日期')
    expect(date('2025年4月31日')).toContain('没有 2025年4月31日 这一天')
    expect(date('2025-13-01')).toContain('没有 13 月')
    expect(date('20251301')).toContain('没有 13 月')
    expect(date(60)).toContain('1900年2月29日不存在')
    expect(date('1025-01-05')).toContain('年份 1025 不合理')
    expect(date(new Date(Number.NaN))).toContain('日期无效')
  })

  it('guesses nothing: unclear order, spans, missing years and prose are refused with what to type', () => {
    expect(date('1/5/2025')).toContain('分不清月和日')
    expect(date('2023.1.5-2026.1.4')).toContain('是一段时间')
    expect(date('2023年1月5日至2026年1月4日')).toContain('是一段时间')
    expect(date('1月5日')).toContain('缺少年份')
    for (const raw of ['待定', '去年', '2025-01-05起', '25.1', true, {}])
      expect(date(raw)).toContain('2025-01-05')
  })

  it('blanks are no date and no error; 长期 has no end', () => {
    for (const raw of [null, undefined, '', ' ', '\u3000', '—', '/', '-']) expect(date(raw)).toBe(null)
    expect(readDate('长期')).toMatchObject({ value: { date: '9999-12-31', endless: true } })
  })

  it('warns where it had to decide', () => {
    const warnings = (raw: unknown) => {
      const read = readDate(raw)
      return read.ok ? read.warnings.join() : read.message
    }
    expect(warnings('25.1.5')).toContain('按 2025 年读取')
    expect(warnings(2025.1)).toContain('也可能是 10 月')
    expect(warnings('45662')).toContain('读作 2025-01-05')
    expect(warnings('2025-01-05')).toBe('')
  })

  it('follows formats that the user names', () => {
    expect(date('1/5/2025', { formats: ['D/M/YYYY'] })).toBe('2025-05-01')
    expect(date('1/5/2025', { formats: ['M/D/YYYY'] })).toBe('2025-01-05')
    expect(date('05.01.25', { formats: ['DD.MM.YY'] })).toBe('2025-01-05')
    expect(date('31/4/2025', { formats: ['D/M/YYYY'] })).toContain('没有 2025年4月31日')
    expect(date('2025-01-05', { formats: ['D/M/YYYY'] })).toBe('2025-01-05')
  })

  it('1900 and 1904 day numbers', () => {
    expect(date(1)).toBe('1900-01-01')
    expect(date(59)).toBe('1900-02-28')
    expect(date(61)).toBe('1900-03-01')
    expect(date(44200, { date1904: true })).toBe('2025-01-05')
    expect(date(-1)).toContain('不是日期')
    expect(date(3e6)).toContain('不是日期')
  })

  it('every calendar day survives being written in each style, and as a day number', () => {
    const days = fc.integer({ min: 0, max: 73000 }).map((n) => new Date(Date.UTC(1950, 0, 1) + n * 86400_000))
    fc.assert(
      fc.property(days, (at) => {
        const text = at.toISOString().slice(0, 10)
        const [y, m, d] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()]
        for (const raw of [
          text,
          text.replaceAll('-', ''),
          `${y}/${m}/${d}`,
          `${y}.${m}.${d}`,
          `${y}年${m}月${d}日`,
          at,
          dateToSerial(text),
        ])
          expect(date(raw)).toBe(text)
        expect(isRealDate(text)).toBe(true)
        const back = serialToDate(dateToSerial(text) - 1462, true)
        if (y >= 1904) expect(back.ok && back.value?.date).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof readDate(text).ok === 'boolean'))
    fc.assert(fc.property(fc.double(), (n) => typeof readDate(n).ok === 'boolean'))
  })
})
