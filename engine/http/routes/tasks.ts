import { z } from 'zod'
import { exportTaskGrid, exportTaskRows } from '../../exchange/export/index.ts'
import { sql } from '../../store/db.ts'
import {
  addEvidence,
  confirmEvidence,
  getTask,
  listTasks,
  sendBackEvidence,
  type TaskChange,
  type TaskState,
  takeBackEvidence,
  taskGrid,
  taskMet,
  taskMissing,
  taskStateLabel,
  updateTask,
} from '../../tasks/index.ts'
import { once } from '../once.ts'
import { Answer, type Route, route } from '../route.ts'
import { integer, listOf, nullable, object, text } from '../schemas.ts'
import type { Services } from '../services.ts'
import { bindingShape } from './notices.ts'
import { areaCode, calendarDate, idParams } from './parameters.ts'
import { CSV, sheetAnswer, XLSX } from './sheets.ts'

const anyObject = { type: 'object' }
const change = z
  .object({ ...bindingShape, withdrawn: z.boolean(), reason: z.string().trim().max(500) })
  .partial()
  .strict()
const evidence = z.object({
  files: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-f]{64}$/, '附件编号不对，请重新上传。'),
        name: z.string().max(200),
        type: z.string().max(100),
        size: z.number().int().min(0),
      }),
    )
    .min(1, '请至少上传一个文件或照片。')
    .max(50),
  happenedOn: calendarDate.optional(),
  note: z.string().max(1000).optional(),
  owner: z.uuid().optional().describe('哪个责任单位的材料；默认为提交人本单位的'),
  period: calendarDate.optional().describe('哪一期的材料：周期的第一天；默认为办理日期所在的周期'),
})
const states = Object.keys(taskStateLabel) as [TaskState, ...TaskState[]]

/** Tasks of notices: computed progress, who is missing, evidence where no data can answer. */
export function taskRoutes(s: Services): Route[] {
  const common = { tag: '任务', who: 'signed-in' as const }
  const record = (what: string) => ({ register: 'task', what })
  const one = '/api/tasks/:id'
  const rows = {
    200: {
      description: '记录',
      schema: object({ register: nullable(text), rows: listOf(anyObject), total: integer, running: integer }),
    },
  }
  const page = z.object({
    town: areaCode.optional(),
    limit: z.coerce.number().int().min(1).max(500).optional(),
    offset: z.coerce.number().int().min(0).max(1_000_000).optional(),
    q: z.string().trim().max(100).optional().describe('名称里的字'),
  })
  const sheet = {
    format: z.enum(['xlsx', 'csv']).optional(),
    purpose: z.string().max(200).optional().describe('用途；名单里有个人信息时必填，记入留痕'),
  }
  const grid = z.object({
    by: z.enum(['town', 'county']).optional().describe('按乡镇，或各县并列；默认按自己的辖区'),
    area: areaCode.optional(),
    notice: z.uuid().optional(),
  })
  const file = { 200: { description: '表格', type: XLSX } }
  return [
    route({
      ...common,
      method: 'GET',
      path: '/api/tasks',
      summary: '任务和由台账算出的进度',
      query: z.object({
        state: z.enum(states).optional(),
        owner: z.uuid().optional().describe('责任单位的编号'),
        notice: z.uuid().optional(),
        area: areaCode.optional(),
      }),
      responses: { 200: { description: '任务', schema: listOf(anyObject) } },
      handler: ({ actor, query, now }) => listTasks(s, s.db, actor, now, query),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/tasks/grid',
      summary: '任务按乡镇（或各县）的进度',
      query: grid,
      responses: { 200: { description: '任务 × 地区', schema: anyObject } },
      handler: ({ actor, query, now }) => taskGrid(s, s.db, actor, now, query),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/api/tasks/grid/export',
      summary: '导出任务按乡镇（或各县）的进度',
      query: grid.extend(sheet),
      record: record('export'),
      responses: file,
      handler: ({ actor, query, today }) =>
        sheetAnswer(
          `任务进度-${today}.${query.format ?? 'xlsx'}`,
          (out) => exportTaskGrid(s, actor, query, out),
          query.format === 'csv' ? CSV : XLSX,
        ),
    }),
    route({
      ...common,
      method: 'GET',
      path: one,
      summary: '一项任务：分乡镇的进度和口径说明',
      params: idParams,
      responses: { 200: { description: '任务', schema: anyObject } },
      handler: async ({ actor, params, now }) => {
        const task = await getTask(s, s.db, actor, now, params.id)
        return new Answer(200, task, { etag: `"${task.version}"` })
      },
    }),
    ...(['missing', 'met'] as const).map((which) =>
      route({
        ...common,
        method: 'GET',
        path: `${one}/${which}`,
        summary: which === 'missing' ? '还差谁，各差什么' : '已经完成的',
        params: idParams,
        query: page,
        responses: rows,
        handler: ({ actor, params, query, now }) =>
          (which === 'missing' ? taskMissing : taskMet)(s, s.db, actor, now, params.id, query),
      }),
    ),
    ...(['missing', 'met'] as const).map((which) =>
      route({
        ...common,
        method: 'GET',
        path: `${one}/${which}/export`,
        summary: which === 'missing' ? '导出还差的名单' : '导出已完成的名单',
        params: idParams,
        query: page.omit({ limit: true, offset: true }).extend(sheet),
        record: record('export'),
        responses: file,
        handler: ({ actor, params, query, today }) =>
          sheetAnswer(
            `${which === 'missing' ? '还差的' : '已完成的'}-${today}.${query.format ?? 'xlsx'}`,
            (out) => exportTaskRows(s, actor, params.id, { ...query, which }, out),
            query.format === 'csv' ? CSV : XLSX,
          ),
      }),
    ),
    route({
      ...common,
      method: 'PATCH',
      path: one,
      summary: '调整任务；撤销（withdrawn: true）须写明原因',
      write: true,
      versioned: true,
      params: idParams,
      body: change,
      record: record('update'),
      responses: { 200: { description: '任务', schema: anyObject } },
      handler: async ({ actor, params, body, meta, version, now }) => {
        const task = await once(s.db, actor, meta, now, { task: params.id, version, body }, (tx) =>
          updateTask(s, tx, actor, now, params.id, version, body as TaskChange),
        )
        return new Answer(200, task, { etag: `"${task.version}"` })
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/evidence`,
      summary: '提交佐证材料（没有数据可算的任务），由另一人确认后计入',
      write: true,
      params: idParams,
      body: evidence,
      record: record('evidence'),
      responses: { 201: { description: '佐证', schema: anyObject } },
      handler: async ({ actor, params, body, meta, now }) => {
        const made = await once(s.db, actor, meta, now, { evidence: params.id, body }, async (tx) => {
          const given = await addEvidence(s, tx, actor, now, params.id, body)
          for (const file of body.files)
            await sql`insert into file_ref (file_id, register, record_id)
              values (${file.id}, 'task', ${params.id}) on conflict do nothing`.execute(tx)
          return given
        })
        return new Answer(201, made)
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/evidence/:evidence/confirm`,
      summary: '确认佐证材料：须由提交人以外的人办理',
      write: true,
      params: idParams.extend({ evidence: z.uuid() }),
      record: record('confirm'),
      responses: { 200: { description: '佐证', schema: anyObject } },
      handler: ({ actor, params, meta, now }) =>
        once(s.db, actor, meta, now, { confirm: params.evidence }, (tx) =>
          confirmEvidence(s, tx, actor, now, params.id, params.evidence),
        ),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/evidence/:evidence/send-back`,
      summary: '退回佐证材料并写明原因：由可以确认的人办理，退回的不计入',
      write: true,
      params: idParams.extend({ evidence: z.uuid() }),
      body: z.object({ reason: z.string().trim().min(1, '请写明退回的原因。').max(500) }).strict(),
      record: record('send-back'),
      responses: { 200: { description: '佐证', schema: anyObject } },
      handler: ({ actor, params, body, meta, now }) =>
        once(s.db, actor, meta, now, { sendBack: params.evidence, body }, (tx) =>
          sendBackEvidence(s, tx, actor, now, params.id, params.evidence, body.reason),
        ),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${one}/evidence/:evidence/take-back`,
      summary: '撤回自己提交、还没有确认的佐证材料',
      write: true,
      params: idParams.extend({ evidence: z.uuid() }),
      record: record('take-back'),
      responses: { 200: { description: '佐证', schema: anyObject } },
      handler: ({ actor, params, meta, now }) =>
        once(s.db, actor, meta, now, { takeBack: params.evidence }, (tx) =>
          takeBackEvidence(s, tx, actor, now, params.id, params.evidence),
        ),
    }),
  ]
}
