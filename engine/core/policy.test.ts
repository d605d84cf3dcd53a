import { describe, expect, it } from 'vitest'
import type { PolicyDef } from './definition.ts'
import { PolicyBook } from './policy.ts'

const row = (value: PolicyDef['value'], more: Partial<PolicyDef> = {}): PolicyDef => ({
  key: 'hazard.rectifyDays',
  label: '整改期限',
  value,
  area: '',
  from: '2020-01-01',
  basis: '国家规定',
  sure: 'S',
  ...more,
})
const book = new PolicyBook(
  [
    row(30),
    row({ days: 15, calendar: 'working' }, { area: '14' }),
    row(20, { area: '14', from: '2026-01-01', to: '2026-12-31' }),
    row(9, { area: '210323' }),
    row('无', { key: 'word', area: '14' }),
  ],
  [row(10, { area: '210323', from: '2019-01-01' }), row(7, { area: '140525', from: '2026-06-01' })],
)
const find = (area: string | null, on: string) => book.find('hazard.rectifyDays', area, on)?.value

describe('PolicyBook', () => {
  it('the longest area prefix wins, on its dates', () => {
    expect(find('140525101', '2025-05-01')).toEqual({ days: 15, calendar: 'working' })
    expect(find('140525101', '2026-05-31')).toBe(20)
    expect(find('140525101', '2026-06-01')).toBe(7)
    expect(find('140522100', '2026-12-31')).toBe(20)
    expect(find('140522100', '2027-01-01')).toEqual({ days: 15, calendar: 'working' })
    expect(find('370000', '2026-01-01')).toBe(30)
    expect(find(null, '2026-01-01')).toBe(30)
    expect(find('140525101', '2019-12-31')).toBeUndefined()
  })

  it('a county’s own row wins over a shipped one of the same area, however old', () => {
    expect(find('210323100', '2026-01-01')).toBe(10)
  })

  it('reads numbers and periods', () => {
    expect(book.number('hazard.rectifyDays', '14', '2025-01-01')).toBe(15)
    expect(book.period('hazard.rectifyDays', '14', '2025-01-01')).toEqual({ days: 15, calendar: 'working' })
    expect(book.period('hazard.rectifyDays', '', '2025-01-01')).toEqual({ days: 30, calendar: 'calendar' })
    expect(() => book.number('word', '14', '2025-01-01')).toThrow('应为数字')
  })

  it('has a number to go on with, within its bounds', () => {
    const of = (value: PolicyDef['value']) =>
      new PolicyBook(
        [row(5, { key: 'signin.maxFailures', area: '', bounds: { min: 2, max: 50 } })],
        [row(value, { key: 'signin.maxFailures', area: '140525' })],
      )
    const read = (b: PolicyBook, area: string) => b.numberOr('signin.maxFailures', area, '2026-01-01', 5)
    expect([read(of(3), '140525100'), read(of(3), '140522'), read(of(3), '')]).toEqual([3, 5, 5])
    expect([read(of(0), '140525'), read(of(1e9), '140525'), read(of('x'), '140525')]).toEqual([2, 50, 5])
  })

  it('says which key is wrong', () => {
    expect(book.find('nothing', '14', '2026-01-01')).toBeUndefined()
    expect(() => book.get('nothing', '14', '2026-01-01')).toThrow(
      '参数“nothing”（nothing）在 2026-01-01 没有',
    )
    expect(() => book.get('word', '21', '2026-01-01')).toThrow('没有适用于本地区的数值')
  })

  it('before the first day the first value stands in; after the last one nothing does', () => {
    const first = (area: string, on: string) => book.inForceOrFirst('hazard.rectifyDays', area, on)?.value
    expect(first('140525', '2018-01-01')).toEqual({ days: 15, calendar: 'working' })
    expect(first('210323', '2018-01-01')).toBe(10)
    expect(first('37', '2018-01-01')).toBe(30)
    expect(first('37', '2026-01-01')).toBe(30)
    const ended = new PolicyBook([row(5, { to: '2021-12-31' })])
    expect(ended.inForceOrFirst('hazard.rectifyDays', '14', '2019-01-01')?.value).toBe(5)
    expect(ended.inForceOrFirst('hazard.rectifyDays', '14', '2022-01-01')).toBeUndefined()
  })

  it('lists the rows of a date, longest prefix first', () => {
    expect(book.variants('hazard.rectifyDays', '2026-07-01').map((v) => [v.area, v.def.value])).toEqual([
      ['140525', 7],
      ['210323', 10],
      ['14', 20],
      ['', 30],
    ])
  })
})
