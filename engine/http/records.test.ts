import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, type TryApp } from '../../test/try-app.ts'
import { sql } from '../store/db.ts'

let t: TryApp
let county: { id: string; cookie: string }
let town: { id: string; cookie: string }

beforeAll(async () => {
  t = await openTryApp()
  county = await t.person('county-officer', '140525')
  town = await t.person('town-officer', '140525100')
})
afterAll(() => t.close())

const firm = (name: string, place = '140525100') => ({ name, place, industry: '冶金' })
const makeFirm = async (name: string, place?: string) => {
  const { body } = await t.send('POST', '/api/records/enterprise', {
    cookie: county.cookie,
    body: firm(name, place),
  })
  return body.row as { id: string; version: number }
}

describe('records over HTTP', () => {
  it('registers, reads, changes, removes, restores; each answer carries the version', async () => {
    const { cookie } = county
    const made = await t.send('POST', '/api/records/enterprise', { cookie, body: firm('一号铸造厂') })
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { row: { name: '一号铸造厂' }, warnings: [] },
    })
    const url = `/api/records/enterprise/${made.body.row.id}`
    expect(made.headers.location).toBe(url)
    const changed = await t.send('PATCH', `${url}?reason=核实`, { cookie, body: { workers: 12 }, ifMatch: 1 })
    expect(changed).toMatchObject({ status: 200, body: { row: { workers: 12, version: 2 } } })
    expect(await t.send('DELETE', url, { cookie, ifMatch: 2 })).toMatchObject({ status: 200 })
    expect(await t.send('POST', `${url}/restore`, { cookie, ifMatch: 3 })).toMatchObject({ status: 200 })
    expect(await t.send('GET', url, { cookie })).toMatchObject({ status: 200, headers: { etag: '"4"' } })
    const { body } = await t.send('GET', `${url}/timeline`, { cookie })
    expect(body.entries.map((e: { what: string }) => e.what)).toEqual([
      'restore',
      'archive',
      'update',
      'create',
    ])
    expect(body.entries[2]).toMatchObject({ reason: '核实' })
  })

  it('lists with condition, search, sort, pages and total', async () => {
    const { cookie } = county
    for (const n of [1, 2, 3]) await makeFirm(`列表测试${n}号厂`, '140525102')
    const where = JSON.stringify({ field: 'town', op: 'is', to: { value: '140525102' } })
    const query = `where=${encodeURIComponent(where)}&q=${encodeURIComponent('列表')}&sort=-name&limit=2&count=1`
    const first = await t.send('GET', `/api/records/enterprise?${query}`, { cookie })
    expect(first.body.rows.map((r: { name: string }) => r.name)).toEqual(['列表测试3号厂', '列表测试2号厂'])
    expect(first.body.total).toBe(3)
    const next = await t.send(
      'GET',
      `/api/records/enterprise?${query}&after=${encodeURIComponent(first.body.next)}`,
      { cookie },
    )
    expect(next.body).toMatchObject({ rows: [{ name: '列表测试1号厂' }], next: null })
  })

  it('only the bureau archives a case, with a reason; then nobody acts on it', async () => {
    const { cookie } = county
    const clerk = await t.person('town-officer', '140525100')
    const owner = await makeFirm('归档企业')
    const made = await t.send('POST', '/api/records/hazard', {
      cookie,
      body: { enterpriseId: owner.id, name: '护栏缺失', level: '一般' },
    })
    const url = `/api/records/hazard/${made.body.row.id}`
    const rights = async (who: { cookie: string }) =>
      (await t.send('GET', '/api/me', { cookie: who.cookie })).body.rights
    expect((await rights(county)).hazard.archive).toBe(true)
    expect(await rights(clerk)).toMatchObject({
      hazard: { update: true, archive: false },
      person: { archive: true },
    })
    const because = `${url}?reason=${encodeURIComponent('重复登记')}`
    expect(await t.send('DELETE', because, { cookie: clerk.cookie, ifMatch: 1 })).toMatchObject({
      status: 403,
    })
    expect(await t.send('DELETE', url, { cookie, ifMatch: 1 })).toMatchObject({
      status: 400,
      body: { complaints: [{ path: 'reason' }] },
    })
    expect(await t.send('DELETE', because, { cookie, ifMatch: 1 })).toMatchObject({ status: 200 })
    const order = { cookie, ifMatch: 2, body: { form: { dueOn: '2026-03-10' } } }
    expect(await t.send('POST', `${url}/actions/order`, order)).toMatchObject({
      status: 409,
      body: { code: 'action-not-possible', state: 'found' },
    })
  })

  it('acts on a case: what is offered, what is not and why, the form, the deadline', async () => {
    const { cookie } = county
    const owner = await makeFirm('隐患企业')
    const { body } = await t.send('POST', '/api/records/hazard', {
      cookie,
      body: { enterpriseId: owner.id, name: '护栏缺失', level: '一般' },
    })
    const url = `/api/records/hazard/${body.row.id}`
    const offers = (await t.send('GET', `${url}/actions`, { cookie })).body as {
      id: string
      enabled: boolean
      reason?: string
    }[]
    expect(offers.find((o) => o.id === 'order')).toMatchObject({ enabled: true })
    expect(offers.find((o) => o.id === 'accept')).toMatchObject({
      enabled: false,
      reason: expect.stringMatching(/./),
    })
    const acted = await t.send('POST', `${url}/actions/order`, {
      cookie,
      ifMatch: 1,
      body: { form: { dueOn: '2026-03-10' } },
    })
    expect(acted).toMatchObject({ status: 200, body: { row: { state: 'fixing', dueOn: '2026-03-10' } } })
    const late = await t.send('POST', `${url}/actions/order`, { cookie, ifMatch: 2, body: { form: {} } })
    expect(late).toMatchObject({ status: 409, body: { code: 'action-not-possible', state: 'fixing' } })
    const deadlines = await t.send('GET', `${url}/deadlines`, { cookie })
    expect(deadlines.body).toMatchObject([
      {
        label: '整改期限',
        due: '2026-03-10',
        state: 'running',
        daysLeft: 8,
        rungs: [{ name: 'remind' }, { name: 'letter' }],
      },
    ])
    const parts = await t.send('GET', `/api/records/enterprise/${owner.id}/parts`, { cookie })
    expect(parts.body).toContainEqual(expect.objectContaining({ register: 'hazard', total: 1 }))
    const link = `/records/hazard/${body.row.id}`
    const today = async (who: string) => (await t.send('GET', '/api/today', { cookie: who })).body.items
    const act = expect.objectContaining({ do: 'action', label: '整改完成', action: 'rectify' })
    const waiting = { kind: 'case', title: '护栏缺失', link, due: '2026-03-10', act }
    expect(await today(town.cookie)).toContainEqual(
      expect.objectContaining({ ...waiting, why: expect.stringContaining('还有 8 天') }),
    )
    // the bureau has nothing to do with it until it is late
    expect(JSON.stringify(await today(cookie))).not.toContain(link)
    t.clock.set('2026-03-12T09:00:00+08:00')
    expect(await today(cookie)).toContainEqual(
      expect.objectContaining({
        ...{ kind: 'late', title: '护栏缺失', link, act: null },
        ifNot: '已在今日提醒；2026-03-17 到“督促函”一级',
      }),
    )
    t.clock.set('2026-03-02T09:00:00+08:00')
    const counters = await t.send('GET', '/api/rollup/hazard?area=140525', { cookie })
    const mine = { area: '140525100', name: '南村镇', counts: { fixing: { 一般: 1 } } }
    expect(counters.body).toMatchObject({ fields: ['state', 'level'] })
    expect(counters.body.areas).toContainEqual(mine)
    const province = await t.send('GET', '/api/rollup/hazard?area=140525&by=town&open=1', { cookie })
    expect(province.body.areas).toContainEqual(mine)
    const own = await t.send('GET', '/api/rollup/hazard?by=self', { cookie })
    expect(own.body.areas).toHaveLength(1)
    expect(own.body.areas[0]).toMatchObject({ area: '140525', counts: { fixing: { 一般: 1 } } })
    expect((await t.send('GET', '/api/rollup/hazard?by=city', { cookie })).status).toBe(400)
  })

  it('keeps a town to its own area: sees nothing, changes nothing, and the attempts are in the journal', async () => {
    const far = await makeFirm('他镇企业', '140525102')
    const url = `/api/records/enterprise/${far.id}`
    const { cookie } = town
    expect((await t.send('GET', url, { cookie })).status).toBe(404)
    expect((await t.send('GET', `${url}/timeline`, { cookie })).status).toBe(404)
    expect((await t.send('PATCH', url, { cookie, ifMatch: 1, body: { workers: 1 } })).status).toBe(404)
    expect((await t.send('GET', '/api/records/enterprise?q=他镇', { cookie })).body.rows).toEqual([])
    expect((await t.send('GET', '/api/rollup/enterprise?area=140525', { cookie })).status).toBe(403)
    const refused = await sql<{ what: string }>`select what from journal
      where actor_id = ${town.id} and what like 'refused:%' order by id`.execute(t.db)
    expect(refused.rows.map((r) => r.what)).toEqual([
      'refused:read',
      'refused:timeline',
      'refused:update',
      'refused:rollup',
    ])
    // nothing is written for an id that no record has
    await t.send('GET', '/api/records/enterprise/00000000-0000-7000-8000-00000000abcd', { cookie })
    const after =
      await sql`select 1 from journal where actor_id = ${town.id} and what like 'refused:%'`.execute(t.db)
    expect(after.rows).toHaveLength(4)
  })
})

describe('versions and idempotency', () => {
  it('wants If-Match for a change (428), refuses a lost race with the present record (409)', async () => {
    const { cookie } = county
    const row = await makeFirm('竞争企业')
    const url = `/api/records/enterprise/${row.id}`
    expect(await t.send('PATCH', url, { cookie, body: { workers: 1 } })).toMatchObject({
      status: 428,
      body: { code: 'version-required', detail: expect.stringContaining('If-Match') },
    })
    expect((await t.send('PATCH', url, { cookie, body: { workers: 1 }, ifMatch: 'abc' })).status).toBe(400)
    await t.send('PATCH', url, { cookie, body: { workers: 1 }, ifMatch: 1 })
    expect(await t.send('PATCH', url, { cookie, body: { workers: 2 }, ifMatch: 1 })).toMatchObject({
      status: 409,
      body: { code: 'version-lost', yours: 1, current: { workers: 1, version: 2 } },
    })
  })

  it('wants an Idempotency-Key, gives the same answer to the same request, refuses another under the same key', async () => {
    const { cookie } = county
    const send = (name: string, key: string | null) =>
      t.send('POST', '/api/records/enterprise', { cookie, key, body: firm(name) })
    expect(await send('无编号', null)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('Idempotency-Key') },
    })
    const key = newKey()
    const first = await send('重试企业', key)
    const again = await send('重试企业', key)
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } })
    expect(again.body.row.id).toBe(first.body.row.id)
    expect(await send('另一企业', key)).toMatchObject({ status: 422, body: { code: 'idempotency-reused' } })
    const { body } = await t.send(
      'GET',
      `/api/records/enterprise?q=${encodeURIComponent('重试企业')}&count=1`,
      { cookie },
    )
    expect(body.total).toBe(1)
  })
})

describe('bad input', () => {
  it('names each wrong field', async () => {
    const { cookie } = county
    const { status, headers, body } = await t.send('POST', '/api/records/enterprise', {
      cookie,
      body: { workers: '很多' },
    })
    expect(status).toBe(400)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(body.complaints.map((c: { path: string }) => c.path).sort()).toEqual(['name', 'place', 'workers'])
  })

  it.each([
    ['GET', '/api/records/enterprise?where={bad', 400, 'where'],
    ['GET', '/api/records/enterprise?where=%7B%22field%22%3A%22nope%22%2C%22op%22%3A%22is%22%7D', 400, ''],
    ['GET', '/api/records/enterprise?where=%7B%22zz%22%3A1%7D', 400, ''],
    ['GET', '/api/records/enterprise?limit=100000', 400, 'limit'],
    ['GET', '/api/records/enterprise?sort=nope', 400, ''],
    ['GET', '/api/records/enterprise?after=!!!', 400, ''],
    ['GET', '/api/records/enterprise/not-a-uuid', 400, 'id'],
    ['GET', '/api/records/nope', 404, ''],
    ['GET', '/api/nope', 404, ''],
  ] as const)('%s %s is %i with a Chinese sentence', async (method, url, status, path) => {
    const answer = await t.send(method, url, { cookie: county.cookie })
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(/[\u4e00-\u9fff]/)
    if (path) expect(answer.body.complaints[0].path).toBe(path)
  })

  it('broken JSON, a wrong content type and a huge body are the caller’s faults', async () => {
    const { cookie } = county
    const post = (headers: Record<string, string>, payload: string) =>
      t.app.inject({
        method: 'POST',
        url: '/api/records/enterprise',
        headers: {
          cookie,
          host: 'zhiben.test',
          origin: 'http://zhiben.test',
          'idempotency-key': newKey(),
          ...headers,
        },
        payload,
      })
    expect((await post({ 'content-type': 'application/json' }, '{"name":')).statusCode).toBe(400)
    expect((await post({ 'content-type': 'application/xml' }, '<a/>')).statusCode).toBe(400)
    expect(
      (await post({ 'content-type': 'application/json' }, `"${'x'.repeat(5_000_000)}"`)).statusCode,
    ).toBe(413)
    expect((await post({ 'content-type': 'application/json' }, '[1]')).statusCode).toBe(400)
    expect((await post({ 'content-type': 'application/json' }, 'null')).statusCode).toBe(400)
    const nul = await t.send('GET', '/api/records/enterprise?q=a%00b', { cookie })
    expect(nul.status).toBeLessThan(500)
    expect(t.log).toEqual([])
  })
})
