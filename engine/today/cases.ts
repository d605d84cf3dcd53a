import type { Actor } from '../access/actor.ts'
import type { ScopeRow } from '../access/scope.ts'
import { caseActions } from '../cases/act.ts'
import type { ActionDef, LoopDef } from '../core/definition.ts'
import { stepsOn } from '../core/loop.ts'
import { columnOf, parentField, parentTitle, tableOf } from '../core/naming.ts'
import { roleLabel } from '../core/roles.ts'
import { sql } from '../store/db.ts'
import { maskRows } from '../store/mask.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'
import { reachSql } from '../store/where.ts'
import { inWords, type TodayItem } from './item.ts'

const MOST_MINE = 30
const MOST_LATE = 20

interface Open {
  id: string
  /** title of the record the case belongs to */
  parent: string | null
  title: string | null
  state: string
  track: string | null
  due: string | null
  clock: string | null
  next_rung: string | null
  next_at: string | null
}

const statesWhere = (def: LoopDef, holds: (a: ActionDef) => boolean): string[] => {
  const tracks = [null, ...Object.keys(def.tracks ?? {})]
  return Object.keys(def.states).filter(
    (state) =>
      !def.states[state]?.end && tracks.some((t) => stepsOn(def, state, t).some(([, a]) => holds(a))),
  )
}

/** Cases that wait for the actor, and for supervisors those that others let run late. */
export async function caseItems(
  s: Services,
  actor: Actor,
  def: LoopDef,
  today: string,
): Promise<TodayItem[]> {
  const roles = new Set(actor.assignments.map((a) => a.role))
  const mine = (a: ActionDef) => a.by.some((r) => roles.has(r))
  const turn = await open(s, actor, def, statesWhere(def, mine), MOST_MINE)
  const items: TodayItem[] = []
  const shown = new Set<string>()
  for (const row of turn) {
    const steps = stepsOn(def, row.state, row.track).flatMap(([id, a]) => (mine(a) ? [id] : []))
    if (steps.length === 0) continue
    const offers = (await caseActions(s, actor, def, row.id)).filter((o) => o.enabled)
    const offer = offers.find((o) => steps.includes(o.id))
    if (!offer) continue
    shown.add(row.id)
    items.push(item(def, row, today, offer.label))
  }
  const supervises = actor.assignments.some(
    (a) => a.role !== 'enterprise-officer' && def.rights[a.role] === 'below',
  )
  if (supervises) {
    const late = await open(
      s,
      actor,
      def,
      statesWhere(def, () => true),
      MOST_LATE,
      today,
    )
    for (const row of late) if (!shown.has(row.id)) items.push(lateOfOthers(def, row, today))
  }
  return items
}

function parentTitleSql(s: Services, def: LoopDef) {
  const parent = s.catalogue.parentOf(def.name)
  if (!parent) return sql`null::text`
  const [title, table, link] = [
    columnOf(parent.title),
    tableOf(parent.name),
    columnOf(parentField(parent.name)),
  ]
  return sql`(select p.${sql.raw(title)}::text from ${sql.raw(table)} p where p.id = t.${sql.raw(link)})`
}

/** @param before only those due before this day */
async function open(
  s: Services,
  actor: Actor,
  def: LoopDef,
  states: string[],
  limit: number,
  before?: string,
): Promise<Open[]> {
  if (!states.length) return []
  const { rows } = await sql<
    Open & ScopeRow
  >`select t.id, t.area, t.county, t.town, t.unit, t.sector, t.organisation,
      ${sql.raw(`t.${columnOf(def.title)}`)}::text as title, ${parentTitleSql(s, def)} as parent, t.state, t.track,
      d.due_on as due, d.label as clock, r.label as next_rung, r.due_on as next_at
    from ${sql.raw(tableOf(def.name))} t
    left join lateral (select id, due_on, label from deadline
      where record_id = t.id and state in ('running', 'late') and closed_on is null order by due_on limit 1) d on true
    left join lateral (select label, due_on from ladder_step
      where deadline_id = d.id and state = 'planned' order by due_on limit 1) r on true
    where t.archived_at is null and t.state = any(${states}) and ${reachSql(scopeOf(s, actor, def, 'act'))}
      and ${before ? sql`d.due_on < ${before}` : sql`true`}
    order by d.due_on nulls last, t.id desc limit ${limit}`.execute(s.db)
  return masked(s, actor, def, rows)
}

/** Titles may be personal content: whoever is lent a case sees them as its page shows them. */
function masked(s: Services, actor: Actor, def: LoopDef, rows: readonly (Open & ScopeRow)[]): Open[] {
  const above = def.of && parentTitle(def.of)
  const named = rows.map((r) => ({ ...r, [def.title]: r.title, ...(above && { [above]: r.parent }) }))
  const shown = maskRows(s, actor, def, named as unknown as Row[])
  return rows.map((r, i) => ({
    ...r,
    title: shown[i]![def.title] as string | null,
    parent: above ? (shown[i]![above] as string | null) : null,
  }))
}

/** A case that others let run late: a look at it, and who has to act. What the supervisor himself can do stands there. */
function lateOfOthers(def: LoopDef, row: Open, today: string): TodayItem {
  const [next] = stepsOn(def, row.state, row.track)
  const who = next ? `；等${next[1].by.map(roleLabel).join('、')}办理“${next[1].label}”` : ''
  const { why, ...told } = item(def, row, today, `${def.label}逾期`)
  return { ...told, why: `${why}${who}` }
}

function item(def: LoopDef, row: Open, today: string, doWhat: string): TodayItem {
  const due = row.due ? `${row.clock} ${row.due}，${inWords(row.due, today)}` : '没有期限'
  return {
    kind: row.due && row.due < today ? 'late' : 'case',
    title: `${doWhat}：${row.title ?? def.label}`,
    why: `${row.parent ? `${row.parent}：` : ''}${def.label}处于“${def.states[row.state]?.label ?? row.state}”，${due}`,
    ifNot: row.next_rung ? `${row.next_at} 起${row.next_rung}` : null,
    due: row.due,
    link: `/records/${def.name}/${row.id}`,
  }
}
