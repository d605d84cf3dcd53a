import { field } from '../../engine/core/condition/build.ts'
import { choice, choices, date, photos, text } from '../../fields/builders.ts'
import { categories, hazardLevels } from './hazard-terms.ts'

// Forms that several actions of the hazard loop share, and the record's fields they fill.

export const assessment = {
  level: choice('隐患等级', hazardLevels).required(),
  clause: text('判定依据')
    .length(300)
    .requiredWhen(field('level').is('重大'))
    .help('判为重大的必须写明判定标准的条款；一般隐患可以不填'),
  category: choices('隐患类别', categories),
  note: text('说明').multiline(),
}
export const assessed = { level: 'level', clause: 'clause', category: 'category' }
export const arrangement = {
  responsible: text('整改责任人').length(40).required(),
  measures: text('整改措施').multiline().required(),
  dueOn: date('整改期限').required(),
}
export const arranged = { responsible: 'responsible', measures: 'measures', dueOn: 'dueOn' }
export const acceptance = {
  closedOn: date('复查日期').required(),
  opinion: text('复查意见').multiline().required(),
}
export const refusal = {
  reason: text('不合格原因').multiline().required(),
  dueOn: date('新的整改期限').required(),
  onSite: photos('现场照片'),
}

/** The law asks that somebody who did not do the work looks; in a firm with one account he is named. */
export const second = (label: string) =>
  text(label)
    .length(40)
    .help('由没有参加整改的另一人现场核实。本企业只有一个账号的，写这个人的姓名，并上传现场照片')
export const secondByName = { name: 'checker', also: ['onSite'], unlike: ['responsible'] }

/** What an officer saw on the spot, asked for by the county: evidence, no acceptance. */
export const look = {
  lookedOn: date('到场日期').required(),
  finding: choice('现场情况', ['已整改到位', '部分整改', '未整改']).required(),
  opinion: text('核查情况').multiline().required(),
  onSite: photos('现场照片').required(),
}
export const looked = { lookedOn: 'lookedOn', lookFinding: 'finding' }
