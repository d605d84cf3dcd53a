import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { countyCodes } from '../areas/areas.ts'
import { type Clock, shanghaiDate } from '../core/clock.ts'
import type { PolicyBook } from '../core/policy.ts'
import { cookieSecret } from '../core/settings.ts'
import type { Db } from '../store/db.ts'
import { type Claims, createClaims } from './claims.ts'
import { createDevices } from './device.ts'
import { fallbackRules, type GuardRules, lane } from './guard.ts'
import { createKeys, type Keys } from './keys.ts'
import type { PasswordCost } from './passwords.ts'
import { createSessions, type Sessions } from './session.ts'
import { createSignIn } from './sign-in.ts'
import {
  fallbackPasswordRules,
  type PasswordOwner,
  type PasswordRules,
  passwordRulesText,
  requireStrong,
} from './strength.ts'
import { createUsers, type Users } from './users.ts'

export interface Auth {
  users: Users
  sessions: Sessions
  keys: Keys
  claims: Claims
  /** the rules of chosen passwords in words, as they hold in an area */
  passwordRules(area?: string): Promise<string>
  /** hash of a password somebody chose, once it is strong enough */
  chosen(password: string, owner: PasswordOwner & { area?: string }): Promise<string>
}

export interface AuthOptions {
  db: Db
  clock: Clock
  secret: string
  /** the origin people use is https */
  secureCookies?: boolean
  sessionHours?: number
  /** from one network address, by devices that are not known */
  signInsPerMinute?: number
  /** policy rows signin.* and password.* in force now */
  rules?: (area?: string) => Promise<SignInRules>
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

/** Every number of sign-in that a county sets. */
export type SignInRules = GuardRules & PasswordRules

const fallback: SignInRules = { ...fallbackRules, ...fallbackPasswordRules }

/** Where each number stands in the policy. */
const policyKeys: Record<keyof SignInRules, string> = {
  maxFailures: 'signin.maxFailures',
  lockMinutes: 'signin.lockMinutes',
  firstWaitSeconds: 'signin.firstWaitSeconds',
  maxWaitSeconds: 'signin.maxWaitSeconds',
  deviceDays: 'signin.deviceDays',
  minLength: 'password.minLength',
  kinds: 'password.kinds',
}

/**
 * Numbers of sign-in from the policy rows, where there are any: those of the county an account belongs to; before an
 * account is known, and above counties, those of the installation's county where it has just one.
 */
export function signInRules(policies: () => PolicyBook, clock: Clock, db: Db) {
  const counties = countyCodes(db, clock)
  return async (area = ''): Promise<SignInRules> => {
    const of = await counties()
    const at = area.length >= 6 ? area.slice(0, 6) : of.length === 1 ? of[0]! : area
    const book = policies()
    const on = shanghaiDate(clock.now())
    const names = Object.keys(policyKeys) as (keyof SignInRules)[]
    return Object.fromEntries(
      names.map((name) => [name, book.numberOr(policyKeys[name], at, on, fallback[name])]),
    ) as unknown as SignInRules
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
    secret: options.secret,
    devices: createDevices(options.secret),
    perMinute: options.signInsPerMinute ?? 120,
  })
  const claims = createClaims({
    db,
    clock,
    secret: options.secret,
    rules,
    perMinute: options.signInsPerMinute ?? 120,
  })
  const hashing = lane(2, 64)
  return {
    users,
    sessions,
    keys: createKeys(db, clock),
    claims,
    passwordRules: async (area) => passwordRulesText(await rules(area)),
    async chosen(password, owner) {
      await requireStrong(password, owner, await rules(owner.area), 'password')
      return hashing(async () => (await auth.$context).password.hash(password))
    },
  }
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
