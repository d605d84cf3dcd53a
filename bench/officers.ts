import { readFileSync } from 'node:fs'
import type pg from 'pg'
import type { Ground } from '../engine/access/actor.ts'
import type { Role } from '../engine/core/definition.ts'
import type { Engine } from '../engine/main.ts'
import { latencies, median, percentile, round, type Shot, throughput } from './measure.ts'

/** Who asks for the same list: by where his rights begin. `bare` is the column that a bare server would filter by. */
interface Officer {
  name: string
  how: 'session' | 'key'
  headers: Record<string, string>
  bare: { by: 'county' | 'town' | 'unit' | 'organisation'; value: string }
}

const PASSWORD = '测速-a-Long-Phrase-2026'
const COUNTY = '140525'

/**
 * A county's, a town's, a unit's and a firm's officer. Keys are given on areas alone, so unit and firm have sessions
 * only. Each sees cases in the state asked for.
 */
export async function makeOfficers(
  engine: Engine,
  pool: pg.Pool,
): Promise<(port: number) => Promise<Officer[]>> {
  const { rows } = await pool.query<{ town: string; unit: string; organisation: string }>(
    `select town, unit, organisation from hazard
     where county = $1 and state = 'rectifying' and unit is not null and archived_at is null order by id limit 1`,
    [COUNTY],
  )
  const one = rows[0]
  if (!one) throw new Error('the seed has no case of a unit')
  const wanted: [string, Role, Ground, Officer['bare']][] = [
    ['county', 'county-officer', { by: 'area', area: COUNTY }, { by: 'county', value: COUNTY }],
    ['town', 'town-officer', { by: 'area', area: one.town }, { by: 'town', value: one.town }],
    ['unit', 'county-officer', { by: 'unit', unit: one.unit }, { by: 'unit', value: one.unit }],
    [
      'own organisation',
      'enterprise-officer',
      { by: 'organisation', organisation: one.organisation },
      { by: 'organisation', value: one.organisation },
    ],
  ]
  const keys = new Map<string, string>()
  for (const [name, role, ground] of wanted) {
    const username = `bench-${name.replace(' ', '-')}`
    await engine.auth.users.create({
      username,
      password: PASSWORD,
      name: '测速',
      home: 'area' in ground ? ground.area : one.town,
      ...(ground.by === 'organisation' && { organisation: ground.organisation }),
      assignments: [{ role, ground }],
      demo: true,
    })
    if (ground.by === 'area')
      keys.set(name, (await engine.auth.keys.create({ name: 'bench', role, area: ground.area })).key)
  }
  return async (port) => {
    const out: Officer[] = []
    for (const [name, , , bare] of wanted) {
      const cookie = await signIn(port, `bench-${name.replace(' ', '-')}`)
      out.push({ name, how: 'session', headers: { cookie }, bare })
      const key = keys.get(name)
      if (key) out.push({ name, how: 'key', headers: { authorization: `Bearer ${key}` }, bare })
    }
    return out
  }
}

async function signIn(port: number, username: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ username, password: PASSWORD }),
  })
  if (!answer.ok) throw new Error(`${username}: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ')
}

const TICK_MS = 10
const WARM_SECONDS = 2

/** Processor time a process has used, ms; only Linux tells, elsewhere undefined. */
function cpuOf(pid: number): number | undefined {
  try {
    const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(after[11]) + Number(after[12])) * TICK_MS
  } catch {
    return undefined
  }
}

interface Cost {
  cpuMs: number | null
  p50Ms: number
  p99Ms: number
}

async function costOf(port: number, pid: number, shot: Shot, times: number): Promise<Cost> {
  const before = cpuOf(pid)
  const all = await latencies(port, shot, times)
  const after = cpuOf(pid)
  // the ten that warm up are answered as well
  const cpu = before === undefined || after === undefined ? null : round((after - before) / (times + 10), 3)
  return { cpuMs: cpu, p50Ms: round(median(all)), p99Ms: round(percentile(all, 0.99)) }
}

export interface Side {
  port: number
  pid: number
}

/**
 * The same list, filter and order for each officer beside the bare server that has an index for it, in turn.
 * @returns for each: processor time a request added over the bare server's, ms, and the ratio of the 99th percentiles;
 * the median of the rounds
 */
export async function measureOfficers(
  officers: readonly Officer[],
  list: string,
  ours: Side,
  bare: Side,
  size: { rounds: number; times: number },
): Promise<object[]> {
  const out: object[] = []
  for (const { name, how, headers, bare: of } of officers) {
    const added: number[] = []
    const p99: number[] = []
    let last: { ours: Cost; bare: Cost } | undefined
    const ourShot: Shot = { method: 'GET', path: list, headers }
    const bareShot: Shot = { method: 'GET', path: `/list?by=${of.by}&value=${of.value}&state=rectifying` }
    // what only this officer's way uses is compiled before it is measured
    await throughput(ours.port, ourShot, WARM_SECONDS, 4)
    await throughput(bare.port, bareShot, WARM_SECONDS, 4)
    for (let i = 0; i < size.rounds; i++) {
      const our = await costOf(ours.port, ours.pid, ourShot, size.times)
      const their = await costOf(bare.port, bare.pid, bareShot, size.times)
      if (our.cpuMs !== null && their.cpuMs !== null) added.push(our.cpuMs - their.cpuMs)
      p99.push(our.p99Ms / their.p99Ms)
      last = { ours: our, bare: their }
    }
    out.push({
      officer: name,
      how,
      addedCpuMs: added.length ? round(median(added), 3) : null,
      p99Ratio: round(median(p99)),
      ...last,
    })
  }
  return out
}
