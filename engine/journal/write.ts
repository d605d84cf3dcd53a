import { createHash, randomBytes } from 'node:crypto'
import type { RawBuilder } from 'kysely'
import { type Actor, systemActor } from '../access/actor.ts'
import type { Json } from '../core/condition/ast.ts'
import type { RecordDef } from '../core/definition.ts'
import { canonicalJson } from '../core/naming.ts'
import { openTitle } from '../core/personal.ts'
import { Batch } from '../store/batch.ts'
import { type Db, sql } from '../store/db.ts'

/** One change of one field. Personal content is kept beside the journal and leaves a salted hash in it. */
export interface Change {
  field: string
  label: string
  before: Json
  after: Json
  personal?: boolean
}

export interface Entry {
  actor: Pick<Actor, 'id' | 'name' | 'kind'>
  now: Date
  register: string
  recordId: string | null
  title?: string
  /** create, update, archive, restore, import, undo, act:<action>, sweep:<rung>, unsweep:<rung>, refused:<what>, … */
  what: string
  changes?: Change[]
  reason?: string | undefined
  area?: string | null
  organisation?: string | null
  idempotencyKey?: string | undefined
  batch?: string | undefined
  deviceTime?: string | undefined
  place?: Json | undefined
}

/** A record's name as the journal may keep it for good. */
export const titleOf: (def: RecordDef, row: Record<string, unknown>) => string = openTitle

/** SM3 of text, hex (GB/T 32905). */
export const sm3 = (text: string): string => createHash('sm3').update(text).digest('hex')

interface Personal {
  field: string
  salt: string
  before: Json
  after: Json
}

const SALT = 16
let salts = Buffer.alloc(0)

/** Sixteen fresh random bytes, hex; taken from the system many at a time, because an import wants thousands. */
function freshSalt(): string {
  if (salts.length < SALT) salts = randomBytes(SALT * 256)
  const salt = salts.toString('hex', 0, SALT)
  salts = salts.subarray(SALT)
  return salt
}

/** Splits personal content off: the journal gets `{hash}` in its place. */
export function split(changes: Change[]): { open: Json; personal: Personal[] } {
  const personal: Personal[] = []
  const open = changes.map(({ field, label, before, after, personal: secret }) => {
    if (!secret) return { field, label, before, after }
    const salt = freshSalt()
    personal.push({ field, salt, before, after })
    const hash = sm3(salt + canonicalJson([before, after]))
    return { field, label, personal: true, hash }
  })
  return { open: open as unknown as Json, personal }
}

/** Adds one entry to a batch. @returns the name of the part that returns its `id` */
export function journalPart(batch: Batch, entry: Entry): RawBuilder<unknown> {
  const { open, personal } = split(entry.changes ?? [])
  const part =
    batch.add(sql`insert into journal (at, actor_id, actor_name, actor_kind, register, record_id, title,
      organisation, area, what, changes, reason, idempotency_key, batch, device_time, place)
    values (${entry.now}, ${entry.actor.id}, ${entry.actor.name}, ${entry.actor.kind}, ${entry.register},
      ${entry.recordId}, ${entry.title ?? null}, ${entry.organisation ?? null}, ${entry.area ?? null}, ${entry.what},
      ${JSON.stringify(open)}, ${entry.reason ?? null}, ${entry.idempotencyKey ?? null}, ${entry.batch ?? null},
      ${entry.deviceTime ?? null}, ${entry.place ? JSON.stringify(entry.place) : null}) returning id`)
  for (const p of personal)
    batch.add(sql`insert into journal_personal (journal_id, field, salt, before, after)
      select id, ${p.field}, ${p.salt}, ${JSON.stringify(p.before)}, ${JSON.stringify(p.after)} from ${part}`)
  return part
}

/**
 * Writes one entry in the caller's transaction: a write and its trace stand or fall together.
 * @returns id of the entry
 */
export async function journal(tx: Db, entry: Entry): Promise<string> {
  const batch = new Batch()
  const part = journalPart(batch, entry)
  const rows = await batch.run<{ id: number }>(tx, sql`select id from ${part}`)
  return String(rows[0]?.id)
}

/**
 * A refused attempt, in its own transaction: it stays although the attempt itself was rolled back.
 * Never throws: the refusal must reach the person even when the journal cannot be written.
 */
export async function journalRefusal(
  db: Db,
  attempt: {
    actor?: Actor
    now: Date
    register: string
    recordId?: string | null
    what: string
    reason: string
  },
): Promise<void> {
  const actor = attempt.actor ?? { ...systemActor, name: '未登录' }
  try {
    await db.transaction().execute((tx) =>
      journal(tx, {
        actor,
        now: attempt.now,
        register: attempt.register,
        recordId: attempt.recordId ?? null,
        what: `refused:${attempt.what}`,
        reason: attempt.reason,
        area: actor.home || null,
      }),
    )
  } catch {
    // the database is away: the caller answers 503 anyway
  }
}
