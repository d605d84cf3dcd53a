import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import type { Change } from '../journal/write.ts'
import { type Db, sql } from './db.ts'

/** Where a record belongs; kept on every row so that scope needs no join. */
export interface ScopeColumns {
  area: string | null
  county: string | null
  town: string | null
  unit: string | null
  sector: string | null
  organisation: string | null
}

const text = (v: unknown): string | null => (typeof v === 'string' && v !== '' ? v : null)

/** County and town of an area code: its first 6 and 9 digits. */
export function areaColumns(area: string | null): Pick<ScopeColumns, 'area' | 'county' | 'town'> {
  return {
    area,
    county: area && area.length >= 6 ? area.slice(0, 6) : null,
    town: area && area.length >= 9 ? area.slice(0, 9) : null,
  }
}

/**
 * Scope of a record of a register without parent, from the fields its definition names. The root register of
 * organisations (`enterprise`) is its own organisation.
 */
export function ownScope(
  def: RecordDef,
  id: string,
  values: Record<string, unknown>,
  home: string,
): ScopeColumns {
  const scope = def.scope
  const area = text(scope && values[scope.area]) ?? (scope ? null : home || null)
  return {
    ...areaColumns(area),
    unit: text(scope?.unit && values[scope.unit]),
    sector: text(scope?.sector && values[scope.sector]),
    organisation: def.name === 'enterprise' ? id : null,
  }
}

const columns = ['area', 'county', 'town', 'unit', 'sector', 'organisation'] as const

export const sameScope = (a: ScopeColumns, b: ScopeColumns): boolean => columns.every((c) => a[c] === b[c])

/** How many records of each register moved with one above them. */
export type Carried = ReadonlyMap<RecordDef, number>

/**
 * When a parent moves, everything below it moves with it: derived columns, so no version is spent. The caller
 * journals what was carried (`carriedChanges`).
 */
export async function carryScope(
  tx: Db,
  catalogue: Catalogue,
  def: RecordDef,
  ids: readonly string[],
  scope: ScopeColumns,
  now: Date,
): Promise<Carried> {
  const carried = new Map<RecordDef, number>()
  await sql`update deadline set county = ${scope.county}, town = ${scope.town}, organisation = ${scope.organisation}
    where record_id = any(${ids}::uuid[])`.execute(tx)
  for (const child of catalogue.children(def.name)) {
    const moved = await sql<{ id: string }>`update ${sql.table(tableOf(child.name))} set area = ${scope.area},
      county = ${scope.county}, town = ${scope.town}, unit = ${scope.unit}, sector = ${scope.sector},
      organisation = ${scope.organisation}, updated_at = ${now}
      where ${sql.ref(columnOf(parentField(def.name)))} = any(${ids}::uuid[]) returning id`.execute(tx)
    const moveds = moved.rows.map((r) => r.id)
    if (moveds.length === 0) continue
    carried.set(child, (carried.get(child) ?? 0) + moveds.length)
    for (const [below, n] of await carryScope(tx, catalogue, child, moveds, scope, now))
      carried.set(below, (carried.get(below) ?? 0) + n)
  }
  return carried
}

/** What the journal says of them: they have no version and no entry of their own for it. */
export const carriedChanges = (carried: Carried): Change[] =>
  [...carried].map(([def, n]) => ({ field: def.name, label: def.label, before: null, after: `${n} 条` }))
