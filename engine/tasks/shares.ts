import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { type IndicatorDef, proofs } from '../core/definition.ts'
import { figureValue, noProof, type ProofSplit } from '../indicators/figure.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { readingAreas } from './access.ts'
import { isBehind, paperMeasure, papersIn } from './papers.ts'
import { doneDay, type Standing } from './progress.ts'
import { type Goal, goalOf, reached, type TaskState, taskRules, taskState } from './state.ts'

/** A place's part of a task. */
export interface Share {
  code: string
  name: string
  num: number
  den: number | null
  value: number | null
  /** absent where the goal is the whole county's alone (at least four, so many days, a growth) */
  state?: TaskState
  doneOn?: string
  /** how well those counted here are proved */
  proof?: ProofSplit
  /** what was corrected here since the figure was frozen: what it was, and what it would be today */
  corrected?: { n: number; was: number | null; value: number | null }
}

/**
 * Whether the goal of the whole is also each part's: a share of whoever is there, or nothing left open. "At least four"
 * or a growth of the whole says nothing about a part.
 */
export const partsOwe = (def: Measured, goal: Goal): boolean =>
  def.measure === 'share' || (def.lessIsBetter === true && def.measure === 'count' && least(goal) === 0)

/** What of an indicator decides whether a part owes: papers have it too. */
type Measured = Pick<IndicatorDef, 'measure' | 'unit' | 'over' | 'lessIsBetter'>

const least = (goal: Goal): number => (Array.isArray(goal.target) ? goal.target[0] : goal.target)

/** Codes of the towns an actor reads in, when he reads in towns alone: whose own share he looks for first. */
export function townsOf(actor: Actor, today: string): string[] {
  const areas = readingAreas(actor, today)
  return areas.length && areas.every((a) => a.length >= 9)
    ? [...new Set(areas.map((a) => a.slice(0, 9)))]
    : []
}

type Part = { num: number; den: number | null; value: number | null }

/** Groups of a figure in a place: its own, or those of several places added up. */
function partOf(
  def: Measured,
  groups: readonly (Part & { area: string | null })[],
  codes: readonly string[],
): Part {
  const own = groups.filter((g) => g.area !== null && codes.includes(g.area))
  const num = own.reduce((n, g) => n + g.num, 0)
  const den = own.some((g) => g.den !== null) ? own.reduce((n, g) => n + (g.den ?? 0), 0) : null
  // a plain sum has no base; a place without anybody has a base of nobody
  const base = den ?? (own.length || (def.measure === 'sum' && !def.over) ? null : 0)
  return { num, den: base, value: figureValue(def, num, base) }
}

/** A place's part of a task, with its state by the same rules as the whole. */
export function shareOf(
  s: Services,
  { task, def: bound, figure, frozen, corrected, papers, doneOn }: Standing,
  codes: readonly string[],
  name: string,
  now: Date,
): Share | undefined {
  const def: Measured | undefined = bound ?? (papers && paperMeasure)
  if (!def || figure.missing) return undefined
  const goal = goalOf(task, bound)
  const part = partOf(def, figure.groups, codes)
  const proof = noProof()
  for (const g of figure.groups)
    if (g.area !== null && codes.includes(g.area)) for (const level of proofs) proof[level] += g.proof[level]
  const mended = codes.reduce((n, code) => n + (corrected?.towns[code] ?? 0), 0)
  const share: Share = {
    code: codes[0] ?? '',
    name,
    ...part,
    proof,
    ...(frozen &&
      corrected &&
      mended > 0 && {
        corrected: {
          n: mended,
          was: partOf(def, frozen.groups, codes).value,
          value: partOf(def, corrected.groups, codes).value,
        },
      }),
  }
  // nobody there: nothing is owed
  if (!partsOwe(def, goal) || (part.den === 0 && part.num === 0 && def.measure === 'share')) return share
  const fixed = frozen && partOf(def, frozen.groups, codes)
  const inTime = fixed && (fixed.den === 0 && !fixed.num ? undefined : reached(fixed.value, goal))
  const rules = taskRules(s.policies(), task.area, shanghaiDate(now))
  const behind = papers && task.every ? isBehind(papersIn(papers, codes), shanghaiDate(now)) : undefined
  const timing = { startsOn: task.startsOn, dueOn: task.due }
  const state = taskState(timing, goal, part.value, inTime, now, rules, behind)
  const days = codes.flatMap((c) => doneOn[c] ?? []).sort()
  const done = doneDay(state, task.due, days.at(-1))
  return { ...share, state, ...(done && { doneOn: done }) }
}

/** Names of areas by code. */
export async function namesOf(db: Db, codes: readonly string[]): Promise<Map<string, string>> {
  if (codes.length === 0) return new Map()
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area
    where code = any(${codes}::text[])`.execute(db)
  return new Map(rows.map((r) => [r.code, r.name]))
}
