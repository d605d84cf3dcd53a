import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import type { Devices } from './device.ts'
import {
  bucketOf,
  countTry,
  elsewhere,
  type GuardRules,
  lane,
  minuteLimit,
  networkOf,
  onDevice,
  resting,
  succeeded,
  tooEarly,
  wrongPassword,
} from './guard.ts'
import { type SignIn, signInErrorCode } from './sign-in.ts'
import { type PasswordRules, requireStrong } from './strength.ts'
import { type Account, createTrace, cutName, type SignInEvent } from './trace.ts'
import type { SignInAccount, User, Users } from './users.ts'

/** A disabled person or an ended session is seen by another process after this time at the latest. */
const TRUST_MS = 5_000

export interface SessionOptions {
  db: Db
  clock: Clock
  auth: SignIn
  users: Users
  /** numbers in force now (policy rows signin.*) */
  rules(area?: string): Promise<GuardRules & PasswordRules>
  /** keys the hash of names and networks */
  secret: string
  devices: Devices
  /** sign-ins a minute from one address, by devices that are not known */
  perMinute: number
}

/** What an operation of better-auth answers: its JSON and the cookies to set. */
export interface Answer {
  body: Record<string, unknown>
  cookies: string[]
}

const messages: Record<string, string> = {
  INVALID_PASSWORD: '当前密码不对，请重新输入。',
  INVALID_CODE: '动态口令不对，请核对手机时间后重新输入。',
  INVALID_BACKUP_CODE: '备用码不对或已用过，请换一个备用码。',
  INVALID_TWO_FACTOR_COOKIE: '登录已过期，请重新输入用户名和密码。',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: '输错次数太多，请重新输入用户名和密码后再试。',
  ACCOUNT_TEMPORARILY_LOCKED: '动态口令输错次数太多，账号暂时锁定，请稍后再试。',
  TWO_FACTOR_NOT_ENABLED: '该账号没有启用动态口令。',
  TOTP_NOT_ENABLED: '该账号没有启用动态口令。',
}

function refusal(code: string): Problem {
  if (code === 'UNAUTHORIZED' || code === 'SESSION_EXPIRED')
    return new Problem('unauthenticated', '登录已过期，请重新登录。')
  const message = messages[code]
  if (message?.includes('锁定')) return new Problem('too-many', message)
  return new Problem('bad-input', message ?? '登录信息不正确，请核对后重试。', { reason: code })
}

export function createSessions({
  db,
  clock,
  auth,
  users,
  rules,
  secret,
  devices,
  perMinute,
}: SessionOptions) {
  const known = new Map<string, { userId: string; until: number; ends: number }>()
  const limit = minuteLimit(perMinute)
  const strangers = lane(2, 64)
  const trace = createTrace(db, clock)
  let cookieName: string | undefined

  /** Calls an operation; its refusals become ours, and what is no refusal stays an error. */
  async function call(operation: () => Promise<Response>): Promise<Answer> {
    let response: Response
    try {
      response = await operation()
    } catch (e) {
      const code = signInErrorCode(e)
      throw code ? refusal(code) : e
    }
    const body = ((await response.json()) ?? {}) as Record<string, unknown>
    if (response.status >= 500) throw new Error(`sign-in answered ${response.status} ${String(body.code)}`)
    if (!response.ok) throw refusal(String(body.code ?? (response.status === 401 ? 'UNAUTHORIZED' : '')))
    return { body, cookies: response.headers.getSetCookie() }
  }

  async function sessionCookie(cookies: string): Promise<string | undefined> {
    cookieName ??= (await auth.$context).authCookies.sessionToken.name
    for (const part of cookies.split(';')) {
      const at = part.indexOf('=')
      if (at > 0 && part.slice(0, at).trim() === cookieName) return part.slice(at + 1).trim()
    }
    return undefined
  }

  const addressOf = (headers: Headers): string => headers.get('x-forwarded-for') ?? ''

  /** Who the second step of a sign-in is for, from its short-lived cookie; undefined while signed in already. */
  async function secondStep(headers: Headers): Promise<Account | undefined> {
    const name = (await auth.$context).createAuthCookie('two_factor').name
    const cookies = (headers.get('cookie') ?? '').split(';').map((c) => c.trim())
    const value = cookies.find((c) => c.startsWith(`${name}=`))?.slice(name.length + 1)
    if (!value) return undefined
    const identifier = decodeURIComponent(value).split('.')[0] ?? ''
    const { rows } = await sql<Account>`select u.id, u.name, u.home_area as area from auth.verification v
      join app_user u on u.id::text = v.value where v.identifier = ${identifier}`.execute(db)
    return rows[0] ?? { name: '' }
  }

  const isRight = async (account: SignInAccount, password: string): Promise<boolean> =>
    (await auth.$context).password.verify({ hash: account.stamp, password })

  const burn = async (password: string): Promise<unknown> => (await auth.$context).password.hash(password)

  /** Cookies that make this device known for the account, at the end of a sign-in. */
  async function knownFromNow(id: string, headers: Headers): Promise<string[]> {
    const owner = await users.account(id)
    const now = clock.now()
    return owner
      ? devices.issue(headers.get('cookie') ?? '', owner, now, (await rules(owner.area)).deviceDays)
      : []
  }

  /** The second factor, or a backup code in its place: the end of a sign-in, or the proof while setting it up. */
  async function verify(
    what: 'totp-on' | 'backup-code',
    headers: Headers,
    address: string,
    operation: () => Promise<Response>,
  ): Promise<Answer> {
    const second = await secondStep(headers)
    const before = second ? undefined : await sessions.userOf(headers.get('cookie') ?? '')
    // a half-done sign-in has its own limit, which the flood of a stranger does not touch
    if (!second?.id && !before) limit(address, clock.now())
    let answer: Answer
    try {
      answer = await call(operation)
    } catch (e) {
      const account = second ?? (before && asAccount(before.user))
      if (account && e instanceof Problem)
        trace.refused(second ? 'sign-in' : what, account, address, e.message)
      throw e
    }
    const id = (answer.body.user as { id?: string } | undefined)?.id ?? second?.id
    const user = before?.user ?? (id ? await users.find(id) : undefined)
    if (!user) return answer
    await trace.done(user.actor, second ? 'sign-in' : what, address)
    const known = second ? await knownFromNow(user.actor.id, headers) : []
    return { body: answer.body, cookies: [...answer.cookies, ...known] }
  }

  const asAccount = ({ actor }: User): Account => ({ id: actor.id, name: actor.name, area: actor.home })

  /**
   * Something a signed-in person changes of the own account with the password; a refusal is traced, and who sits at
   * somebody's open session cannot guess the password without end.
   */
  async function ownAccount(
    user: User,
    what: SignInEvent,
    headers: Headers,
    operation: () => Promise<Answer>,
  ): Promise<Answer> {
    const key = `own:${user.actor.id}`
    const now = clock.now()
    const inForce = await rules(user.actor.home)
    try {
      const tried = await countTry(db, key, now, onDevice(inForce), { forget: inForce.lockMinutes })
      if (tried.refused) throw resting(tried.wait, now, inForce, '当前')
      const answer = await operation()
      await succeeded(db, key)
      return answer
    } catch (e) {
      if (e instanceof Problem) trace.refused(what, asAccount(user), addressOf(headers), e.message)
      // anything but a wrong password is no guess
      if (!(e instanceof Problem) || (e.code === 'bad-input' && e.details.reason !== 'INVALID_PASSWORD'))
        await succeeded(db, key)
      throw e
    }
  }

  const sessions = {
    /** Resolves when the refusals so far are in the journal. */
    traced: () => trace.settled(),

    /**
     * Name and password; with a second factor set up the answer is `{twoFactorRedirect: true}` and a short-lived
     * cookie for `verifyTotp`. On a known device failures count for it alone; elsewhere per account and network.
     * @throws Problem `unauthenticated` or `too-many`, with the seconds to wait
     */
    async signIn(
      input: { username: string; password: string },
      headers: Headers,
      address: string,
    ): Promise<Answer> {
      const now = clock.now()
      const typed = input.username.trim().toLowerCase()
      const found = await users.named(typed)
      const who: Account = found ?? { name: cutName(typed) }
      const device = found && devices.known(headers.get('cookie') ?? '', found, now)
      if (!device) limit(address, now)
      const inForce = await rules(found?.area)
      const plan = device ? onDevice(inForce) : elsewhere(inForce)
      const key = device
        ? `device:${device}`
        : bucketOf(secret, 'sign-in', typed, networkOf(address), found?.unlockedAt ?? '')
      const tried = await countTry(db, key, now, plan, {
        forget: inForce.lockMinutes,
        user: device && found?.id,
      })
      if (tried.refused) {
        trace.refused('sign-in', who, address, device ? '锁定期间的登录' : '等待期间的登录')
        if (device) throw resting(tried.wait, now, inForce)
        // a one-time password cannot be guessed: who has it gets in past a stranger's tries
        if (!found?.oneTime || !(await strangers(() => isRight(found, input.password)))) {
          // as long as a looked-up password takes, so that the time does not tell whose password is one-time
          if (!found?.oneTime) await strangers(() => burn(input.password))
          throw tooEarly(tried.wait)
        }
      }
      const attempt = () =>
        auth.api.signInUsername({
          body: { username: typed, password: input.password, rememberMe: true },
          headers,
          asResponse: true,
        })
      const response = await (device ? attempt() : strangers(attempt))
      const body = (await response.json()) as Record<string, unknown>
      if (response.status >= 500) throw new Error(`sign-in answered ${response.status} ${String(body.code)}`)
      if (!response.ok) {
        trace.refused('sign-in', who, address, found ? '密码不对' : '没有这个用户名', Boolean(device))
        if (device && tried.failures >= inForce.maxFailures)
          trace.refused('lock', who, address, `在一台用过的设备上连续输错 ${inForce.maxFailures} 次`, true)
        throw wrongPassword(tried, Boolean(device), now, inForce)
      }
      const answer = { body, cookies: response.headers.getSetCookie() }
      await succeeded(db, key)
      const id = (answer.body.user as { id: string } | undefined)?.id
      const user = id ? await users.find(id) : undefined
      if (id && !user) {
        trace.refused('sign-in', who, address, '账号已停用', true)
        await auth.$context.then((c) => c.internalAdapter.deleteSession(String(answer.body.token)))
        throw new Problem('forbidden', '该账号已停用，请联系县级管理员。')
      }
      // with a second factor set up, the sign-in is not complete yet
      if (!user || answer.body.twoFactorRedirect) return answer
      await trace.done(user.actor, 'sign-in', address)
      return { body, cookies: [...answer.cookies, ...(await knownFromNow(user.actor.id, headers))] }
    },

    async signOut(headers: Headers): Promise<Answer> {
      const cookies = headers.get('cookie') ?? ''
      const before = await sessions.userOf(cookies)
      const cookie = await sessionCookie(cookies)
      if (cookie) known.delete(cookie)
      const answer = await call(() => auth.api.signOut({ headers, asResponse: true }))
      if (before) await trace.done(before.user.actor, 'sign-out', addressOf(headers))
      return answer
    },

    /** Other sessions of the person end. */
    async changePassword(
      user: User,
      input: { currentPassword: string; newPassword: string },
      headers: Headers,
    ): Promise<Answer> {
      if (input.currentPassword === input.newPassword)
        throw new Problem('bad-input', '新密码不能与当前密码相同，请重新设置。')
      await requireStrong(
        input.newPassword,
        { username: user.username, name: user.actor.name },
        await rules(user.actor.home),
      )
      const answer = await ownAccount(user, 'change-password', headers, () =>
        call(() =>
          auth.api.changePassword({
            body: { ...input, revokeOtherSessions: true },
            headers,
            asResponse: true,
          }),
        ),
      )
      for (const [cookie, s] of known) if (s.userId === user.actor.id) known.delete(cookie)
      await users.passwordChanged(user.actor.id)
      await trace.done(user.actor, 'change-password', addressOf(headers))
      return {
        body: answer.body,
        cookies: [...answer.cookies, ...(await knownFromNow(user.actor.id, headers))],
      }
    },

    /** Begins setting up the second factor: `{totpURI, backupCodes}`; `verifyTotp` finishes it. */
    enableTwoFactor: (user: User, password: string, headers: Headers) =>
      ownAccount(user, 'totp-on', headers, () =>
        call(() => auth.api.enableTwoFactor({ body: { password }, headers, asResponse: true })),
      ),
    async disableTwoFactor(user: User, password: string, headers: Headers): Promise<Answer> {
      const answer = await ownAccount(user, 'totp-off', headers, () =>
        call(() => auth.api.disableTwoFactor({ body: { password }, headers, asResponse: true })),
      )
      await trace.done(user.actor, 'totp-off', addressOf(headers))
      return answer
    },
    verifyTotp: (code: string, headers: Headers, address: string): Promise<Answer> =>
      verify('totp-on', headers, address, () =>
        auth.api.verifyTOTP({ body: { code }, headers, asResponse: true }),
      ),
    verifyBackupCode: (code: string, headers: Headers, address: string): Promise<Answer> =>
      verify('backup-code', headers, address, () =>
        auth.api.verifyBackupCode({ body: { code }, headers, asResponse: true }),
      ),

    /**
     * Who a request's cookies stand for; undefined when nobody. Costs no database round trip while the session
     * was checked within the last seconds. `cookies` are to be set when the session was prolonged.
     */
    async userOf(cookieHeader: string): Promise<{ user: User; cookies: string[] } | undefined> {
      const cookie = await sessionCookie(cookieHeader)
      if (!cookie) return undefined
      const now = clock.now().getTime()
      const hit = known.get(cookie)
      if (hit && hit.until > now && hit.ends > now) {
        const user = await users.find(hit.userId)
        return user && { user, cookies: [] }
      }
      known.delete(cookie)
      const found = await auth.api.getSession({
        headers: new Headers({ cookie: cookieHeader }),
        returnHeaders: true,
      })
      if (!found.response) return undefined
      const { session, user: account } = found.response
      const user = await users.find(account.id)
      if (!user) return undefined
      if (known.size > 10_000) known.clear()
      known.set(cookie, { userId: account.id, until: now + TRUST_MS, ends: session.expiresAt.getTime() })
      return { user, cookies: found.headers.getSetCookie() }
    },

    /** The key of the session a request's cookies name; `userOf` says whether it holds. */
    async tokenOf(cookieHeader: string): Promise<string | undefined> {
      const cookie = await sessionCookie(cookieHeader)
      return cookie && decodeURIComponent(cookie).split('.')[0]
    },

    /** Drops what is remembered of a person's sessions (disabled, password reset). */
    forget(userId: string): void {
      for (const [cookie, s] of known) if (s.userId === userId) known.delete(cookie)
      users.forget(userId)
    },
  }
  return sessions
}

export type Sessions = ReturnType<typeof createSessions>
