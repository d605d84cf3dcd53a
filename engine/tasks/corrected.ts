import type { Actor } from '../access/actor.ts'
import { reaches } from '../access/scope.ts'
import { factsOf } from '../core/deciding.ts'
import type { IndicatorDef, RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { computeIndicator } from '../indicators/compute.ts'
import type { Group } from '../indicators/figure.ts'
import { type FigureQuery, populationSql, sourcesOf } from '../indicators/population.ts'
import { whoConditions } from '../indicators/who.ts'
import { shownChanges } from '../journal/timeline.ts'
import { rowsById } from '../store/bulk.ts'
import { type Db, sql } from '../store/db.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { figureContext, queryOf } from './figures.ts'
import type { Task } from './rows.ts'
import { endOfDay, goalOf, reached } from './state.ts'

/**
 * A frozen figure stays; what was corrected afterwards of the records it counted is told beside it, with the figure
 * the same day would have by the corrected records. Both come from the journal and the tables, and are never typed.
 */
export interface Corrected {
  /** corrections of records in its population since it was frozen */
  n: number
  num: number
  den: number | null
  value: number | null
  reached: boolean
  /** journal entries */
  entries: string[]
  /** by town, as far as there is one */
  towns: Record<string, number>
  groups: Pick<Group, 'area' | 'num' | 'den' | 'value'>[]
}

/**
 * What the journal calls a change of what had been recorded: no living record that simply went on. The words of its
 * index `journal_corrections`.
 */
const KINDS = sql.raw(`('correct', 'move', 'archive', 'restore', 'undo', 'revert')`)

interface Entry {
  seq: string
  register: string
  record: string
  what: string
  fields: string[]
}

/** Fields of each register that the figure reads, also what proves it. */
function fieldsRead(s: Services, task: Task, def: IndicatorDef): Map<string, Set<string>> {
  const { register } = def.of
  const out = new Map<string, Set<string>>()
  const add = (of: string, field: string) => out.set(of, (out.get(of) ?? new Set()).add(field))
  const conditions = [def.of.where, def.met, task.where ?? undefined, ...whoConditions(def.of, s.catalogue)]
  const facts = conditions.flatMap((c) => factsOf(c, register, s.catalogue))
  if (def.proof.related) facts.push(...factsOf(def.proof.where, def.proof.related, s.catalogue))
  for (const f of facts) add(f.register, f.field)
  for (const path of [def.sum, def.over, def.duration?.from, def.duration?.to]) if (path) add(register, path)
  for (const name of sourcesOf(def, s.catalogue)) {
    const of = s.catalogue.record(name)
    if (of.happenedOn) add(name, of.happenedOn)
    for (const [field, f] of Object.entries(of.fields))
      if (f.type === 'files' || f.type === 'photos') add(name, field)
  }
  return out
}

/** Corrections since an instant of records that were there by then, in the registers a figure reads. */
async function correctionsSince(
  s: Services,
  db: Db,
  task: Task,
  def: IndicatorDef,
  by: Date,
  sources: readonly string[],
): Promise<Entry[]> {
  const there = sources.map(
    (name) => sql`when ${name} then exists (select 1 from ${sql.table(tableOf(name))} t
      where t.id = j.record_id and t.recorded_at <= ${by})`,
  )
  const { rows } = await sql<Entry>`select j.id::text as seq, j.register, j.record_id as record, j.what,
      array(select c->>'field' from jsonb_array_elements(j.changes) c) as fields
    from journal j where j.at > ${by} and j.what in ${KINDS} and j.register = any(${sources}::text[])
      and case j.register ${sql.join(there, sql` `)} end
    order by j.id`.execute(db)
  const read = fieldsRead(s, task, def)
  return rows.filter(
    ({ register, what, fields }) =>
      !(what === 'correct' || what === 'revert') || fields.some((field) => read.get(register)?.has(field)),
  )
}

/** The record of the population that a record of a register belongs to, now and as it was. */
async function subjectsOf(
  db: Db,
  of: RecordDef,
  register: string,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  if (of.name === register) return new Map(ids.map((id) => [id, [id]]))
  // the parent of the population's records is no record of it: it concerns all of its own
  if (of.of !== register) return new Map()
  const link = sql.ref(`t.${columnOf(parentField(register))}`)
  const table = sql.raw(tableOf(of.name))
  const { rows } = await sql<{ id: string; subject: string }>`select t.id, ${link} as subject
    from public.${table} t where t.id = any(${ids}::uuid[])
    union select t.id, ${link} from history.${table} t where t.id = any(${ids}::uuid[])`.execute(db)
  const out = new Map<string, string[]>()
  for (const r of rows) out.set(r.id, [...(out.get(r.id) ?? []), r.subject])
  return out
}

/** The same numbers, in every town. */
function sameFigure(a: Counted, b: Counted): boolean {
  const told = ({ num, den, groups }: Counted) =>
    JSON.stringify([
      num,
      den,
      groups.map((g) => [g.area, g.num, g.den]).sort((x, y) => (String(x) < String(y) ? -1 : 1)),
    ])
  return told(a) === told(b)
}
type Counted = Pick<Corrected, 'num' | 'den' | 'groups'>

/** What was corrected since a task's figure was frozen; undefined where nothing was. */
export async function correctedOf(
  s: Services,
  db: Db,
  task: Task & { due: string },
  def: IndicatorDef,
): Promise<Corrected | undefined> {
  const by = endOfDay(task.due)
  const base = queryOf(task, task.due)
  const sources = [...sourcesOf(def, s.catalogue, base.subset)]
  const entries = await correctionsSince(s, db, task, def, by, sources)
  if (entries.length === 0) return undefined
  const corrected = new Map<string, string[]>()
  for (const e of entries) corrected.set(e.register, [...(corrected.get(e.register) ?? []), e.record])
  const then: FigureQuery = { ...base, recordedBy: by }
  const now: FigureQuery = { ...then, corrected }
  const subjects = new Map<string, string[]>()
  for (const [register, ids] of corrected)
    for (const [id, of] of await subjectsOf(db, s.catalogue.record(register), def.of.register, ids))
      subjects.set(id, of)
  const asked = [...new Set([...subjects.values()].flat())]
  const context = figureContext(s, db)
  const towns = new Map<string, Set<string>>()
  for (const query of [then, now]) {
    const { rows } = await sql<{ id: string; town: string | null }>`${populationSql(def, query, context)}
      select distinct id, town from population where id = any(${asked}::uuid[])`.execute(db)
    for (const { id, town } of rows) towns.set(id, (towns.get(id) ?? new Set()).add(town ?? ''))
  }
  const counted = entries.flatMap((e) => {
    const found = (subjects.get(e.record) ?? []).flatMap((id) => [...(towns.get(id) ?? [])])
    return found.length ? [{ seq: e.seq, towns: [...new Set(found)] }] : []
  })
  if (counted.length === 0) return undefined
  const [was, is] = [
    await computeIndicator(context, def, { ...then, groupBy: 'town' }),
    await computeIndicator(context, def, { ...now, groupBy: 'town' }),
  ]
  // what was changed and taken back, or says nothing the figure asks, is no correction of it
  if (sameFigure(was, is)) return undefined
  const { num, den, value, groups } = is
  const byTown: Record<string, number> = {}
  for (const e of counted) for (const town of e.towns) byTown[town] = (byTown[town] ?? 0) + 1
  return {
    n: counted.length,
    num,
    den,
    value,
    reached: reached(value, goalOf(task, def)),
    entries: counted.map((e) => e.seq),
    towns: byTown,
    groups: groups.map(({ area, num: a, den: b, value: v }) => ({ area, num: a, den: b, value: v })),
  }
}

/** A correction on the page of a task, as its reader may see it. */
export interface ShownCorrection {
  at: string
  by: string
  register: string
  registerLabel: string
  recordId: string
  title: string
  what: string
  reason: string | null
  changes: { field: string; label: string; before?: unknown; after?: unknown }[]
}

const MOST_SHOWN = 100
const words: Record<string, string> = {
  correct: '更正',
  move: '改换归属',
  archive: '移除',
  restore: '恢复',
  undo: '撤销导入',
  revert: '撤销批量修改',
}

/** Corrections of records within the reader's reach, the newest first; the others are counted. */
export async function shownCorrections(
  s: Services,
  db: Db,
  actor: Actor,
  corrected: Corrected,
): Promise<{ rows: ShownCorrection[]; hidden: number }> {
  const { rows: entries } = await sql<{
    seq: string
    at: string
    actorName: string
    register: string
    recordId: string
    title: string | null
    what: string
    changes: Parameters<typeof shownChanges>[1]['changes']
    reason: string | null
  }>`select id::text as seq, at, actor_name as "actorName", register, record_id as "recordId", title, what, changes,
      reason from journal where id = any(${corrected.entries.slice(-MOST_SHOWN)}::bigint[]) order by id desc`.execute(
    db,
  )
  const rows: ShownCorrection[] = []
  for (const name of new Set(entries.map((e) => e.register))) {
    const list = entries.filter((e) => e.register === name)
    const def = s.catalogue.record(name)
    const [read, write] = [scopeOf(s, actor, def, 'read'), scopeOf(s, actor, def, 'write')]
    const records = new Map(
      (
        await rowsById(
          s.catalogue,
          db,
          def,
          list.map((e) => e.recordId),
        )
      ).map((r) => [r.id, r]),
    )
    for (const e of list) {
      const row = records.get(e.recordId)
      if (!row || !reaches(read, row)) continue
      const keeps = reaches(write, row)
      rows.push({
        at: e.at,
        by: keeps ? e.actorName : '',
        register: name,
        registerLabel: def.label,
        recordId: e.recordId,
        title: keeps ? (e.title ?? '') : '',
        what: words[e.what] ?? e.what,
        reason: keeps ? e.reason : null,
        changes: shownChanges(s, e),
      })
    }
  }
  rows.sort((a, b) => (a.at < b.at ? 1 : -1))
  return { rows, hidden: corrected.n - rows.length }
}
