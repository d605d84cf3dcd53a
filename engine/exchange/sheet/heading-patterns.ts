import { halfWidth } from '../../../fields/normal/text.ts'
import { bareTitle, type Term } from './heading-words.ts'

/**
 * How headings are built, whatever they name: 是否涉及X, X企业, X数量, X姓名, X联系方式. Patterns are taken off on both
 * sides and what is left must be equal; nothing is matched because it contains something.
 */

const ends: Record<string, RegExp> = {
  phone: /(?:联系)?(?:电话号码|手机号码|移动电话|固定电话|联系电话|联系方式|手机号|电话|手机|座机)$/,
  number: /(?:总人数|人数|总数|数量|数)$/,
  money: /(?:总额|金额|总值)$/,
  text: /(?:姓名|名字)$/,
  choice: /(?:企业|单位|情况)$/,
  flag: /(?:作业|企业|单位|情况|场所|生产|工艺|领域|行业)+$/,
}
/** Types of fields whose headings have patterns. */
export const patternTypes: readonly string[] = Object.keys(ends)

const asking = /^(?:是不是|是否为|是否属于|是否涉及|是否存在|是否有|是否涉|是否|有无|涉及|存在|属于|涉|有)/

/** What of a heading names the thing, for a field of this type; undefined where the type knows no pattern. */
export function coreOf(title: string, type: string | undefined): string | undefined {
  const end = type === undefined ? undefined : ends[type]
  if (!end) return undefined
  const bare = bareTitle(title)
  if (type === 'phone' && !end.test(bare)) return undefined
  const asked = type === 'flag' || type === 'choice' ? bare.replace(asking, '') : bare
  // 是否规上企业; without the question 企业 may be what is named
  if (type === 'choice' && asked === bare) return undefined
  const own = type === 'number' ? asked.replace(/^(?:企业|单位|公司)(?=..)/, '') : asked
  const core = own.replace(end, '')
  return core.length < 2 ? (type === 'flag' ? core || undefined : undefined) : core
}

/** 单位规模, 公司规模 and 企业规模 are one: what a firm is called in front. '' where it is not called. */
export const partyKey = (key: string): string => {
  const m = /^(?:企业|单位|公司|厂商)(.{2,})$/.exec(key)
  return m ? `企业${m[1]}` : ''
}

/** 是否涉及 alone asks about what stands above it. */
export const asksAbove = (title: string): boolean =>
  /^(?:是否涉及|是否存在|是否有|是否|有无|涉及|存在|情况)$/.test(bareTitle(title))

/** 企业基本情况 above 名称 is the 企业名称. */
export const underCaption = (above: string, last: string): string | undefined => {
  const m = /^(.{0,6}?)(?:的)?(?:基本情况|基本信息|概况|情况|信息|资料)$/.exec(bareTitle(above))
  return m ? (m[1] ?? '') + last : undefined
}

export const longitude = (title: string): 'lon' | 'lat' | undefined => {
  const bare = bareTitle(halfWidth(title))
  return /(?:经度|东经)$/.test(bare) ? 'lon' : /(?:纬度|北纬)$/.test(bare) ? 'lat' : undefined
}

/** 联系电话, 手机 … without saying whose. */
export const barePhone = (title: string): boolean =>
  /^(?:电话号码|手机号码|移动电话|固定电话|联系电话|联系方式|手机号|电话|手机|联系手机)$/.test(
    bareTitle(title),
  )

const person = /(?:负责人|代表人|联系人|管理员|安全员|法人|法人代表|经理|厂长|校长|园长|人员|控制人|姓名)$/

/**
 * Whose telephone a bare 联系电话 is: of the person in the column left of it.
 * @returns the phone's field; null where the person has none here; undefined where no person stands left
 */
export function phoneOf(
  left: { title: string; field: string | undefined },
  terms: readonly Term[],
): string | null | undefined {
  if (!terms.some((t) => t.type === 'phone')) return undefined
  const term = terms.find((t) => t.field === left.field && t.type === 'text')
  if (!term && !person.test(bareTitle(left.title))) return undefined
  if (term && !person.test(bareTitle(term.label))) return undefined
  if (!term) return null
  const own = coreOf(term.label, 'text') ?? bareTitle(term.label)
  return terms.find((t) => t.type === 'phone' && coreOf(t.label, 'phone') === own)?.field ?? null
}

/** The person in 主要负责人及联系电话, 法人（电话）, 负责人姓名、手机: one column for him and his number. */
export const personBeside = (title: string): string | undefined =>
  /^(.{2,12}?)(?:姓名)?(?:及其?|和|与|、|\/|\+|,|，|\(|（)(?:联系)?(?:电话号码|手机号码|移动电话|固定电话|联系电话|联系方式|手机号|电话|手机|方式)(?:\)|）)?$/.exec(
    halfWidth(title).replace(/\s+/g, ''),
  )?.[1]
