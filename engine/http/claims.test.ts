import { afterAll, describe, expect, it } from 'vitest'
import { newKey } from '../../test/try-app.ts'
import { as, creditCode, DA, NAN, openClaims } from '../../test/try-claims.ts'
import { sql } from '../store/db.ts'

const { engine, t, clock, town, other, admin, firm, slipFor, claimBody, claim, check, ...more } =
  await openClaims()
const { waiting, decide, withAccount, pass, next, close } = more
afterAll(close)
const people = async (who: { cookie: string }) =>
  (await t.send('GET', '/api/people', as(who))).body.people as {
    id: string
    username: string
    state: string
  }[]

describe('a town and the accounts of its enterprises', () => {
  it('makes, resets, stops and starts them, sees no other, and all of it is journalled', async () => {
    const near = await firm()
    const far = await firm(DA)
    const make = (body: object, who = town) => t.send('POST', '/api/users', { ...as(who), body })
    const input = { name: '李安全', role: 'enterprise-officer' }
    const made = await make({ ...input, username: 'firm-near', organisation: near.id })
    expect(made.status).toBe(201)
    const { id, oneTimePassword } = made.body
    const cookie = await t.cookieOf('firm-near', oneTimePassword)
    expect((await t.send('GET', '/api/me', { cookie })).body.roles).toMatchObject([
      { role: 'enterprise-officer', ground: { by: 'organisation', organisation: near.id } },
    ])
    expect((await people(town)).map((p) => p.username)).toContain('firm-near')
    expect((await people(other)).map((p) => p.username)).not.toContain('firm-near')
    expect((await people(town)).length).toBe(1)

    for (const wrong of [
      { ...input, organisation: far.id },
      { ...input, organisation: near.id, area: DA },
      { name: '李安全', role: 'town-officer', area: NAN },
      { name: '李安全', role: 'county-officer', area: '140525' },
      { name: '李安全', role: 'county-admin', area: '140525' },
      { name: '李安全', role: 'city-viewer', area: '1405' },
    ])
      expect((await make({ ...wrong, username: `no${next()}` })).status, JSON.stringify(wrong)).toBe(403)

    const on = (what: string, who = town, target = id) =>
      t.send('POST', `/api/users/${target}/${what}`, { ...as(who), body: {} })
    for (const what of ['reset-password', 'disable', 'enable']) {
      expect((await on(what, other)).status).toBe(404)
      // officers, also those of the own town, and himself
      for (const target of [admin.id, other.id, (await t.person('town-officer', NAN)).id])
        expect((await on(what, town, target)).status).toBe(404)
    }
    const lend = { role: 'town-officer', area: NAN, by: 'area' }
    expect((await t.send('POST', `/api/users/${id}/assignments`, { ...as(town), body: lend })).status).toBe(
      403,
    )
    expect((await t.send('PATCH', `/api/users/${id}`, { ...as(town), ifMatch: 1, body: lend })).status).toBe(
      404,
    )

    expect((await on('reset-password')).body.oneTimePassword).toMatch(/^[a-z2-9]{12}$/)
    expect((await on('disable')).status).toBe(200)
    expect((await on('enable')).status).toBe(200)
    const { rows } = await sql<{ what: string }>`select what from journal where register = 'user'
      and record_id = ${id} and what not like 'refused%' order by id`.execute(engine.db)
    expect(rows.map((r) => r.what)).toEqual(['create', 'reset-password', 'archive', 'restore'])
  })

  it('loses them when the firm moves away, and never has one that also has another role', async () => {
    const f = await firm()
    await t.send('POST', '/api/users', {
      ...as(town),
      body: { name: '搬家', username: 'mover', role: 'enterprise-officer', organisation: f.id },
    })
    const found = (await people(town)).find((p) => p.username === 'mover')!
    const moved = await t.send('PATCH', `/api/records/enterprise/${f.id}`, {
      ...as(admin),
      ifMatch: f.version,
      body: { division: DA },
    })
    expect(moved.status).toBe(200)
    const reset = (who: { cookie: string }) =>
      t.send('POST', `/api/users/${found.id}/reset-password`, { ...as(who), body: {} })
    expect((await reset(town)).status).toBe(404)
    expect((await people(other)).map((p) => p.username)).toContain('mover')
    expect((await reset(other)).status).toBe(200)
    await engine.auth.users.assign(found.id, {
      role: 'county-officer',
      ground: { by: 'area', area: '140525' },
    })
    expect((await people(other)).map((p) => p.username)).not.toContain('mover')
    expect((await reset(other)).status).toBe(404)
  })
})

describe('a firm claims its account', () => {
  it('with its credit code and a slip, once; then it is signed in on its own firm only', async () => {
    const f = await firm()
    const code = await slipFor(f)
    expect(code).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/)
    expect((await check(f.code, code)).body).toMatchObject({
      enterprise: f.name,
      state: 'open',
      hasAccount: false,
    })
    // as people type it
    const body = claimBody(f, ` ${code.toUpperCase().replaceAll('-', ' ')} `, {
      creditCode: f.code.toLowerCase(),
    })
    expect((await claim({ ...body, password: 'Password1' })).body.detail).toMatch(/太常见/)
    expect((await claim({ ...body, password: `${body.username}-77` })).body.detail).toMatch(/用户名/)
    expect((await claim(body)).body).toEqual({ state: 'done' })
    const cookie = await t.cookieOf(body.username, body.password)
    const me = (await t.send('GET', '/api/me', { cookie })).body
    expect(me).toMatchObject({ organisation: { id: f.id }, mustChangePassword: false })
    expect(me.roles).toHaveLength(1)
    // again, by whoever finds the paper
    expect(await claim(claimBody(f, code))).toMatchObject({ status: 409 })
    expect((await check(f.code, code)).body.state).toBe('done')
    const { rows } = await sql<{ t: string }>`select string_agg(x, ' ') as t from (
      select s::text as x from claim_slip s union all select j::text from journal j union all
      select r::text from idempotency r) all_rows`.execute(engine.db)
    expect(rows[0]!.t).not.toContain(code)
    expect(rows[0]!.t).not.toContain(code.replaceAll('-', ''))
  })

  it('of two claims at the same time one succeeds', async () => {
    const f = await firm()
    const code = await slipFor(f)
    const all = await Promise.all([1, 2, 3, 4].map(() => claim(claimBody(f, code))))
    expect(all.map((a) => a.status).sort()).toEqual([200, 409, 409, 409])
    expect(await engine.auth.users.ofFirm(f.id)).toHaveLength(1)
  })

  it("with a wrong code, another firm's code or an unknown firm: the same words and waits; a right code is never kept out", async () => {
    const [f, g] = [await firm(), await firm()]
    const [codeF, codeG] = [await slipFor(f), await slipFor(g)]
    const none = creditCode(900_000)
    for (const seconds of [1, 2, 4]) {
      const answers = [await check(f.code, codeG), await check(none, codeG)]
      expect(answers[0]!.body).toEqual(answers[1]!.body)
      expect(answers[0]).toMatchObject({ status: 400, headers: { 'retry-after': String(seconds) } })
      expect(answers[0]!.body.detail).toContain(`${seconds} 秒后`)
      const early = [await check(f.code, 'zzzz-zzzz-zzzz'), await check(none, 'zzzz-zzzz-zzzz')]
      expect(early[0]!.body).toEqual(early[1]!.body)
      expect(early[0]!.status).toBe(429)
      expect(await claim(claimBody(f, codeG))).toMatchObject({ status: 429 })
      expect((await check(f.code, codeF)).status).toBe(200)
      pass(seconds * 1000)
    }
  })

  it('not with a slip that is expired, revoked or replaced', async () => {
    const f = await firm()
    const old = await slipFor(f)
    const fresh = await slipFor(f)
    expect((await claim(claimBody(f, old))).body.detail).toMatch(/已作废/)
    const { firms } = (await t.send('GET', '/api/claim-slips', as(town))).body
    const slip = firms.find((x: { id: string }) => x.id === f.id).slip
    expect((await t.send('POST', `/api/claim-slips/${slip}/revoke`, { ...as(other), body: {} })).status).toBe(
      404,
    )
    expect((await t.send('POST', `/api/claim-slips/${slip}/revoke`, { ...as(town), body: {} })).status).toBe(
      200,
    )
    expect((await claim(claimBody(f, fresh))).status).toBe(409)
    const late = await slipFor(f)
    const before = clock.now().toISOString()
    pass(31 * 86_400_000)
    expect((await claim(claimBody(f, late))).body.detail).toMatch(/过期/)
    clock.set(before)
    expect((await claim(claimBody(f, late))).status).toBe(200)
  })
})

describe('slips of a town', () => {
  it('go to all its firms without an account, never to another town, and codes are shown once', async () => {
    const [f, g, far] = [await firm(), await firm(), await firm(DA)]
    await claim(claimBody(f, await slipFor(f)))
    const key = newKey()
    const bulk = (area: string, more: object = {}, who = town) =>
      t.send('POST', '/api/claim-slips', { ...as(who), body: { area, ...more }, key })
    const made = await bulk(NAN)
    expect(made.status).toBe(201)
    const ids = made.body.slips.map((x: { organisation: string }) => x.organisation)
    expect(ids).toContain(g.id)
    expect(ids).not.toContain(f.id)
    expect(ids).not.toContain(far.id)
    expect(await bulk(NAN)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('只显示一次') },
    })
    const again = await t.send('POST', '/api/claim-slips', { ...as(town), body: { area: NAN } })
    expect(again.body.slips).toEqual([])
    const elsewhere = await t.send('POST', '/api/claim-slips', { ...as(town), body: { area: '140525' } })
    expect(elsewhere.body.slips).toEqual([])
    const named = await t.send('POST', '/api/claim-slips', { ...as(town), body: { organisations: [far.id] } })
    expect(named.status).toBe(404)
    const firmCookie = (
      await t.person('enterprise-officer', NAN, { ground: { by: 'organisation', organisation: f.id } })
    ).cookie
    for (const cookie of [firmCookie, (await t.person('county-officer', '140525')).cookie]) {
      expect((await t.send('POST', '/api/claim-slips', { cookie, body: { area: NAN } })).status).toBe(403)
      expect((await t.send('GET', '/api/claims', { cookie })).status).toBe(403)
    }
  })
})

describe('a new safety officer', () => {
  it('claims again with a new slip; the town confirms, then the old account ends and the new one starts', async () => {
    const { f, first, cookie } = await withAccount()
    const code = await slipFor(f)
    const second = claimBody(f, code, { name: '赵新' })
    expect((await claim(second)).body).toEqual({ state: 'waiting' })
    expect((await check(f.code, code)).body.state).toBe('waiting')
    await expect(t.cookieOf(second.username, second.password)).rejects.toThrow(/401/)
    pass(2000)
    expect((await t.send('GET', '/api/me', { cookie })).status).toBe(200)
    const mine = (await waiting()).find((r) => r.organisation === f.id)!
    expect(mine).toMatchObject({ bySlip: true, accounts: [{ username: first.username }] })
    const today = (await t.send('GET', '/api/today', as(town))).body.items as {
      kind: string
      title: string
    }[]
    expect(today.find((i) => i.kind === 'claim')?.title).toMatch(/认领待确认/)
    expect(await waiting(other)).toEqual([])
    expect((await decide(mine.id, 'confirm', {}, other)).status).toBe(404)
    const both = await Promise.all([decide(mine.id, 'confirm', {}), decide(mine.id, 'confirm', {})])
    expect(both.map((b) => b.status).sort()).toEqual([200, 409])
    expect((await t.send('GET', '/api/me', { cookie })).status).toBe(401)
    await expect(t.cookieOf(first.username, first.password)).rejects.toThrow(/停用/)
    const fresh = await t.cookieOf(second.username, second.password)
    expect((await t.send('GET', '/api/me', { cookie: fresh })).body.organisation.id).toBe(f.id)
    const { rows } = await sql<{ what: string }>`select what from journal where organisation = ${f.id}
      and register in ('claim', 'user') order by id`.execute(engine.db)
    expect(rows.map((r) => r.what)).toEqual([
      ...['issue-slip', 'create', 'issue-slip', 'claim-request', 'confirm-claim', 'create', 'archive'],
    ])
  })

  it('is refused with a reason, and nothing changes', async () => {
    const { f, cookie } = await withAccount()
    const code = await slipFor(f)
    await claim(claimBody(f, code))
    const mine = (await waiting()).find((r) => r.organisation === f.id)!
    expect((await decide(mine.id, 'refuse', { reason: '' })).status).toBe(400)
    expect((await decide(mine.id, 'refuse', { reason: '电话核实不是本企业的人' })).status).toBe(200)
    expect((await check(f.code, code)).body).toMatchObject({
      state: 'refused',
      reason: '电话核实不是本企业的人',
    })
    expect((await t.send('GET', '/api/me', { cookie })).status).toBe(200)
    const { rows } =
      await sql`select 1 from claim_request where password_hash is not null and state <> 'waiting'`.execute(
        engine.db,
      )
    expect(rows).toEqual([])
  })

  it('without a slip asks by credit code; the answer is the same for any code; the town gives a code', async () => {
    const { f, first } = await withAccount()
    const ask = (creditCode: string, phone = '13900005678') =>
      t.send('POST', '/api/claim/request', { body: { creditCode, name: '钱新', phone } })
    const real = await ask(f.code)
    pass(60_000)
    const made = await ask(creditCode(900_001))
    expect([real.status, real.body]).toEqual([made.status, made.body])
    expect((await ask(f.code)).status).toBe(429)
    const mine = (await waiting()).find((r) => r.organisation === f.id)!
    expect(mine).toMatchObject({ bySlip: false })
    const given = await decide(mine.id, 'confirm', {})
    const body = claimBody(f, given.body.slips[0].code, { name: '钱新' })
    expect(
      (
        await t.send('POST', '/api/auth/sign-in/username', {
          body: { username: first.username, password: first.password },
        })
      ).status,
    ).toBe(200)
    expect((await claim(body)).body).toEqual({ state: 'done' })
    await expect(t.cookieOf(first.username, first.password)).rejects.toThrow(/停用/)
    await t.cookieOf(body.username, body.password)
  })

  it('cannot fill the page of a town: five requests a firm wait at most', async () => {
    const f = await firm()
    for (let i = 0; i < 8; i++) {
      pass(61_000)
      await t.send('POST', '/api/claim/request', {
        body: { creditCode: f.code, name: '孙某', phone: `1390000${1000 + i}` },
      })
    }
    expect((await waiting()).filter((r) => r.organisation === f.id)).toHaveLength(5)
  })
})
