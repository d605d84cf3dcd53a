/** Automatic numbers of word processors, as they are printed: `w:numFmt` of ECMA-376, 17.18.59. */

const DIGITS = '〇一二三四五六七八九'
const ZERO = '零'
const UNITS = ['', '十', '百', '千']

/** 1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五; up to 9999. */
export function chineseCount(n: number): string {
  if (n === 0) return ZERO
  let out = ''
  let gap = false
  for (let power = 3; power >= 0; power--) {
    const digit = Math.floor(n / 10 ** power) % 10
    if (digit === 0) {
      gap ||= out !== ''
      continue
    }
    if (gap) out += ZERO
    gap = false
    out += (digit === 1 && power === 1 && out === '' ? '' : DIGITS[digit]) + (UNITS[power] ?? '')
  }
  return out
}

/** 10 → 一〇: one digit beside the other. */
const chineseDigits = (n: number): string => [...String(n)].map((d) => DIGITS[Number(d)]).join('')

const LEGAL = '零壹贰叁肆伍陆柒捌玖'
const legal = (n: number): string =>
  [...(n === 10 ? '一十' : n > 10 && n < 20 ? `一${chineseCount(n)}` : chineseCount(n))]
    .map((c) => ({ 十: '拾', 百: '佰', 千: '仟', 零: '零' })[c] ?? LEGAL[DIGITS.indexOf(c)] ?? c)
    .join('')

function roman(n: number): string {
  let out = ''
  let rest = n
  for (const [value, sign] of [
    [1000, 'm'],
    [900, 'cm'],
    [500, 'd'],
    [400, 'cd'],
    [100, 'c'],
    [90, 'xc'],
    [50, 'l'],
    [40, 'xl'],
    [10, 'x'],
    [9, 'ix'],
    [5, 'v'],
    [4, 'iv'],
    [1, 'i'],
  ] as const)
    while (rest >= value) {
      out += sign
      rest -= value
    }
  return out
}

/** 27 → aa, as word processors count on. */
const letter = (n: number): string => String.fromCharCode(97 + ((n - 1) % 26)).repeat(Math.ceil(n / 26))

/** Signs that stand one behind the other in Unicode; beyond the last the plain number. */
const signs = (first: number, most: number) => (n: number) =>
  n >= 1 && n <= most ? String.fromCodePoint(first + n - 1) : String(n)
const circled = (n: number): string =>
  n <= 20
    ? signs(0x2460, 20)(n)
    : n <= 35
      ? String.fromCodePoint(0x3251 + n - 21)
      : n <= 50
        ? String.fromCodePoint(0x32b1 + n - 36)
        : String(n)
const oneOf = (all: string) => (n: number) => all[n - 1] ?? String(n)
const fullWidth = (n: number): string =>
  String(n).replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0))

const counted = chineseCount
const FORMATS: Record<string, (n: number) => string> = {
  chineseCounting: counted,
  chineseCountingThousand: counted,
  japaneseCounting: counted,
  taiwaneseCounting: counted,
  taiwaneseCountingThousand: counted,
  koreanCounting: counted,
  ideographDigital: chineseDigits,
  taiwaneseDigital: chineseDigits,
  japaneseDigitalTenThousand: chineseDigits,
  koreanDigital2: chineseDigits,
  chineseLegalSimplified: legal,
  ideographLegalTraditional: legal,
  japaneseLegal: legal,
  ideographTraditional: oneOf('甲乙丙丁戊己庚辛壬癸'),
  ideographZodiac: oneOf('子丑寅卯辰巳午未申酉戌亥'),
  ideographEnclosedCircle: signs(0x3280, 10),
  decimalZero: (n) => String(n).padStart(2, '0'),
  decimalFullWidth: fullWidth,
  decimalFullWidth2: fullWidth,
  decimalEnclosedCircle: circled,
  decimalEnclosedCircleChinese: circled,
  decimalEnclosedParen: signs(0x2474, 20),
  decimalEnclosedFullstop: signs(0x2488, 20),
  numberInDash: (n) => `-${n}-`,
  upperLetter: (n) => letter(n).toUpperCase(),
  lowerLetter: letter,
  upperRoman: (n) => roman(n).toUpperCase(),
  lowerRoman: roman,
  none: () => '',
}

/** The number as its format prints it; unknown formats print digits. */
export const printedNumber = (n: number, format: string): string =>
  n >= 0 && n < 10_000
    ? n === 0 && /etter|oman/.test(format)
      ? '0'
      : (FORMATS[format] ?? String)(n)
    : String(n)
