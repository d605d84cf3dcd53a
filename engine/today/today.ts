import { type Actor, standingRoles } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Services } from '../store/services.ts'
import { asideItems } from './aside.ts'
import { mineFigure, readCases } from './cases.ts'
import { expiringItems } from './expiring.ts'
import { groups, type Show, type Today, type TodayItem } from './item.ts'
import { dutyItems } from './periodic.ts'
import { deskItems, taskItems } from './tasks.ts'
import { gradeItems, refusedItems, waitingItems } from './waiting.ts'

/**
 * What needs an actor today: headline figures, then what is urgent by risk, what waits for him, his duties and tasks.
 * A handful of statements whatever the number of registers, cases and tasks.
 * @param show only what stands behind one headline figure, all of it
 */
export async function todayOf(s: Services, actor: Actor, show?: Show): Promise<Today> {
  const now = s.clock.now()
  const today = shanghaiDate(now)
  const supervises = standingRoles(actor).some((r) => r !== 'enterprise-officer')
  const cases = await readCases(s, { actor, now, today, show })
  if (show && show !== 'mine') return cases
  const desk = [
    ...(await waitingItems(s, actor, today)),
    ...(await refusedItems(s, actor, today)),
    ...(await gradeItems(s, actor)),
    ...(await asideItems(s, actor)),
    ...(supervises ? await deskItems(s, actor, today) : []),
  ]
  const more = show
    ? []
    : [
        ...(await dutyItems(s, actor, today)),
        ...(supervises ? await taskItems(s, actor, now, today) : []),
        ...(await expiringItems(s, actor, today)),
      ]
  const waits = desk.filter((i) => i.act).length
  return {
    ...cases,
    figures: withWaiting(cases.figures, waits),
    items: inOrder([...cases.items, ...desk, ...more]),
  }
}

/** Who acts on no case may yet have something waiting. */
function withWaiting(figures: Today['figures'], n: number): Today['figures'] {
  if (n > 0 && !figures.some((f) => f.name === 'mine')) return [...figures, mineFigure(n)]
  return figures.map((f) => (f.name === 'mine' ? mineFigure(f.n + n) : f))
}

const place = (i: TodayItem) => groups.indexOf(i.group)

/** Groups in the order of the page; what is urgent keeps its own order, by risk; the rest goes by date. */
const inOrder = (items: TodayItem[]): TodayItem[] =>
  items
    .map((i, n) => ({ i, n }))
    .sort(
      (a, b) =>
        place(a.i) - place(b.i) ||
        Number(a.i.done ?? false) - Number(b.i.done ?? false) ||
        (a.i.group === 'urgent' ? a.n - b.n : compare(a.i.due, b.i.due) || a.n - b.n),
    )
    .map(({ i }) => i)

const compare = (a: string | null, b: string | null): number =>
  a === b ? 0 : (a ?? '9999') < (b ?? '9999') ? -1 : 1

export type { Show, Today, TodayItem } from './item.ts'
