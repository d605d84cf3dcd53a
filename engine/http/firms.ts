import type { Actor } from '../access/actor.ts'
import { rangeEnd } from '../access/scope.ts'
import { readCode } from '../auth/claims.ts'
import { Problem } from '../core/errors.ts'
import { sql } from '../store/db.ts'
import { type Firm, firmTable } from '../store/firms.ts'
import { within } from './area-right.ts'
import { areasAs, keepersOf } from './governed.ts'
import type { Services } from './services.ts'

/** Enterprises `e` whose accounts an actor looks after; undefined when none. */
export function keptFirms(actor: Actor) {
  const areas = keepersOf('enterprise-officer').flatMap((role) => areasAs(actor, role))
  return areas.length
    ? sql`(${sql.join(
        areas.map((a) => (a === '' ? sql`true` : sql`(e.area >= ${a} and e.area < ${rangeEnd(a)})`)),
        sql` or `,
      )})`
    : undefined
}

/** The enterprise that has a credit code; undefined when none has. */
export async function firmByCode(s: Services, typed: string): Promise<Firm | undefined> {
  const { creditCode, firm, from } = firmTable(s)
  const { rows } = await sql<Firm>`select ${firm} from ${from}
    where ${creditCode} = ${readCode(typed)} and e.archived_at is null limit 1`.execute(s.db)
  return rows[0]
}

/** @throws Problem `not-found` when the enterprise is not this actor's to make accounts for */
export async function keptFirm(s: Services, actor: Actor, id: string): Promise<Firm> {
  const { firm, from } = firmTable(s)
  const { rows } = await sql<Firm>`select ${firm} from ${from}
    where e.id = ${id} and e.archived_at is null`.execute(s.db)
  if (!rows[0] || !within(actor, rows[0].area ?? '', keepersOf('enterprise-officer')))
    throw new Problem('not-found', '没有找到这家企业，或者它不在您的管辖范围内。')
  return rows[0]
}
