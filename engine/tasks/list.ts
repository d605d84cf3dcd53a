import { sql } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { areaTerm, reach } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import { explain } from '../core/condition/explain.ts'
import type { IndicatorDef, Proof } from '../core/definition.ts'
import type { TextContext } from '../core/field-type.ts'
import { type ListedRow, met, missing, proofLabel } from '../indicators/lists.ts'
import type { FigureQuery } from '../indicators/population.ts'
import { firmsWaiting } from '../indicators/waiting.ts'
import type { Db } from '../store/db.ts'
import { maskRows } from '../store/mask.ts'
import type { Services } from '../store/services.ts'
import { reachSql } from '../store/where.ts'
import { requireSeen, seenSql } from './access.ts'
import { figureContext, queryOf } from './figures.ts'
import { standingOf, type TaskView, viewOf, viewTasks } from './progress.ts'
import {
  type Evidence,
  earlierFrozen,
  type Frozen,
  findTask,
  indicatorOf,
  type Task,
  tasksWhere,
} from './rows.ts'
import type { TaskState } from './state.ts'

export interface TaskFilter {
  state?: TaskState | undefined
  /** id of a supervising unit */
  owner?: string | undefined
  notice?: string | undefined
  /** area code: tasks of it and of what lies below */
  area?: string | undefined
}

export interface TownFigure {
  code: string | null
  name: string
  num: number
  den: number | null
  value: number | null
}

/** How a task's figure comes about, in Chinese. */
export interface TaskDefinition {
  indicator?: string
  label: string
  basis: string[]
  /** whom it counts */
  population: string
  /** what counts as done */
  met: string
  /** least proof that counts: claimed, evidenced, verified */
  least?: Proof
  leastLabel?: string
  register?: string
  measure?: IndicatorDef['measure']
}

export interface TaskPage extends TaskView {
  /** enterprises of the population with a change that waits for an officer and that the figure reads */
  waiting?: number
  towns: TownFigure[]
  definition: TaskDefinition
  /** figures fixed at due dates that were moved since */
  earlier?: Omit<Frozen, 'taskId'>[]
  evidenceList?: Evidence[]
}

/** Task board: every task the actor sees, with its figure and state, earliest due first. */
export async function listTasks(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  filter: TaskFilter = {},
): Promise<TaskView[]> {
  const wheres = [seenSql(actor, shanghaiDate(now), 'area'), sql`withdrawn_at is null`]
  if (filter.owner) wheres.push(sql`${filter.owner}::uuid = any(owners)`)
  if (filter.notice) wheres.push(sql`notice_id = ${filter.notice}`)
  if (filter.area) wheres.push(sql`starts_with(area, ${filter.area})`)
  const tasks = await tasksWhere(db, sql`${sql.join(wheres, sql` and `)}`)
  const views = await viewTasks(s, tasks, now)
  return filter.state ? views.filter((t) => t.state === filter.state) : views
}

async function seenTask(db: Db, actor: Actor, now: Date, id: string): Promise<Task> {
  return requireSeen(await findTask(db, id), actor, shanghaiDate(now), '任务')
}

/** One task with its figure by town and its definition in words. */
export async function getTask(s: Services, db: Db, actor: Actor, now: Date, id: string): Promise<TaskPage> {
  const task = await seenTask(db, actor, now, id)
  const standing = await standingOf(s, task, now)
  const { def, figure, evidence } = standing
  const earlier = await earlierFrozen(db, task)
  const towns = figure.groups.filter((g) => g.area?.length !== 6)
  const names = await areaNames(
    db,
    towns.map((g) => g.area ?? ''),
  )
  return {
    ...viewOf(s, standing, now),
    ...(def && {
      waiting: await firmsWaiting(figureContext(s, db), def, {
        ...queryOf(task, figure.at),
        known: shanghaiDate(now),
      }),
    }),
    towns: towns.map(({ area, num, den, value }) => ({
      code: area,
      name: area === null ? '未落到乡镇' : (names.get(area) ?? area),
      num,
      den,
      value,
    })),
    definition: definitionOf(s, task, def, now),
    ...(earlier.length && { earlier: earlier.map(({ taskId: _, ...e }) => e) }),
    ...(!def && { evidenceList: [...evidence] }),
  }
}

async function areaNames(db: Db, codes: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area
    where code = any(${codes}::text[])`.execute(db)
  return new Map(rows.map((r) => [r.code, r.name]))
}

function definitionOf(s: Services, task: Task, def: IndicatorDef | undefined, now: Date): TaskDefinition {
  if (!def)
    return {
      label: '佐证材料',
      basis: [],
      population: '以上传的佐证材料为准',
      met: '材料须由另一人确认，确认后才计入完成',
    }
  const words = {
    catalogue: s.catalogue,
    policies: s.policies(),
    moment: { asOf: shanghaiDate(now) },
    area: task.area,
  }
  const { register, where } = def.of
  const parts = [where, task.where].filter((c) => c !== undefined && c !== null)
  const record = s.catalogue.record(register)
  const sentences = parts.map((c) => explain(c, register, words))
  if (task.subset)
    sentences.push(`指定的 ${task.subset.length} ${record.name === 'enterprise' ? '家' : '条'}`)
  return {
    indicator: def.name,
    label: def.label,
    basis: def.basis,
    population: `${record.label}：${sentences.join('；') || '全部'}`,
    met: def.met ? explain(def.met, register, words) : '全部计入',
    least: def.proof.least,
    leastLabel: proofLabel[def.proof.least],
    register,
    measure: def.measure,
  }
}

export interface TaskRows {
  /** register the rows belong to; null for tasks proved by evidence */
  register: string | null
  rows: (ListedRow['row'] & { reason: string; period?: string; why: ListedRow['why'] })[]
  total: number
}

export interface RowsPage {
  town?: string | undefined
  limit?: number | undefined
  offset?: number | undefined
}

/**
 * Who is still missing: records of the population that do not count yet, each with the reason; only those that the
 * actor may read. Where fewer is better (nothing open) it is the opposite: those that still count.
 */
export async function taskMissing(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
  page: RowsPage = {},
): Promise<TaskRows> {
  return rowsOf(s, db, actor, now, id, page, false)
}

/** Records that count. */
export async function taskMet(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
  page: RowsPage = {},
): Promise<TaskRows> {
  return rowsOf(s, db, actor, now, id, page, true)
}

async function rowsOf(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
  page: RowsPage,
  done: boolean,
): Promise<TaskRows> {
  const task = await seenTask(db, actor, now, id)
  const def = await indicatorOf(s, task)
  if (!def) return { register: null, rows: [], total: 0 }
  const today = shanghaiDate(now)
  const asOf = task.due !== null && today > task.due ? task.due : today
  const query: FigureQuery = {
    ...queryOf(task, asOf),
    known: today,
    scope: withinReach(s, actor, def, task, today),
  }
  // of a count that should be small, the counted ones are what is left to do
  const counted = def.lessIsBetter && def.measure === 'count' ? !done : done
  const list = await (counted ? met : missing)(figureContext(s, db), def, {
    ...query,
    ...page,
    text: await textOf(db),
  })
  const shown = maskRows(
    s,
    actor,
    s.catalogue.record(def.of.register),
    list.rows.map((r) => r.row),
  )
  return {
    register: def.of.register,
    total: list.total,
    rows: list.rows.map(({ reason, period, why }, i) => ({
      ...shown[i]!,
      reason,
      why,
      ...(period && { period }),
    })),
  }
}

/** The task's area, as far as the actor may read the records there. */
function withinReach(
  s: Services,
  actor: Actor,
  def: IndicatorDef,
  task: Task,
  today: string,
): FigureQuery['scope'] {
  const own = reach(actor, s.catalogue.record(def.of.register), 'read', today)
  return (alias) => sql`(${reachSql({ terms: [areaTerm(task.area)] }, alias)} and ${reachSql(own, alias)})`
}

async function textOf(db: Db): Promise<Partial<TextContext>> {
  const { rows } = await sql<{ code: string; name: string }>`select code, name from area`.execute(db)
  const names = new Map(rows.map((r) => [r.code, r.name]))
  return { areaName: (code) => names.get(code) ?? code }
}
