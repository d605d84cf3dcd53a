import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'

/** How often a password may be wrong, and for how long the account then rests. */
export interface GuardRules {
  maxFailures: number
  lockMinutes: number
}

interface Row {
  failures: number
  last_at: string
  locked_until: string | null
}

const clockTime = (at: Date): string => {
  const shifted = new Date(at.getTime() + 8 * 3600_000).toISOString()
  return `${shanghaiDate(at)} ${shifted.slice(11, 16)}`
}

const locked = (until: Date, now: Date, rules: GuardRules): Problem => {
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000))
  return new Problem(
    'too-many',
    `密码连续输错 ${rules.maxFailures} 次，该账号已锁定。请在 ${clockTime(until)}（${minutes} 分钟后）再试，或请县级管理员解锁。`,
    { retryAfter: minutes * 60, lockedUntil: until.toISOString() },
  )
}

/**
 * Counts a try before the password is looked at, so that many tries at once cannot slip past the limit;
 * `succeeded` takes it back. Names without an account are counted alike, so that nothing can be told from it.
 * @returns tries left after this one, if it fails; 0 means it locks the account
 * @throws Problem `too-many` while the account is locked
 */
export async function countTry(db: Db, account: string, now: Date, rules: GuardRules): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await sql`insert into auth.signin_guard (account, failures, last_at) values (${account}, 0, ${now})
      on conflict (account) do nothing`.execute(tx)
    const { rows } = await sql<Row>`select failures, last_at, locked_until from auth.signin_guard
      where account = ${account} for update`.execute(tx)
    const row = rows[0]
    const until = row?.locked_until ? new Date(row.locked_until) : undefined
    if (until && until > now) throw locked(until, now, rules)
    const stale = !row || until || now.getTime() - Date.parse(row.last_at) > rules.lockMinutes * 60_000
    const failures = (stale ? 0 : row.failures) + 1
    const lockUntil =
      failures >= rules.maxFailures ? new Date(now.getTime() + rules.lockMinutes * 60_000) : null
    await sql`update auth.signin_guard set failures = ${failures}, last_at = ${now}, locked_until = ${lockUntil}
      where account = ${account}`.execute(tx)
    return rules.maxFailures - failures
  })
}

/** The password was right: forgets the failures. Also how an administrator unlocks an account. */
export async function succeeded(db: Db, account: string): Promise<void> {
  await sql`delete from auth.signin_guard where account = ${account}`.execute(db)
}

/** The refusal a person reads after a wrong password. */
export function wrongPassword(left: number, now: Date, rules: GuardRules): Problem {
  if (left <= 0) return locked(new Date(now.getTime() + rules.lockMinutes * 60_000), now, rules)
  return new Problem(
    'unauthenticated',
    `用户名或密码不对，请核对后重试；再输错 ${left} 次，账号将锁定 ${rules.lockMinutes} 分钟。`,
    { left },
  )
}

/**
 * At most `limit` events a minute for one key (an address), in memory: a flood from one place is answered
 * without work. A restart forgets it, which the per-account lock does not.
 */
export function minuteLimit(limit: number) {
  let minute = 0
  const counts = new Map<string, number>()
  return (key: string, now: Date): void => {
    const present = Math.floor(now.getTime() / 60_000)
    if (present !== minute) {
      minute = present
      counts.clear()
    }
    const n = (counts.get(key) ?? 0) + 1
    counts.set(key, n)
    if (n <= limit) return
    const wait = 60 - (Math.floor(now.getTime() / 1000) % 60)
    throw new Problem('too-many', `这个网络地址的登录请求太频繁，请 ${wait} 秒后再试。`, { retryAfter: wait })
  }
}
