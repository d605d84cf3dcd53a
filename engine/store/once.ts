import type { RawBuilder } from 'kysely'
import type { Actor } from '../access/actor.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { journalRefusal } from '../journal/write.ts'
import { Batch } from './batch.ts'
import type { Db } from './db.ts'
import { checkKey, findReceipt, receiptPart } from './idempotency.ts'
import { whoseNumber } from './near.ts'
import { forgetParents, parentMoved } from './parents.ts'
import { getRow, rowAtVersion } from './rows.ts'
import type { Services, WriteHook } from './services.ts'
import type { Row, Waiting, WriteMeta, WriteResult } from './types.ts'
import { uniqueAsComplaint } from './write.ts'

/** What a write hands back: the row as it stands, or how to read it from the batch's own parts. */
export type Done = { warnings: WriteResult['warnings']; waiting?: Waiting[] } & (
  | { row: Row; form?: Record<string, unknown> }
  | { id: string; version: number; values: Record<string, unknown>; last: RawBuilder<unknown> }
)

export interface Once {
  def: RecordDef
  /** the record that is changed; null for a new one */
  id: string | null
  what: string
  request: unknown
  meta: WriteMeta
  /** prepares the write: reads, checks, adds parts; nothing of a new record is written before the batch runs */
  run(tx: Db, now: Date, batch: Batch): Promise<Done>
}

/** Carries out of a transaction what a write would have become, so that the transaction is taken back. */
class Rehearsed {
  readonly result: WriteResult
  constructor(result: WriteResult) {
    this.result = result
  }
}

/** A write with all its checks that leaves nothing: no row, no journal entry, no receipt, no refusal. */
async function rehearse(s: Services, once: Once, now: Date): Promise<WriteResult> {
  try {
    await s.db.transaction().execute(async (tx) => {
      const done = await once.run(tx, now, new Batch())
      if (!('row' in done)) throw new Error('only changes of a record are rehearsed')
      throw new Rehearsed({
        row: done.row,
        warnings: done.warnings,
        ...(done.waiting?.length && { waiting: done.waiting }),
      })
    })
  } catch (e) {
    if (e instanceof Rehearsed) return e.result
    throw e
  }
  throw new Error('a rehearsal ends by being taken back')
}

/**
 * One write, once: rows, facts, journal, counts and the receipt of the idempotency key stand or fall together.
 * A request that was answered before gets the same answer. A refused attempt is journalled in a transaction of its
 * own: what is out of reach, and what somebody else could do but not this person (closing one's own work, writing
 * what is not one's to write).
 */
export async function writeOnce(s: Services, actor: Actor, once: Once): Promise<WriteResult> {
  const { def, request, meta } = once
  const now = s.clock.now()
  checkKey(meta.idempotencyKey)
  const hooks: WriteHook[] = []
  for (const hook of s.onWrite) if (await hook.applies(def, now)) hooks.push(hook)

  if (meta.dry) return rehearse(s, once, now)
  const after = hooks.filter((h) => !h.part)

  const attempt = async (tx: Db): Promise<WriteResult> => {
    const batch = new Batch()
    const done = await once.run(tx, now, batch)
    const { warnings } = done
    const waiting = done.waiting?.length ? { waiting: done.waiting } : {}
    const receipt =
      'row' in done
        ? { id: done.row.id, version: done.row.version, warnings, ...waiting }
        : { id: done.id, version: done.version, warnings, ...waiting }
    receiptPart(batch, actor.id, meta.idempotencyKey, request, receipt, now)
    for (const hook of hooks) {
      if ('row' in done) hook.part?.(batch, def, done.row, done.form ?? {})
      else hook.part?.(batch, def, { ...done.values, id: done.id }, {})
    }
    const rows = await uniqueAsComplaint(def, () =>
      batch.run<Row>(tx, 'last' in done ? (done.last as RawBuilder<Row>) : undefined),
    )
    let row = 'row' in done ? done.row : rows[0]!
    for (const hook of after) await hook.many(tx, def, [row], now, actor)
    if (after.length && def.kind === 'register' && def.graded) row = await getRow(s, tx, actor, def, row.id)
    return { row, warnings, ...waiting }
  }
  // a new record with nothing to do afterwards is one statement, and one statement is a transaction
  const alone = once.id === null && after.length === 0
  const go = () => (alone ? attempt(s.db) : s.db.transaction().execute((tx) => attempt(tx as Db)))
  try {
    return await go().catch((e) => {
      if (!parentMoved(def, e)) throw e
      // the parent changed since it was read: once more with what it is now
      forgetParents(s)
      return go()
    })
  } catch (e) {
    const receipt = await findReceipt(s.db, actor.id, meta.idempotencyKey, request)
    if (receipt) {
      meta.onReplay?.()
      const row = await rowAtVersion(s, actor, def, receipt.id, receipt.version)
      const waiting = receipt.waiting && { waiting: receipt.waiting as Waiting[] }
      return { row, warnings: receipt.warnings as WriteResult['warnings'], ...waiting, replayed: true }
    }
    if (e instanceof Problem && (e.attempt || (e.code === 'not-found' && once.id)))
      await journalRefusal(s.db, {
        actor,
        now,
        register: def.name,
        recordId: once.id,
        what: once.what,
        reason: e.message,
      })
    if (e instanceof Problem && def.near) throw await whoseNumber(s, actor, def, e, request)
    throw e
  }
}
