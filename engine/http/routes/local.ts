import { z } from 'zod'
import { requireKnownArea } from '../../areas/areas.ts'
import {
  changeLocal,
  createLocal,
  type LocalInput,
  listLocal,
  previewLocal,
  retireLocal,
} from '../../local/index.ts'
import { namesOf } from '../../tasks/shares.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, nullable, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode } from './parameters.ts'

const condition = z.record(z.string(), z.unknown(), { error: '请写条件。' })
const told = {
  label: z.string().max(60),
  basis: z.string().max(300),
  register: z.string().max(80),
  area: areaCode.optional(),
}
const indicator = z.strictObject({
  kind: z.literal('indicator'),
  ...told,
  where: condition.optional(),
  met: condition.optional(),
  measure: z.enum(['share', 'count']),
  unit: z.string().max(20).optional(),
})
const population = z.strictObject({ kind: z.literal('population'), ...told, where: condition })
const input = z.discriminatedUnion('kind', [indicator, population])
const reason = z.string().trim().min(1, '请写明理由。').max(500)
const byName = z.object({ name: z.string().max(80) })

const common = { tag: '本县自定', who: 'signed-in' as const }
const record = (what: string) => ({ register: 'local-definition', what })
const view = object({ name: text, version: integer, kind: text, label: text, area: text, words: text })
const own = ({ area, ...given }: z.output<typeof input>, home: string): [string, LocalInput] => [
  area ?? home.slice(0, 6),
  given,
]

/** Indicators and populations that a county defines of its own. */
export function localRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/local-definitions',
      summary: '本县自定的指标和企业范围，已停用的排在后面',
      responses: { 200: { description: '自定的内容', schema: listOf(view) } },
      handler: ({ actor }) => listLocal(s, s.db, actor, actor.home.slice(0, 6)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/local-definitions/preview',
      summary: '试算：自定指标今天的数字、分乡镇；企业范围有多少；不保存',
      body: input,
      responses: {
        200: {
          description: '试算结果',
          schema: object({
            words: text,
            num: { type: 'number' },
            den: nullable({ type: 'number' }),
            value: nullable({ type: 'number' }),
            towns: listOf({ type: 'object' }),
          }),
        },
      },
      handler: async ({ actor, body, now }) => {
        const { groups, ...figure } = await previewLocal(s, s.db, actor, now, ...own(body, actor.home))
        const towns = groups.flatMap((g) => (g.area?.length === 9 ? [{ ...g, code: g.area }] : []))
        const names = await namesOf(
          s.db,
          towns.map((t) => t.code),
        )
        return {
          ...figure,
          towns: towns.map(({ code, num, den, value }) => ({
            code,
            name: names.get(code) ?? code,
            num,
            den,
            value,
          })),
        }
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/local-definitions',
      summary: '自定一个指标（由条件算出）或企业范围；随即可以选用',
      write: true,
      body: input,
      record: record('create'),
      responses: { 201: { description: '已保存', schema: view } },
      handler: async ({ actor, body, meta, now }) => {
        const [area, given] = own(body, actor.home)
        if (body.area) await requireKnownArea(s, body.area)
        const made = await once(s.db, actor, meta, now, { local: body }, (tx) =>
          createLocal(s, tx, actor, now, area, given),
        )
        await s.freshLocal()
        return new Answer(201, made, { etag: `"${made.version}"` })
      },
    }),
    ...changingRoutes(s),
  ]
}

/** A further version, and the end of being offered. */
function changingRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'PATCH',
      path: '/api/local-definitions/:name',
      summary: '修改：成为新的一版，须写明理由；已绑定指标的任务仍按原来的版本计算',
      write: true,
      versioned: true,
      params: byName,
      body: z.strictObject({ definition: input, reason }),
      record: record('update'),
      responses: { 200: { description: '新的一版', schema: view } },
      handler: async ({ actor, params, body, meta, version, now }) => {
        const [, given] = own(body.definition, actor.home)
        const made = await once(s.db, actor, meta, now, { local: params.name, version, body }, (tx) =>
          changeLocal(s, tx, actor, now, params.name, version, given, body.reason),
        )
        await s.freshLocal()
        return new Answer(200, made, { etag: `"${made.version}"` })
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/local-definitions/:name/retire',
      summary: '停用：不再提供选用，须写明理由；已在用的照旧',
      write: true,
      params: byName,
      body: z.strictObject({ reason }),
      record: record('archive'),
      responses: { 200: { description: '已停用', schema: view } },
      handler: async ({ actor, params, body, meta, now }) => {
        const done = await once(s.db, actor, meta, now, { retire: params.name, body }, (tx) =>
          retireLocal(s, tx, actor, now, params.name, body.reason),
        )
        await s.freshLocal()
        return done
      },
    }),
  ]
}
