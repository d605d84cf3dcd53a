import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { Problem } from '../../core/errors.ts'
import { isLock, takeLock } from '../embedded/processes.ts'
import { copyOut } from './copy.ts'
import {
  entry,
  FORMAT,
  hashName,
  type Manifest,
  measured,
  migrationsOf,
  newHash,
  type Progress,
  type Summary,
  sequencesOf,
  tablesOf,
} from './format.ts'
import { lockOf, sweepLeftover } from './leftover.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'

/** Tables are cut into parts of this size, because a tar entry must know its length beforehand. */
const PART = 4 * 1024 * 1024

/** Folders of the data folder that belong to a backup besides the kept files. */
const KEEP = ['secret', 'tls']

export interface BackupOptions {
  databaseUrl: string
  /** data folder with `files/`, `secret` and `tls/` */
  dataDir: string
  /** must not exist; written aside and renamed when complete */
  outFile: string
  now: Date
  progress?: (p: Progress) => void
}

/**
 * Writes one file with all tables as of one moment, and the kept files. The program may go on writing: the
 * tables come from one REPEATABLE READ snapshot, and a file is kept before the row that names it.
 */
export async function backup(options: BackupOptions): Promise<Summary & { bytes: number }> {
  const { outFile } = options
  if (existsSync(outFile)) {
    throw new Problem('conflict', `${outFile} 已存在，没有覆盖。请换一个文件名，或先移走旧备份。`)
  }
  const partial = `${outFile}.partial`
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  await sweepLeftover(options.dataDir)
  const lock = await takeLock(lockOf(options.dataDir))
  if (!isLock(lock))
    throw new Problem('conflict', `另一个备份正在进行（进程 ${lock.pid}）。请等它完成后再试。`)
  lock.note(partial)
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'zhiben backup' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const summary: Summary = { tables: [], sequences: [], files: { count: 0, bytes: 0 }, keep: [] }
    await pipeline(
      Readable.from(content(client, options, summary), { objectMode: false, highWaterMark: PART }),
      createGzip(),
      createWriteStream(partial, { mode: 0o600 }),
    )
    const handle = await open(partial, 'r+')
    await handle.sync()
    await handle.close()
    await rename(partial, outFile)
    return { ...summary, bytes: (await stat(outFile)).size }
  } catch (e) {
    await rm(partial, { force: true })
    throw e
  } finally {
    await client.end().catch(() => undefined)
    await lock.release()
  }
}

function* member(name: string, body: Buffer): Generator<Buffer> {
  yield tarHeader(name, body.length)
  yield body
  yield tarPadding(body.length)
}

const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)

async function* content(client: pg.Client, options: BackupOptions, summary: Summary): AsyncGenerator<Buffer> {
  await client.query('begin transaction isolation level repeatable read read only')
  // a policy that would hide rows from us must fail the backup instead of thinning it out
  await client.query('set local row_security = off')
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
  const facts = await client.query<{ version: string; next: string }>(
    `select current_setting('server_version') as version, pg_snapshot_xmax(pg_current_snapshot())::text as next`,
  )
  const manifest: Manifest = {
    format: FORMAT,
    createdAt: options.now.toISOString(),
    postgres: facts.rows[0]?.version ?? '',
    hash: hashName(),
    migrations: await migrationsOf(client),
    nextXid: facts.rows[0]?.next ?? '0',
    tables: await tablesOf(client),
  }
  yield* member(entry.manifest, json(manifest))
  for (const [index, table] of manifest.tables.entries()) {
    options.progress?.({ stage: 'tables', name: table.name, done: index, total: manifest.tables.length })
    const out = copyOut(client, `copy ${table.name} (${table.columns.join(', ')}) to stdout`)
    const measure = measured(newHash(manifest.hash))
    let part = 0
    for await (const piece of pieces(measure.through(out), PART)) {
      yield* member(entry.table(index, part++), piece)
    }
    summary.tables.push({ rows: out.rows, bytes: measure.seen.bytes, hash: measure.digest() })
  }
  // sequences do not follow the snapshot; read last, they are beyond every number in it
  summary.sequences = await sequencesOf(client)
  await client.query('commit')
  yield* kept(options, manifest.hash, summary)
  yield* files(options, summary)
  yield* member(entry.summary, json(summary))
  yield tarEnd()
}

/** Joins chunks into pieces of about `size` bytes. */
async function* pieces(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    waiting.push(chunk)
    bytes += chunk.length
    if (bytes >= size) {
      yield Buffer.concat(waiting)
      waiting = []
      bytes = 0
    }
  }
  if (bytes) yield Buffer.concat(waiting)
}

async function* walk(folder: string, below = ''): AsyncGenerator<string> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => [])
  for (const each of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = below ? `${below}/${each.name}` : each.name
    if (each.isDirectory()) yield* walk(folder, relative)
    else if (each.isFile()) yield relative
  }
}

async function* kept(options: BackupOptions, hash: string, summary: Summary): AsyncGenerator<Buffer> {
  for (const top of KEEP) {
    const at = path.join(options.dataDir, top)
    if (!existsSync(at)) continue
    const names = (await stat(at)).isDirectory() ? walk(options.dataDir, top) : [top]
    for await (const name of names) {
      const body = await readFile(path.join(options.dataDir, name))
      summary.keep.push({ name, hash: newHash(hash).update(body).digest('hex') })
      yield* member(entry.keep(name), body)
    }
  }
}

/** Content-addressed files: `ab/cdef…`; what is still coming in has no such name. */
export const isFileName = (relative: string) => /^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(relative)

async function* files(options: BackupOptions, summary: Summary): AsyncGenerator<Buffer> {
  const folder = path.join(options.dataDir, 'files')
  for await (const relative of walk(folder)) {
    if (!isFileName(relative)) continue
    const { size } = await stat(path.join(folder, relative))
    options.progress?.({
      stage: 'files',
      name: relative,
      done: summary.files.count,
      total: summary.files.count + 1,
    })
    yield tarHeader(entry.file(relative), size)
    for await (const chunk of createReadStream(path.join(folder, relative))) yield chunk as Buffer
    yield tarPadding(size)
    summary.files.count++
    summary.files.bytes += size
  }
}
