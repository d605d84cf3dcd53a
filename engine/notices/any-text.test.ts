import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNotice } from './parse.ts'

/** Scraps of notices in any order, so that random texts reach every part of the parser. */
const scraps = fc.constantFrom(
  '一、',
  '（一）',
  '(1)',
  '1．',
  '1.',
  '①',
  '第一条',
  '第一，',
  '一是',
  '二是',
  '首先，',
  '2.1',
  '第一章 总则',
  '6月底前',
  '2026年12月31日前',
  '年底前',
  '每季度至少一次',
  '每年',
  '三年内',
  '上半年',
  '截至3月底',
  '定期',
  '全部',
  '所有',
  '清零',
  '100%',
  '至少3家',
  '不超过1次',
  '3人及以上',
  '百分之九十',
  '1—2项',
  '半',
  '（责任单位：县应急局；完成时限：5月底前）',
  '责任单位：各镇',
  '各镇应急管理中心要',
  '对发生事故的，',
  '《办法》',
  '“三同时”',
  '。',
  '，',
  '；',
  '：',
  '、',
  '\n',
  '\n\n',
  '\f',
  '\t',
  '|',
  '# ',
  '**',
  '（',
  '）',
  '“',
  '”',
  '《',
  '— 3 —',
  '序号\t任务\t责任单位\n',
  '1\t建立台账\t县局\n',
  '关于做好工作的通知',
  '县应急〔2026〕1号',
  '各镇：',
  '2026年3月1日',
  '印发',
  '附件：',
  '的是和在有企业安全生产监管',
  '\ud800',
  '\udc00',
  '⼀',
  '𠮷',
  '\u0000',
  '1'.repeat(40),
  '一'.repeat(40),
)

/** An item whose words and places do not agree with the text would show the officer another sentence. */
function check(text: string): void {
  const notice = parseNotice(text)
  expect(new Set(notice.items.map((item) => item.id)).size).toBe(notice.items.length)
  for (const item of notice.items) {
    expect(item.offset.start).toBeGreaterThanOrEqual(0)
    expect(item.offset.end).toBeLessThanOrEqual(text.length)
    expect(item.offset.start).toBeLessThan(item.offset.end)
    for (const d of item.deadlines) expect(d.date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    for (const fact of [...item.deadlines, ...item.frequencies, ...item.targets, ...item.conditions]) {
      expect(fact.text).not.toBe('')
      expect(fact.offset.end).toBeLessThanOrEqual(text.length)
      expect(fact.offset.start).toBeLessThan(fact.offset.end)
    }
  }
  if (!notice.readable) expect(notice.reason).toMatch(/请/)
}

describe('any text', () => {
  it('never throws on arbitrary strings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), check), { numRuns: 300 })
  })

  it('never throws on scraps of notices, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 60 }), (parts) => check(parts.join(''))),
      { numRuns: 500 },
    )
  })

  it('never throws on scraps that hold no line break', () => {
    const flat = fc.array(
      scraps.filter((s) => !s.includes('\n')),
      { minLength: 40, maxLength: 200 },
    )
    fc.assert(
      fc.property(flat, (parts) => check(`的是和在有企业安全生产监管${parts.join('')}`)),
      { numRuns: 200 },
    )
  })

  it.each([
    ['punctuation', '，。；：、（）“”《》'.repeat(5_000)],
    ['open brackets', '（“《'.repeat(100_000)],
    ['one huge line', '县局要于6月底前完成企业安全排查，'.repeat(5_000)],
    ['digits', `${'1'.repeat(300_000)}家企业`],
    ['a row for each line', '1\t的是和在有企业安全\t各镇\n'.repeat(5_000)],
    ['a heading for each line', '一、建立安全生产台账\n'.repeat(5_000)],
  ])('takes %s', (_name, text) => {
    expect(() => parseNotice(text)).not.toThrow()
  })

  it('work grows with the length of the text, no faster', () => {
    const section =
      '（一）摸清底数。各镇要在6月底前对辖区内企业逐户登记，建立台账，登记率达到100%；从业人员10人以上的企业每季度至少开展1次演练，所有企业每年培训不少于20学时。（责任单位：县应急局、各镇）\n'
    const notice = (n: number) =>
      `云岭县关于做好2026年安全生产工作的通知\n各镇：\n一、工作任务\n${section.repeat(n)}`
    // processor time: a busy machine stretches it several times, hence the wide margins (quiet: about 1 s for 1 MB)
    const work = (text: string) => {
      const before = process.cpuUsage()
      parseNotice(text)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }
    work(notice(300))
    const small = Math.min(work(notice(1050)), work(notice(1050)))
    const megabyte = work(notice(4200))
    expect(new TextEncoder().encode(notice(4200)).length).toBeGreaterThan(1_000_000)
    expect(megabyte).toBeLessThan(Math.max(2000, 12 * small))
  }, 90_000)
})

describe('texts that are no notice', () => {
  it.each([
    ['nothing', '', '没有文字'],
    ['blanks', ' \n\u3000\n', '没有文字'],
    ['English', 'Please find attached the minutes of the meeting. '.repeat(10), '中文正文'],
    ['bytes', '\u0000\u0001\ufffd\ufffd'.repeat(100), '乱码'],
    ['wrong encoding', '娉藉窞鍘垮簲鎬ョ鐞嗗眬鏂囦欢鍏充簬鍋氬ソ宸ヤ綔鐨勯€氱煡'.repeat(10), '乱码'],
    ['only punctuation', '，。；：'.repeat(50), '中文正文'],
  ])('says why for %s', (_name, text, words) => {
    const notice = parseNotice(text)
    expect(notice.readable).toBe(false)
    expect(notice.reason).toContain(words)
    expect(notice.items).toEqual([])
  })
})
