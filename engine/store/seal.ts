import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Db, sql } from './db.ts'

/** Text handed out to be brought back: nobody outside reads or changes it. */
export interface Seal {
  /** @param about what it is for; it opens for the same only. @returns base64url */
  close(text: string, about: string): string
  /** undefined when it was not sealed here, was changed, or was sealed for something else */
  open(sealed: string, about: string): string | undefined
}

const NONCE = 12
const TAG = 16
/** The first page of a list is opened again and again, and closes with the same text. */
const MOST_CLOSED = 500
const LONGEST_CLOSED = 500

/** AES-256-GCM. @param key 32 bytes */
export function createSeal(key: Buffer): Seal {
  const closed = new Map<string, string>()
  return {
    close(text, about) {
      const of = `${about}\0${text}`
      const known = closed.get(of)
      if (known) return known
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
      if (of.length <= LONGEST_CLOSED) {
        if (closed.size >= MOST_CLOSED) closed.clear()
        closed.set(of, sealed)
      }
      return sealed
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length <= NONCE + TAG) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString(
          'utf8',
        )
      } catch {
        return undefined
      }
    },
  }
}

/** The key all servers of one database share; made by the first that asks. */
export async function readSealKey(db: Db): Promise<Buffer> {
  await sql`insert into server_key (name, key) values ('seal', ${randomBytes(32)}) on conflict do nothing`.execute(
    db,
  )
  const { rows } = await sql<{ key: Buffer }>`select key from server_key where name = 'seal'`.execute(db)
  return rows[0]!.key
}
