import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiError, onSignedOut, patch, post, queryString, request, uuid } from './http.ts'

const servers: { close: () => void }[] = []
afterEach(() => {
  for (const s of servers.splice(0)) s.close()
})

/** A real server on a free port; its address. */
async function serve(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
  const server = createServer((req, res) => {
    req.resume().on('end', () => answer(req, res))
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const json = (res: ServerResponse, status: number, body: unknown) => {
  res.writeHead(status, { 'content-type': 'application/json' })
  res.end(JSON.stringify(body))
}

describe('requests', () => {
  it('a write whose answer never came goes out again under the same key, a later one under a new key', async () => {
    const keys: unknown[] = []
    const base = await serve((req, res) => {
      keys.push(req.headers['idempotency-key'])
      if (keys.length === 1) req.socket.destroy()
      else if (keys.length === 2) json(res, 503, { detail: '数据库暂时不可用，请稍后再试。' })
      else json(res, 201, { ok: true })
    })
    const send = () => post<{ ok: boolean }>(`${base}/api/records/x`, { name: '甲' })
    await expect(send()).rejects.toMatchObject({ status: 0, code: 'no-answer' })
    await expect(send()).rejects.toMatchObject({ status: 503 })
    expect(await send()).toEqual({ ok: true })
    await send()
    expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).toBe(keys[0])
    expect(keys[3]).not.toBe(keys[0])
  })

  it('another body is another intent', async () => {
    const keys: unknown[] = []
    const base = await serve((req) => {
      keys.push(req.headers['idempotency-key'])
      req.socket.destroy()
    })
    await post(`${base}/a`, { n: 1 }).catch(() => undefined)
    await post(`${base}/a`, { n: 2 }).catch(() => undefined)
    expect(keys[1]).not.toBe(keys[0])
  })

  it('a change says which version it saw, and a lost race brings both', async () => {
    let match: unknown
    const base = await serve((req, res) => {
      match = req.headers['if-match']
      json(res, 409, { code: 'version-lost', detail: '刚被别人修改过', current: { version: 3 }, yours: 2 })
    })
    const e = (await patch(`${base}/a`, {}, { ifMatch: 2 }).catch((x: unknown) => x)) as ApiError
    expect(match).toBe('"2"')
    expect(e.code).toBe('version-lost')
    expect(e.message).toBe('刚被别人修改过')
    expect(e.details.current).toEqual({ version: 3 })
  })

  it('never shows a message that is not Chinese, and brings complaints along', async () => {
    const base = await serve((_req, res) =>
      json(res, 400, {
        message: 'body must have property',
        complaints: [{ path: 'name', message: '请填写' }],
      }),
    )
    const e = (await post(`${base}/a`, {}).catch((x: unknown) => x)) as ApiError
    expect(e.message).toMatch(/^填写的内容有误/)
    expect(e.complaints).toEqual([{ path: 'name', message: '请填写' }])
  })

  it('tells when the session is over, except where a 401 is an answer', async () => {
    let told = 0
    onSignedOut(() => {
      told += 1
    })
    const base = await serve((_req, res) => json(res, 401, {}))
    await request('POST', `${base}/sign-in`, { anonymous: true }).catch(() => undefined)
    expect(told).toBe(0)
    await request('GET', `${base}/me`).catch(() => undefined)
    expect(told).toBe(1)
  })

  it('leaves empty parameters out of addresses and writes conditions as JSON', () => {
    expect(
      queryString({ q: '', where: undefined, after: null, limit: 20, count: true, archived: false }),
    ).toBe('?limit=20&count=1')
    expect(queryString({ where: { all: [] } })).toBe(`?where=${encodeURIComponent('{"all":[]}')}`)
    expect(uuid()).not.toBe(uuid())
  })
})
