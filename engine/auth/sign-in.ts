import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { twoFactor, username } from 'better-auth/plugins'
import type { KyselyPlugin } from 'kysely'
import { newId } from '../core/ids.ts'
import type { Db } from '../store/db.ts'
import { createPasswords, type PasswordCost } from './passwords.ts'
import { quietly } from './quiet-contexts.ts'
import { PASSWORD_LENGTH } from './strength.ts'

/** Characters of a user name: letters of any script, digits, and what e-mail addresses have. */
export const USERNAME = /^[\p{L}\p{N}_.@-]{2,40}$/u

export interface SignInOptions {
  db: Db
  /** signs cookies and encrypts TOTP secrets; at least 32 characters, the same on every server of a county */
  secret: string
  /** the origin is https: cookies are sent over https only */
  secureCookies: boolean
  /** hours after which an unused session ends */
  sessionHours: number
  /** for tests only; without it the strong one */
  passwordCost?: PasswordCost | undefined
}

const TIMES = new Set(['expiresAt', 'createdAt', 'updatedAt', 'lockedUntil'])

/**
 * Our pool gives timestamps as ISO text; better-auth compares them with `Date` objects, and a text is never
 * less than a date: without this an expired session would go on.
 */
const timesAsDates: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }) => {
    for (const row of result.rows)
      for (const [key, value] of Object.entries(row))
        if (typeof value === 'string' && TIMES.has(key)) row[key] = new Date(value)
    return result
  },
}

/**
 * better-auth on our own database. It keeps passwords, sessions and the second factor; it has no sign-up, no
 * network and no telemetry here, and its own HTTP routes are not served: engine/http calls the few operations
 * that are, so that origin check, limits and messages are the same as everywhere else.
 */
export function createSignIn(options: SignInOptions) {
  const made = betterAuth({
    appName: '治本',
    baseURL: 'http://localhost',
    basePath: '/api/auth',
    secret: options.secret,
    database: {
      db: options.db.withPlugin(timesAsDates) as never,
      type: 'postgres',
      schemaName: 'auth',
      transaction: true,
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: createPasswords(options.passwordCost),
    },
    session: {
      expiresIn: options.sessionHours * 3600,
      updateAge: Math.min(3600, options.sessionHours * 900),
      storeSessionInDatabase: true,
    },
    // the routes of engine/http check the origin and the rate before they call in here
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'zhiben',
      useSecureCookies: options.secureCookies,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      database: { generateId: () => newId() },
    },
    plugins: [
      username({
        minUsernameLength: 2,
        maxUsernameLength: 40,
        usernameValidator: (name) => USERNAME.test(name),
      }),
      twoFactor({ issuer: '治本', skipVerificationOnEnable: false }),
    ],
  })
  return { ...made, api: quietly(made.api) }
}

export type SignIn = ReturnType<typeof createSignIn>

/** Code of better-auth's error, e.g. INVALID_USERNAME_OR_PASSWORD; undefined for any other error. */
export function signInErrorCode(e: unknown): string | undefined {
  if (!(e instanceof APIError)) return undefined
  return (e.body as { code?: string } | undefined)?.code ?? String(e.status)
}
