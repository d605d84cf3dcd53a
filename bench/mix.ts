import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { percentile, round } from './measure.ts'

/**
 * A county's morning: 200 browsers at once, each asking again as soon as it has its answer, for 60 seconds.
 *
 * | who | of 20 |    | what | of 20 |
 * | --- | --- | --- | --- | --- |
 * | town officers | 8 | | 今日 | 4 |
 * | county officers | 5 | | task board | 2 |
 * | enterprises' safety officers | 5 | | a list: hazards by due date, open ones; enterprises | 5 |
 * | the city | 2 | | a record with its timeline, a case with its actions | 5 |
 * | | | | a search | 3 |
 * | | | | a write (county and towns; others read once more) | 1 |
 */
export type Who = 'town' | 'county' | 'enterprise' | 'city'
type What = 'today' | 'tasks' | 'list' | 'record' | 'search' | 'write'

const CROWD: [Who, number][] = [
  ['town', 8],
  ['county', 5],
  ['enterprise', 5],
  ['city', 2],
]
const ASKED: [What, number][] = [
  ['today', 4],
  ['tasks', 2],
  ['list', 5],
  ['record', 5],
  ['search', 3],
  ['write', 1],
]

export interface Reader {
  who: Who
  cookie: string
  /** records of his own to open */
  hazards: string[]
  enterprises: string[]
}

export interface Mixed {
  clients: number
  seconds: number
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** no answer within 30 seconds */
  timeouts: number
  /** answers that were neither done nor a lost race (409) */
  refused: number
  /** 99th percentile of each kind of request */
  p99By: Record<string, number>
}

const TIMEOUT_MS = 30_000
const searches = ['机械', '铸造', '有限公司', 'huiyu', '粉尘', '泽州县', 'jixie']

/** A row of names, each as often as it is to happen. */
const spread = <K>(weights: readonly [K, number][]): K[] =>
  weights.flatMap(([name, n]) => Array.from({ length: n }, () => name))

/** The same order in every run: what differs is the machine. */
function dice(seed: number): (n: number) => number {
  let s = seed * 2_654_435_761
  return (n) => {
    s = (Math.imul(s ^ (s >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0
    return s % n
  }
}

interface Answered {
  status: number
  body: string
}

function ask(
  agent: Agent,
  port: number,
  cookie: string,
  path: string,
  patch?: { body: object; version: number },
) {
  return new Promise<Answered>((resolve, reject) => {
    const text = patch && JSON.stringify(patch.body)
    const headers = {
      cookie,
      ...(text && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'idempotency-key': randomUUID(),
        'if-match': `"${patch.version}"`,
        origin: `http://127.0.0.1:${port}`,
      }),
    }
    const req = request(
      { agent, host: '127.0.0.1', port, method: patch ? 'PATCH' : 'GET', path, headers, timeout: TIMEOUT_MS },
      (res) => {
        const pieces: Buffer[] = []
        res.on('data', (piece: Buffer) => pieces.push(piece))
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: String(Buffer.concat(pieces)) }))
        res.on('error', reject)
      },
    )
    req.on('timeout', () => req.destroy(new Error('timeout')))
    req.on('error', reject)
    req.end(text)
  })
}

const open = JSON.stringify({
  field: 'state',
  op: 'in',
  to: { value: ['found', 'assessed', 'rectifying', 'checking'] },
})
const lists = [
  '/api/records/hazard?sort=dueOn&limit=20',
  `/api/records/hazard?where=${encodeURIComponent(open)}&limit=20`,
  '/api/records/enterprise?limit=20',
]

/** The addresses of one visit, one after the other as a page asks for them. */
function visit(reader: Reader, what: What, roll: (n: number) => number): string[] {
  const one = (of: readonly string[]) => of[roll(of.length)] ?? ''
  const hazard = `/api/records/hazard/${one(reader.hazards)}`
  const enterprise = `/api/records/enterprise/${one(reader.enterprises)}`
  if (what === 'today') return ['/api/today']
  if (what === 'tasks') return ['/api/tasks']
  if (what === 'list') return [one(lists)]
  if (what === 'search')
    return [`/api/records/${one(['enterprise', 'hazard'])}?q=${encodeURIComponent(one(searches))}&limit=20`]
  if (what === 'record' && reader.hazards.length && roll(2))
    return [hazard, `${hazard}/actions`, `${hazard}/timeline`]
  return [enterprise, `${enterprise}/timeline`]
}

/** @param readers of each kind at least one */
export async function mix(
  port: number,
  readers: Record<Who, Reader[]>,
  size: { clients: number; seconds: number },
): Promise<Mixed> {
  const agent = new Agent({ keepAlive: true, maxSockets: size.clients })
  const until = performance.now() + size.seconds * 1000
  const times: number[] = []
  const by = new Map<string, number[]>()
  let timeouts = 0
  let refused = 0
  const timed = async (what: string, run: () => Promise<Answered>): Promise<Answered | undefined> => {
    const from = performance.now()
    try {
      const answer = await run()
      if (answer.status !== 409 && (answer.status < 200 || answer.status > 299)) refused++
      return answer
    } catch (e) {
      if (e instanceof Error && e.message === 'timeout') timeouts++
      else refused++
      return undefined
    } finally {
      const ms = performance.now() - from
      times.push(ms)
      const same = by.get(what)
      if (same) same.push(ms)
      else by.set(what, [ms])
    }
  }
  const crowd = spread(CROWD)
  const asked = spread(ASKED)
  const client = async (i: number) => {
    const roll = dice(i + 1)
    const of = readers[crowd[i % crowd.length] ?? 'county']
    const reader = of[Math.floor(i / crowd.length) % of.length]
    if (!reader) return
    while (performance.now() < until) {
      const what = asked[roll(asked.length)] ?? 'list'
      const writes = what === 'write' && (reader.who === 'town' || reader.who === 'county')
      for (const path of visit(reader, what, roll)) {
        const read = await timed(what, () => ask(agent, port, reader.cookie, path))
        if (!writes || read?.status !== 200 || path.endsWith('/timeline')) continue
        const { row }: { row: { version: number } } = JSON.parse(read.body)
        const body = { remark: `核对 ${roll(1_000_000)}` }
        await timed('write', () => ask(agent, port, reader.cookie, path, { body, version: row.version }))
      }
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: size.clients }, (_, i) => client(i)))
  const seconds = (performance.now() - from) / 1000
  agent.destroy()
  return {
    ...size,
    requests: times.length,
    perSecond: round(times.length / seconds, 0),
    p50Ms: round(percentile(times, 0.5), 0),
    p99Ms: round(percentile(times, 0.99), 0),
    timeouts,
    refused,
    p99By: Object.fromEntries([...by].map(([what, ms]) => [what, round(percentile(ms, 0.99), 0)])),
  }
}
