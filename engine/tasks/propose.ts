import type { IndicatorDef, Period } from '../core/definition.ts'
import { periodOfIso } from '../core/period.ts'
import type { Comparator, NoticeItem, Quantity } from '../notices/model.ts'

export type ParsedItem = Pick<
  NoticeItem,
  'title' | 'path' | 'text' | 'deadlines' | 'frequencies' | 'targets' | 'units' | 'enterprises'
>

/** How an item of a notice might become a task; an officer confirms or changes every part. */
export interface Proposal {
  /** name of the indicator that seems to answer it; absent: evidence */
  indicator?: string
  /** phrases that led to it, for the officer to judge */
  because: string[]
  /** the next likeliest indicators */
  alternatives: string[]
  target: number | [number, number]
  comparator: Comparator
  unit: string
  due?: string
  every?: Period
  /** printed names of responsible units */
  units: string[]
  /** printed names of single enterprises */
  names: string[]
}

const plain = (text: string): string => text.replace(/[\s“”"‘’《》（）()、，,。；;：:]/g, '')

/** Words put between the halves of a phrase: 重大事故隐患〔必须〕清零. */
const MOST_BETWEEN = 4

/** How much a phrase says about a text: its length where it is printed, less where words stand in between. */
function weight(hint: string, text: string): number {
  if (text.includes(hint)) return hint.length
  for (let cut = 2; cut <= hint.length - 2; cut++) {
    const tail = hint.slice(cut)
    for (let at = text.indexOf(hint.slice(0, cut)); at >= 0; at = text.indexOf(hint.slice(0, cut), at + 1))
      if (text.slice(at + cut, at + hint.length + MOST_BETWEEN).includes(tail)) return hint.length * 0.75
  }
  return 0
}

interface Scored {
  def: IndicatorDef
  score: number
  because: string[]
}

/** A heading says what a chapter is about, its sentences what is to be done. */
const HEADING = 0.3

/** Longer phrases say more, quoted ones are what the sentence is about; the same unit and rhythm make it likelier. */
function score(
  def: IndicatorDef,
  words: { own: string; heading: string; quotes: string[] },
  item: ParsedItem,
): Scored {
  const found = (def.hints ?? []).flatMap((hint) => {
    const phrase = plain(hint)
    const own = weight(phrase, words.own)
    const quoted = own > 0 && words.quotes.some((q) => q.includes(phrase))
    const says = own || weight(phrase, words.heading) * HEADING
    return says > 0 ? [{ hint, says, quoted }] : []
  })
  const because = found.map((h) => h.hint)
  if (found.length === 0) return { def, score: 0, because }
  const said = found.reduce((n, h) => n + h.says, 0) + (found.some((h) => h.quoted) ? 3 : 0)
  const sameUnit = item.targets.some((t) => t.unit === def.unit) ? 2 : 0
  const none = def.lessIsBetter && item.targets.some((t) => t.value === 0) ? 4 : 0
  const rhythm = item.frequencies.map((f) => periodOfIso(f.period)).filter(Boolean)
  const sameRhythm = def.of.every ? (rhythm.includes(def.of.every) ? 3 : rhythm.length ? -3 : 0) : 0
  return { def, score: said + sameUnit + none + sameRhythm, because }
}

/** Indicators that may answer an item, likeliest first; equal scores stay in the order of definition. */
function candidates(item: ParsedItem, indicators: readonly IndicatorDef[]): Scored[] {
  const words = {
    own: plain(item.title + item.text),
    heading: plain(item.path.at(-1) ?? ''),
    quotes: [...item.text.matchAll(/“([^”]+)”/g)].map((m) => plain(m[1] ?? '')),
  }
  return indicators
    .map((def) => score(def, words, item))
    .filter((s) => s.score > 0)
    .sort((a, b) => b.score - a.score)
}

/**
 * What is asked when the notice prints no number: all of them, none open, one at least.
 * @param unit of a task that papers prove: without one they are counted as a rate of those owed
 */
export function defaultGoal(
  def: IndicatorDef | undefined,
  unit: string = def?.unit ?? '%',
): { target: number; comparator: Comparator } {
  if (def?.lessIsBetter) return { target: 0, comparator: '<=' }
  if (def?.measure === 'change') return { target: 0, comparator: 'increase' }
  return { target: unit === '%' ? 100 : 1, comparator: '>=' }
}

/** The printed target that fits the indicator's unit; a rise in percent fits a change. */
function targetFor(def: IndicatorDef | undefined, targets: readonly Quantity[]): Quantity | undefined {
  // papers: a printed rate stays a rate, a printed number is that number
  if (!def)
    return targets.find((t) => t.unit === '%' && !rising(t)) ?? targets.find((t) => t.unit !== '%' && t.value)
  const fits = targets.filter((t) => t.unit === def.unit)
  if (def.measure === 'change') return fits.find((t) => t.comparator === 'increase') ?? fits[0]
  return fits.find((t) => !rising(t)) ?? fits[0]
}

const rising = (t: Quantity): boolean => t.comparator === 'increase' || t.comparator === 'decrease'

/** Proposes a binding from the words of an item. Pure; equal scores go to the indicator defined first. */
export function proposeBinding(item: ParsedItem, indicators: Iterable<IndicatorDef>): Proposal {
  const [best, ...others] = candidates(item, [...indicators])
  const def = best?.def
  const printed = targetFor(def, item.targets)
  const goal = printed ? { target: printed.value, comparator: printed.comparator } : defaultGoal(def)
  const due = item.deadlines[0]?.date
  const every = item.frequencies.map((f) => periodOfIso(f.period)).find(Boolean)
  return {
    ...(def && { indicator: def.name }),
    because: best?.because ?? [],
    alternatives: others.slice(0, 3).map((o) => o.def.name),
    ...goal,
    unit: def?.unit ?? printed?.unit ?? '%',
    ...(due && { due }),
    ...(every && (!def || def.of.every) && { every }),
    units: item.units,
    names: namesIn(item.enterprises),
  }
}

/** Named enterprises among the population phrases: 涉及金属冶炼的企业（甲、乙、丙） names three. */
export function namesIn(phrases: readonly string[]): string[] {
  const names = new Set<string>()
  for (const phrase of phrases) {
    const inside = [...phrase.matchAll(/[（(]([^）)]+)[）)]/g)].flatMap((m) =>
      (m[1] ?? '').split(/[、，,和及]/),
    )
    for (const name of [...inside, ...(/..(?:公司|厂|矿业|煤矿)$/.test(phrase) ? [phrase] : [])]) {
      const clean = name.trim()
      if (clean.length >= 3 && clean.length <= 40) names.add(clean)
    }
  }
  return [...names]
}
