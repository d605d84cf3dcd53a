import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { personRoles } from '../../access/roles.ts'
import { oneTimePassword } from '../../auth/users.ts'
import type { Role } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { journal } from '../../journal/write.ts'
import { type Db, sql } from '../../store/db.ts'
import { openDoor } from '../../store/door.ts'
import type { WriteMeta } from '../../store/types.ts'
import { within } from '../area-right.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode, idParams } from './parameters.ts'

const newPerson = z.object({
  username: z.string().trim().min(2).max(40),
  name: z.string().trim().min(1, '请填写姓名。').max(40),
  phone: z.string().max(30).optional(),
  role: z.enum(personRoles as [Role, ...Role[]]),
  area: areaCode.describe('管辖的地区；企业人员填企业所在地'),
  organisation: z.uuid().optional().describe('企业人员所在的企业'),
})

interface Person {
  name: string
  username: string
  area: string
}

/** A county's administrator makes, resets and stops the accounts of the county. */
export function peopleRoutes(s: Services): Route[] {
  const common = { tag: '人员', who: 'person' as const, roles: ['county-admin' as const], write: true }
  const password = object({ id: uuid, username: text, oneTimePassword: text })

  const governed = async (actor: Actor, id: string): Promise<Person> => {
    const { rows } = await sql<Person>`select name, username, home_area as area from app_user
      where id = ${id}`.execute(s.db)
    if (!rows[0] || !within(actor, rows[0].area, ['county-admin']))
      throw new Problem('not-found', '没有找到这个人员，或者不在您的管辖范围内。')
    return rows[0]
  }

  /** An account reaches an enterprise's file only when who makes it may see that enterprise. */
  const checkOrganisation = async (actor: Actor, role: Role, organisation: string | undefined) => {
    const complain = (message: string, short: string): never => {
      throw new Problem('bad-input', message, { complaints: [{ path: 'organisation', message: short }] })
    }
    if (role !== 'enterprise-officer')
      return (
        organisation && complain('只有企业人员的账号才填所在的企业，请去掉企业或改选角色。', '请去掉企业')
      )
    if (!organisation) return complain('企业人员须选择所在的企业。', '请选择企业')
    const found = await openDoor(s, actor)
      .get('enterprise', organisation)
      .catch((e: unknown) => {
        if (e instanceof Problem && e.code === 'not-found') return undefined
        throw e
      })
    if (!found || found.archivedAt)
      throw new Problem(
        'forbidden',
        '没有找到这家企业，或者它不在您的管辖范围内、已经移除，不能为它建账号。请重新选择企业。',
        { complaints: [{ path: 'organisation', message: '请重新选择企业' }] },
      )
  }

  interface Trace {
    actor: Actor
    now: Date
    meta: WriteMeta
    what: string
  }
  const note = (tx: Db, t: Trace, recordId: string, person: { name: string; area: string }) =>
    journal(tx, {
      actor: t.actor,
      now: t.now,
      register: 'user',
      recordId,
      title: person.name,
      what: t.what,
      area: person.area,
      idempotencyKey: t.meta.idempotencyKey,
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
      ...common,
      method: 'POST',
      path: '/api/users',
      summary: '新建账号；一次性密码只显示这一次，首次登录须修改',
      body: newPerson,
      record: { register: 'user', what: 'create' },
      responses: { 201: { description: '账号', schema: password } },
      handler: async ({ actor, body, meta, now }) => {
        if (!within(actor, body.area, ['county-admin']))
          throw new Problem('forbidden', '只能为自己管辖的地区新建账号。')
        const { role, area, organisation } = body
        await checkOrganisation(actor, role, organisation)
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
              ...(organisation && { organisation }),
              assignments: [
                { role, ground: organisation ? { by: 'organisation', organisation } : { by: 'area', area } },
              ],
              oneTime: true,
            },
            tx,
          )
          await note(tx, trace, id, { name: body.name, area })
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
      handler: async ({ actor, params, meta, now }) => {
        const person = await governed(actor, params.id)
        const trace = { actor, now, meta, what: 'reset-password' }
        const answer = await giveOneTime(trace, { resetPassword: params.id }, async (tx) => {
          const password = await s.auth.users.resetPassword(params.id, tx)
          await note(tx, trace, params.id, person)
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
      handler: async ({ actor, params, meta, now }) => {
        if (params.id === actor.id)
          throw new Problem('bad-input', '不能停用自己的账号，请由另一位管理员操作。')
        const person = await governed(actor, params.id)
        const done = await once(s.db, actor, meta, now, { disable: params.id }, async (tx) => {
          await s.auth.users.disable(params.id, tx)
          await note(tx, { actor, now, meta, what: 'archive' }, params.id, person)
          return { id: params.id }
        })
        s.auth.sessions.forget(params.id)
        return done
      },
    }),
  ]
}
