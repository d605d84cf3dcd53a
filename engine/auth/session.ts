import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import type { Db } from '../store/db.ts'
import { countTry, type GuardRules, minuteLimit, succeeded, wrongPassword } from './guard.ts'
import { PASSWORD_LENGTH, type SignIn, signInErrorCode } from './sign-in.ts'
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

  const sessions = {
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
      const left = await countTry(db, account, now, inForce)
      const response = await auth.api.signInUsername({
        body: { username: account, password: input.password, rememberMe: true },
        headers,
        asResponse: true,
      })
      const body = (await response.json()) as Record<string, unknown>
      if (response.status >= 500) throw new Error(`sign-in answered ${response.status} ${String(body.code)}`)
      if (!response.ok) throw wrongPassword(left, now, inForce)
      const answer = { body, cookies: response.headers.getSetCookie() }
      await succeeded(db, account)
      const id = (answer.body.user as { id: string } | undefined)?.id
      if (id && !(await users.find(id))) {
        await auth.$context.then((c) => c.internalAdapter.deleteSession(String(answer.body.token)))
        throw new Problem('forbidden', '该账号已停用，请联系县级管理员。')
      }
      return answer
    },

    async signOut(headers: Headers): Promise<Answer> {
      const cookie = await sessionCookie(headers.get('cookie') ?? '')
      if (cookie) known.delete(cookie)
      return call(() => auth.api.signOut({ headers, asResponse: true }))
    },

    /** Other sessions of the person end. */
    async changePassword(
      user: User,
      input: { currentPassword: string; newPassword: string },
      headers: Headers,
    ): Promise<Answer> {
      if (input.currentPassword === input.newPassword)
        throw new Problem('bad-input', '新密码不能与当前密码相同，请重新设置。')
      const answer = await call(() =>
        auth.api.changePassword({ body: { ...input, revokeOtherSessions: true }, headers, asResponse: true }),
      )
      for (const [cookie, s] of known) if (s.userId === user.actor.id) known.delete(cookie)
      await users.passwordChanged(user.actor.id)
      return answer
    },

    /** Begins setting up the second factor: `{totpURI, backupCodes}`; `verifyTotp` finishes it. */
    enableTwoFactor: (password: string, headers: Headers) =>
      call(() => auth.api.enableTwoFactor({ body: { password }, headers, asResponse: true })),
    disableTwoFactor: (password: string, headers: Headers) =>
      call(() => auth.api.disableTwoFactor({ body: { password }, headers, asResponse: true })),
    verifyTotp: (code: string, headers: Headers, address: string) => {
      limit(address, clock.now())
      return call(() => auth.api.verifyTOTP({ body: { code }, headers, asResponse: true }))
    },
    verifyBackupCode: (code: string, headers: Headers, address: string) => {
      limit(address, clock.now())
      return call(() => auth.api.verifyBackupCode({ body: { code }, headers, asResponse: true }))
    },

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
