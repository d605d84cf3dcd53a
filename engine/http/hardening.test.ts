import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, sender, type TryApp } from '../../test/try-app.ts'
import { Problem } from '../core/errors.ts'
import { createApp } from './app.ts'
import { tell } from './problems.ts'

let t: TryApp
let cookie: string
beforeAll(async () => {
  t = await openTryApp()
  cookie = (await t.person('county-officer', '140525')).cookie
})
afterAll(() => t.close())

const create = (body: object, more: object = {}) =>
  t.send('POST', '/api/records/enterprise', { cookie, body, ...more })

describe('what a request says', () => {
  it('lists fifty complaints and counts the rest', async () => {
    const body = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x${i}`, 1]))
    const { status, body: told } = await create(body)
    expect(status).toBe(400)
    expect(told.complaints).toHaveLength(50)
    expect(told.complaintsLeft).toBe(72) // 120 unknown names, and two fields that are missing
    expect(told.detail).toContain('只列出前 50 处，另有 72 处。')
  })

  it('does not send back megabytes of what was wrong', async () => {
    const { body: told } = await create({ ['长'.repeat(100_000)]: 1 })
    expect(JSON.stringify(told).length).toBeLessThan(4000)
  })

  it('an unknown parameter is named, with those there are', async () => {
    expect(await t.send('GET', '/api/records/enterprise?limt=5', { cookie })).toMatchObject({
      status: 400,
      body: {
        detail: expect.stringMatching(/没有“limt”这个参数.*limit、after/),
        complaints: [{ path: 'limt', message: '没有“limt”这个参数。' }],
        allowed: expect.arrayContaining(['where', 'limit', 'sort']),
      },
    })
    expect(await t.send('GET', '/api/me?a=1', { cookie })).toMatchObject({
      status: 400,
      body: { detail: '没有“a”这个参数，请核对。这个地址不带参数。' },
    })
    const made = await t.send('POST', '/api/records/enterprise?resaon=x', { cookie, body: {} })
    expect(made.status).toBe(400)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is no name of anything',
    async (name) => {
      const where = (c: object) => encodeURIComponent(JSON.stringify(c))
      for (const query of [
        `sort=${name}`,
        `sort=-${name}`,
        `where=${where({ field: name, op: 'is', to: { value: 'x' } })}`,
        `where=${where({ field: `enterprise.${name}`, op: 'is', to: { value: 'x' } })}`,
        `where=${where({ field: 'name', op: name, to: { value: 'x' } })}`,
        `where=${where({ field: 'dustWorkers', op: 'is', to: { policy: name } })}`,
        `where=${where({ related: name, test: 'some' })}`,
        `where=${where({ related: 'hazard', test: name })}`,
        `where=${where({ related: 'hazard', test: 'count', distinct: name, op: 'gte', to: { value: 1 } })}`,
        `${name}=1`,
      ])
        expect(await t.send('GET', `/api/records/enterprise?${query}`, { cookie }), query).toMatchObject({
          status: 400,
        })
      expect((await t.send('GET', `/api/records/enterprise/export?columns=${name}`, { cookie })).status).toBe(
        400,
      )
      for (const text of [`{"name":"a","place":"140525100","${name}":1}`, `{"${name}":{"${name}":1}}`])
        expect(
          (
            await t.send('POST', '/api/records/enterprise', {
              cookie,
              body: text,
              headers: { 'content-type': 'application/json' },
            })
          ).status,
          text,
        ).toBe(400)
      expect((await t.send('GET', `/api/records/${name}`, { cookie })).status).toBe(404)
      expect((await t.send('GET', `/api/views/${name}`, { cookie })).status).toBe(404)
    },
  )

  it('nesting without end, NUL and half surrogates are 400', async () => {
    const deep = `{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    const send = (body: string) =>
      t.send('POST', '/api/records/enterprise', {
        cookie,
        body,
        headers: { 'content-type': 'application/json' },
      })
    expect(await send(deep)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('嵌套过深') },
    })
    for (const bad of ['\\u0000', '\\ud800', 'a\\udc00b'])
      expect(await send(`{"name":"${bad}"}`), bad).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('无法保存的字符') },
      })
  })

  it('what is far too long, or too much, is refused as it stands and at once', async () => {
    const begun = performance.now()
    const { status, body } = await create({ name: `${' '.repeat(400_000)}a` })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('太长')
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`x${i}`, 1]))
    expect((await create(many)).status).toBe(400)
    const stranger = { username: 'x'.repeat(100_000), password: 'y' }
    expect((await t.send('POST', '/api/auth/sign-in/username', { body: stranger })).status).toBe(413)
    expect(performance.now() - begun).toBeLessThan(60_000)
  })
})

describe('where a write comes from', () => {
  it('the scheme counts, behind a proxy too', async () => {
    const app = await createApp(t.services, { proxies: ['127.0.0.1'] })
    const from = (origin: string, proto?: string) =>
      sender(app)('POST', '/api/records/enterprise', {
        cookie,
        origin,
        headers: proto ? { 'x-forwarded-proto': proto } : {},
        body: { name: `来源${origin}${proto}`, place: '140525100' },
      })
    try {
      expect(await from('http://zhiben.test', 'https')).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('请用 https 打开') },
      })
      expect((await from('https://zhiben.test', 'https')).status).toBe(201)
      expect((await from('http://zhiben.test')).status).toBe(201)
      expect((await from('ftp://zhiben.test')).status).toBe(403)
      expect((await from('https://zhiben.test.evil.example', 'https')).status).toBe(403)
    } finally {
      await app.close()
    }
  })
})

describe('a full disk', () => {
  it('is said as such, whoever reports it', () => {
    const enospc = Object.assign(new Error('write'), { code: 'ENOSPC' })
    for (const e of [
      enospc,
      Object.assign(new Error('x'), { code: '53100' }),
      new Error('outer', { cause: enospc }),
    ])
      expect(tell(e)).toMatchObject({
        status: 507,
        body: { code: 'disk-full', title: '磁盘已满', detail: expect.stringContaining('联系系统管理员') },
      })
    expect(tell(new Problem('too-large', 'x')).status).toBe(413)
  })

  it('writes stop before the database cannot go on; reads and signing in go on', async () => {
    let room = 10_000
    const disk = async () => ({
      level: room < 0 ? ('full' as const) : ('low' as const),
      free: room + 1000,
      room,
    })
    const app = await createApp(t.services, { disk })
    const send = sender(app)
    const admin = await t.person('county-admin', '140525')
    const write = (name: string) =>
      send('POST', '/api/records/enterprise', { cookie, body: { name, place: '140525100' } })
    try {
      expect((await send('GET', '/api/health')).body).toEqual({ status: 'ok', disk: 'low' })
      expect((await write('磁盘快满时')).status).toBe(201)
      expect((await write('太大'.repeat(5000))).status).toBe(507)
      const low = await send('GET', '/api/today', { cookie: admin.cookie })
      expect(low.body.items[0]).toMatchObject({ kind: 'machine', title: '磁盘快满了' })
      const system = await t.person('system-admin', '140525')
      const his = await send('GET', '/api/today', { cookie: system.cookie })
      expect(his.body.items[0]).toMatchObject({ kind: 'machine', title: '磁盘快满了' })
      room = -1
      expect(await write('磁盘满时')).toMatchObject({ status: 507, body: { code: 'disk-full' } })
      expect((await send('GET', '/api/health')).body.disk).toBe('full')
      expect((await send('GET', '/api/records/enterprise', { cookie })).status).toBe(200)
      const today = await send('GET', '/api/today', { cookie: admin.cookie })
      expect(today.body.items[0]).toMatchObject({ kind: 'machine', title: '磁盘已满，现在不能保存' })
      expect(
        (await send('GET', '/api/today', { cookie })).body.items.some(
          (i: { kind: string }) => i.kind === 'machine',
        ),
      ).toBe(false)
    } finally {
      await app.close()
    }
  })
})
