import { chineseNumber, numeralChars } from './chinese-number.ts'
import { accepted, type Normal, quote, refused } from './result.ts'
import { halfWidth, isBlank, numberText, textOf, visible } from './text.ts'

export interface ReadNumber {
  /** The number in the unit as written, after 万/千/百/亿 have been multiplied out; 5% gives 5 with unit %. */
  value: number
  /** True for 约5, 近百, 20余, 30左右. */
  approximate: boolean
  /** What stood behind the number, e.g. 人, 家, 万元 gives 元 (the 万 is multiplied out), '' when nothing. */
  unit: string
}

const about = /^(?:约为|大约|大概|约|近|接近|将近|超过|超|不足|不到|至少|>=?|<=?|≥|≤|~|±)+/
const more = /^(?:余|多|来|左右|上下|以上|以下|许)/
const units =
  /^(?:余|多)?(?:人次|人|名|位|家|个|台|套|座|处|起|项|次|件|条|辆|部|吨|t|kg|公斤|千克|元|美元|人民币|rmb|亩|公顷|平方米|平米|平方|㎡|m2|m²|立方米|m3|m³|米|m|毫米|mm|岁|年|个月|月|天|日|小时|h|分钟|%|％|度|℃|kw|kva|mpa|ppm)+(?:\/?[a-z年月日]*)?$/i
const scaleOf: Record<string, number> = {
  百: 100,
  千: 1000,
  万: 1e4,
  十万: 1e5,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8,
}

/**
 * A number from a ledger cell: １２，345.6 · 3人 · 约5 · 二十 · 1.2万 · (3) · 12 %.
 * 无 and 没有 are 0; blank, — and / are `null`; a span (5-10) is refused, because choosing an end is a guess.
 */
export function readNumber(raw: unknown): Normal<ReadNumber> {
  if (typeof raw === 'number') {
    return Number.isFinite(raw)
      ? accepted({ value: Number(numberText(raw)), approximate: false, unit: '' })
      : refused('这个数无法识别，请填写数字')
  }
  if (typeof raw === 'boolean' || raw instanceof Date) return refused('这里应填数字，请改为数字')
  const shown = textOf(raw)
  if (isBlank(shown)) return accepted<ReadNumber>(null)
  const bad = () => refused(`${quote(shown.trim())}不是数字，请只填一个数，例如 12`)
  let text = halfWidth(visible(shown)).replace(/[\s'‘’]/g, '')
  if (/^(?:无|没有|未有|暂无)$/.test(text)) return accepted({ value: 0, approximate: false, unit: '' })

  let approximate = false
  text = text
    .replace(about, () => {
      approximate = true
      return ''
    })
    .replace(/^[(¥￥$共计有为:]+(?=[\d一二两三四五六七八九十百零〇])/, '')
    .replace(/(?<=\d)\)$/, '')
    .replace(/。$/, '')

  if (/^\d[\d.,]*\D{0,3}[-~—–至到]+\D{0,2}\d/.test(text))
    return refused(`${quote(shown.trim())}是一个范围，请只填一个数`)

  const digits = /^([+-]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)(.*)$/.exec(text)
  let value: number
  let rest: string
  if (digits) {
    value = Number(digits[1]?.replace(/[,，]/g, ''))
    rest = digits[2] ?? ''
    const exponent = /^e[+-]?\d+$/i.exec(rest)
    if (exponent) return accepted({ value: Number(`${value}${rest}`), approximate, unit: '' })
  } else {
    const chinese = new RegExp(`^(负?)([${numeralChars}万萬亿億]+)(.*)$`).exec(text)
    const read = chinese && !/^[万亿百千十]$/.test(chinese[2] ?? '') ? chineseNumber(chinese[2] ?? '') : null
    const ten = text.startsWith('十') ? 10 : null
    const found = read ?? ten
    if (!chinese || found === null) {
      // 近百人, 上千: the numeral is a bare unit; only meaningful as “about”.
      const bare = /^(百|千|万)(人|家|元|名)?$/.exec(text)
      if (!bare || !approximate) return bad()
      return accepted({ value: scaleOf[bare[1] ?? ''] ?? 0, approximate: true, unit: bare[2] ?? '' })
    }
    value = chinese[1] ? -found : found
    rest = chinese[3] ?? ''
  }
  const scale = /^(十万|百万|千万|百|千|万|亿)/.exec(rest)
  if (digits && scale) {
    value = Number((value * (scaleOf[scale[1] ?? ''] ?? 1)).toPrecision(15))
    rest = rest.slice(scale[0].length)
  }
  for (let m = more.exec(rest); m; m = more.exec(rest)) {
    approximate = true
    rest = rest.slice(m[0].length)
  }
  rest = rest.replace(/(?:左右|以上|以下|上下)$/, () => {
    approximate = true
    return ''
  })
  if (rest !== '' && !units.test(rest)) return bad()
  return accepted(
    { value, approximate, unit: rest },
    ...(approximate ? [`${quote(shown.trim())}按 ${numberText(value)} 记录`] : []),
  )
}

/** Only the number; a fraction is refused where people or things are counted. */
export function readCount(raw: unknown): Normal<number> {
  const read = readNumber(raw)
  if (!read.ok || read.value === null) return read.ok ? { ...read, value: null } : read
  const { value } = read.value
  if (!Number.isSafeInteger(value)) return refused(`应填整数，现为 ${numberText(value)}，请改正`)
  if (value < 0) return refused(`不能为负数，现为 ${numberText(value)}，请改正`)
  return accepted(value, ...read.warnings)
}
