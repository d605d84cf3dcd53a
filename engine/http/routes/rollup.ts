import { z } from 'zod'
import { areaNames } from '../../areas/areas.ts'
import { Problem } from '../../core/errors.ts'
import { readCounters } from '../../store/counters.ts'
import { within } from '../area-right.ts'
import { type Route, route } from '../route.ts'
import { integer, listOf, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode } from './parameters.ts'

/** Live counts by area, one level down, for every register that is counted. */
export function rollupRoutes(s: Services): Route[] {
  const name = areaNames(s.db, s.clock)
  return [...s.catalogue.records.values()]
    .filter((def) => def.counted?.length)
    .map((def) =>
      route({
        method: 'GET',
        path: `/api/rollup/${def.name}`,
        tag: '汇总',
        summary: `${def.label}按下一级地区计数`,
        who: 'signed-in',
        query: z.object({ area: areaCode.optional().describe('区划代码；默认是自己的辖区') }),
        record: { register: def.name, what: 'rollup' },
        responses: {
          200: {
            description: '计数',
            schema: listOf(object({ area: text, name: text, dims: { type: 'object' }, count: integer })),
          },
        },
        handler: async ({ actor, query }) => {
          const area = query.area ?? actor.home
          const roles = actor.assignments
            .map((a) => a.role)
            .filter((r) => def.rights[r] && def.rights[r] !== 'own')
          if (!within(actor, area, roles))
            throw new Problem('forbidden', `您不能查看这个地区的${def.label}汇总，请选择自己的辖区。`)
          const rows = await readCounters(s.db, s.catalogue, def.name, area)
          return Promise.all(
            rows.map(async (r) => ({ area: r.area, name: await name(r.area), dims: r.dims, count: r.n })),
          )
        },
      }),
    )
}
