import { type Actor, type Ground, hasRole } from '../access/actor.ts'
import { accountAdmins, personRoles } from '../access/roles.ts'
import { onlyEnterprise } from '../auth/users.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import { type Change, journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import type { WriteMeta } from '../store/types.ts'
import { within } from './area-right.ts'
import type { Services } from './services.ts'

/**
 * Who looks after accounts of a role: a county's administrator after all of the county, a town's officer (on an area
 * ground) after the enterprise people of the town.
 */
export const keepersOf = (role: Role): Role[] =>
  role === 'enterprise-officer' ? [...accountAdmins, 'town-officer'] : accountAdmins

/** Area codes on which an actor has one of the roles; an empty one is everything. */
export const areasAs = (actor: Actor, role: Role): string[] =>
  actor.assignments.flatMap((a) => (a.role === role && a.ground.by === 'area' ? [a.ground.area] : []))

/** An account in the area of who looks after it. */
export interface Governed {
  name: string
  username: string
  area: string
  organisation: string | null
}

/**
 * @param as the roles whose accounts these are: without it a county's administrator only
 * @throws Problem `not-found` when there is none, or it is not this actor's to look after
 */
export async function governed(
  s: Services,
  actor: Actor,
  id: string,
  as: 'county' | 'county or town' = 'county',
): Promise<Governed> {
  const firmArea = s.catalogue.findRecord('enterprise')
    ? sql`(select e.area from ${sql.id(tableOf('enterprise'))} e where e.id = u.organisation)`
    : sql`null`
  const { rows } = await sql<Governed & { firmArea: string | null; firm: boolean }>`select u.name, u.username,
      u.home_area as area, u.organisation, ${firmArea} as "firmArea", ${onlyEnterprise} as firm
    from app_user u where u.id = ${id}`.execute(s.db)
  const row = rows[0]
  const county = row && within(actor, row.area, accountAdmins)
  // where the enterprise is now, not where it was when the account was made
  const town =
    as === 'county or town' && row?.firm && row.firmArea && within(actor, row.firmArea, ['town-officer'])
  if (!row || (!county && !town)) throw new Problem('not-found', '没有找到这个人员，或者不在您的管辖范围内。')
  const { name, username, area, organisation } = row
  return { name, username, area, organisation }
}

/**
 * Whether a role on a ground is one this administrator could give, so may end. Who keeps the accounts gives roles he
 * has not, within his area, but never to himself (routes/duties), and that of a county's administrator only as one.
 */
export const givable = (actor: Actor, role: Role, ground: Ground): boolean =>
  personRoles.includes(role) &&
  (role !== 'county-admin' || hasRole(actor, ['county-admin'])) &&
  ((ground.by !== 'area' && ground.by !== 'sector') || within(actor, ground.area, accountAdmins))

/**
 * Who holds the password of an account acts with its roles: those of a higher level are not the county's to take.
 * @param wish to stop and to use again are one right: whoever keeps the accounts has it for a county's administrator
 * too, so that a county that keeps the three powers apart can stop the last one, and nobody stops what he cannot mend
 */
export async function requireNothingAbove(
  s: Services,
  actor: Actor,
  id: string,
  today: string,
  wish: 'password' | 'stop or use' = 'password',
) {
  const { rows } = await sql<{ role: Role; ground: Ground }>`select role, ground from assignment
    where user_id = ${id} and (to_on is null or to_on >= ${today})`.execute(s.db)
  const his = ({ role, ground }: { role: Role; ground: Ground }) =>
    givable(actor, role, ground) ||
    (wish === 'stop or use' &&
      role === 'county-admin' &&
      ground.by === 'area' &&
      within(actor, ground.area, accountAdmins))
  if (!rows.every(his))
    throw new Problem(
      'forbidden',
      wish === 'password' && rows.every((a) => his(a) || a.role === 'county-admin')
        ? '县级管理员的密码由另一位县级管理员重设，系统管理员不能重设。'
        : '这个账号有上级给的职责，请联系上级管理员办理。',
    )
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
