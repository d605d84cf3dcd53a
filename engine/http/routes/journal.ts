import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { readJournal } from '../../journal/list.ts'
import { type Route, route } from '../route.ts'
import { listOf, nullable, object, ref, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { calendarDate } from './parameters.ts'

/** The journal, for administrators of the area. */
export const journalRoutes = (s: Services): Route[] => [
  route({
    method: 'GET',
    path: '/api/journal',
    tag: '留痕',
    summary: '本辖区的操作留痕，包括被拒绝的操作',
    who: 'person',
    roles: ['county-admin'],
    query: z.object({
      after: z
        .string()
        .regex(/^\d{1,18}$/, '应为上一页给出的 next。')
        .optional(),
      limit: z.coerce.number().int().min(1).max(200).optional(),
      register: z.string().max(60).optional(),
      what: z.string().max(80).optional(),
      actor: z.uuid().optional(),
      refused: z.enum(['0', '1']).optional().describe('1：只看被拒绝的操作'),
      from: calendarDate.optional(),
      to: calendarDate.optional(),
    }),
    responses: {
      200: {
        description: '留痕',
        schema: object({ entries: listOf(ref('TimelineEntry')), next: nullable(text) }),
      },
    },
    handler: ({ actor, query }) => {
      const areas = actor.assignments.flatMap((a) =>
        a.role === 'county-admin' && a.ground.by === 'area' ? [a.ground.area] : [],
      )
      if (!areas.length) throw new Problem('forbidden', '您没有可查看留痕的辖区，请联系县级管理员。')
      return readJournal(s, { ...query, refused: query.refused === '1', areas })
    },
  }),
]
