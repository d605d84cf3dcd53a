import type { Actor } from '../access/actor.ts'
import { rangeEnd } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import { tableOf } from '../core/naming.ts'
import { sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import type { TodayItem } from './item.ts'

/** People who ask for the account of an enterprise of a town wait for the town's officer. */
export async function claimItems(s: Services, actor: Actor): Promise<TodayItem[]> {
  const areas = actor.assignments.flatMap((a) =>
    a.role === 'town-officer' && a.ground.by === 'area' ? [a.ground.area] : [],
  )
  if (!areas.length || !s.catalogue.findRecord('enterprise')) return []
  const mine = areas.map((a) => sql`(e.area >= ${a} and e.area < ${rangeEnd(a)})`)
  const { rows } = await sql<{ n: number; first: string | null }>`select count(*)::int as n,
      min(r.made_at) as first
    from claim_request r join ${sql.id(tableOf('enterprise'))} e on e.id = r.organisation
    where r.state = 'waiting' and (${sql.join(mine, sql` or `)})`.execute(s.db)
  const { n = 0, first = null } = rows[0] ?? {}
  if (!n || !first) return []
  return [
    {
      kind: 'claim',
      title: `企业账号认领待确认：${n} 件`,
      why: `最早的一件 ${shanghaiDate(new Date(first))} 提出，核实后才能启用新账号`,
      ifNot: '企业登录不了，填报和整改办不了',
      due: null,
      link: '/people',
    },
  ]
}
