import { z } from 'zod'
import {
  assignReturn,
  chooseAll,
  closeCollection,
  collectionView,
  dropAdded,
  leftView,
  ownCollection,
  partsView,
  readKept,
  readReturns,
  receivers,
  remindParts,
  removeCollection,
  restsOf,
  returnsView,
  sendCollection,
  settleLeft,
  sheetsZip,
  takeReturns,
  visiblePart,
  withdrawCollection,
  writeCells,
} from '../../collections/index.ts'
import { Problem } from '../../core/errors.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, object } from '../schemas.ts'
import type { Services } from '../services.ts'
import { namesOf, RETURNS, withFiles } from './many-files.ts'
import { calendarDate, idParams } from './parameters.ts'
import { sheetAnswer } from './sheets.ts'

const anyObject = { type: 'object' }
export const common = { tag: '报表填报', who: 'signed-in' as const }
export const record = (what: string) => ({ register: 'collection', what })
const one = '/api/collections/:id'
export const view = { 200: { description: '报表填报', schema: anyObject } }
export const listed = (name: string) => ({
  200: { description: '列表', schema: object({ [name]: listOf(anyObject) }) },
})

export const cell = z.strictObject({
  row: z.number().int().min(1),
  col: z.number().int().min(1),
  text: z.string().max(2000).optional().describe('填的内容；空为清除'),
  chosen: z.enum(['computed', 'typed']).optional().describe('两个数不一致时采用哪个'),
})
const settle = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('drop') }),
  z.strictObject({ do: z.literal('add') }),
  z.strictObject({ do: z.literal('row'), row: z.number().int() }),
  z.strictObject({ do: z.literal('cell'), text: z.string().max(2000) }),
  z.strictObject({ do: z.literal('column'), col: z.number().int() }),
])

/** Forms that are sent out, handed in and merged. */
export const collectionPartRoutes = (s: Services): Route[] => [
  ...sendingRoutes(s),
  ...stateRoutes(s),
  ...cellRoutes(s),
  ...returnRoutes(s),
]

function sendingRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'GET',
      path: `${one}/receivers`,
      summary: '缺的内容在哪些乡镇（或企业），各缺多少格',
      params: idParams,
      query: z.object({ asked: z.enum(['town', 'firm']).default('town') }),
      responses: listed('receivers'),
      handler: async ({ actor, params, query }) => ({
        receivers: await receivers(s, actor, params.id, query.asked),
      }),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/send`,
      summary: '发给乡镇（或企业）填缺的内容，定截止日期；再发一次表号加一',
      write: true,
      versioned: true,
      params: idParams,
      body: z.strictObject({
        asked: z.enum(['town', 'firm']),
        dueOn: calendarDate,
        note: z.string().max(300).optional(),
        without: z.array(z.string().max(40)).max(5000).optional().describe('这次不发的'),
      }),
      record: record('send'),
      responses: view,
      handler: async ({ actor, params, body, meta, now, version }) => {
        await once(s.db, actor, meta, now, { send: params.id, body, version }, async (tx) => {
          await sendCollection(s, tx, actor, now, params.id, version, body)
          return { ok: true }
        })
        return collectionView(s, actor, params.id)
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/parts`,
      summary: '发了谁、收了谁、缺谁，带联系人和电话',
      params: idParams,
      responses: listed('parts'),
      handler: async ({ actor, params }) => ({ parts: await partsView(s, actor, params.id) }),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/remind`,
      summary: '催没有交的：进入对方的“今日”',
      write: true,
      params: idParams,
      body: z.strictObject({ parts: z.array(z.uuid()).max(5000).optional() }),
      record: record('remind'),
      responses: { 200: { description: '催了几家', schema: object({ reminded: integer }) } },
      handler: ({ actor, params, body, meta, now }) =>
        once(s.db, actor, meta, now, { remind: params.id, body }, (tx) =>
          remindParts(tx, actor, now, params.id, body.parts),
        ),
    }),
  ]
}

function stateRoutes(s: Services): Route[] {
  return [
    ...(['close', 'reopen'] as const).map((what) =>
      route({
        ...common,
        method: 'POST',
        path: `${one}/${what}`,
        summary: what === 'close' ? '办结，不再收' : '重新打开',
        write: true,
        versioned: true,
        params: idParams,
        record: record(what),
        responses: view,
        handler: async ({ actor, params, meta, now, version }) => {
          await once(s.db, actor, meta, now, { [what]: params.id, version }, async (tx) => {
            await closeCollection(tx, actor, now, params.id, version, what === 'reopen')
            return { ok: true }
          })
          return collectionView(s, actor, params.id)
        },
      }),
    ),
    route({
      ...common,
      method: 'POST',
      path: `${one}/withdraw`,
      summary: '收回发给没有交的那些，写明原因；已交的留着',
      write: true,
      versioned: true,
      params: idParams,
      body: z.strictObject({ reason: z.string().trim().min(1).max(200) }),
      record: record('withdraw'),
      responses: {
        200: { description: '收回几家，留下几家', schema: object({ withdrawn: integer, kept: integer }) },
      },
      handler: ({ actor, params, body, meta, now, version }) =>
        once(s.db, actor, meta, now, { withdraw: params.id, body, version }, (tx) =>
          withdrawCollection(tx, actor, now, params.id, version, body.reason),
        ),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: one,
      summary: '删除没有发出的表；留痕保留',
      write: true,
      versioned: true,
      params: idParams,
      record: record('remove'),
      responses: { 200: { description: '已删除', schema: anyObject } },
      handler: ({ actor, params, meta, now, version }) =>
        once(s.db, actor, meta, now, { remove: params.id, version }, async (tx) => {
          await removeCollection(tx, actor, now, params.id, version)
          return { ok: true }
        }),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/sheets.zip`,
      summary: '各家的表，装在一个压缩包里，便于发到工作群',
      params: idParams,
      record: record('export'),
      responses: { 200: { description: '压缩包', type: 'application/zip' } },
      handler: async ({ actor, params }) => {
        const { title } = await collectionView(s, actor, params.id)
        return sheetAnswer(
          `${title}-待填.zip`,
          (out) => sheetsZip(s, actor, params.id, out),
          'application/zip',
        )
      },
    }),
  ]
}

function cellRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'GET',
      path: `${one}/cells/:row/:col`,
      summary: '一格的数从哪里来：来源、取数时间、背后的记录和名单的筛选条件',
      params: idParams.extend({ row: z.coerce.number().int().min(1), col: z.coerce.number().int().min(1) }),
      responses: { 200: { description: '来源', schema: anyObject } },
      handler: ({ actor, params }) => restsOf(s, actor, params.id, params.row, params.col),
    }),
    route({
      ...common,
      method: 'PUT',
      path: `${one}/cells`,
      summary: '直接填写几格，或选定不一致时采用哪个数',
      write: true,
      params: idParams,
      body: z.strictObject({ cells: z.array(cell).min(1).max(500) }),
      record: record('update'),
      responses: view,
      handler: async ({ actor, params, body, meta, now }) => {
        await once(s.db, actor, meta, now, { cells: params.id, body }, async (tx) => {
          await writeCells(s, tx, actor, now, params.id, body.cells)
          return { ok: true }
        })
        return collectionView(s, actor, params.id)
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/choose`,
      summary: '不一致的都采用系统的数（computed）或填报的数（typed）',
      write: true,
      params: idParams,
      body: z.strictObject({ chosen: z.enum(['computed', 'typed']) }),
      record: record('update'),
      responses: { 200: { description: '几格', schema: object({ cells: integer }) } },
      handler: ({ actor, params, body, meta, now }) =>
        once(s.db, actor, meta, now, { choose: params.id, body }, (tx) =>
          chooseAll(tx, actor, now, params.id, body.chosen),
        ),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/rows/drop`,
      summary: '删去对方新增的行：几行（rows），或随一个文件来的全部（returned）；填过的内容留作记录',
      write: true,
      params: idParams,
      body: z.union([
        z.strictObject({ rows: z.array(z.number().int()).min(1).max(5000) }),
        z.strictObject({ returned: z.uuid() }),
      ]),
      record: record('update'),
      responses: { 200: { description: '几行', schema: object({ rows: integer }) } },
      handler: ({ actor, params, body, meta, now }) =>
        once(s.db, actor, meta, now, { drop: params.id, body }, (tx) =>
          dropAdded(tx, actor, now, params.id, body),
        ),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/left`,
      summary: '交回的表里没有看懂的行、格、列：在哪个文件第几行，为什么',
      params: idParams,
      responses: listed('left'),
      handler: async ({ actor, params }) => ({ left: await leftView(s, actor, params.id) }),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/left/:left`,
      summary: '处理一条：不采用、作为新行、归到某行、改正后采用、归到某列',
      write: true,
      params: idParams.extend({ left: z.coerce.number().int() }),
      body: settle,
      record: record('update'),
      responses: { 200: { description: '已处理', schema: anyObject } },
      handler: ({ actor, params, body, meta, now }) =>
        once(s.db, actor, meta, now, { left: params, body }, async (tx) => {
          await settleLeft(s, tx, actor, now, params.id, params.left, body)
          return { ok: true }
        }),
    }),
  ]
}

function returnRoutes(s: Services): Route[] {
  return [
    route({
      ...common,
      method: 'POST',
      path: `${one}/returns`,
      summary: '收表：一次选多个文件或一个压缩包，按表里的编号认出是谁的，核对后合并',
      write: true,
      upload: true,
      params: idParams,
      record: record('return'),
      responses: listed('returns'),
      handler: async ({ actor, params, request, meta, now, today }) => {
        await ownCollection(s.db, actor, params.id, today)
        return new Answer(
          200,
          await withFiles(s, request, RETURNS, async (files) => {
            const read = await readReturns(s, actor, files)
            return once(s.db, actor, meta, now, { returns: params.id, files: namesOf(read) }, async (tx) => {
              const collection = await ownCollection(tx, actor, params.id, today, true)
              return { returns: await takeReturns(s, tx, actor, now, collection, read) }
            })
          }),
        )
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${one}/returns`,
      summary: '收到的文件，新的在前',
      params: idParams,
      responses: listed('returns'),
      handler: async ({ actor, params }) => ({ returns: await returnsView(s, actor, params.id) }),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/returns/:file/assign`,
      summary: '认不出的文件，指明是哪一家的',
      write: true,
      params: idParams.extend({ file: z.uuid() }),
      body: z.strictObject({ part: z.uuid() }),
      record: record('return'),
      responses: { 200: { description: '收的结果', schema: anyObject } },
      handler: async ({ actor, params, body, meta, now, today }) => {
        const read = await readKept(s, actor, await ownCollection(s.db, actor, params.id, today), params.file)
        return once(s.db, actor, meta, now, { assign: params, body }, async (tx) => {
          const collection = await ownCollection(tx, actor, params.id, today, true)
          const { part } = await visiblePart(tx, actor, body.part, today)
          if (part.collection_id !== collection.id)
            throw new Problem('bad-input', '这一家不在这张表里，请重新选择。')
          return assignReturn(s, tx, actor, now, collection, { id: params.file, file: read, part })
        })
      },
    }),
  ]
}
