import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** What a notice asks an enterprise to set up or carry out, where no register of its own exists. */
export const measureKinds = [
  '全员安全生产责任制',
  '隐患排查治理责任体系',
  '双重预防机制',
  '内部隐患报告奖励制度',
  '安全设施设计诊断报告',
  '厂中厂集中整治',
  '危险作业集中整治',
  '配套危化装置整治',
  '设备全生命周期管理制度',
  '设备全生命周期管理台账',
  '监测预警责任制',
  '异常工况处置规程',
  '“五常”活动方案',
  '重大隐患季度统计报告',
  '责任落实示范企业',
  '标准化标杆企业',
  '现场会',
  '有限空间监护人培训',
] as const

/** 管理措施 (J01, J09, H04, M02, M05, M06, N01, I11): done on a day, with the paper that shows it. */
export const measureRecord = defineRegister('measure-record', {
  label: '管理措施落实',
  version: 4,
  basis: ['安全生产法 第二十二条', '泽应急发〔2026〕56号', '阳安办发〔2025〕10号'],
  of: 'enterprise',
  title: 'kind',
  search: ['kind', 'summary'],
  happenedOn: 'doneOn',
  stands: true,
  keys: [['parent', 'kind', 'doneOn']],
  asks: [{ label: '本企业同一天的同一事项已登记过', same: ['parent', 'kind', 'doneOn'] }],
  fields: {
    kind: choice('事项', measureKinds).required().sheet('措施', '工作事项', '整治事项'),
    stage: choice('进展', ['进行中', '已完成']).required().default('已完成').sheet('完成情况', '是否完成'),
    doneOn: date('完成日期').past().required().sheet('完成时间', '建立日期', '报告日期'),
    summary: text('情况说明').multiline().sheet('落实情况'),
    maker: text('编制或实施单位').length(120).sheet('编制单位'),
    document: files('文件材料').help(
      '制度、报告、验收单等。企业登记的，没有材料只算自报；监管人员登记的是看过的，可以不传',
    ),
  },
  list: ['kind', 'stage', 'doneOn', 'maker', 'summary'],
  indexes: [['kind', 'stage'], ['doneOn']],
  evidence: ['document'],
  rights: enterpriseFile,
})
