import type { Actor, Ground } from '../access/actor.ts'
import { accountAdmins } from '../access/roles.ts'
import { rangeEnd } from '../access/scope.ts'
import { onlyEnterprise } from '../auth/users.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { roleLabel } from '../core/roles.ts'
import { titleOf } from '../journal/write.ts'
import { sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import { areasAs } from './governed.ts'
import { sectorsOf } from './grounds.ts'
import type { Services } from './services.ts'

/** `planned` begins later, `over` has ended; both have no effect today. */
export type DutyState = 'now' | 'planned' | 'over'

export interface Duty {
  id: string
  role: Role
  roleLabel: string
  ground: Ground
  /** the ground in words: 南村镇; 冶金，泽州县 */
  words: string
  from: string | null
  to: string | null
  state: DutyState
}

export interface ListedPerson {
  id: string
  username: string
  name: string
  phone: string | null
  area: string
  areaName: string
  organisation: { id: string; title: string } | null
  state: 'active' | 'disabled' | 'must-change' | 'locked'
  lastSignIn: string | null
  duties: Duty[]
  /** access to single cases, today or later */
  grants: Duty[]
}

interface Found {
  id: string
  username: string
  name: string
  phone: string | null
  area: string
  organisation: string | null
  must_change_password: boolean
  disabled_at: string | null
  locked: boolean
  last: string | null
}

const MOST = 200

const stateOf = (from: string | null, to: string | null, today: string): DutyState =>
  to && to < today ? 'over' : from && from > today ? 'planned' : 'now'

const likeText = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Says grounds in words; asks for what it names once. */
export async function wordsFor(s: Services, actor: Actor, grounds: Ground[]) {
  const areas = new Set<string>()
  const units = new Set<string>()
  const firms = new Set<string>()
  for (const g of grounds) {
    if (g.by === 'area' || g.by === 'sector') areas.add(g.area)
    if (g.by === 'unit') units.add(g.unit)
    if (g.by === 'organisation') firms.add(g.organisation)
  }
  const names = new Map<string, string>()
  const read = async (query: ReturnType<typeof sql<{ key: string; name: string }>>) => {
    for (const r of (await query.execute(s.db)).rows) names.set(r.key, r.name)
  }
  if (areas.size) await read(sql`select code as key, name from area where code = any(${[...areas]}::text[])`)
  if (units.size) await read(sql`select path as key, name from unit where path = any(${[...units]}::text[])`)
  if (firms.size) {
    const def = s.catalogue.record('enterprise')
    await read(sql`select id::text as key, ${sql.id(columnOf(def.title))} as name
      from ${sql.id(tableOf(def.name))} where id = any(${[...firms]}::uuid[])`)
  }
  const cases = new Map<string, string>()
  for (const g of grounds)
    if (g.by === 'grant' && !cases.has(g.record)) cases.set(g.record, await titleOfCase(s, actor, g))
  const sectors = new Map(sectorsOf(s).map((o) => [o.value, o.label]))
  const name = (key: string) => names.get(key) ?? key
  return (g: Ground): string => {
    switch (g.by) {
      case 'area':
        return name(g.area)
      case 'unit':
        return `${name(g.unit)}及其下级`
      case 'sector':
        return `${sectors.get(g.sector) ?? g.sector}，${name(g.area)}`
      case 'organisation':
        return name(g.organisation)
      case 'grant':
        return `${cases.get(g.record)}（${g.act ? '可办理' : '只看'}）`
    }
  }
}

/** A case by its name, as far as the administrator may read it. */
async function titleOfCase(
  s: Services,
  actor: Actor,
  g: { register: string; record: string },
): Promise<string> {
  const def = s.catalogue.findRecord(g.register)
  if (!def) return '已经没有的台账'
  const row = await openDoor(s, actor)
    .get(g.register, g.record)
    .catch((e: unknown) => {
      if (e instanceof Problem) return undefined
      throw e
    })
  return row ? `${def.label}“${titleOf(def, row) || '未命名'}”` : `一件看不到的${def.label}`
}

const inArea = (column: ReturnType<typeof sql>, area: string) =>
  area === '' ? sql`true` : sql`(${column} >= ${area} and ${column} < ${rangeEnd(area)})`

/** What an actor looks after: a county's administrator all of its people, a town's officer those of its enterprises. */
function keptBy(s: Services, actor: Actor) {
  const kept = accountAdmins.flatMap((role) => areasAs(actor, role)).map((a) => inArea(sql`u.home_area`, a))
  if (s.catalogue.findRecord('enterprise'))
    for (const area of areasAs(actor, 'town-officer'))
      kept.push(sql`(${onlyEnterprise} and u.organisation in (select e.id
        from ${sql.id(tableOf('enterprise'))} e where ${inArea(sql`e.area`, area)}))`)
  return kept.length ? sql.join(kept, sql` or `) : undefined
}

/**
 * Accounts the actor looks after, by area and name, with the number of all.
 * @param query.q part of a name or user name
 * @param query.limit how many at most; 200 when not given
 */
export async function listPeople(
  s: Services,
  actor: Actor,
  query: { q?: string | undefined; today: string; now: Date; limit?: number },
): Promise<{ people: ListedPerson[]; total: number }> {
  const mine = keptBy(s, actor)
  if (!mine) return { people: [], total: 0 }
  const text = query.q?.trim()
  const sought = text
    ? sql`and (u.name ilike ${likeText(text)} or u.username ilike ${likeText(text)})`
    : sql``
  const { rows } = await sql<Found & { total: string }>`
    select u.id, u.username, u.name, u.phone, u.home_area as area, u.organisation, u.must_change_password,
      u.disabled_at, exists (select 1 from auth.signin_try t where t.user_id = u.id
        and t.wait_until > ${query.now}) as locked, count(*) over () as total,
      (select j.at from journal j where j.record_id = u.id and j.register = 'sign-in' and j.what = 'sign-in'
        order by j.id desc limit 1) as last
    from app_user u
    where (${mine}) ${sought}
    order by u.home_area, u.name, u.id limit ${query.limit ?? MOST}`.execute(s.db)
  const ids = rows.map((r) => r.id)
  const given = await sql<{
    id: string
    user: string
    role: Role
    ground: Ground
    from: string | null
    to: string | null
  }>`select id, user_id as "user", role, ground, from_on as "from", to_on as "to" from assignment
    where user_id = any(${ids}::uuid[]) order by created_at, id`.execute(s.db)
  const grants = await sql<{
    id: string
    user: string
    role: Role
    register: string
    record: string
    from: string
    to: string
    act: boolean
  }>`select id, user_id as "user", role, register, record_id as record, from_on as "from", to_on as "to", act
    from case_grant where user_id = any(${ids}::uuid[]) and to_on >= ${query.today}
    order by from_on, id`.execute(s.db)
  const lent = grants.rows.map(({ register, record, act, ...g }) => ({
    ...g,
    ground: { by: 'grant' as const, register, record, from: g.from, to: g.to, act },
  }))
  const homes = rows.map((r): Ground => ({ by: 'area', area: r.area }))
  const firms = rows.flatMap((r): Ground[] =>
    r.organisation ? [{ by: 'organisation', organisation: r.organisation }] : [],
  )
  const words = await wordsFor(s, actor, [
    ...homes,
    ...firms,
    ...given.rows.map((a) => a.ground),
    ...lent.map((g) => g.ground),
  ])
  const show = ({ user: _, ...d }: (typeof given.rows)[number]): Duty => ({
    ...d,
    roleLabel: roleLabel(d.role),
    words: words(d.ground),
    state: stateOf(d.from, d.to, query.today),
  })
  const people = rows.map(
    (r): ListedPerson => ({
      id: r.id,
      username: r.username,
      name: r.name,
      phone: r.phone,
      area: r.area,
      areaName: words({ by: 'area', area: r.area }),
      organisation: r.organisation
        ? { id: r.organisation, title: words({ by: 'organisation', organisation: r.organisation }) }
        : null,
      state: r.disabled_at
        ? 'disabled'
        : r.locked
          ? 'locked'
          : r.must_change_password
            ? 'must-change'
            : 'active',
      lastSignIn: r.last,
      duties: given.rows.filter((a) => a.user === r.id).map(show),
      grants: lent.filter((g) => g.user === r.id).map(show),
    }),
  )
  return { people, total: Number(rows[0]?.total ?? 0) }
}
