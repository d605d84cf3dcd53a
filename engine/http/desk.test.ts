import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, sender, type TryApp } from '../../test/try-app.ts'
import { makeCountyCa } from '../tls/index.ts'
import { createApp } from './app.ts'

let t: TryApp
let admin: { id: string; cookie: string }
let officer: { id: string; cookie: string }
let town: { id: string; cookie: string }
beforeAll(async () => {
  t = await openTryApp()
  admin = await t.person('county-admin', '140525')
  officer = await t.person('county-officer', '140525')
  town = await t.person('town-officer', '140525100')
})
afterAll(() => t.close())

describe('saved views', () => {
  it('are one’s own; shared ones are seen in the county, and changed by their owner only', async () => {
    const url = '/api/views/enterprise'
    const where = { field: 'industry', op: 'is', to: { value: '冶金' } }
    const key = newKey()
    const post = () =>
      t.send('POST', url, {
        cookie: officer.cookie,
        key,
        body: { name: '冶金企业', where, sort: '-workers' },
      })
    const made = await post()
    expect(made).toMatchObject({ status: 201, body: { name: '冶金企业', where, mine: true } })
    expect((await post()).body.id).toBe(made.body.id)
    expect((await t.send('POST', url, { cookie: officer.cookie, body: { name: '冶金企业' } })).status).toBe(
      409,
    )
    expect((await t.send('GET', url, { cookie: town.cookie })).body).toEqual([])
    const one = `${url}/${made.body.id}`
    await t.send('PUT', one, { cookie: officer.cookie, body: { name: '冶金', where, shared: true } })
    expect((await t.send('GET', url, { cookie: town.cookie })).body).toMatchObject([
      { name: '冶金', mine: false, shared: true },
    ])
    expect((await t.send('PUT', one, { cookie: town.cookie, body: { name: '改名' } })).status).toBe(404)
    expect((await t.send('DELETE', one, { cookie: town.cookie })).status).toBe(404)
    const stranger = await t.person('county-officer', '140524')
    expect((await t.send('GET', url, { cookie: stranger.cookie })).body).toEqual([])
    expect((await t.send('DELETE', one, { cookie: officer.cookie })).status).toBe(200)
    expect((await t.send('GET', url, { cookie: officer.cookie })).body).toEqual([])
  })
})

describe('policy', () => {
  const url = '/api/policy'
  const body = { key: 't.days', value: { days: 10, calendar: 'working' }, basis: '县安委办〔2026〕1号' }

  it('a county sets a number of its own, which rules from then on, and takes it back; the journal knows', async () => {
    const { cookie } = admin
    const made = await t.send('POST', url, { cookie, body })
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { label: '整改天数', area: '140525', areaName: '泽州县', local: true },
    })
    expect(t.services.policies().period('t.days', '140525100', '2026-03-02')).toEqual({
      days: 10,
      calendar: 'working',
    })
    expect(t.services.policies().period('t.days', '140524100', '2026-03-02').days).toBe(15)
    const one = `${url}/${made.body.id}`
    expect((await t.send('PATCH', one, { cookie, body: { value: 12 } })).status).toBe(428)
    const changed = await t.send('PATCH', one, {
      cookie,
      ifMatch: 1,
      body: { value: { days: 12, calendar: 'calendar' } },
    })
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } })
    expect((await t.send('PATCH', one, { cookie, ifMatch: 1, body: { value: 1 } })).status).toBe(409)
    const rows = (await t.send('GET', url, { cookie: town.cookie })).body as { key: string; local: boolean }[]
    expect(rows.filter((r) => r.key === 't.days').map((r) => r.local)).toEqual([true, false])
    expect((await t.send('DELETE', one, { cookie, ifMatch: 2 })).status).toBe(200)
    expect(t.services.policies().period('t.days', '140525100', '2026-03-02').days).toBe(15)
    const { body: journal } = await t.send('GET', '/api/journal?register=policy', { cookie })
    expect(journal.entries.map((e: { what: string }) => e.what)).toEqual(['archive', 'update', 'create'])
  })

  it('only by administrators, only for their area, only of the same kind, only with a basis', async () => {
    const { cookie } = admin
    const post = (more: object, who = cookie) =>
      t.send('POST', url, { cookie: who, body: { ...body, ...more } })
    expect((await post({}, officer.cookie)).status).toBe(403)
    expect((await post({ area: '140524' })).status).toBe(403)
    expect((await post({ area: '14' })).status).toBe(403)
    expect((await post({ key: 'nope' })).status).toBe(404)
    expect((await post({ value: '十天' })).status).toBe(400)
    expect((await post({ basis: '' })).status).toBe(400)
    expect((await post({ from: '2026-02-31x' })).status).toBe(400)
  })
})

describe('people', () => {
  it('an administrator makes accounts with a one-time password, resets and stops them', async () => {
    const { cookie } = admin
    const made = await t.send('POST', '/api/users', {
      cookie,
      body: { username: 'lisi', name: '李四', role: 'town-officer', area: '140525102' },
    })
    expect(made).toMatchObject({
      status: 201,
      body: { oneTimePassword: expect.stringMatching(/^[a-z0-9]{12}$/) },
    })
    const { id, oneTimePassword } = made.body
    const signIn = (password: string) =>
      t.send('POST', '/api/auth/sign-in/username', { body: { username: 'lisi', password } })
    expect((await signIn(oneTimePassword)).body).toEqual({ ok: true, mustChangePassword: true })
    const officers = (await t.send('GET', '/api/users', { cookie })).body as { id: string }[]
    expect(officers.find((p) => p.id === id)).toMatchObject({
      name: '李四',
      roleLabel: '乡镇监管人员',
      area: '140525102',
    })
    const reset = await t.send('POST', `/api/users/${id}/reset-password`, { cookie })
    expect((await signIn(oneTimePassword)).status).toBe(401)
    expect((await signIn(reset.body.oneTimePassword)).status).toBe(200)
    expect((await t.send('POST', `/api/users/${id}/disable`, { cookie })).status).toBe(200)
    expect((await signIn(reset.body.oneTimePassword)).status).toBe(403)
    expect((await t.send('POST', `/api/users/${admin.id}/disable`, { cookie })).status).toBe(400)
    const other = await t.person('county-admin', '140524')
    expect((await t.send('POST', `/api/users/${id}/reset-password`, { cookie: other.cookie })).status).toBe(
      404,
    )
    expect(
      (
        await t.send('POST', '/api/users', {
          cookie,
          body: { username: 'lisi', name: '重名', role: 'town-officer', area: '140525102' },
        })
      ).status,
    ).toBe(409)
  })
})

describe('dictionaries and journal', () => {
  it('areas from a code down, and the journal for administrators only', async () => {
    const areas = (await t.send('GET', '/api/areas', { cookie: town.cookie })).body
    expect(areas).toMatchObject([
      { code: '140525' },
      { code: '140525100', name: '南村镇', level: 'town' },
      { code: '140525102' },
    ])
    expect((await t.send('GET', '/api/areas?under=14', { cookie: town.cookie })).body[0]).toMatchObject({
      code: '14',
    })
    expect((await t.send('GET', '/api/areas?under=x', { cookie: town.cookie })).status).toBe(400)
    expect((await t.send('GET', '/api/units', { cookie: town.cookie })).body).toEqual([])
    expect((await t.send('GET', '/api/journal', { cookie: officer.cookie })).status).toBe(403)
    const firm = await t.send('POST', '/api/records/enterprise', {
      cookie: officer.cookie,
      body: { name: '留痕企业', place: '140525100', chiefPhone: '13800000000' },
    })
    const { body } = await t.send('GET', `/api/journal?register=enterprise&limit=1&actor=${officer.id}`, {
      cookie: admin.cookie,
    })
    expect(body.entries).toMatchObject([{ what: 'create', recordId: firm.body.row.id }])
    expect(JSON.stringify(body)).not.toContain('13800000000')
  })
})

describe('the built web', () => {
  let dir: string
  let send: ReturnType<typeof sender>
  let app: Awaited<ReturnType<typeof createApp>>
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'zhiben-web-'))
    const web = path.join(dir, 'web')
    mkdirSync(path.join(web, 'assets'), { recursive: true })
    writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>治本</title>')
    const script = 'console.log(1)'.repeat(200)
    writeFileSync(path.join(web, 'assets', 'main-B1a2C3d4.js'), script)
    writeFileSync(path.join(web, 'assets', 'main-B1a2C3d4.js.gz'), gzipSync(script))
    writeFileSync(path.join(web, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    const { ca } = await makeCountyCa({ dataDir: dir, hosts: ['zhiben.test'], now: new Date() })
    app = await createApp(t.services, { webDir: web, ca })
    send = sender(app)
  })
  afterAll(async () => {
    await app.close()
    rmSync(dir, { recursive: true, force: true })
  })

  it('gives the page for addresses of screens, files by name, 404 for missing files and API routes', async () => {
    for (const url of ['/', '/tasks', '/records/enterprise/123?tab=x'])
      expect(await send('GET', url)).toMatchObject({
        status: 200,
        body: expect.stringContaining('治本'),
        headers: { 'cache-control': 'no-cache' },
      })
    const script = await send('GET', '/assets/main-B1a2C3d4.js', { headers: { 'accept-encoding': 'gzip' } })
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
    })
    expect((await send('GET', '/icon.svg')).headers['cache-control']).toBe('no-cache')
    expect((await send('GET', '/assets/gone-B1a2C3d4.js')).status).toBe(404)
    expect((await send('GET', '/api/gone')).headers['content-type']).toContain('problem+json')
    for (const url of [
      '/..%2f..%2fetc/passwd',
      '/../../../../etc/passwd',
      '/assets/..%2f..%2f..%2f..%2fetc%2fpasswd',
    ])
      expect(String((await send('GET', url)).body)).not.toContain('root:')
  })

  it('offers the county’s root to phones', async () => {
    const page = await send('GET', '/install')
    expect(page.body).toContain('/install/zhiben-ca.crt')
    expect((await send('GET', '/install/zhiben-ca.crt')).headers['content-type']).toBe(
      'application/x-x509-ca-cert',
    )
    expect((await send('GET', '/install/zhiben-ca.mobileconfig')).status).toBe(200)
  })
})
