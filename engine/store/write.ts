import type { RawBuilder } from 'kysely'
import { type Actor, hasRole, systemActor } from '../access/actor.ts'
import { reaches, type ScopeRow } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import type { Fields, RecordDef, Role } from '../core/definition.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { canonicalJson, columnOf, parentField, tableOf } from '../core/naming.ts'
import { isPersonal } from '../core/personal.ts'
import { type Change, journal, journalPart, titleOf } from '../journal/write.ts'
import type { Batch } from './batch.ts'
import { type Db, sql } from './db.ts'
import { settleFiles } from './kept-files.ts'
import { type Parent, parentIdSql } from './parents.ts'
import { placeComplaints, placesFor } from './places.ts'
import { findRow, getRow, scopeOf } from './rows.ts'
import { carriedChanges, carryScope, ownScope, type ScopeColumns, sameScope } from './scope-columns.ts'
import { searchColumns } from './search/grams.ts'
import type { Services } from './services.ts'
import type { Row, WriteMeta } from './types.ts'
import { fieldEntries, givenEntries, reservedEntries, toColumn } from './values.ts'

export function raiseComplaints(def: { label: string }, complaints: Complaint[]): void {
  if (complaints.length === 0) return
  const more = complaints.length > 1 ? `（共 ${complaints.length} 处）` : ''
  throw new Problem('bad-input', `${def.label}还不能保存：${complaints[0]!.message}${more}`, { complaints })
}

/** Fields that a definition reserves for certain roles, or for the program alone. */
export function writerComplaints(
  actor: Actor,
  def: RecordDef,
  values: Record<string, unknown>,
  before: Row | undefined,
): Complaint[] {
  if (actor.kind === 'system') return []
  const has = (role: Role) => hasRole(actor, [role])
  return reservedEntries(def.fields)
    .filter(([name, f]) => values[name] !== undefined && f.writers && !f.writers.some(has))
    .filter(([name]) => !sameValue((values[name] ?? null) as Json, (before?.[name] ?? null) as Json))
    .map(([name, f]) => ({ path: name, message: `${f.label}不能由您填写。` }))
}

/**
 * Every reference must name a live record the actor can see, every place one that exists. Files are put in place as the store knows them
 * (`settleFiles`): after this `values` hold nothing about a file that the client made up, but its name.
 */
export async function checkRefs(
  s: Services,
  tx: Db,
  actor: Actor,
  fields: Fields,
  values: Record<string, unknown>,
  before?: Row,
): Promise<Complaint[]> {
  const out = await settleFiles(s, tx, actor, fields, values)
  out.push(...placeComplaints(await placesFor(s, tx, fields, [values]), fields, values, before))
  for (const [name, f] of Object.entries(fields)) {
    const id = values[name]
    if (f.account && typeof id === 'string') {
      values[name] = id.trim().toLowerCase()
      const { rows } = await sql`select 1 from app_user where username = ${values[name]}`.execute(tx)
      if (!rows.length)
        out.push({ path: name, message: `${f.label}：没有用户名为“${id.trim()}”的账号，请核对或先建账号。` })
    }
    if (f.type !== 'ref' || typeof id !== 'string') continue
    const target = f.to ? s.catalogue.findRecord(f.to) : undefined
    if (!target) continue
    const row = await findRow(s, tx, actor, target, id)
    if (!row || row.archivedAt)
      out.push({ path: name, message: `${f.label}：没有找到所选的${target.label}，请重新选择。` })
  }
  return out
}

export interface NewRow {
  id: string
  values: Record<string, Json>
  scope: ScopeColumns
  parentId?: string
  happenedOn: string
  proof: number
  /** loops: standing columns */
  loop?: { state: string; track: string | null; version: number }
}

const dateOf = (v: unknown): string | undefined =>
  typeof v === 'string' && /^\d{4}-\d{2}-\d{2}/.test(v) ? v.slice(0, 10) : undefined

/** The day of the fact: the register's own date goes before what the request says besides. */
export function happenedOn(
  def: RecordDef,
  values: Record<string, unknown>,
  meta: WriteMeta,
  now: Date,
): string {
  return dateOf(def.happenedOn ? values[def.happenedOn] : undefined) ?? meta.happenedOn ?? shanghaiDate(now)
}

export function requireReach(
  s: Services,
  actor: Actor,
  def: RecordDef,
  row: ScopeRow,
  wish: 'write' | 'act' = 'write',
): void {
  // sealing a record by what one writes is no move out of reach
  if (!reaches(scopeOf(s, actor, def, wish), { ...row, sealed: false }))
    throw new Problem('forbidden', `您不能在这里登记或修改${def.label}：它不在您的职责范围内。`, {
      register: def.name,
    })
}

/** Adds the insert of the row itself. @returns the name of the part that returns it */
export function insertPart(
  s: Services,
  batch: Batch,
  actor: Actor,
  def: RecordDef,
  made: NewRow,
  parent: Parent | undefined,
  meta: WriteMeta,
  now: Date,
): RawBuilder<unknown> {
  const columns = newColumns(actor, def, made, meta, now)
  if (parent && def.of) columns[columnOf(parentField(def.of))] = parentIdSql(def.of, parent)
  for (const [name, value] of Object.entries(made.values))
    columns[columnOf(name)] = toColumn(s.catalogue, def.fields[name]!, value)
  // names come from the definition, checked at start; as one text they cost nothing to compile
  const names = sql.raw(`${tableOf(def.name)} ("${Object.keys(columns).join('", "')}")`)
  return batch.add(sql`insert into ${names} values (${sql.join(Object.values(columns))}) returning *`)
}

/** The system columns of a new row. */
export function newColumns(
  actor: Actor,
  def: RecordDef,
  made: NewRow,
  meta: Pick<WriteMeta, 'batch'>,
  now: Date,
): Record<string, unknown> {
  const columns: Record<string, unknown> = {
    id: made.id,
    ...scopeColumnsOf(made.scope),
    proof: made.proof,
    happened_on: made.happenedOn,
    recorded_at: now,
    updated_at: now,
    created_by: actor.id,
    updated_by: actor.id,
    batch: meta.batch ?? null,
    ...searchColumns(def, made.values),
  }
  if (made.parentId && def.of) columns[columnOf(parentField(def.of))] = made.parentId
  if (made.loop) {
    columns.state = made.loop.state
    columns.track = made.loop.track
    columns.loop_version = made.loop.version
    columns.state_since = now
  }
  return columns
}

export const scopeColumnsOf = (scope: ScopeColumns) => ({
  area: scope.area,
  county: scope.county,
  town: scope.town,
  unit: scope.unit,
  sector: scope.sector,
  organisation: scope.organisation,
})

export async function uniqueAsComplaint<T>(def: RecordDef, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (e) {
    const { code, constraint, table } = e as { code?: string; constraint?: string; table?: string }
    if (code === '23503' && table === 'file_ref')
      throw new Problem('bad-input', '有附件没有上传成功，请重新上传后再提交。')
    if (code !== '23505' || constraint === 'idempotency_pkey') throw e
    const field = Object.entries(def.fields).find(
      ([name]) => constraint === `${tableOf(def.name)}_u_${columnOf(name)}`,
    )
    const message = field
      ? `${field[1].label}与已有${def.label}重复，请核对。`
      : `与已有${def.label}重复，请核对。`
    throw new Problem('conflict', message, { complaints: field ? [{ path: field[0], message }] : [] })
  }
}

/** Whether two stored values are one; the database gives the parts of a place or a file in an order of its own. */
const sameValue = (a: Json, b: Json): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b))

/** Changes between two versions of a record, as the journal keeps them. Only fields whose value differs. */
export function changesBetween(
  def: RecordDef,
  before: Record<string, unknown> | undefined,
  after: Record<string, unknown>,
): Change[] {
  const out: Change[] = []
  for (const [field, f] of before ? fieldEntries(def.fields) : givenEntries(def.fields, after)) {
    const was = (before?.[field] ?? null) as Json
    const is = (after[field] ?? null) as Json
    if (sameValue(was, is) || (!before && (is === null || (Array.isArray(is) && !is.length)))) continue
    out.push({ field, label: f.label, before: was, after: is, ...(isPersonal(f) && { personal: true }) })
  }
  return out
}

export interface RowChange {
  values: Record<string, Json>
  proof: number
  /** loops: new standing */
  loop?: { state: string; track: string | null; moved: boolean }
  archived?: boolean
  /** levels of graded registers */
  levels?: { proposed?: string | null; adopted?: string | null }
}

/** Scope of a changed row: its own fields' where it has some, else as it was. */
export const scopeOfChange = (
  def: RecordDef,
  before: Row,
  merged: Record<string, unknown>,
  actor: Actor,
): ScopeColumns =>
  !def.of && def.scope ? ownScope(def, before.id, merged, actor.home) : scopeColumnsOf(before)

/**
 * Changes a locked row: its values, derived scope, search grams. One version up. The caller journals.
 * @returns the row as it now stands
 */
export async function updateRow(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  before: Row,
  change: RowChange,
  now: Date,
): Promise<Row> {
  const merged = { ...before, ...change.values }
  const columns: Record<string, unknown> = {
    version: before.version + 1,
    proof: change.proof,
    updated_at: now,
    updated_by: actor.id,
    ...searchColumns(def, merged),
  }
  for (const [name, value] of Object.entries(change.values))
    columns[columnOf(name)] = toColumn(s.catalogue, def.fields[name]!, value)
  const next = scopeOfChange(def, before, merged, actor)
  const scope = sameScope(next, before) ? undefined : next
  if (scope) Object.assign(columns, scopeColumnsOf(scope))
  if (change.loop) {
    columns.state = change.loop.state
    columns.track = change.loop.track
    if (change.loop.moved) columns.state_since = now
  }
  if (change.archived !== undefined) columns.archived_at = change.archived ? now : null
  if (change.levels?.proposed !== undefined) columns.proposed_level = change.levels.proposed
  if (change.levels?.adopted !== undefined) columns.adopted_level = change.levels.adopted
  if (def.happenedOn && dateOf(change.values[def.happenedOn]))
    columns.happened_on = dateOf(change.values[def.happenedOn])
  await uniqueAsComplaint(def, () =>
    tx.updateTable(tableOf(def.name)).set(columns).where('id', '=', before.id).execute(),
  )
  if (scope) {
    requireReach(s, actor, def, { id: before.id, ...scope })
    const carried = await carryScope(tx, s.catalogue, def, [before.id], scope, now)
    if (carried.size)
      await journal(tx, {
        actor,
        now,
        register: def.name,
        recordId: before.id,
        title: titleOf(def, merged),
        what: 'carry',
        changes: carriedChanges(carried),
        area: scope.area,
        organisation: scope.organisation,
      })
  }
  // who may write it gets what he wrote, also where it is sealed from now on
  return getRow(s, tx, systemActor, def, before.id)
}

/** What the journal says of a record. */
export type Told = Pick<Row, 'id' | 'area' | 'organisation'> & Record<string, unknown>

/** Adds the journal entry of a write on a record. */
export function tracePart(
  batch: Batch,
  actor: Actor,
  def: RecordDef,
  after: Told,
  what: string,
  changes: Change[],
  meta: Partial<WriteMeta>,
  now: Date,
): void {
  journalPart(batch, {
    actor,
    now,
    register: def.name,
    recordId: after.id,
    title: titleOf(def, after),
    what,
    changes,
    reason: meta.reason ?? (meta.confirm ? '保存前所问的已核对' : undefined),
    area: after.area,
    organisation: after.organisation,
    idempotencyKey: meta.idempotencyKey,
    batch: meta.batch,
    deviceTime: meta.deviceTime,
    place: meta.place as Json | undefined,
  })
}
