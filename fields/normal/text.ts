/**
 * Text as people type it into ledgers: full-width digits, invisible characters, line breaks inside cells.
 * Pure; never throws.
 */

/** Invisible characters that carry no meaning: zero-width, soft hyphen, word joiner, bidi marks and isolates, BOM. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\p{Variation_Selector}/gu
/** Control characters except tab and line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const control = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g
/** Every blank that is not a line break: NBSP, en/em/thin spaces, ideographic space, tab. */
const blank = /[\t\v\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g
const lineBreak = /\r\n?|\u0085|\u2028|\u2029/g
/** Radicals and compatibility forms that PDF copies leave behind (⼯ for 工). */
const compatibility = /[\u2e80-\u2fdf\uf900-\ufaff]/g
const han = '\\p{Script=Han}，。、；：！？（）《》〈〉【】〔〕“”‘’'
const breakBetweenHan = new RegExp(`(?<=[${han}])\\n(?=[${han}])`, 'gu')
const spaceBetweenHan = /(?<=\p{Script=Han}) +(?=\p{Script=Han})/gu

const wide = /[\uff01-\uff5e\u3000]/

/**
 * All full-width forms to half-width (ＡＢＣ１２３（）：→ ABC123():), ideographic space to space.
 * For codes, numbers, dates, headings; not for prose, where Chinese punctuation is right as it is.
 */
export function halfWidth(text: string): string {
  if (!wide.test(text)) return text
  return text.replace(/[\uff01-\uff5e\u3000]/g, (c) =>
    c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  )
}

/**
 * Only what belongs to Latin words and numbers: digits, letters and the signs used inside them.
 * （），：；！？ stay: a registered name is 某某（集团）有限公司 with full-width brackets.
 */
export function halfWidthWords(text: string): string {
  return text.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a＃％＆＋－．／＝＠＿]/g, (c) =>
    String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  )
}

/** Text that `visible` would leave as it is: by far the most cells of a ledger. */
const ordinary = /^[\x20-\x7e\u3001\u3002\u4e00-\u9fff\uff01-\uff5e]*$/

/** Text that is one word as it is to be stored: no blank, no line break, nothing wide but brackets and 、。 */
const tidy = /^[!-~\u3001\u3002\u4e00-\u9fff（）]*$/

/** Drop what cannot be seen, unify blanks to a space and line breaks to \n. Widths stay. */
export function visible(text: string): string {
  if (ordinary.test(text)) return text
  return text
    .replace(invisible, '')
    .replace(lineBreak, '\n')
    .replace(control, '')
    .replace(blank, ' ')
    .replace(compatibility, (c) => c.normalize('NFKC'))
}

/**
 * One line of text for storing: no invisible characters, half-width words, trimmed, blanks collapsed.
 * A line break between Chinese characters vanishes (it was only the cell's width), elsewhere it is a space.
 */
export function cleanText(text: string): string {
  if (tidy.test(text)) return text
  return (
    halfWidthWords(visible(text))
      // first the blanks, so that long runs of them are gone through once
      .replace(/ {2,}/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(breakBetweenHan, '')
      .replace(/[ \n]+/g, ' ')
      .trim()
  )
}

/** Text of several lines: each line trimmed, empty lines at both ends dropped, at most one blank line inside. */
export function cleanLines(text: string): string {
  return halfWidthWords(visible(text))
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')
}

/** A person's or unit's name: 张　三 padded for alignment becomes 张三. Blanks between Latin words stay. */
export function cleanName(text: string): string {
  return cleanText(text).replace(spaceBetweenHan, '')
}

/** Half-width, upper-case, without any blank and without the apostrophe by which Excel keeps text: for codes. */
export function cleanCode(text: string): string {
  return halfWidth(visible(text))
    .replace(/[ \n]/g, '')
    .replace(/^['‘’`"“”]+|['‘’`"“”]+$/g, '')
    .toUpperCase()
}

/** For comparing only: half-width, lower-case, letters, digits and Chinese characters alone. */
export function matchKey(text: string): string {
  return halfWidth(visible(text))
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Signs by which people say “nothing here”: blank, dashes, slashes, N/A. (无 is an answer, not a blank.) */
export function isBlank(text: string): boolean {
  const t = halfWidth(visible(text)).replace(/[ \n]/g, '')
  return t === '' || /^(?:[-—–―─_/\\.·*~～]+|n\/?a|null|nil|空|空白|\(空\)|\(空白\))$/i.test(t)
}

/** The raw cell as text: numbers without exponent or rounding noise, booleans as 是/否, null as ''. */
export function textOf(raw: unknown): string {
  if (raw === null || raw === undefined) return ''
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number') return numberText(raw)
  if (typeof raw === 'boolean') return raw ? '是' : '否'
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? '' : raw.toISOString().slice(0, 10)
  return String(raw)
}

/** 0.1+0.2 → 0.3, 13800000000 → 13800000000, 9.1e17 → all its digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return ''
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value)
  return String(Number(value.toPrecision(15)))
}
