/**
 * The little of the tar format a backup needs (POSIX ustar, plain files), as streams: so that anybody can
 * look into a backup with `tar tzf`, and none of it is held in memory.
 */
import { Problem } from '../../core/errors.ts'

const BLOCK = 512

const damaged = (what: string) =>
  new Problem('bad-input', `备份文件已损坏或不完整（${what}）。请换一份备份。`)

/** Header and padding around `size` bytes of content. @throws RangeError for a name ustar cannot hold */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`name too long for a backup: ${name}`)
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  header.write(name, 0, 'utf8')
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  header.fill(' ', 148, 156) // the checksum counts its own field as spaces
  header.write('0', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  let sum = 0
  for (const byte of header) sum += byte
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/** Zeros that fill the last block of `size` bytes. */
export const tarPadding = (size: number) => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)

/** The two empty blocks that end an archive. */
export const tarEnd = () => Buffer.alloc(2 * BLOCK)

export interface TarEntry {
  name: string
  size: number
  /** the content; what is not read is skipped */
  body: AsyncIterable<Buffer>
}

/** Hands out exact numbers of bytes from a stream of chunks. */
class Reader {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** At most `most` bytes, at least one; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#source.next()
      if (done) return undefined
      this.#rest = value
    }
    const piece = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(piece.length)
    return piece
  }

  async exactly(size: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for (let left = size; left > 0; ) {
      const piece = await this.some(left)
      if (!piece) throw damaged('文件提前结束')
      pieces.push(piece)
      left -= piece.length
    }
    return Buffer.concat(pieces)
  }
}

/** The entries of an archive in order; each must be read, or is skipped, before the next comes. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const reader = new Reader(source)
  for (;;) {
    const header = await reader.exactly(BLOCK)
    if (header.every((byte) => byte === 0)) return
    const text = (at: number, length: number) =>
      header.toString('utf8', at, at + length).replace(/\0.*$/s, '')
    const size = Number.parseInt(text(124, 12), 8)
    let sum = 8 * 32
    for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0
    if (sum !== Number.parseInt(text(148, 8), 8) || !Number.isFinite(size)) throw damaged('不是备份格式')
    let left = size
    const body = async function* () {
      while (left > 0) {
        const piece = await reader.some(left)
        if (!piece) throw damaged('文件提前结束')
        left -= piece.length
        yield piece
      }
    }
    yield { name: text(0, 100), size, body: body() }
    while (left > 0) left -= (await reader.some(left))?.length ?? fail()
    await reader.exactly(tarPadding(size).length)
  }
}

const fail = (): never => {
  throw damaged('文件提前结束')
}
