import { type Actor, systemActor } from '../access/actor.ts'
import { confirms } from '../access/proves.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import type { RecordDef } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import { columnOf, parentField } from '../core/naming.ts'
import { type Change, titleOf } from '../journal/write.ts'
import { Batch } from './batch.ts'
import { afterWrites, journalWrites, lockRows, updateRows } from './bulk.ts'
import { type Db, sql } from './db.ts'
import { holdsOn } from './holds.ts'
import { selectRows } from './select.ts'
import type { Services, WriteHook } from './services.ts'
import type { Row } from './types.ts'
import { settleWritten } from './wish/ask.ts'
import { changesBetween } from './write.ts'

/**
 * Records that set fields of their parent (`RegisterDef.sets`): the newest confirmed one says what the parent's
 * fields are. Correcting or archiving it sets them to what the one before says; when none is left they hold again
 * what was typed before the first.
 */

type Held = Record<string, Json>

/** Hook of the store: a write on a register with `sets` brings its parents up to date in the same transaction. */
export const setOnWrite = (s: Services): WriteHook => ({
  applies: (def) => def.sets !== undefined,
  many: (tx, def, rows, now, actor) =>
    setParents(s, tx, def, [...new Set(rows.map((r) => String(r[parentField(def.of!)])))], now, actor),
})

/** The newest confirmed record under each parent: by its date, of one day the last recorded. */
async function reigning(
  s: Services,
  db: Db,
  def: RecordDef,
  ids: readonly string[],
): Promise<Map<string, Row>> {
  const link = sql.ref(`t.${columnOf(parentField(def.of!))}`)
  const by = sql.ref(`t.${columnOf(def.sets!.by)}`)
  const newest = sql`where t.id in (select distinct on (${link}) t.id from ${sql.table(def.name.replaceAll('-', '_'))} t
    where ${link} = any(${ids}::uuid[]) and t.archived_at is null and t.proof = 3
    order by ${link}, ${by} desc, t.recorded_at desc, t.id desc)`
  const { rows } = await selectRows(def, s.catalogue, newest).execute(db)
  return new Map((rows as Row[]).map((r) => [String(r[parentField(def.of!)]), r]))
}

async function readHeld(db: Db, def: RecordDef, ids: readonly string[]): Promise<Map<string, Held>> {
  const { rows } = await sql<{ id: string; held: Held }>`select record_id as id, held from set_before
    where register = ${def.name} and record_id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map((r) => [r.id, r.held]))
}

const isEmpty = (v: unknown): boolean => v === null || v === undefined || v === ''

/** The parent's fields as a record sets them: what it leaves open stays as it was, unless it cannot be any more. */
function valuesOf(s: Services, def: RecordDef, parent: RecordDef, set: Row, held: Held, now: Date): Held {
  const holds = holdsOn(s, parent, now)
  const out: Held = {}
  for (const [to, from] of Object.entries(def.sets!.fields))
    out[to] = (isEmpty(set[from]) ? held[to] : (set[from] as Json)) ?? null
  for (const to of Object.keys(def.sets!.fields)) {
    const when = parent.fields[to]?.when
    if (when && !holds(when, out)) out[to] = null
  }
  return out
}

const sayOf = (def: RecordDef, row: Row): string => `${String(row[def.sets!.by])} ${titleOf(def, row)}`

async function setParents(
  s: Services,
  tx: Db,
  def: RecordDef,
  ids: readonly string[],
  now: Date,
  actor: Actor,
): Promise<void> {
  const parent = s.catalogue.record(def.of!)
  const { fields, by, since } = def.sets!
  const rows = await lockRows(s, tx, parent, ids)
  const newest = await reigning(s, tx, def, ids)
  const held = await readHeld(tx, def, ids)
  const taken: { record_id: string; held: Held }[] = []
  const freed: string[] = []
  const changes: { before: Row; values: Held; reason: string }[] = []
  for (const row of rows) {
    const before = held.get(row.id)
    const typed = before ?? Object.fromEntries(Object.keys(fields).map((f) => [f, (row[f] ?? null) as Json]))
    const one = newest.get(row.id)
    const sets = one && !(since && String(typed[since] ?? '') > String(one[by])) ? one : undefined
    if (!sets && !before) continue
    if (sets && !before) taken.push({ record_id: row.id, held: typed })
    if (!sets) freed.push(row.id)
    const values = sets ? valuesOf(s, def, parent, sets, typed, now) : typed
    if (changesBetween(parent, row, { ...row, ...values }).length)
      changes.push({
        before: row,
        values,
        reason: sets ? `${def.label}：${sayOf(def, sets)}` : `${def.label}已移除，恢复原来的内容`,
      })
  }
  if (taken.length)
    await sql`insert into set_before (record_id, register, held) select record_id, ${def.name}, held
      from jsonb_to_recordset(${JSON.stringify(taken)}::jsonb) as v(record_id uuid, held jsonb)`.execute(tx)
  if (freed.length)
    await sql`delete from set_before where register = ${def.name} and record_id = any(${freed}::uuid[])`.execute(
      tx,
    )
  await writeParents(s, tx, parent, changes, now, actor)
}

async function writeParents(
  s: Services,
  tx: Db,
  parent: RecordDef,
  changes: readonly { before: Row; values: Held; reason: string }[],
  now: Date,
  actor: Actor,
): Promise<void> {
  if (changes.length === 0) return
  const writes = changes.map(({ before, values }) => ({ before, change: { values, proof: before.proof } }))
  const after = await updateRows(s, tx, systemActor, parent, writes, now)
  const told: { row: Row; changes: Change[]; reason: string }[] = changes.map((c, i) => ({
    row: after[i]!,
    changes: changesBetween(parent, c.before, after[i]!),
    reason: c.reason,
  }))
  await journalWrites(tx, systemActor, parent, 'update', told, {}, now)
  // a firm that had asked for the same has it now
  const parts = new Batch()
  const today = shanghaiDate(now)
  const sure = told.filter(({ row }) => confirms(actor, parent, row, today))
  const written = sure.map((t) => ({ id: t.row.id, changes: t.changes }))
  settleWritten(parts, actor, parent, written, now)
  await parts.run(tx)
  await afterWrites(s, tx, parent, after, now, systemActor)
}

/** Fields of records that records of other registers set now: id → field → who sets it, as words. */
export async function setFields(
  s: Services,
  db: Db,
  def: RecordDef,
  ids: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const out = new Map<string, Map<string, string>>()
  if (ids.length === 0) return out
  for (const setter of s.catalogue.settersOf(def.name)) {
    const held = await readHeld(db, setter, ids)
    const newest = held.size ? await reigning(s, db, setter, [...held.keys()]) : new Map<string, Row>()
    for (const [id, row] of newest) {
      const message = `以“${setter.label}”台账为准（${sayOf(setter, row)}）。要改，请登记一条新的${setter.label}。`
      const fields = out.get(id) ?? new Map<string, string>()
      for (const to of Object.keys(setter.sets!.fields))
        fields.set(to, `${def.fields[to]?.label ?? to}${message}`)
      out.set(id, fields)
    }
  }
  return out
}

/**
 * What a record of another register says is changed there, so that there is one truth. A firm may still ask: what it
 * asks for is settled by the record that the officer then makes.
 */
export async function setComplaints(
  s: Services,
  db: Db,
  actor: Actor,
  def: RecordDef,
  before: Row | undefined,
  values: Record<string, unknown>,
  now: Date,
): Promise<Complaint[]> {
  if (!before || !confirms(actor, def, before, shanghaiDate(now))) return []
  const changed = changesBetween(def, before, { ...before, ...values }).map((c) => c.field)
  const setters = s.catalogue.settersOf(def.name)
  if (!changed.some((f) => setters.some((r) => f in r.sets!.fields))) return []
  const set = (await setFields(s, db, def, [before.id])).get(before.id)
  return changed.flatMap((path) => {
    const message = set?.get(path)
    return message ? [{ path, message }] : []
  })
}
