import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, type TryApp } from '../../test/try-app.ts'

const limits = {
  most: 40,
  head: 600,
  body: 800,
  upload: { every: 500, bytes: 2000 },
  silence: 60_000,
  look: 100,
}

let t: TryApp
let port: number
let cookie: string
const open = new Set<Socket>()

beforeAll(async () => {
  t = await openTryApp({ limits })
  await t.app.listen({ host: '127.0.0.1', port: 0 })
  port = (t.app.server.address() as AddressInfo).port
  cookie = (await t.person('county-officer', '140525')).cookie
})
afterAll(async () => {
  for (const s of open) s.destroy()
  await t.close()
})

/** A connection by hand: what it was answered, and whether it was ended. */
function raw(): { socket: Socket; said(): string; ended: Promise<number> } {
  const socket = connect(port, '127.0.0.1')
  open.add(socket)
  let said = ''
  socket.on('data', (d) => {
    said += d
  })
  socket.on('error', () => undefined)
  const from = performance.now()
  const ended = new Promise<number>((done) => {
    socket.on('close', () => {
      open.delete(socket)
      done(performance.now() - from)
    })
  })
  return { socket, said: () => said, ended }
}

const head = (...lines: string[]) =>
  ['POST /api/records/enterprise HTTP/1.1', 'Host: zhiben.test', ...lines].join('\r\n')
const signed = () => [`Cookie: ${cookie}`, 'Origin: http://zhiben.test', 'Idempotency-Key: slow-key-0001']
const health = () => fetch(`http://127.0.0.1:${port}/api/health`, { headers: { connection: 'close' } })
const pause = (ms: number) => new Promise((r) => setTimeout(r, ms))

/** Bytes one at a time, as a slow attacker sends them. */
function trickle(socket: Socket, every: number, byte = 'a'): void {
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(byte)), every)
  socket.on('close', () => clearInterval(timer))
}

describe('slow and overlong requests', () => {
  it('a head that never ends is cut, with the reason', async () => {
    const c = raw()
    c.socket.write(`${head()}\r\nX-A: `)
    trickle(c.socket, 50)
    expect(await c.ended).toBeLessThan(3000)
    expect(c.said()).toContain('408 Request Timeout')
    expect(c.said()).toContain('请检查网络后重试')
  })

  it('a connection that says nothing is ended', async () => {
    expect(await raw().ended).toBeLessThan(3000)
  })

  it('a body that trickles is cut', async () => {
    const c = raw()
    c.socket.write(
      `${head(...signed(), 'Content-Type: application/json', 'Content-Length: 100000')}\r\n\r\n{"name":"`,
    )
    trickle(c.socket, 50)
    expect(await c.ended).toBeLessThan(4000)
    expect(c.said()).toContain('408 Request Timeout')
  })

  it('an upload goes on as long as it moves, and is cut when it trickles; nothing of it stays', async () => {
    const upload = (key: string) =>
      `${[
        'POST /api/files HTTP/1.1',
        'Host: zhiben.test',
        `Cookie: ${cookie}`,
        'Origin: http://zhiben.test',
        `Idempotency-Key: upload-${key}`,
        'Content-Type: multipart/form-data; boundary=BB',
        'Connection: close',
      ].join('\r\n')}\r\n`
    const part =
      '--BB\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    const text = '安全生产。'.repeat(400)
    const end = '\r\n--BB--\r\n'
    const moving = raw()
    const size = Buffer.byteLength(part) + 5 * Buffer.byteLength(text) + Buffer.byteLength(end)
    moving.socket.write(`${upload('moving')}Content-Length: ${size}\r\n\r\n${part}`)
    for (let i = 0; i < 5; i++) {
      moving.socket.write(text)
      await pause(250)
    }
    moving.socket.write(end)
    await moving.ended
    expect(moving.said()).toContain('201 Created')

    const slow = raw()
    slow.socket.write(`${upload('slow')}Content-Length: 900000\r\n\r\n${part}`)
    trickle(slow.socket, 50)
    expect(await slow.ended).toBeLessThan(4000)
    expect(slow.said()).toContain('408 Request Timeout')
  })

  it('a head beyond 16 kB is 431 in Chinese', async () => {
    const c = raw()
    c.socket.write(`GET /api/health HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`)
    await c.ended
    expect(c.said()).toContain('431')
    expect(c.said()).toContain('请求头过长')
  })

  it('what is no request at all is 400, and a body beyond the limit 413', async () => {
    const c = raw()
    c.socket.write('安全生产\r\n\r\n')
    await c.ended
    expect(c.said()).toContain('400 Bad Request')
    const body = JSON.stringify({ name: 'a'.repeat(5_000_000) })
    const headers = { 'content-type': 'application/json' }
    expect(await t.send('POST', '/api/records/enterprise', { cookie, body, headers })).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    })
  })
})

describe('many slow connections', () => {
  it('others are served while a slowloris holds more connections than there may be', async () => {
    const attackers = Array.from({ length: 120 }, () => raw())
    for (const a of attackers) {
      a.socket.write(`${head()}\r\nX-A: `)
      trickle(a.socket, 40)
    }
    const slowBodies = Array.from({ length: 60 }, () => raw())
    for (const a of slowBodies) {
      a.socket.write(`${head('Content-Type: application/json', 'Content-Length: 100000')}\r\n\r\n{`)
      trickle(a.socket, 40, ' ')
    }
    for (let i = 0; i < 10; i++) {
      const from = performance.now()
      expect((await health()).status).toBe(200)
      expect(performance.now() - from).toBeLessThan(10_000)
      await pause(50)
    }
    await Promise.all([...attackers, ...slowBodies].map((a) => a.ended))
    expect((await health()).status).toBe(200)
  })
})
