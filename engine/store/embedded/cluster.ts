/** One cluster's folder: making it, its settings, starting and stopping its postmaster. */
import { type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { appendFile, chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform, totalmem } from 'node:os'
import path from 'node:path'
import { Problem } from '../../core/errors.ts'
import type { Binaries } from './binaries.ts'
import type { Owner } from './owner.ts'
import { isAlive, mayBeProgram, pause } from './processes.ts'

export type Log = (line: string) => void

export interface Cluster {
  pgdata: string
  binaries: Binaries
  owner: Owner | undefined
  /** where the postmaster's messages go */
  logFile: string
  log: Log
}

/** Environment without the caller's PG… variables and locale, which would change what the programs do. */
function cleanEnv(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' }
  for (const key of Object.keys(env)) if (/^PG[A-Z]/.test(key)) delete env[key]
  return env
}

const options = (c: Cluster, more: SpawnOptions = {}): SpawnOptions => ({
  cwd: path.dirname(c.pgdata),
  env: cleanEnv(),
  windowsHide: true,
  ...(c.owner ? { uid: c.owner.uid, gid: c.owner.gid } : {}),
  ...more,
})

/** Runs a program to its end; gives its exit code and everything it wrote. */
function run(c: Cluster, program: string, args: string[]): Promise<{ code: number | null; text: string }> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, options(c, { stdio: ['ignore', 'pipe', 'pipe'] }))
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
      })
    }
    child.on('error', fail)
    child.on('close', (code) => done({ code, text }))
  })
}

const give = (c: Cluster, file: string) => {
  if (c.owner) chownSync(file, c.owner.uid, c.owner.gid)
}

/**
 * Locale settings, best first: ICU Chinese gives pinyin order; where ICU or the C.UTF-8 locale is missing
 * the next serves, with UTF-8 in every case.
 */
const localeFlags = [
  ['--locale-provider=icu', '--icu-locale=zh', '--locale=C.UTF-8'],
  ['--locale-provider=icu', '--icu-locale=zh', '--locale=C'],
  ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
]

/**
 * Makes the cluster: in a folder beside, renamed when complete, so that an interrupted first start leaves
 * nothing that looks like a cluster.
 */
export async function initCluster(c: Cluster, password: string, durable: boolean): Promise<void> {
  const fresh = `${c.pgdata}.new`
  const secret = path.join(path.dirname(c.pgdata), `.secret-${randomBytes(6).toString('hex')}`)
  await writeFile(secret, `${password}\n`, { mode: 0o600 })
  give(c, secret)
  let last = ''
  try {
    for (const flags of localeFlags) {
      await rm(fresh, { recursive: true, force: true })
      await mkdir(fresh, { mode: 0o700 })
      give(c, fresh)
      const { code, text } = await run(c, c.binaries.initdb, [
        `--pgdata=${fresh}`,
        '--username=postgres',
        '--encoding=UTF8',
        ...flags,
        '--auth=scram-sha-256',
        `--pwfile=${secret}`,
        ...(durable ? [] : ['--no-sync']),
      ])
      if (code === 0) {
        await appendFile(path.join(fresh, 'postgresql.conf'), "\ninclude_if_exists = 'zhiben.conf'\n")
        await rename(fresh, c.pgdata)
        return
      }
      last = text
    }
  } finally {
    await rm(secret, { force: true })
  }
  await rm(fresh, { recursive: true, force: true })
  throw new Problem(
    'unavailable',
    `无法建立内置数据库（${c.pgdata}）：\n${tail(last)}\n请运行 node zhiben.mjs doctor 检查，或用 DATABASE_URL 指定外部 PostgreSQL。`,
  )
}

const tail = (text: string, lines = 8) => text.trim().split('\n').slice(-lines).join('\n')

/** Stops with instructions when the folder was made by another major version. */
export function checkMajor(c: Cluster): void {
  const found = readFileSync(path.join(c.pgdata, 'PG_VERSION'), 'utf8').trim()
  if (found === c.binaries.major) return
  throw new Problem(
    'conflict',
    `数据文件夹 ${c.pgdata} 由 PostgreSQL ${found} 建立，本程序自带的是 ${c.binaries.major}，不能直接打开（数据没有改动）。请用原来的程序版本执行 node zhiben.mjs backup 备份.zhiben，再把数据文件夹改名，用本版本执行 node zhiben.mjs restore 备份.zhiben。`,
    { found, expected: c.binaries.major },
  )
}

const megabytes = (share: number, least: number, most: number) =>
  `${Math.round(Math.min(most, Math.max(least, (totalmem() / 2 ** 20) * share)))}MB`

/** Longest path a unix socket may have is about 107 bytes; the folder is the cluster's own, mode 0700. */
function socketFolder(c: Cluster): string {
  if (platform() === 'win32' || /[,'"\\\n]/.test(c.pgdata)) return ''
  return Buffer.byteLength(path.join(c.pgdata, '.s.PGSQL.65535.lock')) <= 100 ? c.pgdata : ''
}

/** Writes our settings file. Durability settings keep PostgreSQL's defaults unless `durable` is false. */
export async function writeSettings(c: Cluster, port: number, durable: boolean): Promise<void> {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: socketFolder(c),
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: megabytes(1 / 8, 64, 1024),
    effective_cache_size: megabytes(1 / 2, 256, 65536),
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    random_page_cost: 1.1,
    jit: 'off',
    timezone: 'Asia/Shanghai',
    log_timezone: 'Asia/Shanghai',
    lc_messages: 'C',
    log_checkpoints: 'off',
    // details of a failed statement may hold personal data, which has no place in a log
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    password_encryption: 'scram-sha-256',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const file = path.join(c.pgdata, 'zhiben.conf')
  const lines = Object.entries(settings).map(([key, value]) => `${key} = '${value}'`)
  await writeFile(file, `# 由程序在每次启动时重写 (rewritten at every start)\n${lines.join('\n')}\n`, {
    mode: 0o600,
  })
  give(c, file)
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.on('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

export interface Postmaster {
  pid: number
  port: number
  /** 'starting', 'ready', 'stopping' or 'standby' as PostgreSQL writes it */
  status: string
}

/** The live postmaster of this folder by its postmaster.pid; undefined when there is none. */
export function readPostmaster(pgdata: string): Postmaster | undefined {
  let lines: string[]
  try {
    lines = readFileSync(path.join(pgdata, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Math.abs(Number(lines[0]))
  if (!isAlive(pid) || !mayBeProgram(pid, 'postgres')) return undefined
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() }
}

/**
 * Removes a postmaster.pid whose process is gone or is another program by now. PostgreSQL only compares
 * numbers, and in a container the number of a dead postmaster is soon somebody else's. The check for
 * left-over shared memory stays with PostgreSQL, so two postmasters can still not share the folder.
 */
async function clearStalePid(pgdata: string): Promise<void> {
  const file = path.join(pgdata, 'postmaster.pid')
  if (existsSync(file) && !readPostmaster(pgdata)) await rm(file, { force: true })
}

export type StartResult = { postmaster: Postmaster } | { failed: string }

/**
 * Starts the postmaster, detached: Ctrl-C in the terminal must reach the server first, which then stops
 * it in order. Waits until it accepts connections (recovery after a crash may take long).
 */
export async function startPostmaster(c: Cluster): Promise<StartResult> {
  await clearStalePid(c.pgdata)
  await rotate(c.logFile)
  const from = existsSync(c.logFile) ? statSync(c.logFile).size : 0
  const said = () => {
    try {
      return readFileSync(c.logFile).subarray(from).toString('utf8')
    } catch {
      return ''
    }
  }
  if (platform() === 'win32') {
    // pg_ctl gives up administrator rights, without which postgres.exe refuses to start (not tried yet)
    const { code, text } = await run(c, c.binaries.pgCtl, [
      'start',
      '-w',
      '-t',
      '600',
      '-D',
      c.pgdata,
      '-l',
      c.logFile,
    ])
    const postmaster = readPostmaster(c.pgdata)
    return code === 0 && postmaster ? { postmaster } : { failed: tail(`${text}\n${said()}`) }
  }
  const out = openSync(c.logFile, 'a', 0o600)
  let ended = false
  const child = spawn(
    c.binaries.postgres,
    ['-D', c.pgdata],
    options(c, { detached: true, stdio: ['ignore', out, out] }),
  )
  closeSync(out)
  let trouble: Error | undefined
  child.on('error', (e) => {
    trouble = e
    ended = true
  })
  child.on('exit', () => {
    ended = true
  })
  child.unref()
  const begun = performance.now()
  for (let told = 0; ; await pause(15)) {
    if (ended) return { failed: tail(trouble ? trouble.message : said()) }
    const postmaster = readPostmaster(c.pgdata)
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return { postmaster }
    const waited = Math.floor((performance.now() - begun) / 10_000)
    if (waited > told) {
      told = waited
      c.log(`数据库正在恢复上次未正常关闭时的数据，已等待 ${waited * 10} 秒……`)
    }
  }
}

async function rotate(logFile: string): Promise<void> {
  if (existsSync(logFile) && statSync(logFile).size > 10 * 2 ** 20) {
    await rm(`${logFile}.1`, { force: true })
    await rename(logFile, `${logFile}.1`)
  }
}

const gone = async (pid: number, seconds: number) => {
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    if (!isAlive(pid)) return true
    await pause(15)
  }
  return !isAlive(pid)
}

/**
 * Stops the postmaster: fast shutdown, then immediate, then kill; each with a time-out, because a fast
 * shutdown can hang on a stuck backend.
 */
export async function stopPostmaster(c: Cluster, pid: number): Promise<void> {
  if (platform() === 'win32') {
    for (const mode of ['fast', 'immediate']) {
      await run(c, c.binaries.pgCtl, ['stop', '-w', '-t', '30', '-m', mode, '-D', c.pgdata])
      if (!isAlive(pid)) return
    }
    await run(c, 'taskkill', ['/pid', String(pid), '/t', '/f'])
    return
  }
  for (const [signal, seconds] of [
    ['SIGINT', 30],
    ['SIGQUIT', 10],
    ['SIGKILL', 5],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'ESRCH') return
      throw e
    }
    if (await gone(pid, seconds)) return
    c.log(`数据库没有在 ${seconds} 秒内停下（${signal}），改用更强的方式`)
  }
}

/** Opens a folder made by root to the cluster's user (entering only, not listing). */
export async function makeDataDir(dataDir: string, root: boolean): Promise<void> {
  if (existsSync(dataDir)) return
  await mkdir(dataDir, { recursive: true })
  await chmod(dataDir, root ? 0o711 : 0o700)
}
