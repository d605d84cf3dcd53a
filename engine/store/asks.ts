import type { Actor } from '../access/actor.ts'
import { reaches } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import { toKysely } from '../core/condition/kysely.ts'
import { toSql } from '../core/condition/sql.ts'
import type { AskDef, FieldDef, RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { columnOf, parentField, parentTitle, tableOf } from '../core/naming.ts'
import { titleOf } from '../journal/write.ts'
import { rowsById } from './bulk.ts'
import { type Db, sql } from './db.ts'
import { holdsOn } from './holds.ts'
import { maskRows } from './mask.ts'
import { nearQuestion } from './near.ts'
import { scopeOf } from './rows.ts'
import type { Services } from './services.ts'
import type { Row, WriteMeta } from './types.ts'
import type { ReadValues } from './values.ts'

/**
 * What is asked when a record is saved (`RegisterDef.asks`): records that look like this one. The same question for
 * the door, which waits for an answer, and for imports, which name it in the row.
 */

/** A record as it will stand: its values, its id where it is there already, its parent. */
export interface Candidate {
  id: string | null
  parent: string | null
  values: Record<string, unknown>
}

/** A question about one candidate, with what it looks like as this reader may see it. */
export interface Question {
  path: string
  message: string
  doubles: string[]
  /** those that may be opened to look */
  records?: { id: string; title: string }[]
  /** all that was typed is the same */
  identical?: true
}

/** Most records named under a question. */
const MOST_NAMED = 5

const isEmpty = (v: unknown): boolean =>
  v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)

/** Questions about each of some candidates, by their place in the list. */
export async function questionsOf(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  candidates: readonly Candidate[],
  now: Date,
): Promise<Map<number, Question[]>> {
  const out = new Map<number, Question[]>()
  for (const ask of def.asks ?? []) {
    const found = await doublesOf(s, db, def, ask, candidates, now)
    const ids = [...new Set([...found.values()].flat())]
    const rows = new Map((await rowsById(s.catalogue, db, def, ids)).map((r) => [r.id, r]))
    for (const [i, doubles] of found) {
      const path = ask.same.find((f) => f !== 'parent') ?? ''
      const named = doubles.flatMap((id) => rows.get(id) ?? [])
      const question = { path, message: ask.label, doubles: told(s, actor, def, named) }
      out.set(i, [...(out.get(i) ?? []), question])
    }
  }
  const rest = candidates.map((c, i) => ({ c, i })).filter(({ c, i }) => c.id === null && !out.has(i))
  const twins = await identicalTo(
    s,
    db,
    def,
    rest.map(({ c }) => c),
  )
  const rows = await rowsById(s.catalogue, db, def, [...new Set([...twins.values()].flat())])
  for (const [n, ids] of twins) {
    const named = rows.filter((r) => ids.includes(r.id))
    const message = `内容完全相同的${def.label}已登记过`
    const at = rest[n]?.i
    if (at === undefined) continue
    out.set(at, [{ path: def.title, message, doubles: told(s, actor, def, named), identical: true }])
  }
  return out
}

/** Fields that somebody types and that tell one record from another: no files, no numbers the program gives. */
const typed = (s: Services, def: RecordDef): [string, FieldDef][] =>
  Object.entries(def.fields).filter(
    ([, f]) =>
      s.catalogue.fieldType(f).shape !== 'json' && f.writers?.length !== 0 && !f.numbered && !f.unique,
  )

/** New records of which all that was typed stands below the same parent already, by their place in the list. */
async function identicalTo(
  s: Services,
  db: Db,
  def: RecordDef,
  candidates: readonly Candidate[],
): Promise<Map<number, string[]>> {
  const out = new Map<number, string[]>()
  if (!def.of || candidates.length === 0) return out
  const fields = typed(s, def)
  const asked = candidates.flatMap((c, i) =>
    // a number of its own tells it apart
    c.parent === null || Object.entries(def.fields).some(([f, d]) => d.unique && !isEmpty(c.values[f]))
      ? []
      : [
          {
            i,
            parent: c.parent,
            ...Object.fromEntries(
              fields.map(([f]) => [nameOf(f), isEmpty(c.values[f]) ? null : c.values[f]]),
            ),
          },
        ],
  )
  if (asked.length === 0) return out
  const typeOf = (f: FieldDef) => sql.raw(s.catalogue.fieldType(f).sqlType(f))
  const names = fields.map(([f, d]) => sql`${sql.ref(nameOf(f))} ${typeOf(d)}`)
  const alike = fields.map(([f, d]) => {
    const [own, given] = [sql.ref(`t.${columnOf(f)}`), sql.ref(`v.${nameOf(f)}`)]
    // nothing chosen is an empty list or none
    return d.type === 'choices'
      ? sql`coalesce(${own}, '{}') = coalesce(${given}, '{}')`
      : sql`${own} is not distinct from ${given}`
  })
  const { rows } = await sql<{ i: number; id: string }>`select v.i, t.id
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as v(i int, parent uuid, ${sql.join(names)})
    join ${sql.table(tableOf(def.name))} t on ${sql.ref(`t.${columnOf(parentField(def.of))}`)} = v.parent
      and t.archived_at is null and ${sql.join(alike, sql` and `)}
    order by v.i, t.recorded_at desc limit 2000`.execute(db)
  for (const { i, id } of rows) out.set(i, [...(out.get(i) ?? []), id])
  return out
}

/** Records within reach by title and place, masked as reads are; the others are counted. */
function told(s: Services, actor: Actor, def: RecordDef, rows: readonly Row[]): string[] {
  const reach = scopeOf(s, actor, def, 'read')
  const seen = maskRows(
    s,
    actor,
    def,
    rows.filter((r) => reaches(reach, r)),
  )
  const lines = seen.slice(0, MOST_NAMED).map((r) => {
    const under = def.of ? String(r[parentTitle(def.of)] ?? '') : ''
    return [titleOf(def, r), under, r.happenedOn].filter(Boolean).join('，')
  })
  const hidden = rows.length - lines.length
  return hidden > 0 ? [...lines, `另有 ${hidden} 条${lines.length ? '' : '，不在您的管辖范围内'}`] : lines
}

async function doublesOf(
  s: Services,
  db: Db,
  def: RecordDef,
  { same, unlike = [], where }: AskDef,
  candidates: readonly Candidate[],
  now: Date,
): Promise<Map<number, string[]>> {
  const holds = holdsOn(s, def, now)
  const valueIn = (c: Candidate, f: string) => (f === 'parent' ? c.parent : c.values[f])
  const asked = candidates.flatMap((c, i) => {
    if (where && !holds(where, c.values)) return []
    if (same.some((f) => isEmpty(valueIn(c, f)))) return []
    return [
      { i, id: c.id, ...Object.fromEntries([...same, ...unlike].map((f) => [nameOf(f), valueIn(c, f)])) },
    ]
  })
  if (asked.length === 0) return new Map()
  const column = (f: string) => sql.ref(`t.${columnOf(f === 'parent' ? parentField(def.of ?? '') : f)}`)
  const typeOf = (f: string) => {
    const field = def.fields[f]
    return sql.raw(field ? s.catalogue.fieldType(field).sqlType(field) : 'uuid')
  }
  const names = [...same, ...unlike].map((f) => sql`${sql.ref(nameOf(f))} ${typeOf(f)}`)
  const alike = same.map((f) => sql`${column(f)} = ${sql.ref(`v.${nameOf(f)}`)}`)
  const apart = unlike.map((f) => sql`${column(f)} is distinct from ${sql.ref(`v.${nameOf(f)}`)}`)
  const context = {
    catalogue: s.catalogue,
    register: def.name,
    alias: 't',
    moment: { asOf: shanghaiDate(now) },
    policies: s.policies(),
  }
  const also = where ? [toKysely(toSql(where, context))] : []
  const { rows } = await sql<{ i: number; id: string }>`select v.i, t.id
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as v(i int, id uuid, ${sql.join(names)})
    join ${sql.table(tableOf(def.name))} t on ${sql.join([...alike, ...apart, ...also], sql` and `)}
      and t.archived_at is null and t.id is distinct from v.id
    order by v.i, t.recorded_at desc limit 2000`.execute(db)
  const out = new Map<number, string[]>()
  for (const { i, id } of rows) out.set(i, [...(out.get(i) ?? []), id])
  return out
}

const nameOf = (f: string): string => `f_${columnOf(f)}`

/**
 * Asks before it is saved; a reason answers, or `confirm`. Another system is asked about firms alone, which nobody
 * could tell apart afterwards; an import and a replay are told elsewhere.
 * @throws Problem conflict with `asks` and what it looks like
 */
export async function refuseAsked(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  read: ReadValues,
  { meta, now, before, parent }: { meta: WriteMeta; now: Date; before?: Row; parent?: unknown },
): Promise<void> {
  if (actor.kind === 'system' || meta.confirm || meta.reason?.trim() || meta.batch) return
  const link = def.of ? parentField(def.of) : ''
  const values = { ...before, ...read.values }
  const candidate = { id: before?.id ?? null, parent: String(parent ?? before?.[link] ?? '') || null, values }
  const changed = (f: string) => f in read.values && read.values[f] !== before?.[f]
  const person = actor.kind === 'person'
  const near =
    def.near && (!before || [def.title, def.near, def.scope?.area ?? ''].some(changed))
      ? await nearQuestion(s, db, actor, def, candidate)
      : undefined
  if (!person && !near) return
  const open = (def.asks ?? []).filter((a) => !before || [...a.same, ...(a.unlike ?? [])].some(changed))
  const found =
    person && (open.length || !before)
      ? ((await questionsOf(s, db, actor, { ...def, asks: open }, [candidate], now)).get(0) ?? [])
      : []
  // two hazards of one day may well read alike: the second is named, and its reporter not held up
  if (def.kind === 'loop' && !before)
    for (const q of found.filter((f) => f.identical))
      read.warnings.push({ path: q.path, message: `${q.message}：${q.doubles.join('；')}` })
  const asked = [
    ...(near ? [near] : []),
    ...(def.kind === 'loop' ? found.filter((f) => !f.identical) : found),
  ]
  const also = person ? read.asks : []
  const first = asked[0] ?? also[0]
  if (!first) return
  const answer = person ? '写明理由后仍可保存' : '加上参数 confirm=1 再提交'
  throw new Problem('conflict', `请确认：${first.message}。确认无误的，${answer}。`, {
    asks: true,
    complaints: [...asked, ...also].map(({ path, message }) => ({ path, message })),
    doubles: [...asked.flatMap((q) => q.doubles), ...also.map((a) => a.message)],
    ...(near?.records?.length && { records: near.records }),
  })
}
