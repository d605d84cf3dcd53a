import type { PasswordCost } from '../engine/auth/passwords.ts'

/** For tests: a password costs microseconds. Hand it to `createAuth` or `openEngine` as `passwordCost`. */
export const QUICK_PASSWORDS: PasswordCost = { N: 16, r: 1, p: 1 }
