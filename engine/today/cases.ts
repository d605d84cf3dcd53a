import type { RawBuilder } from 'kysely'
import { type Actor, standingRoles } from '../access/actor.ts'
import { addDays } from '../core/clock.ts'
import type { LoopDef } from '../core/definition.ts'
import { levelOrder } from '../core/grade.ts'
import { mayClimb, reminder, stepsOn } from '../core/loop.ts'
import { roleLabel } from '../core/roles.ts'
import { riskOf } from '../store/agenda.ts'
import { sql } from '../store/db.ts'
import { selectRows } from '../store/select.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'
import { inWords, item, type Show, type Today, type TodayFigure, type TodayItem } from './item.ts'
import { type AgendaCase, type Turn, turns } from './standing.ts'
import { titleFor } from './title.ts'
import { withinOf, withinSql } from './within.ts'

const MOST_URGENT = 40
const MOST_MINE = 40
/** of a list of its own */
const MOST_SHOWN = 200
/** the headline "this week": today and the six days after */
export const WEEK = 6
const MAJOR = riskOf('重大')

export interface CaseQuery {
  actor: Actor
  now: Date
  today: string
  show: Show | undefined
  /** a firm's own people: what waits for others is not their delay */
  own: boolean
}

interface Count {
  register: string
  state: string
  n: number
  late: number
  week: number
  major: number
}

const loopsOf = (s: Services): LoopDef[] =>
  [...s.catalogue.records.values()].filter((d): d is LoopDef => d.kind === 'loop')

/** States in which a role has a step to do, as `register state`: narrow enough to ask for, judged exactly afterwards. */
function statesOf(s: Services, roles: ReadonlySet<string>): string[] {
  return loopsOf(s).flatMap((def) => {
    const tracks = [null, ...Object.keys(def.tracks ?? {})]
    const turn = (state: string) =>
      tracks.some((t) => stepsOn(def, state, t).some(([, a]) => a.by.some((r) => roles.has(r))))
    return Object.keys(def.states)
      .filter((state) => !def.states[state]?.end && turn(state))
      .map((state) => `${def.name} ${state}`)
  })
}

/** Open cases within reach: headline counts, and those that the page shows with what the actor can do about them. */
export async function readCases(s: Services, q: CaseQuery): Promise<Today> {
  const within = withinOf(q.actor, loopsOf(s), 'read', q.today)
  if (within.length === 0) return { figures: [], items: [], more: [] }
  const reached = sql<boolean>`a.kind = 'case' and ${withinSql(within)}`
  // a lent case is acted on by the role it is lent with
  const mine = statesOf(s, new Set(q.actor.assignments.map((a) => a.role)))
  const counts = await countCases(s, reached, q.today)
  const found = await findCases(s, reached, mine, q)
  const judged = await judge(s, found, q)
  const sum = (of: (c: Count) => number) => counts.reduce((n, c) => n + of(c), 0)
  const waiting = sum((c) => (mine.includes(`${c.register} ${c.state}`) ? c.n : 0))
  // the headline is the same on the page of every other one
  const page = { ...q, show: undefined }
  const seen = q.show ? await findCases(s, reached, mine, page) : found
  const told = q.show ? await judge(s, seen, page) : judged
  const turn = told.filter((i) => i.act?.do === 'action' && i.group !== 'broken').length
  const whole = seen.filter((c) => mine.includes(`${c.register} ${c.state}`)).length === waiting
  const urgent = sum((c) => c.late) // majors that are not late are few and always shown
  const owed = (of: (c: Count) => number) =>
    sum((c) => (q.own && !mine.includes(`${c.register} ${c.state}`) ? 0 : of(c)))
  return {
    figures: [
      figure(
        'late',
        q.own ? '我方已逾期' : '已逾期',
        owed((c) => c.late),
      ),
      figure(
        'week',
        q.own ? '我方七天内到期' : '七天内到期',
        owed((c) => c.week),
      ),
      figure(
        'major',
        '重大未销号',
        sum((c) => c.major),
      ),
      ...(mine.length ? [mineFigure(whole ? turn : waiting)] : []),
    ],
    items: q.show ? judged.filter((i) => q.show !== 'mine' || i.act?.do === 'action') : judged,
    more: q.show ? [] : moreOf(found, urgent, waiting),
  }
}

const figure = (name: Show, label: string, n: number): TodayFigure => ({
  name,
  label,
  n,
  link: `/?show=${name}`,
})
export const mineFigure = (n: number): TodayFigure => figure('mine', '等我办', n)

/** What the page leaves out. */
function moreOf(found: readonly AgendaCase[], late: number, waiting: number): Today['more'] {
  const urgent = found.filter((c) => c.urgent).length
  const calm = found.length - urgent
  return [
    ...(urgent === MOST_URGENT ? [{ group: 'urgent' as const, n: late, link: '/?show=late' }] : []),
    ...(calm === MOST_MINE ? [{ group: 'mine' as const, n: waiting, link: '/?show=mine' }] : []),
  ]
}

async function countCases(s: Services, reached: RawBuilder<boolean>, today: string): Promise<Count[]> {
  const { rows } = await sql<Count>`select a.register, a.state, count(*)::int as n,
      (count(*) filter (where a.due_on < ${today}::date))::int as late,
      (count(*) filter (where a.due_on between ${today}::date and ${addDays(today, WEEK)}::date))::int as week,
      (count(*) filter (where a.risk = ${MAJOR}))::int as major
    from agenda a where ${reached} group by 1, 2`.execute(s.db)
  return rows
}

/** The most urgent first: by level of risk, then by how long it has been late; then what waits for the actor by date. */
async function findCases(
  s: Services,
  reached: RawBuilder<boolean>,
  mine: readonly string[],
  { today, show, own }: CaseQuery,
): Promise<AgendaCase[]> {
  const late = sql<boolean>`coalesce(a.due_on < ${today}::date, false)`
  const urgent = sql<boolean>`(a.risk = ${MAJOR} or ${late})`
  const known = loopsOf(s).flatMap((d) => Object.keys(d.states).map((state) => `${d.name} ${state}`))
  // a state that no present definition knows is of an older version, or wrong: looked at all the same
  const turn = sql<boolean>`((a.register || ' ' || a.state) = any(${mine}::text[])
    or (a.register || ' ' || a.state) <> all(${known}::text[]))`
  const columns = sql`a.id, a.register, a.area, a.county, a.town, a.unit, a.sector, a.organisation, a.sealed, a.title,
    a.state, a.track, a.loop_version as version, a.risk, a.due_on as due, a.clock, a.rungs, a.last, a.facts, ${urgent} as urgent`
  const order = sql`order by ${urgent} desc, case when ${urgent} then -a.risk else 0 end, a.due_on nulls last, -a.risk, a.id desc`
  const list = (where: RawBuilder<boolean>, most: number) =>
    sql`(select ${columns} from agenda a where ${reached} and ${where} ${order} limit ${most})`
  const owed = own ? turn : sql<boolean>`true`
  const shown: Record<Show, RawBuilder<boolean>> = {
    late: sql<boolean>`${late} and ${owed}`,
    week: sql<boolean>`a.due_on between ${today}::date and ${addDays(today, WEEK)}::date and ${owed}`,
    major: sql<boolean>`a.risk = ${MAJOR}`,
    mine: turn,
  }
  const asked = show
    ? list(shown[show], MOST_SHOWN)
    : sql`${list(urgent, MOST_URGENT)} union all ${list(sql<boolean>`not ${urgent} and ${turn}`, MOST_MINE)}`
  const { rows } = await sql<AgendaCase>`${asked}`.execute(s.db)
  return rows
}

async function judge(s: Services, found: readonly AgendaCase[], q: CaseQuery): Promise<TodayItem[]> {
  const firms = await firmsOf(s, [...new Set(found.flatMap((c) => c.organisation ?? []))])
  const turnOf = turns(s, q.actor, q.now, firms)
  const titled = s.catalogue.findRecord('enterprise')?.title ?? 'name'
  const items: TodayItem[] = []
  for (const c of found) {
    // a firm's own people know whose it is
    const firm =
      c.organisation && c.organisation !== q.actor.organisation
        ? firms.get(c.organisation)?.[titled]
        : undefined
    const def = s.catalogue.findRecord(c.register)
    const title = def ? titleFor(s, q.actor, def, c) : c.title
    const told = { title, firm: typeof firm === 'string' ? firm : null }
    try {
      const turn = await turnOf(c)
      if (c.urgent || turn.step || q.show) items.push(caseItem(q, c, turn, told))
    } catch {
      items.push(brokenItem(s, c))
    }
  }
  return items
}

/** Names of the firms, and the rows that conditions on the parent ask. */
async function firmsOf(s: Services, ids: readonly string[]): Promise<Map<string, Row>> {
  const def = s.catalogue.findRecord('enterprise')
  if (!def || ids.length === 0) return new Map()
  const { rows } = await selectRows(def, s.catalogue, sql`where t.id = any(${ids}::uuid[])`).execute(s.db)
  return new Map((rows as Row[]).map((r) => [r.id, r]))
}

function caseItem(
  { today, actor }: CaseQuery,
  c: AgendaCase,
  { def, step, whose, next }: Turn,
  told: { title: string | null; firm: string | null },
): TodayItem {
  const due = c.due ? `${c.clock} ${c.due}，${inWords(c.due, today)}` : '没有期限'
  const late = c.due !== null && c.due < today
  const own = standingRoles(actor)
  const others = whose.filter((r) => !own.includes(r))
  const wait =
    step || !next ? '' : `，等${(others.length ? others : whose).map(roleLabel).join('、')}“${next}”`
  return item({
    kind: late ? 'late' : 'case',
    group: c.urgent ? 'urgent' : 'mine',
    title: told.title ?? def.label,
    firm: told.firm,
    ...(c.county && actor.home.length < 6 && { county: c.county }),
    why: `${def.label}“${def.states[c.state]?.label ?? c.state}”${wait}，${due}`,
    ifNot: laddered(def, c, today),
    due: c.due,
    risk: levelOrder[c.risk - 1] ?? null,
    link: `/records/${c.register}/${c.id}`,
    act: step
      ? { do: 'action', label: step.label, register: c.register, record: c.id, action: step.id }
      : null,
  })
}

/** Where the ladder stands: the rung that has come, and the next one with its day. */
function laddered(def: LoopDef, c: AgendaCase, today: string): string | null {
  const rungs = c.rungs.filter((r) => mayClimb(def, r.name, c.track))
  const come = c.due !== null && c.due < today ? rungs.filter((r) => r.on <= today).at(-1) : undefined
  const next = rungs.find((r) => r.on > today)
  const parts = [come && reminder(come), next && `${next.on} 到“${next.label}”一级`]
  return parts.filter(Boolean).join('；') || null
}

/** One record that contradicts itself is one line with its number; the rest of the page stands. */
function brokenItem(s: Services, c: AgendaCase): TodayItem {
  const label = s.catalogue.findRecord(c.register)?.label ?? c.register
  return item({
    kind: 'broken',
    group: 'broken',
    title: `${label}记录有问题，编号 ${c.id}`,
    why: '这条记录与它的流程定义对不上，不能在这里办理。请把编号告诉系统管理员。',
    due: c.due,
    link: `/records/${c.register}/${c.id}`,
  })
}
