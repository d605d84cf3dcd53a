import { z } from 'zod'
import {
  bulkRows,
  dropBulk,
  getBulk,
  listBulk,
  runBulk,
  startBulk,
  undoBulk,
  work,
} from '../../bulk/index.ts'
import { bulkDos } from '../../core/bulk.ts'
import { once } from '../once.ts'
import { requireRead } from '../read-right.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, nullable, object, text, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { filterQuery, idParams, toListQuery } from './parameters.ts'

const doing = z.strictObject({
  do: z
    .enum(bulkDos)
    .describe('act 办理动作，set 改一个字段，verify 核实，confirm 核实企业改动，archive、restore'),
  action: z.string().max(60).optional(),
  form: z.record(z.string(), z.unknown()).optional(),
  field: z.string().max(60).optional(),
  value: z.unknown().optional(),
  reason: z.string().trim().max(500).optional(),
})
const begin = z
  .strictObject({
    register: z.string().max(60),
    doing,
    rows: z.array(z.uuid()).min(1, '请至少选择一条。').max(2000, '一次最多办理 2000 条。').optional(),
    filter: filterQuery.optional().describe('列表的筛选：按此选中全部'),
  })
  .refine((b) => (b.rows === undefined) !== (b.filter === undefined), '请给出 rows 或 filter 之一。')
const states = z.enum(['new', 'can', 'cannot', 'done', 'asked', 'failed', 'undone', 'kept'])

/** A small batch answers at once; of a longer one the caller asks for its progress. */
const PATIENCE_MS = 1500

async function patiently(id: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS)
  })
  await Promise.race([work.settled(id), enough])
  clearTimeout(timer)
}

const common = { tag: '批量办理', who: 'person' as const }
const batch = { type: 'object' }

const beginRoute = (s: Services): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/api/bulk',
    summary: '对选中的记录办同一件事：先逐条核对能不能办，什么也不写',
    write: true,
    body: begin,
    responses: { 201: { description: '核对的进度和结果', schema: batch } },
    handler: async ({ actor, body, meta, now }) => {
      requireRead(s, actor, s.catalogue.record(body.register))
      const chosen = body.rows ? { rows: body.rows } : { filter: toListQuery(body.filter ?? {}) }
      const { id } = await once(s.db, actor, meta, now, { bulk: body }, async (tx) => ({
        id: await startBulk(s, tx, actor, body.register, body.doing, chosen),
      }))
      void work.begin(s, id)
      await patiently(id)
      return new Answer(201, await getBulk(s, actor, id), { location: `/api/bulk/${id}` })
    },
  })

/** Work on many rows of a list: looked at, written, taken back. Each row goes through the door of single writes. */
export function bulkRoutes(s: Services): Route[] {
  const one = '/api/bulk/:id'
  const stage = (
    path: 'run' | 'undo',
    summary: string,
    step: (s: Services, actor: Parameters<typeof runBulk>[1], id: string) => Promise<void>,
  ) =>
    route({
      ...common,
      method: 'POST',
      path: `${one}/${path}`,
      summary,
      write: true,
      params: idParams,
      responses: { 200: { description: '进度和结果', schema: batch } },
      handler: async ({ actor, params }) => {
        await step(s, actor, params.id)
        await patiently(params.id)
        return getBulk(s, actor, params.id)
      },
    })
  return [
    beginRoute(s),
    route({
      ...common,
      method: 'GET',
      path: '/api/bulk',
      summary: '自己的批量办理，新的在前',
      responses: { 200: { description: '批次', schema: object({ batches: listOf(batch) }) } },
      handler: async ({ actor }) => ({ batches: await listBulk(s, actor) }),
    }),
    route({
      ...common,
      method: 'GET',
      path: one,
      summary: '一次批量办理：进度、计数、不能办的原因',
      params: idParams,
      responses: { 200: { description: '批次', schema: batch } },
      handler: ({ actor, params }) => getBulk(s, actor, params.id),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/rows`,
      summary: '逐条：能不能办、办了没有、为什么',
      params: idParams,
      query: z.object({
        state: states.optional(),
        after: z.coerce.number().int().min(0).optional(),
        limit: z.coerce.number().int().min(1).max(500).optional(),
      }),
      responses: {
        200: {
          description: '一页',
          schema: object({
            rows: listOf(object({ n: integer, id: uuid, title: text, state: text, note: nullable(text) })),
            next: nullable(integer),
          }),
        },
      },
      handler: ({ actor, params, query }) => bulkRows(s, actor, params.id, query),
    }),
    stage('run', '办理能办的；每条各自成败', runBulk),
    stage('undo', '撤销能撤销的；之后又改过的保留并列出', undoBulk),
    route({
      ...common,
      method: 'DELETE',
      path: one,
      summary: '放弃还没有办理的批量',
      write: true,
      params: idParams,
      responses: { 200: { description: '已放弃', schema: batch } },
      handler: async ({ actor, params }) => {
        await dropBulk(s, actor, params.id)
        return { ok: true }
      },
    }),
  ]
}
