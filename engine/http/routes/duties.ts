import { z } from 'zod'
import { type Actor, type Ground, inForceOn } from '../../access/actor.ts'
import { accountAdmins, personRoles } from '../../access/roles.ts'
import { addDays } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { Role } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { roleLabel } from '../../core/roles.ts'
import { sql } from '../../store/db.ts'
import { openDoor } from '../../store/door.ts'
import { type Governed, givable, governed, noteOf } from '../governed.ts'
import { complain, groundInput, readGround } from '../grounds.ts'
import { once } from '../once.ts'
import { wordsFor } from '../people-list.ts'
import { Answer, type Route, route } from '../route.ts'
import { date, nullable, object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { calendarDate, idParams } from './parameters.ts'

/** A role on a ground, or access to one case, as listed. */
export const duty = object({
  id: uuid,
  role: text,
  roleLabel: text,
  ground: { type: 'object' },
  words: text,
  from: nullable(date),
  to: nullable(date),
  state: { enum: ['now', 'planned', 'over'] },
})

const newDuty = z.object({
  role: z.enum(personRoles as [Role, ...Role[]]),
  ...groundInput,
  from: calendarDate.nullish().describe('第一天；不填从今天起'),
  to: calendarDate.nullish().describe('最后一天；不填不到期'),
})
const newGrant = z.object({
  register: z.string().max(80).describe('台账或闭环的名称，例如 hazard'),
  record: z.uuid().describe('那一件记录'),
  from: calendarDate.optional().describe('第一天；不填从今天起'),
  to: calendarDate.describe('最后一天'),
  act: z.boolean().default(false).describe('true 可以办理，false 只能看'),
  reason: z.string().trim().max(200).optional(),
})
const lastDay = z.object({ to: calendarDate.optional().describe('最后一天；不填为立即结束') })
const dutyParams = idParams.extend({ duty: z.uuid() })

/** Roles that a grant lends on one case: those of officers who work on cases. */
const lendable: Role[] = ['county-officer', 'town-officer']

interface Held {
  id: string
  role: Role
  ground: Ground
  from: string | null
  to: string | null
}

/** Roles and grants of people who have an account already; given and ended by the county's administrator. */
export function dutyRoutes(s: Services): Route[] {
  const common = {
    tag: '人员',
    who: 'person' as const,
    roles: accountAdmins,
    write: true,
    record: { register: 'user', what: 'update' },
  }
  const made = (what: string) => ({ 201: { description: what, schema: object({ id: uuid }) } })
  const ended = { 200: { description: '已结束', schema: object({ id: uuid, to: date }) } }

  /** Nobody widens the own rights: another administrator does. */
  const another = async (actor: Actor, id: string): Promise<Governed> => {
    if (id === actor.id) throw new Problem('bad-input', '不能改自己的职责和授权，请由另一位管理员办理。')
    return governed(s, actor, id)
  }

  const checkSpan = (from: string | null | undefined, to: string | null | undefined, today: string) => {
    if (to && to < today) complain('to', '最后一天已经过去，请改成今天或以后。', '应为今天或以后')
    if (from && to && to < from) complain('to', '最后一天早于第一天，请改正。', '早于第一天')
  }

  const spoken = async (actor: Actor, role: Role, ground: Ground): Promise<Json> =>
    `${roleLabel(role)}（${(await wordsFor(s, actor, [ground]))(ground)}）`
  const spanOf = (from: string | null | undefined, to: string | null | undefined) =>
    `${from ?? '即日'}起，${to ? `至 ${to}` : '不到期'}`

  const heldOf = async (kind: 'assignment' | 'grant', user: string, id: string): Promise<Held> => {
    const query =
      kind === 'assignment'
        ? sql<Held>`select id, role, ground, from_on as "from", to_on as "to" from assignment
            where id = ${id} and user_id = ${user}`
        : sql<Held>`select id, role, from_on as "from", to_on as "to", jsonb_build_object('by', 'grant',
              'register', register, 'record', record_id, 'from', from_on, 'to', to_on, 'act', act) as ground
            from case_grant where id = ${id} and user_id = ${user}`
    const { rows } = await query.execute(s.db)
    if (!rows[0]) throw new Problem('not-found', '没有找到这项职责或授权，请刷新后再试。')
    return rows[0]
  }

  /** What a higher level gave to somebody of the county is ended by the higher level. */
  const requireOwn = (actor: Actor, held: Held) => {
    if (!givable(actor, held.role, held.ground))
      throw new Problem('forbidden', '这项职责由上级管理员给出，县里不能结束，请联系上级。')
  }

  const endRoute = (kind: 'assignment' | 'grant', path: string, summary: string): Route =>
    route({
      ...common,
      method: 'POST',
      path,
      summary,
      params: dutyParams,
      body: lastDay,
      responses: ended,
      handler: async ({ actor, params, body, meta, now, today }) => {
        const person = await another(actor, params.id)
        const held = await heldOf(kind, params.id, params.duty)
        requireOwn(actor, held)
        checkSpan(undefined, body.to, today)
        const to = body.to ?? addDays(today, -1)
        const words = await spoken(actor, held.role, held.ground)
        const request = { end: kind, duty: params.duty, to: body.to ?? null }
        const done = await once(s.db, actor, meta, now, request, async (tx) => {
          // asked within, so that a retry of what was done gets the answer it had
          if (held.to && held.to < today)
            throw new Problem('conflict', `这项职责或授权已经在 ${held.to} 结束，不用再办。`)
          await s.auth.users.end(kind, params.duty, to, tx)
          const what = kind === 'grant' ? 'end-grant' : 'end-role'
          const changes = [
            { field: 'duty', label: '职责', before: words, after: words },
            { field: 'to', label: '最后一天', before: held.to, after: to },
          ]
          await noteOf(tx, { actor, now, meta, what, changes }, params.id, person)
          return { id: params.duty, to }
        })
        s.auth.sessions.forget(params.id)
        return done
      },
    })

  return [
    route({
      ...common,
      method: 'POST',
      path: '/api/users/:id/assignments',
      summary: '给已有的账号增加一项职责（角色、范围、起止日期）',
      params: idParams,
      body: newDuty,
      responses: made('职责'),
      handler: async ({ actor, params, body, meta, now, today }) => {
        const person = await another(actor, params.id)
        // two hats on one head: who supervises does not speak for a firm
        if ((body.role === 'enterprise-officer') !== (person.organisation !== null))
          complain(
            'role',
            person.organisation
              ? '企业人员的账号只能有企业的职责；监管职责请另建账号。'
              : '监管人员的账号不能兼企业的职责；企业人员请另建账号。',
            '请另建账号',
          )
        const { ground } = await readGround(s, actor, body.role, body, today)
        if (ground.by === 'organisation' && ground.organisation !== person.organisation)
          complain('organisation', '这个账号属于另一家企业，请为这家企业另建账号。', '请另建账号')
        checkSpan(body.from, body.to, today)
        const words = await spoken(actor, body.role, ground)
        const request = { addRole: params.id, body }
        const done = await once(s.db, actor, meta, now, request, async (tx) => {
          const id = await s.auth.users.assign(
            params.id,
            {
              role: body.role,
              ground,
              ...(body.from && { from: body.from }),
              ...(body.to && { to: body.to }),
            },
            tx,
          )
          const changes = [
            { field: 'duty', label: '职责', before: null, after: words },
            { field: 'span', label: '起止', before: null, after: spanOf(body.from, body.to) },
          ]
          await noteOf(tx, { actor, now, meta, what: 'add-role', changes }, params.id, person)
          return { id }
        })
        s.auth.sessions.forget(params.id)
        return new Answer(201, done)
      },
    }),
    endRoute('assignment', '/api/users/:id/assignments/:duty/end', '结束一项职责'),
    route({
      ...common,
      method: 'POST',
      path: '/api/users/:id/grants',
      summary: '单件授权：在一段日子里看或办一件记录（联合检查、交接），角色照本人原有的',
      params: idParams,
      body: newGrant,
      responses: made('授权'),
      handler: async ({ actor, params, body, meta, now, today }) => {
        const person = await another(actor, params.id)
        const def = s.catalogue.findRecord(body.register)
        if (!def) return complain('register', `没有“${body.register}”这个台账，请重新选择。`, '请重新选择')
        const from = body.from ?? today
        checkSpan(from, body.to, today)
        // lends reach, never a role: what the person's own role may not see (tip-offs) stays unseen
        const user = await s.auth.users.find(params.id)
        const own = inForceOn(user?.actor.assignments ?? [], today).flatMap((a) =>
          a.ground.by === 'grant' ? [] : [a.role],
        )
        const role = lendable.find((r) => own.includes(r) && def.rights[r])
        if (!role)
          throw new Problem(
            'forbidden',
            `单件授权只给有权办${def.label}的县局或乡镇监管人员，这个人没有这样的职责，或者账号已停用。`,
          )
        await openDoor(s, actor).get(body.register, body.record)
        const { register, record, to, act } = body
        const ground: Ground = { by: 'grant', register, record, from, to, act }
        const words = await spoken(actor, role, ground)
        const done = await once(s.db, actor, meta, now, { grant: params.id, body }, async (tx) => {
          const id = await s.auth.users.grant(
            {
              user: params.id,
              role,
              register,
              record,
              from,
              to,
              act,
              by: actor.id,
              ...(body.reason && { reason: body.reason }),
            },
            tx,
          )
          const changes = [
            { field: 'duty', label: '授权', before: null, after: words },
            { field: 'span', label: '起止', before: null, after: spanOf(from, to) },
          ]
          const trace = { actor, now, meta, what: 'add-grant', changes, reason: body.reason }
          await noteOf(tx, trace, params.id, person)
          return { id }
        })
        s.auth.sessions.forget(params.id)
        return new Answer(201, done)
      },
    }),
    endRoute('grant', '/api/users/:id/grants/:duty/end', '结束一项单件授权'),
  ]
}
