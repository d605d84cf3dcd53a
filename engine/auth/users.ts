import { randomInt } from 'node:crypto'
import { type Actor, type Assignment, type Ground, inForceOn } from '../access/actor.ts'
import { rangeEnd } from '../access/scope.ts'
import { type Clock, shanghaiDate } from '../core/clock.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Db, sql } from '../store/db.ts'
import { unlock } from './guard.ts'
import type { SignIn } from './sign-in.ts'

export interface NewUser {
  username: string
  /** or the hash of one that was chosen before */
  password: string | { hash: string }
  name: string
  phone?: string
  /** area code the person works in */
  home: string
  /** path of the person's unit */
  unit?: string
  /** own enterprise of an enterprise officer */
  organisation?: string
  assignments: Assignment[]
  /** the password is for the first sign-in only */
  oneTime?: boolean
  demo?: boolean
}

/** A person as loaded for a request. */
export interface User {
  actor: Actor
  username: string
  mustChangePassword: boolean
  demo: boolean
}

interface UserRow {
  id: string
  username: string
  name: string
  home_area: string
  organisation: string | null
  must_change_password: boolean
  demo: boolean
  disabled_at: string | null
}

/** What sign-in asks of an account before the password is looked at. */
export interface SignInAccount {
  id: string
  name: string
  area: string
  /** the kept password hash: devices are known as long as it stands */
  stamp: string
  /** the password is a random one for the first sign-in: it cannot be guessed */
  oneTime: boolean
  /** counts of failures from before do not hold; empty when never unlocked */
  unlockedAt: string
}

/** Accounts `u` that speak for their one enterprise and for nothing else, and never did. */
export const onlyEnterprise = sql`(u.organisation is not null
  and not exists (select 1 from assignment x where x.user_id = u.id and (x.role <> 'enterprise-officer'
    or x.ground->>'organisation' is distinct from u.organisation::text))
  and not exists (select 1 from case_grant x where x.user_id = u.id))`

/** Accounts `u` in use that speak for an organisation. */
export const accountsOf = (organisation: unknown) =>
  sql`(u.organisation = ${organisation} and u.disabled_at is null and ${onlyEnterprise})`

/** Letters and digits that cannot be taken for one another. */
const LEGIBLE = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password for the first sign-in: 12 legible characters, 59 bits. */
export const oneTimePassword = (): string =>
  Array.from({ length: 12 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join('')

/** A change made by another process (the command line) is seen after this time at the latest. */
const TRUST_MS = 5_000

export function createUsers(db: Db, clock: Clock, auth: SignIn) {
  const known = new Map<string, { user: User; until: number; day: string }>()

  const inTransaction = <T>(within: Db | undefined, run: (tx: Db) => Promise<T>): Promise<T> =>
    within ? run(within) : db.transaction().execute((tx) => run(tx as Db))

  async function load(id: string, today: string): Promise<User | undefined> {
    const { rows } = await sql<UserRow>`select id, username, name, home_area, organisation,
        must_change_password, demo, disabled_at from app_user where id = ${id}`.execute(db)
    const row = rows[0]
    if (!row || row.disabled_at) return undefined
    const given = await sql<{ role: string; ground: Ground; from_on: string | null; to_on: string | null }>`
      select role, ground, from_on, to_on from assignment where user_id = ${id}`.execute(db)
    const grants = await sql<{
      role: string
      register: string
      record_id: string
      from_on: string
      to_on: string
      act: boolean
    }>`select role, register, record_id, from_on, to_on, act from case_grant where user_id = ${id}`.execute(
      db,
    )
    const assignments: Assignment[] = [
      ...given.rows.map((a) => ({
        role: a.role as Role,
        ground: a.ground,
        ...(a.from_on && { from: a.from_on }),
        ...(a.to_on && { to: a.to_on }),
      })),
      ...grants.rows.map((g) => ({
        role: g.role as Role,
        ground: {
          by: 'grant' as const,
          register: g.register,
          record: g.record_id,
          from: g.from_on,
          to: g.to_on,
          act: g.act,
        },
      })),
    ]
    return {
      actor: {
        id: row.id,
        name: row.name,
        kind: 'person',
        assignments: inForceOn(assignments, today),
        home: row.home_area,
        ...(row.organisation && { organisation: row.organisation }),
      },
      username: row.username,
      mustChangePassword: row.must_change_password,
      demo: row.demo,
    }
  }

  async function signInAccount(where: ReturnType<typeof sql>): Promise<SignInAccount | undefined> {
    const { rows } = await sql<SignInAccount>`select u.id, u.name, u.home_area as area,
        coalesce(a.password, '') as stamp, u.must_change_password as "oneTime",
        coalesce(u.unlocked_at::text, '') as "unlockedAt"
      from app_user u left join auth.account a on a."userId" = u.id and a."providerId" = 'credential'
      where ${where}`.execute(db)
    return rows[0]
  }

  const users = {
    /**
     * A person with the roles and grants in force today; undefined when unknown or disabled. Cached for a few
     * seconds, never over midnight.
     */
    async find(id: string): Promise<User | undefined> {
      const at = clock.now()
      const now = at.getTime()
      const day = shanghaiDate(at)
      const hit = known.get(id)
      if (hit && hit.until > now && hit.day === day) return hit.user
      const user = await load(id, day)
      if (known.size > 10_000) known.clear()
      if (user) known.set(id, { user, until: now + TRUST_MS, day })
      else known.delete(id)
      return user
    },

    /** Somebody who began something earlier, with the roles of today; undefined when the account was disabled since. */
    async today(actor: Actor): Promise<Actor | undefined> {
      const user = await users.find(actor.id)
      if (user) return user.actor
      const { rows } = await sql`select 1 from app_user where id = ${actor.id}`.execute(db)
      return rows.length ? undefined : actor
    },

    /** The account of a user name as typed, disabled or not; for the trace of attempts on it. */
    named: (username: string) => signInAccount(sql`u.username = ${username.trim().toLowerCase()}`),

    /** The same by id. */
    account: (id: string) => signInAccount(sql`u.id = ${id}`),

    /** Lets an account try again at once, on every device and network. */
    unlock: (id: string, within?: Db): Promise<void> =>
      inTransaction(within, (tx) => unlock(tx, id, clock.now())),

    /** Call after changing a person's roles, grants or state. */
    forget(id: string): void {
      known.delete(id)
    },

    /**
     * Makes a sign-in account and its officer in one transaction: the caller's, or one of its own.
     * @throws Problem `conflict` when the user name is taken
     */
    async create(input: NewUser, within?: Db): Promise<{ id: string }> {
      const username = input.username.toLowerCase()
      const isTaken = () =>
        new Problem('conflict', `用户名“${input.username}”已被使用，请换一个。`, { username })
      const taken = await sql`select 1 from app_user where username = ${username}`.execute(within ?? db)
      if (taken.rows.length) throw isTaken()
      const { password } = await auth.$context
      const hash =
        typeof input.password === 'string' ? await password.hash(input.password) : input.password.hash
      const id = newId()
      const now = clock.now()
      await inTransaction(within, async (tx) => {
        await sql`insert into auth."user" (id, name, email, "emailVerified", username, "displayUsername",
            "createdAt", "updatedAt")
          values (${id}, ${input.name}, ${`${id}@users.invalid`}, true, ${username}, ${input.username},
            ${now}, ${now})`.execute(tx)
        await sql`insert into auth.account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
          values (${newId()}, ${id}, 'credential', ${id}, ${hash}, ${now}, ${now})`.execute(tx)
        await sql`insert into app_user (id, username, name, phone, home_area, unit, organisation,
            must_change_password, demo, created_at)
          values (${id}, ${username}, ${input.name}, ${input.phone ?? null}, ${input.home}, ${input.unit ?? null},
            ${input.organisation ?? null}, ${input.oneTime ?? false}, ${input.demo ?? false}, ${now})`.execute(
          tx,
        )
        for (const a of input.assignments)
          await sql`insert into assignment (id, user_id, role, ground, from_on, to_on, created_at)
            values (${newId()}, ${id}, ${a.role}, ${JSON.stringify(a.ground)}, ${a.from ?? null}, ${a.to ?? null},
              ${now})`.execute(tx)
      }).catch((e: { code?: string }) => {
        // another request was first with the name
        throw e.code === '23505' ? isTaken() : e
      })
      return { id }
    },

    /** Gives a person one more role on a ground. @returns id of the assignment */
    async assign(id: string, a: Assignment, within?: Db): Promise<string> {
      const assignment = newId()
      await sql`insert into assignment (id, user_id, role, ground, from_on, to_on, created_at)
        values (${assignment}, ${id}, ${a.role}, ${JSON.stringify(a.ground)}, ${a.from ?? null}, ${a.to ?? null},
          ${clock.now()})`.execute(within ?? db)
      users.forget(id)
      return assignment
    },

    /** Sets the last day of a role or a grant; it stays in the books. */
    async end(kind: 'assignment' | 'grant', id: string, lastDay: string, within?: Db): Promise<void> {
      const table = sql.raw(kind === 'grant' ? 'case_grant' : 'assignment')
      const { rows } = await sql<{ user: string }>`update ${table} set to_on = ${lastDay} where id = ${id}
        returning user_id as "user"`.execute(within ?? db)
      if (rows[0]) users.forget(rows[0].user)
    },

    /** Gives access to one record for a time (joint visits, hand-overs). @returns id of the grant */
    async grant(
      input: {
        user: string
        role: Role
        register: string
        record: string
        from: string
        to: string
        act: boolean
        reason?: string
        by?: string
      },
      within?: Db,
    ): Promise<string> {
      const id = newId()
      await sql`insert into case_grant (id, user_id, role, register, record_id, from_on, to_on, act, reason,
          granted_by, created_at)
        values (${id}, ${input.user}, ${input.role}, ${input.register}, ${input.record}, ${input.from},
          ${input.to}, ${input.act}, ${input.reason ?? null}, ${input.by ?? null}, ${clock.now()})`.execute(
        within ?? db,
      )
      users.forget(input.user)
      return id
    },

    /** Accounts in use that speak for an enterprise. */
    async ofFirm(
      organisation: string,
      within?: Db,
    ): Promise<{ id: string; name: string; username: string; area: string }[]> {
      const { rows } = await sql<{
        id: string
        name: string
        username: string
        area: string
      }>`select u.id, u.name,
          u.username, u.home_area as area
        from app_user u where ${accountsOf(organisation)}
        order by u.created_at`.execute(within ?? db)
      return rows
    },

    /** Ends every session and refuses the next sign-in; what the person did stays. */
    async disable(id: string, within?: Db): Promise<void> {
      await inTransaction(within, async (tx) => {
        await sql`update app_user set disabled_at = ${clock.now()} where id = ${id}`.execute(tx)
        await sql`delete from auth.session where "userId" = ${id}`.execute(tx)
      })
      users.forget(id)
    },

    /** Lets a disabled person sign in again, with the password and roles of before. */
    async enable(id: string, within?: Db): Promise<void> {
      await sql`update app_user set disabled_at = null where id = ${id}`.execute(within ?? db)
      users.forget(id)
    },

    /** The chosen password replaces the one-time one. */
    async passwordChanged(id: string): Promise<void> {
      await sql`update app_user set must_change_password = false where id = ${id}`.execute(db)
      users.forget(id)
    },

    /** Sets a one-time password and unlocks the account; for administrators and the command line. */
    async resetPassword(id: string, within?: Db): Promise<string> {
      const password = oneTimePassword()
      const context = await auth.$context
      const hash = await context.password.hash(password)
      const now = clock.now()
      await inTransaction(within, async (tx) => {
        await sql`update auth.account set password = ${hash}, "updatedAt" = ${now}
          where "userId" = ${id} and "providerId" = 'credential'`.execute(tx)
        await sql`update app_user set must_change_password = true where id = ${id}`.execute(tx)
        await sql`delete from auth.session where "userId" = ${id}`.execute(tx)
        await unlock(tx, id, now)
      })
      users.forget(id)
      return password
    },

    /** Officers (not enterprise people) whose home lies within one of the areas; for pickers. */
    async officers(
      areas: string[],
    ): Promise<{ id: string; name: string; roles: Role[]; area: string; unit: string | null }[]> {
      if (areas.length === 0) return []
      const within = areas.map((a) =>
        a === '' ? sql`true` : sql`(u.home_area >= ${a} and u.home_area < ${rangeEnd(a)})`,
      )
      const { rows } = await sql<{
        id: string
        name: string
        roles: Role[]
        area: string
        unit: string | null
      }>`select u.id, u.name, u.home_area as area, u.unit,
          array(select distinct a.role from assignment a where a.user_id = u.id order by 1) as roles
        from app_user u
        where u.disabled_at is null and u.organisation is null and (${sql.join(within, sql` or `)})
        order by u.home_area, u.name limit 2000`.execute(db)
      return rows
    },
  }
  return users
}

export type Users = ReturnType<typeof createUsers>

/** Areas an actor's area and sector grounds name: what pickers and roll-ups may start from. */
export const areasOf = (actor: Actor): string[] => [
  ...new Set(
    actor.assignments.flatMap((a) =>
      a.ground.by === 'area' || a.ground.by === 'sector' ? [a.ground.area] : [],
    ),
  ),
]
