/**
 * A real PostgreSQL from npm, run by the program itself, so that there is nothing to install. Several
 * processes of one machine may use one data folder (the server and a command beside it): each signs in, the
 * first starts the postmaster, the others adopt it, and the last one out stops it.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { Problem } from '../../core/errors.ts'
import { type Binaries, copyBinaries, findBinaries, mendBinaries } from './binaries.ts'
import {
  type Cluster,
  checkMajor,
  freePort,
  initCluster,
  type Log,
  makeDataDir,
  type Postmaster,
  readPostmaster,
  startPostmaster,
  stopPostmaster,
  writeSettings,
} from './cluster.ts'
import { canReach, canRun, chooseOwner, isRoot, reachableBase, standInFor } from './owner.ts'
import { holderOf, isAlive, pause, signIn, waitForLock } from './processes.ts'

export interface EmbeddedOptions {
  /** folder of this installation's data; made when missing */
  dataDir: string
  /** fixed port; by default a free one, remembered in the data folder */
  port?: number
  log?: Log
  /** restart the postmaster when it dies while we use it (the server wants this) */
  watch?: boolean
  /** false only in tests: no fsync, a crash may lose the cluster */
  durable?: boolean
}

export interface Embedded {
  /** connection string of the application's database and role (owner of the database, not a superuser) */
  url: string
  /** connection string of the superuser on database `postgres`; for checks and repairs only */
  adminUrl: string
  /** the cluster's folder, which may lie outside `dataDir` when that was out of reach */
  pgdata: string
  port: number
  /** true when a running postmaster was taken over instead of started */
  adopted: boolean
  /** signs this process out; stops the postmaster when no other process uses it. Safe to call twice. */
  stop(): Promise<void>
}

/** What is remembered in `postgres.json` of the data folder. */
interface State {
  /** cluster folder, relative to the data folder or absolute */
  pgdata: string
  port: number
  password: string
  adminPassword: string
}

const stateFile = (dataDir: string) => path.join(dataDir, 'postgres.json')

function readState(dataDir: string): State | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(dataDir), 'utf8')) as State
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return undefined
    if (code === 'EACCES') {
      throw new Problem(
        'unavailable',
        `没有权限读取数据文件夹 ${dataDir}（由另一个系统用户建立）。请用原来的用户启动，或用 ZHIBEN_DATA 指定另一个文件夹。`,
      )
    }
    throw new Problem('unavailable', `${stateFile(dataDir)} 已损坏，无法读取。请从备份恢复该文件。`)
  }
}

/** Whole or not at all: half of this file would lock everybody out of the data. */
function writeState(dataDir: string, state: State): void {
  const file = stateFile(dataDir)
  const aside = `${file}.${process.pid}.new`
  writeFileSync(aside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(aside, file)
}

const urlOf = (role: string, password: string, port: number, database: string) =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${database}`

/**
 * The same by the cluster's socket where it has one: a statement takes about a quarter less time than over the
 * loopback network. The port stays in it, for whoever can only use that.
 */
function bySocket(url: string, pgdata: string, port: number): string {
  if (!existsSync(path.join(pgdata, `.s.PGSQL.${port}`))) return url
  return `${url}?host=${encodeURIComponent(pgdata)}`
}

const appUrl = (s: State) => urlOf('zhiben', s.password, s.port, 'zhiben')
const adminUrl = (s: State) => urlOf('postgres', s.adminPassword, s.port, 'postgres')

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Makes the application's role and database when they are missing (first start, or one cut short). */
async function ensureDatabase(state: State): Promise<void> {
  try {
    await withClient(appUrl(state), (c) => c.query('select 1'))
    return
  } catch (e) {
    // wrong password or no such role; no such database
    if (!['28P01', '28000', '3D000'].includes((e as { code?: string }).code ?? '')) throw e
  }
  await withClient(adminUrl(state), async (c) => {
    const role = await c.query("select 1 from pg_roles where rolname = 'zhiben'")
    // both passwords are our own hexadecimal, nothing to escape
    await c.query(
      `${role.rowCount ? 'alter' : 'create'} role zhiben login createdb password '${state.password}'`,
    )
    const base = await c.query("select 1 from pg_database where datname = 'zhiben'")
    if (!base.rowCount) await c.query('create database zhiben owner zhiben')
  })
}

/** True when the server at this port is the cluster in `pgdata` and lets us in. */
async function isOurs(state: State, pgdata: string): Promise<boolean> {
  try {
    return await withClient(adminUrl(state), async (c) => {
      const { rows } = await c.query<{ dir: string }>("select current_setting('data_directory') as dir")
      return realpathSync(rows[0]?.dir ?? '/') === realpathSync(pgdata)
    })
  } catch {
    return false
  }
}

/** Decides folder, owner and programs; makes the data folder. */
async function settle(dataDir: string, log: Log): Promise<{ cluster: Cluster; state: State }> {
  await makeDataDir(dataDir, isRoot())
  const known = readState(dataDir)
  let pgdata = known ? path.resolve(dataDir, known.pgdata) : path.join(dataDir, 'postgres')
  let binaries: Binaries = findBinaries()
  await mendBinaries(binaries)
  const owner = chooseOwner(pgdata, log)
  if (owner) {
    if (!known && !canReach(owner, dataDir)) {
      pgdata = path.join(standInFor(dataDir), 'postgres')
      log(`系统用户 ${owner.name} 进不了 ${dataDir}，数据库文件放在 ${pgdata}`)
    }
    if (!canRun(owner, binaries.postgres)) {
      log(`系统用户 ${owner.name} 进不了程序文件夹，数据库程序复制到 ${reachableBase}`)
      binaries = await copyBinaries(binaries, reachableBase)
    }
  }
  const exists = existsSync(path.join(pgdata, 'PG_VERSION'))
  if (exists && !known) {
    throw new Problem(
      'conflict',
      `${pgdata} 里已有数据库，但缺少 ${stateFile(dataDir)}（内有端口和口令）。请恢复该文件；确实不要旧数据时，把 ${pgdata} 改名后再启动。`,
    )
  }
  const secret = () => randomBytes(16).toString('hex')
  const inside = path.relative(dataDir, pgdata)
  const state = known ?? {
    pgdata: inside.startsWith('..') || path.isAbsolute(inside) ? pgdata : inside,
    port: 0,
    password: secret(),
    adminPassword: secret(),
  }
  if (!known) writeState(dataDir, state)
  const cluster = { pgdata, binaries, owner, logFile: path.join(dataDir, 'postgres.log'), log }
  return { cluster, state }
}

/** Adopts the running postmaster or starts one; tries again while a killed one's leavings go away. */
async function ensureRunning(
  cluster: Cluster,
  state: State,
  options: EmbeddedOptions,
): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const until = performance.now() + 30_000
  let first = true
  for (;;) {
    const running = readPostmaster(cluster.pgdata)
    if (running) {
      if (running.status === 'ready' && (await isOurs({ ...state, port: running.port }, cluster.pgdata))) {
        state.port = running.port
        return { postmaster: running, adopted: true }
      }
      // starting, stopping, or stuck: wait, and stop what neither serves nor goes away
      if (performance.now() > until) await stopPostmaster(cluster, running.pid)
      await pause(100)
      continue
    }
    if (first || !state.port) state.port = options.port ?? (state.port || (await freePort()))
    first = false
    await writeSettings(cluster, state.port, options.durable !== false)
    const result = await startPostmaster(cluster)
    if ('postmaster' in result) return { postmaster: result.postmaster, adopted: false }
    const { failed } = result
    const retry = performance.now() < until
    if (retry && /lock file .* already exists|shared memory block/.test(failed)) {
      await pause(200)
    } else if (retry && !options.port && /could not (bind|create any TCP\/IP sockets)/.test(failed)) {
      state.port = await freePort()
    } else {
      throw new Problem(
        'unavailable',
        `内置数据库没有启动成功（${cluster.pgdata}）：\n${failed}\n完整记录见 ${cluster.logFile}；请运行 node zhiben.mjs doctor 检查。`,
      )
    }
  }
}

/** Processes other than this one that use the data folder now; forgets those that are gone. */
async function otherUsers(folder: string): Promise<number> {
  let count = 0
  for (const name of readdirSync(folder)) {
    if (name === String(process.pid)) continue
    if (holderOf(path.join(folder, name))) count++
    else await rm(path.join(folder, name), { force: true })
  }
  return count
}

const uses = new Map<string, number>()

/**
 * Starts or adopts the cluster of a data folder.
 * @throws Problem `unavailable` with what to do when it cannot start, `conflict` when the folder belongs to
 * another major version of PostgreSQL
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = path.resolve(options.dataDir)
  const log: Log = options.log ?? (() => undefined)
  await makeDataDir(dataDir, isRoot())
  const users = path.join(dataDir, 'users')
  const mine = path.join(users, String(process.pid))
  const locked = async <T>(work: () => Promise<T>): Promise<T> => {
    const lock = await waitForLock(path.join(dataDir, 'postgres.lock'), 120_000)
    if (!lock) {
      throw new Problem('unavailable', `另一个程序正在启动或停止 ${dataDir} 的数据库，等待超时。请稍后再试。`)
    }
    try {
      return await work()
    } finally {
      await lock.release()
    }
  }

  const { cluster, state } = await locked(() => settle(dataDir, log))
  const bring = () =>
    locked(async () => {
      if (!existsSync(path.join(cluster.pgdata, 'PG_VERSION'))) {
        log('第一次启动：正在建立数据库……')
        await initCluster(cluster, state.adminPassword, options.durable !== false)
      }
      checkMajor(cluster)
      const got = await ensureRunning(cluster, state, options)
      await ensureDatabase(state)
      writeState(dataDir, state)
      await mkdir(users, { recursive: true, mode: 0o700 })
      signIn(mine)
      return got
    })
  const { postmaster, adopted } = await bring()
  uses.set(dataDir, (uses.get(dataDir) ?? 0) + 1)

  let pid = postmaster.pid
  let stopped = false
  let mending: Promise<void> | undefined
  const watcher = options.watch
    ? setInterval(() => {
        if (stopped || mending || isAlive(pid)) return
        log('数据库进程意外退出，正在重新启动……')
        mending = bring()
          .then((again) => {
            pid = again.postmaster.pid
            log('数据库已恢复')
          })
          .catch((e) => log(`数据库没有恢复：${(e as Error).message}`))
          .finally(() => {
            mending = undefined
          })
      }, 500)
    : undefined
  watcher?.unref()

  return {
    url: bySocket(appUrl(state), cluster.pgdata, state.port),
    adminUrl: bySocket(adminUrl(state), cluster.pgdata, state.port),
    pgdata: cluster.pgdata,
    port: state.port,
    adopted,
    async stop() {
      if (stopped) return
      stopped = true
      clearInterval(watcher)
      await mending
      const left = (uses.get(dataDir) ?? 1) - 1
      uses.set(dataDir, left)
      if (left > 0) return
      await locked(async () => {
        await rm(mine, { force: true })
        if (await otherUsers(users)) return
        const running = readPostmaster(cluster.pgdata)
        if (running) await stopPostmaster(cluster, running.pid)
      })
    },
  }
}

/** True when a process of this machine serves the data folder's cluster now; starts nothing. */
export function embeddedRunning(dataDir: string): boolean {
  const state = existsSync(stateFile(dataDir)) ? readState(dataDir) : undefined
  return !!state && !!readPostmaster(path.resolve(dataDir, state.pgdata))
}
