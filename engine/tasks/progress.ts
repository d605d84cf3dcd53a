import { shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import type { ProofSplit } from '../indicators/figure.ts'
import type { Services } from '../store/services.ts'
import type { Corrected } from './corrected.ts'
import { evidenceAtDue, evidenceFigure, type TaskFigure } from './figures.ts'
import { type KeptFigure, keptFigures } from './kept.ts'
import {
  type Evidence,
  evidenceOf,
  type Frozen,
  type FrozenFigure,
  frozenOf,
  indicatorOf,
  indicatorsOf,
  type Task,
} from './rows.ts'
import { endOfDay, type Goal, goalOf, reached, type TaskState, taskRules, taskState } from './state.ts'

/** A task with where it stands: what lists and pages show. */
export interface TaskView
  extends Omit<Task, 'indicatorVersion' | 'createdAt' | 'updatedAt' | 'where' | 'subset'> {
  where?: Task['where']
  subset?: string[]
  state: TaskState
  /** the day it was done: of tasks that are met, in time or late */
  doneOn?: string
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
  /** what was corrected since, and what the fixed figure would be today */
  corrected?: Omit<Corrected, 'entries' | 'towns' | 'groups'>
  /** tasks that no data can answer: proved by files that a second person confirms */
  evidence?: { confirmed: number; pending: number }
}

/** A task with all that its view is made of. */
export interface Standing {
  task: Task
  def: IndicatorDef | undefined
  figure: TaskFigure
  frozen: FrozenFigure | undefined
  corrected?: Corrected | undefined
  evidence: readonly Evidence[]
  /** since when the goal has been reached: of the whole under '', of places by code */
  doneOn: Readonly<Record<string, string>>
}

/**
 * Where tasks stand now, in their order: four statements when nothing changed since they were last asked for.
 * Figures are computed, never typed; the due date freezes one, or tells here what will be frozen when the sweep has
 * not come round yet.
 */
export async function standingsOf(s: Services, tasks: readonly Task[], now: Date): Promise<Standing[]> {
  const today = shanghaiDate(now)
  const ids = tasks.map((t) => t.id)
  const defs = await indicatorsOf(s, tasks)
  const frozen = await frozenOf(s.db, ids)
  const proved = tasks.filter((t) => !t.indicator).map((t) => t.id)
  const evidence = proved.length ? await evidenceOf(s.db, proved) : []
  const computed = tasks.flatMap((task) => {
    const def = defs.get(task)
    return def ? [{ task, def, frozen: frozen.has(task.id) }] : []
  })
  const kept = await keptFigures(s, computed, now)
  return tasks.map((task) =>
    standing(task, defs.get(task), kept.get(task.id), frozen.get(task.id), today, evidence),
  )
}

/** Where one task stands. */
export async function standingOf(s: Services, task: Task, now: Date): Promise<Standing> {
  const def = await indicatorOf(s, task)
  const frozen = (await frozenOf(s.db, [task.id])).get(task.id)
  const kept = def && (await keptFigures(s, [{ task, def, frozen: Boolean(frozen) }], now)).get(task.id)
  const evidence = def ? [] : await evidenceOf(s.db, [task.id])
  return standing(task, def, kept, frozen, shanghaiDate(now), evidence)
}

function standing(
  task: Task,
  def: IndicatorDef | undefined,
  kept: KeptFigure | undefined,
  frozen: FrozenFigure | undefined,
  today: string,
  evidence: readonly Evidence[],
): Standing {
  const own = evidence.filter((e) => e.taskId === task.id)
  if (kept) return { task, def, evidence: own, ...kept, frozen: frozen ?? kept.frozen }
  return { task, def, evidence: own, ...evidenceStanding(task, own, today, frozen) }
}

/** A task proved by files: done on the day when enough of them were confirmed. */
function evidenceStanding(
  task: Task,
  own: readonly Evidence[],
  today: string,
  frozen?: FrozenFigure,
): Pick<Standing, 'figure' | 'frozen' | 'doneOn'> {
  const figure = evidenceFigure(own, task, today)
  const goal = goalOf(task, undefined)
  const days = own.flatMap((e) => (e.confirmedAt ? [shanghaiDate(new Date(e.confirmedAt))] : [])).sort()
  const done = days.find((_, i) => reached(i + 1, goal))
  const { due } = task
  return {
    figure,
    frozen: frozen ?? (due !== null && today > due ? frozenOfEvidence({ ...task, due }, own) : undefined),
    doneOn: done && reached(figure.value, goal) ? { '': done } : {},
  }
}

function frozenOfEvidence(task: Task & { due: string }, own: readonly Evidence[]): FrozenFigure {
  const { num, den, value, proof } = evidenceAtDue(own, task)
  return {
    taskId: task.id,
    asOf: task.due,
    recordedBy: endOfDay(task.due).toISOString(),
    num,
    den,
    value,
    reached: reached(value, goalOf(task, undefined)),
    proof,
    groups: [],
  }
}

/** What lists show of tasks. */
export const viewTasks = async (s: Services, tasks: readonly Task[], now: Date): Promise<TaskView[]> =>
  (await standingsOf(s, tasks, now)).map((standing) => viewOf(s, standing, now))

export function viewOf(
  s: Services,
  { task, def, figure, frozen, corrected, evidence, doneOn }: Standing,
  now: Date,
): TaskView {
  const goal: Goal = goalOf(task, def)
  const rules = taskRules(s.policies(), task.area, shanghaiDate(now))
  const timing = { startsOn: task.startsOn, dueOn: task.due }
  const { indicatorVersion: _v, createdAt: _c, updatedAt: _u, where, subset, ...shown } = task
  const { taskId: _t, groups: _g, ...fixed } = frozen ?? { taskId: '', groups: [] }
  const state = taskState(timing, goal, figure.value, frozen?.reached, now, rules)
  const done = doneDay(state, task.due, doneOn[''])
  return {
    ...shown,
    ...(where && { where }),
    ...(subset && { subset }),
    state,
    ...(done && { doneOn: done }),
    figure: {
      value: figure.value,
      num: figure.num,
      den: figure.den,
      proof: figure.proof,
      at: figure.at,
      ...(figure.missing && { missing: figure.missing }),
    },
    ...(frozen && { frozen: fixed as Omit<Frozen, 'taskId'> }),
    ...(frozen && corrected && { corrected: headOf(corrected) }),
    ...(!def && {
      evidence: {
        confirmed: evidence.filter((e) => e.confirmedBy).length,
        pending: evidence.filter((e) => !e.confirmedBy).length,
      },
    }),
  }
}

const headOf = ({ n, num, den, value, reached: is }: Corrected) => ({ n, num, den, value, reached: is })

/** The day a task was done: when its goal was reached, at the latest the due date of one that was done in time. */
export function doneDay(
  state: TaskState,
  due: string | null,
  reachedOn: string | undefined,
): string | undefined {
  if (state === 'met-late') return reachedOn
  if (state !== 'met') return undefined
  return due !== null && (!reachedOn || reachedOn > due) ? due : reachedOn
}
