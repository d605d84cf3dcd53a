const DIGITS: Record<string, number> = {
  零: 0,
  〇: 0,
  '○': 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
}
const PLACES: Record<string, number> = { 十: 10, 百: 100, 千: 1000 }

/** Characters of Chinese numerals, for use inside a regular expression's class. */
export const CN_DIGITS = '〇○零一二两三四五六七八九'
export const CN_NUMERAL = `${CN_DIGITS}十百千`

/**
 * Reads "12", "1,200", "3.5", "2万", "十二", "二百五十", "二〇二六" and "半" (0.5); null when it is no number.
 */
export function readNumber(printed: string): number | null {
  const text = printed.replace(/[,，]/g, '')
  if (text === '半') return 0.5
  const arabic = /^(\d+(?:\.\d+)?)([万亿])?$/.exec(text)
  if (arabic) return Number(arabic[1]) * myriads(arabic[2])
  const chinese = new RegExp(`^([${CN_NUMERAL}]+)([万亿])?$`).exec(text)
  if (!chinese) return null
  const value = chineseInteger(chinese[1] ?? '')
  return value === null ? null : value * myriads(chinese[2])
}

const myriads = (mark: string | undefined): number => (mark === '亿' ? 1e8 : mark === '万' ? 1e4 : 1)

function chineseInteger(text: string): number | null {
  if (text.length > 9) return null
  // 二〇二六: digits one after the other, as years are written
  if (text.length > 1 && [...text].every((c) => c in DIGITS)) {
    return Number([...text].map((c) => DIGITS[c]).join(''))
  }
  let sum = 0
  let digit: number | null = null
  for (const c of text) {
    const place = PLACES[c]
    if (place === undefined) {
      digit = DIGITS[c] ?? null
      continue
    }
    if (digit === null && place !== 10 && text.length > 1) return null
    sum += (digit ?? 1) * place
    digit = null
  }
  return sum + (digit ?? 0)
}
