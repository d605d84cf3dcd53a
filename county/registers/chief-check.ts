import { defineRegister } from '../../engine/core/define.ts'
import { date, flag, number, photos, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 主要负责人带队检查 (D03, D04): quarterly, monthly for smelters and mines; the chief in person. */
export const chiefCheck = defineRegister('chief-check', {
  label: '主要负责人带队检查',
  version: 4,
  basis: ['安全生产法 第二十一条', '交应急字〔2024〕45号（二）', '岫应急发〔2024〕34号 工贸二、4'],
  of: 'enterprise',
  title: 'subject',
  happenedOn: 'checkedOn',
  stands: true,
  keys: [['parent', 'checkedOn']],
  asks: [{ label: '本企业同一天的带队检查已登记过', same: ['parent', 'checkedOn'] }],
  fields: {
    checkedOn: date('检查日期').past().required().sheet('检查时间'),
    leader: text('带队人').required().length(40).personal().sheet('带队领导', '检查人'),
    inPerson: flag('主要负责人本人带队').required().default(true),
    subject: text('检查内容').required().length(200).sheet('检查范围', '检查重点'),
    findings: number('发现隐患').unit('项').atLeast(0).sheet('发现问题数'),
    majors: number('其中重大隐患').unit('项').atLeast(0),
    points: text('逐项情况').multiline().help('按“每月自查”清单检查的，由系统逐项记下'),
    photos: photos('检查照片'),
  },
  indexes: [['checkedOn']],
  rights: enterpriseFile,
})
