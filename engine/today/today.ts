import { type Actor, standingRoles } from '../access/actor.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import type { Services } from '../store/services.ts'
import { mineFigure, readCases, WEEK } from './cases.ts'
import { collectionItems } from './collections.ts'
import { expiringItems } from './expiring.ts'
import { groups, type Show, type Today, type TodayItem } from './item.ts'
import { dutyItems } from './periodic.ts'
import { deskItems, taskItems } from './tasks.ts'
import { refusedItems, waitingItems } from './waiting.ts'

/**
 * What needs an actor today: headline figures, then what is urgent by risk, what waits for him, his duties and tasks.
 * A handful of statements whatever the number of registers, cases and tasks.
 * @param show only what stands behind one headline figure, all of it
 */
export async function todayOf(s: Services, actor: Actor, show?: Show): Promise<Today> {
  const now = s.clock.now()
  const today = shanghaiDate(now)
  const supervises = standingRoles(actor).some((r) => r !== 'enterprise-officer')
  // three at a time: the reader does not wait for the sum of the statements, nor others for a dozen connections
  const [cases, desk, dated] = await Promise.all([
    readCases(s, { actor, now, today, show, own: !supervises }),
    oneByOne([
      () => waitingItems(s, actor, today),
      () => refusedItems(s, actor, today),
      ...(supervises ? [() => deskItems(s, actor, today)] : []),
      () => collectionItems(s, actor, today),
    ]),
    oneByOne([
      () => dutyItems(s, actor, today),
      ...(supervises ? [() => taskItems(s, actor, now, today)] : []),
      () => expiringItems(s, actor, today),
    ]),
  ])
  // supervisors are told of what expires at firms, a line a register: it is theirs to remind, not to renew
  const owed = supervises ? ['task', 'duty'] : ['task', 'duty', 'expires']
  const late = dated.filter((i) => isOwed(i, owed, 'late', today))
  const week = dated.filter((i) => isOwed(i, owed, 'week', today))
  const beside: Record<Show, TodayItem[]> = { late, week, major: [], mine: desk }
  const figures = withWaiting(cases.figures, desk.filter((i) => i.act).length)
  return {
    ...cases,
    // what is late and due counts everything on the page that is, not cases alone
    figures: figures.map((f) =>
      f.name === 'late' || f.name === 'week' ? { ...f, n: f.n + beside[f.name].length } : f,
    ),
    items: inOrder([...cases.items, ...(show ? beside[show] : [...desk, ...dated])]),
  }
}

/** Items of several kinds, asked for one after the other. */
async function oneByOne(kinds: (() => Promise<TodayItem[]>)[]): Promise<TodayItem[]> {
  const items: TodayItem[] = []
  for (const read of kinds) items.push(...(await read()))
  return items
}

/** Whether an item counts as late, or as due this week, of kinds that are the reader's own to do. */
function isOwed(
  { kind, due, done }: TodayItem,
  kinds: readonly string[],
  when: 'late' | 'week',
  today: string,
): boolean {
  if (!due || done || !kinds.includes(kind)) return false
  return when === 'late' ? due < today : due >= today && due <= addDays(today, WEEK)
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
