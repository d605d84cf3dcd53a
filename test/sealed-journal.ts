import { expect } from 'vitest'
import { sealJournal, verifyJournal } from '../engine/journal/seal.ts'
import type { Db } from '../engine/store/db.ts'

/**
 * Seals all that stands. An entry waits while any transaction of the server that is older still runs, also one of
 * another test's database.
 * @param each entries sealed at a time at most
 */
export async function sealAll(db: Db, now: Date, each?: number): Promise<void> {
  const left = async () => {
    await sealJournal(db, now, each)
    return (await verifyJournal(db)).open
  }
  await expect.poll(left, { timeout: 30_000, interval: 20 }).toBe(0)
}
