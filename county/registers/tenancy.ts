import { defineRegister } from '../../engine/core/define.ts'
import { creditCode, date, flag, number, ref, text } from '../../fields/builders.ts'
import { enterpriseFile } from '../rights.ts'

/** 出租承租 (M06): who works inside whose plant, with the safety agreement (安全生产法 第四十九条). */
export const tenancy = defineRegister('tenancy', {
  label: '厂中厂出租承租',
  version: 3,
  basis: ['安全生产法 第四十九条', '泽应急发〔2026〕56号 一、10', '应急管理部令第10号 第三条'],
  of: 'enterprise',
  title: 'tenant',
  keys: [['parent', 'tenant']],
  asks: [{ label: '本企业已登记过这家承租或承包单位', same: ['parent', 'tenant'] }],
  fields: {
    tenant: text('承租或承包单位').required().length(120).sheet('承租单位', '承包单位', '外包单位'),
    tenantCode: creditCode('承租单位统一社会信用代码'),
    tenantEnterprise: ref('承租企业档案', 'enterprise'),
    work: text('从事作业').length(200).sheet('经营内容', '作业内容'),
    workers: number('作业人数').unit('人').atLeast(0),
    agreementOn: date('安全协议签订日期').sheet('协议日期'),
    coordinated: flag('已统一协调管理'),
    checkedOn: date('最近检查日期').help('出租方对承租方的定期检查'),
    qualified: flag('资质符合').sheet('有无资质'),
    endsOn: date('租期至').validity().notBefore('agreementOn'),
  },
  rights: enterpriseFile,
})
