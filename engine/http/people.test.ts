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
  await sql`insert into area (code, name, parent, level) values ('140581', '高平市', '1405', 'county'),
    ('140581001', '北城街道', '140581', 'town')`.execute(t.db)
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

describe('grounds of accounts', () => {
  const unit = '140525/140525100/'
  beforeAll(async () => {
    await sql`insert into unit (id, path, name, area, kind) values
      ('0199bbbb-0000-7000-8000-000000000001', '140525/', '县应急局', '140525', 'bureau'),
      ('0199bbbb-0000-7000-8000-000000000002', ${unit}, '南村站', '140525100', 'station'),
      ('0199bbbb-0000-7000-8000-000000000003', '140581/', '外县应急局', '140581', 'bureau')`.execute(t.db)
  })
  const listed = async (cookie: string, q = '') =>
    (await t.send('GET', `/api/people?q=${encodeURIComponent(q)}`, { cookie })).body as {
      people: { username: string; state: string; duties: { id: string; words: string; state: string }[] }[]
      total: number
    }

  it('are an area, a unit with what is below it, or a sector of an area; the list says them in words', async () => {
    const officer = { role: 'county-officer', area: '140525' }
    for (const [more, words] of [
      [officer, '泽州县'],
      [{ ...officer, by: 'sector', sector: '冶金' }, '冶金，泽州县'],
      [{ role: 'town-officer', area: undefined, by: 'unit', unit }, '南村站及其下级'],
      [{ role: 'enterprise-officer', area: undefined, organisation: ids.near }, 'near公司'],
    ] as const) {
      const made = await create(more)
      expect(made.status, words).toBe(201)
      const { people, total } = await listed(admin.cookie, made.body.username)
      expect(total).toBe(1)
      expect(people[0]).toMatchObject({
        username: made.body.username,
        state: 'must-change',
        duties: [{ words, state: 'now' }],
      })
    }
    const elsewhere = await t.person('county-admin', '140524')
    expect((await listed(elsewhere.cookie)).people.map((p) => p.username)).toEqual([elsewhere.username])
    const officerOnly = await t.person('county-officer', '140525')
    expect((await t.send('GET', '/api/people', { cookie: officerOnly.cookie })).status).toBe(403)
  })

  it("are refused where they do not fit the role, do not exist or are not the administrator's", async () => {
    for (const [more, status, path] of [
      [{ role: 'county-admin', area: '140525', by: 'unit', unit }, 400, 'by'],
      [{ role: 'county-admin', area: '140525100' }, 400, 'area'],
      [{ role: 'town-officer', area: '140525' }, 400, 'area'],
      [{ role: 'town-officer', area: undefined }, 400, 'area'],
      [{ role: 'town-officer', area: '140525999' }, 400, 'area'],
      [{ role: 'county-officer', area: '140525', by: 'sector' }, 400, 'sector'],
      [{ role: 'county-officer', area: '140525', by: 'sector', sector: '没有的' }, 400, 'sector'],
      [{ role: 'county-officer', area: '140581' }, 403, 'area'],
      [{ role: 'county-officer', area: '140525', by: 'unit', unit: '140581/' }, 403, 'unit'],
      [{ role: 'city-viewer', area: '1405' }, 403, 'role'],
      [{ role: 'city-viewer', area: '140525' }, 403, 'role'],
      [{ role: 'enterprise-officer', area: '140581001', organisation: ids.near }, 403, 'area'],
    ] as const)
      expect(await create(more), JSON.stringify(more)).toMatchObject({
        status,
        body: { complaints: [{ path }] },
      })
    expect(await create({ role: 'province-viewer', area: '14' })).toMatchObject({ status: 400 })
  })

  it('are added to and ended for an existing person, once per key, with an entry', async () => {
    const p = await t.person('town-officer', '140525100')
    const path = `/api/users/${p.id}/assignments`
    const today = shanghaiDate(t.clock.now())
    const body = { role: 'town-officer', area: '140525102', to: addDays(today, 30) }
    const key = newKey()
    const add = () => t.send('POST', path, { cookie: admin.cookie, body, key })
    const added = await add()
    expect(added.status).toBe(201)
    expect((await add()).body).toEqual(added.body)
    const roles = async () => (await t.send('GET', '/api/me', { cookie: p.cookie })).body.roles.length
    expect(await roles()).toBe(2)

    const end = (more: object = {}, key?: string) =>
      t.send('POST', `${path}/${added.body.id}/end`, {
        cookie: admin.cookie,
        body: more,
        ...(key && { key }),
      })
    expect((await end({ to: addDays(today, -1) })).status).toBe(400)
    const endKey = newKey()
    expect(await end({}, endKey)).toMatchObject({ status: 200, body: { to: addDays(today, -1) } })
    expect((await end({}, endKey)).status).toBe(200)
    expect((await end()).status).toBe(409)
    expect(await roles()).toBe(1)
    expect((await entries(p.id)).filter((w) => w !== 'sign-in')).toEqual(['add-role', 'end-role'])
    const { people } = await listed(admin.cookie, p.username)
    expect(people[0]?.duties.map((d) => [d.words, d.state])).toEqual([
      ['南村镇', 'now'],
      ['大东沟镇', 'over'],
    ])
  })

  it('nobody widens the own rights, mixes firm and office, or touches people and roles of others', async () => {
    const p = await t.person('town-officer', '140525100')
    const firm = await t.person('enterprise-officer', '140525100', {
      ground: { by: 'organisation', organisation: ids.near },
    })
    const add = (id: string, more: object, cookie = admin.cookie) =>
      t.send('POST', `/api/users/${id}/assignments`, {
        cookie,
        body: { role: 'town-officer', area: '140525100', ...more },
      })
    expect((await add(admin.id, { role: 'county-officer', area: '140525' })).status).toBe(400)
    expect(await add(firm.id, {})).toMatchObject({ status: 400, body: { complaints: [{ path: 'role' }] } })
    expect(await add(p.id, { role: 'enterprise-officer', organisation: ids.near })).toMatchObject({
      status: 400,
      body: { complaints: [{ path: 'role' }] },
    })
    expect((await add(p.id, { area: '140581001' })).status).toBe(403)
    expect((await add(p.id, {}, p.cookie)).status).toBe(403)
    const elsewhere = await t.person('county-admin', '140524')
    expect((await add(p.id, {}, elsewhere.cookie)).status).toBe(404)

    const above = await t.person('city-viewer', '140525', { ground: { by: 'area', area: '1405' } })
    const held = await sql<{ id: string }>`select id from assignment where user_id = ${above.id}`.execute(
      t.db,
    )
    const end = `/api/users/${above.id}/assignments/${held.rows[0]!.id}/end`
    for (const path of [end, `/api/users/${above.id}/reset-password`])
      expect((await t.send('POST', path, { cookie: admin.cookie, body: {} })).status).toBe(403)
  })

  it('a dated grant opens one case to an officer and closes again', async () => {
    const p = await t.person('town-officer', '140525102')
    const today = shanghaiDate(t.clock.now())
    const give = (id: string, more: object = {}) =>
      t.send('POST', `/api/users/${id}/grants`, {
        cookie: admin.cookie,
        body: { register: 'enterprise', record: ids.near, to: addDays(today, 3), ...more },
      })
    const sees = async () =>
      (await t.send('GET', `/api/records/enterprise/${ids.near}`, { cookie: p.cookie })).status
    expect(await sees()).toBe(404)
    const given = await give(p.id)
    expect(given.status).toBe(201)
    expect(await sees()).toBe(200)
    expect((await give(p.id, { record: ids.far })).status).toBe(404)
    expect((await give(p.id, { to: addDays(today, -1) })).status).toBe(400)
    expect((await give(p.id, { register: 'nothing' })).status).toBe(400)
    const firm = await t.person('enterprise-officer', '140525100', {
      ground: { by: 'organisation', organisation: ids.near },
    })
    expect((await give(firm.id)).status).toBe(403)
    const end = `/api/users/${p.id}/grants/${given.body.id}/end`
    expect((await t.send('POST', end, { cookie: admin.cookie, body: {} })).status).toBe(200)
    expect(await sees()).toBe(404)
    expect((await entries(p.id)).filter((w) => w !== 'sign-in')).toEqual(['add-grant', 'end-grant'])
  })

  it('a stopped account is used again after it is enabled', async () => {
    const p = await t.person('town-officer', '140525100')
    const to = (what: string) => t.send('POST', `/api/users/${p.id}/${what}`, { cookie: admin.cookie })
    expect((await to('disable')).status).toBe(200)
    expect((await listed(admin.cookie, p.username)).people[0]?.state).toBe('disabled')
    expect((await to('enable')).status).toBe(200)
    expect((await t.cookieOf(p.username)).length).toBeGreaterThan(10)
    expect((await entries(p.id)).filter((w) => w !== 'sign-in')).toEqual(['archive', 'restore'])
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
      expect([list?.status, list?.body.rows]).toEqual([403, undefined])
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
    const { rights } = (await t.send('GET', '/api/me', { cookie: p.cookie })).body
    expect(rights.enterprise).toMatchObject({ create: false, import: false, update: true })
    // what he says of his own firm stays a claim
    const mine = await t.send('POST', '/api/records/person', {
      cookie: p.cookie,
      body: { enterpriseId: ids.near, name: '王五' },
    })
    expect(mine).toMatchObject({ status: 201, body: { row: { proof: 1 } } })
  })
})
