import { accepted, type Normal, quote, refused } from './result.ts'
import { halfWidth, isBlank, textOf, visible } from './text.ts'

export interface ReadPhone {
  /** 13800000000 · 0356-2021234 · 0356-2021234-801 · 400-800-1234 · 12350 */
  number: string
  kind: 'mobile' | 'fixed' | 'local' | 'hotline'
}

/** One number, without blanks, any writing; `null` when it is none. */
function readOne(text: string): ReadPhone | null {
  const t = text
    .replace(/^(?:\+|00)?86[- ]?(?=1[3-9]\d|0?\d{2,3}[- ]?\d{7})/, '')
    .replace(/[\s·.]/g, '')
    .replace(/[—–－_]/g, '-')
  const bare = t.replace(/[-()]/g, '')
  if (/^1[3-9]\d{9}$/.test(bare)) return { number: bare, kind: 'mobile' }
  const service = /^([48]00)(\d{3})(\d{4})$/.exec(bare)
  if (service) return { number: service.slice(1).join('-'), kind: 'hotline' }
  const fixed = /^\(?(0\d{2,3})\)?-?([2-9]\d{6,7})(?:(?:-|转|x|ext)(\d{1,6}))?$/i.exec(t)
  // Three-digit area codes begin with 01 or 02; all others have four digits.
  if (fixed && (/^0[12]\d$/.test(fixed[1] ?? '') || (fixed[1] ?? '').length === 4))
    return { number: [fixed[1], fixed[2], fixed[3]].filter(Boolean).join('-'), kind: 'fixed' }
  if (/^(?:1[012]\d|12\d{3}|9\d{4})$/.test(bare)) return { number: bare, kind: 'hotline' }
  const local = /^([2-9]\d{6,7})(?:(?:-|转)(\d{1,6}))?$/.exec(t)
  if (local) return { number: [local[1], local[2]].filter(Boolean).join('-'), kind: 'local' }
  return null
}

/** 13800000001.0 and 1.3800000001E+10 have all their digits; 1.38E+10 has lost them: undefined. */
function unspoilt(text: string): string | undefined {
  const bare = text.trim()
  const point = /^(1\d{10})\.0+$/.exec(bare)
  if (point?.[1]) return point[1]
  const science = /^(\d)\.?(\d*)E\+?(\d+)$/i.exec(bare)
  if (!science) return text
  const [, first = '', rest = '', exponent = ''] = science
  return rest.replace(/0+$/, '').length === rest.length && rest.length === Number(exponent)
    ? first + rest
    : undefined
}

/** What a cell says beside the one number taken: 张三, 微信同号. */
export function besideNumber(shown: string, number: string): string {
  const text = halfWidth(visible(shown))
  const digits = number.replace(/\D/g, '')
  let at = 0
  let from = -1
  let to = -1
  for (let i = 0; i < text.length && at < digits.length; i++)
    if (text[i] === digits[at]) {
      if (at === 0) from = i
      at++
      to = i
    } else if (at > 0 && /[\p{L}]/u.test(text[i] ?? '') && !/[转]/.test(text[i] ?? '')) {
      at = 0
      from = -1
    }
  if (at < digits.length || from < 0) return ''
  return `${text.slice(0, from)} ${text.slice(to + 1)}`
    .replace(/(?:\+|00)?86[- ]*(?= |$)|\.0+(?=$)/g, '')
    .replace(/^(?:电话|手机|联系电话|固话|座机)/, '')
    .replace(/[()[\]【】:：,，、;；/|]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * A telephone number. When a cell holds several (138…／139…、) the first good one is taken and the
 * others are named in a warning, so that nothing disappears unseen.
 */
export function readPhone(raw: unknown): Normal<ReadPhone> {
  const shown = textOf(raw)
  if (isBlank(shown) || /^(?:无|暂无)$/.test(shown.trim())) return accepted<ReadPhone>(null)
  const text = unspoilt(halfWidth(visible(shown)).replace(/^(?:电话|手机|联系电话)[::]?/, ''))
  if (text === undefined)
    return refused(`${quote(shown.trim())}被表格写成了科学计数法，末几位已经丢失，请重新填写电话号码`)
  const whole = readOne(text.trim())
  const parts = whole
    ? []
    : text
        .split(/[/、,;\n|]+|\s{1,}(?=[01]\d{2})/)
        .map((p) => p.trim())
        .filter(Boolean)
  const read = whole
    ? [whole]
    : parts.map((p) => readOne(p.replace(/^\D*?(?=[(+\d])/, '').replace(/[^\d)]+$/, '')))
  const first = read.find((p) => p !== null)
  if (!first)
    return refused(`${quote(shown.trim())}不是电话号码，请填 11 位手机号或带区号的座机，例如 0356-2021234`)
  const warnings: string[] = []
  const others = parts.filter((_, i) => read[i] !== first)
  if (others.length > 0)
    warnings.push(`一格中有多个内容，取 ${first.number}，其余未导入：${quote(others.join('、'))}`)
  if (first.kind === 'local') warnings.push(`座机 ${first.number} 缺少区号，请补充`)
  return accepted(first, ...warnings)
}

/** 138****0000: first three and last four digits, enough to recognise, not enough to call. */
export function maskPhone(number: string): string {
  const digits = number.replace(/\D/g, '')
  if (digits.length < 8) return '*'.repeat(number.length)
  return `${digits.slice(0, 3)}${'*'.repeat(digits.length - 7)}${digits.slice(-4)}`
}
