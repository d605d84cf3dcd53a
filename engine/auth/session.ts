import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import { countTry, type GuardRules, minuteLimit, succeeded, wrongPassword } from './guard.ts'
import { PASSWORD_LENGTH, type SignIn, signInErrorCode } from './sign-in.ts'
import { type Account, createTrace, cutName, type SignInEvent } from './trace.ts'
import type { User, Users } from './users.ts'

/** A disabled person or an ended session is seen by another process after this time at the latest. */
const TRUST_MS = 5_000

export interface SessionOptions {
  db: Db
  clock: Clock
  auth: SignIn
  users: Users
  /** numbers in force now (policy rows signin.*) */
  rules(): Promise<GuardRules>
  /** sign-ins a minute from one address */
  perMinute: number
}

/** What an operation of better-auth answers: its JSON and the cookies to set. */
export interface Answer {
  body: Record<string, unknown>
  cookies: string[]
}

const messages: Record<string, string> = {
  INVALID_PASSWORD: '当前密码不对，请重新输入。',
  PASSWORD_TOO_SHORT: `新密码至少 ${PASSWORD_LENGTH.min} 个字符，请重新设置。`,
  PASSWORD_TOO_LONG: `新密码最多 ${PASSWORD_LENGTH.max} 个字符，请重新设置。`,
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

export function createSessions({ db, clock, auth, users, rules, perMinute }: SessionOptions) {
  const known = new Map<string, { userId: string; until: number; ends: number }>()
  const limit = minuteLimit(perMinute)
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

  /** The account a typed name means, as the journal may keep it. */
  const accountOf = async (typed: string): Promise<Account> =>
    (await users.named(typed)) ?? { name: cutName(typed) }

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

  /** The second factor, or a backup code in its place: the end of a sign-in, or the proof while setting it up. */
  async function verify(
    what: 'totp-on' | 'backup-code',
    headers: Headers,
    address: string,
    operation: () => Promise<Response>,
  ): Promise<Answer> {
    limit(address, clock.now())
    const second = await secondStep(headers)
    const before = second ? undefined : await sessions.userOf(headers.get('cookie') ?? '')
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
    if (user) await trace.done(user.actor, second ? 'sign-in' : what, address)
    return answer
  }

  const asAccount = ({ actor }: User): Account => ({ id: actor.id, name: actor.name, area: actor.home })

  /** Something a signed-in person changes of the own account; a refusal is traced too. */
  async function ownAccount(
    user: User,
    what: SignInEvent,
    headers: Headers,
    operation: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await operation()
    } catch (e) {
      if (e instanceof Problem) trace.refused(what, asAccount(user), addressOf(headers), e.message)
      throw e
    }
  }

  const sessions = {
    /** Resolves when the refusals so far are in the journal. */
    traced: () => trace.settled(),

    /**
     * Name and password; with a second factor set up the answer is `{twoFactorRedirect: true}` and a short-lived
     * cookie for `verifyTotp`.
     * @throws Problem `unauthenticated` with the tries left, `too-many` with the time to try again
     */
    async signIn(
      input: { username: string; password: string },
      headers: Headers,
      address: string,
    ): Promise<Answer> {
      const now = clock.now()
      limit(address, now)
      const account = input.username.trim().toLowerCase()
      const inForce = await rules()
      const who = await accountOf(account)
      const left = await countTry(db, account, now, inForce).catch((e: unknown) => {
        if (e instanceof Problem) trace.refused('sign-in', who, address, '账号锁定期间的登录')
        throw e
      })
      const response = await auth.api.signInUsername({
        body: { username: account, password: input.password, rememberMe: true },
        headers,
        asResponse: true,
      })
      const body = (await response.json()) as Record<string, unknown>
      if (response.status >= 500) throw new Error(`sign-in answered ${response.status} ${String(body.code)}`)
      if (!response.ok) {
        const known = Boolean(who.id)
        trace.refused('sign-in', who, address, known ? '密码不对' : '没有这个用户名', known)
        if (left <= 0 && known)
          trace.refused('lock', who, address, `密码连续输错 ${inForce.maxFailures} 次`, true)
        throw wrongPassword(left, now, inForce)
      }
      const answer = { body, cookies: response.headers.getSetCookie() }
      await succeeded(db, account)
      const id = (answer.body.user as { id: string } | undefined)?.id
      const user = id ? await users.find(id) : undefined
      if (id && !user) {
        trace.refused('sign-in', who, address, '账号已停用', true)
        await auth.$context.then((c) => c.internalAdapter.deleteSession(String(answer.body.token)))
        throw new Problem('forbidden', '该账号已停用，请联系县级管理员。')
      }
      // with a second factor set up, the sign-in is not complete yet
      if (user && !answer.body.twoFactorRedirect) await trace.done(user.actor, 'sign-in', address)
      return answer
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
      return answer
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

    /** Drops what is remembered of a person's sessions (disabled, password reset). */
    forget(userId: string): void {
      for (const [cookie, s] of known) if (s.userId === userId) known.delete(cookie)
      users.forget(userId)
    },
  }
  return sessions
}

export type Sessions = ReturnType<typeof createSessions>
