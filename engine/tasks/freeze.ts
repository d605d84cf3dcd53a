import { systemActor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { figureAtDue } from './figures.ts'
import { proofAtDue, settledOf } from './papers.ts'
import { findTask, indicatorOf, type Task } from './rows.ts'
import { endOfDay, goalOf, reached } from './state.ts'

/**
 * Fixes the figures of tasks whose due date has passed: each once, in its own transaction, from what was recorded
 * by the end of that day. A sweep that comes days later finds the same figure, because the tables are read as they
 * stood then. A later record changes the task to "met late" and never the fixed figure.
 * @returns how many were fixed now
 */
export async function freezeDue(s: Services, now: Date = s.clock.now()): Promise<number> {
  const today = shanghaiDate(now)
  const { rows } = await sql<{ id: string }>`select t.id from task t
    where t.due_on < ${today} and t.withdrawn_at is null
      and not exists (select 1 from task_figure f where f.task_id = t.id and f.as_of = t.due_on)
    order by t.due_on, t.id`.execute(s.db)
  let fixed = 0
  for (const { id } of rows)
    if (await s.db.transaction().execute((tx) => freezeTask(s, tx as Db, id, now))) fixed += 1
  return fixed
}

const isDue = (task: Task | undefined, now: Date): task is Task & { due: string } =>
  task !== undefined && task.due !== null && task.withdrawnAt === null && task.due < shanghaiDate(now)

/** Fixes one task's figure when its due date has passed and it has none yet. */
export async function freezeTask(s: Services, tx: Db, id: string, now: Date): Promise<boolean> {
  const task = await findTask(tx, id, true)
  if (!isDue(task, now)) return false
  const def = await indicatorOf(s, task)
  const figure = def
    ? await figureAtDue(s, tx, task, def)
    : await settledOf(tx, [task]).then(({ owners, evidence }) => proofAtDue(task, owners, evidence))
  const done = reached(figure.value, goalOf(task, def))
  const groups = figure.groups.map(({ area, num, den, value }) => ({ area, num, den, value }))
  const { rows } =
    await sql`insert into task_figure (task_id, as_of, recorded_by, computed_at, num, den, value, reached,
      proof, groups)
    values (${id}, ${task.due}, ${endOfDay(task.due)}, ${now}, ${figure.num}, ${figure.den}, ${figure.value}, ${done},
      ${JSON.stringify(figure.proof)}, ${JSON.stringify(groups)})
    on conflict do nothing returning task_id`.execute(tx)
  if (rows.length === 0) return false
  await journal(tx, {
    actor: systemActor,
    now,
    register: 'task',
    recordId: id,
    title: task.title,
    what: 'sweep:freeze',
    area: task.area,
    reason: done ? '到期时已达到目标' : '到期时未达到目标',
    changes: [{ field: 'figure', label: '到期数值', before: null, after: figure.value }],
  })
  return true
}
