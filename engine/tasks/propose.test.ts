import { describe, expect, it } from 'vitest'
import { defineIndicator } from '../core/define.ts'
import { parseNotice } from '../notices/parse.ts'
import { namesIn, type ParsedItem, proposeBinding } from './propose.ts'

const indicator = (name: string, unit: string, hints: string[], more: object = {}) =>
  defineIndicator(name, {
    label: name,
    basis: [],
    of: { register: 'firm' },
    measure: unit === '%' ? 'share' : 'count',
    proof: { least: 'claimed' },
    unit,
    hints,
    ...more,
  })
const indicators = [
  indicator('entered', '%', ['检查信息录入率', '录入率']),
  indicator('self-found', '%', ['企业自查']),
  indicator('open', '项', ['重大事故隐患清零'], { lessIsBetter: true }),
  indicator('connected', '家', ['接入预警系统', '粉尘涉爆企业接入']),
  indicator('monthly', '%', ['带队检查'], { of: { register: 'firm', every: 'month' } }),
  indicator('quarterly', '%', ['带队检查'], { of: { register: 'firm', every: 'quarter' } }),
  indicator('growth', '%', ['标准化企业'], { measure: 'change', change: 'year', met: { always: true } }),
]

/** A notice of one sentence, in our own words, read by the real parser. */
function item(sentence: string): ParsedItem {
  const text = `某县应急管理局关于做好2026年工贸行业安全监管工作的通知\n\n各镇应急管理中心：\n\n一、工作任务\n\n（一）推进重点工作。${sentence}\n`
  const found = parseNotice(text).items.find((i) => i.text.includes(sentence.slice(0, 6)))
  if (!found) throw new Error(`no item read from ${sentence}`)
  return found
}
const propose = (sentence: string) => proposeBinding(item(sentence), indicators)

describe('a binding proposed from the words of an item', () => {
  it('takes indicator, target, comparator and date from the sentence', () => {
    expect(propose('12月底前，执法检查信息录入率达到100%。')).toMatchObject({
      indicator: 'entered',
      target: 100,
      unit: '%',
      due: '2026-12-31',
    })
    expect(propose('10月底前，完成2家粉尘涉爆企业接入预警系统。')).toMatchObject({
      indicator: 'connected',
      target: 2,
      unit: '家',
      due: '2026-10-31',
    })
  })

  it('finds a phrase with words in between, and a printed zero means nothing open', () => {
    const p = propose('12月底前，企业自查和各级检查发现的重大事故隐患必须清零。')
    expect(p).toMatchObject({ indicator: 'open', target: 0, because: ['重大事故隐患清零'] })
    expect(p.alternatives).toContain('self-found')
  })

  it('tells rhythms apart', () => {
    expect(propose('企业主要负责人每季度至少开展1次带队检查。')).toMatchObject({
      indicator: 'quarterly',
      every: 'quarter',
      target: 100,
    })
    expect(propose('金属冶炼企业主要负责人每月至少开展1次带队检查。')).toMatchObject({ indicator: 'monthly' })
  })

  it('reads a rise as a rise', () => {
    expect(propose('全年规模以上标准化企业增加10%。')).toMatchObject({
      indicator: 'growth',
      target: 10,
      comparator: 'increase',
    })
  })

  it('offers evidence where no indicator answers', () => {
    const p = propose('11月底前，编制完成企业风险辨识手册。')
    expect(p.indicator).toBeUndefined()
    expect(p).toMatchObject({ target: 100, unit: '%', due: '2026-11-30', because: [] })
  })

  it('finds named enterprises', () => {
    expect(namesIn(['涉及金属冶炼的企业（甲利德、乙鑫达）', '某某水泥有限公司', '规模以上企业'])).toEqual([
      '甲利德',
      '乙鑫达',
      '某某水泥有限公司',
    ])
  })
})
