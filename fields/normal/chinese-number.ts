/** Chinese numerals ↔ numbers. Pure; `null` when the text is not one. */

const digitOf: Record<string, number> = {
  〇: 0,
  零: 0,
  '○': 0,
  '◯': 0,
  一: 1,
  壹: 1,
  幺: 1,
  二: 2,
  贰: 2,
  两: 2,
  三: 3,
  叁: 3,
  四: 4,
  肆: 4,
  五: 5,
  伍: 5,
  六: 6,
  陆: 6,
  七: 7,
  柒: 7,
  八: 8,
  捌: 8,
  九: 9,
  玖: 9,
}
const unitOf: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 }
const sectionOf: Record<string, number> = { 万: 1e4, 萬: 1e4, 亿: 1e8, 億: 1e8 }

/** Characters that can occur in a Chinese numeral, for use inside a regular expression class. */
export const numeralChars = `${Object.keys(digitOf).join('')}${Object.keys(unitOf).join('')}廿卅`

/** 二〇二五 → 2025 (digit by digit), 二十五 → 25, 一百零五 → 105, 三万五 → 35000, 廿三 → 23. */
export function chineseNumber(text: string): number | null {
  const chars = [...text.replace(/廿/g, '二十').replace(/卅/g, '三十')]
  if (chars.length === 0) return null
  if (chars.every((c) => c in digitOf)) return Number(chars.map((c) => digitOf[c]).join(''))
  let total = 0
  let section = 0
  let digit: number | null = null
  // The unit just used: 三万五 and 二百五 mean 35000 and 250, the bare last digit takes a tenth of it.
  let lastUnit = 0
  let zeroSeen = false
  for (const c of chars) {
    if (c in digitOf) {
      if (digit !== null && digit !== 0) return null
      digit = digitOf[c] ?? 0
      if (digit === 0) zeroSeen = true
    } else if (c in unitOf) {
      const unit = unitOf[c] ?? 1
      section += (digit ?? 1) * unit
      digit = null
      lastUnit = unit
      zeroSeen = false
    } else if (c in sectionOf) {
      const unit = sectionOf[c] ?? 1
      const here = section + (digit ?? 0)
      if (unit === 1e8) total = (total + here) * unit
      else total += here * unit
      section = 0
      digit = null
      lastUnit = unit
      zeroSeen = false
    } else return null
  }
  if (digit !== null) section += lastUnit >= 100 && !zeroSeen ? digit * (lastUnit / 10) : digit
  return total + section
}
