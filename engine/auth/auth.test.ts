import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { QUICK_PASSWORDS } from '../../test/quick-passwords.ts'
import { fixedClock } from '../core/clock.ts'
import { type Database, openDatabase, sql } from '../store/db.ts'
import { createAuth } from './index.ts'
import type { PasswordCost } from './passwords.ts'
import { tidySignIn } from './tidy.ts'

let base: TestDatabase
let database: Database
const clock = fixedClock(new Date().toISOString())
let own: { db: Database['db']; clock: typeof clock; passwordCost: PasswordCost }
const make = () => createAuth({ ...own, secret: 's'.repeat(40) })
const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

beforeAll(async () => {
  base = await cloneDatabase()
  database = openDatabase(base.url)
  own = { db: database.db, clock, passwordCost: QUICK_PASSWORDS }
})
afterAll(async () => {
  await database.close()
  await base.drop()
})

let n = 0
async function person(more: { oneTime?: boolean } = {}) {
  const username = `officer${++n}`
  const auth = make()
  const { id } = await auth.users.create({
    username,
    password: 'right-password',
    name: '张三',
    home: '140525100',
    assignments: [{ role: 'town-officer', ground: { by: 'area', area: '140525100' } }],
    ...more,
  })
  const signIn = (password: string, on = auth, cookie = '') =>
    on.sessions.signIn({ username, password }, new Headers({ cookie }), '10.0.0.1')
  return { id, username, auth, signIn }
}

const cookieOf = (cookies: string[]) => cookies.map((c) => c.split(';')[0]).join('; ')

describe('sessions', () => {
  it('a signed-in person is found by the cookie, with roles, and is nobody after sign-out', async () => {
    const p = await person()
    const { cookies } = await p.signIn('right-password')
    expect(cookies[0]).toMatch(/HttpOnly/)
    expect(cookies[0]).toMatch(/SameSite=Lax/)
    const cookie = cookieOf(cookies)
    const found = await p.auth.sessions.userOf(cookie)
    expect(found?.user.actor).toMatchObject({
      id: p.id,
      kind: 'person',
      home: '140525100',
      assignments: [{ role: 'town-officer', ground: { by: 'area', area: '140525100' } }],
    })
    await p.auth.sessions.signOut(new Headers({ cookie }))
    expect(await p.auth.sessions.userOf(cookie)).toBeUndefined()
    expect(await make().sessions.userOf(cookie)).toBeUndefined()
  })

  it('an expired session is refused', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    await sql`update auth.session set "expiresAt" = now() - interval '1 second' where "userId" = ${p.id}`.execute(
      database.db,
    )
    expect(await make().sessions.userOf(cookie)).toBeUndefined()
  })

  it('a forged or foreign-signed cookie is nobody', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies.slice(0, 1))
    expect(await p.auth.sessions.userOf(cookie)).toBeDefined()
    expect(await p.auth.sessions.userOf(cookie.replace(/\.[^.]+$/, '.AAAA'))).toBeUndefined()
    const other = createAuth({ ...own, secret: 't'.repeat(40) })
    expect(await other.sessions.userOf(cookie)).toBeUndefined()
  })

  it('a disabled person is out at once and cannot come back', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    expect(await p.auth.sessions.userOf(cookie)).toBeDefined()
    await p.auth.users.disable(p.id)
    expect(await p.auth.sessions.userOf(cookie)).toBeUndefined()
    await expect(p.signIn('right-password')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('checked sessions and keys cost no database round trip', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    const { key } = await p.auth.keys.create({ name: '汇聚平台', role: 'integration', area: '140525' })
    await p.auth.sessions.userOf(cookie)
    await p.auth.keys.actorOf(key)
    await new Promise((r) => setTimeout(r, 50))
    let asked = 0
    const connect = database.pool.connect
    database.pool.connect = (() => {
      asked++
      throw new Error('no connection wanted')
    }) as never
    try {
      for (let i = 0; i < 100; i++) {
        expect(await p.auth.sessions.userOf(cookie)).toBeDefined()
        expect((await p.auth.keys.actorOf(key)).kind).toBe('machine')
      }
    } finally {
      database.pool.connect = connect
    }
    expect(asked).toBe(0)
  })
})

describe('passwords and the second factor', () => {
  it('a one-time password must be changed; the new one must differ and be long enough', async () => {
    const p = await person({ oneTime: true })
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    const headers = new Headers({ cookie })
    const user = (await p.auth.sessions.userOf(cookie))!.user
    expect(user.mustChangePassword).toBe(true)
    const change = (newPassword: string, currentPassword = 'right-password') =>
      p.auth.sessions.changePassword(user, { currentPassword, newPassword }, headers)
    await expect(change('right-password')).rejects.toMatchObject({ code: 'bad-input' })
    await expect(change('short')).rejects.toThrow(/至少 8/)
    await expect(change(`${p.username}-2026`)).rejects.toThrow(/不能含用户名/)
    await expect(change('Qwer1234')).rejects.toThrow(/太常见/)
    await expect(change('another-password', 'wrong')).rejects.toThrow(/当前密码不对/)
    const { cookies } = await change('another-password')
    const after = await p.auth.sessions.userOf(cookieOf(cookies))
    expect(after?.user.mustChangePassword).toBe(false)
    expect(await p.auth.sessions.userOf(cookie)).toBeUndefined()
    await p.signIn('another-password')
  })

  it('a reset gives a one-time password, ends sessions and unlocks', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    for (let i = 0; i < 5; i++) await p.signIn('wrong').catch(() => undefined)
    const password = await p.auth.users.resetPassword(p.id)
    p.auth.sessions.forget(p.id)
    expect(await p.auth.sessions.userOf(cookie)).toBeUndefined()
    await p.signIn(password)
  })

  it('with TOTP set up, the password alone does not sign in', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    const { body } = await p.auth.sessions.enableTwoFactor(
      (await p.auth.users.find(p.id))!,
      'right-password',
      new Headers({ cookie }),
    )
    const secret = new URL(String(body.totpURI)).searchParams.get('secret')!
    await p.auth.sessions.verifyTotp(totp(secret), new Headers({ cookie }), '10.0.0.1')

    const half = await p.signIn('right-password')
    expect(half.body.twoFactorRedirect).toBe(true)
    expect(await p.auth.sessions.userOf(cookieOf(half.cookies))).toBeUndefined()
    const wrong = p.auth.sessions.verifyTotp(
      '000000',
      new Headers({ cookie: cookieOf(half.cookies) }),
      '10.0.0.1',
    )
    await expect(wrong).rejects.toThrow(/动态口令不对/)
    const full = await p.auth.sessions.verifyTotp(
      totp(secret),
      new Headers({ cookie: cookieOf(half.cookies) }),
      '10.0.0.1',
    )
    expect(await p.auth.sessions.userOf(cookieOf(full.cookies))).toBeDefined()
  })
})

describe('the trace of sign-ins', () => {
  const entries = async (where: ReturnType<typeof sql>) =>
    (
      await sql<Record<string, unknown>>`select what, actor_name as who, record_id as id, title, area, reason,
        changes->0->>'after' as address from journal where register = 'sign-in' and ${where} order by journal.id`.execute(
        database.db,
      )
    ).rows
  const ofPerson = (id: string) => entries(sql`record_id = ${id}`)
  const whats = async (id: string) => (await ofPerson(id)).map((e) => e.what)

  it('keeps who came, from where, who was refused and locked, and never what was typed', async () => {
    const p = await person()
    const { cookies } = await p.signIn('right-password')
    for (let i = 0; i < 9; i++) await p.signIn(`secret-guess-${i}`).catch(() => undefined)
    await p.auth.sessions.signOut(new Headers({ cookie: cookieOf(cookies), 'x-forwarded-for': '10.0.0.2' }))
    await p.auth.sessions.traced()
    const kept = await ofPerson(p.id)
    expect(kept[0]).toMatchObject({ what: 'sign-in', who: '张三', area: '140525100', address: '10.0.0.1' })
    const count = (what: string) => kept.filter((e) => e.what === what).length
    // elsewhere than on his device: the first of nine is written, the rest are counted
    expect([count('refused:sign-in'), count('lock'), count('sign-out')]).toEqual([1, 0, 1])
    // on his own device five wrong passwords, the lock, and a try while it lasts
    for (let i = 0; i < 6; i++)
      await p.signIn(`secret-guess-${i}`, p.auth, cookieOf(cookies)).catch(() => undefined)
    await p.auth.sessions.traced()
    kept.push(...(await ofPerson(p.id)).slice(kept.length))
    expect([count('refused:sign-in'), count('lock')]).toEqual([6, 1])
    expect(kept.find((e) => e.what === 'lock')).toMatchObject({ who: '未登录', title: '张三' })
    expect(kept.find((e) => e.what === 'sign-out')).toMatchObject({ address: '10.0.0.2' })
    const all = await sql<{ t: string }>`select string_agg(j::text, ' ') as t from journal j`.execute(
      database.db,
    )
    expect(all.rows[0]!.t).not.toContain('secret-guess')
    expect(all.rows[0]!.t).not.toContain('right-password')
  })

  it('bounds what a flood of unknown names writes, and cuts the names', async () => {
    const auth = make()
    const attempt = (username: string) =>
      auth.sessions
        .signIn({ username, password: 'x'.repeat(12) }, new Headers(), '10.7.7.7')
        .catch(() => undefined)
    clock.set(at(0))
    for (let i = 0; i < 20; i++) await attempt(`MyPassw0rd-${i}`)
    clock.set(at(2))
    await attempt('MyPassw0rd-99')
    await auth.sessions.traced()
    clock.set(at(0))
    const kept = await entries(sql`record_id is null and changes->0->>'after' = '10.7.7.7'`)
    expect(kept).toMatchObject([
      { what: 'refused:sign-in', title: 'm**', area: null, reason: '没有这个用户名' },
      { what: 'refused:sign-in', title: 'm**', reason: expect.stringContaining('另有 19 次') },
    ])
  })

  it('keeps changes of the password and of the second factor, and refused codes', async () => {
    const p = await person()
    let cookie = cookieOf((await p.signIn('right-password')).cookies)
    const user = async () => (await p.auth.users.find(p.id))!
    const headers = () => new Headers({ cookie, 'x-forwarded-for': '10.0.0.1' })
    const change = (currentPassword: string) =>
      p.auth.sessions.changePassword(user_, { currentPassword, newPassword: 'other-password' }, headers())
    const user_ = await user()
    await expect(change('not-mine')).rejects.toThrow(/当前密码不对/)
    cookie = cookieOf((await change('right-password')).cookies)
    const { body } = await p.auth.sessions.enableTwoFactor(user_, 'other-password', headers())
    const secret = new URL(String(body.totpURI)).searchParams.get('secret')!
    const on = await p.auth.sessions.verifyTotp(totp(secret), headers(), '10.0.0.1')
    cookie = cookieOf(on.cookies) || cookie
    await p.auth.sessions.traced()
    expect(await whats(p.id)).toEqual(
      expect.arrayContaining(['sign-in', 'refused:change-password', 'change-password', 'totp-on']),
    )

    const half = new Headers({ cookie: cookieOf((await p.signIn('other-password')).cookies) })
    await expect(p.auth.sessions.verifyTotp('000000', half, '10.0.0.1')).rejects.toThrow(/动态口令不对/)
    await p.auth.sessions.verifyTotp(totp(secret), half, '10.0.0.1')
    await p.auth.sessions.traced()
    const after = await whats(p.id)
    expect(after.filter((w) => w === 'sign-in')).toHaveLength(2)
    expect(after.filter((w) => w === 'refused:sign-in')).toHaveLength(1)
    await p.auth.sessions.disableTwoFactor(user_, 'other-password', headers())
    expect(await whats(p.id)).toContain('totp-off')
  })
})

it('ended sessions and old failures are cleared away, live ones stay', async () => {
  const p = await person()
  const cookie = cookieOf((await p.signIn('right-password')).cookies)
  await expect(p.signIn('wrong', p.auth, cookie)).rejects.toMatchObject({ details: { left: 4 } })
  const q = await person()
  await q.signIn('right-password')
  await sql`update auth.session set "expiresAt" = now() - interval '2 days' where "userId" = ${q.id}`.execute(
    database.db,
  )
  await tidySignIn(database.db, new Date())
  const left = await sql<{ id: string }>`select "userId" as id from auth.session
    where "userId" in (${p.id}, ${q.id})`.execute(database.db)
  expect(left.rows).toEqual([{ id: p.id }])
  expect(await make().sessions.userOf(cookie)).toBeDefined()
  await expect(p.signIn('wrong', p.auth, cookie)).rejects.toMatchObject({ details: { left: 3 } })
})

describe('keys', () => {
  it('stands for its role in its area; revoked or expired keys are refused', async () => {
    const { keys } = make()
    const { key, stored } = await keys.create({ name: '省平台', role: 'integration', area: '140525' })
    expect(key).toMatch(/^zb_/)
    expect(await keys.actorOf(key)).toMatchObject({
      id: stored.id,
      name: '省平台',
      assignments: [{ role: 'integration', ground: { by: 'area', area: '140525' } }],
    })
    const kept = await sql`select * from auth.api_key where id = ${stored.id}`.execute(database.db)
    expect(JSON.stringify(kept.rows)).not.toContain(key.slice(9))
    expect((await keys.list('1405')).map((k) => k.id)).toContain(stored.id)
    expect(await keys.list('1406')).toEqual([])
    await expect(keys.revoke(stored.id, '140524')).rejects.toMatchObject({ code: 'not-found' })
    await keys.revoke(stored.id, '140525')
    await expect(keys.actorOf(key)).rejects.toThrow(/已被吊销/)
    await expect(keys.actorOf('zb_nonsense')).rejects.toMatchObject({ code: 'unauthenticated' })
    const old = await keys.create({
      name: '旧',
      role: 'integration',
      area: '140525',
      expiresOn: '2020-01-01',
    })
    await expect(keys.actorOf(old.key)).rejects.toThrow(/2020-01-01 到期/)
  })
})

/** RFC 6238 with its usual 30 s and 6 digits. */
function totp(secret: string): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', base32(secret)).update(counter).digest()
  const code = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff
  return String(code % 1_000_000).padStart(6, '0')
}

function base32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  let bits = 0
  let value = 0
  const out: number[] = []
  for (const c of text.replace(/=+$/, '')) {
    value = (value << 5) | alphabet.indexOf(c)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((value >> bits) & 255)
      value &= (1 << bits) - 1
    }
  }
  return Buffer.from(out)
}
