import { Problem } from '../core/errors.ts'
import { hashOf } from '../core/hash.ts'
import { canonicalJson } from '../core/naming.ts'
import type { Batch } from './batch.ts'
import { type Db, sql } from './db.ts'

/** @throws Problem bad-input for a missing or overlong key */
export function checkKey(key: string): void {
  if (!key || key.length > 200)
    throw new Problem('bad-input', '请求缺少幂等键（Idempotency-Key），请刷新页面后重试。')
}
const reused = () => new Problem('idempotency-reused', '同一操作编号被用于不同的内容，请刷新页面后重新提交。')

/**
 * Claims an idempotency key inside the write's transaction. The first caller goes on; a second one waits for it
 * and then gets the stored answer; the same key with another request is refused.
 * @returns the stored answer when the key had been used for the same request
 */
export async function claimKey<T>(
  tx: Db,
  actorId: string,
  key: string,
  request: unknown,
  now: Date,
): Promise<T | undefined> {
  checkKey(key)
  const hash = hashOf(request)
  const claimed =
    await sql`insert into idempotency (actor_id, key, request, at) values (${actorId}, ${key}, ${hash}, ${now})
    on conflict do nothing returning key`.execute(tx)
  if (claimed.rows.length) return undefined
  const { rows } = await sql<{
    request: string
    response: T | null
  }>`select request, response from idempotency
    where actor_id = ${actorId} and key = ${key}`.execute(tx)
  const before = rows[0]
  if (!before || before.request !== hash || before.response === null) throw reused()
  return before.response
}

/** Keeps the answer for retries. */
export async function keepAnswer(tx: Db, actorId: string, key: string, response: unknown): Promise<void> {
  await sql`update idempotency set response = ${canonicalJson(response)} where actor_id = ${actorId} and key = ${key}`.execute(
    tx,
  )
}

/** What is kept of a record's write: enough to give the same answer again from the record's own history. */
export interface Receipt {
  id: string
  version: number
  warnings: unknown[]
  /** changes that wait for an officer */
  waiting?: unknown[]
}

/**
 * Keeps the receipt of a record's write as part of the write itself: a second writer with the same key waits for
 * the first and then fails here, so nothing is ever written twice.
 */
export function receiptPart(
  batch: Batch,
  actorId: string,
  key: string,
  request: unknown,
  receipt: Receipt,
  now: Date,
): void {
  batch.add(sql`insert into idempotency (actor_id, key, request, response, at)
    values (${actorId}, ${key}, ${hashOf(request)}, ${canonicalJson(receipt)}, ${now})`)
}

/** The receipt of an earlier write with this key. @throws Problem when the key stood for another request */
export async function findReceipt<T = Receipt>(
  db: Db,
  actorId: string,
  key: string,
  request: unknown,
): Promise<T | undefined> {
  const { rows } = await sql<{
    request: string
    response: T | null
  }>`select request, response from idempotency
    where actor_id = ${actorId} and key = ${key}`.execute(db)
  const kept = rows[0]
  if (!kept) return undefined
  if (kept.request !== hashOf(request) || kept.response === null) throw reused()
  return kept.response
}
