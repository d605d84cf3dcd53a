import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, number, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 培训记录 (K01): of the person, because rotation rates count persons. */
export const training = defineRegister('training', {
  label: '培训记录',
  version: 4,
  basis: ['安全生产法 第二十七条、第二十八条', '国家安全监管总局令第3号', '泽应急发〔2026〕56号 一、17'],
  of: 'person',
  title: 'topic',
  happenedOn: 'trainedOn',
  stands: true,
  keys: [['parent', 'trainedOn', 'topic']],
  asks: [
    { label: '此人同一天同一内容的培训已登记过', same: ['parent', 'trainedOn', 'topic'] },
    { label: '同一培训证书编号已登记在另一人名下', same: ['certificate'], unlike: ['parent'] },
  ],
  fields: {
    topic: text('培训内容').required().length(150).sheet('培训主题', '培训名称', '课程'),
    trainedOn: date('培训日期').past().required().sheet('培训时间'),
    kind: choice('培训类别', [
      '主要负责人轮训',
      '安全管理人员培训',
      '三级教育',
      '再培训',
      '有限空间专项',
      '实操实训',
      '特种作业',
      '其他',
    ])
      .required()
      .sheet('培训类型'),
    organiser: choice('组织单位', ['省级', '市级', '县局', '乡镇', '企业', '培训机构'])
      .required()
      .sheet('举办单位', '主办单位'),
    hours: number('学时').unit('学时').atLeast(0).sheet('培训学时'),
    result: choice('考核结果', ['合格', '不合格', '未考核']).required().sheet('成绩', '是否合格'),
    certificate: text('证书编号').length(60),
    proofFile: files('签到或证书').personal(),
  },
  indexes: [['trainedOn']],
  evidence: ['proofFile'],
  rights: enterpriseFile,
})
