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

/** A whole or broken number as printed: 1,200, 3.5, 1.2万, 二百五十, 三点五. */
export const NUMBER = `(?:\\d[\\d,]*(?:\\.\\d+)?|[${CN_NUMERAL}]{1,6}(?:点[${CN_DIGITS}]{1,3})?)(?:万|亿)?`

/** A share in words: 百分之九十五, 千分之二, 四分之三, 八成五, 一半, 百分百. */
export const SHARE = `百分之(?:[${CN_NUMERAL}]{1,4}(?:点[${CN_DIGITS}]{1,3})?|\\d{1,3}(?:\\.\\d+)?)|千分之(?:[${CN_NUMERAL}]{1,4}|\\d{1,3})|百分百|[${CN_NUMERAL}]{1,3}分之[${CN_NUMERAL}]{1,3}|(?:[${CN_DIGITS}]|\\d(?:\\.\\d)?)成(?:[${CN_DIGITS}半](?![家个名项次])|\\d)?|一半`

/** A share in words as a percentage, to two decimals; null when it is none. */
export function readShare(printed: string): number | null {
  const two = (value: number) => Math.round(value * 100) / 100
  if (printed === '百分百') return 100
  if (printed === '一半') return 50
  const tenths = /^(.+?)成(.?)$/.exec(printed)
  if (tenths) {
    const more = tenths[2] === '' ? 0 : readNumber(tenths[2] ?? '')
    const whole = readNumber(tenths[1] ?? '')
    if (whole === null || more === null) return null
    return two(whole * 10 + (tenths[2] === '半' ? 5 : more))
  }
  const [of, part] = printed.split('分之')
  const [below, above] = [readNumber(of ?? ''), readNumber(part ?? '')]
  return below === null || above === null || below === 0 ? null : two((above / below) * 100)
}

/**
 * Reads "12", "1,200", "3.5", "2万", "十二", "二百五十", "三点五", "二〇二六" and "半" (0.5); null when it is no number.
 */
export function readNumber(printed: string): number | null {
  const text = printed.replace(/[,，]/g, '')
  if (text === '半') return 0.5
  const arabic = /^(\d+(?:\.\d+)?)([万亿])?$/.exec(text)
  if (arabic) return Number(arabic[1]) * myriads(arabic[2])
  const chinese = CHINESE.exec(text)
  if (!chinese) return null
  const value = chineseInteger(chinese[1] ?? '')
  const broken = [...(chinese[2] ?? '')].reduce((sum, c, n) => sum + (DIGITS[c] ?? 0) / 10 ** (n + 1), 0)
  return value === null ? null : (value + broken) * myriads(chinese[3])
}

const CHINESE = new RegExp(`^([${CN_NUMERAL}]+)(?:点([${CN_DIGITS}]{1,3}))?([万亿])?$`)

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
