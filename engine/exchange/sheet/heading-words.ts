import { halfWidth, visible } from '../../../fields/normal/text.ts'

/** A field that a column may feed, with the names ledgers give it. */
export interface Term {
  field: string
  label: string
  aliases?: string[]
  required?: boolean
  /** type of the field: what patterns of headings go by */
  type?: string
}

/** Characters of a heading that are looked at: what is longer is content. */
const MOST_TITLE = 200

/** 从业人员（人） → 从业人员; *1.企业名称【必填】 → 企业名称. Brackets that hold the whole text stay. */
export function bareTitle(title: string): string {
  const text = halfWidth(visible(title.slice(0, MOST_TITLE)))
    .replace(/\s+/g, '')
    .replace(/^[*#★]+|[*#★]+$/g, '')
    .replace(/^(?:\(\d{1,2}\)|\d{1,2}[.、)])/, '')
  const bare = text.replace(/[([【〔{][^)\]】〕}]*[)\]】〕}]/g, '').replace(/[:;,。]+$/, '')
  return bare === '' ? text : bare.replace(/^[*#★]+|[*#★]+$/g, '')
}
