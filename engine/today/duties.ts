import type { Actor } from '../access/actor.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import { sql } from '../store/db.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { reachSql } from '../store/where.ts'
import { mayManage, mayProve, seenSql } from '../tasks/access.ts'
import { viewTasks } from '../tasks/progress.ts'
import { tasksWhere } from '../tasks/rows.ts'
import { taskStateLabel } from '../tasks/state.ts'
import { inWords, type TodayItem } from './item.ts'

const AHEAD_DAYS = 14
/** A late task stays on the page until it is met; after a year its notice has been replaced by the next one's. */
const BEHIND_DAYS = 366
const MOST_TASKS = 80

const figureWords = (value: number | null, unit: string, missing?: readonly string[]): string =>
  missing
    ? `缺少依据参数“${missing.join('、')}”，不能计算`
    : value === null
      ? '还没有数据'
      : `目前 ${Number(value.toFixed(1))}${unit}`

/** Tasks that run out or have run out, evidence to confirm, notices to break down. */
export async function taskItems(s: Services, actor: Actor, now: Date): Promise<TodayItem[]> {
  const today = shanghaiDate(now)
  const seen = seenSql(actor, today, 'area')
  const tasks = await tasksWhere(
    s.db,
    sql`${seen} and withdrawn_at is null and due_on between ${addDays(today, -BEHIND_DAYS)} and ${addDays(today, AHEAD_DAYS)}`,
  )
  const views = await viewTasks(s, tasks.slice(-MOST_TASKS), now)
  const items: TodayItem[] = views
    .filter((t) => t.state === 'late' || t.state === 'at-risk')
    .map((t) => ({
      kind: 'task' as const,
      title: t.title,
      why: `${taskStateLabel[t.state]}：${figureWords(t.figure.value, t.unit, t.figure.missing)}，${inWords(t.due!, today)}`,
      ifNot: t.state === 'late' ? '已按逾期未完成记录' : '到期后按逾期未完成记录',
      due: t.due,
      link: `/tasks/${t.id}`,
    }))
  const pending = await sql<{
    id: string
    title: string
    area: string
    due: string | null
  }>`select distinct on (t.id)
      t.id, t.title, t.area, t.due_on as due
    from task_evidence e join task t on t.id = e.task_id
    where e.confirmed_at is null and e.added_by <> ${actor.id} and t.withdrawn_at is null
      and ${seenSql(actor, today, 't.area')} order by t.id limit 20`.execute(s.db)
  for (const t of pending.rows)
    if (mayProve(actor, t.area, today))
      items.push({
        kind: 'task',
        title: `确认佐证：${t.title}`,
        why: '有同事提交了佐证材料，须由另一人确认后才计入完成',
        ifNot: '不确认就不计入完成',
        due: t.due,
        link: `/tasks/${t.id}`,
      })
  const notices = await sql<{ id: string; title: string; area: string; n: number }>`select n.id,
      coalesce(n.title, n.name) as title, n.area, count(*)::int as n
    from notice n join notice_item i on i.notice_id = n.id and i.state = 'open'
    where ${seenSql(actor, today, 'n.area')} group by n.id order by n.id desc limit 5`.execute(s.db)
  for (const n of notices.rows)
    if (mayManage(actor, n.area, today))
      items.push({
        kind: 'task',
        title: `分解通知：${n.title}`,
        why: `还有 ${n.n} 条没有分解为任务`,
        ifNot: '没有分解的条目不计算进度',
        due: null,
        link: `/notices/${n.id}`,
      })
  return items
}

/** Grades that wait for a second signature, and proposals that differ from what is adopted. */
export async function gradeItems(s: Services, actor: Actor): Promise<TodayItem[]> {
  const def = s.catalogue.findRecord('enterprise')
  const signs = actor.assignments.some((a) =>
    ['county-officer', 'town-officer', 'county-admin'].includes(a.role),
  )
  if (!signs || def?.kind !== 'register' || !def.graded) return []
  const within = reachSql(scopeOf(s, actor, def, 'write'))
  const { rows } = await sql<{ waiting: number; differs: number }>`select
      (select count(*)::int from grade_decision g join enterprise t on t.id = g.enterprise_id
        where g.state = 'assessed' and g.assessed_by <> ${actor.id} and t.archived_at is null and ${within}) as waiting,
      (select count(*)::int from enterprise t where t.archived_at is null and t.proposed_level is not null
        and t.adopted_level is distinct from t.proposed_level and ${within}) as differs`.execute(s.db)
  const { waiting = 0, differs = 0 } = rows[0] ?? {}
  const item = (title: string, why: string): TodayItem => ({
    kind: 'grade',
    title,
    why,
    ifNot: '评定等级保持不变，检查频次按原等级安排',
    due: null,
    link: '/grades',
  })
  return [
    ...(waiting ? [item(`复核定级：${waiting} 家`, '同事已评定，等待您复核')] : []),
    ...(differs ? [item(`评定等级：${differs} 家`, '建议等级与评定等级不同')] : []),
  ]
}
