import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyRequest } from 'fastify'
import type { ReadFile } from '../../collections/index.ts'
import { Problem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { Answer } from '../route.ts'
import type { Services } from '../services.ts'

const MOST_BYTES = 60_000_000
const MOST_FILES = 100

/** What makes two uploads the same. */
export const namesOf = (files: readonly ReadFile[]) => files.map((f) => [f.name, f.fileId])

/** The files of a request aside, for as long as they are read. */
export async function withFiles<T>(
  s: Services,
  request: FastifyRequest,
  run: (files: { path: string; name: string }[]) => Promise<T>,
): Promise<Answer> {
  if (!request.isMultipart())
    throw new Problem('bad-input', '请用 multipart/form-data 上传，文件放在 file 字段里。')
  const files: { path: string; name: string }[] = []
  try {
    for await (const part of request.parts({ limits: { fileSize: MOST_BYTES, files: MOST_FILES } })) {
      if (part.type === 'field') continue
      const aside = path.join(s.files.folder, 'incoming', `back-${newId()}`)
      files.push({ path: aside, name: part.filename || '表格.xlsx' })
      await pipeline(part.file, createWriteStream(aside, { mode: 0o600 }))
      if (part.file.truncated)
        throw new Problem('too-large', `“${part.filename}”超过 60 MB，不像一张填好的表。`)
    }
    if (files.length === 0) throw new Problem('bad-input', '没有收到文件，请选择填好的表或压缩包。')
    return new Answer(200, await run(files))
  } finally {
    for (const { path: aside } of files) await rm(aside, { force: true })
  }
}
