import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { Problem } from '../../core/errors.ts'
import type { Bytes } from './source.ts'

/*
 * The little of ZIP that a workbook needs: the central directory (whose sizes are right even where local
 * headers leave them out) and one part at a time as a stream that stops at a limit. Node has inflate, not zip.
 */

interface Part {
  method: number
  packed: number
  unpacked: number
  crc: number
  offset: number
}

export interface Zip {
  names: string[]
  has(name: string): boolean
  /** Unpacked chunks of a part. Throws a Problem when it is bigger than `limit`, whatever its header says. */
  stream(name: string, limit: number): AsyncGenerator<Buffer>
  /** A small part as text. */
  text(name: string, limit?: number): Promise<string>
}

/** What a person is told to do about a file that cannot be unpacked. */
export interface ZipAdvice {
  broken: string
  tooBig: string
  locked: string
}

const forSheets: ZipAdvice = {
  broken: '请用表格软件打开后另存为 xlsx 再导入',
  tooBig: '请删除多余内容或拆成几个文件后再导入',
  locked: '请取消密码后再导入',
}

const maxParts = 20_000
/** All parts together, each as often as it is read: overlapping parts can make a terabyte of a megabyte. */
const maxUnpacked = 4_000_000_000
/** Text of offices packs to a tenth, the emptiest of tables to a hundredth; a bomb to a thousandth. */
const maxRatio = 400
const ratioFrom = 16_000_000

export async function openZip(bytes: Bytes, advice: ZipAdvice = forSheets): Promise<Zip> {
  const broken = () => new Problem('bad-input', `文件 ${bytes.name} 已损坏，无法读取。${advice.broken}`)
  const tooBig = (limit: number) =>
    new Problem(
      'bad-input',
      `文件 ${bytes.name} 解压后超过 ${Math.round(limit / 1_000_000)} MB，已停止读取。${advice.tooBig}`,
    )
  const bomb = () =>
    new Problem(
      'bad-input',
      `文件 ${bytes.name} 展开后是原来的 ${maxRatio} 倍以上，不像正常的文件，已停止读取。${advice.tooBig}`,
    )
  const parts = await directory(bytes, broken, advice)
  let spent = 0
  // some programs name a part otherwise than they write it: Sheet1.xml, sheet1.xml
  const folded = new Map([...parts.keys()].map((n) => [n.toLowerCase(), n]))
  const find = (name: string) => parts.get(name) ?? parts.get(folded.get(name.toLowerCase()) ?? '')
  const get = (name: string) => {
    const part = find(name)
    if (!part) throw broken()
    return part
  }
  async function* stream(name: string, limit: number): AsyncGenerator<Buffer> {
    const part = get(name)
    if (part.unpacked > limit) throw tooBig(limit)
    const header = await bytes.read(part.offset, 30)
    if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) throw broken()
    const from = part.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    if (from + part.packed > bytes.size) throw broken()
    const packed = bytes.chunks(from, part.packed)
    let total = 0
    let crc = 0
    try {
      for await (const chunk of part.method === 0 ? packed : inflated(packed)) {
        total += chunk.length
        spent += chunk.length
        if (total > limit || spent > maxUnpacked) throw tooBig(Math.min(limit, maxUnpacked))
        if (total > ratioFrom && total > maxRatio * part.packed) throw bomb()
        crc = crc32(chunk, crc)
        yield chunk
      }
      if (crc !== part.crc) throw broken()
    } catch (e) {
      throw e instanceof Problem ? e : broken()
    }
  }
  return {
    names: [...parts.keys()],
    has: (name) => find(name) !== undefined,
    stream,
    async text(name, limit = 32_000_000) {
      const all: Buffer[] = []
      for await (const chunk of stream(name, limit)) all.push(chunk)
      return Buffer.concat(all).toString('utf8')
    },
  }
}

async function* inflated(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(packed, { objectMode: false })
  const inflate = createInflateRaw({ chunkSize: 128 * 1024 })
  source.on('error', (e) => inflate.destroy(e))
  try {
    yield* source.pipe(inflate) as AsyncIterable<Buffer>
  } finally {
    source.destroy()
    inflate.destroy()
  }
}

async function directory(bytes: Bytes, broken: () => Problem, advice: ZipAdvice): Promise<Map<string, Part>> {
  const tailSize = Math.min(bytes.size, 65_557)
  const tail = await bytes.read(bytes.size - tailSize, tailSize)
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (at < 0 || at + 22 > tail.length) throw broken()
  let count = tail.readUInt16LE(at + 10)
  let size = tail.readUInt32LE(at + 12)
  let offset = tail.readUInt32LE(at + 16)
  if ((count === 0xffff || size === 0xffffffff || offset === 0xffffffff) && at >= 20) {
    const locator = tail.subarray(at - 20, at)
    if (locator.readUInt32LE(0) === 0x07064b50) {
      const record = await bytes.read(Number(locator.readBigUInt64LE(8)), 56)
      if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) throw broken()
      count = Number(record.readBigUInt64LE(32))
      size = Number(record.readBigUInt64LE(40))
      offset = Number(record.readBigUInt64LE(48))
    }
  }
  if (count > maxParts || size > 20_000_000 || offset + size > bytes.size) throw broken()
  // bytes in front of the archive (a line break of a download page) move everything in it
  const zip64 = size === 0xffffffff || offset === 0xffffffff || count === 0xffff
  const before = zip64 ? 0 : bytes.size - tailSize + at - (offset + size)
  const moved = before > 0 && before <= 4096 ? before : 0
  const dir = await bytes.read(offset + moved, size)
  const parts = new Map<string, Part>()
  let p = 0
  for (let i = 0; i < count; i++) {
    if (p + 46 > dir.length || dir.readUInt32LE(p) !== 0x02014b50) throw broken()
    const nameLength = dir.readUInt16LE(p + 28)
    const extraLength = dir.readUInt16LE(p + 30)
    const name = nameOf(dir.subarray(p + 46, p + 46 + nameLength)).replaceAll('\\', '/')
    const part: Part = {
      method: dir.readUInt16LE(p + 10),
      crc: dir.readUInt32LE(p + 16),
      packed: dir.readUInt32LE(p + 20),
      unpacked: dir.readUInt32LE(p + 24),
      offset: dir.readUInt32LE(p + 42) + moved,
    }
    wide(part, dir.subarray(p + 46 + nameLength, p + 46 + nameLength + extraLength))
    if ((dir.readUInt16LE(p + 8) & 1) !== 0)
      throw new Problem('bad-input', `文件 ${bytes.name} 加了密码，${advice.locked}`)
    if (part.method !== 0 && part.method !== 8) throw broken()
    parts.set(name, part)
    p += 46 + nameLength + extraLength + dir.readUInt16LE(p + 32)
  }
  return parts
}

/** Names are UTF-8, or what a Chinese Windows writes. */
function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** ZIP64: fields that did not fit stand in the extra record, in this order, only those that overflowed. */
function wide(part: Part, extra: Buffer): void {
  for (let p = 0; p + 4 <= extra.length; p += 4 + extra.readUInt16LE(p + 2)) {
    if (extra.readUInt16LE(p) !== 1) continue
    let at = p + 4
    const end = Math.min(at + extra.readUInt16LE(p + 2), extra.length)
    for (const key of ['unpacked', 'packed', 'offset'] as const) {
      if (part[key] !== 0xffffffff || at + 8 > end) continue
      part[key] = Number(extra.readBigUInt64LE(at))
      at += 8
    }
  }
}
