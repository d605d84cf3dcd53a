import type { Actor } from '../access/actor.ts'
import { rolesFor, type ScopeRow } from '../access/scope.ts'
import type { Json } from '../core/condition/ast.ts'
import type { LoopDef, RecordDef, Role } from '../core/definition.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { fieldsOfActions, fieldsOfTrack, shelvers } from '../core/loop.ts'
import { canonicalJson } from '../core/naming.ts'
import { roleLabel } from '../core/roles.ts'
import type { Row, WriteMeta } from '../store/types.ts'

/**
 * What nobody may do to a case by hand: bring it to an end past its actions. The screen's edit, the API and the
 * import of a ledger ask the same questions here.
 */

/** Someone who supervises the case: any role that reaches it but the firm's own. */
export const supervises = (actor: Actor, def: LoopDef, row: ScopeRow, today: string): boolean =>
  actor.kind === 'system' || rolesFor(actor, def, row, today).some((r) => r !== 'enterprise-officer')

const same = (a: unknown, b: unknown): boolean =>
  canonicalJson((a ?? null) as Json) === canonicalJson((b ?? null) as Json)

/**
 * Complaints about a change of an open case by hand: what actions write is theirs; what decides the track (origin,
 * finder, delegation) and the day of finding only those may correct who supervise, or a firm would move the
 * authority's case to the track that it closes itself.
 */
export function editComplaints(
  actor: Actor,
  def: RecordDef,
  before: Row,
  values: Record<string, unknown>,
  today: string,
): Complaint[] {
  if (def.kind !== 'loop') return []
  const byActions = fieldsOfActions(def)
  const changed = Object.keys(values).filter(
    (name) => values[name] !== undefined && !same(values[name], before[name]),
  )
  const label = (name: string) => def.fields[name]?.label ?? name
  const out = changed
    .filter((name) => byActions.has(name))
    .map((name) => ({ path: name, message: `${label(name)}由办理动作写入，不能直接修改。` }))
  const ofTrack = fieldsOfTrack(def)
  const stated = changed.filter((name) => !byActions.has(name))
  const own = stated.filter((name) => ofTrack.has(name))
  const bound = boundTo(actor, def, before as ScopeRow, today)
  // what another body found stands as it found it: its words, photos and finder no less than the day
  if (bound && !openedAs(bound, before)) {
    for (const name of stated) out.push({ path: name, message: notTheirs(def, bound.role, label(name)) })
    return out
  }
  if (own.length === 0) return out
  if (!supervises(actor, def, before as ScopeRow, today))
    for (const name of own)
      out.push({ path: name, message: `${label(name)}登记后不能由企业修改，确需更正请联系监管单位。` })
  else if (bound) out.push(...complaintsOf(def, bound, values, own))
  return out
}

/**
 * Who may only open cases as its own (a firm, a town) corrects only its own, and says no other finder of them:
 * otherwise it would make the case of another body its own, or another case of it.
 */
const notTheirs = (def: LoopDef, role: Role, label: string): string =>
  role === 'enterprise-officer'
    ? `这条${def.label}由监管单位登记，${label}登记后不能由企业修改，确需更正请联系监管单位。`
    : `这条${def.label}不是${roleLabel(role)}登记的，${label}由登记单位或县局更正。`

const openedAs = ({ fixed }: Bound, row: Record<string, unknown>): boolean =>
  Object.entries(fixed).every(([name, value]) => allowed(value, row[name]))

interface Bound {
  role: Role
  fixed: Record<string, Json>
}

/** The role the actor opens cases as, when every role he has here is bound to say what `opens` says. */
function boundTo(actor: Actor, def: LoopDef, row: ScopeRow, today: string): Bound | undefined {
  if (!def.opens || actor.kind === 'system') return undefined
  const given = rolesFor(actor, def, row, today).map((role) => ({ role, fixed: def.opens?.[role] }))
  const only = given[0]
  if (!only?.fixed || given.some((g) => !g.fixed)) return undefined
  return { role: only.role, fixed: only.fixed }
}

const allowed = (fixed: Json, value: unknown): boolean =>
  Array.isArray(fixed) ? fixed.some((f) => same(f, value)) : same(fixed, value)

/** @param names only these fields; default: all that are fixed */
function complaintsOf(
  def: LoopDef,
  { role, fixed }: Bound,
  values: Record<string, unknown>,
  names?: readonly string[],
): Complaint[] {
  return Object.entries(fixed)
    .filter(([name, value]) => (!names || names.includes(name)) && !allowed(value, values[name]))
    .map(([name, value]) => ({
      path: name,
      message: `${roleLabel(role)}登记的${def.label}，${def.fields[name]?.label ?? name}只能是${[value]
        .flat()
        .map((v) => `“${v}”`)
        .join('、')}。`,
    }))
}

/** Complaints about a new case: what a firm reports it has found itself, whatever it would like to say. */
export function openingComplaints(
  actor: Actor,
  def: RecordDef,
  row: ScopeRow,
  values: Record<string, unknown>,
  today: string,
): Complaint[] {
  const bound = def.kind === 'loop' ? boundTo(actor, def, row, today) : undefined
  return bound && def.kind === 'loop' ? complaintsOf(def, bound, values) : []
}

/** A day that has not come yet is no fact. */
export function futureComplaints(
  def: RecordDef,
  values: Record<string, unknown>,
  today: string,
): Complaint[] {
  if (def.kind !== 'loop' || !def.happenedOn) return []
  const day = values[def.happenedOn]
  if (typeof day !== 'string' || day.slice(0, 10) <= today) return []
  const label = def.fields[def.happenedOn]?.label ?? def.happenedOn
  return [{ path: def.happenedOn, message: `${label}不能晚于今天（${today}），请改正。` }]
}

/**
 * Archiving takes a case out of lists and figures: the bureau's decision, with its reason, never the firm's.
 * @throws Problem forbidden, or bad-input without a reason
 */
export function requireShelve(
  actor: Actor,
  def: RecordDef,
  row: Row,
  archived: boolean,
  meta: WriteMeta,
  today: string,
): void {
  if (def.kind !== 'loop') return
  const able = shelvers(def)
  if (actor.kind !== 'system' && !rolesFor(actor, def, row as ScopeRow, today).some((r) => able.includes(r)))
    throw new Problem(
      'forbidden',
      `${def.label}由${able.map(roleLabel).join('、')}归档和恢复。登记有误的，请办理撤销或联系县局。`,
      { register: def.name, id: row.id },
    )
  if (archived && !meta.reason?.trim())
    throw new Problem('bad-input', `归档${def.label}请写明理由。`, {
      complaints: [{ path: 'reason', message: '请写明归档理由。' }],
    })
}
