import { type FileHandle, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { newId } from '../../core/ids.ts'
import { readApart } from '../../reader/index.ts'
import { type PackedRow, type SheetDescription, unpackRow } from './spool.ts'
import type { OpenOptions, Row, Table } from './types.ts'
import { sheetAt } from './which.ts'

/** Whose file it is, and where rows on their way may lie (files there that are left behind are tidied away). */
export interface Apart {
  user: string
  folder: string
}

const description: z.ZodType<SheetDescription> = z.object({
  kind: z.enum(['xlsx', 'csv']),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'gb18030']).optional(),
  separator: z.string().max(4).optional(),
  damage: z.array(z.string().max(200)).max(50).optional(),
  date1904: z.boolean(),
  sheets: z.array(
    z.object({
      name: z.string(),
      rowsEstimate: z.number(),
      hidden: z.boolean(),
      hiddenColumns: z.array(z.number()).max(16_384).optional(),
    }),
  ),
  first: z.array(z.object({ rows: z.array(z.custom<PackedRow>(Array.isArray)), all: z.boolean() })),
})

/**
 * `openTable` in a process of its own: what the bytes are is found out there, and so are the rows. Beyond the first
 * rows they come by way of a file in `apart.folder`, so that the process is free for the next file however long
 * the reader of the rows takes, and this program holds a few hundred kilobytes of them at a time.
 * @throws Problem as `openTable`, and when reading costs too much
 */
export async function openTableApart(
  source: { path: string; name: string },
  apart: Apart,
  options: OpenOptions = {},
): Promise<Table> {
  const question = { ...source, path: path.resolve(source.path), options }
  const whose = { user: apart.user, name: source.name }
  const { first, ...told } = description.parse(await readApart('sheet', question, whose))
  return {
    ...told,
    async *rows(which) {
      const sheet = sheetAt(told.sheets, which).at
      const known = first[sheet]
      let after = 0
      for (const row of known?.rows.map(unpackRow) ?? []) {
        after = row.line
        yield row
      }
      if (known?.all) return
      const into = path.resolve(apart.folder, `rows-${newId()}`)
      const reading = readApart('sheet-rows', { ...question, sheet, after, into }, whose)
      try {
        yield* spooled(into, reading)
      } finally {
        await reading.catch(() => {})
        await rm(into, { force: true })
      }
    },
    async close() {},
  }
}

/** How long to wait for more of a file that is being written. */
const PAUSE_MS = 10
const BLOCK = 256 * 1024

/**
 * Rows out of a file while it is being written.
 * @param writing ends with the writing; what it fails with is thrown, after the rows that came until then
 */
async function* spooled(file: string, writing: Promise<unknown>): AsyncGenerator<Row> {
  let ended = false
  const end = () => {
    ended = true
  }
  writing.then(end, end)
  const over = () => ended
  const handle = await opened(file, over)
  try {
    const decoder = new StringDecoder('utf8')
    const block = Buffer.allocUnsafe(BLOCK)
    let rest = ''
    while (handle) {
      // asked before the reading: what was written until then is there
      const last = over()
      const { bytesRead } = await handle.read(block, 0, BLOCK)
      if (bytesRead === 0) {
        if (last) break
        await setTimeout(PAUSE_MS)
        continue
      }
      const lines = (rest + decoder.write(block.subarray(0, bytesRead))).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield unpackRow(JSON.parse(line))
    }
    await writing
    if (rest !== '') throw new Error('reader: the rows end in the middle')
  } finally {
    await handle?.close()
  }
}

/** The file as soon as it is there; none where the reader is done and has made none. */
async function opened(file: string, over: () => boolean): Promise<FileHandle | undefined> {
  for (;;) {
    const last = over()
    try {
      return await open(file, 'r')
    } catch (e) {
      if (!(e instanceof Error && 'code' in e && e.code === 'ENOENT')) throw e
      if (last) return undefined
    }
    await setTimeout(PAUSE_MS)
  }
}
