import { addDays, shanghaiDate } from '../core/clock.ts'
import { sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { standingsOf } from './progress.ts'
import { tasksWhere } from './rows.ts'

/** Tasks whose due date is longer past stand as they were frozen and are rarely asked for. */
const BEHIND_DAYS = 366
/** What one wake may take: a province's figures come in several, those longest not looked at first. */
const MOST_MS = 5_000
const AT_ONCE = 20

/**
 * Looks at the figures of all running tasks, so that a board finds them computed and the day on which one was done is
 * known. Costs one statement a batch where nothing has changed.
 * @returns how many tasks were looked at
 */
export async function keepFigures(s: Services, now: Date = s.clock.now()): Promise<number> {
  const until = performance.now() + MOST_MS
  const tasks = await tasksWhere(
    s.db,
    sql`withdrawn_at is null and (due_on is null or due_on >= ${addDays(shanghaiDate(now), -BEHIND_DAYS)})`,
  )
  const { rows } = await sql<{
    id: string
  }>`select task_id as id from kept_figure order by computed_at`.execute(s.db)
  const age = new Map(rows.map((r, i) => [r.id, i]))
  tasks.sort((a, b) => (age.get(a.id) ?? -1) - (age.get(b.id) ?? -1))
  let done = 0
  while (done < tasks.length && performance.now() < until) {
    await standingsOf(s, tasks.slice(done, done + AT_ONCE), now)
    done += AT_ONCE
  }
  return Math.min(done, tasks.length)
}
