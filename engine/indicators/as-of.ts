import { type RawBuilder, sql } from 'kysely'
import type { Catalogue } from '../core/catalogue.ts'
import { tableOf } from '../core/naming.ts'
import { tableModel } from '../store/schema.ts'

/**
 * `with enterprise as (…), …` that shadows tables by their rows as they stood at an instant: the present rows
 * written by then, and of the past ones those that were replaced only later. The query behind it stays the
 * same, because compiled conditions name tables without schema.
 * @param corrected ids by register that are read as they stand now
 */
export function asOfTables(
  catalogue: Catalogue,
  registers: Iterable<string>,
  at: Date,
  corrected: ReadonlyMap<string, readonly string[]> = new Map(),
): RawBuilder<unknown> {
  const ctes = [...new Set(registers)].map((register) => {
    const { name, columns } = tableModel(catalogue.record(register), catalogue)
    const ids = corrected.get(register) ?? []
    const [also, but] = ids.length
      ? [sql`or id = any(${ids}::uuid[])`, sql`and id <> all(${ids}::uuid[])`]
      : [sql``, sql``]
    const list = sql.join(columns.map((c) => sql.ref(c.name)))
    // not materialised: indexes stay usable however often the table is named
    return sql`${sql.ref(name)} as not materialized (
      select ${list} from public.${sql.ref(name)} where updated_at <= ${at} ${also}
      union all
      select ${list} from history.${sql.ref(name)} where updated_at <= ${at} and replaced_at > ${at} ${but})`
  })
  return sql`with ${sql.join(ctes)}`
}

export const tableName = (register: string) => sql.ref(tableOf(register))
