import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { rhythms } from '../../core/period.ts'
import { readNoticeApart } from '../../notices/apart.ts'
import { MAX_NOTICE_BYTES } from '../../notices/limits.ts'
import type { ParsedNotice } from '../../notices/model.ts'
import type { NoticeDocument } from '../../notices/reading/document.ts'
import { sql } from '../../store/db.ts'
import { requireManage } from '../../tasks/access.ts'
import {
  type Accepting,
  acceptItem,
  acceptItems,
  type Binding,
  correctItem,
  createNotice,
  dropItem,
  getNotice,
  type ItemCorrection,
  listNotices,
  MOST_ACCEPTED,
  previewItems,
  reopenItem,
  voidNotice,
  withdrawTasks,
} from '../../tasks/index.ts'
import { once } from '../once.ts'
import { Answer, type Call, type Route, route } from '../route.ts'
import { listOf, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { readSmallUpload } from './multipart.ts'
import { noticeReadingRoutes } from './notice-reading.ts'
import { areaCode, calendarDate, idParams, isYes, yes } from './parameters.ts'

const anyObject = { type: 'object' }
const noticeText = z.object({
  text: z.string().min(1, '请粘贴通知正文。').max(2_000_000),
  name: z.string().max(200).optional(),
  area: areaCode.optional(),
})
const itemParams = idParams.extend({ item: z.uuid() })
const printed = z.string().max(500)
const quantity = z.looseObject({
  text: printed,
  value: z.union([z.number(), z.tuple([z.number(), z.number()])]),
  unit: z.string().max(40),
  comparator: z.string().max(30),
})
const few = <T extends z.ZodType>(of: T) => z.array(of).max(50).optional()
const names = z.array(z.string().max(200)).max(100)
const correction = z.object({
  title: z.string().trim().min(1).max(300).optional(),
  kind: z.enum(['task', 'rule']).optional(),
  deadlines: few(z.looseObject({ text: printed, date: calendarDate })),
  frequencies: few(
    z.looseObject({ text: printed, period: z.string().max(20).nullable(), times: z.number().nullable() }),
  ),
  targets: few(quantity),
  conditions: few(quantity),
  units: names.optional(),
  enterprises: names.optional(),
  state: z.enum(['open', 'dropped']).optional().describe('dropped：不分解；open：恢复'),
  reason: z.string().trim().max(500).optional(),
})

const target = z.union([z.number(), z.tuple([z.number(), z.number()])])
export const bindingShape = {
  title: z.string().max(300),
  indicator: z.string().max(80).nullish(),
  evidence: z.boolean().optional(),
  where: z.record(z.string(), z.unknown()).nullish(),
  subset: z.array(z.uuid()).max(5000).nullish(),
  who: z.string().max(80).nullish().describe('代替本县口径的统计范围'),
  target: target.nullish(),
  comparator: z.string().max(30).nullish(),
  unit: z.string().max(20).nullish(),
  due: calendarDate.nullish(),
  every: z
    .enum(rhythms)
    .nullish()
    .describe(
      '周期；原文写了周期的，佐证材料任务须填，只办一次的填 null。week、ten-days、half-month 只用于佐证材料',
    ),
  owners: z.array(z.uuid()).max(200),
}
const binding = z.object({ ...bindingShape, area: areaCode.optional() })
const again = z.boolean().optional().describe('true：已分解的一条，再分解一项')

interface Taken {
  input: {
    text: string
    parsed: ParsedNotice
    document: NoticeDocument
    name: string
    area?: string
    file?: string
  }
  /** what makes two uploads the same */
  request: unknown
}

/** The notice itself, from a pasted text or a file; read in a process of its own. */
async function taken(s: Services, { request, body, actor, now, today }: Call): Promise<Taken> {
  // before anything is read: reading costs something
  const mayTakeIn = (area = actor.home.slice(0, 6)) => requireManage(actor, area, today)
  if (!request.isMultipart()) {
    const { text, name = '', area } = noticeText.parse(body)
    mayTakeIn(area)
    const { notice, document } = await readNoticeApart({ text }, actor.id)
    const input = { text, name, ...(area && { area }) }
    return { input: { ...input, parsed: notice, document }, request: { text, name, area } }
  }
  const { file, fields } = await readSmallUpload(request, MAX_NOTICE_BYTES)
  if (!file)
    throw new Problem(
      'bad-input',
      '没有收到文件，请选择 .docx、.doc、.wps、.rtf、.ofd、.txt 或带文字的 .pdf。',
    )
  const area = fields.area ? areaCode.parse(fields.area) : undefined
  mayTakeIn(area)
  // kept as it came, also when it is a picture or cannot be read; what the store does not keep (old .doc) is only read
  const kept = await s.files
    .put(Readable.from([file.bytes]), { name: file.name, by: actor, now, maxBytes: MAX_NOTICE_BYTES })
    .catch((e: unknown) => {
      if (e instanceof Problem && e.code === 'bad-input') return undefined
      throw e
    })
  const { document, notice } = kept
    ? await readNoticeApart({ path: s.files.pathOf(kept.id), name: file.name }, actor.id)
    : await readAside(s, file, actor.id)
  const input = {
    text: document.text,
    name: file.name,
    ...(area && { area }),
    ...(kept && { file: kept.id }),
  }
  return { input: { ...input, parsed: notice, document }, request: input }
}

/** A file that is not kept lies among the uploads while it is read. */
async function readAside(s: Services, file: { name: string; bytes: Buffer }, user: string) {
  const aside = path.join(s.files.folder, 'incoming', `notice-${newId()}`)
  try {
    await writeFile(aside, file.bytes, { mode: 0o600 })
    return await readNoticeApart({ path: aside, name: file.name }, user)
  } finally {
    await rm(aside, { force: true })
  }
}

/** Official notices: taken in, read, corrected, broken down into tasks. */
export function noticeRoutes(s: Services): Route[] {
  const common = { tag: '通知', who: 'signed-in' as const }
  const record = (what: string) => ({ register: 'notice', what })
  const one = '/api/notices/:id'
  const view = {
    description: '通知',
    schema: object({ notice: anyObject, text, document: anyObject, structure: {}, items: listOf(anyObject) }),
  }
  return [
    route({
      ...common,
      method: 'POST',
      path: '/api/notices',
      summary:
        '录入通知：粘贴正文（JSON）或上传 .docx、.doc、.wps、.rtf、.pdf、.ofd、网页、.txt（multipart）；自动读出每一条',
      write: true,
      upload: true,
      query: z.object({
        confirm: yes.optional().describe('1：同一文号或同样内容的已录入过，已核对，仍要录入'),
      }),
      bodySchema: object({ text, name: text, area: text }, ['text']),
      record: record('create'),
      responses: { 201: view },
      handler: async (call) => {
        const { actor, meta, now, query } = call
        const confirm = isYes(query.confirm)
        const { input, request } = await taken(s, call)
        const { id } = await once(s.db, actor, meta, now, { notice: request, confirm }, async (tx) => {
          const made = await createNotice(s, tx, actor, now, { ...input, confirm })
          if (input.file)
            await sql`insert into file_ref (file_id, register, record_id)
              values (${input.file}, 'notice', ${made.notice.id}) on conflict do nothing`.execute(tx)
          return { id: made.notice.id }
        })
        return new Answer(201, await getNotice(s, s.db, actor, now, id), { location: `/api/notices/${id}` })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/notices',
      summary: '通知列表，新的在前',
      query: z.object({ voided: yes.optional().describe('1：只列已作废的，县局可见') }),
      responses: { 200: { description: '通知', schema: listOf(anyObject) } },
      handler: ({ actor, now, query }) => listNotices(s, s.db, actor, now, isYes(query.voided)),
    }),
    route({
      ...common,
      method: 'GET',
      path: one,
      summary: '一份通知：结构、原文和每一条，待分解的附建议',
      params: idParams,
      responses: { 200: view },
      handler: ({ actor, params, now }) => getNotice(s, s.db, actor, now, params.id),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: one,
      summary: '作废一份通知（voided: true，写明原因；还有任务在执行的不能作废），或恢复（voided: false）',
      write: true,
      versioned: true,
      params: idParams,
      body: z.object({ voided: z.boolean(), reason: z.string().trim().max(500).optional() }),
      record: record('update'),
      responses: { 200: view },
      handler: async ({ actor, params, body, meta, version, now }) => {
        await once(s.db, actor, meta, now, { notice: params.id, version, body }, async (tx) => {
          await voidNotice(tx, actor, now, params.id, version, body)
          return { id: params.id }
        })
        return getNotice(s, s.db, actor, now, params.id)
      },
    }),
    ...itemRoutes(s),
    ...noticeReadingRoutes(s),
    ...togetherRoutes(s),
  ]
}

/** One item: corrected, set aside, broken down. */
function itemRoutes(s: Services): Route[] {
  const common = { tag: '通知', who: 'signed-in' as const }
  const record = (what: string) => ({ register: 'notice', what })
  const one = '/api/notices/:id'
  return [
    route({
      ...common,
      method: 'PATCH',
      path: `${one}/items/:item`,
      summary: '更正一条，或标为不分解（state: dropped，写明原因）、恢复（state: open）',
      write: true,
      versioned: true,
      params: itemParams,
      body: correction,
      record: record('update'),
      responses: { 200: { description: '这一条', schema: anyObject } },
      handler: async ({ actor, params, body, meta, version, now }) => {
        const { state, reason, ...fields } = body
        const item = await once(s.db, actor, meta, now, { item: params, version, body }, async (tx) => {
          const { id, item } = params
          if (state === 'dropped') return dropItem(s, tx, actor, now, id, item, reason, version)
          if (state === 'open') return reopenItem(s, tx, actor, now, id, item, version)
          return correctItem(s, tx, actor, now, id, item, fields as ItemCorrection, version)
        })
        return new Answer(200, item, { etag: `"${item.version}"` })
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/items/:item/accept`,
      summary:
        '分解为任务：绑定指标（或以佐证材料完成）、范围、目标、时限和责任单位；已分解的一条要再分解一项的，写明 again: true',
      write: true,
      versioned: true,
      params: itemParams,
      body: binding.extend({ again }),
      record: record('accept'),
      responses: { 201: { description: '任务', schema: anyObject } },
      handler: async ({ actor, params, body: { again, ...body }, meta, version, now }) => {
        const task = await once(s.db, actor, meta, now, { accept: params, version, again, body }, (tx) =>
          acceptItem(s, tx, actor, now, params.id, params.item, bindingOf(body), { version, again }),
        )
        return new Answer(201, task, { location: `/api/tasks/${task.id}`, etag: `"${task.version}"` })
      },
    }),
  ]
}

const accepting = (most: number) =>
  z.object({
    items: z
      .array(
        z.object({
          item: z.uuid(),
          version: z.number().int().min(1).optional(),
          again,
          binding: binding.nullish(),
        }),
      )
      .min(1, '请先选择条目。')
      .max(most)
      .describe('version：这一条的版本号，采纳时必填；binding 不填则按建议'),
  })

const given = (items: z.infer<ReturnType<typeof accepting>>['items']): Accepting[] =>
  items.map(({ item, version, again, binding: b }) => ({
    item,
    version,
    again,
    ...(b && { binding: bindingOf(b) }),
  }))

/** Several items at once: seen first, accepted together, and taken back together. */
function togetherRoutes(s: Services): Route[] {
  const common = { tag: '通知', who: 'signed-in' as const, method: 'POST' as const, params: idParams }
  const one = '/api/notices/:id'
  const list = (description: string) => ({ description, schema: listOf(anyObject) })
  return [
    route({
      ...common,
      path: `${one}/preview`,
      summary: '采纳前看一看：若采纳，今天的数字、统计多少、分乡镇；不写入任何内容',
      body: accepting(MOST_ACCEPTED),
      responses: { 200: list('每条的任务和数字') },
      handler: ({ actor, params, body, now }) =>
        previewItems(s, s.db, actor, now, params.id, given(body.items)),
    }),
    route({
      ...common,
      path: `${one}/accept`,
      summary: '一并分解为任务：要么全部采纳，要么一条也不采纳',
      write: true,
      body: accepting(MOST_ACCEPTED),
      record: { register: 'notice', what: 'accept' },
      responses: { 201: list('任务') },
      handler: async ({ actor, params, body, meta, now }) => {
        if (body.items.some((i) => i.version === undefined))
          throw new Problem(
            'version-required',
            '缺少版本号：请带上每一条的版本号（version），以免覆盖他人的修改。',
          )
        const tasks = await once(s.db, actor, meta, now, { accept: params, body }, (tx) =>
          acceptItems(s, tx, actor, now, params.id, given(body.items)),
        )
        return new Answer(201, tasks)
      },
    }),
    route({
      ...common,
      path: `${one}/withdraw`,
      summary: '一并撤销由本通知分解的任务，条目恢复为待分解；须写明原因',
      write: true,
      body: z.object({
        tasks: z.array(z.uuid()).min(1).max(MOST_ACCEPTED),
        reason: z.string().trim().min(1, '请写明原因。').max(500),
      }),
      record: { register: 'notice', what: 'withdraw' },
      responses: { 200: list('撤销的任务') },
      handler: ({ actor, params, body, meta, now }) =>
        once(s.db, actor, meta, now, { withdraw: params, body }, (tx) =>
          withdrawTasks(s, tx, actor, now, params.id, body.tasks, body.reason),
        ),
    }),
  ]
}

/** Null and absent mean the same when something is made; only a rhythm that is null was thought of. */
const bindingOf = (values: z.infer<typeof binding>): Binding => ({
  ...(values.every === null && { once: true }),
  ...(Object.fromEntries(
    Object.entries(values).filter(([, v]) => v !== null && v !== undefined),
  ) as unknown as Binding),
})
