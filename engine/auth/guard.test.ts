import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { QUICK_PASSWORDS } from '../../test/quick-passwords.ts'
import { fixedClock } from '../core/clock.ts'
import { type Database, openDatabase, sql } from '../store/db.ts'
import { bucketOf, lane, networkOf } from './guard.ts'
import { createAuth } from './index.ts'

let base: TestDatabase
let database: Database
const clock = fixedClock(new Date().toISOString())
const make = (more = {}) =>
  createAuth({ db: database.db, clock, secret: 's'.repeat(40), passwordCost: QUICK_PASSWORDS, ...more })
let offset = 0
/** Lets seconds pass. */
const pass = (seconds: number) => {
  offset += seconds
  clock.set(new Date(Date.now() + offset * 1000).toISOString())
}

beforeAll(async () => {
  base = await cloneDatabase()
  database = openDatabase(base.url)
})
afterAll(async () => {
  await database.close()
  await base.drop()
})

let n = 0
const NAT = '100.64.0.7'
async function person(more: { oneTime?: boolean } = {}) {
  const username = `guarded${++n}`
  const auth = make()
  const { id } = await auth.users.create({
    username,
    password: 'right-password',
    name: '李四',
    home: '140525100',
    assignments: [{ role: 'town-officer', ground: { by: 'area', area: '140525100' } }],
    ...more,
  })
  /** Everybody sits behind one address. */
  const signIn = (password: string, cookie = '', from = NAT, on = auth) =>
    on.sessions.signIn({ username, password }, new Headers({ cookie }), from)
  const refused = async (password: string, cookie = '', from = NAT, on = auth) =>
    signIn(password, cookie, from, on).then(
      () => 'in' as const,
      (e) => ({ code: e.code, wait: e.details?.retryAfter, left: e.details?.left, says: e.message }),
    )
  return { id, username, auth, signIn, refused }
}
const cookieOf = (cookies: string[]) => cookies.map((c) => c.split(';')[0]).join('; ')

describe('a stranger behind the same address', () => {
  it('waits 1, 2, 4 … 60 seconds, is told so, and never shuts out the person on a known device', async () => {
    const p = await person()
    const { cookies } = await p.signIn('right-password')
    const device = cookies.find((c) => c.startsWith('zhiben.device_'))!
    expect(device).toMatch(/HttpOnly/)
    expect(device).toMatch(/Max-Age=7776000/)
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      const r = await p.refused('guess')
      expect(r).toMatchObject({ code: 'unauthenticated' })
      if (r === 'in') throw new Error('in')
      expect(r.says).toContain(`${r.wait} 秒后可以再试`)
      expect(await p.refused('right-password')).toMatchObject({ code: 'too-many', wait: r.wait })
      waits.push(r.wait)
      // every single time the person gets in
      expect(await p.refused('right-password', cookieOf([device]))).toBe('in')
      pass(r.wait)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    // without a known device the person waits a minute at most, and is in
    pass(60)
    expect(await p.refused('right-password')).toBe('in')
  })

  it('counts per network: an address nearby shares the wait, another network does not', async () => {
    const p = await person()
    await p.refused('guess', '', '10.20.30.40')
    expect(await p.refused('right-password', '', '10.20.30.99')).toMatchObject({ code: 'too-many' })
    expect(await p.refused('right-password', '', '10.20.31.40')).toBe('in')
  })

  it('cannot slip past by trying at once, nor by a restart', async () => {
    const p = await person()
    const results = await Promise.all(Array.from({ length: 12 }, () => p.refused('guess')))
    expect(results.filter((r) => r !== 'in' && r.code === 'unauthenticated')).toHaveLength(1)
    expect(await p.refused('right-password', '', NAT, make())).toMatchObject({ code: 'too-many' })
  })

  it('floods: known devices are not asked, others at the address are', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    const auth = make({ signInsPerMinute: 3 })
    for (let i = 0; i < 10; i++)
      await auth.sessions.signIn({ username: `f${i}`, password: 'x' }, new Headers(), NAT).catch(() => 0)
    expect(await p.refused('right-password', '', NAT, auth)).toMatchObject({ code: 'too-many' })
    expect(await p.refused('right-password', cookie, NAT, auth)).toBe('in')
  })

  it('does not keep out who was given a one-time password, and cannot tell who was', async () => {
    const p = await person({ oneTime: true })
    const q = await person()
    await p.refused('guess')
    await q.refused('guess')
    const [one, other] = [await p.refused('guess'), await q.refused('guess')]
    expect(one).toEqual(other)
    expect(one).toMatchObject({ code: 'too-many' })
    expect(await p.refused('right-password')).toBe('in')
    expect(await q.refused('right-password')).toMatchObject({ code: 'too-many' })
  })
})

describe('names without an account', () => {
  it('are answered in the same words and with the same waits', async () => {
    const p = await person()
    const attempt = (username: string) =>
      p.auth.sessions.signIn({ username, password: 'x' }, new Headers(), '10.77.0.1').then(
        () => [],
        (e): unknown[] => [e.code, e.message, e.details],
      )
    for (const seconds of [1, 2, 4]) {
      const [real, made] = [await attempt(p.username), await attempt('nobody-there')]
      expect(real).toEqual(made)
      expect(real[2]).toEqual({ retryAfter: seconds })
      expect(await attempt(p.username)).toEqual(await attempt('nobody-there'))
      pass(seconds)
    }
  })

  it('fill no table: their buckets are bounded, and not to be chosen', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 300_000; i++) seen.add(bucketOf('secret', 'sign-in', `name${i}`, '10.0.0'))
    expect(seen.size).toBeLessThan(262_144)
    expect(bucketOf('secret', 'a', 'b')).not.toBe(bucketOf('other', 'a', 'b'))
    expect(bucketOf('secret', 'ab', 'c')).not.toBe(bucketOf('secret', 'a', 'bc'))
  })
})

describe('a known device', () => {
  it('rests after the failures the policy allows, says until when; other devices of the person go on', async () => {
    const p = await person()
    const one = cookieOf((await p.signIn('right-password')).cookies)
    const two = cookieOf((await p.signIn('right-password')).cookies)
    for (let left = 4; left >= 1; left--)
      expect(await p.refused('wrong', one)).toMatchObject({ code: 'unauthenticated', left })
    expect(await p.refused('wrong', one)).toMatchObject({ code: 'too-many', wait: 900 })
    const locked = await p.refused('right-password', one)
    expect(locked).toMatchObject({ code: 'too-many', says: expect.stringContaining('15 分钟后') })
    expect(await p.refused('right-password', two)).toBe('in')
    pass(15 * 60 + 1)
    expect(await p.refused('wrong', one)).toMatchObject({ left: 4 })
    expect(await p.refused('right-password', one)).toBe('in')
    expect(await p.refused('wrong', one)).toMatchObject({ left: 4 })
  })

  it('tries sent at once are counted one by one', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    const all = await Promise.all(Array.from({ length: 12 }, () => p.refused('wrong', cookie)))
    expect(all.filter((r) => r !== 'in' && r.code === 'unauthenticated')).toHaveLength(4)
    expect(all.filter((r) => r !== 'in' && r.code === 'too-many')).toHaveLength(8)
  })

  it('is known for its account only, and its cookie cannot be made, lengthened or kept past its days', async () => {
    const p = await person()
    const q = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    const [name, value] = cookie
      .split('; ')
      .find((c) => c.startsWith('zhiben.device_'))!
      .split('=') as [string, string]
    const [device, until, mac] = value.split('.') as [string, string, string]
    // somebody else's account under his own cookie, also under the other's name
    const others = cookieOf((await q.signIn('right-password')).cookies)
    const otherName = others
      .split('; ')
      .find((c) => c.startsWith('zhiben.device_'))!
      .split('=')[0]
    const forged = [
      `${name}=${device}.${Number(until) + 1}.${mac}`,
      `${name}=${device}x.${until}.${mac}`,
      `${name}=${device}.${until}.`,
      `${name}=..`,
      `${otherName}=${value}`,
    ]
    await p.refused('guess')
    await q.refused('guess')
    for (const f of forged) {
      expect(await p.refused('right-password', f)).toMatchObject({ code: 'too-many' })
      expect(await q.refused('right-password', f)).toMatchObject({ code: 'too-many' })
    }
    const foreign = make({ secret: 't'.repeat(40) })
    expect(await p.refused('right-password', cookie)).toBe('in')
    await p.refused('guess', '', NAT, foreign)
    expect(await p.refused('right-password', cookie, NAT, foreign)).toMatchObject({ code: 'too-many' })
    pass(91 * 86_400)
    await p.refused('guess')
    expect(await p.refused('right-password', cookie)).toMatchObject({ code: 'too-many' })
  })

  it('is known no more after a reset; after his own change only where he made it', async () => {
    const p = await person()
    const here = cookieOf((await p.signIn('right-password')).cookies)
    const there = cookieOf((await p.signIn('right-password')).cookies)
    const user = (await p.auth.sessions.userOf(here))!.user
    const { cookies } = await p.auth.sessions.changePassword(
      user,
      { currentPassword: 'right-password', newPassword: 'kettle-marble-47' },
      new Headers({ cookie: here }),
    )
    const after = cookieOf(cookies)
    await p.refused('guess')
    expect(await p.refused('kettle-marble-47', there)).toMatchObject({ code: 'too-many' })
    expect(await p.refused('kettle-marble-47', after)).toBe('in')
    const password = await p.auth.users.resetPassword(p.id)
    await p.refused('guess')
    expect(await p.refused('guess', after)).toMatchObject({ code: 'too-many' })
    expect(await p.refused(password)).toBe('in')
  })

  it('an unlock takes every wait and lock of the account away', async () => {
    const p = await person()
    const cookie = cookieOf((await p.signIn('right-password')).cookies)
    for (let i = 0; i < 5; i++) await p.refused('wrong', cookie)
    await p.refused('guess')
    await p.auth.users.unlock(p.id)
    expect(await p.refused('right-password', cookie)).toBe('in')
    expect(await p.refused('right-password')).toBe('in')
  })
})

it('who sits at an open session cannot guess the password without end', async () => {
  const p = await person()
  const cookie = cookieOf((await p.signIn('right-password')).cookies)
  const { user } = (await p.auth.sessions.userOf(cookie))!
  const change = (currentPassword: string, newPassword = 'kettle-marble-47') =>
    p.auth.sessions.changePassword(user, { currentPassword, newPassword }, new Headers({ cookie }))
  // a weak new password is no guess
  for (let i = 0; i < 7; i++) await expect(change('right-password', 'password1')).rejects.toThrow(/太常见/)
  for (let i = 0; i < 5; i++) await expect(change(`guess${i}`)).rejects.toThrow(/当前密码不对/)
  await expect(change('right-password')).rejects.toMatchObject({ code: 'too-many' })
  expect(await p.refused('right-password', cookie)).toBe('in')
})

it('a session cookie set before sign-in is not taken over', async () => {
  const p = await person()
  const q = await person()
  const planted = cookieOf((await q.signIn('right-password')).cookies)
  const { cookies } = await p.signIn('right-password', planted)
  const token = (cookie: string) => cookie.split('; ').find((c) => c.includes('session_token'))
  expect(token(cookieOf(cookies))).toBeDefined()
  expect(token(cookieOf(cookies))).not.toBe(token(planted))
  expect((await p.auth.sessions.userOf(planted))?.user.actor.id).toBe(q.id)
})

it('networks of addresses', () => {
  expect(networkOf('10.1.2.3')).toBe('10.1.2')
  expect(networkOf('::ffff:10.1.2.3')).toBe('10.1.2')
  expect(networkOf('2001:db8:1:ab12::1')).toBe(networkOf('2001:0db8:0001:abff:1:2:3:4'))
  expect(networkOf('2001:db8:1:ac12::1')).not.toBe(networkOf('2001:db8:1:ab12::1'))
  expect(networkOf('::1')).toBe('0000:0000:0000:00')
})

it('a lane lets few run at once and turns away what it cannot hold', async () => {
  const go = lane(2, 3)
  let running = 0
  let most = 0
  const work = () =>
    go(async () => {
      most = Math.max(most, ++running)
      await new Promise((r) => setTimeout(r, 5))
      running--
    })
  const all = await Promise.allSettled(Array.from({ length: 8 }, work))
  expect(most).toBe(2)
  expect(all.filter((r) => r.status === 'rejected')).toHaveLength(3)
  await work()
})

it('the table of tries stays small however many names are tried', async () => {
  const auth = make({ signInsPerMinute: 100_000 })
  await sql`delete from auth.signin_try`.execute(database.db)
  for (let i = 0; i < 40; i++)
    await auth.sessions
      .signIn({ username: `x${i}`, password: 'x' }, new Headers(), '10.66.0.1')
      .catch(() => 0)
  const { rows } = await sql<{ key: string }>`select key from auth.signin_try`.execute(database.db)
  expect(rows.length).toBeLessThanOrEqual(40)
  for (const { key } of rows) expect(Number(/^at:(\d+)$/.exec(key)?.[1])).toBeLessThan(262_144)
})
