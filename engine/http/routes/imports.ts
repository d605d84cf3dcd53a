import path from 'node:path'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { Problem } from '../../core/errors.ts'
import {
  correctRow,
  dropImport,
  forgetRemembered,
  getImport,
  importRows,
  listImports,
  type Mapping,
  rejectedSheet,
  runImport,
  setMapping,
  startImport,
  undoImport,
} from '../../exchange/import/index.ts'
import { sql } from '../../store/db.ts'
import type { WriteMeta } from '../../store/types.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, nullable, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { type Takes, withFiles } from './many-files.ts'
import { areaCode, idParams } from './parameters.ts'
import { sheetAnswer, XLSX } from './sheets.ts'

const mapping = z.strictObject({
  headings: z
    .record(
      z.string().max(300),
      z
        .string()
        .max(120)
        .nullable()
        .transform((f) => f ?? ''),
    )
    .optional()
    .describe('列标题（或列号 A、B、C）→ 字段；空为不导入'),
  headingLine: z.number().int().min(0).max(100_000).optional().describe('表头所在行；0 为没有表头'),
  dateFormats: z.array(z.string().max(40)).max(10).optional(),
  key: z.array(z.string().max(80)).max(10).optional().describe('按哪些字段认出已有记录'),
  sheet: z.string().max(120).optional(),
  sheets: z.array(z.string().max(120)).max(200).optional().describe('一起读的工作表'),
  derive: z
    .record(z.string(), z.boolean())
    .optional()
    .describe('台账 → 与它最新一条不同时，是否按本表登记一条新的，例如 {"status-change":true}'),
  moves: z
    .boolean()
    .optional()
    .describe('要把已有记录改到别的乡镇或县的行：true 改过去，false 所在区划不改；不写的先问'),
  hiddenRows: z.boolean().optional().describe('隐藏和筛选掉的行是否导入'),
  above: z.record(z.string(), z.boolean()).optional().describe('字段的空白是否表示与上一行相同'),
  asIs: z
    .union([z.literal(true), z.record(z.string(), z.array(z.string()))])
    .optional()
    .describe('不作统一的写法：字段 → 原文；true 为全部'),
  values: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe('表里的写法 → 系统的写法，空为这样的格子空着，例如 {"status":{"正常生产":"在产"}}'),
})
const correction = z.object({
  values: z.record(z.string(), z.unknown()).optional(),
  decision: z.string().max(60).nullish().describe('skip 不导入，apply 照此导入，new 新增，或已有记录的编号'),
})
const rowState = z.enum(['create', 'update', 'same', 'error', 'skipped', 'skip', 'warning'])

/** Ledgers from spreadsheets: read, looked at, corrected, written, taken back. */
export function importRoutes(s: Services): Route[] {
  const anyObject = { type: 'object' }
  const session = { 200: { description: '导入', schema: anyObject } }
  const common = { tag: '导入', who: 'signed-in' as const }
  const one = '/api/imports/:id'
  return [
    ...[...s.catalogue.records.values()].map((def) =>
      route({
        ...common,
        method: 'POST',
        path: `/api/imports/${def.name}`,
        summary: `上传${def.label}表格（.xlsx、.xls、.et、.ods、.csv、网页另存的表），先预览再导入；另有字段 area（区划代码）、parent（上级记录编号）`,
        write: true,
        upload: true,
        responses: { 201: { description: '导入', schema: anyObject } },
        handler: async ({ actor, request, meta, now }) => {
          const id = await started(s, actor, meta, now, def.name, request)
          return new Answer(201, await getImport(s, actor, id), { location: `/api/imports/${id}` })
        },
      }),
    ),
    route({
      ...common,
      method: 'GET',
      path: '/api/imports',
      summary: '自己的导入；管理员看本辖区的，隐患台账除外',
      query: z.object({
        register: z.string().max(60).optional(),
        after: z.uuid().optional(),
        limit: z.coerce.number().int().min(1).max(100).optional(),
      }),
      responses: {
        200: { description: '一页', schema: object({ imports: listOf(anyObject), next: nullable(text) }) },
      },
      handler: ({ actor, query }) => listImports(s, actor, query),
    }),
    route({
      ...common,
      method: 'GET',
      path: one,
      summary: '一次导入：进度、列对应、计数、前几行',
      params: idParams,
      responses: session,
      handler: ({ actor, params }) => getImport(s, actor, params.id),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/rows`,
      summary: '逐行：值、原文、问题，更新的行另有改动（原值、新值）',
      params: idParams,
      query: z.object({
        state: rowState.optional(),
        after: z.coerce.number().int().min(0).optional(),
        limit: z.coerce.number().int().min(1).max(500).optional(),
      }),
      responses: {
        200: {
          description: '一页',
          schema: object({ rows: listOf(anyObject), areas: anyObject, next: nullable(integer) }),
        },
      },
      handler: ({ actor, params, query: { state, ...page } }) =>
        importRows(s, actor, params.id, { ...page, state: state === 'skip' ? 'skipped' : state }),
    }),
    route({
      ...common,
      method: 'PUT',
      path: `${one}/mapping`,
      summary: '指明各列是什么，重新读取',
      write: true,
      params: idParams,
      body: mapping,
      responses: session,
      handler: ({ actor, params, body }) => setMapping(s, actor, params.id, body as Mapping),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: `${one}/rows/:line`,
      summary: '改正一行，或决定怎样处理它',
      write: true,
      params: idParams.extend({ line: z.coerce.number().int().min(1) }),
      body: correction,
      responses: { 200: { description: '这一行和计数', schema: anyObject } },
      handler: ({ actor, params, body }) =>
        correctRow(s, actor, params.id, params.line, {
          ...(body.values && { values: body.values }),
          ...(body.decision !== undefined && { decision: body.decision }),
        }),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${one}/remembered/:answer`,
      summary: '取消一条记住的选定；还没有导入的，不用它重新读取',
      write: true,
      params: idParams.extend({ answer: z.uuid() }),
      responses: session,
      handler: ({ actor, params }) => forgetRemembered(s, actor, params.id, params.answer),
    }),
    ...(['run', 'undo'] as const).map((what) =>
      route({
        ...common,
        method: 'POST',
        path: `${one}/${what}`,
        summary:
          what === 'run' ? '导入能导入的行；改正后可再来一次' : '撤销整次导入；此后又有变化的记录留下并列出',
        write: true,
        params: idParams,
        responses: session,
        handler: ({ actor, params }) => (what === 'run' ? runImport : undoImport)(s, actor, params.id),
      }),
    ),
    route({
      ...common,
      method: 'DELETE',
      path: one,
      summary: '删除还没有写入的导入',
      write: true,
      params: idParams,
      responses: { 200: { description: '已删除', schema: anyObject } },
      handler: async ({ actor, params }) => {
        await dropImport(s, actor, params.id)
        return { ok: true }
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/rejected.xlsx`,
      summary: '没有导入的行和原因，改正后可再上传；不是自己上传的须写明用途，都记入留痕',
      params: idParams,
      query: z.object({ purpose: z.string().max(200).optional().describe('用途；不是自己上传的必填') }),
      responses: { 200: { description: '表格', type: XLSX } },
      handler: async ({ actor, params, query }) => {
        const { name } = await getImport(s, actor, params.id)
        return sheetAnswer(`${path.parse(name).name}-未导入.xlsx`, (out) =>
          rejectedSheet(s, actor, params.id, out, query.purpose),
        )
      },
    }),
  ]
}

const kept = async (s: Services, actor: Actor, key: string): Promise<string | undefined> => {
  const { rows } = await sql<{ id: string | null }>`select response->>'importId' as id from idempotency
    where actor_id = ${actor.id} and key = ${key}`.execute(s.db)
  return rows[0]?.id ?? undefined
}

const LEDGER: Takes = {
  bytes: 200_000_000,
  files: 1,
  tooLarge: () => '文件超过 200 MB，请分成几个文件导入。',
  none: '没有收到文件，请选择要导入的表格。',
}

/** The upload aside first (its fields may follow it), then the import; a retry finds the first one's. */
async function started(
  s: Services,
  actor: Actor,
  meta: WriteMeta,
  now: Date,
  register: string,
  request: FastifyRequest,
): Promise<string> {
  const before = await kept(s, actor, meta.idempotencyKey)
  if (before) return before
  return withFiles(s, request, LEDGER, async ([file], fields) => {
    if (!file) throw new Problem('bad-input', LEDGER.none)
    const { id } = await startImport(s, actor, register, file, {
      ...(fields.area && { area: areaCode.parse(fields.area) }),
      ...(fields.parent && { parent: z.uuid().parse(fields.parent) }),
    })
    const { importId } = await once(s.db, actor, meta, now, { import: register }, async () => ({
      importId: id,
    }))
    return importId
  })
}
