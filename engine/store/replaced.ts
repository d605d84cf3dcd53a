import { type RawBuilder, sql } from 'kysely'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'

/**
 * Rows over alias t that no newer one replaces: last year's policy is no longer late once this year's is there.
 * What is renewed is told by `expires.per`; undefined for a register whose records are renewed in place.
 */
export function notReplacedSql(def: RecordDef): RawBuilder<boolean> | undefined {
  const { on, per } = def.expires ?? {}
  if (!on || !per?.length) return undefined
  const column = (field: string) => columnOf(field === 'parent' && def.of ? parentField(def.of) : field)
  const same = per.map((f) => {
    // the parent is never empty, and plain equality lets its index serve
    const equals = f === 'parent' ? '=' : 'is not distinct from'
    return `newer.${column(f)} ${equals} t.${column(f)}`
  })
  return sql.raw<boolean>(
    `not exists (select 1 from ${tableOf(def.name)} newer where ${same.join(' and ')}
      and newer.${column(on)} > t.${column(on)} and newer.archived_at is null)`,
  )
}
