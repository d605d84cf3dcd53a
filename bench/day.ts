/**
 * A working day: how many statements 今日 and the task board cost and how long they take at the demo's size, what 200
 * people at once feel (bench/mix.ts), how long 50,000 hazards take as .xlsx and how long a search takes in 500,000.
 */
import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { loadDemo } from '../demo/load.ts'
import { refreshProposals } from '../engine/grading/refresh.ts'
import { createApp } from '../engine/http/app.ts'
import { type Engine, openEngine } from '../engine/main.ts'
import { foldCounters } from '../engine/store/counters.ts'
import { startEmbedded } from '../engine/store/embedded/index.ts'
import { freePort, launch, say } from './launch.ts'
import { latencies, median, round } from './measure.ts'
import { type Mixed, mix, type Reader, type Who } from './mix.ts'
import { seed } from './seed.ts'

const COUNTY = '140525'
const roles: Record<string, Who> = {
  'county-officer': 'county',
  'town-officer': 'town',
  'enterprise-officer': 'enterprise',
  'city-viewer': 'city',
}

/** Statements that the program sends while `run` lasts, those of a transaction's begin and end among them. */
async function statements(run: () => Promise<unknown>): Promise<number> {
  let n = 0
  const query = pg.Client.prototype.query
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    n++
    return Reflect.apply(query, this, args)
  }
  try {
    await run()
  } finally {
    pg.Client.prototype.query = query
  }
  return n
}

type Send = (
  url: string,
  cookie?: string,
  body?: object,
) => Promise<{ status: number; body: string; cookie: string }>

const sender =
  (app: Awaited<ReturnType<typeof createApp>>): Send =>
  async (url, cookie, body) => {
    const answer = await app.inject({
      method: body ? 'POST' : 'GET',
      url,
      headers: { host: 'bench', origin: 'http://bench', ...(cookie && { cookie }) },
      ...(body && { payload: body }),
    })
    const cookies = [answer.headers['set-cookie'] ?? []].flat().map((c) => c.split(';')[0])
    return { status: answer.statusCode, body: answer.body, cookie: cookies.join('; ') }
  }

/** The demo's people, signed in, each with records of his to open. */
async function signIn(engine: Engine, send: Send): Promise<Record<Who, Reader[]>> {
  const loaded = await loadDemo(engine, say)
  if (!loaded) throw new Error('no demo')
  const readers: Record<Who, Reader[]> = { town: [], county: [], enterprise: [], city: [] }
  for (const { username, password, role } of loaded.signIns) {
    const who = roles[role]
    if (!who) continue
    const { status, cookie } = await send('/api/auth/sign-in/username', undefined, { username, password })
    if (status !== 200) throw new Error(`${username}: ${status}`)
    const ids = async (register: string): Promise<string[]> => {
      const { body } = await send(`/api/records/${register}?limit=100`, cookie)
      const { rows }: { rows: { id: string }[] } = JSON.parse(body)
      return rows.map((r) => r.id)
    }
    const hazards = await ids('hazard')
    readers[who].push({ who, cookie, hazards, enterprises: await ids('enterprise') })
  }
  for (const [who, of] of Object.entries(readers)) if (of.length === 0) throw new Error(`nobody is ${who}`)
  return readers
}

interface OnDemo {
  statements: { today: number; tasks: number }
  todayMs: number
  tasksMs: number
  mixed: Mixed
}

async function onDemo(
  url: string,
  folder: string,
  quick: boolean,
  children: ChildProcess[],
): Promise<OnDemo> {
  const engine = await openEngine(url, folder)
  const app = await createApp(engine)
  try {
    const send = sender(app)
    say('loading the demo county')
    const readers = await signIn(engine, send)
    const [officer] = readers.county
    if (!officer) throw new Error('no officer')
    const counted = async (of: string) => {
      // what is kept from before is part of a day: the second call counts
      await send(of, officer.cookie)
      return statements(() => send(of, officer.cookie))
    }
    const count = { today: await counted('/api/today'), tasks: await counted('/api/tasks') }
    const port = await freePort()
    children.push(await launch('./serve.js', [url, String(port), folder], port))
    const ms = async (of: string) => {
      const headers = { cookie: officer.cookie }
      return round(median(await latencies(port, { method: 'GET', path: of, headers }, quick ? 20 : 60)))
    }
    const todayMs = await ms('/api/today')
    const tasksMs = await ms('/api/tasks')
    const size = { clients: 200, seconds: quick ? 15 : 60 }
    say(`${size.clients} clients for ${size.seconds} s`)
    return { statements: count, todayMs, tasksMs, mixed: await mix(port, readers, size) }
  } finally {
    await app.close()
    await engine.close()
  }
}

/** Seconds until the last byte of an answer, and how many there were. */
const download = (port: number, of: string, headers: Record<string, string>) =>
  new Promise<{ seconds: number; bytes: number }>((resolve, reject) => {
    const from = performance.now()
    get({ host: '127.0.0.1', port, path: of, headers }, (res) => {
      let bytes = 0
      res.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      res.on('error', reject)
      res.on('end', () => {
        if (res.statusCode === 200 && res.complete)
          resolve({ seconds: (performance.now() - from) / 1000, bytes })
        else reject(new Error(`${of} answered ${res.statusCode}`))
      })
    }).on('error', reject)
  })

const searched = ['除尘器', '积尘未清理', '第4711处', '卸灰装置积尘', '未清理第30处']

async function onLedger(url: string, folder: string, quick: boolean, children: ChildProcess[]) {
  const engine = await openEngine(url, folder)
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  try {
    const { db, catalogue } = engine
    await refreshProposals(engine)
    const size = quick ? { enterprises: 10_000, hazards: 50_000 } : { enterprises: 100_000, hazards: 500_000 }
    say(`seeding ${size.enterprises} enterprises, ${size.hazards} hazards`)
    await seed(pool, { from: 0, to: size.enterprises }, { from: 0, to: size.hazards }, () =>
      foldCounters(db, catalogue),
    )
    const { key } = await engine.auth.keys.create({ name: 'bench', role: 'county-officer', area: COUNTY })
    const port = await freePort()
    children.push(await launch('./serve.js', [url, String(port), folder], port))
    const headers = { authorization: `Bearer ${key}` }
    const { rows } = await pool.query<{ n: number }>(
      'select count(*)::int as n from hazard where county = $1 and sealed is not true and archived_at is null',
      [COUNTY],
    )
    const exports: number[] = []
    let bytes = 0
    for (let i = 0; i < (quick ? 2 : 3); i++) {
      const purpose = encodeURIComponent('测速')
      const done = await download(port, `/api/records/hazard/export?format=xlsx&purpose=${purpose}`, headers)
      exports.push(done.seconds)
      bytes = done.bytes
    }
    const searches: Record<string, number> = {}
    for (const text of searched) {
      const at = `/api/records/hazard?q=${encodeURIComponent(text)}&limit=20`
      searches[text] = round(
        median(await latencies(port, { method: 'GET', path: at, headers }, quick ? 20 : 60)),
      )
    }
    return {
      exportSeconds: round(median(exports)),
      exported: { rows: rows[0]?.n ?? 0, bytes },
      searchMs: Math.max(...Object.values(searches)),
      searches,
      size,
    }
  } finally {
    await pool.end()
    await engine.close()
  }
}

/** `--quick`: a tenth of the ledger, 15 seconds of the mix. `--part demo|ledger`: only one half. */
export async function run(args: string[]): Promise<object> {
  const quick = args.includes('--quick')
  const only = args[args.indexOf('--part') + 1]
  const part = args.includes('--part') ? only : undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-bench-'))
  chmodSync(folder, 0o755)
  const cluster = await startEmbedded({ dataDir: path.join(folder, 'pg') })
  const children: ChildProcess[] = []
  const stop = () => {
    for (const c of children.splice(0)) c.kill('SIGKILL')
  }
  try {
    const admin = new pg.Client({ connectionString: cluster.url })
    await admin.connect()
    await admin.query('create database bench_ledger')
    await admin.end()
    const ledger = new URL(cluster.url)
    ledger.pathname = '/bench_ledger'
    const demo = part === 'ledger' ? {} : await onDemo(cluster.url, folder, quick, children)
    stop()
    const big = part === 'demo' ? {} : await onLedger(ledger.href, folder, quick, children)
    return { ...demo, ...big, quick, node: process.version }
  } finally {
    stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
