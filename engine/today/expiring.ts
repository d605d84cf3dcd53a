import type { Actor } from '../access/actor.ts'
import { addDays } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { all, field } from '../core/condition/build.ts'
import type { RecordDef } from '../core/definition.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { policyNumber } from '../core/policy.ts'
import { sql } from '../store/db.ts'
import { notReplacedSql } from '../store/replaced.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { reachSql } from '../store/where.ts'
import { inWords, type TodayItem } from './item.ts'

const MOST_EXPIRING = 20

/**
 * What has expired or is about to: an enterprise sees its own one by one, supervisors a count of each kind with
 * the list behind it.
 */
export async function expiringItems(
  s: Services,
  actor: Actor,
  def: RecordDef,
  today: string,
): Promise<TodayItem[]> {
  const { on, warn } = def.expires!
  const scope = scopeOf(s, actor, def, 'write')
  const policies = s.policies()
  if (!scope.terms.length) return []
  const row = policies.find(warn, actor.home || null, today)
  const days = row && policyNumber(row.value)
  // what has expired is said all the same; what is about to needs the parameter
  const until = addDays(today, days ?? 0)
  const column = sql.raw(`t.${columnOf(on)}`)
  const from = sql`${sql.raw(tableOf(def.name))} t
    where t.archived_at is null and ${column} <= ${until} and ${reachSql(scope)}
      and ${notReplacedSql(def) ?? sql`true`}`
  if (actor.assignments.some((a) => a.role !== 'enterprise-officer')) {
    const { rows } = await sql<{ gone: number; soon: number; first: string | null }>`select
        count(*) filter (where ${column} < ${today})::int as gone,
        count(*) filter (where ${column} >= ${today})::int as soon,
        min(${column}) filter (where ${column} >= ${today}) as first
      from ${from}`.execute(s.db)
    const { gone = 0, soon = 0, first = null } = rows[0] ?? {}
    return gone + soon === 0 ? [] : [summary(def, on, until, gone, soon, first)]
  }
  const { rows } = await sql<{ id: string; title: string | null; due: string }>`select t.id,
      ${sql.raw(`t.${columnOf(def.title)}`)}::text as title, ${column} as due
    from ${from} order by ${column}, t.id limit ${MOST_EXPIRING}`.execute(s.db)
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

function summary(
  def: RecordDef,
  on: string,
  until: string,
  gone: number,
  soon: number,
  first: string | null,
): TodayItem {
  const where: Condition = all(field(on).notEmpty(), field(on).lte(until))
  const parts = [gone && `${gone} 条已过期`, soon && `${soon} 条在 ${until} 前到期`].filter(Boolean)
  return {
    kind: 'expires',
    title: `${def.label}到期：${parts.join('，')}`,
    why: `${def.fields[on]?.label ?? '有效期'}已到或将到，提醒企业更新`,
    ifNot: '过期的不再计入有效，相关指标随之下降',
    due: first,
    link: `/records/${def.name}?where=${encodeURIComponent(JSON.stringify(where))}&sort=${on}${def.expires?.per ? '&newest=1' : ''}`,
  }
}
