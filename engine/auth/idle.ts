import type { Actor } from '../access/actor.ts'
import { type Clock, shanghaiDate } from '../core/clock.ts'
import type { PolicyBook } from '../core/policy.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { SIGN_IN } from './trace.ts'

/** Numbers of the idle sign-out, from policy rows of the area a person works in. 0 minutes: never. */
export interface IdleRules {
  minutes: number
  warnMinutes: number
}

const fallback: IdleRules = { minutes: 30, warnMinutes: 2 }

export function idleRules(book: PolicyBook, area: string, today: string): IdleRules {
  return {
    minutes: book.numberOr('signin.idleMinutes', area, today, fallback.minutes),
    warnMinutes: book.numberOr('signin.idleWarnMinutes', area, today, fallback.warnMinutes),
  }
}

const MINUTE_MS = 60_000
/** The database is asked and told at most this often for a session. */
const STEP_MS = MINUTE_MS

/**
 * Ends sessions that are left alone (GB/T 22239 身份鉴别: sign-out when a connection times out). Kept in the database,
 * so that every server counts alike and a restart forgets nothing.
 */
export function createIdle(db: Db, clock: Clock, policies: () => PolicyBook) {
  const seen = new Map<string, { id: string; last: number; read: number; written: number }>()

  async function read(token: string, now: number) {
    const { rows } = await sql<{ id: string; last: Date | string }>`select s.id,
        coalesce(u.last_at, s."createdAt") as last
      from auth.session s left join auth.session_use u on u.session_id = s.id where s.token = ${token}`.execute(
      db,
    )
    const row = rows[0]
    if (!row) return undefined
    const stored = new Date(row.last).getTime()
    const before = seen.get(token)
    const entry = { id: row.id, last: Math.max(stored, before?.last ?? 0), read: now, written: stored }
    if (seen.size > 10_000) seen.clear()
    seen.set(token, entry)
    return entry
  }

  // asked with every request: looked up once a day and whenever a number changes
  let found = { book: policies(), day: '', of: new Map<string, IdleRules>() }
  const rulesOf = (area: string): IdleRules => {
    const book = policies()
    const day = shanghaiDate(clock.now())
    if (found.book !== book || found.day !== day) found = { book, day, of: new Map() }
    const known = found.of.get(area) ?? idleRules(book, area, day)
    found.of.set(area, known)
    return known
  }

  return {
    rules: rulesOf,

    /**
     * One request of a session.
     * @param active somebody is there; false for what a page asks by itself
     * @returns minutes after which the session was ended just now; undefined while it goes on
     */
    async used(token: string, actor: Actor, active: boolean): Promise<number | undefined> {
      const now = clock.now().getTime()
      const known = seen.get(token)
      const entry = known && now - known.read < STEP_MS ? known : await read(token, now)
      if (!entry) return undefined
      const { minutes } = rulesOf(actor.home)
      if (minutes > 0 && now - entry.last > minutes * MINUTE_MS) {
        seen.delete(token)
        await endSession(db, clock, actor, { id: entry.id, user: actor }, `${minutes} 分钟没有操作`)
        return minutes
      }
      if (!active) return undefined
      entry.last = now
      if (now - entry.written >= STEP_MS) {
        entry.written = now
        await sql`insert into auth.session_use (session_id, last_at)
          select id, ${clock.now()} from auth.session where id = ${entry.id}
          on conflict (session_id) do update set last_at = greatest(session_use.last_at, excluded.last_at)`.execute(
          db,
        )
      }
      return undefined
    },
  }
}

export type Idle = ReturnType<typeof createIdle>

/** Ends one session, with its entry in the journal; nothing when it has ended already. */
export async function endSession(
  db: Db,
  clock: Clock,
  by: Actor,
  session: { id: string; user: Pick<Actor, 'id' | 'name' | 'home'> },
  reason: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const gone = await sql`delete from auth.session where id = ${session.id} returning id`.execute(tx)
    if (gone.rows.length === 0) return
    await journal(tx as Db, {
      actor: by,
      now: clock.now(),
      register: SIGN_IN,
      recordId: session.user.id,
      title: session.user.name,
      what: 'end-session',
      area: session.user.home || null,
      reason,
    })
  })
}
