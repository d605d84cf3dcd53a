import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, flag, money, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 建设项目“三同时” (H01–H04): the steps and their papers; old gaps are closed by a design diagnosis. */
export const project = defineRegister('project', {
  label: '建设项目（三同时）',
  version: 4,
  basis: ['安全生产法 第三十一条', '国家安全监管总局令第36号', '泽应急发〔2026〕56号 一、6'],
  of: 'enterprise',
  counts: true,
  title: 'name',
  keys: [['parent', 'name']],
  asks: [{ label: '本企业已登记过同名项目', same: ['parent', 'name'] }],
  fields: {
    name: text('项目名称').required().length(150).sheet('建设项目名称'),
    kind: choice('建设性质', ['新建', '改建', '扩建', '技术改造']).required().sheet('项目性质'),
    stage: choice('进展', [
      '立项',
      '预评价或综合分析',
      '设计',
      '设计审查',
      '施工',
      '试运行',
      '验收评价',
      '竣工验收',
      '备查',
      '未批先建',
    ])
      .required()
      .sheet('建设阶段', '三同时进展'),
    reviewNeeded: flag('须政府部门审查').decides().help('金属冶炼、非煤矿山、危化等项目'),
    investment: money('总投资'),
    startedOn: date('开工日期').decides(),
    assessedOn: date('预评价（综合分析）日期').past().sheet('安全预评价日期', '安全条件论证日期'),
    designer: text('设计单位').length(120),
    designedOn: date('安全设施设计日期').past(),
    reviewedOn: date('设计审查日期').past().sheet('设计审查通过日期'),
    trialFrom: date('试运行开始日期').notBefore('startedOn'),
    acceptedOn: date('竣工验收日期').past().notBefore('startedOn').sheet('安全设施竣工验收日期'),
    historyGap: flag('历史遗留手续不全').sheet('历史遗留'),
    diagnosedOn: date('设计诊断报告日期').past().sheet('诊断报告日期'),
    papers: files('手续材料'),
  },
  list: ['name', 'kind', 'stage', 'reviewNeeded', 'historyGap', 'acceptedOn'],
  indexes: [['stage']],
  evidence: ['papers'],
  rights: enterpriseFile,
})
