import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { refreshProposals } from '../engine/grading/refresh.ts'
import { openEngine } from '../engine/main.ts'
import { foldCounters } from '../engine/store/counters.ts'
import { startEmbedded } from '../engine/store/embedded/index.ts'
import { listSql, prepareBare } from './bare.ts'
import { switchCounting } from './counting.ts'
import { freePort, launch, say } from './launch.ts'
import { latencies, median, percentile, round, type Shot, sideBySide, throughput } from './measure.ts'
import { makeOfficers, measureOfficers } from './officers.ts'
import { seed } from './seed.ts'

const COUNTY = '140525'

/** The list's SQL through the driver alone, 16 at a time: what no server in Node can beat. */
async function driverAlone(pool: pg.Pool, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  const from = performance.now()
  let n = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() < until) {
        await pool.query({ name: 'list', text: listSql('county'), values: [COUNTY, 'rectifying'] })
        n++
      }
    }),
  )
  return (n * 1000) / (performance.now() - from)
}

/** Keeps one photo at our side, as a phone does before it reports a hazard; the bare side takes its name unchecked. */
async function uploadPhoto(port: number, headers: Record<string, string>): Promise<object> {
  const form = new FormData()
  form.set('takenAt', '2026-06-01T08:00:00Z')
  form.set(
    'file',
    new Blob([Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')]),
    '整改前.jpg',
  )
  const answer = await fetch(`http://127.0.0.1:${port}/api/files`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: form,
  })
  if (answer.status !== 201) throw new Error(`photo: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as object
}

/**
 * List, create and roll-up on a province's ledger beside a bare Fastify + pg server, in one run; create also with
 * the triggers of the roll-up counters on and off in turn: their ratio is what counting costs.
 * `--quick` uses a tenth of the data and short rounds.
 */
export async function run(args: string[]): Promise<object> {
  const quick = args.includes('--quick')
  const size = quick ? { enterprises: 10_000, hazards: 50_000 } : { enterprises: 100_000, hazards: 500_000 }
  const seconds = quick ? 1.5 : 4
  // both sides as they are after their first hour: half of a young server's time goes into compiling what it runs
  const warm = quick ? 6 : 12
  const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-bench-'))
  chmodSync(folder, 0o755)
  const cluster = await startEmbedded({ dataDir: path.join(folder, 'pg') })
  const children: ChildProcess[] = []
  const pool = new pg.Pool({ connectionString: cluster.url, max: 16 })
  try {
    const engine = await openEngine(cluster.url, folder)
    const { key } = await engine.auth.keys.create({ name: 'bench', role: 'county-officer', area: COUNTY })
    const wide = await engine.auth.keys.create({ name: 'bench', role: 'province-viewer', area: '14' })
    const { db, catalogue } = engine
    const fold = () => foldCounters(db, catalogue)
    // what a county of that size has long behind it, so that the server does not grade while it is measured
    await refreshProposals(engine)
    say(`seeding ${size.enterprises} enterprises, ${size.hazards / 10} hazards`)
    await seed(pool, { from: 0, to: size.enterprises }, { from: 0, to: size.hazards / 10 }, fold)

    const ourPort = await freePort()
    const ourServer = await launch('./serve.js', [cluster.url, String(ourPort), folder], ourPort)
    children.push(ourServer)
    const auth = { authorization: `Bearer ${key}` }
    const wideAuth = { authorization: `Bearer ${wide.key}` }
    const rollup = async () => {
      const out: Record<string, { p50ms: number; p95ms: number }> = {}
      for (const [name, area] of Object.entries({ county: COUNTY, city: '1405', province: '14' })) {
        const times = await latencies(
          ourPort,
          { method: 'GET', path: `/api/rollup/hazard?area=${area}&by=town&open=1`, headers: wideAuth },
          quick ? 50 : 200,
        )
        out[name] = { p50ms: round(median(times)), p95ms: round(percentile(times, 0.95)) }
      }
      return out
    }
    const rollupTenth = await rollup()
    say(`seeding the rest: ${size.hazards} hazards`)
    await seed(
      pool,
      { from: size.enterprises, to: size.enterprises },
      { from: size.hazards / 10, to: size.hazards },
      fold,
    )
    const signedIn = await makeOfficers(engine, pool)
    await engine.close()
    const rollupFull = await rollup()

    await prepareBare(pool)
    const barePort = await freePort()
    const bareServer = await launch('./bare.js', [cluster.url, String(barePort)], barePort)
    children.push(bareServer)
    const where = encodeURIComponent(
      JSON.stringify({ field: 'state', op: 'is', to: { value: 'rectifying' } }),
    )
    const ourList: Shot = {
      method: 'GET',
      path: `/api/records/hazard?where=${where}&sort=dueOn&limit=20`,
      headers: auth,
    }
    const bareList: Shot = { method: 'GET', path: `/list?by=county&value=${COUNTY}&state=rectifying` }
    for (const [port, shot] of [
      [ourPort, ourList],
      [barePort, bareList],
    ] as const)
      await throughput(port, shot, warm)
    say('list')
    const rounds = 5
    const list = await sideBySide(
      rounds,
      () => throughput(ourPort, ourList, seconds),
      () => throughput(barePort, bareList, seconds),
    )
    const driver = await driverAlone(pool, seconds)
    say('the same list for other officers')
    const officers = await measureOfficers(
      await signedIn(ourPort),
      ourList.path,
      { port: ourPort, pid: ourServer.pid! },
      { port: barePort, pid: bareServer.pid! },
      { rounds: 3, times: quick ? 100 : 300 },
    )

    const { rows } = await pool.query<{ id: string }>(
      'select id from enterprise where county = $1 order by id limit 1000',
      [COUNTY],
    )
    let n = 0
    const photo = await uploadPhoto(ourPort, auth)
    const body = () => {
      n++
      const enterpriseId = rows[n % rows.length]!.id
      return JSON.stringify({
        enterpriseId,
        name: `除尘器卸灰装置积尘${n}`,
        origin: '监管执法查处',
        foundBy: '县局',
        foundOn: '2026-06-01',
        level: '一般',
        spot: '除尘间',
        before: [photo],
      })
    }
    const ourCreate: Shot = { method: 'POST', path: '/api/records/hazard', headers: auth, body }
    const bareCreate: Shot = { method: 'POST', path: '/create', body }
    for (const [port, shot] of [
      [ourPort, ourCreate],
      [barePort, bareCreate],
    ] as const)
      await throughput(port, shot, warm)
    say('create')
    const create = await sideBySide(
      rounds,
      () => throughput(ourPort, ourCreate, seconds),
      () => throughput(barePort, bareCreate, seconds),
    )

    say('create with and without counting triggers')
    const counted = async (on: boolean) => {
      await switchCounting(cluster.url, on)
      return throughput(ourPort, ourCreate, seconds)
    }
    const { ours, bare, ...ratios } = await sideBySide(
      rounds,
      () => counted(true),
      () => counted(false),
    )
    const counting = { ...ratios, withTriggers: ours, withoutTriggers: bare }

    return {
      ratios: { list: list.ratio, create: create.ratio, counting: counting.ratio },
      rollup: rollupFull,
      rollupTenth,
      list,
      create,
      counting,
      officers,
      driverAlone: { perSecond: round(driver, 0) },
      size,
      rounds,
      secondsPerRound: seconds,
    }
  } finally {
    for (const c of children) c.kill('SIGKILL')
    await pool.end()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
