import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { personRoles } from '../../access/labels.ts'
import { oneTimePassword } from '../../auth/users.ts'
import type { Role } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { journal } from '../../journal/write.ts'
import { sql } from '../../store/db.ts'
import { within } from '../area-right.ts'
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

/** A county's administrator makes, resets and stops the accounts of the county. */
export function peopleRoutes(s: Services): Route[] {
  const common = { tag: '人员', who: 'person' as const, roles: ['county-admin' as const], write: true }
  const password = object({ id: uuid, username: text, oneTimePassword: text })

  const governed = async (actor: Actor, id: string): Promise<{ name: string; area: string }> => {
    const { rows } = await sql<{ name: string; area: string }>`select name, home_area as area from app_user
      where id = ${id}`.execute(s.db)
    if (!rows[0] || !within(actor, rows[0].area, ['county-admin']))
      throw new Problem('not-found', '没有找到这个人员，或者不在您的管辖范围内。')
    return rows[0]
  }
  const note = (actor: Actor, now: Date, id: string, title: string, what: string, area: string) =>
    s.db
      .transaction()
      .execute((tx) => journal(tx, { actor, now, register: 'user', recordId: id, title, what, area }))

  return [
    route({
      ...common,
      method: 'POST',
      path: '/api/users',
      summary: '新建账号；一次性密码只显示这一次，首次登录须修改',
      body: newPerson,
      record: { register: 'user', what: 'create' },
      responses: { 201: { description: '账号', schema: password } },
      handler: async ({ actor, body, now }) => {
        if (!within(actor, body.area, ['county-admin']))
          throw new Problem('forbidden', '只能为自己管辖的地区新建账号。')
        const { role, area, organisation } = body
        if (role === 'enterprise-officer' && !organisation)
          throw new Problem('bad-input', '企业人员须选择所在的企业。', {
            complaints: [{ path: 'organisation', message: '请选择企业' }],
          })
        const oneTime = oneTimePassword()
        const { id } = await s.auth.users.create({
          username: body.username,
          password: oneTime,
          name: body.name,
          ...(body.phone && { phone: body.phone }),
          home: area,
          ...(organisation && { organisation }),
          assignments: [
            { role, ground: organisation ? { by: 'organisation', organisation } : { by: 'area', area } },
          ],
          oneTime: true,
        })
        await note(actor, now, id, body.name, 'create', area)
        return new Answer(201, { id, username: body.username, oneTimePassword: oneTime })
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
      handler: async ({ actor, params, now }) => {
        const person = await governed(actor, params.id)
        const oneTime = await s.auth.users.resetPassword(params.id)
        s.auth.sessions.forget(params.id)
        await note(actor, now, params.id, person.name, 'reset-password', person.area)
        return { id: params.id, oneTimePassword: oneTime }
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
      handler: async ({ actor, params, now }) => {
        if (params.id === actor.id)
          throw new Problem('bad-input', '不能停用自己的账号，请由另一位管理员操作。')
        const person = await governed(actor, params.id)
        await s.auth.users.disable(params.id)
        s.auth.sessions.forget(params.id)
        await note(actor, now, params.id, person.name, 'archive', person.area)
        return { id: params.id }
      },
    }),
  ]
}
