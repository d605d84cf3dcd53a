import { systemActor } from '../access/actor.ts'
import type { Catalogue } from '../core/catalogue.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { type Firm, firmTable } from '../store/firms.ts'

const QUARTER_MS = 90 * 86_400_000
const EXPIRED = '九十天没有办理，自动退回'

/** Requests for accounts that nobody decided in ninety days are refused, each with its entry in the journal. */
export async function expireClaims(s: { db: Db; catalogue: Catalogue }, now: Date): Promise<number> {
  if (!s.catalogue.findRecord('enterprise')) return 0
  const { firm, from } = firmTable(s)
  return s.db.transaction().execute(async (raw) => {
    const tx = raw as Db
    const { rows } = await sql<Firm & { request: string }>`update claim_request r set state = 'refused',
        decided_at = ${now}, reason = ${EXPIRED}, password_hash = null
      from ${from} where e.id = r.organisation and r.state = 'waiting'
        and r.made_at < ${new Date(now.getTime() - QUARTER_MS)}
      returning r.id as request, ${firm}`.execute(tx)
    for (const r of rows)
      await journal(tx, {
        actor: systemActor,
        now,
        register: 'claim',
        recordId: r.request,
        title: r.name,
        what: 'refuse-claim',
        reason: EXPIRED,
        area: r.area,
        organisation: r.id,
      })
    return rows.length
  })
}

/** Removes what sign-in no longer needs: ended sessions, used-up challenges, old counts of failures. Run hourly. */
export async function tidySignIn(db: Db, now: Date): Promise<number> {
  const dayAgo = new Date(now.getTime() - 86_400_000)
  const quarterAgo = new Date(now.getTime() - QUARTER_MS)
  let n = 0
  for (const statement of [
    sql`delete from auth.session where "expiresAt" < ${dayAgo}`,
    sql`delete from auth.verification where "expiresAt" < ${dayAgo}`,
    sql`delete from auth.signin_try where last_at < ${dayAgo} and wait_until < ${now}`,
    // who asked for an account of an enterprise, once decided: the journal keeps that it was
    sql`delete from claim_request where state <> 'waiting' and slip is null and decided_at < ${quarterAgo}`,
    // the state stays for who still holds the slip, the person does not
    sql`update claim_request set name = '', phone = '', username = null
      where state <> 'waiting' and slip is not null and decided_at < ${quarterAgo} and name <> ''`,
  ])
    n += Number((await statement.execute(db)).numAffectedRows ?? 0)
  return n
}
