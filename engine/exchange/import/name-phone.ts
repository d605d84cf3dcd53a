import { cleanText, halfWidth } from '../../../fields/normal/text.ts'

/** A person and his telephone in one cell: 张三 13800000001, 0356-3031234（李四）, 王五/电话：138 0000 0001. */

const number =
  /(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{6,7}(?:(?:-|转)\d{1,5})?(?!\d)/g
const words =
  /(?:姓名|联系人|负责人|联系电话|联系方式|电话号码|手机号码|手机号|手机|电话|座机|tel|phone)(?=[::\s\d(]|$)[:\s]*/gi
const separators = /[\s,,、;;/|\\()[\]【】<>《》:·._+&-]+/g
const name = /^(?:[\u4e00-\u9fff]{2,6}(?:·[\u4e00-\u9fff]{1,8})*|[A-Za-z][A-Za-z .]{1,30})$/

/**
 * The parts of such a cell, in any order and with any signs between them.
 * @returns undefined where it is not one person with his number or numbers
 */
export function nameAndPhone(cell: string): { name?: string; phone?: string } | undefined {
  const text = halfWidth(cleanText(cell)).replace(/[—–－]/g, '-')
  const phones = text.match(number) ?? []
  const left = text.replace(number, ' ').replace(words, ' ')
  const parts = left.replace(separators, (s) => (s === '·' ? '·' : ' ')).trim()
  const rest = parts.replace(/(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff](?: |$))/g, '')
  // 原张三: somebody who was it
  if (rest !== '' && (!name.test(rest) || /^[原前现][\u4e00-\u9fff]{2,}$/.test(rest))) return undefined
  if (rest === '' && phones.length === 0) return undefined
  const phone = phones.map((p) => p.trim()).join('、')
  return { ...(rest !== '' && { name: rest }), ...(phone !== '' && { phone }) }
}
