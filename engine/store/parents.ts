import type { Actor } from '../access/actor.ts'
import { reaches, type ScopeRow } from '../access/scope.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { parentField, tableOf } from '../core/naming.ts'
import { type Db, sql } from './db.ts'
import { scopeOf } from './rows.ts'
import { ownScope, type ScopeColumns } from './scope-columns.ts'
import { selectRows } from './select.ts'
import type { Services } from './services.ts'
import type { Row } from './types.ts'

/** A parent as it was read, with the mark PostgreSQL changes with every change of the row. */
export interface Parent {
  row: Row
  /** xmin of the row; without one the row is taken as it was read */
  mark?: string
}

/** An officer on a visit reports several findings in a row: the enterprise need not be read for each. */
const MOST_KEPT = 2000
const kept = new WeakMap<Db, Map<string, Parent>>()
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

async function readParent(s: Services, tx: Db, def: RecordDef, id: string): Promise<Parent | undefined> {
  const known = kept.get(s.db) ?? new Map<string, Parent>()
  kept.set(s.db, known)
  const hit = known.get(`${def.name} ${id}`)
  if (hit) return hit
  // not narrowed to a reach, because the next one to ask may have another; both in one snapshot
  const { rows } = await sql<Record<string, unknown>>`select p.*, m.xmin::text as "mark"
    from (${selectRows(def, s.catalogue, sql`where t.id = ${id}`)}) p
    join ${sql.table(tableOf(def.name))} m on m.id = p.id`.execute(tx)
  if (!rows[0]) return undefined
  const { mark, ...row } = rows[0]
  const parent = { row: row as unknown as Row, mark: String(mark) }
  if (known.size >= MOST_KEPT) known.delete(known.keys().next().value!)
  known.set(`${def.name} ${id}`, parent)
  return parent
}

/** Forgets what was read, when one of them turned out to have changed. */
export const forgetParents = (s: Services): void => void kept.delete(s.db)

/**
 * The parent's id as the insert of a child names it: nothing when the parent has changed since it was read, so that
 * the insert fails on the NOT NULL of the column and no child takes over a scope that is not its parent's any more.
 */
export const parentIdSql = (register: string, { row, mark }: Parent) =>
  mark
    ? sql`(select id from ${sql.table(tableOf(register))} where id = ${row.id} and xmin = ${mark}::xid)`
    : row.id

/** Whether a write failed because the parent had changed (see `parentIdSql`). */
export function parentMoved(def: RecordDef, e: unknown): boolean {
  const { code, table, column } = e as { code?: string; table?: string; column?: string }
  return (
    code === '23502' &&
    def.of !== undefined &&
    table === tableOf(def.name) &&
    column === `${tableOf(def.of)}_id`
  )
}

/** Scope of a record to be: its parent's, or its own fields'. The parent must be within reach. */
export async function scopeOfNew(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  id: string,
  values: Record<string, unknown>,
): Promise<{ scope: ScopeColumns; parent?: Parent }> {
  if (!def.of) return { scope: ownScope(def, id, values, actor.home) }
  const parentDef = s.catalogue.record(def.of)
  const field = parentField(def.of)
  const parentId = values[field]
  const complain = (message: string) =>
    new Problem('bad-input', message, { complaints: [{ path: field, message }] })
  if (typeof parentId !== 'string' || parentId === '') throw complain(`请先选择${parentDef.label}。`)
  const parent = uuid.test(parentId) ? await readParent(s, tx, parentDef, parentId.toLowerCase()) : undefined
  if (
    !parent ||
    parent.row.archivedAt ||
    !reaches(scopeOf(s, actor, parentDef, 'read'), parent.row as ScopeRow)
  )
    throw complain(`没有找到所选的${parentDef.label}，或者它不在您的管辖范围内。`)
  const { area, county, town, unit, sector, organisation } = parent.row
  return { scope: { area, county, town, unit, sector, organisation }, parent }
}
