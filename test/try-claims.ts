/** For tests: a real county over HTTP with two towns, whose firms claim their accounts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { loadAreas } from '../engine/areas/load.ts'
import { fixedClock } from '../engine/core/clock.ts'
import { openEngine } from '../engine/main.ts'
import { cloneDatabase } from './pg.ts'
import { QUICK_PASSWORDS } from './quick-passwords.ts'
import { newKey, serveCounty } from './try-app.ts'

export const NAN = '140525100'
export const DA = '140525102'

const DIGITS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** A made-up code with a right check character (GB 32100). */
export function creditCode(n: number): string {
  const body = `91140525MA${String(n).padStart(7, '0')}`
  const sum = [...body].reduce((a, c, i) => a + DIGITS.indexOf(c) * (3 ** i % 31), 0)
  return body + DIGITS[(31 - (sum % 31)) % 31]
}

export interface TryFirm {
  id: string
  name: string
  code: string
  version: number
}

export const as = (who: { cookie: string }) => ({ cookie: who.cookie })

export async function openClaims() {
  const base = await cloneDatabase()
  const dir = mkdtempSync(path.join(tmpdir(), 'zhiben-claims-'))
  const clock = fixedClock('2026-11-22T03:00:00.000Z')
  const engine = await openEngine(base.url, dir, { clock, passwordCost: QUICK_PASSWORDS })
  await loadAreas(engine.db, '140525')
  const t = await serveCounty(engine)
  const town = await t.person('town-officer', NAN)
  const other = await t.person('town-officer', DA)
  const admin = await t.person('county-admin', '140525')
  let n = 0

  async function firm(division = NAN, more: object = {}): Promise<TryFirm> {
    const code = creditCode(++n)
    const name = `测试企业${n}号`
    const body = { name, division, creditCode: code, ...more }
    const made = await t.send('POST', '/api/records/enterprise', { ...as(admin), body })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    return { id: made.body.row.id, name, code, version: made.body.row.version }
  }

  async function slipFor(f: TryFirm, who = town): Promise<string> {
    const made = await t.send('POST', '/api/claim-slips', { ...as(who), body: { organisations: [f.id] } })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    return made.body.slips[0].code
  }

  const claimBody = (f: TryFirm, code: string, more: object = {}) => ({
    creditCode: f.code,
    code,
    name: '王安全',
    phone: '13800001234',
    username: `wang${++n}`,
    password: 'kettle-marble-47',
    ...more,
  })
  const claim = (body: object, key = newKey()) => t.send('POST', '/api/claim', { body, key })
  const check = (code: string, slip: string) =>
    t.send('POST', '/api/claim/check', { body: { creditCode: code, code: slip }, key: null })

  const waiting = async (who = town) =>
    (await t.send('GET', '/api/claims', as(who))).body.waiting as {
      id: string
      organisation: string
      bySlip: boolean
    }[]
  const decide = (id: string, what: string, body: object, who = town) =>
    t.send('POST', `/api/claims/${id}/${what}`, { ...as(who), body })
  async function withAccount() {
    const f = await firm()
    const first = claimBody(f, await slipFor(f))
    expect((await claim(first)).body.state).toBe('done')
    return { f, first, cookie: await t.cookieOf(first.username, first.password) }
  }

  return {
    ...{ engine, t, clock, town, other, admin, firm, slipFor, claimBody, claim, check },
    ...{ waiting, decide, withAccount },
    pass: (ms: number) => clock.set(new Date(clock.now().getTime() + ms).toISOString()),
    next: () => ++n,
    async close() {
      await t.close()
      await engine.close()
      await base.drop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
