import type { Catalogue } from '../core/catalogue.ts'
import type { Values } from '../core/condition/evaluate.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { systemFieldsOf } from '../core/system-fields.ts'
import { type Db, sql } from '../store/db.ts'

/** A record with what a condition may look at besides it. */
export interface Subject {
  record: Values
  parent: Values | undefined
  /** live rows of child registers */
  related: Record<string, Values[]>
}

/** A database row (as JSON, columns by their names) under the field names of its register. */
export function valuesOf(def: RecordDef, row: Record<string, unknown>): Values {
  const names = [
    ...Object.keys(systemFieldsOf(def)),
    'version',
    'archivedAt',
    ...(def.of ? [parentField(def.of)] : []),
    ...Object.keys(def.fields),
  ]
  return Object.fromEntries(names.map((n) => [n, row[columnOf(n)] ?? null]))
}

async function rowsBy(db: Db, def: RecordDef, column: string, ids: readonly string[]): Promise<Values[]> {
  if (ids.length === 0) return []
  // to_jsonb and not the driver: dates, decimals and instants come as text that reads back exactly
  const { rows } = await sql<{ row: Record<string, unknown> }>`
    select to_jsonb(t) as row from ${sql.table(tableOf(def.name))} t where t.${sql.ref(column)} = any(${ids}::uuid[])`.execute(
    db,
  )
  return rows.map((r) => valuesOf(def, r.row))
}

/**
 * Loads records with their parent and the children that `related` names, in one query per register.
 * @returns subjects in the order of `ids`; ids that are not there are left out
 */
export async function loadSubjects(
  db: Db,
  catalogue: Catalogue,
  register: string,
  ids: readonly string[],
  needs: { related: readonly string[]; parent: boolean },
): Promise<Subject[]> {
  const def = catalogue.record(register)
  const records = await rowsBy(db, def, 'id', ids)
  const parents = new Map<string, Values>()
  const parent = needs.parent ? catalogue.parentOf(register) : undefined
  const linkOf = (r: Values) => String(r[parentField(parent?.name ?? '')])
  if (parent)
    for (const p of await rowsBy(db, parent, 'id', [...new Set(records.map(linkOf))]))
      parents.set(String(p.id), p)
  const children = new Map<string, Map<string, Values[]>>()
  for (const name of needs.related) {
    const link = parentField(register)
    const byParent = new Map<string, Values[]>()
    for (const row of await rowsBy(db, catalogue.record(name), columnOf(link), ids)) {
      if (row.archivedAt !== null) continue
      const key = String(row[link])
      byParent.set(key, [...(byParent.get(key) ?? []), row])
    }
    children.set(name, byParent)
  }
  const byId = new Map(records.map((r) => [String(r.id), r]))
  return ids.flatMap((id) => {
    const record = byId.get(id)
    if (!record) return []
    const related = Object.fromEntries([...children].map(([name, rows]) => [name, rows.get(id) ?? []]))
    return [{ record, parent: parent && parents.get(linkOf(record)), related }]
  })
}
