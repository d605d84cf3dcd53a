import { afterAll, describe, expect, it } from 'vitest'
import { newKey } from '../../test/try-app.ts'
import { as, DA, NAN, openClaims } from '../../test/try-claims.ts'
import { expireClaims, tidySignIn } from '../auth/tidy.ts'
import { sql } from '../store/db.ts'

const { engine, t, clock, town, other, admin, firm, slipFor, claimBody, claim, check, ...more } =
  await openClaims()
const { waiting, decide, withAccount, pass, close } = more
afterAll(close)

describe('slips of a large town', () => {
  it('of 1,500 firms all get one, and the list has them all, page by page', async () => {
    const f = await firm(DA)
    await sql`insert into enterprise select r.* from enterprise e, generate_series(1, 1500) i,
        jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'name', '批量企业' || i,
          'credit_code', '91140525MB' || lpad(i::text, 8, '0'))) r where e.id = ${f.id}`.execute(engine.db)
    // an officer's own account of the firm is none that speaks for it
    const mixed = await firm(DA)
    const { id } = await t.person('enterprise-officer', DA, {
      ground: { by: 'organisation', organisation: mixed.id },
    })
    await engine.auth.users.assign(id, { role: 'county-officer', ground: { by: 'area', area: '140525' } })
    const list: { id: string; accounts: number; slip: string | null }[] = []
    const page = async () =>
      (await t.send('GET', `/api/claim-slips?area=${DA}&offset=${list.length}`, as(other))).body
    const first = await page()
    list.push(...first.firms)
    expect(list).toHaveLength(1000)
    list.push(...(await page()).firms)
    expect(list).toHaveLength(first.total)
    expect(new Set(list.map((x) => x.id)).size).toBe(first.total)
    expect(list.find((x) => x.id === mixed.id)?.accounts).toBe(0)
    const due = list.filter((x) => !x.accounts && !x.slip).length
    expect(due).toBeGreaterThan(1500)
    const made = await t.send('POST', '/api/claim-slips', { ...as(other), body: { area: DA } })
    expect(made.body.total).toBe(due)
    expect(made.body.slips).toHaveLength(due)
    await sql`update enterprise set archived_at = now() where name like '批量企业%'`.execute(engine.db)
  }, 60_000)
})

describe('numbers of the county', () => {
  it('bind where they are read: passwords, waits, locks, slips; those that lock a county out are not taken', async () => {
    const set = (key: string, value: number, area?: string) =>
      t.send('POST', '/api/policy', {
        ...as(admin),
        body: { key, value, basis: '本县规定', ...(area && { area }) },
      })
    for (const [key, value] of [
      ['signin.maxWaitSeconds', 86_400],
      ['signin.maxFailures', 0],
      ['password.minLength', 200],
      ['password.minLength', 4],
      ['claim.slipDays', 0],
    ] as const)
      expect((await set(key, value)).status, key).toBe(400)
    expect((await set('signin.maxFailures', 3, NAN)).body.detail).toMatch(/全县/)

    const f = await firm()
    for (const [key, value] of [
      ['signin.maxFailures', 3],
      ['signin.lockMinutes', 7],
      ['signin.firstWaitSeconds', 9],
      ['signin.maxWaitSeconds', 9],
      ['password.minLength', 12],
      ['password.kinds', 3],
      ['claim.slipDays', 10],
    ] as const)
      expect((await set(key, value)).status, key).toBe(201)

    const made = await t.send('POST', '/api/claim-slips', { ...as(town), body: { organisations: [f.id] } })
    expect(made.body.expiresOn).toBe('2026-12-02')
    const code = made.body.slips[0].code as string
    expect((await claim(claimBody(f, code, { password: 'kettle-m-47' }))).body.detail).toMatch(/12 个字符/)
    expect((await claim(claimBody(f, code, { password: 'kettle-marblestone' }))).body.detail).toMatch(/3 种/)
    const body = claimBody(f, code)
    expect((await claim(body)).body.state).toBe('done')
    const cookie = await t.cookieOf(body.username, body.password)

    const wrong = (username: string, more: object = {}) =>
      t.send('POST', '/api/auth/sign-in/username', { body: { username, password: 'not-this-1' }, ...more })
    pass(3_600_000)
    for (const name of [body.username, 'nobody-of-that-name'])
      expect((await wrong(name)).headers['retry-after'], name).toBe('9')
    const last = async (n: number) => {
      let answer = await wrong(body.username, { cookie })
      for (let i = 1; i < n; i++) answer = await wrong(body.username, { cookie })
      return answer
    }
    expect((await last(3)).body.detail).toMatch(/连续输错 3 次.*（7 分钟后）/)
  })
})

describe('a slip', () => {
  it('gets the same answer again for the same key, and refused tries stand in the journal, not one for each', async () => {
    const f = await firm()
    const code = await slipFor(f)
    expect((await t.send('POST', '/api/claim', { body: claimBody(f, code), key: null })).status).toBe(400)
    const [body, key] = [claimBody(f, code), newKey()]
    const both = await Promise.all([claim(body, key), claim(body, key)])
    for (const again of [...both, await claim(body, key)])
      expect(again).toMatchObject({ status: 200, body: { state: 'done' } })
    expect(await engine.auth.users.ofFirm(f.id)).toHaveLength(1)
    expect((await claim({ ...body, name: '另一人' }, key)).status).toBe(422)
    pass(61_000)
    for (let i = 0; i < 6; i++) await check(f.code, 'zzzz-zzzz-zzzz')
    pass(61_000)
    expect((await claim(claimBody(f, code))).status).toBe(409)
    await t.services.auth.claims.traced()
    const { rows } = await sql<{ reason: string; address: string }>`select reason,
        changes->0->>'after' as address from journal
      where register = 'sign-in' and what = 'refused:claim' and record_id = ${f.id} order by id`.execute(
      engine.db,
    )
    expect(rows).toHaveLength(3)
    expect(rows[1]).toMatchObject({ reason: expect.stringMatching(/认领码不对/), address: '127.0.0.1' })
    expect(rows[2]!.reason).toMatch(/已经用过.*另有 5 次/)
  })

  it('waits ninety days for the town; then the request is refused, in the journal, and the slip never says done', async () => {
    const { f } = await withAccount()
    const code = await slipFor(f)
    await claim(claimBody(f, code))
    const mine = (await waiting()).find((r) => r.organisation === f.id)!
    const before = clock.now().toISOString()
    const tidy = async () => {
      await expireClaims(engine, clock.now())
      await tidySignIn(engine.db, clock.now())
    }
    pass(89 * 86_400_000)
    await tidy()
    expect((await check(f.code, code)).body.state).toBe('waiting')
    for (let i = 0; i < 2; i++) {
      pass(91 * 86_400_000)
      await tidy()
      expect((await check(f.code, code)).body).toMatchObject({
        state: 'refused',
        reason: '九十天没有办理，自动退回',
      })
    }
    const { rows } = await sql<{ what: string; title: string; name: string }>`select j.what, j.title, r.name
      from journal j join claim_request r on r.id = j.record_id
      where j.record_id = ${mine.id} and j.what = 'refuse-claim'`.execute(engine.db)
    expect(rows).toEqual([{ what: 'refuse-claim', title: f.name, name: '' }])
    clock.set(before)
    const g = await withAccount()
    const used = await slipFor(g.f)
    await claim(claimBody(g.f, used))
    const asked = (await waiting()).find((r) => r.organisation === g.f.id)!
    await decide(asked.id, 'confirm', {})
    for (const one of await engine.auth.users.ofFirm(g.f.id)) await engine.auth.users.disable(one.id)
    expect((await check(g.f.code, used)).body.state).toBe('void')
  })
})
