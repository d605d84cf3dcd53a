import { shanghaiDate } from '../core/clock.ts'
import { type Db, sql } from '../store/db.ts'

/** Stops the clocks of cases that are archived: nothing runs late and no rung is climbed for what counts nowhere. */
export async function voidClocks(tx: Db, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await sql`update deadline set state = 'void', closed_on = ${shanghaiDate(now)}
    where record_id = any(${ids}::uuid[]) and state in ('running', 'late')`.execute(tx)
  await sql`update ladder_step set state = 'void' where case_id = any(${ids}::uuid[]) and state = 'planned'`.execute(
    tx,
  )
}

/**
 * Sets the clocks of restored cases going again with the days they had: an archived case cannot be moved, so what
 * was voided is what must run. The time in the archive counts.
 */
export async function resumeClocks(tx: Db, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await sql`with resumed as (
      update deadline set closed_on = null,
        state = case when due_on < ${shanghaiDate(now)}::date then 'late' else 'running' end
      where record_id = any(${ids}::uuid[]) and state = 'void' returning id)
    update ladder_step set state = 'planned'
    where state = 'void' and deadline_id in (select id from resumed)`.execute(tx)
}
