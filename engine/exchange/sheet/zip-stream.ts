import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, crc32, createDeflateRaw } from 'node:zlib'

/** A part of an archive: its name, and its bytes as they are made. */
export interface ZipPart {
  name: string
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>
}

interface Written {
  file: Buffer
  crc: number
  packed: number
  size: number
  offset: number
}

/** Lengths are not known before the bytes are made: they stand behind each part (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x808
const DEFLATED = 8
const MOST_BYTES = 0xffff_ffff

/**
 * A zip archive whose parts are packed while they are made: nothing is held but what is on its way, and packing runs
 * beside the program in zlib's own threads. A reader that stops ends the part that is being made.
 * @throws RangeError for an archive beyond four gigabytes
 */
export async function* zipStream(parts: Iterable<ZipPart>): AsyncGenerator<Buffer> {
  const done: Written[] = []
  let offset = 0
  for (const part of parts) {
    const entry: Written = { file: Buffer.from(part.name), crc: 0, packed: 0, size: 0, offset }
    const head = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common(entry, { known: false }), entry.file])
    yield head
    for await (const piece of pack(part.bytes, entry)) yield piece
    const tail = Buffer.alloc(16)
    tail.writeUInt32LE(0x08074b50, 0)
    tail.writeUInt32LE(entry.crc, 4)
    tail.writeUInt32LE(entry.packed, 8)
    tail.writeUInt32LE(entry.size, 12)
    yield tail
    offset += head.length + entry.packed + tail.length
    if (offset > MOST_BYTES || entry.size > MOST_BYTES) throw new RangeError('archive beyond four gigabytes')
    done.push(entry)
  }
  yield directory(done, offset)
}

async function* pack(bytes: ZipPart['bytes'], entry: Written): AsyncGenerator<Buffer> {
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const piece of bytes) {
      entry.crc = crc32(piece, entry.crc)
      entry.size += piece.length
      yield piece
    }
  }
  // the least work: sheets repeat themselves so much that more effort saves little
  const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED, chunkSize: 65_536 })
  const fed = pipeline(Readable.from(measured(), { objectMode: false, highWaterMark: 65_536 }), deflate)
  // what fails there destroys `deflate` with it, and is thrown from the loop
  fed.catch(() => undefined)
  for await (const piece of deflate) {
    entry.packed += piece.length
    yield piece
  }
  await fed
}

/** The fields that a part's header and its line in the directory share. */
function common(entry: Written, { known }: { known: boolean }): Buffer {
  const out = Buffer.alloc(26)
  out.writeUInt16LE(20, 0)
  out.writeUInt16LE(FLAGS, 2)
  out.writeUInt16LE(DEFLATED, 4)
  // no time of day: 1980-01-01
  out.writeUInt16LE(0x21, 8)
  if (known) {
    out.writeUInt32LE(entry.crc, 10)
    out.writeUInt32LE(entry.packed, 14)
    out.writeUInt32LE(entry.size, 18)
  }
  out.writeUInt16LE(entry.file.length, 22)
  return out
}

function directory(entries: readonly Written[], offset: number): Buffer {
  const lines = entries.flatMap((entry) => {
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(entry.offset, 10)
    return [Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common(entry, { known: true }), tail, entry.file]
  })
  const size = lines.reduce((n, b) => n + b.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...lines, end])
}
