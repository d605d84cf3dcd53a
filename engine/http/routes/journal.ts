import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { auditors } from '../../access/roles.ts'
import { Problem } from '../../core/errors.ts'
import { journalKindNames } from '../../core/journal-words.ts'
import { exportJournal } from '../../exchange/export/index.ts'
import { readJournal } from '../../journal/list.ts'
import { type Route, route } from '../route.ts'
import { listOf, nullable, object, ref, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { calendarDate } from './parameters.ts'
import { CSV, sheetAnswer, XLSX } from './sheets.ts'

const filter = z.object({
  register: z.string().max(60).optional(),
  what: z.string().max(80).optional(),
  actor: z.uuid().optional(),
  person: z.string().trim().max(80).optional().describe('办理人：姓名或用户名的一部分'),
  record: z.string().trim().max(200).optional().describe('记录：名称的一部分，或完整的编号、信用代码'),
  kind: z.enum(journalKindNames).optional(),
  refused: z.enum(['0', '1']).optional().describe('1：只看被拒绝的操作'),
  from: calendarDate.optional(),
  to: calendarDate.optional(),
})

/** The journal, for those who audit the area. */
export const journalRoutes = (s: Services): Route[] => {
  const common = { tag: '留痕', who: 'person' as const, roles: auditors }
  const areasOf = (actor: Actor): string[] => {
    const areas = actor.assignments.flatMap((a) =>
      auditors.includes(a.role) && a.ground.by === 'area' ? [a.ground.area] : [],
    )
    if (!areas.length) throw new Problem('forbidden', '您没有可查看留痕的辖区，请联系县级管理员。')
    return areas
  }
  const toQuery = ({ refused, ...rest }: z.output<typeof filter>, actor: Actor) => ({
    ...rest,
    refused: refused === '1',
    areas: areasOf(actor),
  })
  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/journal',
      summary: '本辖区的操作留痕，包括被拒绝的操作',
      query: filter.extend({
        after: z
          .string()
          .regex(/^\d{1,18}$/, '应为上一页给出的 next。')
          .optional(),
        limit: z.coerce.number().int().min(1).max(200).optional(),
      }),
      responses: {
        200: {
          description: '留痕',
          schema: object({ entries: listOf(ref('TimelineEntry')), next: nullable(text) }),
        },
      },
      handler: ({ actor, query }) => readJournal(s, toQuery(query, actor)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/journal/export',
      summary: '导出本辖区的操作留痕；须写明用途，导出本身也留痕',
      query: filter.extend({
        format: z.enum(['xlsx', 'csv']).optional(),
        purpose: z.string().max(200).optional().describe('用途，必填，记入留痕'),
      }),
      record: { register: 'journal', what: 'export' },
      responses: { 200: { description: '表格', type: XLSX } },
      handler: async ({ actor, query, today }) => {
        const { format = 'xlsx', purpose, ...rest } = query
        const wanted = toQuery(rest, actor)
        const words = Object.entries(rest)
          .map(([name, value]) => `${name}=${value}`)
          .join('，')
        return sheetAnswer(
          `留痕-${today}.${format}`,
          (out) => exportJournal(s, actor, wanted, { format, purpose, filter: words || '全部' }, out),
          format === 'csv' ? CSV : XLSX,
        )
      },
    }),
  ]
}
