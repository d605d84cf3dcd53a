import { systemActor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { mayClimb } from '../core/loop.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'

const BATCH = 500

interface DueRow {
  id: string
  register: string
  recordId: string
  kind: string
}

/**
 * Marks running deadlines whose day has passed as late, each in its own small transaction batch. The rows are
 * the truth: a sweep that runs days late does the same as one that runs at midnight.
 * @returns how many became late
 */
export async function sweepDeadlines(s: Services): Promise<number> {
  const on = shanghaiDate(s.clock.now())
  let n = 0
  for (;;) {
    const { rows } = await sql<DueRow>`update deadline set state = 'late' where id in (
        select id from deadline where state = 'running' and due_on < ${on}::date order by due_on limit ${BATCH} for update skip locked)
      returning id, register, record_id as "recordId", kind`.execute(s.db)
    n += rows.length
    if (rows.length < BATCH) return n
  }
}

/**
 * Takes back what only a clock that ran ahead has done: deadlines marked late before their day has passed, and rungs
 * reached at an instant that is still to come. The journal keeps both entries.
 * @returns how many rungs were taken back
 */
export async function undoAhead(s: Services): Promise<number> {
  const now = s.clock.now()
  return s.db.transaction().execute(async (tx) => {
    const { rows } = await sql<StepRow>`update ladder_step set state = 'planned', reached_at = null
      where state = 'reached' and reached_at > ${now} and exists (
        select 1 from deadline d where d.id = ladder_step.deadline_id and d.state in ('running', 'late'))
      returning id, loop, case_id as "caseId", rung, due_on as "dueOn"`.execute(tx)
    await sql`update deadline set state = 'running'
      where state = 'late' and due_on >= ${shanghaiDate(now)}::date`.execute(tx)
    for (const step of rows.sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1)))
      await takeStep(s, tx as Db, step, 'unsweep', now)
    return rows.length
  })
}

interface StepRow {
  id: string
  loop: string
  caseId: string
  rung: string
  dueOn: string
}

/**
 * Climbs the ladder: planned rungs whose day has come and whose clock is still late become rows that people see,
 * with a journal entry each. A rung is reached once.
 */
export async function climbLadders(s: Services): Promise<number> {
  const now = s.clock.now()
  const on = shanghaiDate(now)
  let n = 0
  for (;;) {
    const climbed = await s.db.transaction().execute(async (tx) => {
      const { rows } =
        await sql<StepRow>`update ladder_step set state = 'reached', reached_at = ${now} where id in (
          select l.id from ladder_step l join deadline d on d.id = l.deadline_id
          where l.state = 'planned' and l.due_on <= ${on}::date and d.state = 'late'
          order by l.due_on, l.id limit ${BATCH} for update of l skip locked)
        returning id, loop, case_id as "caseId", rung, due_on as "dueOn"`.execute(tx)
      for (const step of rows) await takeStep(s, tx as Db, step, 'sweep', now)
      return rows.length
    })
    n += climbed
    if (climbed < BATCH) return n
  }
}

/** Journals a rung, or lets it fall away where the loop, as it is now, does not climb it on the case's track. */
async function takeStep(
  s: Services,
  tx: Db,
  step: StepRow,
  what: 'sweep' | 'unsweep',
  now: Date,
): Promise<void> {
  const def = s.catalogue.loop(step.loop)
  const { rows } = await sql<{
    title: string | null
    track: string | null
    area: string | null
    organisation: string | null
  }>`select
      ${sql.ref(columnOf(def.title))} as title, track, area, organisation from ${sql.table(tableOf(step.loop))} where id = ${step.caseId}`.execute(
    tx,
  )
  if (what === 'sweep' && !mayClimb(def, step.rung, rows[0]?.track ?? null)) {
    await sql`update ladder_step set state = 'void', reached_at = null where id = ${step.id}`.execute(tx)
    return
  }
  await journal(tx, {
    actor: systemActor,
    now,
    register: step.loop,
    recordId: step.caseId,
    title: rows[0]?.title ?? '',
    what: `${what}:${step.rung}`,
    area: rows[0]?.area ?? null,
    organisation: rows[0]?.organisation ?? null,
  })
}

/** Everything the alarm clock wakes for. */
export async function sweep(s: Services): Promise<{ late: number; climbed: number }> {
  await undoAhead(s)
  return { late: await sweepDeadlines(s), climbed: await climbLadders(s) }
}
