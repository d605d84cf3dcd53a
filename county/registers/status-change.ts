import { field } from '../../engine/core/condition/build.ts'
import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, photos, text } from '../../fields/builders.ts'
import { statuses } from '../options.ts'
import { authorityFile } from '../rights.ts'

/** 状态变更 (A04): every tag with date, reason and the power measure taken; the newest one is the enterprise's status. */
export const statusChange = defineRegister('status-change', {
  label: '状态变更',
  version: 6,
  basis: ['泽应急发〔2026〕56号 一、1'],
  of: 'enterprise',
  title: 'status',
  happenedOn: 'changedOn',
  keys: [['parent', 'changedOn', 'status']],
  asks: [{ label: '本企业同一天的同一变更已登记过', same: ['parent', 'changedOn', 'status'] }],
  sets: {
    by: 'changedOn',
    since: 'statusSince',
    fields: { status: 'status', statusSince: 'changedOn', powerCut: 'powerCut', powerCutOn: 'powerCutOn' },
    imported: { reason: '台账导入' },
  },
  fields: {
    changedOn: date('变更日期').past().required().sheet('停产时间', '状态变更日期'),
    status: choice('变更为', statuses).required().sheet('状态', '企业状态'),
    reason: text('原因').multiline().required(),
    powerCut: choice('断电措施', ['未断电', '限电', '已断电'])
      .when(field('status').in(['停产', '长期停产停工', '关停', '僵尸']))
      .help('长期停产停工的依法采取断电措施'),
    powerCutOn: date('断电日期')
      .past()
      .when(field('powerCut').in(['限电', '已断电'])),
    evidence: photos('现场照片'),
    checkedBy: text('核实人').length(60),
  },
  rights: authorityFile,
})
