import type { Json } from '../core/condition/ast.ts'
import { type JournalKind, journalKinds } from '../core/journal-words.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { isPersonalField } from '../core/personal.ts'
import { sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import type { TimelineEntry } from '../store/types.ts'
import { sentence, shownChanges } from './timeline.ts'

export interface JournalQuery {
  /** area prefixes whose entries are shown */
  areas: string[]
  after?: string | undefined
  limit?: number | undefined
  register?: string | undefined
  what?: string | undefined
  actor?: string | undefined
  /** part of who acted: name or user name */
  person?: string | undefined
  /** part of a record's name, or its whole number, credit code or id */
  record?: string | undefined
  kind?: JournalKind | undefined
  /** only refused attempts */
  refused?: boolean | undefined
  /** YYYY-MM-DD, both inclusive */
  from?: string | undefined
  to?: string | undefined
}

interface Kept {
  seq: string
  at: string
  actorId: string
  actorName: string
  register: string
  recordId: string | null
  title: string | null
  what: string
  changes: { field: string; label: string; before?: Json; after?: Json; personal?: boolean }[]
  reason: string | null
  /** of a record that only its organisation reads */
  sealed: boolean
}

/** Whether an entry speaks of a sealed record: its administrators see that something happened, not what. */
const isSealed = (s: Services) => {
  const tests = [...s.catalogue.records.values()].flatMap((def) =>
    def.sealed
      ? [
          sql`(register = ${def.name} and exists (select 1 from ${sql.raw(tableOf(def.name))} t where t.id = record_id and t.sealed))`,
        ]
      : [],
  )
  return tests.length ? sql<boolean>`(${sql.join(tests, sql` or `)})` : sql<boolean>`false`
}

/** A text as part of a LIKE pattern, whatever signs it has. */
const part = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

/** Who is meant by a part of a name, or of a user name. */
const byPerson = (text: string) => sql`(actor_name ilike ${part(text)}
  or actor_id in (select u.id from app_user u where u.username ilike ${part(text)}))`

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Entries about records that a text names: by a part of the title, or by the whole number. A sealed record is found by
 * neither, since that would tell what it is; an enterprise's number also finds what stands under it.
 */
function byRecord(s: Services, text: string) {
  const numbers = [...s.catalogue.records.values()].flatMap((def) =>
    (def.keys ?? []).flatMap((key) => {
      const [field = ''] = key
      if (key.length > 1 || !def.fields[field] || isPersonalField(def, field)) return []
      return [
        sql`select t.id from ${sql.raw(tableOf(def.name))} t where upper(t.${sql.raw(columnOf(field))}::text) = ${text.toUpperCase()}`,
      ]
    }),
  )
  const named = [sql`title ilike ${part(text)}`]
  if (numbers.length) {
    const found = sql`(${sql.join(numbers, sql` union all `)})`
    named.push(sql`record_id in ${found}`, sql`organisation in ${found}`)
  }
  const open = sql`((${sql.join(named, sql` or `)}) and not ${isSealed(s)})`
  return UUID.test(text) ? sql`(record_id = ${text} or ${open})` : open
}

/** Entries of a kind: `what` is one of its words, or begins with one that ends in a colon. */
const ofKind = (kind: JournalKind) =>
  sql`(${sql.join(
    journalKinds[kind].what.map((w) => (w.endsWith(':') ? sql`starts_with(what, ${w})` : sql`what = ${w}`)),
    sql` or `,
  )})`

/** The journal of an area for its administrators, refused attempts included. By the instant it happened, newest first. */
export async function readJournal(
  s: Services,
  query: JournalQuery,
): Promise<{ entries: TimelineEntry[]; next: string | null }> {
  const limit = query.limit ?? 50
  // a refused sign-in with a name that no account has lies in no area: every administrator sees it
  const nowhere = sql`(register = 'sign-in' and area is null)`
  const wheres = [
    sql`(${sql.join([...query.areas.map((a) => sql`starts_with(area, ${a})`), nowhere], sql` or `)})`,
  ]
  if (query.after) wheres.push(sql`(at, id) < (select j.at, j.id from journal j where j.id = ${query.after})`)
  if (query.register) wheres.push(sql`register = ${query.register}`)
  if (query.what) wheres.push(sql`what = ${query.what}`)
  if (query.actor) wheres.push(sql`actor_id = ${query.actor}`)
  const [person, record] = [query.person?.trim(), query.record?.trim()]
  if (person) wheres.push(byPerson(person))
  if (record) wheres.push(byRecord(s, record))
  if (query.kind) wheres.push(ofKind(query.kind))
  if (query.refused) wheres.push(sql`starts_with(what, 'refused:')`)
  if (query.from) wheres.push(sql`at >= ${`${query.from}T00:00:00+08:00`}::timestamptz`)
  if (query.to) wheres.push(sql`at < ${`${query.to}T00:00:00+08:00`}::timestamptz + interval '1 day'`)
  const { rows } =
    await sql<Kept>`select id::text as seq, at, actor_id as "actorId", actor_name as "actorName",
      register, record_id as "recordId", title, what, changes, reason, ${isSealed(s)} as sealed
    from journal where ${sql.join(wheres, sql` and `)} order by journal.at desc, journal.id desc limit ${limit + 1}`.execute(
      s.db,
    )
  const more = rows.length > limit
  if (more) rows.pop()
  const told = rows.map((e) => (e.sealed ? { ...e, title: null, changes: [], reason: null } : e))
  const entries = told.map((e) => ({
    seq: e.seq,
    at: e.at,
    actor: { id: e.actorId, name: e.actorName },
    register: e.register,
    recordId: e.recordId ?? '',
    recordTitle: e.title ?? '',
    what: e.what,
    text: sentence(s, e),
    changes: shownChanges(s, e),
    reason: e.reason,
  }))
  return { entries, next: more ? (rows.at(-1)?.seq ?? null) : null }
}
