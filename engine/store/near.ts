import type { Actor } from '../access/actor.ts'
import { reaches, type ScopeRow } from '../access/scope.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import type { Candidate, Question } from './asks.ts'
import { type Db, sql } from './db.ts'
import { scopeOf } from './rows.ts'
import { firmCore } from './search/names.ts'
import type { Services } from './services.ts'

/**
 * Near-doubles of firms (`RegisterDef.near`): the same firm under a name that differs in its place, its legal form,
 * brackets or a note (（原…）, （演示）), or with another number. A person or another system is asked 是不是这一家, with
 * the reason; who may not see the other firm is told that it is there, and nothing of it.
 */

/** A firm by its name, as far as it tells one from another. */
export interface Named {
  title: string
  code: string
  area: string
}

/** Why two firms may be one, in words. @param placeOf name of the other's area */
export function whyNear(own: Named, other: Named, placeOf: (area: string) => string): string {
  return [
    other.title === own.title ? '名称相同' : '名称只差地名、组织形式或括号里的说明',
    other.code && own.code && other.code !== own.code ? '代码不同' : '',
    other.area !== own.area ? `区划不同（${placeOf(other.area)}）` : '',
  ]
    .filter(Boolean)
    .join('，')
}

/** Most records named under a question. */
const MOST = 5

type Found = Named & ScopeRow & { id: string; place: string | null }

/** Firms by a condition, with the names of their places; in no order, which would tempt to read them by it. */
async function firms(db: Db, def: RecordDef, near: string, where: ReturnType<typeof sql>): Promise<Found[]> {
  const { rows } = await sql<Found>`select t.id, ${sql.ref(`t.${columnOf(def.title)}`)} as title,
      coalesce(${sql.ref(`t.${columnOf(near)}`)}, '') as code, t.area, t.county, t.town, t.unit, t.sector, t.organisation,
      (select a.name from area a where a.code = t.area limit 1) as place
    from ${sql.table(tableOf(def.name))} t where t.archived_at is null and ${where} limit ${4 * MOST}`.execute(
    db,
  )
  return rows
}

/** The question about a record that is probably one that is there; undefined for one that looks like no other. */
export async function nearQuestion(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  { id, values }: Candidate,
): Promise<Question | undefined> {
  const { near, scope } = def
  const text = (field: string) => String(values[field] ?? '')
  const core = firmCore(text(def.title))
  if (!near || !scope || core === undefined) return undefined
  const own = { title: text(def.title), code: text(near), area: text(scope.area) }
  const found = await firms(
    db,
    def,
    near,
    sql`t.name_core = ${core} and t.county = ${own.area.slice(0, 6)} and t.id is distinct from ${id}`,
  )
  if (found.length === 0) return undefined
  const reach = scopeOf(s, actor, def, 'read')
  const seen = found.filter((f) => reaches(reach, f)).slice(0, MOST)
  const hidden = found.length - seen.length
  return {
    path: def.title,
    message: `是不是这一家：本县已登记过${seen[0]?.title === own.title ? '同名' : '名称相近'}的${def.label}`,
    doubles: [
      ...seen.map((f) => `${nameOf(f)}：${whyNear(own, f, (area) => f.place ?? area)}`),
      ...(hidden > 0
        ? [`另有 ${hidden} 家名称只差地名、组织形式或括号的，不在您的管辖范围内，请先与县局核对`]
        : []),
    ],
    records: seen.map((f) => ({ id: f.id, title: f.title })),
  }
}

const nameOf = ({ title, code }: Named): string => (code ? `${title}（${code}）` : title)

/** Says whose number it is, when a firm could not be written because another has it. @param request what was sent */
export async function whoseNumber(
  s: Services,
  actor: Actor,
  def: RecordDef,
  e: Problem,
  request: unknown,
): Promise<Problem> {
  const { near } = def
  const { complaints } = e.details
  const taken = Array.isArray(complaints) && complaints.some((c) => c.path === near)
  const member = (of: unknown, name: string) => Object.entries(of ?? {}).find(([key]) => key === name)?.[1]
  const code = near && member(member(request, 'values'), near)
  if (!near || !taken || e.code !== 'conflict' || typeof code !== 'string') return e
  const [other] = await firms(s.db, def, near, sql`${sql.ref(`t.${columnOf(near)}`)} = ${code}`)
  if (!other) return e
  const seen = reaches(scopeOf(s, actor, def, 'read'), other)
  const label = def.fields[near]?.label ?? ''
  const whose = seen
    ? `“${other.title}”相同，是不是这一家？是的请修改那一条（更名改名称即可），不是请核对代码`
    : `另一家${def.label}相同，它不在您的管辖范围内，请与县局核对`
  const message = `${label}与已有的${whose}。`
  return new Problem('conflict', message, {
    ...e.details,
    complaints: [{ path: near, message }],
    ...(seen && { records: [{ id: other.id, title: other.title }] }),
  })
}
