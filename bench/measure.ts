import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'

export interface Shot {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: () => string
}

const send = (agent: Agent, port: number, shot: Shot): Promise<number> =>
  new Promise((resolve, reject) => {
    const body = shot.body?.()
    const headers = {
      ...shot.headers,
      ...(body && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': randomUUID(),
      }),
    }
    const req = request(
      { agent, host: '127.0.0.1', port, method: shot.method, path: shot.path, headers },
      (res) => {
        res.resume()
        res.on('end', () => resolve(res.statusCode ?? 0))
        res.on('error', reject)
      },
    )
    req.on('error', reject)
    req.end(body)
  })

/** Answers per second over `connections` kept-alive connections; any answer but 2xx ends the bench. */
export async function throughput(
  port: number,
  shot: Shot,
  seconds: number,
  connections = 16,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const until = performance.now() + seconds * 1000
  const from = performance.now()
  let n = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const status = await send(agent, port, shot)
        if (status < 200 || status > 299) throw new Error(`${shot.method} ${shot.path} answered ${status}`)
        n++
      }
    }),
  )
  agent.destroy()
  return (n * 1000) / (performance.now() - from)
}

/** Milliseconds per answer, one at a time. */
export async function latencies(port: number, shot: Shot, times: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const out: number[] = []
  for (let i = 0; i < times + 10; i++) {
    const from = performance.now()
    const status = await send(agent, port, shot)
    if (status !== 200) throw new Error(`${shot.path} answered ${status}`)
    if (i >= 10) out.push(performance.now() - from) // the first ten warm up
  }
  agent.destroy()
  return out
}

export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0
}
export const median = (values: readonly number[]): number => percentile(values, 0.5)
export const round = (v: number, digits = 2): number => Number(v.toFixed(digits))

/** Both sides in turn, A B A B: what disturbs one round disturbs both. */
export async function sideBySide(rounds: number, ours: () => Promise<number>, bare: () => Promise<number>) {
  const a: number[] = []
  const b: number[] = []
  for (let i = 0; i < rounds; i++) {
    a.push(await ours())
    b.push(await bare())
  }
  const ratios = a.map((v, i) => v / (b[i] ?? 1))
  const spread = (v: number[]) => ({
    median: round(median(v), 0),
    min: round(Math.min(...v), 0),
    max: round(Math.max(...v), 0),
  })
  return {
    ratio: round(median(ratios), 3),
    ratioMin: round(Math.min(...ratios), 3),
    ratioMax: round(Math.max(...ratios), 3),
    ours: spread(a),
    bare: spread(b),
  }
}
