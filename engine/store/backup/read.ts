import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import pg from 'pg'
import { isProblem, Problem } from '../../core/errors.ts'
import { migrate } from '../migrate.ts'
import { copyIn } from './copy.ts'
import {
  entry,
  FORMAT,
  guardsOf,
  type Manifest,
  measured,
  migrationsOf,
  newHash,
  type Progress,
  type Summary,
  tablesOf,
} from './format.ts'
import { readTar, type TarEntry } from './tar.ts'
import { isFileName } from './write.ts'

export interface RestoreOptions {
  databaseUrl: string
  /** data folder that gets `files/`, `secret` and `tls/` */
  dataDir: string
  inFile: string
  /** replace what the database holds */
  force?: boolean
  /** with `force`: the database is emptied first, whatever schema it has; for going back to an older program */
  fresh?: boolean
  progress?: (p: Progress) => void
}

const wrong = (what: string) =>
  new Problem('bad-input', `备份文件有问题：${what}。数据库没有改动，请换一份备份。`)

/** Unpacked bytes; what goes wrong with the file itself is said in our words. */
async function* unpacked(inFile: string): AsyncGenerator<Buffer> {
  const source = createReadStream(inFile)
  const gunzip = createGunzip()
  source.on('error', (e) => gunzip.destroy(e))
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOENT') throw new Problem('not-found', `没有找到备份文件 ${inFile}。请检查路径。`)
    if (code.startsWith('Z_')) throw wrong('文件不完整，或不是备份文件')
    throw e
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

const opened = (inFile: string) => readTar(unpacked(inFile))

async function json<T>(from: TarEntry): Promise<T> {
  const chunks: Buffer[] = []
  for await (const chunk of from.body) chunks.push(chunk)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T
  } catch {
    throw wrong(`${from.name} 读不出来`)
  }
}

/** Reads the first entry of a backup. @throws Problem when the file is not a backup of this program */
export async function readManifest(inFile: string): Promise<Manifest> {
  for await (const first of opened(inFile)) {
    if (first.name !== entry.manifest) throw wrong('缺少清单')
    const manifest = await json<Manifest>(first)
    if (manifest.format !== FORMAT) throw wrong(`格式 ${manifest.format} 由更新的程序写出，请先升级程序`)
    return manifest
  }
  throw wrong('文件是空的')
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'zhiben restore' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** True when somebody has worked here: every change is in the journal, every person has an account. */
async function isUsed(client: pg.Client): Promise<boolean> {
  for (const table of ['public.journal', 'auth."user"']) {
    const there = await client.query('select to_regclass($1) as t', [table])
    if (!there.rows[0]?.t) continue
    const { rows } = await client.query(`select exists (select from ${table}) as used`)
    if (rows[0]?.used) return true
  }
  return false
}

/**
 * Replaces the content of a database by a backup, in one transaction: when anything is wrong (a damaged
 * file, a checksum, a broken reference), nothing has changed. The program must not be running.
 * A database without tables gets the schema of the backup first and is brought up to date afterwards;
 * one with tables must have exactly the backup's schema.
 */
export async function restore(options: RestoreOptions): Promise<Summary> {
  const summary = await loadBackup(options)
  await migrate(options.databaseUrl)
  await withClient(options.databaseUrl, (client) => client.query('analyze'))
  return summary
}

/** The first half of `restore`: the database as the backup's own version of the program left it, not yet upgraded. */
export async function loadBackup(options: RestoreOptions): Promise<Summary> {
  const manifest = await readManifest(options.inFile)
  const found = await withClient(options.databaseUrl, async (client) => {
    if (!options.force && (await isUsed(client))) {
      throw new Problem(
        'conflict',
        '数据库里已有数据，没有覆盖。确要用备份替换全部现有数据，请先备份一次，再加 --force。',
      )
    }
    if (options.fresh) await emptied(client)
    return migrationsOf(client)
  })
  if (found.length === 0) await migrate(options.databaseUrl, { upTo: manifest.migrations.at(-1)?.no ?? 0 })
  return withClient(options.databaseUrl, async (client) => {
    checkSchema(manifest, await migrationsOf(client))
    await continueCount(client, manifest.nextXid)
    return load(client, manifest, options)
  })
}

/** Drops everything but what PostgreSQL itself has. */
async function emptied(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
  )
  await client.query([...rows.map((r) => `drop schema ${r.name} cascade`), 'create schema public'].join('; '))
}

function checkSchema(manifest: Manifest, have: Manifest['migrations']): void {
  const key = (list: Manifest['migrations']) => list.map((m) => `${m.no} ${m.hash}`).join('\n')
  if (key(have) === key(manifest.migrations)) return
  const of = (list: Manifest['migrations']) => list.at(-1)?.name ?? '无'
  throw new Problem(
    'conflict',
    `备份的数据库结构（到 ${of(manifest.migrations)}）与目标数据库（到 ${of(have)}）不同，没有改动。请恢复到一个空数据库：用 ZHIBEN_DATA 指定新的数据文件夹，或让 DATABASE_URL 指向新建的空库，程序会自动升级结构。`,
  )
}

/**
 * Lets the server's transaction numbers go on where the backup's stood. The journal orders by them and reads
 * only what is older than every running transaction: with lower numbers, restored entries would stay
 * unread and new ones would sort before them. PostgreSQL only counts forward, at some 100,000 a second.
 */
async function continueCount(client: pg.Client, nextXid: string): Promise<void> {
  const target = BigInt(nextXid)
  for (;;) {
    const { rows } = await client.query<{ next: string }>(
      'select pg_snapshot_xmax(pg_current_snapshot())::text as next',
    )
    const left = target - BigInt(rows[0]?.next ?? '0')
    if (left <= 0n) return
    const step = left > 500_000n ? 500_000n : left
    await client.query(`do $$ begin
      for i in 1..${step} loop perform pg_current_xact_id(); commit; end loop;
    end $$`)
  }
}

async function load(client: pg.Client, manifest: Manifest, options: RestoreOptions): Promise<Summary> {
  const keep = new Map<string, string>()
  await client.query('begin')
  try {
    await client.query("set local lock_timeout = '10s'; set local statement_timeout = 0")
    await client.query('set local row_security = off')
    const guards = await lowerGuards(client)
    const read = await loadEntries(client, manifest, options, keep)
    await raiseGuards(client, guards)
    for (const s of read.sequences) {
      await client.query('select setval($1::regclass, $2::bigint, $3)', [s.name, s.last, s.called])
    }
    await client.query('commit')
    for (const [aside, target] of keep) await rename(aside, target)
    return read
  } catch (e) {
    await client.query('rollback').catch(() => undefined)
    for (const aside of keep.keys()) await rm(aside, { force: true })
    if ((e as { code?: string }).code === '55P03') {
      throw new Problem('conflict', '数据库正被使用，没有改动。请先停止治本服务，再恢复。')
    }
    throw await blame(options.inFile, e)
  }
}

/**
 * What is altered on the way may unpack to something that reads well for a while, and the database stumbles over it
 * before the packing's own checksum does: then it is the file that is at fault.
 */
async function blame(inFile: string, e: unknown): Promise<unknown> {
  if (isProblem(e) || !(e instanceof pg.DatabaseError) || !/^(22|23|42)/.test(e.code ?? '')) return e
  try {
    for await (const _ of unpacked(inFile));
    return e
  } catch (damaged) {
    return isProblem(damaged) ? damaged : e
  }
}

type Guards = Awaited<ReturnType<typeof guardsOf>>

/** Empties all tables with foreign keys and triggers out of the way; part of the transaction. */
async function lowerGuards(client: pg.Client): Promise<Guards> {
  const guards = await guardsOf(client)
  const tables = (await tablesOf(client)).map((t) => t.name)
  for (const t of guards.triggers) await client.query(`alter table ${t.table} disable trigger ${t.name}`)
  for (const k of guards.keys) await client.query(`alter table ${k.table} drop constraint ${k.name}`)
  if (tables.length) await client.query(`truncate ${tables.join(', ')}`)
  return guards
}

const modes: Record<string, string> = { O: 'enable', A: 'enable always', R: 'enable replica' }

async function raiseGuards(client: pg.Client, guards: Guards): Promise<void> {
  for (const k of guards.keys) {
    await client.query(`alter table ${k.table} add constraint ${k.name} ${k.definition}`)
  }
  for (const t of guards.triggers) {
    await client.query(`alter table ${t.table} ${modes[t.mode] ?? 'enable'} trigger ${t.name}`)
  }
}

/** Feeds tables and writes files, then compares with the summary at the end of the backup. */
async function loadEntries(
  client: pg.Client,
  manifest: Manifest,
  options: RestoreOptions,
  keep: Map<string, string>,
): Promise<Summary> {
  const seen: Summary = { tables: [], sequences: [], files: { count: 0, bytes: 0 }, keep: [] }
  const entries = opened(options.inFile)
  let next = await entries.next()
  const following = async () => {
    next = await entries.next()
  }
  await following() // past the manifest
  for (const [index, table] of manifest.tables.entries()) {
    options.progress?.({ stage: 'tables', name: table.name, done: index, total: manifest.tables.length })
    const measure = measured(newHash(manifest.hash))
    const parts = async function* () {
      for (let part = 0; !next.done && next.value.name === entry.table(index, part); part++) {
        yield* next.value.body
        await following()
      }
    }
    const text = `copy ${table.name} (${table.columns.join(', ')}) from stdin`
    const rows = await copyIn(client, text, measure.through(parts()))
    seen.tables.push({ rows, bytes: measure.seen.bytes, hash: measure.digest() })
  }
  let summary: Summary | undefined
  for (; !next.done; await following()) {
    const { name } = next.value
    if (name === entry.summary) summary = await json<Summary>(next.value)
    else if (name.startsWith('keep/')) {
      const hash = await putKept(options, name.slice('keep/'.length), next.value, manifest.hash, keep)
      seen.keep.push({ name: name.slice('keep/'.length), hash })
    } else if (name.startsWith('files/')) {
      options.progress?.({ stage: 'files', name, done: seen.files.count, total: seen.files.count + 1 })
      await putFile(options.dataDir, name.slice('files/'.length), next.value)
      seen.files.count++
      seen.files.bytes += next.value.size
    }
  }
  if (!summary) throw wrong('缺少末尾的校验表，文件不完整')
  seen.sequences = summary.sequences
  const bad = manifest.tables.find(
    (_, i) => JSON.stringify(seen.tables[i]) !== JSON.stringify(summary.tables[i]),
  )
  if (bad) throw wrong(`表 ${bad.name} 的校验和不符`)
  if (JSON.stringify(seen) !== JSON.stringify(summary)) throw wrong('文件的数量或校验和不符')
  return summary
}

/** Kept files are named by their SHA-256, which is checked; one that is there already is the same. */
async function putFile(dataDir: string, relative: string, from: TarEntry): Promise<void> {
  if (!isFileName(relative)) throw wrong(`文件名 ${relative} 不合规`)
  const target = path.join(dataDir, 'files', relative)
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
  const measure = measured(newHash('sha256'))
  const aside = `${target}.restoring`
  await pipeline(Readable.from(measure.through(from.body)), createWriteStream(aside, { mode: 0o600 }))
  if (measure.digest() !== relative.replace('/', '')) {
    await rm(aside, { force: true })
    throw wrong(`文件 ${relative} 的内容与其校验和不符`)
  }
  await rename(aside, target)
}

/** Secrets and certificates are written aside and take their names only when everything else was right. */
async function putKept(
  options: RestoreOptions,
  relative: string,
  from: TarEntry,
  hash: string,
  keep: Map<string, string>,
): Promise<string> {
  if (!/^(secret|tls\/[\w.-]+)$/.test(relative)) throw wrong(`文件名 ${relative} 不合规`)
  const target = path.join(options.dataDir, relative)
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
  const aside = `${target}.restoring`
  const measure = measured(newHash(hash))
  keep.set(aside, target)
  await pipeline(Readable.from(measure.through(from.body)), createWriteStream(aside, { mode: 0o600 }))
  return measure.digest()
}
