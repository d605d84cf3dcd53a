import { hash, randomBytes } from 'node:crypto'
import type { Actor } from '../access/actor.ts'
import type { Clock } from '../core/clock.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Db, sql } from '../store/db.ts'

/**
 * Keys of other systems: 256 random bits, of which only the SHA-256 is stored. (better-auth's own key plugin
 * binds a key to a person and writes on every use; ours belong to a role in an area and are read from memory.)
 */
export interface ApiKey {
  id: string
  start: string
  name: string
  role: Role
  area: string
  createdAt: string
  expiresOn: string | null
  lastUsedAt: string | null
  revokedAt: string | null
}

interface KeyRow {
  id: string
  start: string
  name: string
  role: string
  area: string
  created_at: string
  expires_on: string | null
  last_used_at: string | null
  revoked_at: string | null
}

const PREFIX = 'zb_'
/** A revoked key may be honoured this long by another process; in its own it ends at once. */
const TRUST_MS = 10_000
const USE_NOTED_MS = 60_000

const digest = (key: string): string => hash('sha256', key, 'base64url')

const toKey = (r: KeyRow): ApiKey => ({
  id: r.id,
  start: r.start,
  name: r.name,
  role: r.role as Role,
  area: r.area,
  createdAt: r.created_at,
  expiresOn: r.expires_on,
  lastUsedAt: r.last_used_at,
  revokedAt: r.revoked_at,
})

const COLUMNS = sql`id, start, name, role, area, created_at, expires_on, last_used_at, revoked_at`

export interface NewKey {
  name: string
  role: Role
  /** area code the key reaches, with everything below it */
  area: string
  /** last day it works, YYYY-MM-DD */
  expiresOn?: string | undefined
  createdBy?: string | undefined
}

export function createKeys(db: Db, clock: Clock) {
  const known = new Map<string, { actor: Actor; expiresOn: string | null; until: number; noted: number }>()

  const noteUse = (id: string, now: Date) =>
    sql`update auth.api_key set last_used_at = ${now} where id = ${id}`.execute(db).catch(() => undefined)

  const keys = {
    /** @returns the key itself, shown this once, and what is stored of it */
    async create(input: NewKey, tx: Db = db): Promise<{ key: string; stored: ApiKey }> {
      const key = PREFIX + randomBytes(32).toString('base64url')
      const { rows } = await sql<KeyRow>`insert into auth.api_key
          (id, hash, start, name, role, area, created_by, created_at, expires_on)
        values (${newId()}, ${digest(key)}, ${key.slice(0, 9)}, ${input.name}, ${input.role}, ${input.area},
          ${input.createdBy ?? null}, ${clock.now()}, ${input.expiresOn ?? null})
        returning ${COLUMNS}`.execute(tx)
      return { key, stored: toKey(rows[0]!) }
    },

    /** Newest first, revoked ones included; within an area and below it. */
    async list(area: string): Promise<ApiKey[]> {
      const { rows } = await sql<KeyRow>`select ${COLUMNS} from auth.api_key
        where starts_with(area, ${area}) order by id desc`.execute(db)
      return rows.map(toKey)
    },

    /** @throws Problem `not-found` when there is no live key with this id in the area */
    async revoke(id: string, area: string, tx: Db = db): Promise<ApiKey> {
      const { rows } = await sql<KeyRow>`update auth.api_key set revoked_at = ${clock.now()}
        where id = ${id} and starts_with(area, ${area}) and revoked_at is null
        returning ${COLUMNS}`.execute(tx)
      if (!rows[0]) throw new Problem('not-found', '没有找到这个有效的接口密钥，请刷新列表后再试。')
      keys.forget(id)
      return toKey(rows[0])
    },

    /** Drops what is remembered of a key; once more after the revoking transaction has committed. */
    forget(id: string): void {
      for (const [hash, k] of known) if (k.actor.id === id) known.delete(hash)
    },

    /**
     * Who a key stands for. Costs no database round trip while the key was checked within the last seconds.
     * @throws Problem `unauthenticated`
     */
    async actorOf(key: string): Promise<Actor> {
      const hash = digest(key)
      const now = clock.now()
      const hit = known.get(hash)
      if (hit && hit.until > now.getTime() && (!hit.expiresOn || hit.expiresOn >= shanghaiDate(now))) {
        if (now.getTime() - hit.noted > USE_NOTED_MS) {
          hit.noted = now.getTime()
          void noteUse(hit.actor.id, now)
        }
        return hit.actor
      }
      known.delete(hash)
      const { rows } = await sql<KeyRow>`select ${COLUMNS} from auth.api_key where hash = ${hash}`.execute(db)
      const row = rows[0]
      if (!row) throw new Problem('unauthenticated', '接口密钥不正确，请核对后重试，或请县级管理员重新发放。')
      if (row.revoked_at)
        throw new Problem('unauthenticated', '接口密钥已被吊销，请向县级管理员申请新的密钥。')
      if (row.expires_on && row.expires_on < shanghaiDate(now))
        throw new Problem(
          'unauthenticated',
          `接口密钥已于 ${row.expires_on} 到期，请向县级管理员申请新的密钥。`,
        )
      const actor: Actor = {
        id: row.id,
        name: row.name,
        kind: 'machine',
        assignments: [{ role: row.role as Role, ground: { by: 'area', area: row.area } }],
        home: row.area,
      }
      if (known.size > 10_000) known.clear()
      known.set(hash, {
        actor,
        expiresOn: row.expires_on,
        until: now.getTime() + TRUST_MS,
        noted: now.getTime(),
      })
      void noteUse(row.id, now)
      return actor
    },
  }
  return keys
}

export type Keys = ReturnType<typeof createKeys>
