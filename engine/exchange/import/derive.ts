import { confirms, proves } from '../../access/proves.ts'
import { type Reach, reaches, type ScopeRow } from '../../access/scope.ts'
import type { Setter } from '../../core/catalogue.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { RecordDef } from '../../core/definition.ts'
import { newId } from '../../core/ids.ts'
import { columnOf, parentField, tableOf } from '../../core/naming.ts'
import { afterWrites, insertRows, journalWrites, rowsById, updateRows } from '../../store/bulk.ts'
import { type Db, sql } from '../../store/db.ts'
import { holdsOn } from '../../store/holds.ts'
import { proofOf } from '../../store/proof.ts'
import { scopeOf } from '../../store/rows.ts'
import { setFields } from '../../store/sets.ts'
import type { Row } from '../../store/types.ts'
import { readValues } from '../../store/values.ts'
import { changesBetween, happenedOn, type NewRow, scopeColumnsOf } from '../../store/write.ts'
import { complain, type Plan, type Planned, warn } from './planning.ts'
import type { ImportServices, SessionRow } from './types.ts'

/**
 * What records of another register say of a record (`RegisterDef.sets`: an enterprise's status is its newest status
 * change) is not typed by a ledger. Where the ledger says something else than the record, the record it would follow
 * from is made: of the ledger's day, proved as far as the importer's word goes, marked as brought in by a ledger. Where
 * there is such a record already and it says otherwise, a person is asked.
 */

/** A record to be made beside a row of the ledger. */
export interface Derived {
  setter: Setter
  values: Record<string, Json>
}

interface Maker {
  setter: Setter
  holds: ReturnType<typeof holdsOn>
  reach: Reach
  today: string
}

/** Takes what other records say out of what is written, and lays down the records to be made for it. */
export async function deriveSet(p: Plan, db: Db, planned: readonly Planned[]): Promise<void> {
  const setters = p.s.catalogue.settersOf(p.def.name)
  if (setters.length === 0) return
  const today = shanghaiDate(p.now)
  const open = planned.filter((x) =>
    x.before ? x.changes.length > 0 && confirms(p.actor, p.def, x.before, today) : x.scope,
  )
  const ids = open.flatMap((x) => x.before?.id ?? [])
  const set = await setFields(p.s, db, p.def, ids)
  // what does not change from row to row is prepared once
  const makers = setters.map((setter) => ({
    setter,
    holds: holdsOn(p.s, setter.def, p.now),
    reach: scopeOf(p.s, p.actor, setter.def, 'write'),
    today,
  }))
  for (const x of open) for (const maker of makers) deriveOne(p, x, maker, set.get(x.before?.id ?? ''))
}

/** The parent's field that such a record always says: the status of a status change. */
const mainOf = ({ fields, def, by }: Setter): string | undefined =>
  Object.entries(fields).find(([, own]) => own !== by && def.fields[own]?.required)?.[0]

function deriveOne(p: Plan, x: Planned, maker: Maker, says: ReadonlyMap<string, string> | undefined): void {
  const { setter } = maker
  const touched = x.changes.filter((c) => c.field in setter.fields)
  const main = mainOf(setter)
  if (touched.length === 0 || !main) return
  const other = touched.find((c) => c.field === main)
  const usual = p.def.fields[main]?.default ?? null
  // a new record is as new records are, and nothing has changed
  if (!x.before && (!other || other.after === usual)) return
  const set = touched.filter((c) => says?.has(c.field))
  if (!other || !mayMake(p, x, maker)) {
    passOver(x, set, says)
    return
  }
  const wish = p.mapping.derive?.[setter.def.name]
  if (set.length && wish !== true) {
    passOver(x, set, wish === undefined ? undefined : says)
    if (wish === undefined) askDerived(p, x, setter, main, says?.get(main) ?? '')
    return
  }
  const made = recordFor(p, x, maker)
  if (!made) return
  if (x.before) {
    passOver(x, touched, undefined)
    x.item.state = 'update'
  } else {
    // a new record begins as it will be, so that nothing has to be set on it a moment later
    for (const [to, own] of Object.entries(setter.fields)) x.values[to] = made[own] ?? null
    x.changes = changesBetween(p.def, undefined, x.values)
  }
  x.derived = [...(x.derived ?? []), { setter, values: made }]
  warn(x.item, main, `按本表登记一条${setter.def.label}（${String(made[setter.by])}）`)
}

/** May the importer make such a record here, so that it counts? */
function mayMake(p: Plan, x: Planned, { setter, reach, today }: Maker): boolean {
  const scope = scopeOfRow(x)
  return proves(p.actor, setter.def, scope, today) === 'verified' && reaches(reach, scope)
}

const scopeOfRow = (x: Planned): ScopeRow =>
  x.before ?? {
    id: x.id ?? '',
    area: null,
    county: null,
    town: null,
    unit: null,
    sector: null,
    organisation: null,
    ...x.scope,
  }

/** Leaves fields as other records say them. @param says the words for it; undefined: nothing is said */
function passOver(
  x: Planned,
  fields: readonly { field: string }[],
  says: ReadonlyMap<string, string> | undefined,
): void {
  for (const { field } of fields) {
    const message = says?.get(field)
    if (message) warn(x.item, field, `${message}这一格不会改动它。`)
    delete x.values[field]
  }
  x.changes = x.changes.filter((c) => !fields.some((f) => f.field === c.field))
  if (x.before && x.changes.length === 0) x.item.state = 'same'
}

function askDerived(p: Plan, x: Planned, setter: Setter, main: string, says: string): void {
  const label = p.def.fields[main]?.label ?? main
  if (x.item.problems.some((q) => q.ask === 'derived' && q.field === main)) return
  x.item.problems.push({
    field: main,
    level: 'warning',
    ask: 'derived',
    text: setter.def.name,
    message: `${says || `${label}以“${setter.def.label}”台账为准。`}本表不同：按本表登记一条新的${setter.def.label}，还是不改，请选定`,
  })
}

/** The record by what the row says; complains where it cannot be. */
function recordFor(p: Plan, x: Planned, { setter, holds, today }: Maker): Record<string, Json> | undefined {
  const { def, by, since, fields, imported } = setter
  const values: Record<string, unknown> = { ...imported, [by]: p.dayOf(x.item.line) ?? today }
  for (const [to, own] of Object.entries(fields)) {
    const said = x.item.values[to]
    if (said !== undefined && said !== null) values[own] = said
  }
  const typedSince = since ? String(x.before?.[since] ?? '') : ''
  if (typedSince > String(values[by])) {
    warn(
      x.item,
      since ?? '',
      `已登记的${p.def.fields[since ?? '']?.label}（${typedSince}）在本表之后，不会改动`,
    )
    passOver(
      x,
      x.changes.filter((c) => c.field in fields),
      undefined,
    )
    return undefined
  }
  const read = readValues(p.s.catalogue, def.fields, values, { holds, today })
  for (const c of read.complaints) {
    const to = Object.entries(fields).find(([, own]) => own === c.path)?.[0] ?? ''
    complain(x.item, to, `${def.label}：${c.message}`)
  }
  return read.complaints.length ? undefined : read.values
}

/** Writes the records laid down for some rows. @returns the versions their parents have now */
export async function writeDerived(
  p: Plan,
  tx: Db,
  batch: string,
  planned: readonly { x: Planned; row: Row }[],
): Promise<Map<string, number>> {
  const bySetter = new Map<Setter, { row: Row; values: Record<string, Json> }[]>()
  for (const { x, row } of planned)
    for (const { setter, values } of x.derived ?? [])
      bySetter.set(setter, [...(bySetter.get(setter) ?? []), { row, values }])
  const parents = new Set<string>()
  for (const [{ def }, list] of bySetter) {
    const made = list.map(({ row, values }): NewRow => {
      parents.add(row.id)
      const word = proves(p.actor, def, row, shanghaiDate(p.now))
      return {
        id: newId(),
        values,
        scope: scopeColumnsOf(row),
        parentId: row.id,
        happenedOn: happenedOn(def, values, { idempotencyKey: '' }, p.now),
        proof: proofOf(word, def.fields, values, def.evidence),
      }
    })
    const rows = await insertRows(p.s, tx, p.actor, def, made, { batch }, p.now)
    const entries = rows.map((row) => ({ row, changes: changesBetween(def, undefined, row) }))
    await journalWrites(tx, p.actor, def, 'import', entries, { batch }, p.now)
  }
  if (parents.size === 0) return new Map()
  const { rows } = await sql<{
    id: string
    version: number
  }>`select id, version from ${sql.table(tableOf(p.def.name))}
    where id = any(${[...parents]}::uuid[])`.execute(tx)
  return new Map(rows.map((r) => [r.id, r.version]))
}

/** A record that an import made beside a row, and whether it has been changed since. */
export interface Beside {
  def: RecordDef
  id: string
  changed: boolean
  /** what it belongs to was made by the import too, and goes with it */
  whole: boolean
}

/** What an import made beside its rows, by the record it belongs to. */
export async function madeBeside(
  s: ImportServices,
  tx: Db,
  session: SessionRow,
  def: RecordDef,
  parents: readonly string[],
  made: ReadonlySet<string>,
): Promise<Map<string, Beside[]>> {
  const out = new Map<string, Beside[]>()
  for (const setter of s.catalogue.settersOf(def.name)) {
    const link = sql.ref(columnOf(parentField(def.name)))
    const { rows } = await sql<{
      id: string
      parent: string
      version: number
    }>`select id, ${link} as parent, version
      from ${sql.table(tableOf(setter.def.name))}
      where batch = ${session.id} and ${link} = any(${parents}::uuid[]) and archived_at is null`.execute(tx)
    for (const r of rows)
      out.set(r.parent, [
        ...(out.get(r.parent) ?? []),
        { def: setter.def, id: r.id, changed: r.version > 1, whole: made.has(r.parent) },
      ])
  }
  return out
}

/** Archives what was made beside rows that are taken back; the parents then hold what was typed. */
export async function archiveBeside(
  s: ImportServices,
  tx: Db,
  session: SessionRow,
  made: readonly Beside[],
  now: Date,
): Promise<void> {
  for (const def of new Set(made.map((m) => m.def))) {
    const ids = made.filter((m) => m.def === def).map((m) => m.id)
    const rows = await rowsById(s.catalogue, tx, def, ids)
    const changes = rows.map((before) => ({
      before,
      change: { values: {}, proof: before.proof, archived: true as const },
    }))
    const after = await updateRows(s, tx, session.actor, def, changes, now)
    const reason = `撤销导入“${session.name}”`
    const entries = after.map((row) => ({ row, changes: [], reason }))
    await journalWrites(tx, session.actor, def, 'undo', entries, { batch: session.id }, now)
    // where the parent goes too, there is nothing to be set on it
    const kept = new Set(made.filter((m) => !m.whole).map((m) => m.id))
    await afterWrites(
      s,
      tx,
      def,
      after.filter((r) => kept.has(r.id)),
      now,
      session.actor,
    )
  }
}
