import { type Actor, systemActor } from '../access/actor.ts'
import { confirms } from '../access/proves.ts'
import type { Setter } from '../core/catalogue.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import type { RecordDef } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { titleOf } from '../journal/write.ts'
import { Batch } from './batch.ts'
import { afterWrites, journalWrites, lockRows, rowsById, updateRows } from './bulk.ts'
import { type Db, sql } from './db.ts'
import { holdsOn } from './holds.ts'
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
  applies: (def) => s.catalogue.setter(def) !== undefined,
  async many(tx, def, rows, now, actor) {
    const setter = s.catalogue.setter(def)
    if (setter) await setParents(s, tx, setter, parentsOf(setter, rows), now, actor)
  },
})

const linkOf = ({ parent }: Setter): string => parentField(parent.name)
const parentsOf = (setter: Setter, rows: readonly Row[]): string[] => [
  ...new Set(rows.map((r) => String(r[linkOf(setter)]))),
]

/**
 * The newest confirmed record under each parent: by its date, of one day the last recorded. Where that is one of a
 * release in which it set nothing and something else was typed (`set_aside`), what was typed holds.
 */
async function reigning(
  s: Services,
  db: Db,
  setter: Setter,
  ids: readonly string[],
): Promise<Map<string, Row>> {
  const link = sql.ref(`t.${columnOf(linkOf(setter))}`)
  const by = sql.ref(`t.${columnOf(setter.by)}`)
  const { rows: newest } = await sql<{ id: string; aside: boolean }>`select distinct on (${link}) t.id,
      exists (select from set_aside a where a.record_id = t.id) as aside
    from ${sql.table(tableOf(setter.def.name))} t
    where ${link} = any(${ids}::uuid[]) and t.archived_at is null and t.proof = 3
    order by ${link}, ${by} desc, t.recorded_at desc, t.id desc`.execute(db)
  const rows = await rowsById(
    s.catalogue,
    db,
    setter.def,
    newest.flatMap((r) => (r.aside ? [] : [r.id])),
  )
  return new Map(rows.map((r) => [String(r[linkOf(setter)]), r]))
}

async function readHeld(db: Db, { def }: Setter, ids: readonly string[]): Promise<Map<string, Held>> {
  const { rows } = await sql<{ id: string; held: Held }>`select record_id as id, held from set_before
    where register = ${def.name} and record_id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map((r) => [r.id, r.held]))
}

const json = (v: unknown) => (v ?? null) as Json
const isEmpty = (v: unknown): boolean => v === null || v === undefined || v === ''

/** The parent's fields as a record sets them: what it leaves open stays as it was, unless it cannot be any more. */
function valuesOf(s: Services, { fields, parent }: Setter, set: Row, typed: Held, now: Date): Held {
  const holds = holdsOn(s, parent, now)
  const out: Held = {}
  for (const [to, from] of Object.entries(fields)) out[to] = json(isEmpty(set[from]) ? typed[to] : set[from])
  for (const to of Object.keys(fields)) {
    const when = parent.fields[to]?.when
    if (when && !holds(when, out)) out[to] = null
  }
  return out
}

const sayOf = ({ def, by }: Setter, row: Row): string => `${String(row[by])} ${titleOf(def, row)}`

/** What a parent's fields should hold, and whether records set them before and now. */
interface Wanted {
  before: Row
  /** undefined: nothing sets them, and nothing did */
  values: Held | undefined
  typed: Held
  was: boolean
  by: Row | undefined
}

function wantedOf(
  s: Services,
  setter: Setter,
  before: Row,
  held: Held | undefined,
  newest: Row | undefined,
  now: Date,
): Wanted {
  const { fields, by, since } = setter
  const typed = held ?? Object.fromEntries(Object.keys(fields).map((f) => [f, json(before[f])]))
  const sets = newest && !(since && String(typed[since] ?? '') > String(newest[by])) ? newest : undefined
  const values = sets ? valuesOf(s, setter, sets, typed, now) : held
  return { before, values, typed, was: held !== undefined, by: sets }
}

async function setParents(
  s: Services,
  tx: Db,
  setter: Setter,
  ids: readonly string[],
  now: Date,
  actor: Actor,
): Promise<void> {
  const rows = await lockRows(s, tx, setter.parent, ids)
  const newest = await reigning(s, tx, setter, ids)
  const held = await readHeld(tx, setter, ids)
  const wanted = rows.map((r) => wantedOf(s, setter, r, held.get(r.id), newest.get(r.id), now))
  const taken = wanted.filter((w) => w.by && !w.was).map((w) => ({ record_id: w.before.id, held: w.typed }))
  const freed = wanted.filter((w) => !w.by && w.was).map((w) => w.before.id)
  if (taken.length)
    await sql`insert into set_before (record_id, register, held) select record_id, ${setter.def.name}, held
      from jsonb_to_recordset(${JSON.stringify(taken)}::jsonb) as v(record_id uuid, held jsonb)`.execute(tx)
  if (freed.length)
    await sql`delete from set_before
      where register = ${setter.def.name} and record_id = any(${freed}::uuid[])`.execute(tx)
  await writeParents(s, tx, setter, wanted, now, actor)
}

async function writeParents(
  s: Services,
  tx: Db,
  setter: Setter,
  wanted: readonly Wanted[],
  now: Date,
  actor: Actor,
): Promise<void> {
  const { parent, def } = setter
  const told = wanted.flatMap(({ before, values = {}, by }) => {
    const changes = changesBetween(parent, before, { ...before, ...values })
    if (changes.length === 0) return []
    const reason = by ? `${def.label}：${sayOf(setter, by)}` : `${def.label}已移除，恢复原来的内容`
    return [{ row: before, values, changes, reason }]
  })
  if (told.length === 0) return
  const after = await updateRows(
    s,
    tx,
    systemActor,
    parent,
    told.map(({ row, values }) => ({ before: row, change: { values, proof: row.proof } })),
    now,
  )
  await journalWrites(tx, systemActor, parent, 'update', told, {}, now)
  // a firm that had asked for the same has it now
  const parts = new Batch()
  const today = shanghaiDate(now)
  const sure = told.filter(({ row }) => confirms(actor, parent, row, today))
  const written = sure.map(({ row, changes }) => ({ id: row.id, changes }))
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
      const { label } = setter.def
      const message = `以“${label}”台账为准（${sayOf(setter, row)}）。要改，请登记一条新的${label}。`
      const fields = out.get(id) ?? new Map<string, string>()
      for (const to of Object.keys(setter.fields)) fields.set(to, `${def.fields[to]?.label ?? to}${message}`)
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
  const setters = before ? s.catalogue.settersOf(def.name) : []
  if (!before || setters.length === 0) return []
  if (!confirms(actor, def, before, shanghaiDate(now))) return []
  const changed = changesBetween(def, before, { ...before, ...values }).map((c) => c.field)
  if (!changed.some((f) => setters.some((r) => f in r.fields))) return []
  const set = (await setFields(s, db, def, [before.id])).get(before.id)
  return changed.flatMap((path) => {
    const message = set?.get(path)
    return message ? [{ path, message }] : []
  })
}
