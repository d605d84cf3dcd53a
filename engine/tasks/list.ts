import { sql } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { explain } from '../core/condition/explain.ts'
import type { IndicatorDef, Proof } from '../core/definition.ts'
import type { Rhythm } from '../core/period.ts'
import { proofLabel } from '../indicators/lists.ts'
import { firmsWaiting } from '../indicators/waiting.ts'
import type { Db } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { populationWords } from './accept.ts'
import { mayProveFor, requireSeen, seenSql } from './access.ts'
import { type ShownCorrection, shownCorrections } from './corrected.ts'
import { type Entered, enteredIn } from './entered.ts'
import { type ShownEvidence, shownEvidence } from './evidence.ts'
import { figureContext, figureQuery } from './figures.ts'
import type { Paper } from './papers.ts'
import { type Standing, standingOf, standingsOf, type TaskView, viewOf } from './progress.ts'
import { earlierFrozen, type Frozen, findTask, type Task, tasksWhere } from './rows.ts'
import { namesOf, type Share, shareOf, townsOf } from './shares.ts'
import type { TaskState } from './state.ts'

export interface TaskFilter {
  state?: TaskState | undefined
  /** id of a supervising unit */
  owner?: string | undefined
  notice?: string | undefined
  /** area code: tasks of it and of what lies below */
  area?: string | undefined
}

/** A town's figure on the page of a task; those without a town stand under null. */
export type TownFigure = Omit<Share, 'code'> & { code: string | null }

/** A task on the board, with the reader's own share where he looks after towns. */
export type TaskItem = TaskView & { own?: Share }

/** How a task's figure comes about, in Chinese. */
export interface TaskDefinition {
  indicator?: string
  label: string
  basis: string[]
  /** whom it counts */
  population: string
  /** where the task counts another population than the county's: both, in words */
  scope?: { notice: string; county: string }
  /** what counts as done */
  met: string
  /** least proof that counts: claimed, evidenced, verified */
  least?: Proof
  leastLabel?: string
  register?: string
  measure?: IndicatorDef['measure']
  entered?: Entered
}

export interface TaskPage extends TaskItem {
  /** enterprises of the population with a change that waits for an officer and that the figure reads */
  waiting?: number
  towns: TownFigure[]
  definition: TaskDefinition
  /** figures fixed at due dates that were moved since */
  earlier?: Omit<Frozen, 'taskId'>[]
  /** corrections since the figure was frozen, of records the reader may read; the others are counted */
  corrections?: { rows: ShownCorrection[]; hidden: number }
  evidenceList?: ShownEvidence[]
  /** of a task whose papers are counted by owner and period: whose there are, and for when; `mine`: may be handed in by the reader */
  papers?: {
    owners: { id: string; name: string; mine: boolean }[]
    periods: NonNullable<Paper['period']>[]
  }
}

/** Task board: every task the actor sees, with its figure and state, earliest due first. */
export async function listTasks(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  filter: TaskFilter = {},
): Promise<TaskItem[]> {
  const wheres = [seenSql(actor, shanghaiDate(now), 'area'), sql`withdrawn_at is null`]
  if (filter.owner) wheres.push(sql`${filter.owner}::uuid = any(owners)`)
  if (filter.notice) wheres.push(sql`notice_id = ${filter.notice}`)
  if (filter.area) wheres.push(sql`starts_with(area, ${filter.area})`)
  const tasks = await tasksWhere(db, sql`${sql.join(wheres, sql` and `)}`)
  const items = await itemsFor(s, db, actor, tasks, now)
  return filter.state ? items.filter((t) => t.state === filter.state) : items
}

/** Tasks as a reader's lists show them: of an officer of towns each with his towns' share. */
export async function itemsFor(
  s: Services,
  db: Db,
  actor: Actor,
  tasks: readonly Task[],
  now: Date,
): Promise<TaskItem[]> {
  const standings = await standingsOf(s, tasks, now)
  const towns = townsOf(actor, shanghaiDate(now))
  const names = await namesOf(db, towns)
  const name = towns.map((t) => names.get(t) ?? t).join('、')
  return standings.map((standing) => {
    const own = towns.length ? shareOf(s, standing, towns, name, now) : undefined
    return { ...viewOf(s, standing, now), ...(own && { own }) }
  })
}

export async function seenTask(db: Db, actor: Actor, now: Date, id: string): Promise<Task> {
  return requireSeen(await findTask(db, id), actor, shanghaiDate(now), '任务')
}

/** One task with its figure by town and its definition in words. */
export async function getTask(s: Services, db: Db, actor: Actor, now: Date, id: string): Promise<TaskPage> {
  const task = await seenTask(db, actor, now, id)
  const standing = await standingOf(s, task, now)
  const { def, figure, evidence } = standing
  const earlier = await earlierFrozen(db, task)
  const towns = figure.groups.flatMap((g) => (g.area?.length === 6 ? [] : [g]))
  const mine = townsOf(actor, shanghaiDate(now))
  const names = await namesOf(db, [...towns.flatMap((g) => g.area ?? []), ...mine])
  const nameOf = (code: string) => names.get(code) ?? code
  const own = mine.length ? shareOf(s, standing, mine, mine.map(nameOf).join('、'), now) : undefined
  return {
    ...viewOf(s, standing, now),
    ...(def && {
      waiting: await firmsWaiting(figureContext(s, db), def, figureQuery(task, figure, shanghaiDate(now))),
    }),
    ...(own && { own }),
    towns: towns.map(({ area, num, den, value }) =>
      area === null
        ? { code: area, name: def ? '未落到乡镇' : '县级单位', num, den, value }
        : (shareOf(s, standing, [area], nameOf(area), now) ?? {
            code: area,
            name: nameOf(area),
            num,
            den,
            value,
          }),
    ),
    definition: definitionOf(s, standing, now),
    ...(earlier.length && { earlier: earlier.map(({ taskId: _, ...e }) => e) }),
    ...(standing.frozen &&
      standing.corrected && { corrections: await shownCorrections(s, db, actor, standing.corrected) }),
    ...(!def && { evidenceList: shownEvidence(evidence, standing.papers ?? []) }),
    ...(standing.papers && { papers: papersFor(standing.papers, actor, shanghaiDate(now)) }),
  }
}

const periodWords: Record<Rhythm, string> = {
  year: '年',
  'half-year': '半年',
  quarter: '季度',
  month: '月',
  'half-month': '半月',
  'ten-days': '旬',
  week: '周',
}

/** 通知口径 and 本县口径, where a notice asks for others than the county's number says. */
function scopeOf(s: Services, task: Task, def: IndicatorDef, today: string): Pick<TaskDefinition, 'scope'> {
  if (!task.who && !task.where && !task.subset) return {}
  const county = populationWords(s, { area: task.area, where: null, subset: null, who: null }, def, today)
  return { scope: { notice: populationWords(s, task, def, today), county } }
}

/** Whose papers there are and for which periods that have begun. */
function papersFor(papers: readonly Paper[], actor: Actor, today: string): NonNullable<TaskPage['papers']> {
  const owners = new Map(papers.flatMap((p) => (p.owner ? [[p.owner.id, p.owner] as const] : [])))
  const periods = new Map(papers.flatMap((p) => (p.period ? [[p.period.from, p.period] as const] : [])))
  return {
    owners: [...owners.values()].map(({ id, name, area }) => ({
      id,
      name,
      mine: mayProveFor(actor, area, today),
    })),
    periods: [...periods.values()].filter((p) => p.from <= today),
  }
}

/** How many papers a task asks for, in words: 每季度、16 个责任单位各一份，共 64 份. */
function papersInWords(task: Task, papers: readonly Paper[]): string {
  const owners = task.owners.length > 1 ? `${task.owners.length} 个责任单位各一份` : '责任单位一份'
  const rhythm = task.every ? `每${periodWords[task.every]}、` : ''
  return `${rhythm}${owners}，共 ${papers.length} 份，以上传的佐证材料为准`
}

function definitionOf(s: Services, { task, def, papers }: Standing, now: Date): TaskDefinition {
  if (!def)
    return {
      label: '佐证材料',
      basis: [],
      population: papers ? papersInWords(task, papers) : '以上传的佐证材料为准',
      met: '材料须由另一人确认，确认后才计入完成',
    }
  const words = {
    catalogue: s.catalogue,
    policies: s.policies(),
    moment: { asOf: shanghaiDate(now) },
    area: task.area,
  }
  const { register } = def.of
  return {
    indicator: def.name,
    label: def.label,
    basis: def.basis,
    population: populationWords(s, task, def, shanghaiDate(now)),
    ...scopeOf(s, task, def, shanghaiDate(now)),
    met: def.met ? explain(def.met, register, words) : '全部计入',
    least: def.proof.least,
    leastLabel: proofLabel[def.proof.least],
    register,
    measure: def.measure,
    entered: enteredIn(def),
  }
}
