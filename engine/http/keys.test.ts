import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, type TryApp } from '../../test/try-app.ts'
import type { Role } from '../core/definition.ts'

let t: TryApp
let admin: { id: string; cookie: string }
let system: { id: string; cookie: string }

beforeAll(async () => {
  t = await openTryApp()
  admin = await t.person('county-admin', '140525')
  system = await t.person('system-admin', '140525')
})
afterAll(() => t.close())

const mint = (cookie: string, role: Role, area = '140525') =>
  t.send('POST', '/api/keys', { cookie, body: { name: '密钥', role, area } })

describe('a key gives no more than who makes it has', () => {
  it('so an administrator of accounts, who works with no record, makes none that does; he lists and revokes', async () => {
    for (const [role, area] of [
      ['integration', '140525'],
      ['county-officer', '140525'],
      ['town-officer', '140525100'],
    ] as const) {
      const refused = await mint(system.cookie, role, area)
      expect(refused, role).toMatchObject({
        status: 403,
        body: { code: 'forbidden', complaints: [{ path: 'role', message: '您自己没有这项职责' }] },
      })
      expect(refused.body.detail, role).toContain('请由县级管理员发放')
      expect((await mint(admin.cookie, role, area)).status, role).toBe(201)
    }
    const listed = await t.send('GET', '/api/keys', { cookie: system.cookie })
    expect(listed.body).toHaveLength(3)
    const revoke = `/api/keys/${listed.body[0].id}`
    expect((await t.send('DELETE', revoke, { cookie: system.cookie })).status).toBe(200)
  })

  it('and who has the role himself on the area makes one of it, on that area only', async () => {
    const both = await t.person('system-admin', '140525')
    const ground = { by: 'area' as const, area: '140525100' }
    await t.services.auth.users.assign(both.id, { role: 'town-officer', ground })
    t.services.auth.users.forget(both.id)
    expect((await mint(both.cookie, 'town-officer', '140525100')).status).toBe(201)
    expect((await mint(both.cookie, 'town-officer', '140525102')).status).toBe(403)
    expect((await mint(both.cookie, 'county-officer')).status).toBe(403)
  })

  it('nor stands it where nobody could have the role, or nowhere', async () => {
    for (const [role, area, message] of [
      ['town-officer', '140525', '应为一个乡镇或村'],
      ['county-officer', '140525100', '应为全县'],
      ['integration', '140525999', '没有这个地区，请重新选择'],
    ] as const)
      expect(await mint(admin.cookie, role, area), role).toMatchObject({
        status: 400,
        body: { complaints: [{ path: 'area', message }] },
      })
  })
})

describe('to stop an account and to use it again is one right', () => {
  const to = (cookie: string, id: string, what: string) =>
    t.send('POST', `/api/users/${id}/${what}`, { cookie, body: {} })

  it('who keeps the accounts has it for a county’s administrator, whose password he does not get', async () => {
    const other = await t.person('county-admin', '140525')
    expect((await to(system.cookie, other.id, 'disable')).status).toBe(200)
    expect((await to(system.cookie, other.id, 'enable')).status).toBe(200)
    expect((await t.cookieOf(other.username)).length).toBeGreaterThan(10)
    const reset = await to(system.cookie, other.id, 'reset-password')
    expect(reset.status).toBe(403)
    expect(reset.body.detail).toContain('另一位县级管理员')
  })

  it('nobody has it for an account with duties of a higher level', async () => {
    const above = await t.person('city-viewer', '140525', { ground: { by: 'area', area: '1405' } })
    for (const who of [admin, system])
      for (const what of ['disable', 'enable', 'reset-password']) {
        const refused = await to(who.cookie, above.id, what)
        expect([refused.status, refused.body.detail], what).toEqual([403, expect.stringContaining('上级')])
      }
  })
})
