import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, PASSWORD, type TryApp } from '../../test/try-app.ts'
import { sql } from '../store/db.ts'
import { deviceWords } from './routes/sign-ins.ts'

let t: TryApp
let start: number
beforeAll(async () => {
  t = await openTryApp()
  start = t.clock.now().getTime()
})
afterAll(() => t.close())

const later = (minutes: number) => t.clock.set(new Date(start + minutes * 60_000).toISOString())
const sessions = async (cookie: string, of = 'me') =>
  (await t.send('GET', `/api/sessions?of=${of}`, { cookie })).body.sessions as {
    id: string
    current: boolean
    user: { id: string }
  }[]

describe('sessions', () => {
  it('one sees and ends one’s own; the other device is out at once, and the journal says so', async () => {
    const p = await t.person('town-officer', '140525100')
    const second = await t.cookieOf(p.username, PASSWORD)
    const mine = await sessions(p.cookie)
    expect(mine).toHaveLength(2)
    expect(mine.filter((s) => s.current)).toHaveLength(1)
    const other = mine.find((s) => !s.current)!
    expect((await t.send('GET', '/api/me', { cookie: second })).status).toBe(200)
    const end = () => t.send('POST', `/api/sessions/${other.id}/end`, { cookie: p.cookie })
    expect((await end()).status).toBe(200)
    expect((await t.send('GET', '/api/me', { cookie: second })).status).toBe(401)
    expect((await end()).status).toBe(200)
    const { entries } = (await t.send('GET', '/api/sign-ins', { cookie: p.cookie })).body
    expect(entries[0]).toMatchObject({ what: 'end-session', reason: '本人结束' })
    expect(entries.filter((e: { what: string }) => e.what === 'end-session')).toHaveLength(1)
  })

  it('who keeps the accounts of the county sees and ends those of the county, nobody else does', async () => {
    const officer = await t.person('town-officer', '140525102')
    const foreign = await t.person('town-officer', '140526100')
    const colleague = await t.person('county-officer', '140525')
    const [own] = await sessions(officer.cookie)
    const end = (cookie: string, id = own!.id) => t.send('POST', `/api/sessions/${id}/end`, { cookie })
    expect((await t.send('GET', '/api/sessions?of=area', { cookie: colleague.cookie })).status).toBe(403)
    expect((await end(colleague.cookie)).status).toBe(404)
    expect((await t.send('GET', '/api/me', { cookie: officer.cookie })).status).toBe(200)
    for (const role of ['county-admin', 'system-admin'] as const) {
      const admin = await t.person(role, '140525')
      const all = await sessions(admin.cookie, 'area')
      expect(all.some((s) => s.id === own!.id)).toBe(role === 'county-admin')
      expect(all.some((s) => s.user.id === foreign.id)).toBe(false)
      const [theirs] = await sessions(foreign.cookie)
      expect((await end(admin.cookie, theirs!.id)).status).toBe(404)
      expect((await end(admin.cookie)).status).toBe(200)
    }
    expect((await t.send('GET', '/api/me', { cookie: officer.cookie })).status).toBe(401)
    expect((await t.send('GET', '/api/me', { cookie: foreign.cookie })).status).toBe(200)
  })

  it('says the device in words', () => {
    expect(deviceWords('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36')).toBe(
      'Windows 电脑，Chrome',
    )
    expect(deviceWords('Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0')).toBe(
      '安卓手机，微信',
    )
    expect(deviceWords(null)).toBe('其他程序')
  })
})

describe('a session left alone', () => {
  it('ends after the minutes of the policy, counts only what a person does, and says why', async () => {
    const p = await t.person('town-officer', '140525100')
    const ask = (unattended = false) =>
      t.send('GET', '/api/me', { cookie: p.cookie, ...(unattended && { headers: { 'x-unattended': '1' } }) })
    expect((await t.send('GET', '/api/session', { cookie: p.cookie })).body).toEqual({
      idleMinutes: 30,
      warnMinutes: 2,
    })
    // sign-in goes by the wall clock, the test by its own
    await sql`update auth.session set "createdAt" = ${t.clock.now()} where "userId" = ${p.id}`.execute(t.db)
    later(25)
    expect((await ask()).status).toBe(200)
    later(50)
    // the page asks by itself: that is nobody
    expect((await ask(true)).status).toBe(200)
    later(56)
    const ended = await ask()
    expect(ended.status).toBe(401)
    expect(ended.body).toMatchObject({ detail: expect.stringContaining('30 分钟没有操作') })
    expect((await ask()).status).toBe(401)
    const { rows } = await sql<{ reason: string }>`select reason from journal
      where register = 'sign-in' and what = 'end-session' and record_id = ${p.id}`.execute(t.db)
    expect(rows).toEqual([{ reason: '30 分钟没有操作' }])
    // an ended session in the browser hinders no new sign-in
    expect(await t.cookieOf(p.username)).toContain('session')
  })
})
