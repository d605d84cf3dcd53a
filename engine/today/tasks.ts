import { type Actor, hasRole, standingRoles } from '../access/actor.ts'
import { addDays } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import type { Figure } from '../indicators/figure.ts'
import { sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { mayManage, mayProve, mayProveFor, seenSql } from '../tasks/access.ts'
import { isBehind, paperMeasure, papersIn } from '../tasks/papers.ts'
import { tasksWhere } from '../tasks/rows.ts'
import { goalOf, reached, type TaskState, taskRules, taskState, taskStateLabel } from '../tasks/state.ts'
import { anyAside, asideItems } from './aside.ts'
import { type Figured, figuresOf } from './figures.ts'
import { inWords, item, type Share, type TodayItem } from './item.ts'
import { gradesItem, gradesToAdopt } from './waiting.ts'

const AHEAD_DAYS = 14
/** A late task stays on the page until it is met; after a year its notice has been replaced by the next one's. */
const BEHIND_DAYS = 366
const MOST_TASKS = 80

const round = (value: number): number => Number(value.toFixed(1))

const figureWords = (value: number | null, unit: string, missing?: readonly string[]): string =>
  missing
    ? `缺少依据参数“${missing.join('、')}”，不能计算`
    : value === null
      ? '还没有数据'
      : `目前 ${round(value)}${unit}`

/** Tasks that run out or have run out, or whose papers lack of a past period: of a town by its own part, with the county's figure beside it. */
export async function taskItems(s: Services, actor: Actor, now: Date, today: string): Promise<TodayItem[]> {
  const seen = seenSql(actor, today, 'area')
  const tasks = await tasksWhere(
    s.db,
    sql`${seen} and withdrawn_at is null and (due_on between ${addDays(today, -BEHIND_DAYS)} and ${addDays(today, AHEAD_DAYS)}
      or (due_on is null and indicator is null and every is not null))`,
  )
  const figured = await figuresOf(s, tasks.slice(-MOST_TASKS), now)
  const town = townOf(actor)
  const several = actor.home.length < 6
  return figured.flatMap((f) => {
    const made = town ? townTask(s, f, town, now, today) : countyTask(f, today)
    return made ? [several ? { ...made, county: f.view.area.slice(0, 6) } : made] : []
  })
}

/** The town whose part of a county's tasks the actor answers for. */
function townOf(actor: Actor): string | undefined {
  if (!standingRoles(actor).includes('town-officer')) return undefined
  return actor.assignments.flatMap((a) =>
    a.role === 'town-officer' && a.ground.by === 'area' && a.ground.area.length >= 9
      ? [a.ground.area.slice(0, 9)]
      : [],
  )[0]
}

const ifNotOf = (state: TaskState, due: string | null) =>
  state === 'late' ? '已按逾期未完成记录' : due === null ? '过完的各期按没有交记录' : '到期后按逾期未完成记录'

function countyTask({ view: t }: Figured, today: string): TodayItem | undefined {
  const done = t.doneOn === today
  if (!done && t.state !== 'late' && t.state !== 'at-risk') return undefined
  return item({
    kind: 'task',
    group: 'task',
    title: t.title,
    why: `${taskStateLabel[t.state]}：${figureWords(t.figure.value, t.unit, t.figure.missing)}${done || !t.due ? '' : `，${inWords(t.due, today)}`}`,
    ifNot: done ? null : ifNotOf(t.state, t.due),
    due: t.due,
    link: `/tasks/${t.id}`,
    ...(done && { done }),
  })
}

/** Whether a part of the figure can be held against the target of the whole: a rate, or nothing left. */
const comparable = (def: Pick<IndicatorDef, 'measure' | 'lessIsBetter'>, target: number | [number, number]) =>
  ['share', 'duration'].includes(def.measure) || (def.lessIsBetter === true && target === 0)

function townTask(s: Services, f: Figured, town: string, now: Date, today: string): TodayItem | undefined {
  const { view: t, def, groups, papers } = f
  const measured: Pick<IndicatorDef, 'measure' | 'lessIsBetter'> | undefined = def ?? (papers && paperMeasure)
  // the town's own task, and one that pieces of evidence prove whoever brings them, is told as it stands
  if (!measured || t.area.length >= 9) return countyTask(f, today)
  const own = groups.find((g) => g.area === town)
  if (!own || !comparable(measured, t.target)) return undefined
  const goal = goalOf(t, def)
  const done = reached(own.value, goal)
  const rules = taskRules(s.policies(), town, today)
  const behind = papers && t.every ? isBehind(papersIn(papers, [town]), today) : undefined
  const timing = { startsOn: t.startsOn, dueOn: t.due }
  const state = taskState(timing, goal, own.value, undefined, now, rules, behind)
  if (own.value === null || (done && f.shareDoneOn(town) !== today)) return undefined
  if (!done && state !== 'late' && state !== 'at-risk') return undefined
  const gap =
    measured.measure === 'share' && own.den !== null
      ? own.den - own.num
      : measured.lessIsBetter
        ? own.num
        : null
  const counted = !def ? '份' : def.of.register === 'enterprise' ? '家' : '条'
  const missing = gap ? `本镇还差 ${gap} ${counted}` : ''
  return item({
    kind: 'task',
    group: 'task',
    title: t.title,
    why: done
      ? '本镇已完成'
      : [taskStateLabel[state], missing, t.due && inWords(t.due, today)].filter(Boolean).join('，'),
    ifNot: done ? null : ifNotOf(state, t.due),
    due: t.due,
    link: `/tasks/${t.id}?town=${town}`,
    shares: [share('本镇', own, t.unit), share('全县', t.figure, t.unit)],
    ...(done && { done: true as const }),
  })
}

const share = (label: string, f: Pick<Figure, 'num' | 'den' | 'value'>, unit: string): Share => ({
  label,
  num: f.num,
  den: f.den,
  value: f.value === null ? null : round(f.value),
  unit,
})

interface Desk {
  /** `places`: of the units whose papers wait, or of the task where they are nobody's own */
  evidence: { id: string; title: string; area: string; due: string | null; places: string[] }[]
  notices: { id: string; title: string; area: string; n: number }[]
  grades: number
  aside: boolean
}

/** Evidence to confirm, notices to break down, grades to adopt, and what an upgrade left aside: one statement. */
export async function deskItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  // towns break down no notices: what is not asked for is not read
  const manages = hasRole(actor, ['county-admin', 'county-officer'])
  const open = manages
    ? sql`(select coalesce(json_agg(x), '[]') from (select n.id, coalesce(n.title, n.name) as title, n.area, count(*)::int as n
        from notice n join notice_item i on i.notice_id = n.id and i.state = 'open'
        where n.voided_at is null and ${seenSql(actor, today, 'n.area')} group by n.id order by n.id desc limit 5) x)`
    : sql`'[]'::json`
  const { rows } = await sql<Desk>`select
    (select coalesce(json_agg(x), '[]') from (select t.id, t.title, t.area, t.due_on as due,
        array_agg(distinct coalesce(e.place, t.area)) as places
      from task_evidence e join task t on t.id = e.task_id
      where e.confirmed_at is null and e.returned_at is null and e.added_by <> ${actor.id} and t.withdrawn_at is null
        and ${seenSql(actor, today, 't.area')} group by t.id order by t.id limit 20) x) as evidence,
    ${open} as notices, ${gradesToAdopt(s, actor)} as grades, ${anyAside(s, actor)} as aside`.execute(s.db)
  const { evidence = [], notices = [], grades = 0, aside = false } = rows[0] ?? {}
  return [
    ...(grades > 0 ? [gradesItem(grades)] : []),
    ...(aside ? await asideItems(s, actor) : []),
    ...evidence
      // a town confirms its own papers; what is the county's alone a town of it may confirm as before
      .filter((t) =>
        t.places.some((p) => mayProveFor(actor, p, today) || (p === t.area && mayProve(actor, p, today))),
      )
      .map((t) =>
        item({
          kind: 'task',
          group: 'mine',
          title: `确认佐证材料：${t.title}`,
          why: '有同事提交了佐证材料，须由另一人确认后才计入完成',
          ifNot: '不确认就不计入完成',
          due: t.due,
          link: `/tasks/${t.id}`,
          act: { do: 'evidence', label: '确认', task: t.id },
        }),
      ),
    ...notices
      .filter((n) => mayManage(actor, n.area, today))
      .map((n) =>
        item({
          kind: 'task',
          group: 'mine',
          title: `分解通知：${n.title}`,
          why: `还有 ${n.n} 条没有分解为任务`,
          ifNot: '没有分解的条目不计算进度',
          link: `/notices/${n.id}`,
          act: { do: 'go', label: '去办理' },
        }),
      ),
  ]
}
