import type { Catalogue } from '../../core/catalogue.ts'
import type { RecordDef } from '../../core/definition.ts'
import { columnOf, tableOf } from '../../core/naming.ts'
import { type Db, sql } from '../db.ts'
import { SEARCH_FORM, searchColumns, searchFields } from './grams.ts'

const BATCH = 1000
// any number that nobody else uses; keeps two programs from doing this at once
const SEARCH_LOCK = 7_140_526

/**
 * Brings what is kept for searching to the present form (`SEARCH_FORM`), once after an upgrade: what is derived by the
 * program cannot be derived by a migration. The rows are not changed otherwise: no version, no history, no count.
 * @returns rows brought to it
 */
export async function refreshSearch(db: Db, catalogue: Catalogue): Promise<number> {
  if (await isPresent(db)) return 0
  return db.transaction().execute(async (tx: Db) => {
    await sql`select pg_advisory_xact_lock(${SEARCH_LOCK})`.execute(tx)
    if (await isPresent(tx)) return 0
    let n = 0
    for (const def of catalogue.records.values()) n += await refreshRegister(tx, def)
    await sql`insert into search_form (one, form) values (true, ${SEARCH_FORM})
      on conflict (one) do update set form = excluded.form`.execute(tx)
    return n
  })
}

async function isPresent(db: Db): Promise<boolean> {
  const { rows } = await sql<{ form: number }>`select form from search_form`.execute(db)
  return rows[0]?.form === SEARCH_FORM
}

async function refreshRegister(tx: Db, def: RecordDef): Promise<number> {
  const table = sql.table(tableOf(def.name))
  const columns = sql.join(searchFields(def).map((f) => sql`${sql.ref(columnOf(f))} as ${sql.ref(f)}`))
  let n = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<Record<string, unknown> & { id: string }>`select id, ${columns} from ${table}
      where id > ${after} order by id limit ${BATCH}`.execute(tx)
    const last = rows.at(-1)
    if (!last) break
    // a derived value is no change: neither the past nor the counters hear of it
    if (n === 0) await sql`alter table ${table} disable trigger user`.execute(tx)
    const kept = JSON.stringify(rows.map((row) => ({ id: row.id, ...searchColumns(def, row) })))
    const core = def.near ? sql`, name_core = v.name_core` : sql``
    await sql`update ${table} t set grams = v.grams, sought = v.sought, sought_own = v.sought_own ${core}
      from jsonb_to_recordset(${kept}::jsonb)
        as v(id uuid, grams text[], sought text, sought_own text, name_core text)
      where t.id = v.id`.execute(tx)
    n += rows.length
    after = last.id
  }
  if (n) await sql`alter table ${table} enable trigger user`.execute(tx)
  return n
}
