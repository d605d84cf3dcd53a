import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
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
      try {
        await readApart('sheet-rows', { ...question, sheet, after, into }, whose)
        yield* spooled(into)
      } finally {
        await rm(into, { force: true })
      }
    },
    async close() {},
  }
}

async function* spooled(file: string): AsyncGenerator<Row> {
  let rest = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield unpackRow(JSON.parse(line))
  }
  if (rest !== '') throw new Error('reader: the rows end in the middle')
}
