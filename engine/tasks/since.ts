import { addDays, daysBetween, shanghaiDate } from '../core/clock.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { computeIndicator } from '../indicators/compute.ts'
import type { Db } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { figureContext, queryOf } from './figures.ts'
import type { Task } from './rows.ts'
import { endOfDay, goalOf, reached } from './state.ts'

/** Days that are looked at: what they do not tell apart is told as of the later one. */
const MOST_LOOKS = 10

/**
 * Since when goals that are reached have been, of a task that nobody has looked at yet (a county taken over from a
 * release that did not keep it): the tables as they stood on earlier days tell. Halves the time since the task began,
 * for the whole ('') and its places at once.
 * @param places the whole and the places that are done today
 * @returns the first day found on which each was done
 */
export async function reachedSince(
  s: Services,
  db: Db,
  task: Task,
  def: IndicatorDef,
  places: readonly string[],
  today: string,
): Promise<Record<string, string>> {
  const out: Record<string, string> = Object.fromEntries(places.map((p) => [p, today]))
  const made = shanghaiDate(new Date(task.createdAt))
  const begun = task.startsOn > made ? task.startsOn : made
  const goal = goalOf(task, def)
  let looks = 0
  const look = async (from: string, to: string, open: readonly string[]): Promise<void> => {
    const days = daysBetween(from, to)
    if (days <= 0 || open.length === 0 || looks++ >= MOST_LOOKS) return
    const day = addDays(from, Math.floor(days / 2))
    const query = { ...queryOf(task, day), recordedBy: endOfDay(day), groupBy: 'places' as const }
    const figure = await computeIndicator(figureContext(s, db), def, query)
    const values = new Map(figure.groups.map((g) => [g.area, g.value]))
    const was = (place: string) => reached((place ? values.get(place) : figure.value) ?? null, goal)
    const done = open.filter(was)
    for (const place of done) out[place] = day
    await look(from, day, done)
    await look(
      addDays(day, 1),
      to,
      open.filter((p) => !done.includes(p)),
    )
  }
  await look(begun, today, places)
  return out
}
