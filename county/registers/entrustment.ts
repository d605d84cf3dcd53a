import { defineRegister } from '../../engine/core/define.ts'
import { area, choices, date, files, text } from '../../fields/builders.ts'
import { entrustedItems } from '../loops/hazard-terms.ts'

/**
 * 执法委托书 (G 执法检查): what the bureau has entrusted a town with, from when to when, and where that was published.
 * Written by the county; a town reads its own. Without a valid one a town patrols and gives notice, and orders nothing.
 */
export const entrustment = defineRegister('entrustment', {
  label: '执法委托书',
  version: 2,
  basis: ['行政处罚法 第二十条、第二十一条', '国办发〔2024〕54号'],
  scope: { area: 'division' },
  title: 'number',
  list: ['number', 'division', 'items', 'validFrom', 'validTo', 'publishedAt'],
  search: ['number', 'entrusted'],
  keys: [['number']],
  happenedOn: 'validFrom',
  fields: {
    number: text('委托书编号').required().unique().length(60).sheet('文号', '编号'),
    entruster: text('委托机关').required().length(80).default('县应急管理局').sheet('委托单位'),
    division: area('受托乡镇').required().sheet('乡镇', '受委托乡镇'),
    entrusted: text('受托机构').required().length(80).sheet('受委托单位', '受委托机构'),
    items: choices('委托事项', entrustedItems).required().sheet('委托权限'),
    validFrom: date('委托起始日期').required().sheet('起始日期', '生效日期'),
    validTo: date('委托截止日期')
      .validity()
      .notBefore('validFrom')
      .required()
      .sheet('截止日期', '到期日期')
      .help('提前终止的，改为终止当日'),
    publishedAt: text('公布网址或地点').required().length(200).sheet('公布情况'),
    document: files('委托书扫描件').required(),
  },
  expires: { on: 'validTo', warn: 'entrustment.warnDays', per: ['division'] },
  evidence: ['document'],
  rights: {
    'county-admin': 'below',
    'county-officer': 'below',
    'town-officer': 'read',
    'city-viewer': 'read',
  },
})
