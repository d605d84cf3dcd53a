import { shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { isPeriod } from '../core/period.ts'
import { type ComputedFigure, computeIndicator, type FigureAsked } from '../indicators/compute.ts'
import type { FigureContext, FigureQuery } from '../indicators/population.ts'
import type { Db } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import type { Task } from './rows.ts'
import { endOfDay, type Goal, goalOf, progress, reached } from './state.ts'

/** A figure of a task, seen from a date. */
export interface TaskFigure extends ComputedFigure {
  at: string
  /** an earlier day on which what was done counts as well: the due date */
  first?: string
}

export const figureContext = (s: Services, db: Db = s.db): FigureContext => ({
  db,
  catalogue: s.catalogue,
  policies: s.policies(),
})

/** What a task's indicator is asked: its area, its named subset, its periods up to the due date. */
export function queryOf(task: Task, asOf: string): FigureQuery {
  const year = (task.due ?? asOf).slice(0, 4)
  return {
    scope: task.area,
    asOf,
    span: { from: `${year}-01-01`, to: task.due ?? `${year}-12-31` },
    ...(task.every && isPeriod(task.every) && { every: task.every }),
    ...(task.who && { who: task.who }),
    ...((task.where || task.subset) && {
      subset: { ...(task.where && { where: task.where }), ...(task.subset && { ids: task.subset }) },
    }),
  }
}

/**
 * Dates a task may be judged from: each record by the better one, or all together where records do not count for
 * themselves. Up to the due date: today. Afterwards: the due date,
 * with what is known now (a record that came in late), and today, for what was really done late, even by some of
 * those who were missing; the latter only within the year of the due date, because windows like "this year" mean
 * another year after it.
 */
export function momentsOf(task: Task, today: string): string[] {
  if (task.due === null || today <= task.due) return [today]
  return task.due.slice(0, 4) === today.slice(0, 4) ? [task.due, today] : [task.due]
}

/** Whether each record may be judged by its own day: where more that count are better, and each counts for itself. */
const addsUp = (def: IndicatorDef, goal: Goal): boolean =>
  ['share', 'count', 'sum'].includes(def.measure) &&
  !goal.lessIsBetter &&
  !goal.comparator.startsWith('<') &&
  goal.comparator !== 'decrease'

/** What a task's figure was asked, for lists that belong to it. */
export const figureQuery = (
  task: Task,
  { at, first }: Pick<TaskFigure, 'at' | 'first'>,
  today: string,
): FigureQuery => ({ ...queryOf(task, first ?? at), known: today, ...(first && { also: at }) })

/** The figure of a task that is computed, from the rows that `db` sees; nothing kept is looked at. */
export async function figureNow(
  s: Services,
  db: Db,
  task: Task,
  def: IndicatorDef,
  now: Date,
  options: Pick<FigureAsked, 'groupBy'> = {},
): Promise<TaskFigure> {
  const today = shanghaiDate(now)
  const goal = goalOf(task, def)
  const [due, later] = momentsOf(task, today)
  if (due && later && addsUp(def, goal)) {
    const figure = { at: later, first: due }
    const asked = { ...figureQuery(task, figure, today), ...options }
    return { ...(await computeIndicator(figureContext(s, db), def, asked)), ...figure }
  }
  let best: TaskFigure | undefined
  for (const at of momentsOf(task, today)) {
    const figure = await computeIndicator(figureContext(s, db), def, {
      ...queryOf(task, at),
      known: today,
      ...options,
    })
    // what was really done late counts while others are still missing; what has lapsed since takes nothing away
    if (!best || progress(figure.value, goal) >= progress(best.value, goal)) best = { ...figure, at }
    if (reached(best.value, goal)) break
  }
  return best as TaskFigure
}

/** The figure at the end of the due date, from what was recorded by then, however much later it is asked for. */
export async function figureAtDue(
  s: Services,
  db: Db,
  task: Task & { due: string },
  def: IndicatorDef,
): Promise<TaskFigure> {
  const by = endOfDay(task.due)
  const query = { ...queryOf(task, task.due), recordedBy: by, groupBy: 'town' as const }
  return { ...(await computeIndicator(figureContext(s, db), def, query)), at: task.due }
}
