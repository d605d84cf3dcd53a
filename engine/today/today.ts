import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import { caseItems } from './cases.ts'
import { claimItems } from './claims.ts'
import { gradeItems, taskItems } from './duties.ts'
import { expiringItems } from './expiring.ts'
import type { TodayItem } from './item.ts'
import { wishItems } from './wishes.ts'

/** What needs an actor today, the earliest due first. */
export async function todayOf(s: Services, actor: Actor): Promise<TodayItem[]> {
  const now = s.clock.now()
  const today = shanghaiDate(now)
  const items: TodayItem[] = []
  for (const def of s.catalogue.records.values()) {
    if (!scopeOf(s, actor, def, 'read').terms.length) continue
    if (def.kind === 'loop') items.push(...(await caseItems(s, actor, def, today)))
    if (def.expires) items.push(...(await expiringItems(s, actor, def, today)))
  }
  items.push(
    ...(await taskItems(s, actor, now)),
    ...(await gradeItems(s, actor)),
    ...(await claimItems(s, actor)),
    ...(await wishItems(s, actor, today)),
  )
  return items.sort((a, b) => ((a.due ?? '9999') < (b.due ?? '9999') ? -1 : 1))
}

export type { TodayItem }
