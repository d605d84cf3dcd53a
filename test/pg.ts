/**
 * Real databases for tests. The whole run shares one PostgreSQL (an embedded one in a temporary folder, or
 * the server of DATABASE_URL_TEST); it starts when the first test asks. A migrated template is made once,
 * and `cloneDatabase` copies it in tens of milliseconds. This file is also vitest's globalSetup.
 */
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { embeddedRunning, startEmbedded } from '../engine/store/embedded/index.ts'
import { isAlive } from '../engine/store/embedded/processes.ts'
import { migrate } from '../engine/store/migrate.ts'
import { wrongAgenda } from './agenda.ts'
import { wrongCounters } from './counted.ts'
import { bundleReader } from './reader.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** data folder of this run's embedded cluster */
    pgFolder: string
    /** prefix of every database of this run */
    pgPrefix: string
  }
}

/** Memory that is a folder, where the system has it: a database is copied there in a tenth of the time a disk takes. */
const MEMORY = '/dev/shm'
const ROOM = 4e9

function inMemory(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > ROOM
  } catch {
    return false
  }
}

async function stopCluster(folder: string): Promise<void> {
  const dataDir = path.join(folder, 'pg')
  if (existsSync(dataDir) && embeddedRunning(dataDir)) {
    const cluster = await startEmbedded({ dataDir, durable: false })
    await cluster.stop()
  }
  rmSync(folder, { recursive: true, force: true })
}

/** Clusters of runs that were killed: their folder names the process. */
async function sweepKilledRuns(): Promise<void> {
  for (const base of [tmpdir(), MEMORY].filter((folder) => existsSync(folder)))
    for (const name of readdirSync(base)) {
      const pid = /^zhiben-test-(\d+)-/.exec(name)?.[1]
      if (pid && !isAlive(Number(pid))) await stopCluster(path.join(base, name)).catch(() => undefined)
    }
}

/** Once a run, in vitest's main process. */
export default async function setup(project: TestProject) {
  await sweepKilledRuns()
  const removeReader = await bundleReader()
  const folder = mkdtempSync(path.join(inMemory() ? MEMORY : tmpdir(), `zhiben-test-${process.pid}-`))
  chmodSync(folder, 0o755) // as root the cluster runs as another user, who must get in
  const prefix = `zb_${randomBytes(4).toString('hex')}`
  project.provide('pgFolder', folder)
  project.provide('pgPrefix', prefix)
  return async () => {
    removeReader()
    if (process.env.DATABASE_URL_TEST) await dropAll(process.env.DATABASE_URL_TEST, prefix)
    await stopCluster(folder)
  }
}

async function dropAll(server: string, prefix: string): Promise<void> {
  await withClient(server, async (c) => {
    const { rows } = await c.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [prefix],
    )
    for (const { name } of rows) {
      await c.query(`alter database ${name} is_template false`)
      await dropForced(c, name)
    }
  })
}

/**
 * PostgreSQL 17 and later run autovacuum as the superuser and refuse to end it for one who is not: such a worker is
 * done in a moment, so the drop is asked again.
 */
async function dropForced(c: pg.Client, name: string): Promise<void> {
  const until = performance.now() + 30_000
  for (;;) {
    try {
      await c.query(`drop database if exists ${name} with (force)`)
      return
    } catch (problem) {
      if ((problem as { code?: string }).code !== '42501' || performance.now() > until) throw problem
      await new Promise((r) => setTimeout(r, 100))
    }
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

const named = (server: string, database: string) => {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

interface Ready {
  url: string
  prefix: string
  template: string
  /** how databases are copied: as files in memory; a disk copies what has just been written more quickly by the log */
  copy: string
}

let server: Promise<Ready> | undefined

/** The run's server with its template, made by whichever worker asks first. */
function ready(): Promise<Ready> {
  server ??= (async () => {
    const { inject } = await import('vitest')
    const prefix = inject('pgPrefix')
    const url =
      process.env.DATABASE_URL_TEST ??
      (await startEmbedded({ dataDir: path.join(inject('pgFolder'), 'pg'), durable: false })).url
    const template = `${prefix}_template`
    await withClient(url, async (c) => {
      await c.query('select pg_advisory_lock(7401)')
      const { rowCount } = await c.query('select 1 from pg_database where datname = $1 and datistemplate', [
        template,
      ])
      if (rowCount) return
      await c.query(`drop database if exists ${template}`)
      await c.query(`create database ${template}`)
      await migrate(named(url, template))
      await c.query(`alter database ${template} is_template true`)
    })
    const copy = inject('pgFolder').startsWith(MEMORY) ? 'strategy file_copy' : ''
    return { url, prefix, template, copy }
  })()
  return server
}

export interface TestDatabase {
  /** connection string; the role owns the database and is not a superuser */
  url: string
  /**
   * drops the database; fails when a connection was left open, naming what it did last, and when the roll-up counters
   * say otherwise than the records
   */
  drop(): Promise<void>
}

/**
 * A database of one's own, migrated, for one test file (`beforeAll`) or one test.
 * @param options.empty true for one without any table
 */
export async function cloneDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { url, prefix, template, copy } = await ready()
  const name = `${prefix}_${randomBytes(5).toString('hex')}`
  await withClient(url, (c) =>
    c.query(`create database ${name} template ${options.empty ? 'template0' : template} ${copy}`),
  )
  return { url: named(url, name), drop: () => drop(url, name) }
}

/**
 * A clone of a template of one's own: `fill` makes it once a run, whichever worker comes first; the others wait.
 * @param fill fills a migrated database; `folder` is kept for the run, for files that belong to the data
 * @param options.empty true where `fill` gets one without any table
 */
export async function cloneTemplate(
  label: string,
  fill: (url: string, folder: string) => Promise<void>,
  options: { empty?: boolean } = {},
): Promise<TestDatabase & { folder: string }> {
  const { url, prefix, template, copy } = await ready()
  const { inject } = await import('vitest')
  const folder = path.join(inject('pgFolder'), `${label}-files`)
  const own = `${prefix}_${label}`
  await withClient(url, async (c) => {
    await c.query('select pg_advisory_lock(hashtext($1))', [own])
    const { rowCount } = await c.query('select 1 from pg_database where datname = $1 and datistemplate', [
      own,
    ])
    if (rowCount) return
    await dropForced(c, own)
    await c.query(`create database ${own} template ${options.empty ? 'template0' : template} ${copy}`)
    mkdirSync(folder, { recursive: true })
    await fill(named(url, own), folder)
    await c.query(`alter database ${own} is_template true`)
  })
  const name = `${prefix}_${randomBytes(5).toString('hex')}`
  await withClient(url, (c) => c.query(`create database ${name} template ${own} ${copy}`))
  return { url: named(url, name), folder, drop: () => drop(url, name) }
}

async function drop(server: string, name: string): Promise<void> {
  await withClient(server, async (c) => {
    // a pool's end() returns a moment before the server has seen it
    const until = performance.now() + 2_000
    let open: { application: string; state: string; query: string }[]
    for (;;) {
      const { rows } = await c.query<(typeof open)[number]>(
        `select application_name as application, state, left(query, 80) as query
          from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      )
      open = rows
      if (open.length === 0 || performance.now() > until) break
      await new Promise((r) => setTimeout(r, 25))
    }
    // every test leaves right counts, by whatever way it wrote
    const left = async (c: pg.Client) => [...(await wrongCounters(c)), ...(await wrongAgenda(c))]
    const wrong = open.length > 0 ? [] : await withClient(named(server, name), left)
    await dropForced(c, name)
    if (wrong.length > 0)
      throw new Error(`counters or agenda differ from the records:\n  ${wrong.join('\n  ')}`)
    if (open.length > 0) {
      const list = open.map((o) => `  ${o.application} [${o.state}] ${o.query}`).join('\n')
      throw new Error(`${open.length} connection(s) left open on the test database:\n${list}`)
    }
  })
}
