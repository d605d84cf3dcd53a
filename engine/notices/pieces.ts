import { type Facts, within } from './facts.ts'
import type { PlacedNote } from './notes.ts'
import { type Span, spanFinder } from './sentences.ts'

/** A stretch of a paragraph that is one assignable duty. */
export interface Piece extends Span {
  /** notes that end the group it belongs to */
  notes: PlacedNote[]
  rule: boolean
}

/** About what a task card shows: a longer sentence is cut between its duties, shorter ones are joined. */
const LONGEST = 110
/** sentences without figures say one thing together up to here */
const LONGEST_PLAIN = 110
/** one sentence without figures, or several parted by ；, is not cut before */
const LONGEST_SENTENCE = 200
/** a remainder shorter than this says nothing of its own */
const SCRAP = 24

/** Clauses that only go on with what the one before began. */
const CONTINUES =
  /^(?:并|且|及|以及|使|从而|确保|切实|不断|做到|进而|以|为|着力|避免|防止|防范|坚决|有效|营造|实现|提高|提升|增强|促进|推动形成|形成|倒逼|强化|逐步)/

interface Draft extends Span {
  opens: boolean
  deadlines: number
  facts: number
  rule: boolean
  /** it ends with ；, so the next one is of the same sentence */
  goesOn: boolean
}

/** Cuts a paragraph into duties. Notes (责任单位) are left out of them and close a group. */
export function cutPieces(facts: Facts, notes: readonly PlacedNote[]): Piece[] {
  const drafts: Draft[] = []
  // sentences that are no duties: nothing is joined over one
  const apart: Span[] = []
  const noted = spanFinder(notes)
  for (const sentence of facts.sentences) {
    const moods = within(facts.moods, sentence.start, sentence.end)
    if (moods.every((m) => m.mood !== 'duty')) {
      apart.push(sentence)
      continue
    }
    if (
      (noted(sentence.start) && noted(sentence.end - 1)) ||
      !/[\p{L}\d]/u.test(facts.text.slice(sentence.start, Math.min(sentence.end, sentence.start + 200)))
    )
      continue
    for (const span of cutSentence(facts, sentence.clauses)) drafts.push(draft(facts, span))
  }
  const pieces: Piece[] = []
  let current: Draft | null = null
  const flush = () => {
    if (current) pieces.push({ start: current.start, end: current.end, notes: [], rule: current.rule })
    current = null
  }
  for (const next of drafts) {
    const from = current === null ? next.start : (current as Draft).start
    const closed = within(notes, from, next.start).length + within(apart, from, next.start).length > 0
    if (current && !closed && joins(current, next)) {
      current = { ...merged(current, next) }
    } else {
      flush()
      current = next
    }
  }
  flush()
  attachNotes(pieces, notes)
  return pieces
}

function draft(facts: Facts, span: Span): Draft {
  const times = within(facts.times, span.start, span.end)
  const amounts = within(facts.amounts, span.start, span.end).filter((a) => a.role === 'target')
  const recurrences = within(facts.recurrences, span.start, span.end).filter((r) => r.period !== null)
  const dated = times.filter((t) => !t.inferred)
  return {
    ...span,
    goesOn: facts.text[span.end - 1] === '；',
    opens: dated.length > 0 && dated[0]!.start - span.start <= 2,
    deadlines: dated.length,
    facts: times.length + amounts.length + recurrences.length,
    rule: within(facts.conditions, span.start, span.start + 2).length > 0,
  }
}

const merged = (a: Draft, b: Draft): Draft => ({
  start: a.start,
  end: b.end,
  opens: a.opens,
  deadlines: a.deadlines + b.deadlines,
  facts: a.facts + b.facts,
  rule: a.rule && b.rule,
  goesOn: b.goesOn,
})

function joins(a: Draft, b: Draft): boolean {
  const length = b.end - a.start
  // a scrap of a sentence is no duty of its own
  if (b.facts === 0 && b.end - b.start < SCRAP) return length <= LONGEST + SCRAP
  if (a.facts > 0 && b.facts > 0) return false
  // "整治……。10月底前，完成……整治工作。": what is to be done, and until when
  if (b.opens) return a.facts === 0 && !a.rule && length <= LONGEST
  const plain = a.facts === 0 && b.facts === 0
  if (plain && a.goesOn) return length <= LONGEST_SENTENCE
  return length <= (plain ? LONGEST_PLAIN : LONGEST) && (plain || a.rule === b.rule)
}

/** One sentence: cut before a clause with a deadline of its own, and where it is too long for one duty. */
function cutSentence(facts: Facts, clauses: readonly Span[]): Span[] {
  const parts: Span[][] = [[]]
  let dated = false
  for (const clause of clauses) {
    const deadline = within(facts.times, clause.start, clause.end).some((t) => !t.inferred)
    const current = parts[parts.length - 1]!
    if (deadline && dated && current.length > 0) {
      parts.push([clause])
    } else {
      current.push(clause)
    }
    dated = dated || deadline
  }
  return parts.flatMap((part) => cutLong(facts, part))
}

function cutLong(facts: Facts, clauses: readonly Span[]): Span[] {
  const { text } = facts
  if (clauses.length === 0) return []
  const whole = { start: clauses[0]!.start, end: clauses[clauses.length - 1]!.end }
  const length = whole.end - whole.start
  const plain = draft(facts, whole).facts === 0
  if (length <= (plain ? LONGEST_SENTENCE : LONGEST) || clauses.length === 1) return [whole]
  const share = length / Math.ceil(length / LONGEST)
  const out: Span[] = []
  let start = whole.start
  for (let n = 1; n < clauses.length; n++) {
    const clause = clauses[n]!
    const long = clause.start - start >= share * 0.6
    const nextTooLong = clause.end - start > LONGEST
    const fresh = !CONTINUES.test(text.slice(clause.start, clause.start + 6))
    if ((long && fresh && nextTooLong) || (nextTooLong && clause.start - start >= 30)) {
      out.push({ start, end: clause.start })
      start = clause.start
    }
  }
  const last = out[out.length - 1]
  if (last && whole.end - start < SCRAP) last.end = whole.end
  else out.push({ start, end: whole.end })
  return out
}

/** A note speaks of every piece since the note before it; notes side by side speak of the same ones. */
function attachNotes(pieces: Piece[], notes: readonly PlacedNote[]): void {
  let group: Piece[] = []
  let next = 0
  let end = -1
  for (const note of notes) {
    const fresh: Piece[] = []
    while (next < pieces.length && pieces[next]!.start < note.start) fresh.push(pieces[next++]!)
    if (fresh.length > 0 || note.start > end + 1) group = fresh
    for (const piece of group) piece.notes.push(note)
    end = note.end
  }
}
