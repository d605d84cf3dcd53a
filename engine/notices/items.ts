import { createHash } from 'node:crypto'
import { joinRuns, printed, type Run, sliceRun } from './clean.ts'
import { extract, type Figures } from './extract.ts'
import { type Facts, type ReadContext, readFacts, within } from './facts.ts'
import { SOFT } from './lexicon.ts'
import type { LeftOut, NoticeItem } from './model.ts'
import { demands, namesGoals, namesScope } from './mood.ts'
import { type NotedParagraph, noteDeadlines, paragraphsWithNotes } from './notes.ts'
import { headingName, pathOf, type Section } from './outline.ts'
import { cutPieces, type Piece } from './pieces.ts'
import { findPopulations } from './populations.ts'
import { rowItem } from './rows.ts'
import type { Span } from './sentences.ts'
import { titleOf } from './titles.ts'
import { isPopulation, otherUnits, subjectOf } from './units.ts'

export interface ItemContext extends ReadContext {
  source: string
  /** collects what is no duty */
  left: LeftOut[]
}

/** Parts that profess and do not assign; only what they state in figures becomes an item. */
const CREED = /指导思想|总体要求|总体思路|基本原则|重要意义|重要性/
const ASKS = /请|要|须|务必|应/

interface SectionContext extends ItemContext {
  path: string[]
  /** the last one told to act; a sentence without a subject goes on with it */
  subject: { last: string | null; stem: string | null }
  /** a heading that states a figure or a date is part of the first duty under it */
  heading: Run | null
}

/**
 * The items of a section itself (not of its children), in printed order.
 * @param actor who the stem above ("企业应当：") tells to act
 * @returns `stem`: who this section's own stem tells to act, for its children
 */
export function sectionItems(
  section: Section,
  context: ItemContext,
  actor: string | null,
): { items: NoticeItem[]; stem: string | null } {
  const subject = { last: actor, stem: actor }
  const path = pathOf(section)
  const common = {
    ...context,
    path,
    demanding: demands(path),
    goals: namesGoals(path),
    scope: namesScope(path),
    subject,
    heading: null,
  }
  const heading = readFacts(section.heading.text, common)
  const headed = heading.times.length + heading.amounts.length + heading.recurrences.length > 0
  const items: NoticeItem[] = []
  const preamble = isPreamble(section)
  // nothing is lost: what is not kept is set aside
  const keep = (item: NoticeItem, before: NoticeItem | undefined) => {
    const goesOn = before !== undefined && items.includes(before) && item.deadlines.some((d) => !d.inferred)
    if (preamble ? asks(item) || goesOn : assignable(item, section)) items.push(item)
    else if (says(item.text)) context.left.push({ ...item, mood: 'aim' })
  }
  let stem: string | null = null
  for (const [n, paragraph] of paragraphsWithNotes(section).entries()) {
    const own = paragraphItems(paragraph, { ...common, heading: n === 0 && headed ? section.heading : null })
    const isStem = section.children.length > 0 && paragraph.run.text.endsWith('：')
    if (isStem) stem = subject.last
    for (const [k, item] of own.entries())
      if (!isStem || k < own.length - 1 || hasFigures(item)) keep(item, own[k - 1])
      else if (/\d[月年%]/.test(item.text)) context.left.push({ ...item, mood: 'aim' })
  }
  const leaf = section.children.length === 0 || heading.times.length > 0
  if (items.length === 0 && leaf && section.heading.text !== '' && section.style !== 'title') {
    for (const item of paragraphItems({ run: section.heading, notes: [] }, common)) keep(item, undefined)
  }
  for (const row of section.rows) {
    const filled = row.columns.some((c) => c.kind !== 'number' && c.kind !== 'units' && c.run.text !== '')
    if (filled) items.push(rowItem(row, common.path, context))
  }
  return { items, stem }
}

/** Shorter remainders without any number are headings and phrases of courtesy. */
const says = (text: string): boolean =>
  text.length >= 30 || /\d|[一二三四五六七八九十]+[月家项次]|每/.test(text)

const hasFigures = (item: NoticeItem): boolean =>
  item.deadlines.length + item.frequencies.length + item.targets.length > 0

/** What stands before the first heading or the task table introduces them. */
const isPreamble = (section: Section): boolean =>
  (section.style === 'root' || section.style === 'title') && section.children.length + section.rows.length > 0

const asks = (item: NoticeItem): boolean => item.deadlines.some((d) => !d.inferred) && ASKS.test(item.text)

function assignable(item: NoticeItem, section: Section): boolean {
  for (let s: Section | null = section; s; s = s.parent) {
    if (CREED.test(headingName(s))) return item.deadlines.length + item.targets.length > 0
  }
  return true
}

function paragraphItems({ run, notes }: NotedParagraph, context: SectionContext): NoticeItem[] {
  const facts = readFacts(run.text, context)
  leaveOut(run, facts, context)
  return cutPieces(facts, notes).flatMap((piece, n) =>
    pieceItems(run, facts, piece, n === 0 ? context : { ...context, heading: null }),
  )
}

/** A stretch that somebody took for a duty, as items: one, or one for each date and population it names. */
export function passageItems(run: Run, context: ItemContext): NoticeItem[] {
  const facts = readFacts(run.text, { ...context, asDuty: true })
  const whole = { start: 0, end: run.text.length, notes: [], rule: false }
  return pieceItems(run, facts, whole, {
    ...context,
    path: [],
    heading: null,
    subject: { last: null, stem: null },
  })
}

/** Sentences without any duty are kept aside with what they are. */
function leaveOut(run: Run, facts: Facts, context: SectionContext): void {
  let whole: Facts | undefined
  for (const sentence of facts.sentences) {
    const moods = within(facts.moods, sentence.start, sentence.end)
    const other = moods.find((m) => m.mood !== 'duty')
    if (!other || other.mood === 'duty' || moods.some((m) => m.mood === 'duty')) continue
    // headings and "…通报如下：" leave nothing out
    const words = facts.text.slice(sentence.start, sentence.end)
    if (!/[。；！]$/.test(words) && !says(words)) continue
    // nothing that is left out tells who goes on acting
    whole ??= readFacts(run.text, { ...context, asDuty: true })
    const apart = { ...context, heading: null, subject: { last: null, stem: null } }
    const piece = { start: sentence.start, end: sentence.end, notes: [], rule: false }
    for (const item of pieceItems(run, whole, piece, apart)) context.left.push({ ...item, mood: other.mood })
  }
}

function pieceItems(run: Run, facts: Facts, piece: Piece, context: SectionContext): NoticeItem[] {
  const own = withoutNotes(run, piece)
  if (own.text === '') return []
  const { source, heading } = context
  const body = extract(run, facts, piece, source)
  const figures = heading ? withHeading(heading, body, context) : body
  if (figures.deadlines.length === 0) figures.deadlines.push(...noteDeadlines(piece.notes, context))
  const start = Math.min(own.at[0] ?? 0, heading?.at[0] ?? Number.POSITIVE_INFINITY)
  const item: NoticeItem = {
    id: '',
    kind: piece.rule && body.deadlines.length === 0 ? 'rule' : 'task',
    title: titleOf(own.text, terms(own, facts, piece)),
    path: context.path,
    text: (heading ? `${printed(source, heading)}。` : '') + printed(source, own),
    offset: { start, end: (own.at[own.at.length - 1] ?? 0) + 1 },
    ...figures,
    ...actors(own, facts, piece, context),
    soft: isSoft(facts, piece),
  }
  return distribute(item, facts, piece)
}

/**
 * Wished for rather than demanded. Where a date, number or rhythm is printed, the first clause with one says so:
 * 完成4座，力争多建1座 is a demand.
 */
function isSoft(facts: Facts, piece: Span): boolean {
  const clauses = within(facts.clauses, piece.start, piece.end)
  const held = clauses.filter(
    ({ start, end }) =>
      within(facts.times, start, end).length +
        within(facts.recurrences, start, end).length +
        within(facts.amounts, start, end).filter((a) => a.role === 'target').length >
      0,
  )
  const wished = ({ start, end }: Span) => SOFT.test(facts.text.slice(start, end))
  const [first] = held
  if (!first) return clauses.some(wished)
  // "争取打造5家，带动面提高20%": the wish goes on
  const before = clauses[clauses.indexOf(first) - 1]
  return wished(first) || (before !== undefined && wished(before))
}

/** The piece without its notes, as a run of its own. */
function withoutNotes(run: Run, piece: Piece): Run {
  const parts: Run[] = []
  let from = piece.start
  for (const note of piece.notes) {
    if (note.start >= piece.end || note.end <= from || note.run !== run) continue
    parts.push(sliceRun(run, from, Math.max(from, note.start)))
    from = Math.max(from, note.end)
  }
  parts.push(sliceRun(run, from, piece.end))
  return parts.length === 1 ? parts[0]! : joinRuns(parts)
}

/** Where the deadlines stand in `own`; unknown when a note was cut out of its middle. */
function terms(own: Run, facts: Facts, piece: Span): Span[] | undefined {
  if (own.text.length !== piece.end - piece.start) return undefined
  return within(facts.times, piece.start, piece.end).map((t) => ({
    start: t.start - piece.start,
    end: t.end - piece.start,
  }))
}

/** The heading's figures before the piece's own; "全覆盖" above "100%" and "按月" above "每月" are one figure. */
function withHeading(heading: Run, body: Figures, context: ItemContext): Figures {
  const span = { start: 0, end: heading.text.length }
  const above = extract(heading, readFacts(heading.text, context), span, context.source)
  const hundred = body.targets.some((t) => t.value === 100)
  const periods = new Set(body.frequencies.map((f) => f.period))
  return {
    // a stage's window is for what has no date of its own
    deadlines: body.deadlines.length > 0 ? body.deadlines : above.deadlines,
    // a bare 定期 in a heading names no rhythm
    frequencies: [
      ...above.frequencies.filter((f) => f.period !== null && !periods.has(f.period)),
      ...body.frequencies,
    ],
    targets: [...above.targets.filter((t) => t.value !== 100 || !hundred), ...body.targets],
    conditions: [...above.conditions, ...body.conditions],
  }
}

/** The beginning of a clause without its terms and rhythms: "各乡镇三日内将…" is told to "各乡镇". */
function timeless({ text, times, recurrences }: Facts, clause: Span): string {
  let words = ''
  let from = clause.start
  const end = Math.min(clause.end, clause.start + 120)
  // the verb of a rhythm stands inside it: 每季度开展1次
  const rhythms = within(recurrences, clause.start, end).map((r) => ({
    start: r.start,
    end: r.wordEnd,
  }))
  for (const span of [...within(times, clause.start, end), ...rhythms].sort((a, b) => a.start - b.start)) {
    if (span.start < from) continue
    words += text.slice(from, span.start)
    from = span.end
  }
  return (words + text.slice(from, end)).replace(/^(?:全年|年内|同时|其中)/, '')
}

/** Whom a note with names makes superfluous. */
const GENERAL = /企业$|^(?:相关|有关|各)(?:部门|单位)$|^党委政府$/

/** Who has to act, and whom it concerns. */
function actors(
  own: Run,
  facts: Facts,
  piece: Piece,
  { subject }: SectionContext,
): { units: string[]; enterprises: string[] } {
  const units = new Set<string>()
  const populations: string[] = []
  for (const clause of within(facts.clauses, piece.start, piece.end)) {
    const found = subjectOf(timeless(facts, clause))
    if (!found) continue
    if (isPopulation(found)) {
      populations.push(found)
    } else if (!(piece.notes.length > 0 && GENERAL.test(found))) {
      units.add(found)
      subject.last = found
    }
  }
  // "…；" goes on with the subject before it; behind a full stop only what begins with its term does; where a note names the owners, nothing
  const leads = [
    ...within(facts.times, piece.start, piece.start + 3),
    ...within(facts.recurrences, piece.start, piece.start + 3),
  ]
  const goesOn =
    /[；，]/.test(facts.text[piece.start - 1] ?? '') || leads.length > 0 || subject.last === subject.stem
  if (units.size === 0 && populations.length === 0 && subject.last && goesOn && piece.notes.length === 0)
    units.add(subject.last)
  for (const unit of otherUnits(own.text)) units.add(unit)
  for (const note of piece.notes) for (const unit of note.units) units.add(unit)
  const concerned = [...new Set([...populations, ...findPopulations(own.text)])]
  const enterprises = concerned.filter((e) => !concerned.some((other) => other !== e && other.includes(e)))
  return { units: [...units], enterprises }
}

const BEHIND_DATE = /^[^，。；、分]{2,24}、$/
const BEFORE_DATE = /^、[^，。；分]{2,30}$/

/**
 * "6月底前甲类企业、12月底前乙类企业全部完善…" and "甲类企业6月底前、乙类企业12月底前接入…": one predicate, one duty
 * for each date with the population named beside it.
 */
function distribute(item: NoticeItem, facts: Facts, piece: Span): NoticeItem[] {
  const times = within(facts.times, piece.start, piece.end)
  if (times.length < 2 || times.length > 4 || item.deadlines.length !== times.length) return [item]
  const between = times.slice(1).map((t, n) => facts.text.slice(times[n]!.end, t.start))
  const behind = between.every((words) => BEHIND_DATE.test(words))
  if (!behind && !between.every((words) => BEFORE_DATE.test(words))) return [item]
  const clauseStart = within(facts.clauses, piece.start, times[0]!.start + 1).at(-1)?.start ?? piece.start
  return times.map((t, n) => {
    const from = behind ? t.end : (times[n - 1]?.end ?? clauseStart)
    const whom = findPopulations(
      facts.text.slice(from, behind ? (times[n + 1]?.start ?? piece.end) : t.start),
    )
    return {
      ...item,
      deadlines: item.deadlines.slice(n, n + 1),
      targets: beside(item, n),
      conditions: behind
        ? item.conditions
        : item.conditions.filter((c) => whom.some((w) => w.includes(c.text))),
      enterprises: whom.length > 0 ? whom : item.enterprises,
    }
  })
}

/** The targets printed behind the n-th term and before the next one; all where none stands between them. */
function beside(item: NoticeItem, n: number): NoticeItem['targets'] {
  const { deadlines, targets } = item
  const start = (at: number) => deadlines[at]?.offset.start ?? Number.POSITIVE_INFINITY
  const last = start(deadlines.length - 1)
  if (!targets.some((t) => t.offset.start > start(0) && t.offset.start < last)) return targets
  const from = start(n)
  const to = start(n + 1)
  return targets.filter((t) => t.offset.start > from && t.offset.start < to)
}

/** Ids come from words and place in the outline; the same duty printed twice gets a counter. */
export function assignIds(items: NoticeItem[]): void {
  const seen = new Map<string, number>()
  for (const item of items) {
    const words = [...item.path, item.text, ...item.deadlines.map((d) => d.text)].join('|').replace(/\s/g, '')
    const hash = createHash('sha256').update(words).digest('hex').slice(0, 12)
    const n = (seen.get(hash) ?? 0) + 1
    seen.set(hash, n)
    item.id = n === 1 ? hash : `${hash}-${n}`
  }
}
