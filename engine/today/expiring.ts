import type { Actor } from '../access/actor.ts'
import type { ScopeRow } from '../access/scope.ts'
import { addDays } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { all, field } from '../core/condition/build.ts'
import type { RecordDef } from '../core/definition.ts'
import { policyNumber } from '../core/policy.ts'
import { sql } from '../store/db.ts'
import { maskRows } from '../store/mask.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'
import { inWords, item, type TodayItem } from './item.ts'
import { withinOf, withinSql } from './within.ts'

const MOST_EXPIRING = 20

/**
 * What has expired or is about to, of all registers at once: an enterprise sees its own one by one, supervisors a
 * count of each kind with the list behind it. What a newer record has replaced is not told.
 */
export async function expiringItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const defs = [...s.catalogue.records.values()].filter((d) => d.expires)
  const within = withinOf(actor, defs, 'write', today)
  if (within.length === 0) return []
  const policies = s.policies()
  const until = defs.map((def) => {
    const row = policies.find(def.expires!.warn, actor.home || null, today)
    // what has expired is said all the same; what is about to needs the parameter
    return addDays(today, (row && policyNumber(row.value)) ?? 0)
  })
  const from = sql`agenda a join unnest(${defs.map((d) => d.name)}::text[], ${until}::date[]) u (register, until)
      on u.register = a.register and a.due_on <= u.until
    where a.kind = 'expiry' and ${withinSql(within)} and (a.renews is null or not exists (
      select from agenda newer where newer.renews = a.renews and newer.due_on > a.due_on))`
  if (actor.assignments.some((a) => a.role !== 'enterprise-officer')) {
    const { rows } = await sql<{ register: string; gone: number; soon: number; first: string | null }>`select
        a.register, (count(*) filter (where a.due_on < ${today}))::int as gone,
        (count(*) filter (where a.due_on >= ${today}))::int as soon,
        min(a.due_on) filter (where a.due_on >= ${today}) as first
      from ${from} group by a.register`.execute(s.db)
    return defs.flatMap((def, i) => {
      const found = rows.find((r) => r.register === def.name)
      return found ? [summary(def, until[i]!, found)] : []
    })
  }
  const { rows } = await sql<
    ScopeRow & { register: string; title: string | null; due: string }
  >`select a.id, a.area,
      a.county, a.town, a.unit, a.sector, a.organisation, a.register, a.title, a.due_on as due
    from ${from} order by a.due_on, a.id limit ${MOST_EXPIRING}`.execute(s.db)
  return rows.map((r) => {
    const def = s.catalogue.record(r.register)
    const [shown] = maskRows(s, actor, def, [{ ...r, [def.title]: r.title } as unknown as Row])
    return item({
      kind: 'expires',
      group: 'expires',
      title: `${def.label}到期：${shown?.[def.title] ?? ''}`,
      why: `${def.fields[def.expires!.on]?.label ?? '有效期'} ${r.due}，${inWords(r.due, today)}`,
      ifNot: '到期后不再计入有效',
      due: r.due,
      link: `/records/${r.register}/${r.id}`,
      act: { do: 'go', label: '去更新' },
    })
  })
}

function summary(
  def: RecordDef,
  until: string,
  { gone, soon, first }: { gone: number; soon: number; first: string | null },
): TodayItem {
  const { on, per } = def.expires!
  const where: Condition = all(field(on).notEmpty(), field(on).lte(until))
  const parts = [gone && `${gone} 条已过期`, soon && `${soon} 条在 ${until} 前到期`].filter(Boolean)
  return item({
    kind: 'expires',
    group: 'expires',
    title: `${def.label}到期：${parts.join('，')}`,
    why: `${def.fields[on]?.label ?? '有效期'}已到或将到，提醒企业更新`,
    ifNot: '过期的不再计入有效，相关指标随之下降',
    due: first,
    link: `/records/${def.name}?where=${encodeURIComponent(JSON.stringify(where))}&sort=${on}${per ? '&newest=1' : ''}`,
    act: { do: 'go', label: '看名单' },
  })
}
