import { z } from 'zod'
import { readNoticeApart } from '../../notices/apart.ts'
import {
  addItems,
  askAgain,
  findPassage,
  getNotice,
  type ItemView,
  listItems,
  rereadNotice,
} from '../../tasks/index.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { listOf, object } from '../schemas.ts'
import type { Services } from '../services.ts'
import { idParams } from './parameters.ts'

const anyObject = { type: 'object' }
const retold = z
  .object({
    year: z.number().int().min(2000).max(2100),
    paper: z.enum(['notice', 'bulletin', 'rules']),
    title: z.string().trim().min(1).max(300),
    docNo: z.string().trim().min(1).max(80),
  })
  .partial()

/** A notice that is there is read once more, as an officer says it is to be read. */
export function noticeReadingRoutes(s: Services): Route[] {
  const common = { tag: '通知', who: 'signed-in' as const, method: 'POST' as const, write: true }
  const one = '/api/notices/:id'
  return [
    route({
      ...common,
      path: `${one}/reread`,
      summary:
        '更正年份、种类（notice 工作部署、bulletin 通报、rules 办法）、标题、文号，按更正的重新读；已分解、更正过、处理过的条目保留，kept 为其标题',
      versioned: true,
      params: idParams,
      body: retold,
      record: { register: 'notice', what: 'update' },
      responses: {
        200: {
          description: '通知和保留的条目',
          schema: object({ kept: listOf({ type: 'string' }), view: anyObject }),
        },
      },
      handler: async ({ actor, params: { id }, body, meta, version, now }) => {
        // before the transaction: reading takes its time
        const question = await askAgain(s.db, actor, now, id, body)
        const { notice } = await readNoticeApart(question, actor.id)
        const { kept } = await once(s.db, actor, meta, now, { reread: id, version, body }, (tx) =>
          rereadNotice(tx, actor, now, id, version ?? 0, notice, body),
        )
        return { kept, view: await getNotice(s, s.db, actor, now, id) }
      },
    }),
    route({
      ...common,
      path: `${one}/items`,
      summary: '把原文中的一句（照抄，空格换行不计）作为任务收入：时限、频次、目标自动读出，成为待分解的一条',
      params: idParams,
      body: z.object({ text: z.string().max(4000) }),
      record: { register: 'notice', what: 'update' },
      responses: { 201: { description: '收入的条目', schema: listOf(anyObject) } },
      handler: async ({ actor, params: { id }, body, meta, now }) => {
        const ids = await once(s.db, actor, meta, now, { items: id, body }, async (tx) => {
          const passage = await findPassage(tx, actor, now, id, body.text)
          const question = await askAgain(tx, actor, now, id, {})
          const { notice } = await readNoticeApart({ ...question, passage }, actor.id)
          return addItems(tx, actor, now, id, notice.items)
        })
        const { notice } = await getNotice(s, s.db, actor, now, id)
        const all: ItemView[] = await listItems(s, s.db, { ...notice, text: '', structure: [] })
        return new Answer(
          201,
          all.filter((i) => ids.includes(i.id)),
        )
      },
    }),
  ]
}
