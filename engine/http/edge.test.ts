import { readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QUICK_PASSWORDS } from '../../test/quick-passwords.ts'
import { newKey, openTryApp, PASSWORD, sender, type TryApp } from '../../test/try-app.ts'
import { createAuth } from '../auth/index.ts'
import { openDatabase, sql } from '../store/db.ts'
import { openServices } from '../store/open.ts'
import { createApp } from './app.ts'

let t: TryApp
let admin: { id: string; cookie: string }
let officer: { id: string; username: string; cookie: string }

beforeAll(async () => {
  t = await openTryApp()
  admin = await t.person('county-admin', '140525')
  officer = await t.person('town-officer', '140525100')
})
afterAll(() => t.close())

describe('who calls', () => {
  it('nobody gets 401 with what to do; health and demo are open', async () => {
    expect(await t.send('GET', '/api/me')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated', detail: '请先登录，或在请求里带上接口密钥。' },
    })
    expect(await t.send('GET', '/api/records/enterprise', { apiKey: 'zb_wrong' })).toMatchObject({
      status: 401,
    })
    expect(await t.send('GET', '/api/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await t.send('GET', '/api/demo')).toMatchObject({
      status: 200,
      body: { demo: false, signIns: [] },
    })
  })

  it('me says who, where, and what may be done', async () => {
    const { body } = await t.send('GET', '/api/me', { cookie: officer.cookie })
    expect(body).toMatchObject({
      id: officer.id,
      roles: [{ role: 'town-officer', label: '乡镇监管人员', ground: { by: 'area', area: '140525100' } }],
      home: { code: '140525100', name: '南村镇' },
      demo: false,
      rights: { enterprise: { read: true, create: true, import: true } },
    })
    const viewer = await t.person('city-viewer', '1405')
    const { body: seen } = await t.send('GET', '/api/me', { cookie: viewer.cookie })
    expect(seen.rights.enterprise).toEqual({
      read: true,
      create: false,
      update: false,
      archive: false,
      import: false,
      export: true,
    })
  })

  it('a wrong password is 401; on his device the account then rests, 429 with Retry-After and the time', async () => {
    const { username, cookie } = await t.person('town-officer', '140525100')
    const attempt = (password: string) =>
      t.send('POST', '/api/auth/sign-in/username', { body: { username, password }, cookie })
    expect(await attempt('wrong')).toMatchObject({
      status: 401,
      body: { left: 4, detail: expect.stringContaining('再输错 4 次') },
    })
    for (let i = 0; i < 4; i++) await attempt('wrong')
    const locked = await attempt(PASSWORD)
    expect(locked).toMatchObject({ status: 429, headers: { 'retry-after': '900' } })
    expect(locked.body.detail).toMatch(/2026-03-02 09:15（15 分钟后）/)
  })

  it('a one-time password opens nothing but its own change', async () => {
    const fresh = await t.person('town-officer', '140525100', { oneTime: true })
    const { cookie } = fresh
    expect(await t.send('GET', '/api/records/enterprise', { cookie })).toMatchObject({
      status: 403,
      body: { mustChangePassword: true },
    })
    expect(await t.send('GET', '/api/me', { cookie })).toMatchObject({
      status: 200,
      body: { mustChangePassword: true },
    })
    const changed = await t.send('POST', '/api/auth/change-password', {
      cookie,
      body: { currentPassword: PASSWORD, newPassword: 'my-own-password' },
    })
    expect(changed.status).toBe(200)
    const next = [changed.headers['set-cookie']]
      .flat()
      .map((c) => String(c).split(';')[0])
      .join('; ')
    expect((await t.send('GET', '/api/records/enterprise', { cookie: next })).status).toBe(200)
  })

  it('there is no sign-up, and no route of the library beside ours', async () => {
    for (const path of [
      'sign-up/email',
      'get-session',
      'list-sessions',
      'update-user',
      'is-username-available',
    ])
      expect((await t.send('POST', `/api/auth/${path}`, { body: {} })).status).toBe(404)
  })

  it('signing out ends the session at once', async () => {
    const { cookie } = await t.person('town-officer', '140525100')
    expect((await t.send('GET', '/api/me', { cookie })).status).toBe(200)
    await t.send('POST', '/api/auth/sign-out', { cookie })
    expect((await t.send('GET', '/api/me', { cookie })).status).toBe(401)
  })
})

describe('writes from other sites', () => {
  const write = (origin: string | null, more: Record<string, string> = {}) =>
    t.send('POST', '/api/records/enterprise', {
      cookie: officer.cookie,
      origin,
      headers: more,
      body: { name: `跨站${newKey()}`, place: '140525100' },
    })

  it('a cookie alone is not enough: Origin must be ours', async () => {
    expect(await write('http://evil.example')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect((await write('null')).status).toBe(403)
    expect((await write('http://zhiben.test:81')).status).toBe(403)
    expect((await write(null)).status).toBe(403)
    expect((await write(null, { referer: 'http://evil.example/x' })).status).toBe(403)
    expect((await write(null, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const before = await sql`select 1 from enterprise where name like '跨站%'`.execute(t.db)
    expect(before.rows).toHaveLength(0)
    expect((await write('http://zhiben.test')).status).toBe(201)
    expect((await write(null, { referer: 'http://zhiben.test/x' })).status).toBe(201)
    expect((await write(null, { 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  })

  it('signing in from another site is refused as well', async () => {
    const body = { username: officer.username, password: PASSWORD }
    expect(
      (await t.send('POST', '/api/auth/sign-in/username', { origin: 'http://evil.example', body })).status,
    ).toBe(403)
  })
})

describe('keys of other systems', () => {
  it('work as bearer or x-api-key within their area, need no origin, and end when revoked', async () => {
    const made = await t.send('POST', '/api/keys', {
      cookie: admin.cookie,
      body: { name: '县汇聚平台', role: 'integration', area: '140525' },
    })
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^zb_/), roleLabel: '系统对接' },
    })
    const { key, id } = made.body
    const write = await t.send('POST', '/api/records/enterprise', {
      apiKey: key,
      origin: null,
      body: { name: '平台推送企业', place: '140525102' },
    })
    expect(write).toMatchObject({ status: 201, body: { row: { proof: 3 } } })
    expect((await t.send('GET', '/api/records/enterprise', { headers: { 'x-api-key': key } })).status).toBe(
      200,
    )
    expect((await t.send('POST', '/api/auth/change-password', { apiKey: key, body: {} })).status).toBe(403)
    const { body: list } = await t.send('GET', '/api/keys', { cookie: admin.cookie })
    expect(list[0]).toMatchObject({ id, name: '县汇聚平台', revokedAt: null })
    expect(JSON.stringify(list)).not.toContain(key)
    expect((await t.send('DELETE', `/api/keys/${id}`, { cookie: admin.cookie })).status).toBe(200)
    expect(await t.send('GET', '/api/me', { apiKey: key })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('吊销') },
    })
  })

  it('are made by administrators only, and only for their area', async () => {
    const body = { name: '越权', role: 'integration' }
    expect((await t.send('POST', '/api/keys', { cookie: officer.cookie, body })).status).toBe(403)
    expect(
      (await t.send('POST', '/api/keys', { cookie: admin.cookie, body: { ...body, area: '140524' } })).status,
    ).toBe(403)
    expect(
      (await t.send('POST', '/api/keys', { cookie: admin.cookie, body: { ...body, role: 'county-admin' } }))
        .status,
    ).toBe(400)
    const { body: journal } = await t.send('GET', '/api/journal?refused=1&register=api-key', {
      cookie: admin.cookie,
    })
    expect(journal.entries.map((e: { what: string }) => e.what)).toContain('refused:create')
  })
})

describe('answers', () => {
  it('carry security headers, and JSON is compressed for those who ask', async () => {
    const plain = await t.send('GET', '/api/definitions', { cookie: admin.cookie })
    expect(plain.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    })
    expect(plain.headers['content-security-policy']).toContain("default-src 'self'")
    const small = await t.send('GET', '/api/definitions', {
      cookie: admin.cookie,
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(small.headers['content-encoding']).toBe('gzip')
    const etag = String(plain.headers.etag)
    expect(
      (await t.send('GET', '/api/definitions', { cookie: admin.cookie, headers: { 'if-none-match': etag } }))
        .status,
    ).toBe(304)
  })

  it('a fault of ours says its id and nothing else', async () => {
    const services = {
      ...t.services,
      files: {
        ...t.services.files,
        find: () => Promise.reject(new Error('secret detail at /home')),
        uploadedBy: async () => true,
      },
    }
    const lines: string[] = []
    const app = await createApp(services, { log: (l) => lines.push(l) })
    const { status, body } = await sender(app)('GET', `/api/files/${'a'.repeat(64)}`, {
      cookie: officer.cookie,
    })
    await app.close()
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toMatch(/secret|home/)
    expect(body.detail).toContain(body.logId)
    expect(lines[0]).toContain(body.logId)
    expect(lines[0]).toContain('secret detail')
  })
})

/** Stands between the program and PostgreSQL, so that the line can be cut and mended. */
async function cuttableLine(url: string) {
  const target = new URL(url)
  const { hostname } = target
  const port = Number(target.port)
  const open = new Set<Socket>()
  let cut = false
  const server = createServer((inner) => {
    if (cut) return inner.destroy()
    const outer = connect(port, hostname)
    for (const s of [inner, outer]) {
      open.add(s)
      s.on('error', () => undefined)
      s.on('close', () => {
        open.delete(s)
        inner.destroy()
        outer.destroy()
      })
    }
    inner.pipe(outer).pipe(inner)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  target.port = String((server.address() as { port: number }).port)
  // this line is the one to go by, and not the database's socket
  target.searchParams.delete('host')
  const drop = () => {
    for (const s of open) s.destroy()
  }
  return {
    url: target.href,
    cut() {
      cut = true
      drop()
    },
    mend() {
      cut = false
    },
    async close() {
      drop()
      await new Promise((done) => server.close(done))
    },
  }
}

describe('database gone', () => {
  it('in the middle and before: 503 with Retry-After, nothing half-written, and all is well when it is back', async () => {
    const line = await cuttableLine(t.url)
    const database = openDatabase(line.url, { max: 4 })
    const open = await openServices(database.db, t.catalogue, { clock: t.clock })
    const auth = createAuth({
      db: database.db,
      clock: t.clock,
      secret: 's'.repeat(40),
      passwordCost: QUICK_PASSWORDS,
    })
    const lines: string[] = []
    const app = await createApp({ ...open, auth, files: t.services.files }, { log: (l) => lines.push(l) })
    const send = sender(app)
    const { cookie } = officer
    try {
      const key = newKey()
      const write = () =>
        send('POST', '/api/records/enterprise', {
          cookie,
          key,
          body: { name: '断线企业', place: '140525100' },
        })
      expect((await send('GET', '/api/me', { cookie })).status).toBe(200)

      // a lock of ours holds the write inside its transaction; then the line is cut
      const blocker = await t.database.pool.connect()
      await blocker.query('begin')
      await blocker.query('lock table enterprise in exclusive mode')
      const inTheMiddle = write()
      await new Promise((r) => setTimeout(r, 150))
      line.cut()
      const refused = await inTheMiddle
      await blocker.query('rollback')
      blocker.release()
      expect(refused).toMatchObject({
        status: 503,
        headers: { 'retry-after': '5' },
        body: { code: 'unavailable' },
      })
      expect(refused.body.detail).toContain('数据没有写入')

      expect((await write()).status).toBe(503)
      expect((await send('GET', '/api/records/enterprise', { cookie })).status).toBe(503)
      expect((await send('GET', '/api/health')).status).toBe(503)
      t.clock.set('2026-03-02T09:01:00+08:00')
      expect((await send('GET', '/api/me', { cookie })).status).toBe(503)
      const signIn = await send('POST', '/api/auth/sign-in/username', {
        body: { username: officer.username, password: PASSWORD },
      })
      expect(signIn.status).toBe(503)

      line.mend()
      expect((await write()).status).toBe(201)
      const { rows } = await sql`select 1 from enterprise where name = '断线企业'`.execute(t.db)
      expect(rows).toHaveLength(1)
    } finally {
      t.clock.set('2026-03-02T09:00:00+08:00')
      await app.close()
      await database.close()
      await line.close()
    }
  })
})

describe('stopping', () => {
  it('lets a running write end and takes no new one', async () => {
    const app = await createApp(t.services)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const url = `http://127.0.0.1:${port}/api/records/enterprise`
    const headers = {
      cookie: officer.cookie,
      origin: `http://127.0.0.1:${port}`,
      'content-type': 'application/json',
      'idempotency-key': newKey(),
    }
    const blocker = await t.database.pool.connect()
    await blocker.query('begin')
    await blocker.query('lock table enterprise in exclusive mode')
    const body = JSON.stringify({ name: '停机前企业', place: '140525100' })
    const writing = fetch(url, { method: 'POST', headers, body })
    // it is under way once it waits for the lock
    const waiting = () => t.database.pool.query('select 1 from pg_locks where not granted')
    await expect.poll(async () => (await waiting()).rowCount, { timeout: 30_000 }).toBeGreaterThan(0)
    const closed = app.close()
    await new Promise((r) => setTimeout(r, 100))
    await expect(fetch(url, { headers })).rejects.toThrow()
    await blocker.query('rollback')
    blocker.release()
    expect((await writing).status).toBe(201)
    await closed
  })
})

describe('web and documentation', () => {
  it('serve the page, its files, and the API description from the installation', async () => {
    const page = await t.send('GET', '/api/docs')
    expect(page.status).toBe(200)
    const sources = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1]!)
    expect(sources.length).toBeGreaterThan(2)
    // the empty icon is in the page itself
    for (const source of sources.filter((s) => s !== 'data:,')) {
      expect(source).toMatch(/^\//)
      expect((await t.send('GET', source)).status, source).toBe(200)
    }
    expect(readFileSync(new URL('./docs.ts', import.meta.url), 'utf8')).not.toMatch(/https?:\/\//)
  })
})
