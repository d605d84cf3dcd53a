import { z } from 'zod'
import { personRoles } from '../../access/roles.ts'
import { USERNAME } from '../../auth/sign-in.ts'
import { oneTimePassword } from '../../auth/users.ts'
import type { Role } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import type { Db } from '../../store/db.ts'
import { governed, keepersOf, noteOf, requireNothingAbove, type Trace } from '../governed.ts'
import { groundInput, readGround } from '../grounds.ts'
import { once } from '../once.ts'
import { listPeople } from '../people-list.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, nullable, object, text, time, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { duty } from './duties.ts'
import { idParams } from './parameters.ts'

/** As sign-in takes it: an account of another name could never be used. */
export const userName = z
  .string()
  .trim()
  .min(2, '用户名至少两个字符。')
  .max(40)
  .regex(USERNAME, '用户名只能用文字、字母、数字和 _ . @ -，不能有空格。')

const newPerson = z.object({
  username: userName,
  name: z.string().trim().min(1, '请填写姓名。').max(40),
  phone: z.string().max(30).optional(),
  role: z.enum(personRoles as [Role, ...Role[]]),
  ...groundInput,
})

/**
 * A county's administrator sees, makes, resets and stops the accounts of the county; a town's officer those of the
 * enterprises of the town.
 */
export function peopleRoutes(s: Services): Route[] {
  const admin = { tag: '人员', who: 'person' as const, roles: keepersOf('enterprise-officer') }
  const common = { ...admin, write: true }
  const password = object({ id: uuid, username: text, oneTimePassword: text })
  const person = object({
    id: uuid,
    username: text,
    name: text,
    phone: nullable(text),
    area: text,
    areaName: text,
    organisation: nullable(object({ id: uuid, title: text })),
    state: { enum: ['active', 'disabled', 'must-change', 'locked'] },
    lastSignIn: nullable(time),
    duties: listOf(duty),
    grants: listOf(duty),
  })

  /**
   * Once per idempotency key, with its journal entry. The password is never kept with the stored answer, so a
   * replay cannot show it again.
   */
  async function giveOneTime(
    t: Trace,
    request: unknown,
    run: (tx: Db) => Promise<{ id: string; username: string; password: string }>,
  ): Promise<{ id: string; username: string; oneTimePassword: string }> {
    let password: string | undefined
    const kept = await once(s.db, t.actor, t.meta, t.now, request, async (tx) => {
      const { password: given, ...rest } = await run(tx)
      password = given
      return rest
    })
    if (!password)
      throw new Problem(
        'conflict',
        '这次操作已经办好，一次性密码只显示一次，不再重复显示。没有记下的，请再点一次“重设密码”，得到新的一次性密码。',
        { id: kept.id, username: kept.username },
      )
    return { ...kept, oneTimePassword: password }
  }

  return [
    route({
      ...admin,
      method: 'GET',
      path: '/api/people',
      summary:
        '本辖区的账号：职责和范围、状态、最近登录；乡镇监管人员只见本乡镇企业的账号；最多 200 个，请用姓名或用户名查找',
      query: z.object({ q: z.string().max(100).optional().describe('姓名或用户名里的字') }),
      responses: {
        200: { description: '账号', schema: object({ people: listOf(person), total: integer }) },
      },
      handler: ({ actor, query, today, now }) => listPeople(s, actor, { q: query.q, today, now }),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/users',
      summary: '新建账号；一次性密码只显示这一次，首次登录须修改',
      body: newPerson,
      record: { register: 'user', what: 'create' },
      responses: { 201: { description: '账号', schema: password } },
      handler: async ({ actor, body, meta, now, today }) => {
        const { role, organisation } = body
        const { ground, area } = await readGround(s, actor, role, body, today)
        const trace = { actor, now, meta, what: 'create' }
        const made = await giveOneTime(trace, { user: body }, async (tx) => {
          const password = oneTimePassword()
          const { id } = await s.auth.users.create(
            {
              username: body.username,
              password,
              name: body.name,
              ...(body.phone && { phone: body.phone }),
              home: area,
              ...(ground.by === 'unit' && { unit: ground.unit }),
              ...(organisation && { organisation }),
              assignments: [{ role, ground }],
              oneTime: true,
            },
            tx,
          )
          await noteOf(tx, trace, id, { name: body.name, area })
          return { id, username: body.username, password }
        })
        return new Answer(201, made)
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/users/:id/reset-password',
      summary: '重设为一次性密码并解除锁定',
      params: idParams,
      record: { register: 'user', what: 'update' },
      responses: { 200: { description: '一次性密码', schema: password } },
      handler: async ({ actor, params, meta, now, today }) => {
        const person = await governed(s, actor, params.id, 'county or town')
        await requireNothingAbove(s, actor, params.id, today)
        const trace = { actor, now, meta, what: 'reset-password' }
        const answer = await giveOneTime(trace, { resetPassword: params.id }, async (tx) => {
          const password = await s.auth.users.resetPassword(params.id, tx)
          await noteOf(tx, trace, params.id, person)
          return { id: params.id, username: person.username, password }
        })
        // once more after the commit, for what was read in between
        s.auth.sessions.forget(params.id)
        return answer
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/users/:id/disable',
      summary: '停用账号，立即退出所有登录',
      params: idParams,
      record: { register: 'user', what: 'archive' },
      responses: { 200: { description: '已停用', schema: object({ id: uuid }) } },
      handler: async ({ actor, params, meta, now, today }) => {
        if (params.id === actor.id)
          throw new Problem('bad-input', '不能停用自己的账号，请由另一位管理员操作。')
        const person = await governed(s, actor, params.id, 'county or town')
        await requireNothingAbove(s, actor, params.id, today, 'stop or use')
        const done = await once(s.db, actor, meta, now, { disable: params.id }, async (tx) => {
          await s.auth.users.disable(params.id, tx)
          await noteOf(tx, { actor, now, meta, what: 'archive' }, params.id, person)
          return { id: params.id }
        })
        s.auth.sessions.forget(params.id)
        return done
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/users/:id/enable',
      summary: '重新启用停用的账号；密码和职责照旧',
      params: idParams,
      record: { register: 'user', what: 'restore' },
      responses: { 200: { description: '已启用', schema: object({ id: uuid }) } },
      handler: async ({ actor, params, meta, now, today }) => {
        const person = await governed(s, actor, params.id, 'county or town')
        await requireNothingAbove(s, actor, params.id, today, 'stop or use')
        const done = await once(s.db, actor, meta, now, { enable: params.id }, async (tx) => {
          await s.auth.users.enable(params.id, tx)
          await noteOf(tx, { actor, now, meta, what: 'restore' }, params.id, person)
          return { id: params.id }
        })
        s.auth.sessions.forget(params.id)
        return done
      },
    }),
  ]
}
