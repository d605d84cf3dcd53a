import type { Actor, Assignment } from '../access/actor.ts'
import { inForceOn } from '../access/actor.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import type { Collection, Part } from './types.ts'

/*
 * A collection is its office's: the county's bureau, or a town. Who is asked sees the part he is asked for and
 * nothing of the others; whoever else asks is told that there is nothing.
 */

const makers: Role[] = ['county-admin', 'county-officer', 'town-officer']

const onAreas = (actor: Actor, today: string, roles: readonly Role[]): string[] =>
  inForceOn(actor.assignments, today).flatMap((a: Assignment) =>
    roles.includes(a.role) && a.ground.by === 'area' ? [a.ground.area] : [],
  )

/** Areas whose collections are the actor's own business. */
export const makingAreas = (actor: Actor, today: string): string[] =>
  onAreas(actor, today, makers).filter((a) => a.length === 6 || a.length === 9)

export const makes = (actor: Actor, area: string, today: string): boolean =>
  makingAreas(actor, today).some((own) => area.startsWith(own))

/** Towns the actor answers for. */
const ownTowns = (actor: Actor, today: string): string[] =>
  onAreas(actor, today, ['town-officer'])
    .filter((a) => a.length >= 9)
    .map((a) => a.slice(0, 9))

/** The enterprise the actor speaks for. */
const ownFirms = (actor: Actor, today: string): string[] =>
  inForceOn(actor.assignments, today).flatMap((a) =>
    a.role === 'enterprise-officer' && a.ground.by === 'organisation' ? [a.ground.organisation] : [],
  )

/** Whether the part is one that the actor himself is asked for. */
export const isAsked = (actor: Actor, part: Pick<Part, 'town' | 'organisation'>, today: string): boolean =>
  part.town !== null
    ? ownTowns(actor, today).includes(part.town)
    : part.organisation !== null && ownFirms(actor, today).includes(part.organisation)

/** Parts `p` that the actor is asked for. */
export const askedSql = (actor: Actor, today: string) =>
  sql<boolean>`(p.town = any(${ownTowns(actor, today)}::text[]) or p.organisation = any(${ownFirms(actor, today)}::uuid[]))`

export const mayBeAsked = (actor: Actor, today: string): boolean =>
  ownTowns(actor, today).length + ownFirms(actor, today).length > 0

/** @throws Problem `forbidden` for who collects nothing */
export function requireMaker(actor: Actor, area: string | undefined, today: string): string {
  const own = makingAreas(actor, today)
  const found = area ?? own[0]
  if (found === undefined || !makes(actor, found, today) || ![6, 9].includes(found.length))
    throw new Problem('forbidden', '报表填报由县局和乡镇的监管人员发起。需要收表的，请联系县局。')
  return found
}

const gone = () => new Problem('not-found', '没有找到这张表，或者它不归您管。请从“报表填报”重新进入。')
const isUuid = (id: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

/** @throws Problem `not-found`, also for one of another office */
export async function ownCollection(
  db: Db,
  actor: Actor,
  id: string,
  today: string,
  lock = false,
): Promise<Collection> {
  const { rows } = isUuid(id)
    ? await sql<Collection>`select *, due_on::text as due_on from collection where id = ${id} ${lock ? sql`for update` : sql``}`.execute(
        db,
      )
    : { rows: [] }
  const found = rows[0]
  if (!found || !makes(actor, found.area, today)) throw gone()
  return found
}

/** A part, for who is asked for it or who collects it. @throws Problem `not-found` */
export async function visiblePart(
  db: Db,
  actor: Actor,
  id: string,
  today: string,
  lock = false,
): Promise<{ part: Part; collection: Collection; mine: boolean }> {
  const { rows } = isUuid(id)
    ? await sql<Part>`select * from collection_part where id = ${id} ${lock ? sql`for update` : sql``}`.execute(
        db,
      )
    : { rows: [] }
  const part = rows[0]
  if (!part) throw gone()
  const { rows: of } =
    await sql<Collection>`select *, due_on::text as due_on from collection where id = ${part.collection_id}`.execute(
      db,
    )
  const collection = of[0]
  if (!collection) throw gone()
  const mine = isAsked(actor, part, today)
  if (!(mine && part.withdrawn_at === null) && !makes(actor, collection.area, today)) throw gone()
  return { part, collection, mine }
}

/** The version the actor saw. @throws Problem `version-lost` */
export function requireVersion(c: { version: number }, version: number): void {
  if (c.version === version) return
  throw new Problem('version-lost', `这张表刚被别人改过（现为第 ${c.version} 版）。请刷新页面后重新提交。`, {
    yours: version,
    current: c.version,
  })
}

/** A collection by its id, for what is asked of its parts; who may is asked part by part. */
export async function visibleCollection(db: Db, id: string): Promise<Collection> {
  const { rows } = isUuid(id)
    ? await sql<Collection>`select *, due_on::text as due_on from collection where id = ${id}`.execute(db)
    : { rows: [] }
  if (!rows[0]) throw gone()
  return rows[0]
}
