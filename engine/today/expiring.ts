import type { Actor } from '../access/actor.ts'
import type { ScopeRow } from '../access/scope.ts'
import { addDays } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { all, field } from '../core/condition/build.ts'
import type { RecordDef } from '../core/definition.ts'
import { policyNumber } from '../core/policy.ts'
import { sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { inWords, item, type TodayItem } from './item.ts'
import { titleFor } from './title.ts'
import { withinOf, withinSql } from './within.ts'

const MOST_EXPIRING = 20

/** A register whose records expire, with the last day that is told of now. */
interface Kind {
  def: RecordDef
  on: string
  per?: string[]
  until: string
  label: string
}

/**
 * What has expired or is about to, of all registers at once: an enterprise sees its own one by one, supervisors a
 * count of each kind with the list behind it. What a newer record has replaced is not told.
 */
export async function expiringItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const policies = s.policies()
  const kinds = [...s.catalogue.records.values()].flatMap((def): Kind[] => {
    if (!def.expires) return []
    const row = policies.find(def.expires.warn, actor.home || null, today)
    // what has expired is said all the same; what is about to needs the parameter
    const until = addDays(today, (row && policyNumber(row.value)) ?? 0)
    return [{ def, ...def.expires, until, label: def.fields[def.expires.on]?.label ?? '有效期' }]
  })
  const defs = kinds.map((k) => k.def)
  const within = withinOf(actor, defs, 'write', today)
  if (within.length === 0) return []
  const from = sql`agenda a join unnest(${defs.map((d) => d.name)}::text[], ${kinds.map((k) => k.until)}::date[]) u (register, until)
      on u.register = a.register and a.due_on <= u.until
    where a.kind = 'expiry' and ${withinSql(within)} and (a.renews is null or not exists (
      select from agenda newer where newer.renews = a.renews and newer.due_on > a.due_on))`
  if (actor.assignments.some((a) => a.role !== 'enterprise-officer')) {
    const { rows } = await sql<{ register: string; gone: number; soon: number; first: string | null }>`select
        a.register, (count(*) filter (where a.due_on < ${today}))::int as gone,
        (count(*) filter (where a.due_on >= ${today}))::int as soon,
        min(a.due_on) filter (where a.due_on >= ${today}) as first
      from ${from} group by a.register`.execute(s.db)
    return kinds.flatMap((kind) => {
      const found = rows.find((r) => r.register === kind.def.name)
      return found ? [summary(kind, found)] : []
    })
  }
  const { rows } = await sql<
    ScopeRow & { register: string; title: string | null; due: string }
  >`select a.id, a.area,
      a.county, a.town, a.unit, a.sector, a.organisation, a.register, a.title, a.due_on as due
    from ${from} order by a.due_on, a.id limit ${MOST_EXPIRING}`.execute(s.db)
  return rows.flatMap((r) => {
    const kind = kinds.find((k) => k.def.name === r.register)
    if (!kind) return []
    const { def, label } = kind
    return item({
      kind: 'expires',
      group: 'expires',
      title: `${def.label}到期：${titleFor(s, actor, def, r) ?? ''}`,
      why: `${label} ${r.due}，${inWords(r.due, today)}`,
      ifNot: '到期后不再计入有效',
      due: r.due,
      link: `/records/${r.register}/${r.id}`,
      act: { do: 'go', label: '去更新' },
    })
  })
}

function summary(
  { def, on, per, until, label }: Kind,
  { gone, soon, first }: { gone: number; soon: number; first: string | null },
): TodayItem {
  const where: Condition = all(field(on).notEmpty(), field(on).lte(until))
  const parts = [gone && `${gone} 条已过期`, soon && `${soon} 条在 ${until} 前到期`].filter(Boolean)
  return item({
    kind: 'expires',
    group: 'expires',
    title: `${def.label}到期：${parts.join('，')}`,
    why: `${label}已到或将到，提醒企业更新`,
    ifNot: '过期的不再计入有效，相关指标随之下降',
    due: first,
    link: `/records/${def.name}?where=${encodeURIComponent(JSON.stringify(where))}&sort=${on}${per ? '&newest=1' : ''}`,
    act: { do: 'go', label: '看名单' },
  })
}
