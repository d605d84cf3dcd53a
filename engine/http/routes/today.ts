import { todayOf } from '../../today/today.ts'
import { type Route, route } from '../route.ts'
import { date, listOf, nullable, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'

export const todayRoutes = (s: Services): Route[] => [
  route({
    method: 'GET',
    path: '/api/today',
    tag: '今日',
    summary: '今天要我办的事：为什么、不办会怎样、何时到期',
    who: 'signed-in',
    responses: {
      200: {
        description: '待办',
        schema: listOf(
          object({
            kind: text,
            title: text,
            why: text,
            ifNot: nullable(text),
            due: nullable(date),
            link: text,
          }),
        ),
      },
    },
    handler: ({ actor }) => todayOf(s, actor),
  }),
]
