import { z } from 'zod'
import { answers, recordSelfCheck, selfCheckOf } from '../../checks/self-check.ts'
import { Answer, type Route, route } from '../route.ts'
import { date, flag, listOf, nullable, object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { calendarDate } from './parameters.ts'

const name = z.string().max(60)
const walk = z.strictObject({
  id: z.uuid().describe('这次自查的编号，由提交方生成；断网后用同一编号重发，不会重复登记'),
  on: calendarDate,
  leader: z.string().trim().min(1, '请填写带队人。').max(40),
  inPerson: z.boolean(),
  photos: z.array(z.looseObject({})).max(20).optional(),
  answers: z.record(name, z.enum(answers)).describe('每一项：ok 正常，hazard 有隐患，none 不涉及'),
  hazards: z.record(name, z.record(z.string().max(60), z.unknown())).default({}),
})

/** An enterprise's monthly self-check: the points that concern it, and the record of a walk. */
export function selfCheckRoutes(s: Services): Route[] {
  const record = s.catalogue.selfCheck?.record
  if (!record) return []
  const common = { path: '/api/self-check', tag: '企业自查', who: 'signed-in' as const }
  return [
    route({
      ...common,
      method: 'GET',
      summary: '本企业每月自查的清单（按企业档案里的情况列出）和本月已做的',
      responses: {
        200: {
          description: '清单',
          schema: object({
            label: text,
            record: text,
            raises: text,
            today: date,
            organisation: object({ id: uuid, title: text }),
            chief: nullable(text),
            points: listOf(object({ name: text, text, hazard: text, basis: text })),
            done: listOf(object({ id: uuid, on: date, inPerson: flag })),
          }),
        },
      },
      handler: ({ actor }) => selfCheckOf(s, actor),
    }),
    route({
      ...common,
      method: 'POST',
      summary: '提交一次自查：有问题的成为隐患，整次记入带队检查台账',
      write: true,
      body: walk,
      record: { register: record, what: 'create' },
      responses: {
        201: {
          description: '已登记',
          schema: object({
            row: { type: 'object' },
            hazards: listOf(object({ id: uuid, point: text })),
            warnings: listOf({ type: 'object' }),
          }),
        },
      },
      handler: async ({ actor, body, meta }) => {
        const { photos, ...rest } = body
        return new Answer(201, await recordSelfCheck(s, actor, { ...rest, ...(photos && { photos }) }, meta))
      },
    }),
  ]
}
