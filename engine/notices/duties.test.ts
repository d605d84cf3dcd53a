import { describe, expect, it } from 'vitest'
import { demands } from './mood.ts'
import { parseNotice } from './parse.ts'

const paper = (lines: readonly string[]) => `泉县应急管理局
关于做好岁末安全工作的通知

泉应急〔2026〕12号

县局各股室，各有关企业：

一、重点工作

${lines.map((line, n) => `${n + 1}.${line}`).join('\n\n')}

泉县应急管理局
2026年10月9日
`
const only = (sentence: string) => {
  const [item] = parseNotice(paper([sentence])).items
  if (!item) throw new Error(`no duty in ${sentence}`)
  return item
}

describe('who owes a duty, how it is called, whether it is wished for', () => {
  it.each([
    ['各镇每月25日前向县局报送进展。', '各镇'],
    ['由各乡镇对辖区企业逐一登记，11月底前完成。', '各乡镇'],
    ['企业要加强作业管理，应急管理站每周四16时前报送检查情况。', '应急管理站'],
  ])('%s is told to %s, whoever the paper is addressed to', (sentence, unit) => {
    expect(only(sentence).units).toContain(unit)
  })

  it.each([
    ['金属冶炼企业12月15日前全部投保安全生产责任险。', '金属冶炼企业全部投保安全生产责任险'],
    ['新发现的重大事故隐患，11月30日前整改到位。', '新发现的重大事故隐患整改到位'],
    ['各镇要落实责任，12月20日前报送总结。', '报送总结'],
    ['其余6座要在主汛期到来之前（12月15日前）完成升级。', '其余6座要完成升级'],
  ])('%s is called %s', (sentence, title) => {
    expect(only(sentence).title).toBe(title)
  })

  it.each([
    ['四季度完成改造矿山4座，力争多建1座。', false],
    ['12月9日前报送总结报告，原则上不超过3000字。', false],
    ['力争年底前建成示范企业2家。', true],
  ])('%s is wished for: %s', (sentence, soft) => {
    expect(only(sentence).soft).toBe(soft)
  })

  it.each([
    [['四、下一步工作要求', '（一）开展持证情况再核查'], true],
    [['五、下步工作安排', '（二）深刻吸取事故教训'], true],
    [['二、存在的主要问题', '（一）落实整改责任不到位'], false],
    [['一、基本情况', '（三）开展专项检查情况'], false],
  ])('a bulletin asks for something under %j: %s', (path, expected) => {
    expect(demands(path)).toBe(expected)
  })

  it('what is looked for, whom it concerns and what is told are no duties', () => {
    const { items, left } = parseNotice(
      paper([
        '检测仪未按每年检定一次要求检定的。',
        '发包单位是否指定专人，是否每月检查一次。',
        '四季度历来是事故高发期，岁末年初生产任务重、交通流量大、用火用电多，风险叠加。',
      ]),
    )
    expect(items.map((i) => i.text)).toEqual([])
    expect(left.map((l) => l.mood)).toEqual(['threshold', 'threshold', 'aim'])
  })
})

describe('a paper for next year, signed before it begins', () => {
  const { items } = parseNotice(`泉县应急管理局
关于做好2027年第一季度安全工作的通知

泉应急〔2026〕88号

各镇人民政府：

一、2026年12月20日前，各镇对粉尘涉爆企业全部检查一遍。

二、收到本通知后10个工作日内，各镇上报联络员名单。

三、12月10日前报送排查情况。

泉县应急管理局
2026年11月26日
`)

  it('what is due before that year is due; where the year is a guess a person looks', () => {
    expect(items.map((i) => i.deadlines.map((d) => [d.date, d.inferred === true]))).toEqual([
      [['2026-12-20', false]],
      [['2026-12-10', false]],
      [['2027-12-10', true]],
    ])
  })
})
