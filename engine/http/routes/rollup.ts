import { z } from 'zod'
import { areaNames } from '../../areas/areas.ts'
import { Problem } from '../../core/errors.ts'
import { readCounters } from '../../store/counters.ts'
import { within } from '../area-right.ts'
import { Answer, type Route, route } from '../route.ts'
import { listOf, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode } from './parameters.ts'

const digitsOf = { province: 2, city: 4, county: 6, town: 9 } as const

/** Live counts by area, at any level below, for every register that is counted. */
export function rollupRoutes(s: Services): Route[] {
  const name = areaNames(s.db, s.clock)
  return [...s.catalogue.records.values()]
    .filter((def) => def.counted?.length)
    .map((def) => {
      const by = def.counted!.map((f) => (f === 'state' ? '状态' : (def.fields[f]?.label ?? f)))
      return route({
        method: 'GET',
        path: `/api/rollup/${def.name}`,
        tag: '汇总',
        summary: `${def.label}按地区、${by.join('、')}计数`,
        who: 'signed-in',
        query: z.object({
          area: areaCode.optional().describe('区划代码；默认是自己的辖区'),
          by: z
            .enum(['self', 'province', 'city', 'county', 'town'])
            .optional()
            .describe('分到哪一级：self 为本级合计；默认下一级'),
          ...(def.kind === 'loop' && {
            open: z.enum(['0', '1']).optional().describe('1：只要未办结的'),
          }),
        }),
        record: { register: def.name, what: 'rollup' },
        responses: {
          200: {
            description: '计数',
            schema: object({
              fields: { ...listOf(text), description: '计数项，外层在前' },
              areas: listOf(
                object({
                  area: text,
                  name: text,
                  counts: {
                    type: 'object',
                    description: '按 fields 的次序逐层展开，例如 {"found":{"重大":3}}；没有的不列',
                  },
                }),
              ),
            }),
          },
        },
        handler: async ({ actor, query }) => {
          const area = query.area ?? actor.home
          const roles = actor.assignments
            .map((a) => a.role)
            .filter((r) => def.rights[r] && def.rights[r] !== 'own')
          if (!within(actor, area, roles))
            throw new Problem('forbidden', `您不能查看这个地区的${def.label}汇总，请选择自己的辖区。`)
          const digits = query.by === 'self' ? area.length : query.by && digitsOf[query.by]
          if (digits && digits < area.length)
            throw new Problem('bad-input', '分级（by）不能高于所选的地区。', {
              complaints: [{ path: 'by', message: '请选择本级或下级。' }],
            })
          const rows = await readCounters(s.db, s.catalogue, def.name, {
            area,
            digits,
            open: query.open === '1',
          })
          const nameOf = await name()
          // put together as text: the counts are JSON already, and a province by town has thousands
          const areas = rows.map(
            (r) => `{"area":"${r.area}","name":${JSON.stringify(nameOf(r.area))},"counts":${r.counts}}`,
          )
          return new Answer(200, `{"fields":${JSON.stringify(def.counted)},"areas":[${areas.join(',')}]}`, {
            'content-type': 'application/json; charset=utf-8',
          })
        },
      })
    })
}
