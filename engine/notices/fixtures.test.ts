import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Heading, NoticeItem, ParsedNotice } from './model.ts'
import { parseNotice } from './parse.ts'

const source = (file: string): string => readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')
const read = (file: string): ParsedNotice => parseNotice(source(file))

/** Everything an item says in figures, in one line each. */
const figures = (item: NoticeItem): string =>
  [
    ...item.deadlines.map((d) => `${d.date}${d.inferred ? '?' : ''}`),
    ...item.frequencies.map((f) => `${f.period ?? '定期'} ${f.comparator} ${f.times ?? '-'}`),
    ...item.targets.map((t) => `${t.comparator} ${t.value} ${t.unit}`),
    ...item.conditions.map((c) => `if ${c.comparator} ${c.value} ${c.unit}`),
  ].join(' | ')

const all = (notice: ParsedNotice): string[] => notice.items.map(figures).filter((line) => line !== '')
const item = (notice: ParsedNotice, words: string): NoticeItem => {
  const found = notice.items.find((i) => i.text.includes(words))
  if (!found) throw new Error(`no item says ${words}`)
  return found
}
const tree = (headings: Heading[]): unknown[] =>
  headings.map((h) => (h.children.length > 0 ? [h.label + h.title, tree(h.children)] : h.label + h.title))

describe('mining, hard-wrapped with page numbers: 一、 第一， （1） 首先', () => {
  const notice = read('mine-wrapped.txt')

  it('head: number in Chinese digits, title over two lines', () => {
    expect(notice).toMatchObject({
      title: '柳溪县矿山安全监管局关于加强二〇二五年度露天矿山安全工作的通知',
      docNo: '柳矿安〔2025〕12号',
      issuer: '柳溪县矿山安全监管局',
      addressees: ['各矿山企业', '各乡镇人民政府'],
      year: 2025,
      issued: '2025-02-28',
    })
  })

  it('headings', () => {
    expect(tree(notice.structure)).toEqual([
      ['一、压实主要负责人责任', ['第一', '第二']],
      ['二、管住边坡和采空区', ['（1）', '（2）查明采空区', '（3）']],
      ['三、补齐应急短板', ['首先', '其次', '最后']],
    ])
  })

  it('figures', () => {
    expect(all(notice)).toEqual([
      'P1M = 1',
      'P1M >= 1 | P1Y >= 12',
      'P3M = 1',
      'P3M >= 1 | >= 8 学时',
      '2025-09-15 | >= 100 % | if >= 150 米',
      '2025-09-30 | P15D = 1 | = 12 座 | if > 6 月',
      'if <= 1 月 | if >= 2 处 | if <= 3 年',
      '2025-06-30 | = 100 %',
      'P6M = 1 | P3M = 1',
      '2025-12-31 | >= 95 % | decrease 10 %',
    ])
  })

  it('lines broken by the page are one sentence, the contact line is none', () => {
    expect(item(notice, '边坡高度').text).toBe(
      '边坡高度150米以上的采场，要在2025年9月15日前装上边坡位移在线监测设备，并接入县级平台，接入率达到百分之百。',
    )
    expect(notice.items.some((i) => i.text.includes('联系'))).toBe(false)
  })
})

describe('chemicals, clauses: 第一章 第一条 （一）', () => {
  const notice = read('chemical-clauses.txt')

  it('head: the number stands below the title', () => {
    expect(notice).toMatchObject({
      title: '临江市化工园区安全生产专项治理实施细则',
      docNo: '临化安委〔2026〕3号',
      year: 2026,
    })
  })

  it('figures', () => {
    expect(all(notice)).toEqual([
      '2026-04-30 | P3M = 1',
      '2026-12-31 | = 100 %',
      '>= 98 %',
      'P1D = 1 | P1W >= 2',
      '>= 2 名',
      'if <= 8 小时',
    ])
  })

  it('the stem tells who acts and is no duty of its own', () => {
    expect(notice.items.some((i) => i.text === '企业应当：')).toBe(false)
    expect(item(notice, '罐区巡检').units).toEqual(['企业'])
    // what follows for the late is no duty; it is kept aside
    expect(notice.left.find((l) => l.text.includes('连续3个月'))?.mood).toBe('consequence')
  })
})

describe('food, markdown: 1． 2.1 ① 一是, notes with responsible units', () => {
  const notice = read('food-ammonia.txt')

  it('head: number in square brackets', () => {
    expect(notice).toMatchObject({
      docNo: '东安专办发〔2024〕21号',
      issuer: '东河区市场安全专委会办公室',
      addressees: ['各街道办事处', '区直有关部门', '有关企业'],
      issued: '2024-04-08',
    })
  })

  it('figures', () => {
    expect(all(notice)).toEqual([
      '2024-05-20',
      '2024-06-20',
      'P1M = 1',
      '<= 9 人',
      '2024-09-30 | = 100 % | if >= 10 吨',
      '2024-08-31 | = 0 项',
      '2024-11-15 | P1Y = 2 | >= 16 学时',
      '2024-11-15 | P2Y = 1',
      'P2M = 1',
      'if >= 3 户',
      '>= 5 家 | increase 20 %',
    ])
  })

  it('a note on a line of its own speaks of every duty above it without one', () => {
    for (const words of ['快速冻结', '年储存量', '一律停用']) {
      expect(item(notice, words).units).toEqual(['区应急局', '区市场监管局、区商务局'])
    }
    expect(item(notice, '区专委办').units).toEqual(['区专委办'])
    expect(item(notice, '名单变化').units).toContain('各街道办事处、区应急局')
  })

  it('wished for is told from demanded', () => {
    expect(item(notice, '标杆冷库').soft).toBe(true)
    expect(item(notice, '快速冻结').soft).toBe(false)
  })
})

describe('a plan of three years with goals and stages', () => {
  const notice = read('plan-three-years.txt')

  it('figures: years as printed, carried to the month after them, none from the past', () => {
    expect(all(notice)).toEqual([
      '2024-12-31',
      '2025-12-31 | >= 100 %',
      '2026-12-31 | >= 90 % | decrease 30 %',
      '2026-12-31? | P1Y = 1 | = 100 % | >= 30 %',
      '2025-06-30 | >= 3 名',
      '2025-09-30 | = 100 %',
      'P1Y = 1 | = 10 家',
      '2024-12-31 | = 100 % | if >= 30 人',
      '2025-12-31 | = 100 % | if >= 10 人',
      'P1Y = 1 | P1M = 1',
      '2024-04-30',
      '2026-06-30 | 定期 unspecified -',
      '2026-12-31',
    ])
  })

  it('creeds and the list of attachments are no duties', () => {
    expect(notice.items.some((i) => /人民至上|联络员名单/.test(i.text))).toBe(false)
  })
})

describe('a letter with two plans attached', () => {
  const notice = read('three-plans.txt')

  it('each plan has its own headings, their introductions are no duties', () => {
    expect(notice).toMatchObject({
      issuer: '某县应急管理局',
      addressees: ['各乡镇', '街道'],
      issued: '2024-03-20',
    })
    expect(tree(notice.structure)).toEqual([
      [
        '某县非煤矿山治本方案（2024—2026年）',
        ['一、主要目标', ['二、主要措施', ['1.', '2.']], '三、五个方面要求'],
      ],
      [
        '某县工贸企业治本方案（2024—2026年）',
        ['一、主要目标', ['二、主要措施', [['（一）压实责任', ['1、']]]]],
      ],
    ])
    expect(notice.items.some((i) => /印发给你们|制定本方案/.test(i.text))).toBe(false)
  })

  it('"2.2025年底前" is number two and a year; units and terms behind the sentence belong to it', () => {
    expect(item(notice, '人员定位')).toMatchObject({
      text: '2025年底前，全部矿山装上人员定位系统。',
      units: ['矿山科'],
    })
    expect(item(notice, '每月组织').units).toEqual(['矿山企业主要负责人', '矿山科、各乡镇'])
    expect(all(notice).slice(0, 3)).toEqual(['2024-12-31 | = 100 %', 'P1M = 1', '2025-12-31 | = 100 %'])
  })
})

describe('task tables', () => {
  it('a table in markdown', () => {
    const notice = read('task-table.md')
    expect(notice).toMatchObject({ docNo: '云应急〔2026〕7号', issued: '2026-01-15' })
    expect(notice.items.map((i) => [i.text, i.units, figures(i)])).toEqual([
      ['建立有限空间企业台账；台账覆盖率100%', ['基础股', '各乡镇'], '2026-04-30 | = 100 %'],
      ['开展“四不两直”暗访；每季度不少于2次', ['执法大队'], 'P3M >= 2'],
      ['创建标准化示范企业；至少3家', ['工贸股'], '2026-11-30 | >= 3 家'],
      ['修订总体预案；按新标准修订', ['应急股'], '2026-06-30'],
    ])
  })

  it('a table whose cells stand one below the other', () => {
    const notice = read('table-flattened.txt')
    expect(notice.items.map((i) => [i.units, figures(i)])).toEqual([
      [['镇应急管理中心'], '2026-03-31 | = 100 %'],
      [['镇应急管理中心', '各村'], '2026-09-30 | = 8 家'],
    ])
  })
})

describe('places and ids', () => {
  const files = [
    'mine-wrapped.txt',
    'chemical-clauses.txt',
    'food-ammonia.txt',
    'plan-three-years.txt',
    'task-table.md',
  ]

  it.each(files)('%s: every fact is found where its offset says', (file) => {
    const text = source(file)
    const plain = (words: string) => words.replace(/[\s*#|]/g, '')
    for (const i of read(file).items) {
      for (const fact of [...i.deadlines, ...i.frequencies, ...i.targets, ...i.conditions]) {
        expect(plain(text.slice(fact.offset.start, fact.offset.end))).toBe(plain(fact.text))
      }
      const first = plain(i.text).slice(0, 4)
      expect(plain(text.slice(i.offset.start, i.offset.end)).startsWith(first)).toBe(true)
    }
  })

  it('ids survive another layout of the same words', () => {
    const text = source('plan-three-years.txt')
    const spread = parseNotice(text.replace(/。/g, '。\n\n').replace(/\n/g, '\r\n'))
    const ids = (notice: ParsedNotice) => notice.items.map((i) => i.id)
    expect(ids(parseNotice(text.replace(/\n/g, '\r\n')))).toEqual(ids(parseNotice(text)))
    expect(spread.items.length).toBeGreaterThan(0)
  })
})
