import type { Remark } from '../../engine/core/definition.ts'
import { disagreement } from './gbt4754.ts'

/** Words in a name of who is supervised by others, or by nobody as industry and trade (应急厅〔2019〕17号). */
const elsewhere: [word: RegExp, who: string][] = [
  [/煤矿|煤业/, '煤矿由煤矿监管部门负责'],
  [/加油站|加气站|液化气站|油库/, '成品油、燃气经营不属工贸'],
  [/烟花爆竹|危险化学品|危化品|化工/, '危险化学品、烟花爆竹由危化监管负责'],
  [/制药|药业/, '医药制造不属工贸'],
  [/幼儿园|小学|中学|学校|医院|卫生院/, '学校、医院由行业主管部门负责'],
  [/养殖|种植|合作社|农场/, '农业生产不属工贸'],
  [/运输|物流|客运|货运/, '交通运输由交通部门负责'],
  [/建筑工程|建设工程|建筑安装|装饰工程/, '建筑施工由住建部门负责'],
]

const text = (v: unknown): string => (typeof v === 'string' ? v.trim() : '')

/**
 * 行业分类审核与剔除 (A05): the officer is told when the stated industry and the code of GB/T 4754 disagree, or when the
 * name says that the enterprise is none of industry and trade. The actual code goes before the registered one. Whoever
 * has decided and written why (行业认定说明) is not asked again. Never blocks.
 */
export const industryRemark: Remark = {
  register: 'enterprise',
  fields: ['name', 'industry', 'registeredCode', 'actualCode', 'industryReason'],
  says(values) {
    if (text(values.industryReason)) return []
    const industry = text(values.industry)
    const code = text(values.actualCode) || text(values.registeredCode)
    if (code) {
      const message = industry ? disagreement(industry, code) : undefined
      return message
        ? [{ path: 'industry', message: `${message}。请核对，或在“行业认定说明”写明理由。` }]
        : []
    }
    const name = text(values.name)
    const found = elsewhere.find(([word]) => word.test(name))
    if (!found) return []
    const word = found[0].exec(name)![0]
    const message = `名称含“${word}”：${found[1]}。请核对是否应从台账剔除，或在“行业认定说明”写明理由。`
    return [{ path: 'name', message }]
  },
}
