import { type Actor, standingRoles } from '../access/actor.ts'
import { addDays } from '../core/clock.ts'
import { roleConfirms } from '../core/roles.ts'
import type { Services } from '../store/services.ts'
import { summariseWishes, type WishSummary } from '../store/wish/read.ts'
import { inWords, type TodayItem } from './item.ts'

const MOST = 20
/** days for which a refusal is news to who asked */
const NEWS_DAYS = 7

const named = (w: WishSummary): string =>
  w.labels.slice(0, 3).join('、') + (w.labels.length > 3 ? `等 ${w.labels.length} 项` : '')

/** Changes of enterprises that wait: for the town all, for the county those that nobody has looked at in time. */
export async function wishItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const roles = standingRoles(actor)
  if (!roles.some(roleConfirms)) return refusedItems(s, actor, today)
  const all = await summariseWishes(s, actor, { state: 'waiting', limit: 500 })
  const town = roles.includes('town-officer')
  const mine = town ? all : all.filter((w) => w.town === null || (w.due !== null && w.due < today))
  if (mine.length > MOST)
    return [
      {
        kind: 'wish',
        title: `核实企业改动：${mine.length} 家`,
        why: `企业申请修改影响职责的内容，最早的${mine[0]?.due ? inWords(mine[0].due, today) : '没有期限'}`,
        ifNot: '核实前仍按原来的内容计入',
        due: mine[0]?.due ?? null,
        link: '/wishes',
      },
    ]
  return mine.map((w) => ({
    kind: 'wish' as const,
    title: `核实企业改动：${w.title ?? ''}`,
    why: `企业申请修改${named(w)}${w.due ? `，${inWords(w.due, today)}` : ''}`,
    ifNot: '核实前仍按原来的内容计入',
    due: w.due,
    link: w.organisation ? `/wishes?organisation=${w.organisation}` : '/wishes',
  }))
}

async function refusedItems(s: Services, actor: Actor, today: string): Promise<TodayItem[]> {
  const refused = await summariseWishes(s, actor, {
    state: 'refused',
    since: addDays(today, -NEWS_DAYS),
    limit: MOST,
  })
  return refused.map((w) => ({
    kind: 'wish' as const,
    title: `改动被退回：${named(w)}`,
    why: '监管人员退回了企业的改动，写明了理由',
    ifNot: '仍按原来的内容计入',
    due: null,
    link: '/wishes?state=refused',
  }))
}
