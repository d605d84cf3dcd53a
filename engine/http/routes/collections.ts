import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { computeRows } from '../../collections/compute.ts'
import {
  asks,
  changeCollection,
  collectionView,
  createCollection,
  isDocument,
  kinds,
  listCollections,
  openForm,
  proposeChange,
  proposeCollection,
  requireMaker,
  resultSheet,
  rowsView,
  type Source,
  sourcesView,
} from '../../collections/index.ts'
import type { Condition } from '../../core/condition/ast.ts'
import { Problem } from '../../core/errors.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, nullable, object } from '../schemas.ts'
import type { Services } from '../services.ts'
import { type Takes, withFiles } from './many-files.ts'
import { areaCode, idParams } from './parameters.ts'
import { sheetAnswer, XLSX } from './sheets.ts'

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

const condition = z.custom<Condition>((v) => typeof v === 'object' && v !== null && !Array.isArray(v))

const source: z.ZodType<Source> = z
  .union([
    z.strictObject({ field: z.string().max(120) }),
    z.strictObject({ indicator: z.string().max(80), part: z.enum(['num', 'den', 'value']) }),
    z.strictObject({ count: z.string().max(60), condition: condition.optional() }),
    z.strictObject({ place: z.literal(true) }),
    z.strictObject({ sequence: z.literal(true) }),
  ])
  .describe('用什么填：台账字段、指标、台账计数、乡镇名称、序号')

const change = z.strictObject({
  title: z.string().trim().min(1).max(120).optional(),
  about: z.enum(['record', 'place']).optional().describe('每行是一条记录，还是一个乡镇'),
  register: z.string().max(60).nullish(),
  condition: condition.nullish().describe('只要符合条件的记录（Condition）；空为全部'),
  lines: z.enum(['given', 'list']).optional().describe('given 只填表中已有的行，list 由台账列出'),
  note: z.string().max(500).nullish(),
  sheet: z.string().max(120).optional(),
  headingLine: z.number().int().min(1).max(1000).optional().describe('表头最后一行在第几行'),
  columns: z
    .array(
      z.strictObject({
        n: z.number().int(),
        source: source.nullable().optional(),
        ask: z.enum(asks).optional(),
        kind: z.enum(kinds).optional(),
      }),
    )
    .max(300)
    .optional(),
})

const anyObject = { type: 'object' }
const common = { tag: '报表填报', who: 'signed-in' as const }
const record = (what: string) => ({ register: 'collection', what })
const one = '/api/collections/:id'
const view = { 200: { description: '报表填报', schema: anyObject } }

/** Tables from above: taken in, matched, filled, given back in the sender's own file. */
export const collectionRoutes = (s: Services): Route[] => [...formRoutes(s), ...contentRoutes(s)]

function formRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'POST',
      path: '/api/collections',
      summary:
        '上传上级下发的表（.xlsx、.docx），认出表头和每列的来源，并用台账填一遍；另有字段 area（区划代码）',
      write: true,
      upload: true,
      record: record('create'),
      responses: { 201: { description: '报表填报', schema: anyObject } },
      handler: async ({ actor, request, meta, now, today }) => {
        // before anything is read or kept
        requireMaker(actor, undefined, today)
        const { file, fields } = await received(s, actor, request, now)
        const proposed = await proposeCollection(
          s,
          actor,
          file,
          fields.area ? areaCode.parse(fields.area) : undefined,
        )
        const rows = await computeRows(
          s,
          actor,
          { ...proposed, created_at: now.toISOString() },
          proposed.columns,
        )
        const { id } = await once(s.db, actor, meta, now, { collection: file.id }, async (tx) => ({
          id: await createCollection(tx, actor, now, proposed, rows),
        }))
        return new Answer(201, await collectionView(s, actor, id), { location: `/api/collections/${id}` })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/collections',
      summary: '本单位的报表填报，新的在前',
      responses: { 200: { description: '报表填报', schema: listOf(anyObject) } },
      handler: ({ actor }) => listCollections(s, actor),
    }),
    route({
      ...common,
      method: 'GET',
      path: one,
      summary: '一张表：每列的来源、填了多少、还缺多少',
      params: idParams,
      responses: view,
      handler: ({ actor, params }) => collectionView(s, actor, params.id),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/sources`,
      summary: '这张表的列可以用什么填',
      params: idParams,
      responses: { 200: { description: '来源', schema: object({ sources: listOf(anyObject) }) } },
      handler: ({ actor, params }) => sourcesView(s, actor, params.id),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: one,
      summary: '改正表头、列的来源、填哪些记录，并重新取数；不带内容为只重新取数',
      write: true,
      versioned: true,
      params: idParams,
      body: change,
      record: record('update'),
      responses: view,
      handler: async ({ actor, params, body, meta, now, version }) => {
        const proposed = await proposeChange(s, actor, params.id, body)
        await once(s.db, actor, meta, now, { collection: params.id, body, version }, async (tx) => {
          await changeCollection(
            tx,
            actor,
            now,
            proposed,
            version,
            Object.keys(body).length ? 'update' : 'fill',
          )
          return { ok: true }
        })
        return collectionView(s, actor, params.id)
      },
    }),
  ]
}

function contentRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'GET',
      path: `${one}/rows`,
      summary: '逐行逐格：台账的数、填报的数、来自哪里',
      params: idParams,
      query: z.object({
        part: z.uuid().optional(),
        show: z.enum(['missing', 'differ', 'returned']).optional(),
        after: z.coerce.number().int().min(0).max(100_000).optional(),
        limit: z.coerce.number().int().min(1).max(200).optional(),
      }),
      responses: {
        200: { description: '一页', schema: object({ rows: listOf(anyObject), next: nullable(integer) }) },
      },
      handler: ({ actor, params, query }) => rowsView(s, actor, params.id, query),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/result`,
      summary: '填好的表：写在上级自己的文件里，版式不变；记入留痕',
      params: idParams,
      record: record('export'),
      responses: { 200: { description: '表格', type: XLSX } },
      handler: async ({ actor, params }) => {
        const { fileName } = await collectionView(s, actor, params.id)
        return sheetAnswer(
          fileName,
          (out) => resultSheet(s, actor, params.id, out),
          isDocument(fileName) ? DOCX : XLSX,
        )
      },
    }),
  ]
}

const FORM: Takes = {
  bytes: 60_000_000,
  files: 1,
  tooLarge: () => '文件超过 60 MB，不像一张要填的表。',
  none: '没有收到文件，请选择要填的 .xlsx 或 .docx 表。',
}

/** The upload, kept as a file of its own once the reader has opened it. */
export async function received(
  s: Services,
  actor: Actor,
  request: FastifyRequest,
  now: Date,
): Promise<{ file: { id: string; name: string }; fields: Record<string, string> }> {
  return withFiles(s, request, FORM, async ([upload], fields) => {
    if (!upload) throw new Problem('bad-input', FORM.none)
    // read before it is kept: the reader knows what to say about a picture, a password, an old format
    await openForm(upload, { user: actor.id, folder: path.dirname(upload.path) })
    const file = await s.files.put(createReadStream(upload.path), {
      name: upload.name,
      by: actor,
      now,
      maxBytes: FORM.bytes,
      table: true,
    })
    return { file: { id: file.id, name: upload.name }, fields }
  })
}
