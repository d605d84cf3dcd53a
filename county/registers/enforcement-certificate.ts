import { defineRegister } from '../../engine/core/define.ts'
import { area, choice, date, files, text } from '../../fields/builders.ts'

/**
 * 行政执法证: which officer holds one, from when to when. The account is how the program knows that it is he who acts;
 * whether it was valid is asked on the day of each act.
 */
export const enforcementCertificate = defineRegister('enforcement-certificate', {
  label: '行政执法证',
  version: 2,
  basis: ['行政处罚法 第四十二条', '国办发〔2024〕54号'],
  scope: { area: 'division' },
  title: 'holder',
  list: ['holder', 'number', 'kind', 'division', 'account', 'validFrom', 'validTo'],
  search: ['holder', 'number'],
  keys: [['number']],
  happenedOn: 'validFrom',
  fields: {
    holder: text('持证人').required().length(40).sheet('姓名'),
    account: text('登录账号')
      .required()
      .length(40)
      .account()
      .help('持证人在本系统的用户名；还没有账号的，请先在“人员”里建账号')
      .sheet('用户名'),
    division: area('所在地区').required().help('县局人员选县，乡镇人员选乡镇').sheet('乡镇', '地区'),
    kind: choice('证件种类', ['行政执法证', '行政检查证'])
      .required()
      .default('行政执法证')
      .help('责令、复查、撤销须持行政执法证；行政检查证只能检查')
      .sheet('证件类型'),
    number: text('证件编号').required().unique().length(60).sheet('执法证号', '证号'),
    issuer: text('发证机关').length(80),
    validFrom: date('有效期起').required().sheet('发证日期'),
    validTo: date('有效期至').validity().notBefore('validFrom').required().sheet('有效期', '到期日期'),
    scan: files('证件扫描件').personal(),
  },
  expires: { on: 'validTo', warn: 'enforcementCertificate.warnDays', per: ['account'] },
  evidence: ['scan'],
  rights: {
    'county-admin': 'below',
    'county-officer': 'below',
    'town-officer': 'read',
    'city-viewer': 'read',
  },
})
