import { z } from 'zod'
import { stepFiles, stepWords } from '../../cases/step-files.ts'
import type { LoopDef, RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { readDeadlines } from '../../deadlines/read.ts'
import { openDoor } from '../../store/door.ts'
import type { WriteResult } from '../../store/types.ts'
import { waitingSentence } from '../../store/wish/ask.ts'
import { requireRead } from '../read-right.ts'
import { Answer, type JsonSchema, type Route, route } from '../route.ts'
import { date, formSchema, integer, listOf, object, ref, schemaName, text, time, uuid } from '../schemas.ts'
import type { Services } from '../services.ts'
import { actBody, idParams, listQuery, toListQuery, withAbout, writeQuery } from './parameters.ts'
import { sealedRoutes } from './sealed.ts'
import { sheetRoutes } from './sheets.ts'

/** Routes of every register and loop, made from their definitions, which a county cannot change of its own. */
export const recordRoutes = (s: Services): Route[] =>
  [...s.catalogue.records.values()]
    .flatMap((def) => [
      ...tableRoutes(s, def),
      // before the routes of one record, whose id it is not
      ...sealedRoutes(s, def),
      ...sheetRoutes(s, def),
      ...oneRoutes(s, def),
      ...(def.kind === 'loop' ? loopRoutes(s, def) : []),
      ...(s.catalogue.children(def.name).length ? [partsRoute(s, def)] : []),
    ])
    .map((row) => ({ ...row, shipped: true }))

const basePath = (def: RecordDef) => `/api/records/${def.name}`

/** The answer to a write. */
const written = (status: number, result: WriteResult, location?: string): Answer => {
  const { row, warnings, waiting } = result
  return new Answer(
    status,
    { row, warnings, ...(waiting?.length && { waiting, message: waitingSentence(row, waiting) }) },
    {
      etag: `"${row.version}"`,
      ...(location && { location: `${location}/${row.id}` }),
    },
  )
}

const valuesOf = (body: unknown): Record<string, unknown> => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Problem('bad-input', '请求内容应为字段和值组成的 JSON 对象。')
  return body as Record<string, unknown>
}

function tableRoutes(s: Services, def: RecordDef): Route[] {
  const name = schemaName(def.name)
  return [
    route({
      method: 'GET',
      path: basePath(def),
      tag: def.label,
      summary: `列出${def.label}`,
      who: 'signed-in',
      query: listQuery,
      record: { register: def.name, what: 'list' },
      responses: { 200: { description: '一页', schema: ref(`${name}Page`) } },
      handler: ({ actor, query }) => {
        requireRead(s, actor, def)
        return openDoor(s, actor).list(def.name, toListQuery(query))
      },
    }),
    route({
      method: 'POST',
      path: basePath(def),
      tag: def.label,
      summary: `登记${def.label}`,
      who: 'signed-in',
      write: true,
      query: writeQuery,
      bodySchema: ref(`${name}Input`),
      responses: { 201: { description: '已登记', schema: ref(`${name}Write`) } },
      handler: async ({ actor, query, body, meta }) =>
        written(
          201,
          await openDoor(s, actor).create(def.name, valuesOf(body), withAbout(meta, query)),
          basePath(def),
        ),
    }),
  ]
}

/** Entered under the wrong parent: an officer moves it, with photos and clocks. */
const moveRoute = (s: Services, def: RecordDef, of: string): Route =>
  route({
    method: 'POST',
    path: `${basePath(def)}/:id/move`,
    tag: def.label,
    summary: `改换一条${def.label}的归属（登记错了${s.catalogue.record(of).label}）：连同照片、办理经过和期限一起，须写明理由`,
    who: 'signed-in',
    write: true,
    versioned: true,
    params: idParams,
    body: z.strictObject({ to: z.uuid(), reason: z.string().trim().min(1, '请写明理由。').max(500) }),
    record: { register: def.name, what: 'move' },
    responses: { 200: { description: '已改换', schema: ref(`${schemaName(def.name)}Write`) } },
    handler: async ({ actor, params, body, meta, version }) =>
      written(
        200,
        await openDoor(s, actor).move(def.name, params.id, body.to, version, {
          ...meta,
          reason: body.reason,
        }),
      ),
  })

function oneRoutes(s: Services, def: RecordDef): Route[] {
  const name = schemaName(def.name)
  const one = `${basePath(def)}/:id`
  const record = (what: string) => ({ register: def.name, what })
  const done = { 200: { description: '已保存', schema: ref(`${name}Write`) } }
  return [
    route({
      method: 'GET',
      path: one,
      tag: def.label,
      summary: `查看一条${def.label}`,
      who: 'signed-in',
      params: idParams,
      record: record('read'),
      responses: { 200: { description: '记录', schema: object({ row: ref(name) }, ['row']) } },
      handler: async ({ actor, params }) => {
        const row = await openDoor(s, actor).get(def.name, params.id)
        return new Answer(200, { row }, { etag: `"${row.version}"` })
      },
    }),
    route({
      method: 'PATCH',
      path: one,
      tag: def.label,
      summary: `修改一条${def.label}`,
      who: 'signed-in',
      write: true,
      versioned: true,
      params: idParams,
      query: writeQuery,
      bodySchema: { ...partial(s, def) },
      responses: done,
      handler: async ({ actor, params, query, body, meta, version }) =>
        written(
          200,
          await openDoor(s, actor).update(
            def.name,
            params.id,
            valuesOf(body),
            version,
            withAbout(meta, query),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: one,
      tag: def.label,
      summary: `移除一条${def.label}（可恢复）`,
      who: 'signed-in',
      write: true,
      versioned: true,
      params: idParams,
      query: writeQuery,
      responses: done,
      handler: async ({ actor, params, query, meta, version }) =>
        written(200, await openDoor(s, actor).archive(def.name, params.id, version, withAbout(meta, query))),
    }),
    route({
      method: 'POST',
      path: `${one}/restore`,
      tag: def.label,
      summary: `恢复一条已移除的${def.label}`,
      who: 'signed-in',
      write: true,
      versioned: true,
      params: idParams,
      query: writeQuery,
      responses: done,
      handler: async ({ actor, params, query, meta, version }) =>
        written(200, await openDoor(s, actor).restore(def.name, params.id, version, withAbout(meta, query))),
    }),
    ...(def.of ? [moveRoute(s, def, def.of)] : []),
    route({
      method: 'GET',
      path: `${one}/timeline`,
      tag: def.label,
      summary: `${def.label}的留痕，新的在前`,
      who: 'signed-in',
      params: idParams,
      query: z.object({
        after: z
          .string()
          .regex(/^\d{1,18}$/, '应为上一页给出的 next。')
          .optional(),
        limit: z.coerce.number().int().min(1).max(200).optional(),
      }),
      record: record('timeline'),
      responses: {
        200: {
          description: '留痕',
          schema: object({ entries: listOf(ref('TimelineEntry')), next: { type: ['string', 'null'] } }),
        },
      },
      handler: ({ actor, params, query }) =>
        openDoor(s, actor).timeline(def.name, params.id, {
          ...(query.after && { after: query.after }),
          ...(query.limit && { limit: query.limit }),
        }),
    }),
    route({
      method: 'GET',
      path: `${one}/deadlines`,
      tag: def.label,
      summary: `${def.label}的期限和逾期阶梯`,
      who: 'signed-in',
      params: idParams,
      record: record('deadlines'),
      responses: { 200: { description: '期限', schema: listOf(ref('Deadline')) } },
      handler: async ({ actor, params, today }) => {
        await openDoor(s, actor).get(def.name, params.id)
        return readDeadlines(s.db, params.id, today)
      },
    }),
  ]
}

/** A change names only the fields it changes. */
function partial(s: Services, def: RecordDef): JsonSchema {
  const { required: _, ...rest } = formSchema(def.fields, s.catalogue)
  return rest
}

/** What the steps of a case brought beside what they wrote into it: files, and words. */
function stepRoutes(s: Services, def: LoopDef, one: string): Route[] {
  return [
    route({
      method: 'GET',
      path: `${one}/files`,
      tag: def.label,
      summary: `${def.label}各次办理时上传的照片和材料，按先后`,
      who: 'signed-in',
      params: idParams,
      record: { register: def.name, what: 'files' },
      responses: {
        200: {
          description: '照片和材料',
          schema: listOf(
            object({ on: date, step: text, label: text, type: text, files: listOf({ type: 'object' }) }),
          ),
        },
      },
      handler: ({ actor, params }) => stepFiles(s, actor, def, params.id),
    }),
    route({
      method: 'GET',
      path: `${one}/words`,
      tag: def.label,
      summary: `${def.label}各次办理时写的话（整改情况、复查意见等），按先后`,
      who: 'signed-in',
      params: idParams,
      record: { register: def.name, what: 'words' },
      responses: {
        200: {
          description: '办理时写的话',
          schema: listOf(object({ on: date, step: text, label: text, text })),
        },
      },
      handler: ({ actor, params }) => stepWords(s, actor, def, params.id),
    }),
  ]
}

function loopRoutes(s: Services, def: LoopDef): Route[] {
  const name = schemaName(def.name)
  const one = `${basePath(def)}/:id`
  const about = { reason: text, happenedOn: date, deviceTime: time, place: { type: 'object' } }
  const act = (path: string, action: string | undefined, summary: string, form: JsonSchema): Route =>
    route({
      method: 'POST',
      path,
      tag: def.label,
      summary,
      who: 'signed-in',
      write: true,
      versioned: true,
      params: action ? idParams : idParams.extend({ action: z.string().max(60) }),
      body: actBody,
      bodySchema: object({ form, ...about }),
      responses: { 200: { description: '已办理', schema: ref(`${name}Write`) } },
      handler: async ({ actor, params, body, meta, version }) => {
        const { id, action: named } = params as { id: string; action?: string }
        const { form: values = {}, ...rest } = body
        const what = action ?? named ?? ''
        return written(
          200,
          await openDoor(s, actor).act(def.name, id, what, values, version, withAbout(meta, rest)),
        )
      },
    })
  return [
    route({
      method: 'GET',
      path: `${one}/actions`,
      tag: def.label,
      summary: `这条${def.label}现在可以办理什么，不能办的为什么`,
      who: 'signed-in',
      params: idParams,
      record: { register: def.name, what: 'actions' },
      responses: { 200: { description: '办理动作', schema: listOf(ref('OfferedAction')) } },
      handler: ({ actor, params }) => openDoor(s, actor).actions(def.name, params.id),
    }),
    ...stepRoutes(s, def, one),
    ...Object.entries(def.actions).map(([id, a]) =>
      act(`${one}/actions/${id}`, id, a.label, formSchema(a.form ?? {}, s.catalogue)),
    ),
    route({
      method: 'POST',
      path: `${one}/take-back`,
      tag: def.label,
      summary: '撤回自己刚办理的一步：还没有人接着办的，状态、内容和期限恢复原样',
      who: 'signed-in',
      write: true,
      versioned: true,
      params: idParams,
      record: { register: def.name, what: 'take-back' },
      responses: { 200: { description: '已撤回', schema: ref(`${name}Write`) } },
      handler: async ({ actor, params, meta, version }) =>
        written(200, await openDoor(s, actor).takeBack(def.name, params.id, version, meta)),
    }),
    // a case goes on by the version it began with, whose actions may have other names
    act(`${one}/actions/:action`, undefined, '按开始时的版本办理', { type: 'object' }),
  ]
}

function partsRoute(s: Services, def: RecordDef): Route {
  const children = s.catalogue.children(def.name)
  return route({
    method: 'GET',
    path: `${basePath(def)}/:id/parts`,
    tag: def.label,
    summary: `${def.label}名下各台账的概况（一企一档）`,
    who: 'signed-in',
    params: idParams,
    record: { register: def.name, what: 'parts' },
    responses: {
      200: {
        description: '各台账的总数和最新几条',
        schema: listOf(
          object({
            register: text,
            label: text,
            total: integer,
            rows: listOf({ type: 'object', properties: { id: uuid } }),
          }),
        ),
      },
    },
    handler: async ({ actor, params }) => {
      const door = openDoor(s, actor)
      await door.get(def.name, params.id)
      const parts = []
      for (const child of children) {
        const { rows, total = 0 } = await door.list(child.name, { parent: params.id, limit: 5, count: true })
        parts.push({ register: child.name, label: child.label, total, rows })
      }
      return parts
    },
  })
}
