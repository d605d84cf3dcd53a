import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, number, text } from '../../fields/builders.ts'
import { levels } from '../options.ts'
import { authorityFile } from '../rights.ts'

/**
 * 矿山定级记录 (B04): the province decides a mine's level (矿安〔2023〕1号), here its decision is kept with the score
 * sheet of five dimensions. A is the lowest risk for mines and the highest in Shanxi's industry scheme: letters are labels.
 */
export const mineGrade = defineRegister('mine-grade', {
  label: '矿山风险定级',
  version: 3,
  basis: ['矿安〔2023〕1号 非煤矿山安全风险分级监管办法'],
  of: 'enterprise',
  title: 'documentNumber',
  happenedOn: 'decidedOn',
  keys: [['parent', 'decidedOn']],
  asks: [{ label: '本企业同一文号的定级已登记过', same: ['parent', 'documentNumber'] }],
  fields: {
    level: choice('风险等级', levels).required().help('A 低 · B 一般 · C 较大 · D 重大'),
    decidedOn: date('定级日期').past().required(),
    decidedBy: text('定级部门').required().length(120),
    tier: choice('监管层级', ['省级', '市级', '县级']).required(),
    documentNumber: text('文号').required().length(80),
    inherent: number('固有风险得分').atLeast(0).atMost(100),
    facilities: number('安全设备设施得分').atLeast(0).atMost(100),
    management: number('安全生产管理得分').atLeast(0).atMost(100),
    staff: number('从业人员素质得分').atLeast(0).atMost(100),
    incentive: number('正向激励得分').atLeast(-100).atMost(100),
    total: number('总分').atLeast(-100).atMost(500),
    sheet: files('评分表'),
  },
  list: ['documentNumber', 'level', 'decidedOn', 'decidedBy', 'tier', 'total'],
  rights: authorityFile,
})
