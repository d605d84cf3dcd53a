import { type Anchor, type Anchors, resolveMoment, type YearWord } from './anchors.ts'
import { CN_DIGITS } from './numbers.ts'
import type { Span } from './sentences.ts'
import {
  type Found,
  type Groups,
  type Look,
  num,
  type Rule,
  relative,
  TIME_RULES,
  yearNumber,
} from './time-rules.ts'

export interface DateContext extends Anchors {
  /** the text stands where only a term can stand (a column 完成时限): a bare "12月" is the end of it */
  isTerm?: boolean
}

/** A time expression found in a text. `date` is null when it is no deadline but must not be read as a number. */
export interface Time extends Span {
  date: string | null
  inferred: boolean
  anchor: Anchor | null
  /** moved to the next year, because its month lies before the signature */
  moved: boolean
}

const MAY_BE_TIME = /[年月季日天周]|\d\.\d|国庆|五一|元旦|十[三四五六]五/
const LAST_YEAR = /(?:去年|上年|前年|往年)$/
/** "2023年及以前", "在2024年调查摸底的基础上", "自2024年起": where something comes from, not when it is due */
const ORIGIN_AFTER =
  /^(?:及以前|到期|届满|以来|起(?!至)|的基础|(?:已|新)?(?:排查|检查|清查|自查|查|发现|建成|投产|取得|形成|受理|登记)[^，。；]{0,4}(?:出|发现|过|到)?的(?!.{0,3}前))/
const PAST_SO_FAR = /^(?:已|，已|，全[县市省区]|，共|，累计|底，|底全|止，)/
const ABOUT = /(?:对|将|把|针对|凡|除)[^，。；]{0,4}$/
const ABOUT_AFTER = /^[^，。；]{1,20}的/

/**
 * Time expressions with the last day they allow. A year printed earlier in the same sentence holds for the months
 * after it. Dates before the notice's own year are past, hence no deadlines.
 */
export function findTimes(text: string, sentenceStarts: readonly number[], context: DateContext): Time[] {
  if (!MAY_BE_TIME.test(text)) return []
  const hits: { start: number; end: number; rule: Rule; groups: Groups }[] = []
  for (const rule of TIME_RULES) {
    if (typeof rule.needs === 'string' ? !text.includes(rule.needs) : !rule.needs.test(text)) continue
    for (const hit of text.matchAll(rule.re))
      if (hit[0] !== '')
        hits.push({ start: hit.index, end: hit.index + hit[0].length, rule, groups: hit.groups ?? {} })
  }
  hits.sort((a, b) => a.start - b.start || b.end - a.end)
  const out: Time[] = []
  let end = -1
  let carried: number | null = null
  let sentence = 0
  for (const { start, end: stop, rule, groups } of hits) {
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
    const word = yearOf(groups)
    const read = LAST_YEAR.test(look.before) ? 'none' : rule.read(groups, look)
    if (!read) continue
    if (typeof word === 'number' && (context.year === null || word >= context.year)) carried = word
    end = stop
    const found = read === 'none' || isOrigin(look) ? null : read
    if (typeof found?.year === 'number') carried = found.year
    const times = resolved({ start, end: stop }, found, word, carried, context)
    // 明年上半年…；下半年…
    if (word === 'next' && times[0]?.date) carried = Number(times[0].date.slice(0, 4))
    out.push(...times)
  }
  return out
}

const yearOf = (groups: Groups): YearWord => {
  const printed = groups.y ?? groups.y2
  if (printed) return yearNumber(printed)
  const said = groups.r ?? groups.r2
  return said ? relative(said) : null
}

const isOrigin = ({ before, after }: Look): boolean =>
  ORIGIN_AFTER.test(after) ||
  (/(?:自|从|截至|截止)$/.test(before) && PAST_SO_FAR.test(after)) ||
  (ABOUT.test(before) && ABOUT_AFTER.test(after))

/** One time for each moment; a single one without a date where there is no term. */
function resolved(
  span: Span,
  found: Found | null,
  word: YearWord,
  carried: number | null,
  context: DateContext,
): Time[] {
  const none = { ...span, date: null, inferred: false, anchor: null, moved: false }
  const dates = (found?.moments ?? []).flatMap((moment) => {
    const at = resolveMoment(moment, found?.year ?? word, carried, context)
    // of a plan for next year, what is due before that year begins is due all the same, unless it was over at the signature
    const past =
      at !== null &&
      context.year !== null &&
      Number(at.date.slice(0, 4)) < context.year &&
      (context.signed === null || at.date < context.signed)
    return at && !past
      ? [
          {
            ...span,
            date: at.date,
            inferred: found?.inferred === true || at.unsure === true,
            anchor: at.anchor,
            moved: at.moved === true,
          },
        ]
      : []
  })
  return dates.length > 0 ? dates : [none]
}

const FULL_DATE = new RegExp(
  `(20\\d{2}|二[〇○零][${CN_DIGITS}]{2})年(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(3[01]|[12]\\d|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日`,
)

/** The date a line consists of or ends with (signature, printing); null otherwise. */
export function dateLine(text: string): { date: string; before: string; after: string } | null {
  if (text.length > 80) return null
  const hit = FULL_DATE.exec(text)
  if (!hit) return null
  const nobody: Anchors = { year: null, yearFrom: 'signature', signed: null }
  const found = resolveMoment(
    { kind: 'day', month: num(hit[2]), day: num(hit[3]) },
    num(hit[1]),
    null,
    nobody,
  )
  if (!found) return null
  return { date: found.date, before: text.slice(0, hit.index), after: text.slice(hit.index + hit[0].length) }
}
