import { defineRegister } from '../../engine/core/define.ts'
import { choice, date, files, idNumber, ref, text } from '../../fields/builders.ts'
import { specialWork } from '../options.ts'
import { enterpriseFile } from '../rights.ts'

/**
 * 特种作业操作证 (L01 管理台账). It belongs to the enterprise and points at the person, not the other way round:
 * a condition reaches one level down, and duties ("all certificates valid", "held ≥ required") are the enterprise's.
 */
export const specialOperationCertificate = defineRegister('special-operation-certificate', {
  label: '特种作业操作证',
  version: 5,
  basis: ['安全生产法 第三十条', '国家安全监管总局令第30号', '交应急字〔2024〕45号（十四）'],
  of: 'enterprise',
  counts: true,
  title: 'holderName',
  search: ['holderName', 'number'],
  keys: [
    ['number', 'category'],
    ['parent', 'holderName', 'category'],
  ],
  asks: [
    { label: '同一证书编号、同一作业类别已登记过', same: ['number', 'category'] },
    {
      label: '本企业同一持证人、同一作业类别、同一有效期的证书已登记过',
      same: ['parent', 'holderName', 'category', 'validUntil'],
    },
  ],
  fields: {
    holderName: text('持证人').required().length(40).personal().sheet('姓名', '员工姓名', '持证人姓名'),
    category: choice('作业类别', specialWork).required().sheet('工种', '作业种类', '类别', '操作类别'),
    item: text('准操项目').length(60).sheet('操作项目', '作业项目'),
    number: text('证书编号').length(40).personal().sheet('证号', '证件编号', '操作证号'),
    validUntil: date('有效期至')
      .validity()
      .notBefore('issuedOn')
      .required()
      .sheet('有效期', '有效期限', '证书有效期', '有效期截止', '到期日期'),
    reviewBy: date('复审日期').validity().notBefore('issuedOn').sheet('复审时间', '应复审日期', '复审期限'),
    issuedOn: date('领证日期').sheet('取证时间', '初次领证日期', '发证日期', '初领日期'),
    issuer: text('发证机关').length(80).sheet('发证单位'),
    idNumber: idNumber('身份证号').sheet('身份证号码'),
    holder: ref('人员', 'person'),
    post: text('所在岗位').length(60).sheet('岗位', '所在部门'),
    scan: files('证书扫描件').personal(),
  },
  list: ['holderName', 'category', 'item', 'number', 'validUntil', 'reviewBy'],
  expires: {
    on: 'validUntil',
    warn: 'certificate.warnDays',
    per: ['parent', 'holderName', 'category', 'item'],
  },
  indexes: [['validUntil']],
  evidence: ['scan'],
  rights: enterpriseFile,
})
