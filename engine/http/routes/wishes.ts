import { z } from 'zod'
import { isProblem } from '../../core/errors.ts'
import type { WriteResult } from '../../store/types.ts'
import { listWishes, wishStates } from '../../store/wish/read.ts'
import { confirmWish, refuseWish, withdrawWish } from '../../store/wish/settle.ts'
import { type Route, route } from '../route.ts'
import { date, flag, integer, listOf, nullable, object, ref, text, time, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { areaCode, idParams } from './parameters.ts'

const anything = {}

const wish = object(
  {
    id: uuid,
    version: { type: 'integer', description: '核实、退回、撤回时放在 If-Match 里' },
    what: { enum: ['change', 'archive', 'restore'] },
    field: text,
    label: text,
    before: { ...anything, description: '提出时计入的内容' },
    after: { ...anything, description: '申请改为' },
    now: { ...anything, description: '现在计入的内容' },
    moved: { type: 'boolean', description: '提出以后记录又有变化' },
    register: text,
    registerLabel: text,
    recordId: uuid,
    recordTitle: text,
    recordVersion: integer,
    organisation: nullable(uuid),
    organisationTitle: nullable(text),
    town: nullable(text),
    reason: nullable(text),
    files: listOf(object({ id: text, name: text, type: text, size: integer })),
    askedBy: object({ id: uuid, name: text }),
    askedAt: time,
    due: nullable(date),
    daysLeft: nullable(integer),
    state: { enum: [...wishStates] },
    settledBy: nullable(text),
    settledAt: nullable(time),
    answer: nullable(text),
    may: object({ settle: flag, withdraw: flag }),
  },
  ['id', 'version', 'register', 'recordId', 'state'],
)

const one = '/api/wishes/:id'
const settleBody = z
  .object({
    recordVersion: z.number().int().min(1).optional(),
    reason: z.string().trim().max(500).optional(),
  })
  .strict()
const refuseBody = z.object({ reason: z.string().trim().min(1, '请写明理由。').max(500) }).strict()
const many = z
  .object({
    wishes: z
      .array(
        z
          .object({
            id: z.uuid(),
            version: z.number().int().min(1),
            recordVersion: z.number().int().min(1).optional(),
          })
          .strict(),
      )
      .min(1, '请至少选择一项。')
      .max(200),
    reason: z.string().trim().max(500).optional(),
  })
  .strict()

const yes = z.enum(['0', '1', 'true', 'false'])

/** Changes of enterprises that wait: list, confirm, refuse, take back. Nothing counts before it is confirmed. */
export function wishRoutes(s: Services): Route[] {
  const common = { tag: '待核实', who: 'signed-in' as const }
  const done = {
    200: {
      description: '记录现在的内容',
      schema: object({ row: { type: 'object' }, warnings: listOf(ref('Warning')) }),
    },
  }
  const answer = ({ row, warnings }: WriteResult) => ({ row, warnings })
  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/wishes',
      summary: '企业提出的改动：待核实的、已核实的、被退回的',
      query: z.object({
        state: z.enum(wishStates).optional(),
        register: z.string().max(60).optional(),
        record: z.uuid().optional(),
        organisation: z.uuid().optional(),
        town: areaCode.optional(),
        late: yes.optional().describe('1：只要逾期没有核实的'),
        limit: z.coerce.number().int().min(1).max(200).optional(),
        offset: z.coerce.number().int().min(0).max(1_000_000).optional(),
      }),
      responses: {
        200: {
          description: '改动',
          schema: object({ rows: listOf(wish), total: integer }, ['rows', 'total']),
        },
      },
      handler: ({ actor, query }) =>
        listWishes(s, actor, { ...query, late: query.late === '1' || query.late === 'true' }),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/confirm`,
      summary: '核实：按企业提出的内容写入，从此计入',
      write: true,
      versioned: true,
      params: idParams,
      body: settleBody,
      responses: done,
      handler: async ({ actor, params, body, meta, version }) =>
        answer(
          await confirmWish(s, actor, params.id, {
            version,
            recordVersion: body.recordVersion,
            meta: { ...meta, ...(body.reason && { reason: body.reason }) },
          }),
        ),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/refuse`,
      summary: '退回：写明理由，仍按原来的内容计入',
      write: true,
      versioned: true,
      params: idParams,
      body: refuseBody,
      responses: done,
      handler: async ({ actor, params, body, meta, version }) =>
        answer(await refuseWish(s, actor, params.id, { version, meta: { ...meta, reason: body.reason } })),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/withdraw`,
      summary: '撤回：企业收回还没有核实的改动',
      write: true,
      versioned: true,
      params: idParams,
      responses: done,
      handler: async ({ actor, params, meta, version }) =>
        answer(await withdrawWish(s, actor, params.id, { version, meta })),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/wishes/confirm',
      summary: '一次核实多项；每一项各自成败，不能核实的写明原因',
      write: true,
      body: many,
      responses: {
        200: {
          description: '逐项结果',
          schema: object({
            done: integer,
            results: listOf(object({ id: uuid, ok: flag, message: text }, ['id', 'ok'])),
          }),
        },
      },
      handler: async ({ actor, body, meta }) => {
        const results: { id: string; ok: boolean; message?: string }[] = []
        for (const { id, version, recordVersion } of body.wishes) {
          // each stands by itself, so a retry of the whole gives each its first answer
          const own = { ...meta, idempotencyKey: `${meta.idempotencyKey.slice(0, 150)}:${id}` }
          try {
            const about = body.reason ? { ...own, reason: body.reason } : own
            await confirmWish(s, actor, id, { version, recordVersion, meta: about })
            results.push({ id, ok: true })
          } catch (e) {
            if (!isProblem(e)) throw e
            results.push({ id, ok: false, message: e.message })
          }
        }
        return { done: results.filter((r) => r.ok).length, results }
      },
    }),
  ]
}
