import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, number, text } from '../../fields/builders.ts'
import { standardGrades } from '../options.ts'
import { authorityFile } from '../rights.ts'

/** 标准化定级 (I01, I05): each grade with its certificate and validity; yearly growth is counted from here. */
export const standardisation = defineRegister('standardisation', {
  label: '标准化定级',
  version: 5,
  basis: ['应急〔2021〕83号', 'GB/T 33000-2025', '交应急字〔2024〕45号（四）'],
  of: 'enterprise',
  title: 'certificate',
  happenedOn: 'gradedOn',
  keys: [['certificate'], ['parent', 'gradedOn']],
  asks: [
    { label: '同一标准化证书编号已登记过', same: ['certificate'] },
    { label: '本企业同一天的定级已登记过', same: ['parent', 'gradedOn'] },
  ],
  fields: {
    level: choice('等级', standardGrades).required().sheet('标准化等级', '达标等级'),
    certificate: text('证书编号').length(60).sheet('标准化证书编号'),
    gradedOn: date('定级日期').past().required().sheet('发证日期', '公告日期'),
    validUntil: date('有效期至').validity().notBefore('gradedOn').required().sheet('有效期截至', '有效期'),
    grader: text('定级部门').length(120).sheet('发证机关', '评审组织单位'),
    score: number('评审得分').atLeast(0).atMost(1000).sheet('百分制得分', '评审得分'),
    document: files('公告或证书'),
  },
  list: ['certificate', 'level', 'gradedOn', 'validUntil', 'grader'],
  expires: { on: 'validUntil', warn: 'standard.warnDays', per: ['parent'] },
  indexes: [['validUntil']],
  evidence: ['document'],
  rights: authorityFile,
})
