import type { Dimension, Vocabulary } from '../core/about.ts'
import type { IndicatorDef, Period } from '../core/definition.ts'
import { dutyPeriod } from '../core/duty.ts'
import { periodOfIso } from '../core/period.ts'
import type { Frequency, NoticeItem, Quantity } from '../notices/model.ts'

export type ParsedItem = Pick<
  NoticeItem,
  'title' | 'path' | 'text' | 'deadlines' | 'frequencies' | 'targets' | 'units' | 'enterprises'
>

/** What a sentence asks to be measured, as far as it says so. */
export type Asked = 'share' | 'count' | 'growth' | 'zero'

/** A sentence of a notice as an indicator is compared with it. */
export interface Sentence {
  /** its own words, and those of the headings above it, without marks */
  own: string
  heading: string
  quotes: string[]
  /** the numbers to be reached, as printed */
  numbers: string
  /** what stands before each number to be reached, with the unit of the number */
  before: readonly { words: string; unit: string }[]
  /** kinds of enterprises it names, by dimension: its own, else its heading's; the industry also the paper's */
  kinds: Readonly<Record<Dimension, readonly string[]>>
  measures: ReadonlySet<Asked>
  /** units of the numbers it wants reached */
  units: ReadonlySet<string>
  /** how often it asks; other rhythms than those of figures as `other` */
  rhythms: ReadonlySet<Period | 'other'>
}

export const plain = (text: string): string => text.replace(/[\s“”"‘’《》（）()、，,。；;：:]/g, '')

/** Kinds named in a text, longest words first: 非煤矿山 names no 煤矿. */
function kindsIn(text: string, vocabulary: Vocabulary): string[] {
  const { byWord, any } = wordsOf(vocabulary)
  return any ? [...new Set([...text.matchAll(any)].flatMap(([word]) => byWord.get(word) ?? []))] : []
}

interface Words {
  byWord: Map<string, string>
  /** any of the words; none of an empty vocabulary */
  any: RegExp | undefined
}

/** A vocabulary's words are sorted once. */
const sorted = new WeakMap<Vocabulary, Words>()

function wordsOf(vocabulary: Vocabulary): Words {
  const known = sorted.get(vocabulary)
  if (known) return known
  const byWord = new Map<string, string>()
  for (const [kind, { words }] of Object.entries(vocabulary))
    for (const word of words) byWord.set(plain(word), kind)
  const longest = [...byWord.keys()].sort((a, b) => b.length - a.length)
  const words = { byWord, any: longest.length ? new RegExp(longest.join('|'), 'g') : undefined }
  sorted.set(vocabulary, words)
  return words
}

/** Dimensions in which an indicator's population is compared. */
const narrowing = ['industry', 'scale', 'risk'] as const

/** Things that are counted one by one where nobody asks what share of all they are. */
const COUNTED = /^(?:家|座|个|项|处|台|起|册|份|人次|家次|人|条|件)$/
/** A number for each firm, not of firms: 至少配备1名. */
const EACH = /配备|每[家个座处]|每企业/
const RATE = /率|占比|比例|全覆盖|全部|所有|应接尽接/
const ZERO = /清零|消除|销号|归零/

function measuresOf(text: string, targets: readonly Quantity[]): Set<Asked> {
  const out = new Set<Asked>()
  for (const t of targets) {
    const moves = t.comparator === 'increase' || t.comparator === 'decrease'
    if (moves) out.add('growth')
    else if (t.value === 0) out.add('zero')
    else if (t.unit === '%') out.add('share')
    else if (COUNTED.test(t.unit) && !EACH.test(t.text)) out.add('count')
  }
  if (ZERO.test(text)) out.add('zero')
  if (out.size === 0 && RATE.test(text)) out.add('share')
  return out
}

/** A number is of what stands closely before it: 投保率达100%. */
const BEFORE = 12
function before(text: string, printed: string, unit: string): Sentence['before'] {
  const at = printed ? text.indexOf(printed) : -1
  return at < 0 ? [] : [{ words: text.slice(Math.max(0, at - BEFORE), at), unit }]
}

const rhythmOf = (f: Frequency): Period | 'other' | undefined =>
  f.period === null ? undefined : (periodOfIso(f.period) ?? 'other')

/**
 * Reads of a sentence what an indicator must agree in.
 * @param paper title of the notice, which says whose duties are meant where a sentence does not
 */
export function readSentence(item: ParsedItem, vocabulary: Vocabulary, paper = ''): Sentence {
  // the name of a law or an office's paper says nothing of what is to be done
  const own = plain(`${item.title}${item.text}`.replace(NAMED_PAPER, ''))
  const heading = plain(item.path.join(' '))
  const last = plain(item.path.at(-1) ?? '')
  const texts = [own, last, heading]
  const of = (text: string, dimension: Dimension) =>
    kindsIn(text, vocabulary).filter((k) => vocabulary[k]?.of === dimension)
  const named = (d: Dimension, ...more: string[]) =>
    [...texts, ...more].map((t) => of(t, d)).find((k) => k.length) ?? []
  return {
    own,
    heading: last,
    numbers: plain(item.targets.map((t) => t.text).join(' ')),
    before: item.targets.flatMap((t) => before(plain(item.text), plain(t.text), t.unit)),
    quotes: [...item.text.matchAll(/“([^”]+)”/g)].map((m) => plain(m[1] ?? '')),
    kinds: {
      industry: named('industry', plain(paper)),
      scale: named('scale'),
      risk: named('risk'),
      elsewhere: named('elsewhere', plain(paper)),
    },
    measures: measuresOf(own, item.targets),
    units: new Set(item.targets.map((t) => t.unit)),
    rhythms: new Set(item.frequencies.flatMap((f) => rhythmOf(f) ?? [])),
  }
}

/** 《…管理办法》, 《…分类标准（试行）》: a paper that is quoted. */
const NAMED_PAPER = /《[^》]*(?:法|办法|规定|条例|通知|标准|意见|细则|规则|规范|方案)(?:（[^）]*）)?》/g

/** What somebody may do or gets for having done something: no duty, whatever figure it speaks of. */
const PRIVILEGE = /可以?(?:直接|申请|向.{1,20}申请)|激励(?:政策|措施)|费率下浮|优先(?:复产|评先)/

/** In what a sentence and an indicator agree, by name; or the one thing in which they do not. */
export type Agreement =
  | { agree: true; population: string[]; measure: boolean; rhythm: boolean; wider: boolean }
  | { agree: false; in: 'population' | 'measure' | 'rhythm' | 'words' }

/** Whether an indicator may answer a sentence at all: whom it means, what is measured, and how often. */
export function agreement(def: IndicatorDef, s: Sentence, vocabulary: Vocabulary): Agreement {
  const no = (what: 'population' | 'measure' | 'rhythm' | 'words'): Agreement => ({ agree: false, in: what })
  const { kinds = [], any, needs, unlike } = def.about ?? {}
  if (PRIVILEGE.test(s.own)) return no('words')
  const says = (word: string) => s.own.includes(plain(word)) || s.heading.includes(plain(word))
  if (needs && !needs.some(says)) return no('words')
  if (unlike?.some((word) => s.own.includes(plain(word)))) return no('words')

  const population: string[] = []
  let wider = false
  const named = narrowing.flatMap((d) => s.kinds[d])
  if (s.kinds.elsewhere.length && named.length === 0) return no('population')
  if (any) {
    const both = any.filter((k) => named.includes(k))
    if (both.length === 0) return no('population')
    population.push(...both)
  }
  for (const dimension of any ? [] : narrowing) {
    const wants = kinds.filter((k) => vocabulary[k]?.of === dimension)
    const has = s.kinds[dimension]
    const both = wants.filter((k) => has.includes(k))
    population.push(...both)
    if (wants.length && has.length && both.length === 0) return no('population')
    if (wants.length && has.length === 0 && dimension === 'risk') return no('population')
    // the sentence means fewer than the figure counts, which a task may narrow
    if (wants.length === 0 && has.length && dimension !== 'industry') wider = true
  }

  const measure = measured(def, s)
  if (measure === false || (def.about?.printed && measure === undefined)) return no('measure')
  const rhythm = rhythmFits(def, s)
  if (rhythm === false) return no('rhythm')
  return { agree: true, population, measure: measure === true, rhythm: rhythm === true, wider }
}

/** true: the sentence asks for this measure; undefined: it does not say; false: it asks for another one. */
function measured(def: IndicatorDef, s: Sentence): boolean | undefined {
  const { measures, units } = s
  if (def.measure === 'change') return measures.has('growth')
  if (def.lessIsBetter && def.measure === 'count') return measures.has('zero')
  if (def.measure === 'count') return measures.has('count') && units.has(def.unit)
  if (def.measure !== 'share') return units.has(def.unit) || undefined
  if (measures.has('share')) return true
  return measures.has('growth') || measures.has('count') ? false : undefined
}

/** A figure of every period needs its rhythm; what is done once or stands is no answer to a rhythm of its own. */
function rhythmFits(def: IndicatorDef, s: Sentence): boolean | undefined {
  const { rhythms, measures } = s
  if (def.of.every) return rhythms.has(def.of.every)
  if (rhythms.size === 0) return undefined
  const period = dutyPeriod(def)
  if (period) return rhythms.has(period)
  return measures.size > 0 ? undefined : false
}
