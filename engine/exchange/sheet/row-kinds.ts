import { cleanText, halfWidth, matchKey } from '../../../fields/normal/text.ts'
import { hasContent } from './cell.ts'
import type { Headings } from './headings.ts'
import type { Row } from './types.ts'

/** Why a row below the headings is no record. Every such row is to be reported with its line. */
export type SkipReason = 'blank' | 'total' | 'footer' | 'section' | 'repeated-heading' | 'column-numbers'

export const skipText: Record<SkipReason, string> = {
  blank: '空行',
  total: '合计行',
  footer: '表尾说明',
  section: '分组标题',
  'repeated-heading': '重复的表头',
  'column-numbers': '列号行',
}

const totalAlone = /^(?:本页|全县|全市|全镇)?(?:合计|总计|小计|累计|共计|总和)$/
const total = /^(?:本页|全县|全市|全镇)?(?:合计|总计|小计|累计|共计|总和)(?:$|[(:\d]|共)/
const signature =
  /^(?:填表|填报|制表|审核|审批|复核|校对|上报|报送|统计|经办)(?:人|单位|部门|日期|时间|负责人|人员)?(?:签字|签名|盖章|\(签字\)|\(盖章\)|\(签章\))?(?=:|$)/
const signed =
  /^(?:单位负责人|分管领导|主要领导|负责人|联系人|联系电话|日期|时间)(?:签字|签名|\(签字\)|\(签章\))?:/
const remark = /^(?:备注|说明|注|附注|附|填表说明|填报说明)(?:\d*[:.、]|$)/
/** What stands at the end of a form and names nobody: 以下空白, 单位（盖章）, 主要负责人签字：. */
const closing =
  /^(?:以下空白|此页无正文|(?:\S{0,10}单位|单位名称|负责人|\S{0,8}负责人|\S{0,6}领导)?\(?(?:盖章|公章|签章|签字|签名)\)?:?\S{0,4})$/

const sectionNumber =
  /^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十]+[类部章])/

/**
 * Tells records from the other rows below the headings: `undefined` for a record. When in doubt a row is a
 * record, so that it shows up with its errors instead of vanishing.
 */
export function rowKinds(headings: Headings): (row: Row) => SkipReason | undefined {
  const titleKeys = headings.titles.map((t) => [t, ...t.split('/')].map(matchKey))
  const mapped = headings.matches.map((m) => m.column)
  return (row) => {
    const filled = row.cells.flatMap((c, i) => (hasContent(c) ? [i] : []))
    const own = filled.filter((i) => !row.cells[i]?.merged)
    if (own.length === 0) return 'blank'
    const text = (i: number) => halfWidth(cleanText(row.cells[i]?.text ?? '')).replace(/ /g, '')
    const first = text(own[0] ?? 0)
    const full = mapped.filter((c) => own.includes(c)).length
    const sparse = full <= Math.max(2, mapped.length / 2)
    // 合计 may stand under 序号 or under the name; further right it is content.
    const begin = own.slice(0, 2).map(text)
    if (begin.some((t) => totalAlone.test(t) || (sparse && total.test(t)))) return 'total'
    if (signature.test(first) && (sparse || first.includes(':'))) return 'footer'
    if (own.length <= 2 && closing.test(first)) return 'footer'
    if (sparse && signed.test(first)) return 'footer'
    if (sparse && remark.test(first) && own.length <= 2) return 'footer'
    if (isHeadingAgain(row, own, titleKeys)) return 'repeated-heading'
    if (row.line <= headings.lastLine + 2 && own.length >= 3 && isColumnNumbers(row, own))
      return 'column-numbers'
    // One text merged across several columns, or a numbered caption alone in its row.
    const spread = filled.length - own.length
    const acrossFromFirst =
      spread >= 2 && filled.every((i, n) => n === 0 || row.cells[i]?.text === row.cells[filled[0] ?? 0]?.text)
    if (own.length === 1 && acrossFromFirst && row.cells[own[0] ?? 0]?.number === undefined)
      return remark.test(first) || /[:。]/.test(first) ? 'footer' : 'section'
    if (own.length === 1 && sectionNumber.test(first)) return 'section'
    return undefined
  }
}

function isHeadingAgain(row: Row, own: number[], titleKeys: string[][]): boolean {
  if (own.length < 2) return false
  const isTitle = (i: number) => {
    const key = matchKey(row.cells[i]?.text ?? '')
    return key !== '' && titleKeys[i]?.includes(key) === true
  }
  // The first cells tell for nearly every row; only then look at all.
  if (own.slice(0, 3).filter(isTitle).length < 2) return false
  return own.filter(isTitle).length >= own.length * 0.8
}

/** 1 2 3 4 … or A B C … under the headings of a statistical form. */
function isColumnNumbers(row: Row, own: number[]): boolean {
  const texts = own.map((i) => halfWidth(row.cells[i]?.text ?? '').trim())
  const start = Number(texts[0])
  if (start === 0 || start === 1) return texts.every((t, n) => t === String(start + n))
  return (
    texts[0] === '甲' && texts.slice(1).every((t, n) => t === String(n + 1) || t === '乙丙丁戊己庚辛壬癸'[n])
  )
}
