import { CN_NUMERAL, readNumber } from './numbers.ts'

/** Numbering styles of Chinese official documents (GB/T 9704 and what is met beside it). */
export type MarkerStyle =
  | 'chapter'
  | 'section'
  | 'article'
  | 'cn'
  | 'cn-paren'
  | 'decimal'
  | 'number'
  | 'number-paren'
  | 'circle'
  | 'letter'
  | 'shi'
  | 'ordinal'
  | 'sequence'
  | 'roman'
  | 'capital'
  | 'stem'
  | 'titled'

export interface Marker {
  style: MarkerStyle
  /** as printed: "（一）" */
  label: string
  /** characters the marker takes, with the mark after it */
  length: number
  ordinal: number
}

const N = `[${CN_NUMERAL}]{1,4}`
const NOT_GRADE = '(?![一二三四五六七八九十]*[、和至到]?[一二三四五六七八九十]+[级类等季线])'

const RULES: { style: MarkerStyle; re: RegExp }[] = [
  { style: 'chapter', re: new RegExp(`^第(${N}|\\d{1,3})[章编部]分?[：、，]?`) },
  { style: 'section', re: new RegExp(`^第(${N}|\\d{1,3})节[：、，]?`) },
  {
    style: 'article',
    re: new RegExp(`^第(${N}|\\d{1,3})条[：、，]?(?!规定|的|和|及|款|中|至|要求|所|第|》|。)`),
  },
  { style: 'cn-paren', re: new RegExp(`^（(${N})）[、.．。]?`) },
  { style: 'shi', re: new RegExp(`^(${N})是(?!否|指)`) },
  { style: 'ordinal', re: new RegExp(`^第(${N})[，、：]`) },
  { style: 'cn', re: new RegExp(`^(${N})[、.．]${NOT_GRADE}`) },
  {
    style: 'decimal',
    re: /^(\d{1,2}(?:\.\d{1,2}){1,3})(?![\d%])[.．、]?(?=[\u3400-\u9fff“《【])(?!月|日|年[底内度前，]|个|名|项|次|起|座|处|万|亿|米|吨|倍|个|公里|平方|千|级|元|家|人)/,
  },
  { style: 'number-paren', re: /^（(\d{1,3})）[、.．]?/ },
  { style: 'number-paren', re: /^(\d{1,3})）[、.．]?/ },
  { style: 'number', re: /^(\d{1,3})(?:[、．]|\.(?!\d)|\.(?=20\d{2}年|\d{1,2}月))/ },
  { style: 'circle', re: /^([①-⑳])[、.．]?/ },
  { style: 'letter', re: /^([A-Ha-h])[、.．](?=[\u3400-\u9fff“《])/ },
  { style: 'sequence', re: /^(首先|其次|再次|再者|最后)[，、：]/ },
  { style: 'ordinal', re: new RegExp(`^其(${N})[，、：]`) },
  { style: 'ordinal', re: new RegExp(`^第(${N})步[，、：]`) },
  { style: 'roman', re: /^([Ⅰ-Ⅻ])[、.．\s]?/ },
  { style: 'capital', re: /^([壹贰叁肆伍陆柒捌玖拾])[、.．]/ },
  { style: 'stem', re: /^（([甲乙丙丁戊己庚辛])）/ },
]

const CAPITALS = '壹贰叁肆伍陆柒捌玖拾'
const STEMS = '甲乙丙丁戊己庚辛'
const SEQUENCE = ['首先', '其次', '再次', '最后']
const POSSIBLE = new RegExp(`^[第（${CN_NUMERAL}\\d①-⑳A-Ha-h首其再最Ⅰ-Ⅻ壹贰叁肆伍陆柒捌玖拾]`)

/** The numbering mark a text begins with, or null. */
export function readMarker(text: string): Marker | null {
  if (!POSSIBLE.test(text)) return null
  const head = text.slice(0, 24)
  for (const { style, re } of RULES) {
    const hit = re.exec(head)
    if (!hit) continue
    const label = hit[0].replace(/[，：]$/, '')
    return { style, label, length: hit[0].length, ordinal: ordinalOf(style, hit[1] ?? '') }
  }
  return null
}

function ordinalOf(style: MarkerStyle, mark: string): number {
  if (style === 'roman') return mark.charCodeAt(0) - 0x2160 + 1
  if (style === 'capital') return CAPITALS.indexOf(mark) + 1
  if (style === 'stem') return STEMS.indexOf(mark) + 1
  if (style === 'circle') return mark.charCodeAt(0) - 0x2460 + 1
  if (style === 'letter') return mark.toLowerCase().charCodeAt(0) - 96
  if (style === 'sequence') return mark === '再者' ? 3 : SEQUENCE.indexOf(mark) + 1
  if (style === 'decimal') return Number(mark.split('.').pop())
  return readNumber(mark) ?? 0
}

export const startsWithMarker = (text: string): boolean => readMarker(text) !== null

/** Marks that also stand inside a paragraph, behind a full stop, a semicolon or a colon. */
const INLINE: ReadonlySet<MarkerStyle> = new Set([
  'shi',
  'ordinal',
  'sequence',
  'circle',
  'number-paren',
  'number',
])

export interface InlineMarker extends Marker {
  /** position in the paragraph */
  start: number
}

/**
 * Marks inside a paragraph ("…。一是…；二是…"), only where a series of at least two begins with its first member:
 * a lone "一是" or "(2)" is text.
 */
export function inlineMarkers(text: string): InlineMarker[] {
  const found: InlineMarker[] = []
  for (const hit of text.matchAll(/(?:^|[。；：，])(?=[第（一二三四五六七八九十\d①-⑳首其再最])/g)) {
    const start = hit.index + hit[0].length
    const marker = readMarker(text.slice(start, start + 24))
    if (!marker || !INLINE.has(marker.style)) continue
    // a comma is weak: only marks that are nothing else may follow it
    if (hit[0] === '，' && marker.style !== 'shi' && marker.style !== 'circle') continue
    found.push({ ...marker, start })
  }
  const series = new Map<MarkerStyle, InlineMarker[]>()
  for (const m of found) series.set(m.style, [...(series.get(m.style) ?? []).slice(0, 1), m])
  return found.filter((m) => {
    const [first, second] = series.get(m.style) ?? []
    return second !== undefined && first?.ordinal === 1
  })
}
