import { type Db, sql } from '../store/db.ts'

/** Removes what sign-in no longer needs: ended sessions, used-up challenges, old counts of failures. Run hourly. */
export async function tidySignIn(db: Db, now: Date): Promise<number> {
  const dayAgo = new Date(now.getTime() - 86_400_000)
  const quarterAgo = new Date(now.getTime() - 90 * 86_400_000)
  let n = 0
  for (const statement of [
    sql`delete from auth.session where "expiresAt" < ${dayAgo}`,
    sql`delete from auth.verification where "expiresAt" < ${dayAgo}`,
    sql`delete from auth.signin_try where last_at < ${dayAgo} and wait_until < ${now}`,
    // who asked for an account of an enterprise: the journal keeps that it was decided
    sql`delete from claim_request where coalesce(decided_at, made_at) < ${quarterAgo}`,
  ])
    n += Number((await statement.execute(db)).numAffectedRows ?? 0)
  return n
}
