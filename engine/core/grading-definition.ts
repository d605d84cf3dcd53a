import type { Condition } from './condition/ast.ts'

/** What a grading scheme says. Plain JSON, as all definitions. */

export type Level = '重大' | '较大' | '一般' | '低'

export interface GradingRule {
  name: string
  label: string
  when: Condition
  basis: string
  /** the fact as a clerk writes it in a reason: 涉及金属冶炼; default: the facts one by one */
  says?: string
}

export interface GradingDef {
  kind: 'grading'
  name: string
  label: string
  version: number
  basis: string[]
  /** whom the scheme grades */
  applies: Condition
  /** first rule that holds sets the base level; `otherwise` is the level when none does */
  base: (GradingRule & { level: Level })[]
  otherwise: { level: Level; label: string; basis: string }
  /** then shifts by steps (+1 worse, −1 better), each with its basis; a county adds its own as local rows */
  shifts: (GradingRule & { steps: number })[]
  /** then direct sets, the last word */
  sets: (GradingRule & { level: Level })[]
  /** facts that do not go together: asked before a level is adopted */
  contradictions?: { name: string; when: Condition; asks: string }[]
  /** letter and colour of each level in this scheme: labels only, never compared across schemes */
  labels: Record<Level, { letter: string; colour: '红' | '橙' | '黄' | '蓝' }>
  /** the level comes from a recorded decision (a field of the enterprise or related register), not from rules */
  recorded?: { register: string; level: string; by: string }
}
