import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { fits } from '../../access/fit.ts'
import { accountAdmins, keyRoles } from '../../access/roles.ts'
import { requireKnownArea } from '../../areas/areas.ts'
import type { ApiKey } from '../../auth/keys.ts'
import type { Role } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { roleLabels } from '../../core/roles.ts'
import { journal } from '../../journal/write.ts'
import { within } from '../area-right.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { date, listOf, nullable, object, text, time, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode, calendarDate, idParams } from './parameters.ts'

const newKey = z.object({
  name: z.string().trim().min(1, '请写明这个密钥给谁用。').max(80),
  role: z.enum(keyRoles as [Role, ...Role[]]),
  area: areaCode.optional(),
  expiresOn: calendarDate.nullish(),
})

/**
 * Who makes a key holds it for a moment, and may keep it: a key gives no right that he has not, nor one on an area on
 * which nobody could have the role (decision 0019).
 */
function requireMintable(actor: Actor, role: Role, area: string): void {
  if (!within(actor, area, accountAdmins))
    throw new Problem('forbidden', '只能为自己管辖的地区发放接口密钥。')
  const fit = fits[role]
  if (fit && !fit.digits.includes(area.length)) {
    const short = `应为${fit.area}`
    const message = `${roleLabels[role]}的密钥${short}，请重新选择地区。`
    throw new Problem('bad-input', message, { complaints: [{ path: 'area', message: short }] })
  }
  if (!within(actor, area, ['county-admin', role]))
    throw new Problem(
      'forbidden',
      `“${roleLabels[role]}”的密钥能看、能写台账，您自己没有这项职责，不能发放；列出和吊销照常。请由县级管理员发放，或在服务器上运行 key create。`,
      { complaints: [{ path: 'role', message: '您自己没有这项职责' }] },
    )
}

const show = (k: ApiKey) => ({ ...k, roleLabel: roleLabels[k.role] ?? k.role, expiresAt: k.expiresOn })

/** Keys of other systems: made by a county's administrator, listed and revoked by who keeps the accounts. */
export function apiKeyRoutes(s: Services): Route[] {
  const key = object({
    id: uuid,
    start: text,
    name: text,
    role: text,
    roleLabel: text,
    area: text,
    createdAt: time,
    expiresOn: nullable(date),
    lastUsedAt: nullable(time),
    revokedAt: nullable(time),
  })
  const common = { tag: '接口密钥', who: 'person' as const, roles: accountAdmins }
  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/keys',
      summary: '本县的接口密钥',
      responses: { 200: { description: '密钥（不含密钥本身）', schema: listOf(key) } },
      handler: async ({ actor }) => (await s.auth.keys.list(actor.home.slice(0, 6))).map(show),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/keys',
      summary: '新建接口密钥；密钥本身只显示这一次',
      write: true,
      body: newKey,
      record: { register: 'api-key', what: 'create' },
      responses: { 201: { description: '密钥', schema: { allOf: [key, object({ key: text })] } } },
      handler: async ({ actor, body, meta, now }) => {
        const area = body.area ?? actor.home.slice(0, 6)
        requireMintable(actor, body.role, area)
        if (body.area) await requireKnownArea(s, area)
        // the key itself is not kept with the answer: a replay shows the key's entry only
        let secret: string | undefined
        const stored = await once(s.db, actor, meta, now, { key: body }, async (tx) => {
          const made = await s.auth.keys.create(
            {
              name: body.name,
              role: body.role,
              area,
              expiresOn: body.expiresOn ?? undefined,
              createdBy: actor.id,
            },
            tx,
          )
          secret = made.key
          await journal(tx, {
            actor,
            now,
            register: 'api-key',
            recordId: made.stored.id,
            title: body.name,
            what: 'create',
            area,
            idempotencyKey: meta.idempotencyKey,
          })
          return made.stored
        })
        return new Answer(201, { ...show(stored), ...(secret && { key: secret }) })
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/api/keys/:id',
      summary: '吊销接口密钥',
      write: true,
      params: idParams,
      record: { register: 'api-key', what: 'archive' },
      responses: { 200: { description: '已吊销', schema: key } },
      handler: async ({ actor, params, meta, now }) => {
        const stored = await once(s.db, actor, meta, now, { revoke: params.id }, async (tx) => {
          const revoked = await s.auth.keys.revoke(params.id, actor.home.slice(0, 6), tx)
          await journal(tx, {
            actor,
            now,
            register: 'api-key',
            recordId: revoked.id,
            title: revoked.name,
            what: 'archive',
            area: revoked.area,
            idempotencyKey: meta.idempotencyKey,
          })
          return revoked
        })
        s.auth.keys.forget(params.id)
        return show(stored)
      },
    }),
  ]
}
