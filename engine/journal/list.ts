import type { Json } from '../core/condition/ast.ts'
import { tableOf } from '../core/naming.ts'
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

/** The journal of an area for its administrators, refused attempts included. Newest first. */
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
  if (query.after) wheres.push(sql`id < ${query.after}`)
  if (query.register) wheres.push(sql`register = ${query.register}`)
  if (query.what) wheres.push(sql`what = ${query.what}`)
  if (query.actor) wheres.push(sql`actor_id = ${query.actor}`)
  if (query.refused) wheres.push(sql`starts_with(what, 'refused:')`)
  if (query.from) wheres.push(sql`at >= ${`${query.from}T00:00:00+08:00`}::timestamptz`)
  if (query.to) wheres.push(sql`at < ${`${query.to}T00:00:00+08:00`}::timestamptz + interval '1 day'`)
  const { rows } =
    await sql<Kept>`select id::text as seq, at, actor_id as "actorId", actor_name as "actorName",
      register, record_id as "recordId", title, what, changes, reason, ${isSealed(s)} as sealed
    from journal where ${sql.join(wheres, sql` and `)} order by journal.id desc limit ${limit + 1}`.execute(
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
