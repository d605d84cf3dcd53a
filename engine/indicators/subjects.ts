import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField } from '../core/naming.ts'
import { type Db, sql } from '../store/db.ts'
import { selectRows } from '../store/select.ts'
import type { Row } from '../store/types.ts'

/** A record with what a condition may look at besides it. */
export interface Subject {
  record: Row
  parent: Row | undefined
  /** live rows of child registers */
  related: Record<string, Row[]>
}

async function rowsBy(
  db: Db,
  catalogue: Catalogue,
  def: RecordDef,
  column: string,
  ids: readonly string[],
): Promise<Row[]> {
  if (ids.length === 0) return []
  const { rows } = await selectRows(
    def,
    catalogue,
    sql`where ${sql.ref(`t.${column}`)} = any(${ids}::uuid[])`,
  ).execute(db)
  return rows as Row[]
}

/**
 * Loads records with their parent and the children that `related` names, in one query per register. Nothing is
 * narrowed to anybody's scope: choose the ids within it.
 * @param needs.unsealed leaves out sealed children: what only its organisation reads weighs nothing against it
 * @returns subjects in the order of `ids`; ids that are not there are left out
 */
export async function loadSubjects(
  db: Db,
  catalogue: Catalogue,
  register: string,
  ids: readonly string[],
  needs: { related: readonly string[]; parent: boolean; unsealed?: boolean },
): Promise<Subject[]> {
  const def = catalogue.record(register)
  const records = await rowsBy(db, catalogue, def, 'id', ids)
  const parent = needs.parent ? catalogue.parentOf(register) : undefined
  const linkOf = (r: Row) => String(r[parentField(parent?.name ?? '')])
  const parents = new Map<string, Row>()
  if (parent)
    for (const p of await rowsBy(db, catalogue, parent, 'id', [...new Set(records.map(linkOf))]))
      parents.set(p.id, p)
  const link = parentField(register)
  const children = new Map<string, Map<string, Row[]>>()
  for (const name of needs.related) {
    const byParent = new Map<string, Row[]>()
    for (const row of await rowsBy(db, catalogue, catalogue.record(name), columnOf(link), ids)) {
      if (row.archivedAt !== null || (needs.unsealed && row.sealed === true)) continue
      const siblings = byParent.get(String(row[link]))
      if (siblings) siblings.push(row)
      else byParent.set(String(row[link]), [row])
    }
    children.set(name, byParent)
  }
  const byId = new Map(records.map((r) => [r.id, r]))
  return ids.flatMap((id) => {
    const record = byId.get(id)
    if (!record) return []
    const related = Object.fromEntries([...children].map(([name, rows]) => [name, rows.get(id) ?? []]))
    return [{ record, parent: parent && parents.get(linkOf(record)), related }]
  })
}
