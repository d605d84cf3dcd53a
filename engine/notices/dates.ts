import { endOfMonth } from '../core/clock.ts'
import { CN_DIGITS, readNumber } from './numbers.ts'
import type { Span } from './sentences.ts'

export interface DateContext {
  /** the year the notice plans for; null when nothing in it says */
  year: number | null
  /** the text stands where only a term can stand (a column 完成时限): a bare "12月" is the end of it */
  isTerm?: boolean
}

/** A time expression found in a text. `date` is null when it is no deadline but must not be read as a number. */
export interface Time extends Span {
  date: string | null
  inferred: boolean
}

const YEAR = `(?:(20\\d{2}|二[〇○零][${CN_DIGITS}]{2})年|(今年|本年(?!度)|明年|当年))?`
const MONTH = '(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?'
const DAY = '(3[01]|[12]\\d|0?[1-9])[日号]'
const BEFORE = '(?:之前|以前|前|止)'
const DONE = '(?:要|力争|计划|将|确保|务必|全部|基本|全面|各|均)*(?:完成|实现|建成|达到|达|取得|形成|建立)'

interface Rule {
  re: RegExp
  /** a text without this character cannot match */
  needs: string
  /** null: not a time expression at all, to be read by others */
  resolve: (hit: RegExpExecArray, year: number, look: Look) => Found | null
}
interface Found {
  date: string | null
  inferred?: boolean
}
interface Look {
  isTerm: boolean
  before: string
  after: string
}

const pad = (n: number): string => String(n).padStart(2, '0')
const day = (y: number, m: number, d: number): string | null => {
  const last = Number(endOfMonth(y, m).slice(8))
  return d < 1 || d > last ? null : `${y}-${pad(m)}-${pad(d)}`
}
const num = (printed: string | undefined): number => readNumber(printed ?? '') ?? 0
const none: Found = { date: null }
const DONE_NEXT = new RegExp(`^，?${DONE}`)
const COMMA_OR_DONE = new RegExp(`^，|^${DONE}`)
/** "上半年，…", "上半年所有矿山…": the term stands alone at the start of a clause */
const CLAUSE_START = /(?:^|[，。；：、])$/
const NOT_A_TERM = /^(?:的|工作|以来|已|共|累计|全县|各|情况|经济|生产)/
const COUNTED_NEXT = /^(?:至少|不少于|不得少于|不低于|不超过|不得超过|最多|累计)?[^，。；]{0,6}\d+次/

const HALVES: Record<string, number> = { 上半年: 6, 下半年: 12 }
const QUARTER_END = /(?:前)?([一二两三四1-4])(?:个)?季度/

/** Every rule's groups 1 and 2 are the year; those with a month have it in 3. */
const RULES: Rule[] = [
  // 2024年3月至2026年12月, 3月1日至3月31日: the last day counts
  {
    re: new RegExp(
      `${YEAR}${MONTH}(?:${DAY})?(?:起)?(?:至|到|—+|-|~)(?:(20\\d{2})年)?${MONTH}(?:${DAY}|底|末)?(?:${BEFORE})?`,
      'g',
    ),
    needs: '月',
    resolve: (hit, year) => {
      const y = hit[5] ? num(hit[5]) : year
      return { date: hit[7] ? day(y, num(hit[6]), num(hit[7])) : endOfMonth(y, num(hit[6])) }
    },
  },
  {
    re: new RegExp(`${YEAR}${MONTH}${DAY}(?:24时|零时)?(${BEFORE}|内)?`, 'g'),
    needs: '月',
    resolve: (hit, year, look) =>
      hit[5] || look.isTerm || /(?:截至|截止到?|至|不晚于|不迟于)$/.test(look.before)
        ? { date: day(year, num(hit[3]), num(hit[4])) }
        : none,
  },
  {
    re: new RegExp(`${YEAR}${MONTH}(?:月)?[底末](?:${BEFORE})?`, 'g'),
    needs: '月',
    resolve: (hit, year) => ({ date: endOfMonth(year, num(hit[3])) }),
  },
  {
    re: new RegExp(`${YEAR}${MONTH}(上旬|中旬|下旬)(${BEFORE})?`, 'g'),
    needs: '月',
    resolve: (hit, year, look) => {
      if (!hit[5] && !DONE_NEXT.test(look.after)) return none
      const m = num(hit[3])
      return {
        date:
          hit[4] === '下旬' ? endOfMonth(year, m) : `${year}-${pad(m)}-${hit[4] === '上旬' ? '10' : '20'}`,
      }
    },
  },
  // "6月前" is before June begins
  {
    re: new RegExp(`${YEAR}${MONTH}${BEFORE}`, 'g'),
    needs: '月',
    resolve: (hit, year) => {
      const m = num(hit[3])
      return { date: m === 1 ? `${year - 1}-12-31` : endOfMonth(year, m - 1), inferred: true }
    },
  },
  {
    re: new RegExp(`${YEAR}${MONTH}(内)?`, 'g'),
    needs: '月',
    resolve: (hit, year, look) =>
      hit[4] || look.isTerm || DONE_NEXT.test(look.after)
        ? { date: endOfMonth(year, num(hit[3])), inferred: !look.isTerm }
        : none,
  },
  {
    re: new RegExp(`${YEAR}(?:年[底末]|(?<=年)[底末]|岁末)(${BEFORE})?`, 'g'),
    needs: '年',
    resolve: (hit, year, look) =>
      hit[3] || look.isTerm || /[到至于]$/.test(look.before) || COMMA_OR_DONE.test(look.after)
        ? { date: `${year}-12-31` }
        : none,
  },
  {
    re: new RegExp(
      `${YEAR}(上半年|下半年|前[一二两三四1-4]个?季度|第?[一二三四1-4]季度)([底末])?(${BEFORE}|内)?`,
      'g',
    ),
    needs: '',
    resolve: (hit, year, look) => {
      const printedEnd = hit[4] || hit[5] || /^前/.test(hit[3] ?? '')
      if (/[每按]$/.test(look.before)) return none
      const alone = CLAUSE_START.test(look.before) && !NOT_A_TERM.test(look.after)
      if (!printedEnd && !look.isTerm && !alone && !DONE_NEXT.test(look.after)) return none
      const quarter = QUARTER_END.exec(hit[3] ?? '')
      return { date: endOfMonth(year, quarter ? num(quarter[1]) * 3 : (HALVES[hit[3] ?? ''] ?? 12)) }
    },
  },
  {
    re: new RegExp(`${YEAR}(?:年内|(?<=20\\d{2}年)(?:度)?内|本年度内|(?<=[今本当]年)(?:度)?内)`, 'g'),
    needs: '年',
    resolve: (_hit, year, look) =>
      /[半每近一二两三四五\d]$/.test(look.before) || COUNTED_NEXT.test(look.after)
        ? null
        : { date: `${year}-12-31` },
  },
  // 三年内: the plan's own year is the first
  {
    re: /()()(?<![近前每续—\-~至\d])([二两三四五2-5])年(?:之)?内/g,
    needs: '年',
    resolve: (hit, year, look) =>
      /(?:最近|过去|连续|曾|查清|每)$/.test(look.before) ||
      /^(?:未|没有|无|曾|发生|已|累计|的|有|各类)/.test(look.after)
        ? null
        : { date: `${year + num(hit[3]) - 1}-12-31`, inferred: true },
  },
  {
    re: new RegExp(`${YEAR}(国庆|五一|元旦)(?:节|假期|劳动节)?(?:之)?前`, 'g'),
    needs: '前',
    resolve: (hit, year) => ({
      date: `${year}-${hit[3] === '国庆' ? '09-30' : hit[3] === '五一' ? '04-30' : '12-31'}`,
    }),
  },
  // 2024年至2026年 is how long a plan runs
  { re: /()()20\d{2}年?(?:至|到|—+|-|~)20\d{2}年(?!\d|底|末|年)/g, needs: '年', resolve: () => none },
  // a bare year: only where it plainly is the term of a result or of a yearly list
  {
    re: /(20\d{2})年(?:度)?()/g,
    needs: '年',
    resolve: (_hit, year, look) => {
      const term = look.isTerm || DONE_NEXT.test(look.after) || /(?:到|至)$/.test(look.before)
      const list =
        /(?:制定|编制|下达)[^，。；]{0,20}$/.test(look.before) &&
        /^[^，。；]{0,14}(?:清单|计划|方案|要点)/.test(look.after)
      return term || list ? { date: `${year}-12-31`, inferred: true } : none
    },
  },
]

const MAY_BE_TIME = /[年月季]|国庆|五一|元旦/
const LAST_YEAR = /去年|上年/

/**
 * Time expressions with the last day they allow. A year printed earlier in the same sentence holds for the months
 * after it. Dates before the notice's own year are past, hence no deadlines.
 */
export function findTimes(text: string, sentenceStarts: readonly number[], context: DateContext): Time[] {
  if (!MAY_BE_TIME.test(text)) return []
  const hits: { start: number; end: number; rule: Rule; hit: RegExpExecArray }[] = []
  for (const rule of RULES) {
    if (!text.includes(rule.needs)) continue
    for (const hit of text.matchAll(rule.re)) {
      if (hit[0] !== '') hits.push({ start: hit.index, end: hit.index + hit[0].length, rule, hit })
    }
  }
  hits.sort((a, b) => a.start - b.start || b.end - a.end)
  const out: Time[] = []
  let end = -1
  let carried: number | null = null
  let sentence = 0
  for (const { start, end: stop, rule, hit } of hits) {
    if (start < end) continue
    while (sentence < sentenceStarts.length && sentenceStarts[sentence]! <= start) {
      carried = null
      sentence++
    }
    const look = {
      isTerm: context.isTerm === true,
      before: text.slice(Math.max(0, start - 24), start),
      after: text.slice(stop, stop + 24),
    }
    const printedYear = hit[1] ? num(hit[1]) : hit[2] === '明年' && context.year ? context.year + 1 : null
    if (printedYear && (context.year === null || printedYear >= context.year)) carried = printedYear
    const year = printedYear ?? carried ?? context.year
    const found = year === null || LAST_YEAR.test(look.before) ? none : rule.resolve(hit, year, look)
    if (!found) continue
    const past = found.date !== null && context.year !== null && Number(found.date.slice(0, 4)) < context.year
    // "2023年及以前", "在2024年调查摸底的基础上", "自2024年起": where something comes from, not when it is due
    const origin =
      /^(?:及以前|以来|起|的基础)/.test(look.after) ||
      (/(?:自|从|截至)$/.test(look.before) && /^(?:已|，已|，全|，共)/.test(look.after))
    const date = past || origin ? null : found.date
    out.push({
      start,
      end: stop,
      date,
      inferred: date !== null && found.inferred === true,
    })
    end = stop
  }
  return out
}

const FULL_DATE = new RegExp(
  `(20\\d{2}|二[〇○零][${CN_DIGITS}]{2})年(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(3[01]|[12]\\d|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日`,
)

/** The date a line consists of or ends with (signature, printing); null otherwise. */
export function dateLine(text: string): { date: string; before: string; after: string } | null {
  if (text.length > 80) return null
  const hit = FULL_DATE.exec(text)
  if (!hit) return null
  const date = day(num(hit[1]), num(hit[2]), num(hit[3]))
  if (!date) return null
  return { date, before: text.slice(0, hit.index), after: text.slice(hit.index + hit[0].length) }
}
