import { findTimes } from './dates.ts'
import { enclosures, readSentences } from './sentences.ts'
import { subjectOf } from './units.ts'

const LONGEST = 32
/** any year: here only the places of the terms matter */
const ANY_YEAR = { year: 1000, yearFrom: 'title', signed: null } as const
const LEAD =
  /^(?:[①-⑳，、；]|要|应当?|须|必须|需要?|将|并于?|于|在(?=，|完成|建)|同时|其中|进一步|认真|切实|力争|争取|确保)+/
const PURPOSE =
  /^(?:按照?|根据|依据|依托|结合|围绕|聚焦|为(?!每)|针对|通过|以(?!案)|坚持|在.*基础上|对照|对标|参照|比照|对.*(?:企业|矿山|煤矿|单位|项目|场所|人员|行为|街道|乡镇|问题|隐患)$|深入分析|紧紧|现将|[自从].*起$)/
/** clauses that only go on with the one before */
const WEAK = /^(?:清单|并|且|使|从而|逐一|形成|其中)/

/**
 * A short name for a duty: the clause that carries its term, else its first clause that says what to do, without
 * date, subject and modal verb.
 * @param terms where its deadlines stand, if known
 */
export function titleOf(text: string, terms?: readonly Stretch[]): string {
  const times = terms ?? findTimes(text, [], ANY_YEAR).filter((t) => t.date !== null)
  // "6月底前，编成台账": the term may be a clause of its own
  const dates = (clause: Stretch, before: Stretch | undefined) =>
    times.some((t) => inside(t, clause) || (before && inside(t, before) && before.end - t.end <= 1))
  const spans = readSentences(text, enclosures(text)).flatMap((sentence) => sentence.clauses)
  const clauses = spans
    .map((clause, n) => ({ words: bare(text, clause, times), dated: dates(clause, spans[n - 1]) }))
    .filter((c) => c.words.length >= 4 && c.words.length <= 200)
  const says = clauses.filter(
    (c) => !PURPOSE.test(c.words) && !WEAK.test(c.words) && !/(?<!目)的$/.test(c.words),
  )
  const main = (says.find((c) => c.dated) ?? says[0] ?? clauses[0])?.words ?? text.slice(0, LONGEST)
  return main.length > LONGEST ? `${main.slice(0, LONGEST - 1)}…` : main
}

interface Stretch {
  start: number
  end: number
}

const inside = (t: Stretch, clause: Stretch): boolean => t.start >= clause.start && t.start < clause.end

function bare(text: string, clause: Stretch, times: readonly Stretch[]): string {
  let words = ''
  let from = clause.start
  for (const t of times.filter((t) => inside(t, clause))) {
    words += text.slice(from, t.start).replace(/[在于到至]$/, '')
    from = t.end
  }
  words = (words + text.slice(from, clause.end)).replace(/[，。；：！？]+$/, '').replace(LEAD, '')
  const subject = subjectOf(words)
  if (subject && words.startsWith(subject)) words = words.slice(subject.length).replace(LEAD, '')
  return words
}
