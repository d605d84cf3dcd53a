import type { FastifyRequest } from 'fastify'
import { Problem } from '../../core/errors.ts'

/** A small upload held in memory (a notice of a few pages); larger ones go to the file store as streams. */
export interface SmallUpload {
  file?: { name: string; bytes: Buffer }
  fields: Record<string, string>
}

/** @throws Problem `too-large` (by the plug-in's limit) or `bad-input` when it is no multipart request */
export async function readSmallUpload(request: FastifyRequest, maxBytes: number): Promise<SmallUpload> {
  if (!request.isMultipart())
    throw new Problem('bad-input', '请用 multipart/form-data 上传，文件放在 file 字段里。')
  const out: SmallUpload = { fields: {} }
  for await (const part of request.parts({ limits: { fileSize: maxBytes, files: 1 } })) {
    if (part.type === 'file') out.file = { name: part.filename || '文件', bytes: await part.toBuffer() }
    else out.fields[part.fieldname] = String(part.value)
  }
  return out
}
