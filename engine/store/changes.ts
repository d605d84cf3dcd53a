import type { RecordDef } from '../core/definition.ts'
import { tableOf } from '../core/naming.ts'
import { type Db, sql } from './db.ts'

const FOLD_LOCK = 7_140_527

/**
 * Triggers that note each statement that changed a register's rows, in the statement's own transaction
 * (docs/decisions/0028): whoever writes and by whatever way, what was computed before is known to be old.
 */
export function notingOf(def: RecordDef): { name: string; sql: string }[] {
  const table = tableOf(def.name)
  const trigger = (event: string, rows: string) => {
    const name = `${table}_note_${event}`.slice(0, 63)
    return {
      name,
      sql: `create or replace trigger ${name} after ${event} on ${table}${rows} for each statement execute function note_change('${def.name}')`,
    }
  }
  return [
    trigger('insert', ' referencing new table as fresh'),
    trigger('update', ' referencing new table as fresh'),
    trigger('delete', ' referencing old table as former'),
    trigger('truncate', ''),
  ]
}

/** How many changes each register has seen: register → number, those without any left out. */
export type Positions = Readonly<Record<string, number>>

/**
 * SQL for `Positions` as one JSON object. The changes a snapshot sees are those of the transactions committed before
 * it, and snapshots are nested, so their number is a name for what the snapshot sees of the register: a transaction
 * that began early and commits late adds to it when it commits.
 */
export const positionsSql = sql`(select coalesce(jsonb_object_agg(register, n), '{}') from (
  select register, sum(n)::bigint as n from (
    select register, n from register_position
    union all select register, count(*) from register_change group by register) c group by register) p)`

/**
 * Adds up what was noted, in one transaction, so that no snapshot sees another sum. Run by the worker alone (advisory
 * lock): it keeps `register_change` small.
 * @returns how many registers had changes; 0 when another folds
 */
export async function foldChanges(db: Db): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{ ok: boolean }>`select pg_try_advisory_xact_lock(${FOLD_LOCK}) as ok`.execute(tx)
    if (!lock.rows[0]?.ok) return 0
    const { numAffectedRows } = await sql`with taken as (delete from register_change returning register)
      insert into register_position (register, n) select register, count(*) from taken group by register
      on conflict (register) do update set n = register_position.n + excluded.n`.execute(tx)
    return Number(numAffectedRows ?? 0)
  })
}
