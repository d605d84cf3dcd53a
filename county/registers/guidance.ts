import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, number, photos, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/**
 * 指导服务 (P01, P07): visits of experts, insurers and agencies. They advise and never inspect
 * (国办发〔2024〕54号), so this is another register than inspections. 帮扶—整改—复核—提升.
 */
export const guidance = defineRegister('guidance', {
  label: '指导服务',
  version: 4,
  basis: ['泽应急发〔2026〕56号 一、9、19', '应急〔2025〕27号', '国办发〔2024〕54号'],
  of: 'enterprise',
  counts: true,
  title: 'provider',
  happenedOn: 'visitedOn',
  keys: [['parent', 'visitedOn', 'kind']],
  asks: [{ label: '同一机构同一天的服务已登记过', same: ['parent', 'visitedOn', 'kind', 'provider'] }],
  fields: {
    kind: choice('服务类别', ['专家指导', '保险机构预防检查', '第三方服务', '结对帮扶'])
      .decides()
      .required()
      .sheet('服务类型', '帮扶方式'),
    visitedOn: date('服务日期').past().decides().required().sheet('帮扶时间', '入企时间', '检查日期'),
    provider: text('服务机构').required().length(120).sheet('专家单位', '承保机构', '服务单位'),
    people: text('专家姓名').length(120).personal().sheet('专家', '服务人员'),
    focus: choice('重点领域', ['金属冶炼', '粉尘涉爆', '有限空间', '煤气', '危险作业', '综合']).sheet(
      '服务领域',
    ),
    findings: number('发现问题').decides().unit('项').atLeast(0).sheet('问题数', '发现隐患数'),
    rectified: number('已整改').unit('项').atLeast(0).sheet('已整改数'),
    lookBackOn: date('回头看日期')
      .past()
      .notBefore('visitedOn')
      .help('复核整改情况的日期')
      .sheet('复核日期', '“回头看”日期'),
    advice: text('意见建议').multiline(),
    report: files('服务报告'),
    photos: photos('现场照片'),
  },
  indexes: [['visitedOn']],
  evidence: ['report'],
  rights: enterpriseFile,
})
