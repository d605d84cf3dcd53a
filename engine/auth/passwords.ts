import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from 'node:crypto'

/** Work of scrypt: memory is 128 · N · r bytes. */
export interface PasswordCost {
  N: number
  r: number
  p: number
}

/** 32 MB and some 60 ms a password, as better-auth has it; what every installation uses. */
const STRONG: PasswordCost = { N: 16_384, r: 16, p: 1 }
const KEY_BYTES = 64

const scrypt = (password: string, salt: string, { N, r, p }: PasswordCost): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scryptCallback(
      password.normalize('NFKC'),
      salt,
      KEY_BYTES,
      { N, r, p, maxmem: 256 * N * r + 1_000_000 },
      (e, key) => (e ? reject(e) : resolve(key)),
    ),
  )

/**
 * Hashes passwords and compares them with what is kept. Kept is `salt:key` in hex (better-auth's own form, of the
 * strong cost), or `N.r.p:salt:key` where another cost was used, so that each is compared at its own cost.
 * @param cost another than the strong one is for tests only, and handed over in code, never by a setting
 */
export function createPasswords(cost: PasswordCost = STRONG) {
  return {
    async hash(password: string): Promise<string> {
      const salt = randomBytes(16).toString('hex')
      const key = (await scrypt(password, salt, cost)).toString('hex')
      return cost === STRONG ? `${salt}:${key}` : `${cost.N}.${cost.r}.${cost.p}:${salt}:${key}`
    },

    async verify({ hash, password }: { hash: string; password: string }): Promise<boolean> {
      const parts = hash.split(':')
      const key = Buffer.from(parts.pop() ?? '', 'hex')
      const salt = parts.pop() ?? ''
      const [N, r, p] = (parts[0] ?? '').split('.').map(Number)
      const own = N && r && p ? { N, r, p } : STRONG
      if (key.length !== KEY_BYTES) return false
      return timingSafeEqual(key, await scrypt(password, salt, own))
    },
  }
}
