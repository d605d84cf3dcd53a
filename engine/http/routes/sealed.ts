import { z } from 'zod'
import { drawSealed, sealedCounts } from '../../cases/sealed.ts'
import type { RecordDef } from '../../core/definition.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { date, integer, listOf, nullable, object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'

const one = z.object({ parent: z.uuid().optional().describe('只要这一条上级记录（企业）名下的') })
const draw = z.object({
  parent: z.uuid().optional().describe('只抽这一家企业的；不填在辖区内抽'),
  count: z.number().int().min(1).max(5).default(1).describe('抽几条，最多 5 条'),
  reason: z.string().trim().min(4, '请写明抽查理由，至少 4 个字。').max(200),
})

/** Of a register that seals records: counts for the authorities, and samples opened with a reason. */
export function sealedRoutes(s: Services, def: RecordDef): Route[] {
  const { sealed } = def
  if (!sealed) return []
  const path = `/api/records/${def.name}/sealed`
  const number = { type: 'number' }
  return [
    route({
      method: 'GET',
      path,
      tag: def.label,
      summary: `${sealed.label}的数量（监管部门只看数量）`,
      who: 'signed-in',
      query: one,
      responses: {
        200: {
          description: '数量',
          schema: object({
            label: text,
            total: integer,
            done: integer,
            dropped: integer,
            late: integer,
            rate: nullable(number),
            draws: { type: 'boolean' },
          }),
        },
      },
      handler: ({ actor, query }) => sealedCounts(s, actor, def, query.parent),
    }),
    route({
      method: 'POST',
      path: `${path}/samples`,
      tag: def.label,
      summary: `抽查${sealed.label}：随机抽取，写明理由，限期查看，留痕`,
      who: 'person',
      roles: ['county-officer', 'town-officer'],
      write: true,
      body: draw,
      responses: {
        201: { description: '抽到的', schema: listOf(object({ id: uuid, title: text, until: date })) },
      },
      handler: async ({ actor, body, meta, now }) => {
        const drawn = await once(s.db, actor, meta, now, { sample: def.name, body }, (tx) =>
          drawSealed(s, tx, actor, def, body, meta, (grant) =>
            s.auth.users.grant(
              { user: actor.id, register: def.name, by: actor.id, reason: body.reason, ...grant },
              tx,
            ),
          ),
        )
        s.auth.sessions.forget(actor.id)
        return new Answer(201, drawn)
      },
    }),
  ]
}
