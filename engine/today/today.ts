import type { Actor } from '../access/actor.ts'
import { caseActions } from '../cases/act.ts'
import { addDays, daysBetween, shanghaiDate } from '../core/clock.ts'
import type { LoopDef, RecordDef } from '../core/definition.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { sql } from '../store/db.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { reachSql } from '../store/where.ts'

/** Something that waits for a person today. */
export interface TodayItem {
  kind: 'case' | 'late' | 'expires'
  title: string
  /** why it is here */
  why: string
  /** what happens when it is left */
  ifNot: string | null
  /** YYYY-MM-DD */
  due: string | null
  /** address of the page that does it */
  link: string
}

const MOST_CASES = 30
const MOST_EXPIRING = 20

interface Open {
  id: string
  title: string | null
  state: string
  due: string | null
  clock: string | null
  next_rung: string | null
  next_at: string | null
}

const inWords = (due: string, today: string): string => {
  const days = daysBetween(today, due)
  if (days < 0) return `已逾期 ${-days} 天`
  return days === 0 ? '今天到期' : `还有 ${days} 天`
}

/** What needs an actor today: cases that wait for the actor's roles, late ones first, then what is about to expire. */
export async function todayOf(s: Services, actor: Actor): Promise<TodayItem[]> {
  const today = shanghaiDate(s.clock.now())
  const items: TodayItem[] = []
  for (const def of s.catalogue.records.values()) {
    if (!def.rights || !scopeOf(s, actor, def, 'read').terms.length) continue
    if (def.kind === 'loop') items.push(...(await cases(s, actor, def, today)))
    if (def.expires) items.push(...(await expiring(s, actor, def, today)))
  }
  return items.sort((a, b) => ((a.due ?? '9999') < (b.due ?? '9999') ? -1 : 1))
}

async function cases(s: Services, actor: Actor, def: LoopDef, today: string): Promise<TodayItem[]> {
  const roles = new Set(actor.assignments.map((a) => a.role))
  const mine = Object.values(def.actions).filter((a) => a.by.some((r) => roles.has(r)))
  const states = [...new Set(mine.flatMap((a) => a.from))]
  if (!states.length) return []
  const { rows } =
    await sql<Open>`select t.id, ${sql.raw(`t.${columnOf(def.title)}`)}::text as title, t.state,
      d.due_on as due, d.label as clock, r.label as next_rung, r.due_on as next_at
    from ${sql.raw(tableOf(def.name))} t
    left join lateral (select id, due_on, label from deadline
      where record_id = t.id and state in ('running', 'late') and closed_on is null order by due_on limit 1) d on true
    left join lateral (select label, due_on from ladder_step
      where deadline_id = d.id and state = 'planned' order by due_on limit 1) r on true
    where t.archived_at is null and t.state = any(${states}) and ${reachSql(scopeOf(s, actor, def, 'act'))}
    order by d.due_on nulls last, t.id desc limit ${MOST_CASES}`.execute(s.db)
  const items: TodayItem[] = []
  for (const row of rows) {
    const offers = (await caseActions(s, actor, def, row.id)).filter((o) => o.enabled)
    if (!offers.length) continue
    const due = row.due ? `${row.clock} ${row.due}，${inWords(row.due, today)}` : '没有期限'
    items.push({
      kind: row.due && row.due < today ? 'late' : 'case',
      title: `${offers[0]!.label}：${row.title ?? def.label}`,
      why: `${def.label}处于“${def.states[row.state]?.label ?? row.state}”，${due}`,
      ifNot: row.next_rung ? `${row.next_at} 起${row.next_rung}` : null,
      due: row.due,
      link: `/records/${def.name}/${row.id}`,
    })
  }
  return items
}

async function expiring(s: Services, actor: Actor, def: RecordDef, today: string): Promise<TodayItem[]> {
  const { on, warn } = def.expires!
  const scope = scopeOf(s, actor, def, 'write')
  if (!scope.terms.length) return []
  const policies = s.policies()
  if (!policies.has(warn)) return []
  const until = addDays(today, policies.number(warn, actor.home || null, today))
  const column = sql.raw(`t.${columnOf(on)}`)
  const { rows } = await sql<{ id: string; title: string | null; due: string }>`select t.id,
      ${sql.raw(`t.${columnOf(def.title)}`)}::text as title, ${column} as due
    from ${sql.raw(tableOf(def.name))} t
    where t.archived_at is null and ${column} <= ${until} and ${reachSql(scope)}
    order by ${column}, t.id limit ${MOST_EXPIRING}`.execute(s.db)
  const label = def.fields[on]?.label ?? '有效期'
  return rows.map((r) => ({
    kind: 'expires' as const,
    title: `${def.label}到期：${r.title ?? ''}`,
    why: `${label} ${r.due}，${inWords(r.due, today)}`,
    ifNot: '到期后不再计入有效',
    due: r.due,
    link: `/records/${def.name}/${r.id}`,
  }))
}
