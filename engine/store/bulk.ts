import type { Actor } from '../access/actor.ts'
import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { type Change, split, titleOf } from '../journal/write.ts'
import { type Db, sql } from './db.ts'
import { carriedChanges, type ScopeColumns, sameScope } from './scope-columns.ts'
import { searchColumns } from './search/grams.ts'
import { selectRows } from './select.ts'
import type { Services, WriteHook } from './services.ts'
import type { Row, WriteMeta } from './types.ts'
import {
  type NewRow,
  newColumns,
  type RowChange,
  scopeColumnsOf,
  scopeOfChange,
  uniqueAsComplaint,
} from './write.ts'

/**
 * The writes of the door for many rows of one register at once, in the caller's transaction: the same columns,
 * grams, scope and journal, a statement for each thing instead of for each row. Checks are the
 * caller's. Rows travel as one JSON document that PostgreSQL takes apart by the table's own column types.
 */

/** Live rows by id, locked for a change, in no order. */
export async function lockRows(s: Services, tx: Db, def: RecordDef, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return []
  // by id, so that two imports that meet wait for one another instead of dying
  await sql`select id from ${sql.table(tableOf(def.name))} where id = any(${ids}::uuid[]) order by id for update`.execute(
    tx,
  )
  return rowsById(s.catalogue, tx, def, ids)
}

/** Rows by id as the API names them, whatever their scope. */
export async function rowsById(
  catalogue: Catalogue,
  db: Db,
  def: RecordDef,
  ids: readonly string[],
): Promise<Row[]> {
  if (ids.length === 0) return []
  const { rows } = await selectRows(def, catalogue, sql`where t.id = any(${ids}::uuid[])`).execute(db)
  return rows as Row[]
}

const populated = (table: string, rows: readonly Record<string, unknown>[]) =>
  sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json)`

/**
 * Inserts new rows and runs the hooks of the store on them.
 * @param meanwhile done while the database inserts: what can be made ready of the rows for afterwards
 * @returns the rows as they now stand; titles of references are left out
 * @throws Problem `conflict` when a unique value exists already: nothing is inserted then
 */
export async function insertRows(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  made: readonly NewRow[],
  meta: Pick<WriteMeta, 'batch'>,
  now: Date,
  meanwhile?: (rows: readonly Row[]) => void,
): Promise<Row[]> {
  if (made.length === 0) return []
  const rows = made.map((m) => rowOf(def, m, now))
  const deciding = beforeInserts(s, tx, def, rows, now)
  deciding.catch(() => {})
  const own = made.map((m) => {
    const columns = newColumns(actor, def, m, meta, now)
    for (const [name, value] of Object.entries(m.values)) columns[columnOf(name)] = value
    return { id: m.id, columns }
  })
  const decided = await deciding
  const documents = own.map(({ id, columns }) =>
    Object.assign(columns, ...[...decided.values()].map((d) => d.get(id) ?? {})),
  )
  const names = [...new Set(documents.flatMap((d) => Object.keys(d)))]
  const list = sql.join(names.map((n) => sql.ref(n)))
  const inserting = uniqueAsComplaint(def, () =>
    sql`insert into ${sql.table(tableOf(def.name))} (${list}) select ${list} from ${populated(tableOf(def.name), documents)}`.execute(
      tx,
    ),
  )
  inserting.catch(() => {})
  // the statement is on its way when this turn is over
  await new Promise((sent) => setImmediate(sent))
  meanwhile?.(rows)
  await inserting
  await afterWrites(s, tx, def, rows, now, actor, decided)
  return rows
}

/** What `getRow` would give for a row just inserted. */
export function rowOf(def: RecordDef, made: NewRow, now: Date): Row {
  return {
    ...made.values,
    id: made.id,
    version: 1,
    ...scopeColumnsOf(made.scope),
    proof: made.proof,
    happenedOn: made.happenedOn,
    recordedAt: now.toISOString(),
    updatedAt: now.toISOString(),
    archivedAt: null,
    ...(made.loop && { state: made.loop.state, track: made.loop.track, loopVersion: made.loop.version }),
    ...(def.of && made.parentId && { [parentField(def.of)]: made.parentId }),
  }
}

/** Change of one row among many. */
export type BulkChange = Pick<RowChange, 'values' | 'proof' | 'archived'>

/**
 * Changes locked rows and carries a moved scope to what lies below. One version up each.
 * @returns the rows as they now stand, in the order given
 */
export async function updateRows(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  changes: readonly { before: Row; change: BulkChange }[],
  now: Date,
): Promise<Row[]> {
  if (changes.length === 0) return []
  const fields = [...new Set(changes.flatMap((c) => Object.keys(c.change.values)))]
  // rows that are only archived or restored are found by what they were found by
  const derived = (merged: Row, scope: ScopeColumns) =>
    fields.length ? { ...searchColumns(def, merged), ...scopeColumnsOf(scope) } : {}
  const moved: { id: string; scope: ScopeColumns }[] = []
  const after: Row[] = []
  const documents = changes.map(({ before, change }) => {
    const merged: Row = { ...before, ...change.values }
    const scope = fields.length ? scopeOfChange(def, before, merged, actor) : scopeColumnsOf(before)
    if (!sameScope(scope, before)) moved.push({ id: before.id, scope })
    const archivedAt =
      change.archived === undefined ? before.archivedAt : change.archived ? now.toISOString() : null
    const happened = def.happenedOn ? change.values[def.happenedOn] : undefined
    const happenedOn = typeof happened === 'string' ? happened.slice(0, 10) : before.happenedOn
    const row: Row = {
      ...merged,
      ...scope,
      version: before.version + 1,
      proof: change.proof,
      happenedOn,
      updatedAt: now.toISOString(),
      archivedAt,
    }
    after.push(row)
    const columns: Record<string, unknown> = {
      id: before.id,
      version: row.version,
      proof: row.proof,
      happened_on: happenedOn,
      updated_at: now,
      updated_by: actor.id,
      archived_at: archivedAt,
      ...derived(merged, scope),
    }
    for (const name of fields) columns[columnOf(name)] = merged[name] ?? null
    return columns
  })
  const names = Object.keys(documents[0]!).filter((n) => n !== 'id')
  const table = tableOf(def.name)
  const sets = sql.join(names.map((n) => sql`${sql.ref(n)} = v.${sql.ref(n)}`))
  await uniqueAsComplaint(def, () =>
    sql`update ${sql.table(table)} t set ${sets} from ${populated(table, documents)} v where t.id = v.id`.execute(
      tx,
    ),
  )
  const carried = await carryScopes(tx, s.catalogue, def, moved, now)
  const entries = after.flatMap((row) => {
    const below = carried.get(row.id)
    return below ? [{ row, changes: carriedChanges(below) }] : []
  })
  await journalWrites(tx, actor, def, 'carry', entries, {}, now)
  return after
}

/**
 * `carryScope` for many parents at once.
 * @param top whose move it was, of rows further down
 * @returns by id of who moved
 */
async function carryScopes(
  tx: Db,
  catalogue: Catalogue,
  def: RecordDef,
  moved: readonly { id: string; scope: ScopeColumns }[],
  now: Date,
  top: ReadonlyMap<string, string> = new Map(moved.map((m) => [m.id, m.id])),
  carried = new Map<string, Map<RecordDef, number>>(),
): Promise<Map<string, Map<RecordDef, number>>> {
  if (moved.length === 0) return carried
  const documents = JSON.stringify(moved.map(({ id, scope }) => ({ id, ...scopeColumnsOf(scope) })))
  const scopes = sql`jsonb_to_recordset(${documents}::jsonb)
    as v(id uuid, area text, county text, town text, unit text, sector text)`
  await sql`update deadline d set county = v.county, town = v.town from ${scopes} where d.record_id = v.id`.execute(
    tx,
  )
  for (const child of catalogue.children(def.name)) {
    const { rows } = await sql<
      ScopeColumns & { id: string; above: string }
    >`update ${sql.table(tableOf(child.name))} t
      set area = v.area, county = v.county, town = v.town, unit = v.unit, sector = v.sector, updated_at = ${now}
      from ${scopes} where t.${sql.ref(columnOf(parentField(def.name)))} = v.id
      returning t.id, v.id as above, t.area, t.county, t.town, t.unit, t.sector, t.organisation`.execute(tx)
    if (rows.length === 0) continue
    const next = new Map<string, string>()
    for (const { id, above } of rows) {
      const whose = top.get(above) ?? above
      next.set(id, whose)
      const counts = carried.get(whose) ?? new Map<RecordDef, number>()
      carried.set(whose, counts.set(child, (counts.get(child) ?? 0) + 1))
    }
    const below = rows.map(({ id, above: _, ...scope }) => ({ id, scope }))
    await carryScopes(tx, catalogue, child, below, now, next, carried)
  }
  return carried
}

export interface BulkEntry {
  row: Row
  changes: Change[]
  reason?: string | undefined
}

/** Entries of the journal made ready to be written: what each says as JSON, and what is kept apart of it. */
export interface ReadyEntries {
  documents: string[]
  personal: [record: string, ReturnType<typeof split>['personal']][]
}

/** Makes entries ready: one entry per record. */
export function readyEntries(def: RecordDef, entries: readonly BulkEntry[]): ReadyEntries {
  const ready: ReadyEntries = { documents: [], personal: [] }
  for (const { row, changes, reason } of entries) {
    const parts = split(changes)
    if (parts.personal.length) ready.personal.push([row.id, parts.personal])
    ready.documents.push(
      JSON.stringify({
        id: row.id,
        title: titleOf(def, row),
        area: row.area,
        organisation: row.organisation,
        changes: parts.open,
        reason: reason ?? null,
      }),
    )
  }
  return ready
}

/** Journal entries of many writes on different records of one register; one entry per record. */
export const journalWrites = (
  tx: Db,
  actor: Actor,
  def: RecordDef,
  what: string,
  entries: readonly BulkEntry[],
  meta: Pick<WriteMeta, 'batch'>,
  now: Date,
): Promise<void> => journalReady(tx, actor, def, what, [readyEntries(def, entries)], meta, now)

/** `journalWrites` of what was made ready before. */
export async function journalReady(
  tx: Db,
  actor: Actor,
  def: RecordDef,
  what: string,
  ready: readonly ReadyEntries[],
  meta: Pick<WriteMeta, 'batch'>,
  now: Date,
): Promise<void> {
  const documents = ready.flatMap((r) => r.documents)
  if (documents.length === 0) return
  const personal = new Map(ready.flatMap((r) => r.personal))
  const { rows } = await sql<{
    id: number
    record: string
  }>`insert into journal (at, actor_id, actor_name, actor_kind,
      register, record_id, title, organisation, area, what, changes, reason, batch)
    select ${now}::timestamptz, ${actor.id}::uuid, ${actor.name}, ${actor.kind}, ${def.name}, v.id, v.title, v.organisation, v.area,
      ${what}, v.changes, v.reason, ${meta.batch ?? null}::uuid
    from jsonb_to_recordset(${`[${documents.join(',')}]`}::jsonb)
      as v(id uuid, title text, organisation uuid, area text, changes jsonb, reason text)
    returning id, record_id as record`.execute(tx)
  const secrets = rows.flatMap(({ id, record }) =>
    (personal.get(record) ?? []).map((p) => ({ journal_id: id, ...p })),
  )
  if (secrets.length)
    await sql`insert into journal_personal (journal_id, field, salt, before, after)
      select journal_id, field, salt, coalesce(before, 'null'), coalesce(after, 'null')
      from jsonb_to_recordset(${JSON.stringify(secrets)}::jsonb)
        as v(journal_id bigint, field text, salt text, before jsonb, after jsonb)`.execute(tx)
}

/** The hooks of the store on many rows that have been written. @param done hooks that have had their turn */
export async function afterWrites(
  s: Services,
  tx: Db,
  def: RecordDef,
  rows: readonly Row[],
  now: Date,
  actor: Actor,
  done?: ReadonlyMap<WriteHook, unknown>,
): Promise<void> {
  if (rows.length === 0) return
  for (const hook of s.onWrite)
    if (!done?.has(hook) && (await hook.applies(def, now))) await hook.many(tx, def, rows, now, actor)
}

/** What hooks decide about rows to be inserted: id → column → value. */
async function beforeInserts(s: Services, tx: Db, def: RecordDef, rows: readonly Row[], now: Date) {
  const out = new Map<WriteHook, ReadonlyMap<string, Record<string, unknown>>>()
  for (const hook of s.onWrite) {
    if (!hook.fresh || !(await hook.applies(def, now))) continue
    const decided = await hook.fresh(tx, def, rows, now)
    if (decided) out.set(hook, decided)
  }
  return out
}
