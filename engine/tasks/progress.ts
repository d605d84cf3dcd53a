import { shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { figureValue, type ProofSplit } from '../indicators/figure.ts'
import type { Services } from '../store/services.ts'
import type { Corrected } from './corrected.ts'
import type { TaskFigure } from './figures.ts'
import { type KeptFigure, keptFigures } from './kept.ts'
import {
  confirmedAt,
  confirmedSince,
  countsPapers,
  evidenceFigure,
  isBehind,
  type Owner,
  type Paper,
  paperFigure,
  paperMeasure,
  papersIn,
  papersOf,
  proofAtDue,
  settledOf,
  stands,
} from './papers.ts'
import {
  type Evidence,
  type Frozen,
  type FrozenFigure,
  indicatorOf,
  indicatorsOf,
  type Task,
} from './rows.ts'
import { endOfDay, type Goal, goalOf, reached, type TaskState, taskRules, taskState } from './state.ts'

/** A task with where it stands: what lists and pages show. */
export interface TaskView
  extends Omit<Task, 'indicatorVersion' | 'createdAt' | 'updatedAt' | 'where' | 'subset' | 'who'> {
  where?: Task['where']
  subset?: string[]
  who?: string
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
  /** of a task whose papers are counted by owner and period */
  papers?: readonly Paper[]
  /** since when the goal has been reached: of the whole under '', of places by code */
  doneOn: Readonly<Record<string, string>>
}

/**
 * Where tasks stand now, in their order: two statements when nothing changed since they were last asked for.
 * Figures are computed, never typed; the due date freezes one, or tells here what will be frozen when the sweep has
 * not come round yet.
 */
export async function standingsOf(s: Services, tasks: readonly Task[], now: Date): Promise<Standing[]> {
  const today = shanghaiDate(now)
  const defs = await indicatorsOf(s, tasks)
  const { frozen, evidence, owners } = await settledOf(s.db, tasks)
  const computed = tasks.flatMap((task) => {
    const def = defs.get(task)
    return def ? [{ task, def, frozen: frozen.has(task.id) }] : []
  })
  const kept = await keptFigures(s, computed, now)
  return tasks.map((task) =>
    standing(task, defs.get(task), kept.get(task.id), frozen.get(task.id), today, evidence, owners),
  )
}

/** Where one task stands. */
export async function standingOf(s: Services, task: Task, now: Date): Promise<Standing> {
  const def = await indicatorOf(s, task)
  const { evidence, owners, ...settled } = await settledOf(s.db, [task])
  const frozen = settled.frozen.get(task.id)
  const kept = def && (await keptFigures(s, [{ task, def, frozen: Boolean(frozen) }], now)).get(task.id)
  return standing(task, def, kept, frozen, shanghaiDate(now), evidence, owners)
}

function standing(
  task: Task,
  def: IndicatorDef | undefined,
  kept: KeptFigure | undefined,
  frozen: FrozenFigure | undefined,
  today: string,
  evidence: readonly Evidence[],
  owners: ReadonlyMap<string, Owner>,
): Standing {
  const own = evidence.filter((e) => e.taskId === task.id)
  if (kept) return { task, def, evidence: own, ...kept, frozen: frozen ?? kept.frozen }
  return { task, def, evidence: own, ...provedStanding(task, own, owners, today, frozen) }
}

/** A task proved by files: done on the day when enough of them were confirmed. */
function provedStanding(
  task: Task,
  own: readonly Evidence[],
  owners: ReadonlyMap<string, Owner>,
  today: string,
  frozen?: FrozenFigure,
): Pick<Standing, 'figure' | 'frozen' | 'doneOn' | 'papers'> {
  const papers = countsPapers(task) ? papersOf(task, owners, own, today) : undefined
  const figure = papers ? paperFigure(papers, today) : evidenceFigure(own, task, today)
  const { due } = task
  return {
    figure,
    ...(papers && { papers }),
    frozen:
      frozen ?? (due !== null && today > due ? frozenOfProof({ ...task, due }, own, owners) : undefined),
    doneOn: papers ? papersDoneOn(task, papers, figure) : evidenceDoneOn(task, own, figure),
  }
}

function evidenceDoneOn(task: Task, own: readonly Evidence[], figure: TaskFigure): Record<string, string> {
  const goal = goalOf(task, undefined)
  const done = confirmedSince(
    own.map((e) => e.confirmedAt),
    goal,
    (n) => n,
  )
  return done && reached(figure.value, goal) ? { '': done } : {}
}

/** Since when the whole ('') and its places have had papers enough. */
function papersDoneOn(task: Task, papers: readonly Paper[], figure: TaskFigure): Record<string, string> {
  const goal = goalOf(task, undefined)
  const since = (own: readonly Paper[]) =>
    confirmedSince(own.map(confirmedAt), goal, (n) => figureValue(paperMeasure, n, own.length))
  const places = figure.groups.flatMap((g) => (g.area?.length === 9 ? [g.area] : []))
  const days = [['', since(papers)], ...places.map((p) => [p, since(papersIn(papers, [p]))])]
  return Object.fromEntries(days.filter(([, day]) => day !== undefined))
}

function frozenOfProof(
  task: Task & { due: string },
  own: readonly Evidence[],
  owners: ReadonlyMap<string, Owner>,
): FrozenFigure {
  const { num, den, value, proof, groups } = proofAtDue(task, owners, own)
  return {
    taskId: task.id,
    asOf: task.due,
    recordedBy: endOfDay(task.due).toISOString(),
    num,
    den,
    value,
    reached: reached(value, goalOf(task, undefined)),
    proof,
    groups,
  }
}

/** What lists show of tasks. */
export const viewTasks = async (s: Services, tasks: readonly Task[], now: Date): Promise<TaskView[]> =>
  (await standingsOf(s, tasks, now)).map((standing) => viewOf(s, standing, now))

export function viewOf(
  s: Services,
  { task, def, figure, frozen, corrected, evidence, papers, doneOn }: Standing,
  now: Date,
): TaskView {
  const goal: Goal = goalOf(task, def)
  const rules = taskRules(s.policies(), task.area, shanghaiDate(now))
  const timing = { startsOn: task.startsOn, dueOn: task.due }
  const { indicatorVersion: _v, createdAt: _c, updatedAt: _u, where, subset, who, ...shown } = task
  const { taskId: _t, groups: _g, ...fixed } = frozen ?? { taskId: '', groups: [] }
  const behind = papers && task.every ? isBehind(papers, shanghaiDate(now)) : undefined
  const state = taskState(timing, goal, figure.value, frozen?.reached, now, rules, behind)
  const done = doneDay(state, task.due, doneOn[''])
  return {
    ...shown,
    ...(where && { where }),
    ...(subset && { subset }),
    ...(who && { who }),
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
        pending: evidence.filter((e) => !e.confirmedBy && stands(e)).length,
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
