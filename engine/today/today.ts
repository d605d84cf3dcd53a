import { type Actor, standingRoles } from '../access/actor.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import type { Services } from '../store/services.ts'
import { asideItems } from './aside.ts'
import { mineFigure, readCases, WEEK } from './cases.ts'
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
  const cases = await readCases(s, { actor, now, today, show, own: !supervises })
  if (show === 'major') return cases
  // supervisors are told of what expires at firms, a line a register: it is theirs to remind, not to renew
  const owed = supervises ? ['task', 'duty'] : ['task', 'duty', 'expires']
  const dated = show === 'mine' ? [] : await datedItems(s, actor, now, today, supervises)
  if (show === 'late' || show === 'week')
    return {
      ...cases,
      figures: withDated(cases.figures, dated, owed, today),
      items: inOrder([...cases.items, ...dated.filter((i) => isOwed(i, owed, show, today))]),
    }
  const desk = [
    ...(await waitingItems(s, actor, today)),
    ...(await refusedItems(s, actor, today)),
    ...(await gradeItems(s, actor)),
    ...(await asideItems(s, actor)),
    ...(supervises ? await deskItems(s, actor, today) : []),
  ]
  const waits = desk.filter((i) => i.act).length
  return {
    ...cases,
    figures: withDated(withWaiting(cases.figures, waits), dated, owed, today),
    items: inOrder([...cases.items, ...desk, ...dated]),
  }
}

/** Duties, tasks and what expires: all that has a day and is no case. */
async function datedItems(
  s: Services,
  actor: Actor,
  now: Date,
  today: string,
  supervises: boolean,
): Promise<TodayItem[]> {
  return [
    ...(await dutyItems(s, actor, today)),
    ...(supervises ? await taskItems(s, actor, now, today) : []),
    ...(await expiringItems(s, actor, today)),
  ]
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

/** The headline figures of what is late and due count everything on the page that is, not cases alone. */
const withDated = (
  figures: Today['figures'],
  dated: readonly TodayItem[],
  owed: readonly string[],
  today: string,
): Today['figures'] =>
  figures.map((f) => {
    const when = f.name
    if (when !== 'late' && when !== 'week') return f
    return { ...f, n: f.n + dated.filter((i) => isOwed(i, owed, when, today)).length }
  })

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
