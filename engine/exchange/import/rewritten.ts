import { halfWidth } from '../../../fields/normal/text.ts'
import { wordKey } from '../../../fields/normal/words.ts'
import type { FieldDef } from '../../core/definition.ts'
import type { CellInput } from '../../core/field-type.ts'

/** Why a cell was written otherwise, where its reader gives no reason of its own. */
export const whyOf: Record<string, string> = {
  'credit-code': '去掉空格、全角和前后说明',
  'id-number': '去掉空格和全角',
  phone: '号码统一写法',
  number: '去掉单位和说明，只留数字',
  money: '换算为万元',
  date: '日期统一写法',
  flag: '是或否的另一种写法',
  place: '经纬度统一写法',
}

const numerals = (text: string): string => (halfWidth(text).match(/\d+/g) ?? []).map(Number).join('-')

/** Has the cell been taken for something else than it says? Blanks, widths and the signs of a date are no repair. */
export function rewritten(def: FieldDef, input: CellInput, text: string, shown: string): boolean {
  if (input.date !== undefined || text === '' || def.type === 'text' || def.type === 'time') return false
  if (wordKey(text) === wordKey(shown)) return false
  if (input.number !== undefined && def.type !== 'flag') return false
  // 2024.3.5 and 2024年3月5日 say what 2024-03-05 says
  return !(
    def.type === 'date' &&
    /^\D{0,1}\d{4}\D\d{1,2}\D\d{1,2}\D?$/.test(halfWidth(text)) &&
    numerals(text) === numerals(shown)
  )
}
