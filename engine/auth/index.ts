import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Clock, shanghaiDate } from '../core/clock.ts'
import type { PolicyBook } from '../core/policy.ts'
import { cookieSecret } from '../core/settings.ts'
import type { Db } from '../store/db.ts'
import type { GuardRules } from './guard.ts'
import { createKeys, type Keys } from './keys.ts'
import type { PasswordCost } from './passwords.ts'
import { createSessions, type Sessions } from './session.ts'
import { createSignIn } from './sign-in.ts'
import { createUsers, type Users } from './users.ts'

export interface Auth {
  users: Users
  sessions: Sessions
  keys: Keys
}

export interface AuthOptions {
  db: Db
  clock: Clock
  secret: string
  /** the origin people use is https */
  secureCookies?: boolean
  sessionHours?: number
  /** from one network address */
  signInsPerMinute?: number
  /** policy rows signin.maxFailures and signin.lockMinutes in force now */
  rules?: () => Promise<GuardRules>
  /** for tests only; without it the strong one */
  passwordCost?: PasswordCost | undefined
}

/** A sign-in that the page shows; there are some only with demo data. */
export interface DemoSignIn {
  username: string
  password: string
  name: string
  role: string
  label: string
}

/** Used until the policy rows signin.* say otherwise. */
const fallback: GuardRules = { maxFailures: 5, lockMinutes: 15 }

/** Numbers of the lock-out from the policy rows signin.maxFailures and signin.lockMinutes, where there are any. */
export const guardRules = (policies: () => PolicyBook, clock: Clock) => async (): Promise<GuardRules> => {
  const book = policies()
  const on = shanghaiDate(clock.now())
  const number = (key: string, otherwise: number) =>
    book.has(key) && book.find(key, '', on) ? book.number(key, '', on) : otherwise
  return {
    maxFailures: number('signin.maxFailures', fallback.maxFailures),
    lockMinutes: number('signin.lockMinutes', fallback.lockMinutes),
  }
}

/** Sign-in, people and keys of one installation. */
export function createAuth(options: AuthOptions): Auth {
  const { db, clock } = options
  const auth = createSignIn({
    db,
    secret: options.secret,
    secureCookies: options.secureCookies ?? false,
    sessionHours: options.sessionHours ?? 12,
    passwordCost: options.passwordCost,
  })
  const users = createUsers(db, clock, auth)
  const rules = options.rules ?? (async () => fallback)
  const sessions = createSessions({
    db,
    clock,
    auth,
    users,
    rules,
    perMinute: options.signInsPerMinute ?? 120,
  })
  return { users, sessions, keys: createKeys(db, clock) }
}

/**
 * The secret that signs cookies: ZHIBEN_SECRET (needed when several servers share a database), else a random
 * one kept in the data folder.
 */
export function readSecret(dataDir: string): string {
  const given = cookieSecret()
  if (given) return given
  const file = path.join(dataDir, 'secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e
  }
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (e) {
    // another process was first
    if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e
  }
  return readFileSync(file, 'utf8').trim()
}
