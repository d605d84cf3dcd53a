import type { Actor } from '../access/actor.ts'
import type { Db } from '../store/db.ts'
import { claimKey, keepAnswer } from '../store/idempotency.ts'
import type { WriteMeta } from '../store/types.ts'

/**
 * A write that is not the door's, done once per idempotency key, in one transaction with its journal entry.
 * @param request what makes two requests the same
 */
export function once<T>(
  db: Db,
  actor: Actor,
  meta: WriteMeta,
  now: Date,
  request: unknown,
  run: (tx: Db) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    const before = await claimKey<T>(tx as Db, actor.id, meta.idempotencyKey, request, now)
    if (before !== undefined) {
      meta.onReplay?.()
      return before
    }
    const result = await run(tx as Db)
    await keepAnswer(tx as Db, actor.id, meta.idempotencyKey, result)
    return result
  })
}
