import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, type TryApp } from '../../test/try-app.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import { sql } from '../store/db.ts'

let t: TryApp
let admin: { id: string; cookie: string }
const ids = { near: '', far: '' }

beforeAll(async () => {
  t = await openTryApp()
  admin = await t.person('county-admin', '140525')
  const city = await t.person('county-officer', '1405')
  for (const [which, place] of [
    ['near', '140525100'],
    ['far', '140581001'],
  ] as const) {
    const made = await t.send('POST', '/api/records/enterprise', {
      cookie: city.cookie,
      body: { name: `${which}公司`, place },
    })
    expect(made.status).toBe(201)
    ids[which] = made.body.row.id
  }
})
afterAll(() => t.close())

let n = 0
const newPerson = (more: object) => ({
  username: `made${++n}`,
  name: '李四',
  role: 'town-officer',
  area: '140525100',
  ...more,
})
const create = (more: object, key?: string) =>
  t.send('POST', '/api/users', { cookie: admin.cookie, body: newPerson(more), ...(key && { key }) })
const entries = async (recordId: string) =>
  (
    await sql<{ what: string }>`select what from journal where record_id = ${recordId} order by id`.execute(
      t.db,
    )
  ).rows.map((r) => r.what)

describe('accounts of enterprises', () => {
  it('reach an enterprise only that their maker may see, and only as enterprise people', async () => {
    const role = 'enterprise-officer'
    expect((await create({ role, organisation: ids.near })).status).toBe(201)
    for (const organisation of [ids.far, '0199aaaa-0000-7000-8000-000000000000'])
      expect(await create({ role, organisation })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', complaints: [{ path: 'organisation' }] },
      })
    expect(await create({ role })).toMatchObject({ status: 400 })
    for (const other of ['town-officer', 'county-officer', 'city-viewer'])
      expect(await create({ role: other, organisation: ids.near })).toMatchObject({
        status: 400,
        body: { complaints: [{ path: 'organisation', message: '请去掉企业' }] },
      })
  })
})

describe('a retried request', () => {
  it('makes one account, one password and one entry; the password is kept nowhere', async () => {
    const key = newKey()
    const body = newPerson({})
    const send = () => t.send('POST', '/api/users', { cookie: admin.cookie, body, key })
    const first = await send()
    expect(first.body.oneTimePassword).toMatch(/^[a-z2-9]{12}$/)
    const again = await send()
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict', id: first.body.id } })
    expect(again.body.detail).toContain('重设密码')
    expect(await entries(first.body.id)).toEqual(['create'])

    const resetKey = newKey()
    const reset = (k: string) =>
      t.send('POST', `/api/users/${first.body.id}/reset-password`, { cookie: admin.cookie, key: k })
    const given = await reset(resetKey)
    expect(given.status).toBe(200)
    expect((await reset(resetKey)).status).toBe(409)
    expect((await t.cookieOf(body.username, given.body.oneTimePassword)).length).toBeGreaterThan(10)
    expect(await entries(first.body.id)).toEqual(['create', 'reset-password', 'sign-in'])

    const kept = await sql<{
      all: string
    }>`select string_agg(i::text, ' ') as all from idempotency i`.execute(t.db)
    for (const secret of [first.body.oneTimePassword, given.body.oneTimePassword])
      expect(kept.rows[0]!.all).not.toContain(secret)
  })

  it('stops an account once and gives the same answer', async () => {
    const made = await create({})
    const key = newKey()
    const disable = () => t.send('POST', `/api/users/${made.body.id}/disable`, { cookie: admin.cookie, key })
    expect(await disable()).toMatchObject({ status: 200, body: { id: made.body.id } })
    expect(await disable()).toMatchObject({ status: 200, body: { id: made.body.id } })
    expect(await entries(made.body.id)).toEqual(['create', 'archive'])
  })

  it('leaves no account behind whose entry could not be written', async () => {
    await sql`alter table journal add constraint no_list check (title <> '记不下')`.execute(t.db)
    try {
      const body = newPerson({ name: '记不下' })
      expect((await t.send('POST', '/api/users', { cookie: admin.cookie, body })).status).toBe(500)
      const { rows } = await sql`select 1 from app_user where username = ${body.username}`.execute(t.db)
      expect(rows).toHaveLength(0)
    } finally {
      await sql`alter table journal drop constraint no_list`.execute(t.db)
    }
  })
})

describe('sign-ins in the journal', () => {
  it('are read by the administrators of the area, in words, with the address; unknown names are cut', async () => {
    const p = await t.person('town-officer', '140525100')
    for (const username of [p.username, 'nobody-here'])
      await t.send('POST', '/api/auth/sign-in/username', { body: { username, password: 'wrong-one' } })
    await t.services.auth.sessions.traced()
    const read = (cookie: string) => t.send('GET', '/api/journal?register=sign-in&limit=200', { cookie })
    const { body } = await read(admin.cookie)
    const texts = body.entries.map((e: { text: string }) => e.text)
    expect(texts.slice(0, 3)).toEqual([
      '账号“n**”登录被拒绝',
      `账号“${p.username}号”登录被拒绝`,
      `${p.username}号 登录`,
    ])
    expect(body.entries[0].changes).toEqual([
      { field: 'address', label: '网络地址', before: null, after: '127.0.0.1' },
    ])
    const elsewhere = await t.person('county-admin', '140524')
    const others = (await read(elsewhere.cookie)).body.entries as { recordId: string }[]
    expect(others.some((e) => e.recordId === p.id)).toBe(false)
    expect((await read(p.cookie)).status).toBe(403)
  })
})

describe('dates of roles', () => {
  const today = () => shanghaiDate(t.clock.now())
  const withRole = async (from: string | null, to: string | null) => {
    const p = await t.person('county-admin', '140525')
    await sql`update assignment set from_on = ${from}, to_on = ${to} where user_id = ${p.id}`.execute(t.db)
    t.services.auth.users.forget(p.id)
    return p
  }
  const tries = (cookie: string) =>
    Promise.all([
      t.send('POST', '/api/keys', { cookie, body: { name: '密钥', role: 'integration', area: '140525' } }),
      t.send('GET', '/api/journal', { cookie }),
      t.send('POST', '/api/users', { cookie, body: newPerson({}) }),
      t.send('GET', '/api/records/enterprise', { cookie }),
    ])

  it('bind everywhere: an administrator of yesterday or tomorrow makes no keys, reads no journal', async () => {
    for (const [from, to] of [
      [null, addDays(today(), -1)],
      [addDays(today(), 1), null],
    ] as const) {
      const p = await withRole(from, to)
      const [keys, journal, people, list] = await tries(p.cookie)
      for (const refused of [keys, journal, people]) expect(refused?.status).toBe(403)
      expect(list?.body.rows).toEqual([])
      expect((await t.send('GET', '/api/me', { cookie: p.cookie })).body.roles).toEqual([])
    }
    const p = await withRole(today(), today())
    for (const answer of await tries(p.cookie)) expect(answer.status).toBeLessThan(300)
  })

  it('end at midnight, whatever is remembered', async () => {
    const p = await withRole(null, today())
    const before = t.clock.now().toISOString()
    expect((await t.send('GET', '/api/journal', { cookie: p.cookie })).status).toBe(200)
    const user = t.services.auth.users
    t.clock.set(`${today()}T23:59:59+08:00`)
    user.forget(p.id)
    expect((await user.find(p.id))?.actor.assignments).toHaveLength(1)
    t.clock.set(new Date(t.clock.now().getTime() + 1500).toISOString())
    expect((await user.find(p.id))?.actor.assignments).toHaveLength(0)
    t.clock.set(before)
  })

  it('a grant on one case lends its role there and nowhere else', async () => {
    const p = await t.person('enterprise-officer', '140525100', {
      ground: { by: 'organisation', organisation: ids.near },
    })
    await t.services.auth.users.grant({
      user: p.id,
      role: 'county-admin',
      register: 'enterprise',
      record: ids.far,
      from: today(),
      to: today(),
      act: true,
    })
    const [keys, journal, people, list] = await tries(p.cookie)
    for (const refused of [keys, journal, people]) expect(refused?.status).toBe(403)
    expect(list?.body.rows.map((r: { id: string }) => r.id).sort()).toEqual([ids.near, ids.far].sort())
    expect((await t.send('GET', '/api/me', { cookie: p.cookie })).body.rights.enterprise.import).toBe(false)
    // what he says of his own firm stays a claim
    const mine = await t.send('POST', '/api/records/person', {
      cookie: p.cookie,
      body: { enterpriseId: ids.near, name: '王五' },
    })
    expect(mine).toMatchObject({ status: 201, body: { row: { proof: 1 } } })
  })
})
