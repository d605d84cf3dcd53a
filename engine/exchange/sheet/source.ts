import { open } from 'node:fs/promises'
import { Problem } from '../../core/errors.ts'
import type { TableSource } from './types.ts'

/** Random access to the bytes of a file, whether on disk or in memory. */
export interface Bytes {
  name: string
  size: number
  read(offset: number, length: number): Promise<Buffer>
  chunks(offset: number, length: number): AsyncGenerator<Buffer>
  close(): Promise<void>
}

const chunkSize = 64 * 1024

export async function openBytes(source: TableSource): Promise<Bytes> {
  return 'bytes' in source ? inMemory(source.bytes, source.name) : await onDisk(source.path, source.name)
}

function inMemory(bytes: Uint8Array, name: string): Bytes {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    name,
    size: all.length,
    read: async (offset, length) => all.subarray(offset, offset + length),
    async *chunks(offset, length) {
      for (let at = offset; at < offset + length; at += chunkSize)
        yield all.subarray(at, Math.min(at + chunkSize, offset + length))
    },
    close: async () => {},
  }
}

async function onDisk(path: string, name?: string): Promise<Bytes> {
  const shown = name ?? path.split(/[\\/]/).at(-1) ?? path
  const file = await open(path, 'r').catch((e: NodeJS.ErrnoException) => {
    throw new Problem('bad-input', `打不开文件 ${shown}，请检查路径和权限后重试`, { reason: e.code })
  })
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const into = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await file.read(into, filled, length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return into.subarray(0, filled)
  }
  const stat = await file.stat()
  if (!stat.isFile()) {
    await file.close()
    throw new Problem('bad-input', `${shown} 不是文件，请选择一个 xlsx 或 csv 文件`)
  }
  return {
    name: shown,
    size: stat.size,
    read,
    async *chunks(offset, length) {
      for (let at = offset; at < offset + length; at += chunkSize) {
        const part = await read(at, Math.min(chunkSize, offset + length - at))
        if (part.length === 0) return
        yield part
      }
    },
    close: () => file.close(),
  }
}
