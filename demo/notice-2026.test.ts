import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NoticeItem } from '../engine/notices/model.ts'
import { parseNotice } from '../engine/notices/parse.ts'

const notice = parseNotice(readFileSync(join(import.meta.dirname, 'notice-2026.txt'), 'utf8'))

const under = (number: string): NoticeItem[] =>
  notice.items.filter((item) => item.path.some((name) => name.startsWith(`${number}.`)))
const figures = (item: NoticeItem): string =>
  [
    ...item.deadlines.map((d) => d.date),
    ...item.frequencies.map((f) => `${f.period} ${f.comparator} ${f.times}`),
    ...item.targets.map((t) => `${t.comparator} ${t.value} ${t.unit}`),
    ...item.conditions.map((c) => `if ${c.comparator} ${c.value} ${c.unit}`),
  ].join(' | ')

describe('the demo county’s notice', () => {
  it('is marked as a demo and carries a fictional number', () => {
    expect(notice).toMatchObject({
      readable: true,
      title: '泽州县应急管理局（演示）关于安排2026年冶金工贸企业安全监管重点任务的通知',
      docNo: '泽应急演〔2026〕1号',
      issuer: '泽州县应急管理局（演示）',
      addressees: ['各镇应急管理中心', '各冶金工贸企业'],
      year: 2026,
      issued: '2026-01-22',
      warnings: ['有1句没有当作任务（逾期或违规的后果），列在“不分解”里；其中确是任务的，可以取回。'],
    })
  })

  it.each([
    ['1', ['2026-05-31']],
    ['2', ['2026-06-30']],
    ['3', ['2026-07-31']],
    ['5', ['2026-06-30 | >= 1 家 | >= 1 家', '2026-12-31 | = 100 %']],
    ['6', ['2026-12-31']],
    ['7', ['2026-12-31 | increase 10 %']],
    ['9', ['2026-10-31', '2026-12-31']],
    ['10', ['2026-10-31']],
    ['11', ['2026-10-31']],
    ['12', ['2026-10-31']],
    ['13', ['2026-10-31 | = 100 %']],
    ['14', ['2026-11-30']],
    ['15', ['2026-12-31 | = 0 项']],
    ['16', ['2026-12-31 | >= 100 %']],
    ['17', ['2026-11-30 | >= 100 %']],
    ['19', ['2026-11-30 | >= 100 % | >= 1 轮次']],
    ['20', ['2026-12-31 | >= 90 %']],
    ['22', ['2026-12-31 | = 1 家 | if >= 3 人']],
    ['23', ['2026-12-31']],
    ['24', ['2026-12-31 | = 4 家']],
    ['25', ['P3M >= 1']],
    ['26', ['P1M >= 1']],
    ['27', ['P1Y >= 1']],
    ['28', ['P6M >= 1']],
    ['29', ['P3M = 1']],
  ])('duty %s: dates, rhythms and numbers', (number, expected) => {
    expect(
      under(number)
        .map(figures)
        .filter((line) => line !== ''),
    ).toEqual(expected)
  })

  it('has every duty once, those without figures too', () => {
    for (let n = 1; n <= 30; n++) expect(under(String(n)).length).toBeGreaterThan(0)
    for (const n of ['4', '8', '18', '21', '30']) expect(under(n).map(figures).join('')).toBe('')
    expect(notice.items.length).toBeLessThanOrEqual(40)
  })

  it('names who acts and whom it concerns', () => {
    expect(under('1')[0]?.units).toContain('各镇应急管理中心')
    expect(under('3')[0]?.units).toEqual(['县局和各镇应急管理中心'])
    expect(under('22')[0]?.enterprises).toContain('涉粉作业3人及以上的金属、木质粉尘企业')
    expect(under('20')[0]?.soft).toBe(true)
    expect(under('24')[0]?.enterprises).toEqual(['高炉企业'])
  })
})
