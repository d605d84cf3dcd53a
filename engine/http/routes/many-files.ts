import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyRequest } from 'fastify'
import type { ReadFile } from '../../collections/index.ts'
import { Problem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Services } from '../services.ts'

/** What a route takes, and what it says of anything else. */
export interface Takes {
  /** of each file */
  bytes: number
  files: number
  tooLarge(name: string): string
  none: string
}

/** Sheets that come back, many at once or in a zip. */
export const RETURNS: Takes = {
  bytes: 60_000_000,
  files: 100,
  tooLarge: (name) => `“${name}”超过 60 MB，不像一张填好的表。`,
  none: '没有收到文件，请选择填好的表或压缩包。',
}

/** What makes two uploads the same. */
export const namesOf = (files: readonly ReadFile[]) => files.map((f) => [f.name, f.fileId])

/**
 * The files of a request aside on the disk, for as long as they are looked at, with the fields that came along.
 * @throws Problem `bad-input` where it is no upload or holds no file, `too-large`
 */
export async function withFiles<T>(
  s: Pick<Services, 'files'>,
  request: FastifyRequest,
  takes: Takes,
  run: (files: { path: string; name: string }[], fields: Record<string, string>) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart())
    throw new Problem('bad-input', '请用 multipart/form-data 上传，文件放在 file 字段里。')
  const files: { path: string; name: string }[] = []
  const fields: Record<string, string> = {}
  try {
    for await (const part of request.parts({ limits: { fileSize: takes.bytes, files: takes.files } })) {
      if (part.type === 'field') {
        fields[part.fieldname] = String(part.value)
        continue
      }
      const aside = path.resolve(s.files.folder, 'incoming', `upload-${newId()}`)
      const name = part.filename || '表格.xlsx'
      files.push({ path: aside, name })
      await pipeline(part.file, createWriteStream(aside, { mode: 0o600 }))
      if (part.file.truncated) throw new Problem('too-large', takes.tooLarge(name))
    }
    if (files.length === 0) throw new Problem('bad-input', takes.none)
    return await run(files, fields)
  } finally {
    for (const { path: aside } of files) await rm(aside, { force: true })
  }
}
