import { createHmac } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'

/** Numbers of the policy rows signin.*. */
export interface GuardRules {
  /** on a known device: wrong passwords in a row until the account rests there, and for how long */
  maxFailures: number
  lockMinutes: number
  /** elsewhere: the wait after the first wrong password; it doubles up to the most */
  firstWaitSeconds: number
  maxWaitSeconds: number
  /** days a device stays known */
  deviceDays: number
}

/** Used until the policy rows say otherwise. */
export const fallbackRules: GuardRules = {
  maxFailures: 5,
  lockMinutes: 15,
  firstWaitSeconds: 1,
  maxWaitSeconds: 60,
  deviceDays: 90,
}

/** How long the next try waits after the first, second, … failure; the last holds for all further ones. */
export interface Plan {
  seconds: number[]
  /** after the last wait the count begins anew */
  restarts: boolean
}

/** A known device: free tries, then a rest. Only who has the device can bring it about. */
export const onDevice = (r: GuardRules): Plan => ({
  seconds: [...Array<number>(Math.max(0, r.maxFailures - 1)).fill(0), r.lockMinutes * 60],
  restarts: true,
})

/** Anywhere else: 1, 2, 4 … 60 seconds, and never more, so that nobody shuts a person out for good. */
export function elsewhere(r: GuardRules): Plan {
  const seconds: number[] = []
  for (let wait = Math.max(1, r.firstWaitSeconds); wait < r.maxWaitSeconds; wait *= 2) seconds.push(wait)
  return { seconds: [...seconds, r.maxWaitSeconds], restarts: false }
}

/**
 * The network of an address: what one stranger can easily change his address within (IPv4 /24, IPv6 /56).
 * @returns the address itself when it is none
 */
export function networkOf(address: string): string {
  const v4 = address.replace(/^::ffff:/i, '')
  if (isIPv4(v4)) return v4.split('.').slice(0, 3).join('.')
  const plain = address.split('%')[0] ?? ''
  if (!isIPv6(plain)) return address
  const [head = '', tail = ''] = plain.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = plain.includes('::')
    ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
    : []
  const groups = [...left, ...zeros, ...right].map((g) => g.toLowerCase().padStart(4, '0'))
  return `${groups.slice(0, 3).join(':')}:${(groups[3] ?? '0000').slice(0, 2)}`
}

/** Rows a flood of made-up names can make: some 20 MB. */
const BUCKETS = 262_144

/**
 * The key under which tries on a name from a network count. Names with and without an account fall into the same
 * bounded number of buckets, by a keyed hash: nobody can fill the table, or choose whom he shares a bucket with.
 */
export function bucketOf(secret: string, ...parts: string[]): string {
  const digest = createHmac('sha256', secret).update(JSON.stringify(parts)).digest()
  return `at:${digest.readUInt32BE(0) % BUCKETS}`
}

export interface Try {
  /** failures in a row, with this one */
  failures: number
  /** seconds until the next try, should this one fail; or, when `refused`, until this one may be made */
  wait: number
  /** made too early: nothing was counted */
  refused: boolean
}

/**
 * Counts a try before the password is looked at, so that many at once cannot slip past the limit; `succeeded`
 * takes it back.
 * @param forget minutes after which failures no longer count
 */
export async function countTry(
  db: Db,
  key: string,
  now: Date,
  plan: Plan,
  more: { forget: number; user?: string | undefined },
): Promise<Try> {
  const waits = sql`${plan.seconds}::float8[]`
  const length = plan.seconds.length
  const stale = new Date(now.getTime() - more.forget * 60_000)
  const over = plan.restarts ? sql`or t.failures >= ${length}` : sql``
  const count = sql`case when greatest(t.last_at, t.wait_until) < ${stale} ${over} then 1 else t.failures + 1 end`
  const until = (n: ReturnType<typeof sql>) =>
    sql`${now}::timestamptz + make_interval(secs => (${waits})[least(${n}, ${length})])`
  const counted = await sql<{ failures: number; until: string }>`insert into auth.signin_try as t
      (key, user_id, failures, last_at, wait_until)
    values (${key}, ${more.user ?? null}, 1, ${now}, ${until(sql`1`)})
    on conflict (key) do update set failures = ${count}, last_at = ${now}, wait_until = ${until(count)}
    where t.wait_until <= ${now}
    returning failures, wait_until as until`.execute(db)
  const row = counted.rows[0]
  const seconds = (at: string) => Math.max(0, Math.ceil((Date.parse(at) - now.getTime()) / 1000))
  if (row) return { failures: row.failures, wait: seconds(row.until), refused: false }
  const { rows } = await sql<{ failures: number; until: string }>`select failures, wait_until as until
    from auth.signin_try where key = ${key}`.execute(db)
  const { failures = 1, until: at = now.toISOString() } = rows[0] ?? {}
  return { failures, wait: Math.max(1, seconds(at)), refused: true }
}

/** The password was right: forgets the failures under this key. */
export async function succeeded(db: Db, key: string): Promise<void> {
  await sql`delete from auth.signin_try where key = ${key}`.execute(db)
}

/** An administrator or the person at the machine lets an account try again at once, on every device and network. */
export async function unlock(db: Db, user: string, now: Date): Promise<void> {
  await sql`delete from auth.signin_try where user_id = ${user} or key = ${`own:${user}`}`.execute(db)
  await sql`update auth."twoFactor" set "failedVerificationCount" = 0, "lockedUntil" = null
    where "userId" = ${user}`.execute(db)
  await sql`update app_user set unlocked_at = ${now} where id = ${user}`.execute(db)
}

const clockTime = (at: Date): string => {
  const shifted = new Date(at.getTime() + 8 * 3600_000).toISOString()
  return `${shanghaiDate(at)} ${shifted.slice(11, 16)}`
}

/** The refusal of a known device whose tries are used up, or of somebody signed in who does not know the password. */
export function resting(seconds: number, now: Date, rules: GuardRules, which: '' | '当前' = ''): Problem {
  const until = new Date(now.getTime() + seconds * 1000)
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  return new Problem(
    'too-many',
    which
      ? `当前密码连续输错 ${rules.maxFailures} 次，请在 ${clockTime(until)}（${minutes} 分钟后）再试。`
      : `密码连续输错 ${rules.maxFailures} 次，该账号在这台设备上已锁定。请在 ${clockTime(until)}（${minutes} 分钟后）再试，或请管理员重设密码。`,
    { retryAfter: seconds, lockedUntil: until.toISOString() },
  )
}

/** The refusal of a try that came too early from a device that is not known. */
export const tooEarly = (seconds: number): Problem =>
  new Problem('too-many', `刚才有人在这个网络里输错过，请 ${seconds} 秒后再试。`, { retryAfter: seconds })

/** The refusal a person reads after a wrong password. */
export function wrongPassword(tried: Try, known: boolean, now: Date, rules: GuardRules): Problem {
  if (!known)
    return new Problem('unauthenticated', `用户名或密码不对，请核对后重试；${tried.wait} 秒后可以再试。`, {
      retryAfter: tried.wait,
    })
  const left = rules.maxFailures - tried.failures
  if (left <= 0) return resting(tried.wait, now, rules)
  return new Problem(
    'unauthenticated',
    `用户名或密码不对，请核对后重试；再输错 ${left} 次，该账号在这台设备上锁定 ${rules.lockMinutes} 分钟。`,
    { left },
  )
}

/**
 * At most `limit` events a minute for one key (an address), in memory: a flood from one place is answered
 * without work. Known devices are not asked.
 */
export function minuteLimit(limit: number) {
  let minute = 0
  const counts = new Map<string, number>()
  return (key: string, now: Date): void => {
    const present = Math.floor(now.getTime() / 60_000)
    if (present !== minute || counts.size > 100_000) {
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

/**
 * Lets `width` hashings of strangers run at once and `most` wait: a flood from many addresses must not take the
 * threads that files and known devices need.
 */
export function lane(width: number, most: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (waiting.length >= most)
        throw new Problem('too-many', '现在登录的人太多，请 5 秒后再试。', { retryAfter: 5 })
      await new Promise<void>((go) => waiting.push(go))
    } else running++
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
