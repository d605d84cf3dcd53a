import { createHash } from 'node:crypto'
import { emptyRun, joinRuns, printed, type Run, sliceRun } from './clean.ts'
import { type Facts, readFacts, within } from './facts.ts'
import { SOFT } from './lexicon.ts'
import type { Deadline, Frequency, NoticeItem, Offset, Quantity } from './model.ts'
import { headingName, pathOf, type Section } from './outline.ts'
import { cutPieces, type Piece } from './pieces.ts'
import { findPopulations } from './populations.ts'
import type { Span } from './sentences.ts'
import type { TableRow } from './tables.ts'
import { titleOf } from './titles.ts'
import { findNotes, isPopulation, type Note, otherUnits, subjectOf } from './units.ts'

export interface ItemContext {
  source: string
  year: number | null
}

const CREED = /指导思想|总体要求|总体思路|基本原则|重要意义|重要性|总体目标要求/

/** The items of a section itself (not of its children), in printed order. */
export function sectionItems(section: Section, context: ItemContext): NoticeItem[] {
  const path = pathOf(section)
  const items: NoticeItem[] = []
  const preamble = (section.style === 'root' || section.style === 'title') && section.children.length > 0
  const heading = readFacts(section.heading.text, context.year)
  const headed = heading.times.length + heading.amounts.length + heading.recurrences.length > 0
  const state: Subject = { last: null }
  const bodies = bodiesWithNotes(section)
  for (const [n, { run, notes }] of bodies.entries()) {
    const title = n === 0 && headed ? section.heading : null
    items.push(...paragraphItems(run, notes, { context, path, state, heading: title }))
  }
  for (const row of section.rows) items.push(rowItem(row, path, context))
  const alone = items.length === 0 && section.heading.text !== '' && section.style !== 'title'
  if (alone && (section.children.length === 0 || heading.times.length > 0)) {
    items.push(...paragraphItems(section.heading, [], { context, path, state, heading: null }))
  }
  const asked = /请|要|须|务必|应/
  if (preamble) return items.filter((i) => i.deadlines.some((d) => !d.inferred) && asked.test(i.text))
  return underCreed(section) ? items.filter((i) => i.deadlines.length + i.targets.length > 0) : items
}

function underCreed(section: Section): boolean {
  for (let s: Section | null = section; s; s = s.parent) if (CREED.test(headingName(s))) return true
  return false
}

interface Subject {
  last: string | null
}

interface ParagraphContext {
  context: ItemContext
  path: string[]
  state: Subject
  /** a heading that states a figure or a date is part of the first duty under it */
  heading: Run | null
}

/** A note that stands on a line of its own speaks of the paragraphs before it. */
function bodiesWithNotes(section: Section): { run: Run; notes: Note[] }[] {
  const out: { run: Run; notes: Note[] }[] = []
  let open = 0
  for (const run of section.body) {
    const facts = readFacts(run.text, null)
    const notes = findNotes(run.text, facts.mask)
    const only =
      notes.length > 0 &&
      notes.every((n, i) => n.start <= (notes[i - 1]?.end ?? 0) + 1) &&
      notes[notes.length - 1]!.end >= run.text.length - 1 &&
      notes[0]!.start === 0
    if (only && out.length > open) {
      for (const body of out.slice(open))
        for (const note of notes)
          body.notes.push({ ...note, start: body.run.text.length, end: body.run.text.length })
      open = out.length
    } else {
      out.push({ run, notes })
    }
  }
  return out
}

function paragraphItems(run: Run, notes: Note[], p: ParagraphContext): NoticeItem[] {
  const facts = readFacts(run.text, p.context.year)
  const pieces = cutPieces(facts, notes)
  const items: NoticeItem[] = []
  for (const [n, piece] of pieces.entries()) {
    const heading = n === 0 ? p.heading : null
    items.push(...pieceItems(run, facts, piece, { ...p, heading }))
  }
  return items
}

/** The piece without its notes, as a run of its own. */
function withoutNotes(run: Run, piece: Piece): Run {
  const parts: Run[] = []
  let from = piece.start
  for (const note of piece.notes) {
    if (note.start >= piece.end || note.end <= from) continue
    parts.push(sliceRun(run, from, Math.max(from, note.start)))
    from = Math.max(from, note.end)
  }
  parts.push(sliceRun(run, from, piece.end))
  return parts.length === 1 ? parts[0]! : joinRuns(parts)
}

function pieceItems(run: Run, facts: Facts, piece: Piece, p: ParagraphContext): NoticeItem[] {
  const own = withoutNotes(run, piece)
  if (own.text === '') return []
  const base = describe(own, facts, piece, p)
  const { source, year } = p.context
  const heading = p.heading
    ? read(p.heading, readFacts(p.heading.text, year), { start: 0, end: p.heading.text.length }, source)
    : null
  const terms = noteTerms(piece.notes, p.context)
  const body = read(run, facts, piece, source)
  const text = (p.heading ? `${printed(source, p.heading)}。` : '') + printed(source, own)
  const start = Math.min(own.at[0] ?? 0, p.heading?.at[0] ?? Number.POSITIVE_INFINITY)
  const item: NoticeItem = {
    ...base,
    id: '',
    text,
    offset: { start, end: (own.at[own.at.length - 1] ?? 0) + 1 },
    deadlines: [...(heading?.deadlines ?? []), ...body.deadlines],
    frequencies: [...(heading?.frequencies ?? []), ...body.frequencies],
    targets: [
      ...(heading?.targets ?? []).filter(
        (t) => !(t.value === 100 && body.targets.some((b) => b.value === 100)),
      ),
      ...body.targets,
    ],
    conditions: [...(heading?.conditions ?? []), ...body.conditions],
  }
  if (item.deadlines.length === 0) item.deadlines.push(...terms)
  return distribute(item, facts, piece)
}

/** "6月底前甲类企业、12月底前乙类企业全部完善…": one predicate, one duty for each date. */
function distribute(item: NoticeItem, facts: Facts, piece: Span): NoticeItem[] {
  const times = within(facts.times, piece.start, piece.end)
  if (times.length < 2 || times.length > 4 || item.deadlines.length !== times.length) return [item]
  const listed = times.every(
    (t, i) => i === 0 || /^[^，。；、分]{2,24}、$/.test(facts.text.slice(times[i - 1]!.end, t.start)),
  )
  if (!listed) return [item]
  return times.map((t, i) => {
    const next = times[i + 1]
    const whom = next ? facts.text.slice(t.end, next.start - 1) : null
    const enterprises = whom ? findPopulations(whom) : findPopulations(facts.text.slice(t.end, piece.end))
    return {
      ...item,
      deadlines: item.deadlines.slice(i, i + 1),
      enterprises: enterprises.length > 0 ? enterprises : item.enterprises,
    }
  })
}

function noteTerms(notes: readonly Note[], context: ItemContext): Deadline[] {
  const out: Deadline[] = []
  for (const note of notes) {
    for (const t of readFacts(note.text, context.year).times) {
      out.push({ text: note.text.slice(t.start, t.end), date: t.date, offset: { start: -1, end: -1 } })
    }
  }
  return out
}

function describe(
  own: Run,
  facts: Facts,
  piece: Piece,
  p: ParagraphContext,
): Omit<NoticeItem, 'id' | 'text' | 'offset' | 'deadlines' | 'frequencies' | 'targets' | 'conditions'> {
  const clauses =
    facts.sentences.length > 0
      ? within(
          facts.sentences.flatMap((s) => s.clauses),
          piece.start,
          piece.end,
        )
      : []
  const units: string[] = []
  const populations: string[] = []
  for (const clause of clauses) {
    const deadline = within(facts.times, clause.start, clause.end)[0]
    const from = deadline && deadline.start - clause.start <= 2 ? deadline.end : clause.start
    const subject = subjectOf(facts.text.slice(from, Math.min(clause.end, from + 120)))
    if (!subject) continue
    if (isPopulation(subject)) populations.push(subject)
    else {
      units.push(subject)
      p.state.last = subject
    }
  }
  if (units.length === 0 && populations.length === 0 && p.state.last) units.push(p.state.last)
  units.push(...otherUnits(own.text))
  for (const note of piece.notes) units.push(...note.units)
  const enterprises = [...new Set([...populations, ...findPopulations(own.text)])]
  return {
    kind: piece.rule && within(facts.times, piece.start, piece.end).length === 0 ? 'rule' : 'task',
    title: titleOf(own.text),
    path: p.path,
    units: [...new Set(units)],
    enterprises: enterprises.filter((e) => !enterprises.some((o) => o !== e && o.includes(e))),
    soft: SOFT.test(own.text),
  }
}

interface Read {
  deadlines: Deadline[]
  frequencies: Frequency[]
  targets: Quantity[]
  conditions: Quantity[]
}

function read(run: Run, facts: Facts, span: Span, source: string): Read {
  const words = (s: Span) => printed(source, run, s.start, s.end)
  const offset = (s: Span): Offset => ({ start: run.at[s.start] ?? 0, end: (run.at[s.end - 1] ?? 0) + 1 })
  const quantity = ({ value, unit, comparator, ...s }: Facts['amounts'][number]): Quantity => ({
    text: words(s),
    value,
    unit,
    comparator,
    offset: offset(s),
  })
  const amounts = within(facts.amounts, span.start, span.end)
  return {
    deadlines: within(facts.times, span.start, span.end).map((t) => ({
      text: words(t),
      date: t.date,
      ...(t.inferred ? { inferred: true } : {}),
      offset: offset(t),
    })),
    frequencies: within(facts.recurrences, span.start, span.end).map((r) => ({
      text: words(r),
      period: r.period,
      times: r.times,
      comparator: r.comparator,
      offset: offset(r),
    })),
    targets: amounts.filter((a) => a.role === 'target').map(quantity),
    conditions: amounts.filter((a) => a.role === 'condition').map(quantity),
  }
}

/** A row of a task table is one duty: the cells say what each part is. */
function rowItem(row: TableRow, path: string[], context: ItemContext): NoticeItem {
  const { source } = context
  const cells = row.columns.filter((c) => c.run.text !== '')
  const said = cells.filter((c) => c.kind === 'task' || c.kind === 'measure' || c.kind === 'other')
  const all: Read = { deadlines: [], frequencies: [], targets: [], conditions: [] }
  for (const cell of cells) {
    if (cell.kind === 'number' || cell.kind === 'units') continue
    const part = read(
      cell.run,
      readFacts(cell.run.text, context.year),
      { start: 0, end: cell.run.text.length },
      source,
    )
    if (cell.kind !== 'deadline') {
      all.targets.push(...part.targets)
      all.conditions.push(...part.conditions)
    }
    all.deadlines.push(...part.deadlines)
    all.frequencies.push(...part.frequencies)
  }
  const run = cells[0]?.run ?? emptyRun()
  const last = cells[cells.length - 1]?.run ?? run
  const text = said.map((c) => printed(source, c.run)).join('；')
  const units = cells.filter((c) => c.kind === 'units').map((c) => printed(source, c.run))
  return {
    id: '',
    kind: 'task',
    title: titleOf(said.map((c) => c.run.text).join('，')),
    path,
    text,
    offset: { start: run.at[0] ?? 0, end: (last.at[last.at.length - 1] ?? 0) + 1 },
    ...all,
    units,
    enterprises: findPopulations(text),
    soft: SOFT.test(text),
  }
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
