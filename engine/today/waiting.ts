import type { RawBuilder } from 'kysely'
import { type Actor, hasRole, standingRoles } from '../access/actor.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import { mayWait } from '../core/deciding.ts'
import type { RecordDef } from '../core/definition.ts'
import { tableOf } from '../core/naming.ts'
import { roleConfirms } from '../core/roles.ts'
import { sql } from '../store/db.ts'
import { firmTable } from '../store/firms.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { reachSql } from '../store/where.ts'
import { type AskedWish, refusedSince, wishBehind, wishLabels, wishSentences } from '../store/wish/read.ts'
import { inWords, item, type TodayItem } from './item.ts'
import { withinOf, withinSql } from './within.ts'

const MOST = 20
/** days for which a refusal is news to who asked */
const NEWS_DAYS = 7

interface Waits {
  kind: 'wish' | 'claim' | 'grade'
  organisation: string | null
  title: string | null
  n: number
  due: string | null
  town: string | null
  first: string | null
  facts: AskedWish[]
}

/**
 * What of others waits for the actor's word: changes of enterprises, claims of accounts, grades for a second
 * signature, by enterprise, in one statement.
 */
export async function waitingItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const firm = s.catalogue.findRecord('enterprise')
  if (!firm) return []
  const confirms = standingRoles(actor).some(roleConfirms)
  const graded = gradedBy(s, actor) !== undefined
  const wishes = confirms ? [...s.catalogue.records.values()].filter(mayWait) : []
  const towns = actor.assignments.filter((a) => a.role === 'town-officer' && a.ground.by === 'area')
  const claims = withinOf({ ...actor, assignments: towns }, [firm], 'write', today, false)
  if (!wishes.length && !graded && !claims.length) return []
  const { title, from } = firmTable(s)
  const own = reachSql(scopeOf(s, actor, firm, 'write'), 'e')
  const { rows } =
    await sql<Waits>`select a.kind, case when a.kind = 'wish' then a.organisation end as organisation,
      min(case when a.kind = 'wish' then ${title} end) as title, count(*)::int as n, min(a.due_on)::text as due,
      max(e.town) as town, min(a.facts->>'at') as first,
      json_agg(json_build_object('register', a.register, 'what', a.facts->>'what', 'field', a.facts->>'field',
        'before', w.before, 'after', w.after)) as facts
    from agenda a join ${from} on e.id = a.organisation ${wishBehind('a')}
    where a.kind in ('wish', 'claim', 'grade') and (
      (a.kind = 'wish' and ${withinSql(withinOf(actor, wishes, 'write', today, false), 'a', 'e')})
      or (a.kind = 'claim' and ${claims[0] ? reachSql(claims[0].reach, 'e') : sql`false`})
      or (a.kind = 'grade' and ${graded ? own : sql`false`} and e.archived_at is null and a.facts->>'by' <> ${actor.id}))
    group by a.kind, 2 order by min(a.due_on) nulls last, 2`.execute(s.db)
  return [
    ...wishItems(
      s,
      actor,
      rows.filter((r) => r.kind === 'wish'),
      today,
    ),
    ...rows.filter((r) => r.kind === 'claim').map(claimItem),
    ...rows
      .filter((r) => r.kind === 'grade')
      .map(({ n }) => gradeItem(`复核定级：${n} 家`, '同事已评定，等待您复核')),
  ]
}

const named = (labels: readonly string[]): string =>
  labels.slice(0, 3).join('、') + (labels.length > 3 ? `等 ${labels.length} 项` : '')

/** For the town all, for the county those that nobody has looked at in time. */
function wishItems(s: Services, actor: Actor, rows: readonly Waits[], today: string): TodayItem[] {
  const town = standingRoles(actor).includes('town-officer')
  const mine = town ? rows : rows.filter((w) => w.town === null || (w.due !== null && w.due < today))
  const ifNot = '核实前仍按原来的内容计入'
  if (mine.length > MOST)
    return [
      item({
        kind: 'wish',
        group: 'mine',
        title: `核实企业改动：${mine.length} 家`,
        why: `企业申请修改影响职责的内容，最早的${mine[0]?.due ? inWords(mine[0].due, today) : '没有期限'}`,
        ifNot,
        due: mine[0]?.due ?? null,
        link: '/wishes',
        act: { do: 'wishes', label: '核实' },
      }),
    ]
  return mine.map((w) =>
    item({
      kind: 'wish',
      group: 'mine',
      title: `核实企业改动：${w.title ?? ''}`,
      why: `企业申请修改${named(wishSentences(s, w.facts))}${w.due ? `，${inWords(w.due, today)}` : ''}`,
      ifNot,
      due: w.due,
      link: w.organisation ? `/wishes?organisation=${w.organisation}` : '/wishes',
      act: { do: 'wishes', label: '核实', ...(w.organisation && { organisation: w.organisation }) },
    }),
  )
}

const claimItem = ({ n, first }: Waits): TodayItem =>
  item({
    kind: 'claim',
    group: 'mine',
    title: `企业账号认领待确认：${n} 件`,
    why: `最早的一件 ${first ? shanghaiDate(new Date(first)) : ''} 提出，核实后才能启用新账号`,
    ifNot: '企业登录不了，填报和整改办不了',
    link: '/people',
    act: { do: 'claims', label: '确认' },
  })

const gradeItem = (title: string, why: string): TodayItem =>
  item({
    kind: 'grade',
    group: 'mine',
    title,
    why,
    ifNot: '评定等级保持不变，检查频次按原等级安排',
    link: '/grades',
    act: { do: 'go', label: '去办理' },
  })

/** The register whose grades an actor signs, if any. */
function gradedBy(s: Services, actor: Actor): RecordDef | undefined {
  const def = s.catalogue.findRecord('enterprise')
  const signs = hasRole(actor, ['county-officer', 'town-officer', 'county-admin'])
  return signs && def?.kind === 'register' && def.graded ? def : undefined
}

/** How many grades' proposals differ from what is adopted, over the enterprises themselves; none for whom it is no work. */
export function gradesToAdopt(s: Services, actor: Actor): RawBuilder<number> {
  const def = gradedBy(s, actor)
  if (!def) return sql<number>`0`
  return sql<number>`(select count(*)::int from ${sql.table(tableOf(def.name))} t
    where t.archived_at is null and t.proposed_level is not null
      and t.adopted_level is distinct from t.proposed_level
      and not exists (select from grade_decision g where g.enterprise_id = t.id and g.state = 'assessed')
      and ${reachSql(scopeOf(s, actor, def, 'write'))})`
}

export const gradesItem = (n: number): TodayItem => gradeItem(`评定等级：${n} 家`, '建议等级与评定等级不同')

/** What was refused of late of one's own firm. */
export async function refusedItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const { organisation } = actor
  if (!organisation || standingRoles(actor).some(roleConfirms)) return []
  const rows = await refusedSince(s.db, organisation, addDays(today, -NEWS_DAYS), MOST)
  if (rows.length === 0) return []
  return [
    item({
      kind: 'wish',
      group: 'mine',
      title: `改动被退回：${named(wishLabels(s, rows))}`,
      why: '监管人员退回了企业的改动，写明了理由',
      ifNot: '仍按原来的内容计入',
      link: '/wishes?state=refused',
      act: { do: 'go', label: '看理由' },
    }),
  ]
}
