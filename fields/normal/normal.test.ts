import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chineseNumber } from './chinese-number.ts'
import { creditCodeCheck, readCreditCode } from './credit-code.ts'
import { readFlag } from './flags.ts'
import { idNumberCheck, maskIdNumber, readIdNumber } from './id-number.ts'
import { splitList } from './lists.ts'
import { readCount, readNumber } from './numbers.ts'
import { maskPhone, readPhone } from './phone.ts'
import type { Normal } from './result.ts'
import { cleanCode, cleanLines, cleanName, cleanText, halfWidth, isBlank, matchKey, textOf } from './text.ts'

const value = <T>(read: Normal<T>): T | null | string => (read.ok ? read.value : read.message)
const warnings = <T>(read: Normal<T>): string =>
  read.ok ? read.warnings.join('；') : `refused: ${read.message}`

describe('text', () => {
  it('half-width words, invisible characters and blanks', () => {
    expect(cleanText('　晋城市\u200bＡＢＣ１２３\u00a0厂 ')).toBe('晋城市ABC123 厂')
    expect(cleanText('泽州县某某（集团）有限公司')).toBe('泽州县某某（集团）有限公司')
    expect(cleanText('南村镇\r\n冶底村')).toBe('南村镇冶底村')
    expect(cleanText('line one\r\nline two')).toBe('line one line two')
    expect(cleanText('⼯业')).toBe('工业')
    expect(halfWidth('（ＡＢ）：，')).toBe('(AB):,')
    expect(cleanName('张　三')).toBe('张三')
    expect(cleanName('John  Smith')).toBe('John Smith')
    expect(cleanLines(' 一、甲 \r\n\r\n\r\n\r\n 二、乙\n')).toBe('一、甲\n\n二、乙')
    expect(cleanCode("'９１１4 0522ma0te3t02j")).toBe('91140522MA0TE3T02J')
    expect(matchKey('联系 电话（手机）：')).toBe('联系电话手机')
  })

  it('what counts as blank', () => {
    for (const t of ['', ' ', '\u3000', '—', '/', '-', '——', 'N/A', '空']) expect(isBlank(t)).toBe(true)
    for (const t of ['无', '0', '否', '1']) expect(isBlank(t)).toBe(false)
  })

  it('numbers as text keep every digit they have', () => {
    expect(textOf(13800000000)).toBe('13800000000')
    expect(textOf(0.1 + 0.2)).toBe('0.3')
    expect(textOf(140525000000)).toBe('140525000000')
    expect(textOf(null)).toBe('')
    expect(textOf(true)).toBe('是')
  })

  it('cleaning twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (t) => {
        expect(cleanText(cleanText(t))).toBe(cleanText(t))
        expect(cleanLines(cleanLines(t))).toBe(cleanLines(t))
      }),
    )
  })
})

describe('numbers', () => {
  it.each([
    ['１２，345.6', 12345.6],
    ['12,345', 12345],
    ['3人', 3],
    ['约5', 5],
    ['约5人左右', 5],
    ['20余人', 20],
    ['二十', 20],
    ['二十五人', 25],
    ['一百零五', 105],
    ['三万五', 35000],
    ['两千', 2000],
    ['1.2万', 12000],
    ['1.2万元', 12000],
    ['3千', 3000],
    ['0.5亿', 50000000],
    ['近百人', 100],
    ['(3)', 3],
    ['12%', 12],
    ['共 7 家', 7],
    ['-3.5', -3.5],
    ['无', 0],
    ['1200㎡', 1200],
    [45, 45],
    [0.1 + 0.2, 0.3],
    ['1.5E3', 1500],
  ])('%s → %d', (raw, expected) => {
    const read = readNumber(raw)
    expect(read.ok && read.value?.value).toBe(expected)
  })

  it('blank is null, spans and words are refused', () => {
    for (const raw of [null, '', '—', '/']) expect(value(readNumber(raw))).toBe(null)
    expect(value(readNumber('5-10人'))).toContain('范围')
    expect(value(readNumber('5～10'))).toContain('范围')
    for (const raw of ['若干', '12a34', '1.2.3', '12,34', '三厂', true, '万'])
      expect(readNumber(raw).ok).toBe(false)
  })

  it('says when it took 约, and counts are whole and not negative', () => {
    expect(warnings(readNumber('约5'))).toContain('按 5 记录')
    expect(value(readCount('3人'))).toBe(3)
    expect(value(readCount('3.5'))).toContain('应填整数')
    expect(value(readCount(-1))).toContain('不能为负数')
  })

  it('Chinese numerals', () => {
    expect(
      ['十', '十五', '二百五', '一千零五十', '一亿二千万', '二〇二五', '廿三'].map(chineseNumber),
    ).toEqual([10, 15, 250, 1050, 120000000, 2025, 23])
    expect(chineseNumber('甲')).toBe(null)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (t) => typeof readNumber(t).ok === 'boolean'))
  })
})

describe('yes or no', () => {
  it('reads signs, words, numbers and tick boxes', () => {
    for (const raw of [
      '是',
      '有',
      '√',
      '✔',
      'Y',
      'yes',
      '1',
      1,
      true,
      'TRUE',
      '已',
      '涉及',
      '☑是□否',
      '☑是 □否',
      '是☑ 否□',
      '√是□否',
      '■有□无',
    ])
      expect([raw, value(readFlag(raw))]).toEqual([raw, true])
    for (const raw of [
      '否',
      '无',
      '×',
      'N',
      '0',
      0,
      false,
      '未',
      '不涉及',
      '□是☑否',
      '是□ 否☑',
      '□是√否',
      '没有',
    ])
      expect([raw, value(readFlag(raw))]).toEqual([raw, false])
    for (const raw of [null, '', '/', '—']) expect(value(readFlag(raw))).toBe(null)
  })

  it('keeps a remark in sight, refuses what is neither', () => {
    expect(readFlag('是（2处）')).toMatchObject({
      ok: true,
      value: true,
      warnings: [expect.stringContaining('2处')],
    })
    expect(value(readFlag('部分'))).toContain('请填“是”或“否”')
    expect(readFlag('□是□否').ok).toBe(false)
    expect(readFlag(2).ok).toBe(false)
  })
})

describe('统一社会信用代码 (GB 32100-2015)', () => {
  it.each([
    '91110000101623741K',
    '911101066976941872',
    '91140522MA0TE3T02J',
    '91140522MA00001460',
    '91140522MA0000023Y',
  ])('%s passes without a warning', (code) =>
    expect(readCreditCode(code)).toEqual({ ok: true, value: code, warnings: [] }),
  )

  it('a wrong check character warns and is kept', () => {
    expect(readCreditCode('91310115MA1H8R7C6D')).toMatchObject({
      ok: true,
      value: '91310115MA1H8R7C6D',
      warnings: [expect.stringContaining('应为 7')],
    })
    expect(warnings(readCreditCode('91350211M0000XUF46'))).toContain('应为 R')
    expect(creditCodeCheck('91140522MA0000146')).toBe('0')
  })

  it('normalises width, case and blanks; warns of unusual kinds', () => {
    expect(value(readCreditCode(' ９１140522 ma0te3t02j\u200b'))).toBe('91140522MA0TE3T02J')
    expect(warnings(readCreditCode('55140522MA0TE3T02J'))).not.toContain('不常见')
    expect(warnings(readCreditCode('88140522MA0TE3T02J'))).toContain('不常见')
  })

  it('refuses another shape and says which', () => {
    expect(value(readCreditCode('140525000012345'))).toContain('旧工商注册号')
    expect(value(readCreditCode('MA0TE3T02'))).toContain('组织机构代码')
    expect(value(readCreditCode('91140522MA0TE3T02'))).toContain('17 位')
    expect(value(readCreditCode('91140522MAOTE3T02J'))).toContain('没有字母 O')
    expect(value(readCreditCode('9111E0106697694187'))).toContain('第 3 至 8 位')
    expect(value(readCreditCode(Number('911101066976941872')))).toContain('末几位已经丢失')
    expect(value(readCreditCode('9.11101E+17'))).toContain('科学计数法')
    for (const raw of [null, '', '无', '/']) expect(value(readCreditCode(raw))).toBe(null)
  })

  it('any changed character of a valid code is noticed', () => {
    const good = '91140522MA0TE3T02J'
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 16 }),
        fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUWXY'),
        (at, c) => {
          fc.pre(good[at] !== c)
          const read = readCreditCode(good.slice(0, at) + c + good.slice(at + 1))
          expect(read.ok && read.warnings.length).toBe(1)
        },
      ),
    )
  })
})

describe('公民身份号码 (GB 11643)', () => {
  it.each(['11010519491231002X', '140522198001011231', '140525200002290016'])('%s', (id) =>
    expect(readIdNumber(id)).toEqual({ ok: true, value: id, warnings: [] }),
  )

  it('wrong check warns, impossible dates and shapes are refused without repeating the number', () => {
    expect(warnings(readIdNumber('110105194912310021'))).toContain('校验不符')
    expect(idNumberCheck('11010519491231002')).toBe('X')
    for (const [raw, why] of [
      ['140525200102290016', '出生日期不存在'],
      ['14052519800101123', '17 位'],
      ['14052219800101123A', '末位为数字或 X'],
      ['140522800101123', '15 位'],
      [1.4052219800101e17, '已经丢失'],
    ] as const) {
      const message = value(readIdNumber(raw))
      expect(message).toContain(why)
      expect(message).not.toContain('140525')
    }
    expect(value(readIdNumber('11010519491231002ｘ'))).toBe('11010519491231002X')
    expect(maskIdNumber('11010519491231002X')).toBe('110105********002X')
    expect(maskIdNumber('123')).toBe('***')
  })
})

describe('telephone', () => {
  it.each([
    ['13800000000', '13800000000', 'mobile'],
    [13800000000, '13800000000', 'mobile'],
    ['138 0000 0000', '13800000000', 'mobile'],
    ['138-0000-0000', '13800000000', 'mobile'],
    ['+86 13800000000', '13800000000', 'mobile'],
    ['１３８００００００００', '13800000000', 'mobile'],
    ['0356-2021234', '0356-2021234', 'fixed'],
    ['(0356)2021234', '0356-2021234', 'fixed'],
    ['03562021234', '0356-2021234', 'fixed'],
    ['010-62021234', '010-62021234', 'fixed'],
    ['0356-2021234转801', '0356-2021234-801', 'fixed'],
    ['2021234', '2021234', 'local'],
    ['12350', '12350', 'hotline'],
    ['119', '119', 'hotline'],
    ['400-800-1234', '400-800-1234', 'hotline'],
  ])('%s → %s', (raw, number, kind) => expect(value(readPhone(raw))).toEqual({ number, kind }))

  it('several numbers: the first is taken, the rest is named; nonsense is refused', () => {
    const two = readPhone('13800000000/13900000000')
    expect(value(two)).toMatchObject({ number: '13800000000' })
    expect(warnings(two)).toContain('13900000000')
    expect(value(readPhone('张三 13800000000'))).toMatchObject({ number: '13800000000' })
    expect(warnings(readPhone('2021234'))).toContain('缺少区号')
    for (const raw of ['1380000000', '23800000000', '张三', '1.38E+10']) expect(readPhone(raw).ok).toBe(false)
    expect(value(readPhone('无'))).toBe(null)
    expect(maskPhone('13800001234')).toBe('138****1234')
  })
})

describe('several values in one cell', () => {
  it.each([
    ['粉尘涉爆、有限空间，煤气', ['粉尘涉爆', '有限空间', '煤气']],
    ['粉尘涉爆,粉尘涉爆；煤气/涉氨', ['粉尘涉爆', '煤气', '涉氨']],
    ['1.粉尘涉爆 2.煤气', ['粉尘涉爆', '煤气']],
    ['1、粉尘涉爆\n2、煤气（发生炉、转炉）', ['粉尘涉爆', '煤气（发生炉、转炉）']],
    ['①粉尘②煤气'.replace('②', '\n②'), ['粉尘', '煤气']],
    ['/', []],
    ['无', []],
    ['', []],
  ])('%j', (text, items) => expect(splitList(text)).toEqual(items))
})
