import type { Condition } from './condition/ast.ts'
import type { GradingDef, GradingRule, Level } from './definition.ts'

/** Levels from best to worst; the canonical order. Letters are labels of a scheme and are never compared. */
export const levelOrder: Level[] = ['低', '一般', '较大', '重大']

/** One step of the reasoning: what was looked at, what it did, on which article, because of which facts. */
export interface GradeStep {
  kind: 'base' | 'shift' | 'set' | 'recorded'
  rule: string
  label: string
  /** 定为较大 / 上调一级 … */
  effect: string
  basis: string
  /** the facts, in Chinese */
  because: string
  local?: boolean
  level: Level
}

export interface Grade {
  scheme: string
  schemeVersion: number
  level: Level
  steps: GradeStep[]
  /** facts that would decide and are not filled in, by their labels: 空分装置 */
  unknown: string[]
  /** facts that do not go together, as questions */
  contradictions: string[]
}

/** A county's own adjustment, valid at a place and time. */
export interface LocalRule {
  name: string
  label: string
  condition: Condition
  steps: number | null
  level: Level | null
  basis: string
}

/** @returns whether it holds, why where it does, and else what is not filled in and would decide */
export type Judge = (condition: Condition) => { holds: boolean; text: string; unknown?: readonly string[] }

const move = (level: Level, steps: number): Level =>
  levelOrder[Math.min(Math.max(levelOrder.indexOf(level) + steps, 0), levelOrder.length - 1)]!

/** What is not known is no "no": it is named. */
const missing = (labels: readonly string[]): string => `未登记：${labels.join('、')}`

const effectOf = (steps: number): string => `${steps > 0 ? '上调' : '下调'}${Math.abs(steps)}级`

/**
 * Base level by the first rule that holds, then shifts, then direct sets, each with its reason. Pure.
 * @param judge evaluates a condition on the enterprise and says why
 * @param recorded the newest recorded decision where the scheme goes by one
 */
export function grade(
  def: GradingDef,
  judge: Judge,
  local: readonly LocalRule[] = [],
  recorded?: { level: Level; because: string },
): Grade {
  const steps: GradeStep[] = []
  const unknown = new Set<string>()
  const ask: Judge = (condition) => {
    const verdict = judge(condition)
    if (!verdict.holds) for (const label of verdict.unknown ?? []) unknown.add(label)
    return verdict
  }
  const result = (level: Level): Grade => ({
    scheme: def.name,
    schemeVersion: def.version,
    level,
    steps,
    unknown: [...unknown],
    contradictions: (def.contradictions ?? []).filter((c) => judge(c.when).holds).map((c) => c.asks),
  })
  if (def.recorded && recorded) {
    steps.push({
      kind: 'recorded',
      rule: 'recorded',
      label: '定级决定',
      effect: `定为 ${def.labels[recorded.level].letter}`,
      basis: def.basis[0] ?? '',
      because: recorded.because,
      level: recorded.level,
    })
    return result(recorded.level)
  }
  let level = def.otherwise.level
  let based = false
  for (const rule of def.base) {
    const verdict = ask(rule.when)
    if (!verdict.holds) continue
    // every process that holds is shown; the worst of them is the base
    if (!based || levelOrder.indexOf(rule.level) > levelOrder.indexOf(level)) level = rule.level
    based = true
    steps.push({
      kind: 'base',
      rule: rule.name,
      label: rule.label,
      effect: `起评为 ${def.labels[rule.level].letter}`,
      basis: rule.basis,
      because: rule.says ?? verdict.text,
      level,
    })
  }
  if (!based)
    steps.push({
      kind: 'base',
      rule: 'otherwise',
      label: def.otherwise.label,
      effect: `${unknown.size ? '暂' : ''}起评为 ${def.labels[level].letter}`,
      basis: def.otherwise.basis,
      because: unknown.size ? missing([...unknown]) : def.otherwise.label,
      level,
    })
  const shifts = [
    ...def.shifts.map((r) => ({ ...r, local: false })),
    ...local
      .filter((r) => r.steps !== null)
      .map((r) => ({ ...r, when: r.condition, steps: r.steps ?? 0, local: true })),
  ]
  for (const rule of shifts)
    level = applied(steps, ask, rule, level, 'shift', effectOf(rule.steps), move(level, rule.steps))
  const sets = [
    ...def.sets.map((r) => ({ ...r, local: false })),
    ...local.flatMap((r) => (r.level ? [{ ...r, when: r.condition, level: r.level, local: true }] : [])),
  ]
  for (const rule of sets) {
    const effect = `直接定为 ${def.labels[rule.level].letter}`
    level = applied(steps, ask, rule, level, 'set', effect, rule.level)
  }
  return result(level)
}

/** A rule that holds adds its step. @returns the level after it */
function applied(
  steps: GradeStep[],
  ask: Judge,
  rule: GradingRule & { local: boolean },
  before: Level,
  kind: GradeStep['kind'],
  effect: string,
  level: Level,
): Level {
  const verdict = ask(rule.when)
  if (!verdict.holds) return before
  steps.push({
    kind,
    rule: rule.name,
    label: rule.label,
    effect,
    basis: rule.basis,
    because: rule.says ?? verdict.text,
    level,
    ...(rule.local && { local: true }),
  })
  return level
}
