import { defineRegister } from '../../engine/core/define.ts'
import { date, files, money, number, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 安责险 (P07): compulsory for smelters and mines; a policy counts while it runs. */
export const insurance = defineRegister('insurance', {
  label: '安全生产责任保险',
  version: 4,
  basis: ['安全生产法 第五十一条、第一百零九条', '应急〔2025〕27号'],
  of: 'enterprise',
  title: 'policyNumber',
  happenedOn: 'validFrom',
  stands: true,
  keys: [['policyNumber']],
  asks: [{ label: '同一保单号已登记过', same: ['policyNumber'] }],
  fields: {
    policyNumber: text('保单号').required().length(60).sheet('保险单号', '保单编号'),
    insurer: text('承保机构').required().length(120).sheet('保险公司', '承保公司'),
    validFrom: date('保险起期').required().sheet('起保日期', '保险开始日期'),
    validUntil: date('保险止期')
      .validity()
      .notBefore('validFrom')
      .required()
      .sheet('终保日期', '到期日期', '保险结束日期'),
    insured: number('投保人数').unit('人').atLeast(0).sheet('被保险人数'),
    perPerson: money('每人赔偿限额').sheet('每人限额'),
    premium: money('保费'),
    document: files('保单'),
  },
  expires: { on: 'validUntil', warn: 'insurance.warnDays', per: ['parent'] },
  indexes: [['validUntil']],
  evidence: ['document'],
  rights: enterpriseFile,
})
