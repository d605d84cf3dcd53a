import { addDays, daysBetween, shanghaiDate, startOfDay } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { type PolicyBook, policyNumber } from '../core/policy.ts'
import type { Comparator } from '../notices/model.ts'

export type TaskState = 'on-track' | 'at-risk' | 'late' | 'met' | 'met-late'

export const taskStateLabel: Record<TaskState, string> = {
  'on-track': '正常推进',
  'at-risk': '临期预警',
  late: '逾期未完成',
  met: '已完成',
  'met-late': '逾期完成',
}

/** What is to be reached. A range is met from its lower end on: 解决 1—2 项 asks for one at least. */
export interface Goal {
  target: number | [number, number]
  comparator: Comparator
  /** fewer is better: 清零 */
  lessIsBetter: boolean
  /**
   * Holds only at the due date, because it can be lost again until then: nothing open, a duty of every period.
   * Before that such a task is on track at best.
   */
  standing: boolean
  /** a duty of every period: what an ended period lacks cannot be caught up */
  periodic: boolean
}

export interface TaskRules {
  /** so many days before the due date an unmet task is at risk; undefined: no value, so never for that reason */
  atRiskDays: number | undefined
  /** share of the time (0–1) after which a task behind the linear pace is at risk; undefined likewise */
  paceFrom: number | undefined
}

/** The rules in force in an area on a date. */
export function taskRules(policies: PolicyBook, area: string, on: string): TaskRules {
  const number = (key: string) => {
    const row = policies.find(key, area, on)
    return row && policyNumber(row.value)
  }
  return { atRiskDays: number('task.atRiskDays'), paceFrom: number('task.paceFrom') }
}

/** A goal from a binding and the indicator it is bound to; evidence tasks have no indicator. */
export function goalOf(
  binding: { target: number | [number, number]; comparator: Comparator; every?: string | null },
  def: IndicatorDef | undefined,
): Goal {
  const lessIsBetter = def?.lessIsBetter ?? false
  // what papers lack can be handed in later, and what is confirmed stays: they hold no rhythm of their own
  const periodic = Boolean(def && (binding.every ?? def.of.every))
  return {
    target: binding.target,
    comparator: binding.comparator,
    lessIsBetter,
    periodic,
    standing: lessIsBetter || periodic,
  }
}

/**
 * Whether a value reaches the goal. "= 4 家" and an unspecified comparator mean reached or better. A share of
 * nobody has no value and reaches nothing: an empty ledger must not look like a duty done.
 */
export function reached(value: number | null, goal: Goal): boolean {
  if (value === null) return false
  const least = Array.isArray(goal.target) ? goal.target[0] : goal.target
  switch (goal.comparator) {
    case '>':
      return value > least
    case '<':
      return value < least
    case '<=':
      return value <= least
    case '>=':
    case 'increase':
    case 'at-least-grade':
      return value >= least
    case 'decrease':
      // a fall of 10 is a change of −10 or more
      return value <= -Math.abs(least)
    default:
      return goal.lessIsBetter ? value <= least : value >= least
  }
}

/** How far along, 0 to 1; where fewer is better there is only done or not. */
export function progress(value: number | null, goal: Goal): number {
  if (reached(value, goal)) return 1
  if (
    value === null ||
    goal.lessIsBetter ||
    goal.comparator.startsWith('<') ||
    goal.comparator === 'decrease'
  )
    return 0
  const least = Array.isArray(goal.target) ? goal.target[0] : goal.target
  return least > 0 ? Math.min(Math.max(value / least, 0), 1) : 0
}

export interface Timing {
  startsOn: string
  /** null: no deadline was set */
  dueOn: string | null
}

/**
 * State of a task, pure.
 * @param value the figure as known now
 * @param frozen whether the goal was reached in the figure frozen at the due date; undefined before that
 * @param behind of papers asked in every period: whether one of an ended period is lacking; their rhythm is their pace
 *
 * Up to the end of the due date: met, else at risk when it is due within `atRiskDays`, or when the share of time
 * gone is at least `paceFrom` and more than the share done, or when a period that has ended lacks something; else
 * on track. Afterwards the frozen figure decides: met, or late until the goal is reached, then met late.
 */
export function taskState(
  timing: Timing,
  goal: Goal,
  value: number | null,
  frozen: boolean | undefined,
  now: Date,
  rules: TaskRules,
  behind?: boolean,
): TaskState {
  const today = shanghaiDate(now)
  const done = reached(value, goal)
  const { startsOn, dueOn } = timing
  if (dueOn !== null && today > dueOn) return frozen ? 'met' : done ? 'met-late' : 'late'
  if (done) return goal.standing && dueOn !== null ? 'on-track' : 'met'
  if (dueOn === null) return behind ? 'at-risk' : 'on-track'
  if (goal.periodic && value !== null) return 'at-risk'
  const { atRiskDays, paceFrom } = rules
  if (atRiskDays !== undefined && daysBetween(today, dueOn) <= atRiskDays) return 'at-risk'
  if (behind) return 'at-risk'
  if (paceFrom === undefined || behind !== undefined) return 'on-track'
  const whole = daysBetween(startsOn, dueOn)
  const gone = whole > 0 ? daysBetween(startsOn, today) / whole : 1
  return gone >= paceFrom && progress(value, goal) < gone ? 'at-risk' : 'on-track'
}

/** The last instant that counts for a date: the end of its day in Shanghai. */
export const endOfDay = (date: string): Date => new Date(startOfDay(addDays(date, 1)).getTime() - 1)
