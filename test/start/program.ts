/** Runs the real program as a user would: `node zhiben.mjs …` in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbedded } from '../../engine/store/embedded/index.ts'
import { isAlive } from '../../engine/store/embedded/processes.ts'

export const program = path.resolve('zhiben.mjs')

/** A fresh folder for one test's data; below it other users may enter. */
export function scratch(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `zhiben ${name}-`))
  chmodSync(folder, 0o755)
  return folder
}

/** A port free just now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

export interface Running {
  child: ChildProcess
  /** everything printed so far, stdout and stderr */
  said(): string
  /** resolves with exit code (null when killed by a signal) */
  ended: Promise<number | null>
  /** milliseconds from the start until it served */
  took: number
  url: string
}

interface How {
  dataDir: string
  env?: NodeJS.ProcessEnv
  /** run as this user (needs root) */
  uid?: number
  gid?: number
}

/** Starts a command and does not wait for it. */
export function launch(
  args: string[],
  how: How,
): { child: ChildProcess; said: () => string; ended: Promise<number | null> } {
  const { DATABASE_URL: _, ...inherited } = process.env
  const env: NodeJS.ProcessEnv = { ...inherited, ...how.env, ZHIBEN_DATA: how.dataDir }
  for (const key of Object.keys(env)) if (key.startsWith('VITEST')) delete env[key]
  const child = spawn(process.execPath, [program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(how.uid === undefined ? {} : { uid: how.uid, gid: how.gid ?? how.uid }),
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
  }
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)))
  return { child, said: () => text, ended }
}

/** Runs a command to its end. */
export async function command(
  args: string[],
  how: How,
): Promise<{ code: number | null; said: string; json: unknown }> {
  const { child, said, ended } = launch(args, how)
  let out = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8')
  })
  const code = await ended
  let json: unknown
  try {
    json = JSON.parse(out)
  } catch {
    json = undefined
  }
  return { code, said: said(), json }
}

/** `start` on a free port; resolves when it serves. */
export async function start(how: How, ...more: string[]): Promise<Running> {
  const port = await freePort()
  const begun = performance.now()
  const { child, said, ended } = launch(['start', '--port', String(port), ...more], how)
  for (;;) {
    const url = /治本已启动：(\S+)/.exec(said())?.[1]
    if (url) return { child, said, ended, took: performance.now() - begun, url }
    const gone = await Promise.race([ended.then((code) => ({ code })), pause(30).then(() => undefined)])
    if (gone) throw new Error(`start ended with ${gone.code}:\n${said()}`)
    if (performance.now() - begun > 200_000) throw new Error(`start did not serve:\n${said()}`)
  }
}

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Status of a page, or 0 when nobody answers. */
export const status = (url: string) =>
  fetch(url).then(
    (r) => r.status,
    () => 0,
  )

/** Waits until `test` holds; fails with `what` after `ms`. */
export async function until(
  what: string,
  test: () => boolean | Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const end = performance.now() + ms
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await pause(50)
  }
}

/** Folder of the cluster, wherever it had to be put. */
export function clusterOf(dataDir: string): string {
  const { pgdata } = JSON.parse(readFileSync(path.join(dataDir, 'postgres.json'), 'utf8')) as {
    pgdata: string
  }
  return path.resolve(dataDir, pgdata)
}

/** Process number of the database, or undefined when none runs. */
export function postmaster(dataDir: string): number | undefined {
  const file = path.join(clusterOf(dataDir), 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  return isAlive(pid) ? pid : undefined
}

/** Stops whatever a failed test left running, and removes its data. */
export async function cleanUp(folder: string, runs: Running[]): Promise<void> {
  for (const run of runs.splice(0)) {
    run.child.kill('SIGKILL')
    await run.ended
  }
  const dataDir = path.join(folder, 'data')
  if (existsSync(path.join(dataDir, 'postgres.json'))) {
    const cluster = clusterOf(dataDir)
    if (postmaster(dataDir)) await (await startEmbedded({ dataDir })).stop()
    if (!cluster.startsWith(folder)) rmSync(path.dirname(cluster), { recursive: true, force: true })
  }
  rmSync(folder, { recursive: true, force: true })
}

export const makeFolder = (folder: string, mode = 0o755) => {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, mode)
  return folder
}
