import type { Anchors } from './anchors.ts'
import { findTimes, type Time } from './dates.ts'
import { findRecurrences, isNobodys, type Recurrence } from './frequencies.ts'
import { baselineSpans, type MoodContext, type Mooded, readMoods } from './mood.ts'
import { type Amount, findAmounts } from './quantities.ts'
import {
  BRACKETED,
  conditionSpans,
  enclosures,
  readSentences,
  type Sentence,
  type Span,
  spanFinder,
} from './sentences.ts'

/** Everything that was read out of one paragraph; positions are those of the paragraph. */
export interface Facts {
  text: string
  mask: Uint8Array
  sentences: Sentence[]
  clauses: Span[]
  /** where a rule's condition stands */
  conditions: Span[]
  /** what each clause is: only duties have terms, rhythms and targets */
  moods: Mooded[]
  /** deadlines only */
  times: (Time & { date: string })[]
  recurrences: Recurrence[]
  amounts: Amount[]
}

/** What the words around a text say about it. */
export interface ReadContext extends Anchors, MoodContext {
  /** the text stands where only a term can stand: a bare "12月" is a deadline */
  isTerm?: boolean
  /** read it as a duty whatever it looks like: what it would say if somebody took it in */
  asDuty?: boolean
}

export function readFacts(text: string, context: ReadContext): Facts {
  const mask = enclosures(text)
  const sentences = readSentences(text, mask)
  const conditions = conditionSpans(text, sentences)
  const conditional = spanFinder(conditions)
  const moods = context.asDuty ? [] : readMoods(text, sentences, context)
  const told = spanFinder(moods.filter((m) => m.mood !== 'duty'))
  const baseline = spanFinder(baselineSpans(text))
  const open = (at: number) => (mask[at]! & ~BRACKETED) === 0
  // a year holds up to the full stop
  const starts = sentences.flatMap((s, n) => (n === 0 || sentences[n - 1]?.ender !== '；' ? [s.start] : []))
  // "3年内发生过事故的": inside a condition a span of years is a threshold, not a term
  const threshold = (t: Span) => conditional(t.start) && /年(?:之)?内$/.test(text.slice(t.start, t.end))
  const times = findTimes(text, starts, context).filter(
    (t) => (open(t.start) || open(t.end - 1)) && !threshold(t),
  )
  const inTime = spanFinder(times.filter((t, n) => times[n - 1]?.start !== t.start))
  const printed = findRecurrences(text)
  const nobodys = printed.filter((r) => isNobodys(text, r))
  const recurrences = printed.filter(
    (r) => open(r.start) && !nobodys.includes(r) && !conditional(r.start) && !baseline(r.start),
  )
  const inRecurrence = spanFinder([...recurrences, ...nobodys])
  const rhythmic = recurrences.length > 0
  // "企业可以在收到通知后10日内申请": in rules that is any notice, not this paper
  const received = (t: Span) => context.paper === 'rules' && /收到|接到/.test(text.slice(t.start, t.end))
  const due = times.filter(
    (t): t is Time & { date: string } =>
      t.date !== null &&
      !received(t) &&
      !conditional(t.start) &&
      !told(t.start) &&
      !inRecurrence(t.start) &&
      // 每月…于次月5日前: the day of every month
      !(rhythmic && /^[次下当]月/.test(text.slice(t.start, t.end))),
  )
  const amounts = findAmounts(text, {
    mask,
    conditional,
    taken: (at) => inTime(at) || inRecurrence(at),
  }).filter((a) => !baseline(a.end - 1) && (a.role === 'condition' || !told(a.start)))
  return {
    text,
    mask,
    sentences,
    clauses: sentences.flatMap((s) => s.clauses),
    conditions,
    moods,
    times: due,
    recurrences: recurrences.filter((r) => !told(r.start)),
    amounts,
  }
}

/** The members of a sorted list that begin inside [start, end). */
export function within<T extends Span>(list: readonly T[], start: number, end: number): T[] {
  let low = 0
  let high = list.length
  while (low < high) {
    const mid = (low + high) >> 1
    if (list[mid]!.start < start) low = mid + 1
    else high = mid
  }
  const out: T[] = []
  for (let i = low; i < list.length && list[i]!.start < end; i++) out.push(list[i]!)
  return out
}
