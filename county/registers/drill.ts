import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, number, photos, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 应急演练 (Q01): yearly, half-yearly where the notice says so. */
export const drill = defineRegister('drill', {
  label: '应急演练',
  version: 4,
  basis: ['应急管理部令第2号 第三十三条', '阳安办发〔2025〕10号（六）'],
  of: 'enterprise',
  title: 'subject',
  happenedOn: 'heldOn',
  stands: true,
  keys: [['parent', 'heldOn', 'subject']],
  asks: [{ label: '同一天同一题目的演练已登记过', same: ['parent', 'heldOn', 'subject'] }],
  fields: {
    subject: text('演练名称').required().length(120).sheet('演练科目', '演练内容', '演练项目'),
    heldOn: date('演练日期').past().required().sheet('演练时间'),
    kind: choice('演练类别', ['疏散逃生', '综合', '专项', '现场处置'])
      .required()
      .sheet('演练类型', '演练形式'),
    participants: number('参加人数').unit('人').atLeast(1).sheet('参演人数'),
    spot: text('演练地点').length(120),
    evaluation: text('评估结论').multiline().sheet('演练效果', '演练评估'),
    photos: photos('现场照片'),
    records: files('演练记录'),
  },
  indexes: [['heldOn']],
  evidence: ['records'],
  rights: enterpriseFile,
})
