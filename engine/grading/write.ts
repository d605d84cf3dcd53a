import type { Actor } from '../access/actor.ts'
import type { Db } from '../store/db.ts'
import { claimKey, keepAnswer } from '../store/idempotency.ts'
import type { Services } from '../store/services.ts'
import type { WriteMeta } from '../store/types.ts'

/** One signature in one transaction; the same key asked again gets the same answer. */
export function write<T>(
  s: Services,
  actor: Actor,
  what: string,
  request: unknown,
  meta: WriteMeta,
  run: (tx: Db, now: Date) => Promise<T>,
): Promise<T> {
  const now = s.clock.now()
  return s.db.transaction().execute(async (tx) => {
    const before = await claimKey<T>(tx as Db, actor.id, meta.idempotencyKey, { what, request }, now)
    if (before) {
      meta.onReplay?.()
      return before
    }
    const result = await run(tx as Db, now)
    await keepAnswer(tx as Db, actor.id, meta.idempotencyKey, result)
    return result
  })
}
