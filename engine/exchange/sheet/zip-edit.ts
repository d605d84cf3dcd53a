import { crc32, deflateRawSync } from 'node:zlib'

/*
 * Some parts of an archive are exchanged for others; all that is not exchanged stays as its bytes are, packed as they
 * were. Works on whole archives in memory, which `openZip` has read before (so that sizes are known to be sane).
 */

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
/** sizes stand behind the bytes of a part instead of before them */
const SIZES_BEHIND = 8

/**
 * @param changed part name → its new bytes; names as the archive writes them
 * @throws Error when the archive is no plain one (ZIP64, an entry that leads outside)
 */
export function exchangeParts(archive: Buffer, changed: ReadonlyMap<string, Buffer>): Buffer {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0) throw new Error('zip: no end')
  const count = archive.readUInt16LE(end + 10)
  const size = archive.readUInt32LE(end + 12)
  // bytes in front of the archive move everything in it
  const moved = end - (archive.readUInt32LE(end + 16) + size)
  if (count === 0xffff || size === 0xffffffff || moved < 0) throw new Error('zip: zip64')
  const files: Buffer[] = []
  const lines: Buffer[] = []
  let offset = 0
  let at = end - size
  for (let i = 0; i < count; i++) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new Error('zip: directory')
    const length = 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30)
    const line = Buffer.from(archive.subarray(at, at + length + archive.readUInt16LE(at + 32)))
    at += line.length
    const name = line.toString('utf8', 46, 46 + line.readUInt16LE(28)).replaceAll('\\', '/')
    const from = line.readUInt32LE(42) + moved
    if (archive.readUInt32LE(from) !== LOCAL) throw new Error('zip: part')
    const headLength = 30 + archive.readUInt16LE(from + 26) + archive.readUInt16LE(from + 28)
    const head = Buffer.from(archive.subarray(from, from + headLength))
    const content = changed.get(name)
    let packed = archive.subarray(from + headLength, from + headLength + line.readUInt32LE(20))
    if (content) {
      packed = deflateRawSync(content)
      line.writeUInt16LE(8, 10)
      line.writeUInt32LE(crc32(content), 16)
      line.writeUInt32LE(packed.length, 20)
      line.writeUInt32LE(content.length, 24)
    }
    line.writeUInt16LE(line.readUInt16LE(8) & ~SIZES_BEHIND, 8)
    line.writeUInt32LE(offset, 42)
    // what the directory says is what holds: method, time, sum and sizes
    line.copy(head, 6, 8, 28)
    files.push(head, packed)
    lines.push(line)
    offset += head.length + packed.length
  }
  const directory = Buffer.concat(lines)
  const tail = Buffer.from(archive.subarray(end))
  tail.writeUInt32LE(directory.length, 12)
  tail.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, directory, tail])
}
