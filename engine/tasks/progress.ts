import { shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { type ComputedFigure, computeIndicator } from '../indicators/compute.ts'
import { noProof, type ProofSplit } from '../indicators/figure.ts'
import type { FigureContext, FigureQuery } from '../indicators/population.ts'
import type { Db } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { type Evidence, evidenceOf, type Frozen, frozenOf, indicatorOf, type Task } from './rows.ts'
import { endOfDay, type Goal, goalOf, reached, type TaskState, taskRules, taskState } from './state.ts'

/** A figure of a task, seen from a date. */
export interface TaskFigure extends ComputedFigure {
  at: string
}

/** A task with where it stands: what lists and pages show. */
export interface TaskView
  extends Omit<Task, 'indicatorVersion' | 'createdAt' | 'updatedAt' | 'where' | 'subset'> {
  where?: Task['where']
  subset?: string[]
  state: TaskState
  figure: {
    value: number | null
    num: number
    den: number | null
    proof: ProofSplit
    at: string
    /** parameters for want of which there is no figure, by name */
    missing?: string[]
  }
  /** fixed at the due date from what was recorded by then */
  frozen?: Omit<Frozen, 'taskId'>
  /** tasks that no data can answer: proved by files that a second person confirms */
  evidence?: { confirmed: number; pending: number }
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
    ...(task.every && { every: task.every }),
    ...((task.where || task.subset) && {
      subset: { ...(task.where && { where: task.where }), ...(task.subset && { ids: task.subset }) },
    }),
  }
}

/**
 * Dates a task may be judged from, the better one counts. Up to the due date: today. Afterwards: the due date,
 * with what is known now (a record that came in late), and today, for what was really done late; the latter only
 * within the year of the due date, because windows like "this year" mean another year after it.
 */
function momentsOf(task: Task, today: string): string[] {
  if (task.due === null || today <= task.due) return [today]
  return task.due.slice(0, 4) === today.slice(0, 4) ? [task.due, today] : [task.due]
}

type Options = { groupBy?: 'none' | 'town' | 'county' }

/** The task's figure as known now. */
export async function currentFigure(
  s: Services,
  task: Task,
  def: IndicatorDef | undefined,
  now: Date,
  options: Options = {},
): Promise<TaskFigure> {
  const today = shanghaiDate(now)
  if (!def) return evidenceFigure(await evidenceOf(s.db, [task.id]), task, today)
  const goal = goalOf(task, def)
  let best: TaskFigure | undefined
  for (const at of momentsOf(task, today)) {
    const figure = await computeIndicator(figureContext(s), def, {
      ...queryOf(task, at),
      known: today,
      ...options,
    })
    if (!best || reached(figure.value, goal)) best = { ...figure, at }
    if (reached(best.value, goal)) break
  }
  return best as TaskFigure
}

/** The figure at the end of the due date, from what was recorded by then, however much later it is asked for. */
export async function figureAtDue(
  s: Services,
  db: Db,
  task: Task & { due: string },
  def: IndicatorDef | undefined,
): Promise<TaskFigure> {
  const by = endOfDay(task.due)
  if (!def) {
    const evidence = await evidenceOf(db, [task.id])
    const known = evidence
      .filter((e) => new Date(e.addedAt) <= by)
      .map((e) => (e.confirmedAt && new Date(e.confirmedAt) <= by ? e : { ...e, confirmedBy: null }))
    return evidenceFigure(known, task, task.due)
  }
  const query = { ...queryOf(task, task.due), recordedBy: by, groupBy: 'town' as const }
  return { ...(await computeIndicator(figureContext(s, db), def, query)), at: task.due }
}

/** Confirmed pieces of evidence count; what one person handed in alone does not. */
function evidenceFigure(evidence: readonly Evidence[], task: Task, at: string): TaskFigure {
  const confirmed = evidence.filter((e) => e.confirmedBy).length
  const den = Array.isArray(task.target) ? task.target[0] : task.target
  const proof = { ...noProof(), evidenced: evidence.length - confirmed, verified: confirmed }
  return { num: confirmed, den, value: confirmed, proof, groups: [], at }
}

/** Where tasks stand now. Figures are computed, never stored, until the due date freezes one. */
export async function viewTasks(s: Services, tasks: readonly Task[], now: Date): Promise<TaskView[]> {
  const ids = tasks.map((t) => t.id)
  const frozen = await frozenOf(s.db, ids)
  const evidence = await evidenceOf(
    s.db,
    tasks.filter((t) => !t.indicator).map((t) => t.id),
  )
  return inTurn(tasks, async (task) => {
    const def = await indicatorOf(s, task)
    const figure = await currentFigure(s, task, def, now)
    return viewOf(
      s,
      task,
      def,
      figure,
      await frozenFor(s, task, def, frozen.get(task.id), now),
      evidence,
      now,
    )
  })
}

/** The frozen figure, or what will be frozen when the sweep has not come round yet. */
export async function frozenFor(
  s: Services,
  task: Task,
  def: IndicatorDef | undefined,
  kept: Frozen | undefined,
  now: Date,
): Promise<Frozen | undefined> {
  if (kept || task.due === null || shanghaiDate(now) <= task.due) return kept
  const due = { ...task, due: task.due }
  const { num, den, value, proof } = await figureAtDue(s, s.db, due, def)
  return {
    taskId: task.id,
    asOf: task.due,
    recordedBy: endOfDay(task.due).toISOString(),
    num,
    den,
    value,
    reached: reached(value, goalOf(task, def)),
    proof,
  }
}

export function viewOf(
  s: Services,
  task: Task,
  def: IndicatorDef | undefined,
  figure: TaskFigure,
  frozen: Frozen | undefined,
  evidence: readonly Evidence[],
  now: Date,
): TaskView {
  const goal: Goal = goalOf(task, def)
  const rules = taskRules(s.policies(), task.area, shanghaiDate(now))
  const timing = { startsOn: task.startsOn, dueOn: task.due }
  const { indicatorVersion: _v, createdAt: _c, updatedAt: _u, where, subset, ...shown } = task
  const own = evidence.filter((e) => e.taskId === task.id)
  const { taskId: _t, ...fixed } = frozen ?? { taskId: '' }
  return {
    ...shown,
    ...(where && { where }),
    ...(subset && { subset }),
    state: taskState(timing, goal, figure.value, frozen?.reached, now, rules),
    figure: {
      value: figure.value,
      num: figure.num,
      den: figure.den,
      proof: figure.proof,
      at: figure.at,
      ...(figure.missing && { missing: figure.missing }),
    },
    ...(frozen && { frozen: fixed as Omit<Frozen, 'taskId'> }),
    ...(!def && {
      evidence: {
        confirmed: own.filter((e) => e.confirmedBy).length,
        pending: own.filter((e) => !e.confirmedBy).length,
      },
    }),
  }
}

/** A task board asks dozens of figures; a few at a time leave connections to others. */
async function inTurn<T, R>(list: readonly T[], run: (item: T) => Promise<R>, width = 4): Promise<R[]> {
  const out = new Array<R>(list.length)
  let next = 0
  const worker = async () => {
    for (let i = next++; i < list.length; i = next++) out[i] = await run(list[i] as T)
  }
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, worker))
  return out
}
