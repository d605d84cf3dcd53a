import type { Vocabulary } from '../core/about.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { periodOfIso, type Rhythm, rhythmOfIso } from '../core/period.ts'
import type { Comparator, Quantity } from '../notices/model.ts'
import { receivers } from '../notices/units.ts'
import { agreement, type ParsedItem, plain, readSentence, type Sentence } from './agree.ts'

export type { ParsedItem } from './agree.ts'

/** Something printed that an indicator agrees with: its phrases, whom it counts, its unit, its rhythm. */
export interface Rest {
  what: 'words' | 'population' | 'measure' | 'rhythm'
  says: string[]
}

/** How an item of a notice might become a task; an officer confirms or changes every part. */
export interface Proposal {
  /** name of the indicator that seems to answer it; absent: evidence */
  indicator?: string
  /** phrases that led to it, for the officer to judge */
  because: string[]
  /** in what the sentence agrees with the indicator, besides those phrases */
  rests: Rest[]
  /** the next likeliest indicators */
  alternatives: string[]
  target: number | [number, number]
  comparator: Comparator
  unit: string
  due?: string
  every?: Rhythm
  /** printed names of responsible units */
  units: string[]
  /** printed names of single enterprises */
  names: string[]
}

/** Who is to act: whoever only gets the report owes nothing. */
function owners({ text, units }: ParsedItem): string[] {
  const told = receivers(text.replace(/\s/g, ''))
  return units.filter((u) => !told.includes(u))
}

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

/** The heading says what is meant, the sentence only the number to be reached: 重大事故隐患治理 … 年底前清零. */
function across(hint: string, { heading, numbers }: Sentence): number {
  for (let cut = 3; cut <= hint.length - 2; cut++)
    if (heading.includes(hint.slice(0, cut)) && numbers.includes(hint.slice(cut))) return hint.length * 0.6
  return 0
}

interface Scored {
  def: IndicatorDef
  score: number
  because: string[]
  rests: Rest[]
}

/** A heading says what a chapter is about, its sentences what is to be done. */
const HEADING = 0.3
/** So much of an indicator's phrases must be printed; below that nothing is proposed. */
const THRESHOLD = 3
/** The printed number is of this very thing: 投保率达100%. */
const NUMBERED = 15

/** Longer phrases say more, quoted ones are what the sentence is about. */
function phrases(def: IndicatorDef, s: Sentence): { said: number; because: string[] } {
  const found = (def.hints ?? []).flatMap((hint) => {
    const phrase = plain(hint)
    const own = weight(phrase, s.own)
    const quoted = own > 0 && s.quotes.some((q) => q.includes(phrase))
    const says = own || across(phrase, s) || weight(phrase, s.heading) * HEADING
    return says > 0 ? [{ hint, says, quoted }] : []
  })
  const said = found.reduce((n, h) => n + h.says, 0)
  const counted = s.before.some(
    (b) => b.unit === def.unit && found.some((h) => b.words.includes(plain(h.hint))),
  )
  return {
    said: said + (found.some((h) => h.quoted) ? 3 : 0) + (counted ? NUMBERED : 0),
    because: found.map((h) => h.hint),
  }
}

/** An indicator as an answer to a sentence; none where they disagree or too little is said. */
function score(def: IndicatorDef, s: Sentence, vocabulary: Vocabulary): Scored | undefined {
  const { said, because } = phrases(def, s)
  if (said < THRESHOLD) return undefined
  const agreed = agreement(def, s, vocabulary)
  if (!agreed.agree) return undefined
  const words = (kind: string) => vocabulary[kind]?.words.filter((w) => s.own.includes(plain(w))) ?? []
  const all: Rest[] = [
    { what: 'words', says: because },
    { what: 'population', says: agreed.population.flatMap((k) => words(k)[0] ?? []) },
    { what: 'measure', says: agreed.measure ? [def.unit] : [] },
    { what: 'rhythm', says: agreed.rhythm && def.of.every ? [def.of.every] : [] },
  ]
  const rests = all.filter((r) => r.says.length > 0)
  const more =
    agreed.population.length * 2 + (agreed.measure ? 3 : 0) + (agreed.rhythm ? 3 : 0) - (agreed.wider ? 3 : 0)
  return { def, score: said + more, because, rests }
}

/** Indicators that may answer an item, likeliest first; equal scores stay in the order of definition. */
function candidates(
  item: ParsedItem,
  indicators: readonly IndicatorDef[],
  vocabulary: Vocabulary,
  paper: string,
): Scored[] {
  const sentence = readSentence(item, vocabulary, paper)
  return indicators.flatMap((def) => score(def, sentence, vocabulary) ?? []).sort((a, b) => b.score - a.score)
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

/**
 * Of several dates the one printed before the number that is to be reached, else the last: an earlier one is a step on
 * the way (6月底前完成一半，年底前全部完成).
 */
function dueOf({ deadlines }: ParsedItem, printed: Quantity | undefined): string | undefined {
  const at = printed?.offset?.start
  const before = at === undefined ? [] : deadlines.filter((d) => d.offset.start < at)
  return (before.at(-1) ?? deadlines.at(-1))?.date
}

/**
 * Proposes a binding from the words of an item. Pure; equal scores go to the indicator defined first. Nothing is
 * proposed where population, measure, unit or rhythm disagree, or where too little of an indicator is printed.
 * @param paper title of the notice
 */
export function proposeBinding(
  item: ParsedItem,
  indicators: Iterable<IndicatorDef>,
  vocabulary: Vocabulary = {},
  paper = '',
): Proposal {
  const [best, ...others] = candidates(item, [...indicators], vocabulary, paper)
  const def = best?.def
  const printed = targetFor(def, item.targets)
  const goal = printed ? { target: printed.value, comparator: printed.comparator } : defaultGoal(def)
  const due = dueOf(item, printed)
  const every = item.frequencies.map((f) => (def ? periodOfIso : rhythmOfIso)(f.period)).find(Boolean)
  return {
    ...(def && { indicator: def.name }),
    because: best?.because ?? [],
    rests: best?.rests ?? [],
    alternatives: others.slice(0, 3).map((o) => o.def.name),
    ...goal,
    unit: def?.unit ?? printed?.unit ?? '%',
    ...(due && { due }),
    ...(every && (!def || def.of.every) && { every }),
    units: owners(item),
    names: namesIn(item.enterprises),
  }
}

/** Whether a sentence prints something to hold it by: a date, a number to be reached, a rhythm. */
const held = (item: ParsedItem): boolean =>
  item.deadlines.length > 0 || item.targets.length > 0 || item.frequencies.some((f) => f.period !== null)

/**
 * What is proposed of an item once the whole notice has been read, from the proposals of all its items. A notice asks for a figure where it prints its date, number or
 * rhythm; a sentence that has none of them and speaks of the same figure (an aim, a summary, a reason) is no second
 * task: its indicator is only offered.
 */
export function settleProposals(items: readonly ParsedItem[], proposals: readonly Proposal[]): Proposal[] {
  const asked = new Set(items.flatMap((item, i) => (held(item) ? (proposals[i]?.indicator ?? []) : [])))
  return items.map((item, i) => {
    const proposal = proposals[i] ?? proposeBinding(item, [])
    const { indicator } = proposal
    if (!indicator || held(item) || !asked.has(indicator)) return proposal
    return { ...proposeBinding(item, []), alternatives: [indicator, ...proposal.alternatives].slice(0, 3) }
  })
}

/** Proposals for all items of a notice, in their order. */
export const proposeForNotice = (
  items: readonly ParsedItem[],
  indicators: readonly IndicatorDef[],
  vocabulary: Vocabulary = {},
  paper = '',
): Proposal[] =>
  settleProposals(
    items,
    items.map((item) => proposeBinding(item, indicators, vocabulary, paper)),
  )

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
