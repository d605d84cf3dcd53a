import { matchKey } from '../../../fields/normal/text.ts'
import type { Actor } from '../../access/actor.ts'
import type { Catalogue } from '../../core/catalogue.ts'
import type { RecordDef } from '../../core/definition.ts'
import { newId } from '../../core/ids.ts'
import { isPersonal } from '../../core/personal.ts'
import { type Db, sql } from '../../store/db.ts'
import { labelOf } from './fields.ts'
import type { Found, Heading, Mapping, SessionRow } from './types.ts'

/**
 * What a sender's ledgers mean, answered once and kept for the next one. An answer holds for the register, the sender
 * and the title of the column it was given under, and for that text alone: nothing else is ever covered by it.
 * Personal content is not kept: what a telephone of one row ought to be says nothing of the next ledger.
 */

export interface Remembered {
  id: string
  kind: 'heading' | 'value' | 'above' | 'as-is'
  /** title of the column, as titles are compared */
  heading: string
  /** '' for a column that is not imported */
  field: string
  text: string
  answer: string
  by: string
  /** when it was answered */
  at: string
}

/** Whose ledger it is: the firm's own, else of the area it is about. */
export const senderOf = (actor: Actor, area: string): string => actor.organisation ?? area

export async function recall(db: Db, register: string, sender: string): Promise<Remembered[]> {
  const { rows } = await sql<Remembered>`select id, kind, heading, field, text, answer, by_name as by, at
    from import_memory where register = ${register} and sender = ${sender} order by at, id`.execute(db)
  return rows
}

/** What was answered under the columns of a file, as reading uses it. */
export class Recalled {
  readonly #all: readonly Remembered[]
  readonly #values = new Map<string, Remembered>()
  readonly #used = new Set<string>()

  constructor(all: readonly Remembered[]) {
    this.#all = all
    for (const m of all) if (m.kind === 'value') this.#values.set(keyOf(m.field, m.heading, m.text), m)
  }

  /** The mapping with the columns that were laid down before, where nobody says otherwise now. */
  headings(mapping: Mapping): Mapping {
    const said = new Set(Object.keys(mapping.headings ?? {}).map(matchKey))
    const headings = { ...mapping.headings }
    for (const m of this.#all) if (m.kind === 'heading' && !said.has(m.heading)) headings[m.heading] = m.field
    return Object.keys(headings).length ? { ...mapping, headings } : mapping
  }

  /** Notes which columns mean what they mean because it was said before. */
  columns(mapping: Mapping, columns: readonly Heading[]): void {
    const said = new Set(Object.keys(mapping.headings ?? {}).map(matchKey))
    for (const h of columns) {
      const key = matchKey(h.title)
      const m = this.#all.find((x) => x.kind === 'heading' && x.heading === key)
      if (!m || said.has(key) || (h.how !== 'given' && h.how !== 'ignored')) continue
      if (h.how === 'given') h.how = 'remembered'
      this.#used.add(m.id)
    }
  }

  /** The mapping with what blanks mean and which readings are not wanted, for the columns of a file. */
  rest(mapping: Mapping, columns: readonly Heading[]): Mapping {
    const out: Mapping = { ...mapping }
    const has = (m: Remembered) => columns.some((h) => h.field === m.field && matchKey(h.title) === m.heading)
    for (const m of this.#all) {
      if (m.kind === 'above' && out.above?.[m.field] === undefined && has(m)) {
        out.above = { ...out.above, [m.field]: m.answer === 'yes' }
        this.#used.add(m.id)
      }
      if (m.kind === 'as-is' && out.asIs !== true && has(m)) {
        out.asIs = { ...out.asIs, [m.field]: [...(out.asIs?.[m.field] ?? []), m.text] }
        this.#used.add(m.id)
      }
    }
    return out
  }

  /** What a cell under this title was said to mean; undefined where nothing was said. */
  value(field: string, heading: string, text: string): string | undefined {
    if (this.#values.size === 0) return undefined
    const m = this.#values.get(keyOf(field, matchKey(heading), matchKey(text)))
    if (m) this.#used.add(m.id)
    return m?.answer
  }

  used(): Remembered[] {
    return this.#all.filter((m) => this.#used.has(m.id))
  }
}

const keyOf = (field: string, heading: string, text: string): string => `${field}\n${heading}\n${text}`

type Answer = Pick<Remembered, 'kind' | 'heading' | 'field' | 'text' | 'answer'>

/** Every answer of a session by the titles of its columns. */
function answersOf(def: RecordDef, mapping: Mapping, found: Found): Answer[] {
  const columns = (found.sheets ?? []).flatMap((x) => x.headings ?? [])
  const out = new Map<string, Answer>()
  const add = (a: Answer) => out.set([a.kind, a.heading, a.field, a.text].join('\n'), a)
  const titlesOf = (field: string) => columns.filter((h) => h.field === field).map((h) => matchKey(h.title))
  for (const [title, field] of Object.entries(mapping.headings ?? {})) {
    const heading = matchKey(title)
    // a letter stands for a column without a title: the next file may have another there
    if (columns.some((h) => matchKey(h.title) === heading))
      add({ kind: 'heading', heading, field, text: '', answer: field })
  }
  const kept = (field: string) => !isPersonal(def.fields[field])
  for (const [field, spellings] of Object.entries(mapping.values ?? {}))
    for (const [text, answer] of Object.entries(kept(field) ? spellings : {}))
      for (const heading of titlesOf(field))
        add({ kind: 'value', heading, field, text: matchKey(text), answer })
  for (const [field, yes] of Object.entries(mapping.above ?? {}))
    for (const heading of titlesOf(field))
      add({ kind: 'above', heading, field, text: '', answer: yes ? 'yes' : 'no' })
  if (mapping.asIs !== true)
    for (const [field, list] of Object.entries(mapping.asIs ?? {}))
      for (const text of kept(field) ? list : [])
        for (const heading of titlesOf(field)) add({ kind: 'as-is', heading, field, text, answer: '' })
  return [...out.values()]
}

/** Keeps what was answered in an import that is now written; another answer than before takes its place. */
export async function remember(
  db: Db,
  catalogue: Catalogue,
  session: Pick<SessionRow, 'id' | 'register' | 'area' | 'mapping' | 'found'>,
  actor: Actor,
  now: Date,
): Promise<void> {
  const answers = answersOf(catalogue.record(session.register), session.mapping, session.found)
  if (answers.length === 0) return
  const rows = answers.map((a) => ({ ...a, id: newId() }))
  await sql`insert into import_memory (id, register, sender, kind, heading, field, text, answer, by_id, by_name, at, session_id)
    select v.id, ${session.register}, ${senderOf(actor, session.area)}, v.kind, v.heading, v.field, v.text, v.answer,
      ${actor.id}, ${actor.name}, ${now}, ${session.id}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as v(id uuid, kind text, heading text, field text, text text, answer text)
    on conflict (register, sender, kind, heading, field, text) do update set answer = excluded.answer,
      by_id = excluded.by_id, by_name = excluded.by_name, at = excluded.at, session_id = excluded.session_id`.execute(
    db,
  )
  // one column means one thing
  const titles = rows.filter((r) => r.kind === 'heading')
  if (titles.length)
    await sql`delete from import_memory m using jsonb_to_recordset(${JSON.stringify(titles)}::jsonb) as v(heading text, field text)
      where m.register = ${session.register} and m.sender = ${senderOf(actor, session.area)} and m.kind = 'heading'
        and m.heading = v.heading and m.field <> v.field`.execute(db)
}

/** Forgets what an import that is taken back had laid down. */
export const unlearn = (db: Db, session: string) =>
  sql`delete from import_memory where session_id = ${session}`.execute(db)

/** Forgets one answer of this register and sender. */
export const forget = (db: Db, register: string, sender: string, id: string) =>
  sql`delete from import_memory where id = ${id} and register = ${register} and sender = ${sender}`.execute(
    db,
  )

/** An answer as a person reads it. @param areas names by code */
export function told(
  catalogue: Catalogue,
  register: string,
  found: Found,
  m: Remembered,
  areas: Readonly<Record<string, string>>,
) {
  const def = catalogue.record(register)
  const label = m.field === '' ? '' : labelOf(catalogue, def, m.field)
  const columns = (found.sheets ?? []).flatMap((x) => x.headings ?? [])
  const title = columns.find((h) => matchKey(h.title) === m.heading)?.title ?? m.heading
  const option = def.fields[m.field]?.options?.find((o) => o.value === m.answer)?.label
  const says = {
    heading: `“${title}”列${m.field === '' ? '不导入' : `是${label}`}`,
    value: `“${title}”列的“${m.text}”${m.answer === '' ? '空着' : `是${option ?? areas[m.answer] ?? m.answer}`}`,
    above: `“${title}”列的空白${m.answer === 'yes' ? '与上一行相同' : '就是空着'}`,
    'as-is': `“${title}”列的“${m.text}”不统一写法`,
  }[m.kind]
  return { ...m, label, says }
}
