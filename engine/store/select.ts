import { type RawBuilder, sql } from 'kysely'
import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField, parentTitle, tableOf } from '../core/naming.ts'

/** Columns and joins of a register's rows as the API names them; made once per register. */
export interface Projection {
  /** `select …` list over alias t */
  columns: string
  joins: string
  from: string
}

const system: [column: string, as: string][] = [
  ['id', 'id'],
  ['version', 'version'],
  ['area', 'area'],
  ['county', 'county'],
  ['town', 'town'],
  ['unit', 'unit'],
  ['sector', 'sector'],
  ['organisation', 'organisation'],
  ['proof', 'proof'],
  ['happened_on', 'happenedOn'],
  ['recorded_at', 'recordedAt'],
  ['updated_at', 'updatedAt'],
  ['archived_at', 'archivedAt'],
]

const cache = new WeakMap<RecordDef, Projection>()

export function projection(def: RecordDef, catalogue: Catalogue): Projection {
  const known = cache.get(def)
  if (known) return known
  const columns = system.map(([c, as]) => `t.${c} as "${as}"`)
  const joins: string[] = []
  if (def.kind === 'loop')
    columns.push('t.state', 't.track', 't.loop_version as "loopVersion"', 't.state_since as "stateSince"')
  if (def.kind === 'register' && def.graded)
    columns.push('t.proposed_level as "proposedLevel"', 't.adopted_level as "adoptedLevel"')
  if (def.sealed) columns.push('t.sealed')
  const link = (column: string, target: RecordDef, as: string) => {
    const alias = `j${joins.length}`
    joins.push(`left join ${tableOf(target.name)} ${alias} on ${alias}.id = t.${column}`)
    columns.push(`${alias}.${columnOf(target.title)} as "${as}"`)
  }
  if (def.of) {
    const column = columnOf(parentField(def.of))
    columns.push(`t.${column} as "${parentField(def.of)}"`)
    link(column, catalogue.record(def.of), parentTitle(def.of))
  }
  for (const [field, f] of Object.entries(def.fields)) {
    columns.push(`t.${columnOf(field)} as "${field}"`)
    const target = f.type === 'ref' && f.to ? catalogue.findRecord(f.to) : undefined
    if (target) link(columnOf(field), target, `${field}Title`)
  }
  const made = { columns: columns.join(', '), joins: joins.join(' '), from: `${tableOf(def.name)} t` }
  cache.set(def, made)
  return made
}

/**
 * `select … from … joins where …` for one register; `rest` holds where, order and limit.
 * @param how.source what to read instead of the table: its past, or the rows a statement returns
 * @param how.more a further column
 */
export function selectRows(
  def: RecordDef,
  catalogue: Catalogue,
  rest: RawBuilder<unknown>,
  how: { source?: RawBuilder<unknown> | undefined; more?: RawBuilder<unknown> | undefined } = {},
): RawBuilder<Record<string, unknown>> {
  const p = projection(def, catalogue)
  const from = how.source ? sql`${how.source} t` : sql.raw(p.from)
  const more = how.more ? sql`, ${how.more}` : sql``
  return sql<
    Record<string, unknown>
  >`select ${sql.raw(p.columns)}${more} from ${from} ${sql.raw(p.joins)} ${rest}`
}
