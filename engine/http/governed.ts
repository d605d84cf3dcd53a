import type { Actor, Ground } from '../access/actor.ts'
import { personRoles } from '../access/roles.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { type Change, journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import type { WriteMeta } from '../store/types.ts'
import { within } from './area-right.ts'
import type { Services } from './services.ts'

/** An account in the area of a county's administrator. */
export interface Governed {
  name: string
  username: string
  area: string
  organisation: string | null
}

/** @throws Problem `not-found` when there is none, or it is not this administrator's */
export async function governed(s: Services, actor: Actor, id: string): Promise<Governed> {
  const { rows } = await sql<Governed>`select name, username, home_area as area, organisation from app_user
    where id = ${id}`.execute(s.db)
  if (!rows[0] || !within(actor, rows[0].area, ['county-admin']))
    throw new Problem('not-found', '没有找到这个人员，或者不在您的管辖范围内。')
  return rows[0]
}

/** Whether a role on a ground is one this administrator could give, so may end. */
export const givable = (actor: Actor, role: Role, ground: Ground): boolean =>
  personRoles.includes(role) &&
  ((ground.by !== 'area' && ground.by !== 'sector') || within(actor, ground.area, ['county-admin']))

/** Who holds the password of an account acts with its roles: those of a higher level are not the county's to take. */
export async function requireNothingAbove(s: Services, actor: Actor, id: string, today: string) {
  const { rows } = await sql<{ role: Role; ground: Ground }>`select role, ground from assignment
    where user_id = ${id} and (to_on is null or to_on >= ${today})`.execute(s.db)
  if (!rows.every((a) => givable(actor, a.role, a.ground)))
    throw new Problem('forbidden', '这个账号有上级给的职责，请联系上级管理员重置密码或启用。')
}

export interface Trace {
  actor: Actor
  now: Date
  meta: WriteMeta
  what: string
  changes?: Change[]
  reason?: string | undefined
}

/** The journal entry of a change of an account, in the transaction of the change. */
export const noteOf = (tx: Db, t: Trace, recordId: string, person: { name: string; area: string }) =>
  journal(tx, {
    actor: t.actor,
    now: t.now,
    register: 'user',
    recordId,
    title: person.name,
    what: t.what,
    changes: t.changes ?? [],
    reason: t.reason,
    area: person.area,
    idempotencyKey: t.meta.idempotencyKey,
  })
