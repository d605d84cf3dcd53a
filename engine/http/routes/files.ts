import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { makes, visibleCollection } from '../../collections/access.ts'
import { shanghaiDate } from '../../core/clock.ts'
import { Problem } from '../../core/errors.ts'
import type { Received } from '../../files/store.ts'
import { openDoor } from '../../store/door.ts'
import { opensFile } from '../../store/mask.ts'
import { maySee, seesNotice } from '../../tasks/access.ts'
import { findNotice, findTask } from '../../tasks/rows.ts'
import { Answer, type Route, route } from '../route.ts'
import { ref } from '../schemas.ts'
import type { Services } from '../services.ts'

const MB = 1024 * 1024
const FALLBACK_MB = 20

/** Types a browser may show in place; everything else is saved. */
const shown = /^image\/(jpeg|png|webp)$/

const told = z.object({
  takenAt: z.iso.datetime({ offset: true }).optional(),
  lon: z.coerce.number().min(-180).max(180).optional(),
  lat: z.coerce.number().min(-90).max(90).optional(),
  accuracy: z.coerce.number().min(0).optional(),
})

export function fileRoutes(s: Services): Route[] {
  const limit = (actor: Actor, today: string): number =>
    s.policies().numberOr('file.maxMb', actor.home, today, FALLBACK_MB) * MB

  return [
    route({
      method: 'POST',
      path: '/api/files',
      tag: '附件',
      summary: '上传照片或文件（同样的内容只存一份，重试无害）',
      who: 'signed-in',
      upload: true,
      write: true,
      responses: { 201: { description: '已保存', schema: ref('StoredFile') } },
      handler: async ({ actor, now, today, request }) => {
        if (!request.isMultipart())
          throw new Problem('bad-input', '请用 multipart/form-data 上传，文件放在 file 字段里。')
        const maxBytes = limit(actor, today)
        const fields: Record<string, unknown> = {}
        let name = '文件'
        let received: Received | undefined
        try {
          for await (const part of request.parts({ limits: { fileSize: maxBytes + 1, files: 1 } })) {
            if (part.type === 'field') fields[part.fieldname] = part.value
            else {
              name = part.filename || name
              received = await s.files.receive(part.file, maxBytes)
            }
          }
          if (received) {
            const { takenAt, lon, lat, accuracy } = told.parse(fields)
            const known = lon !== undefined && lat !== undefined
            const place = known ? { lon, lat, ...(accuracy !== undefined && { accuracy }) } : undefined
            const stored = await s.files.keep(received, { name, by: actor, now, takenAt, place })
            return new Answer(201, stored, { location: `/api/files/${stored.id}` })
          }
        } finally {
          if (received) await s.files.discard(received)
        }
        throw new Problem('bad-input', '没有收到文件，请把文件放在 file 字段里。')
      },
    }),
    route({
      method: 'GET',
      path: '/api/files/:id',
      tag: '附件',
      summary: '读取附件：上传者本人，以及可以查看引用它的记录的人；人员的证件材料只给可以办理该记录的人',
      who: 'signed-in',
      params: z.object({ id: z.string().regex(/^[0-9a-f]{64}$/, '附件编号应为 64 位十六进制数。') }),
      responses: { 200: { description: '文件内容', type: 'application/octet-stream' } },
      handler: async ({ actor, params, request }) => {
        if (!(await mayRead(s, actor, params.id)))
          throw new Problem('not-found', '没有找到这个附件，或者引用它的记录不在您的管辖范围内。')
        const file = (await s.files.find(params.id, actor))!
        const headers = {
          etag: `"${file.id}"`,
          'cache-control': 'private, max-age=86400',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
          'x-content-type-options': 'nosniff',
        }
        if (request.headers['if-none-match'] === headers.etag) return new Answer(304, '', headers)
        const how = shown.test(file.type) ? 'inline' : 'attachment'
        const stream: Readable = await s.files.read(file.id)
        return new Answer(200, stream, {
          ...headers,
          'content-type': file.type === 'text/plain' ? 'text/plain; charset=utf-8' : file.type,
          'content-length': String(file.size),
          'content-disposition': `${how}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        })
      },
    }),
  ]
}

async function mayRead(s: Services, actor: Actor, id: string): Promise<boolean> {
  if (await s.files.uploadedBy(id, actor)) return true
  const door = openDoor(s, actor)
  for (const { register, recordId } of await s.files.refs(id)) {
    if (register === 'task' && (await seesTask(s, actor, recordId))) return true
    if (register === 'notice' && (await opensNotice(s, actor, recordId))) return true
    if (register === 'collection' && (await collects(s, actor, recordId))) return true
    if (!s.catalogue.findRecord(register)) continue
    const row = await door.get(register, recordId).catch((e: unknown) => {
      if (e instanceof Problem) return undefined
      throw e
    })
    if (row && opensFile(s, actor, s.catalogue.record(register), row, id)) return true
  }
  return false
}

/** Forms and what came back are their office's; who handed a file in has it as its uploader. */
const collects = async (s: Services, actor: Actor, id: string): Promise<boolean> =>
  makes(actor, (await visibleCollection(s.db, id)).area, shanghaiDate(s.clock.now()))

const seesTask = async (s: Services, actor: Actor, id: string): Promise<boolean> => {
  const task = await findTask(s.db, id)
  return task !== undefined && maySee(actor, task.area, shanghaiDate(s.clock.now()))
}

const opensNotice = async (s: Services, actor: Actor, id: string): Promise<boolean> => {
  const notice = await findNotice(s.db, id)
  return notice !== undefined && seesNotice(actor, notice, shanghaiDate(s.clock.now()))
}
