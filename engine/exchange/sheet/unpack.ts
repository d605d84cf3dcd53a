import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isProblem, Problem } from '../../core/errors.ts'
import { openBytes } from './source.ts'
import { openZip } from './zip.ts'

const MOST_FILES = 300
const MOST_BYTES = 40_000_000

export interface UnpackQuestion {
  path: string
  name: string
  /** where the files are written: `into` with a number behind it */
  into: string
}

export interface Unpacked {
  files: { name: string; path: string }[]
  /** what lies in the archive and is not taken out, with the reason */
  skipped: { name: string; why: string }[]
}

const advice = {
  broken: '请重新打包，或直接选择里面的表格文件上传',
  tooBig: '请分成几个压缩包，或直接选择里面的表格文件上传',
  locked: '请解压后选择里面的表格文件上传',
}

/**
 * The files of an archive that people sent in one piece, each a file of its own. What is itself a workbook or a document
 * (they are archives as well) is none.
 * @returns null for what is no archive of files
 * @throws Problem for an archive that cannot be opened, or holds too much
 */
export async function unpackFiles({ path: from, name, into }: UnpackQuestion): Promise<Unpacked | null> {
  const bytes = await openBytes({ path: from, name })
  try {
    // whoever reads it as a table says what is wrong with it
    if (bytes.size < 4) return null
    const head = await bytes.read(0, 4)
    if (head.readUInt32BE(0) === 0x52617221 || head.readUInt32BE(0) === 0x377abcaf)
      throw new Problem('bad-input', `“${name}”是 rar 或 7z 压缩包，读不了。请解压后选择里面的表格文件上传`)
    if (head.readUInt32BE(0) !== 0x504b0304) return null
    const zip = await openZip(bytes, advice)
    if (zip.has('[Content_Types].xml') || zip.has('mimetype')) return null
    const names = zip.names.filter(
      (n) => !n.endsWith('/') && !/(?:^|\/)(?:__MACOSX\/|\._|~\$|\.DS_Store$|Thumbs\.db$)/i.test(n),
    )
    if (names.length > MOST_FILES)
      throw new Problem('bad-input', `“${name}”里有 ${names.length} 个文件，一次最多 ${MOST_FILES} 个`)
    const out: Unpacked = { files: [], skipped: [] }
    for (const [i, inside] of names.entries()) {
      const file = `${into}-${i}`
      try {
        await pipeline(
          Readable.from(zip.stream(inside, MOST_BYTES)),
          createWriteStream(file, { flags: 'wx', mode: 0o600 }),
        )
        out.files.push({ name: path.posix.basename(inside), path: file })
      } catch (e) {
        if (!isProblem(e)) throw e
        out.skipped.push({ name: path.posix.basename(inside), why: e.message })
      }
    }
    return out
  } finally {
    await bytes.close()
  }
}
