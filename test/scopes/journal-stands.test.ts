import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../engine/core/definition.ts'
import { roles } from '../../engine/core/roles.ts'
import { verifyJournal } from '../../engine/journal/seal.ts'
import { sql } from '../../engine/store/db.ts'
import { sealAll } from '../sealed-journal.ts'
import { openTryApp, type TryApp } from '../try-app.ts'

/** Nobody changes the log (GB/T 22239 安全审计), whatever role and whatever route. */
let t: TryApp
let writes: { method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string }[]
const area: Partial<Record<Role, string>> = {
  'city-viewer': '1405',
  'province-viewer': '14',
  'town-officer': '140525100',
}

beforeAll(async () => {
  t = await openTryApp()
  await t.as(t.county).create('enterprise', { name: '示例铸造', place: '140525100' }, t.key())
  const { paths } = (await t.send('GET', '/api/openapi.json')).body as { paths: Record<string, object> }
  writes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((m) => m !== 'get')
      .map((m) => ({ method: m.toUpperCase() as 'POST', path })),
  )
})
afterAll(() => t.close())

const standing = async (to: string) =>
  (
    await sql<{
      hash: string
      n: number
    }>`select md5(string_agg(j::text, '|' order by id)) as hash, count(*)::int as n
      from journal j where id <= ${to}::bigint`.execute(t.db)
  ).rows[0]!

describe('the journal over HTTP', () => {
  it('no route offers to change it', () => {
    expect(writes.filter((w) => w.path.startsWith('/api/journal'))).toEqual([])
    expect(writes.length).toBeGreaterThan(30)
  })

  it.each(Object.keys(roles) as Role[])(
    '%s changes no entry by any route',
    { timeout: 60_000 },
    async (role) => {
      const home = area[role] ?? '140525'
      const { rows: firms } = await sql<{ id: string }>`select id from enterprise limit 1`.execute(t.db)
      const { cookie } = await t.person(role, home, {
        ...(role === 'enterprise-officer' && { ground: { by: 'organisation', organisation: firms[0]!.id } }),
      })
      const { rows } = await sql<{ id: string; record: string }>`select id::text as id, record_id as record
      from journal order by id desc limit 1`.execute(t.db)
      const last = rows[0]!.id
      const before = await standing(last)
      const send = (method: (typeof writes)[number]['method'], url: string) =>
        t.send(method, url, {
          cookie,
          ifMatch: 1,
          body: { id: last, seq: last, register: 'journal', reason: '改写', after: '改写', changes: [] },
        })
      for (const { method, path } of writes) {
        if (path.includes('/auth/')) continue
        const answer = await send(
          method,
          path.replace(/\{(\w+)\}/g, (_, name) => (name === 'register' ? 'journal' : rows[0]!.record)),
        )
        expect(answer.status, `${method} ${path}`).toBeLessThan(500)
      }
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const)
        for (const url of [
          '/api/journal',
          `/api/journal/${last}`,
          `/api/records/journal/${last}`,
          '/api/journal/export',
        ])
          expect((await send(method, url)).status, `${method} ${url}`).toBe(404)
      expect(await standing(last)).toEqual(before)
    },
  )

  it('is whole afterwards', async () => {
    await sealAll(t.db, t.clock.now(), 500)
    expect(await verifyJournal(t.db)).toMatchObject({ ok: true })
  })

  it('the auditor reads and exports it for a purpose, and can do nothing else; the other two cannot read it', async () => {
    const auditor = await t.person('auditor', '140525')
    const read = await t.send('GET', '/api/journal', { cookie: auditor.cookie })
    expect(read.status).toBe(200)
    const url = '/api/journal/export?format=csv'
    expect((await t.send('GET', url, { cookie: auditor.cookie })).status).toBe(400)
    const sheet = await t.send('GET', `${url}&purpose=${encodeURIComponent('季度审计')}`, {
      cookie: auditor.cookie,
    })
    expect(sheet.status).toBe(200)
    expect(String(sheet.body)).toContain('示例铸造')
    const { body } = await t.send('GET', '/api/journal?what=export', { cookie: auditor.cookie })
    expect(body.entries[0]).toMatchObject({ reason: expect.stringContaining('用途：季度审计') })
    for (const path of ['/api/people', '/api/keys'])
      expect((await t.send('GET', path, { cookie: auditor.cookie })).status, path).toBe(403)
    for (const path of ['/api/records/enterprise', '/api/records/hazard', '/api/records/enterprise/export'])
      expect(await t.send('GET', path, { cookie: auditor.cookie }), path).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('安全审计员的账号不查看') },
      })
    for (const role of ['system-admin', 'business-admin'] as const) {
      const other = await t.person(role, '140525')
      expect((await t.send('GET', '/api/journal', { cookie: other.cookie })).status).toBe(403)
      expect((await t.send('GET', '/api/people', { cookie: other.cookie })).status).toBe(
        role === 'system-admin' ? 200 : 403,
      )
      const policy = await t.send('POST', '/api/policy', {
        cookie: other.cookie,
        body: { key: 't.days', value: { days: 10, calendar: 'calendar' }, basis: '本县规定' },
      })
      expect(policy.status).toBe(role === 'business-admin' ? 201 : 403)
    }
  })

  it('who keeps the accounts gives roles to others, none to himself, and never that of a county administrator', async () => {
    const system = await t.person('system-admin', '140525')
    const make = (role: string) =>
      t.send('POST', '/api/users', {
        cookie: system.cookie,
        body: { username: `made-${role}`, name: '某人', role, area: '140525' },
      })
    expect((await make('county-admin')).status).toBe(403)
    const made = await make('auditor')
    expect(made.status).toBe(201)
    const give = (id: string, role: string) =>
      t.send('POST', `/api/users/${id}/assignments`, {
        cookie: system.cookie,
        body: { role, area: '140525', by: 'area' },
      })
    for (const role of ['business-admin', 'auditor', 'county-admin', 'county-officer'])
      expect((await give(system.id, role)).status, role).toBe(400)
    expect((await give(made.body.id, 'county-admin')).status).toBe(403)
    expect((await give(made.body.id, 'business-admin')).status).toBe(201)
    const county = await t.person('county-admin', '140525')
    const reset = { cookie: system.cookie, body: {} }
    expect((await t.send('POST', `/api/users/${county.id}/reset-password`, reset)).status).toBe(403)
  })
})
