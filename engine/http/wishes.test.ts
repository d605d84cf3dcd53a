import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../test/import-county.ts'
import { newKey, serveCounty } from '../../test/try-app.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
let web: Awaited<ReturnType<typeof serveCounty>>
let firm: { id: string; version: number }
let owner: string
let town: string
beforeAll(async () => {
  c = await openImportCounty()
  web = await serveCounty(c.engine)
  const values = {
    name: '接口示例厂',
    division: '140525108',
    industry: '冶金',
    status: '在产',
    dust: true,
    gas: true,
  }
  firm = (await c.door(c.county).create('enterprise', values, c.key())).row
  const ground = { by: 'organisation' as const, organisation: firm.id }
  owner = (await web.person('enterprise-officer', '140525108', { ground })).cookie
  town = (await web.person('town-officer', '140525108')).cookie
})
afterAll(async () => {
  await web.close()
  await c.close()
})

const list = async (cookie: string, query = '') =>
  (await web.send('GET', `/api/wishes?record=${firm.id}&state=waiting${query}`, { cookie })).body.rows

describe('changes that wait, over the API', () => {
  it('are told in the answer, listed with both values, confirmed with If-Match and one key', async () => {
    const path = `/api/records/enterprise/${firm.id}`
    const saved = await web.send('PATCH', path, {
      cookie: owner,
      ifMatch: firm.version,
      body: { dust: false, gas: false, products: '铸件' },
    })
    expect(saved.status).toBe(200)
    expect(saved.body.row).toMatchObject({ dust: true, gas: true, products: '铸件' })
    expect(saved.body.message).toBe('2 项改动待乡镇核实：煤气、粉尘涉爆。核实前仍按原来的内容计入。')
    const [wish] = await list(town)
    expect(wish).toMatchObject({ before: true, after: false, now: true, daysLeft: 7, may: { settle: true } })
    const confirm = `/api/wishes/${wish.id}/confirm`
    expect((await web.send('POST', confirm, { cookie: town, body: {} })).status).toBe(428)
    expect((await web.send('POST', confirm, { cookie: town, body: {}, ifMatch: 9 })).body.code).toBe(
      'version-lost',
    )
    expect((await web.send('POST', confirm, { cookie: owner, body: {}, ifMatch: 1 })).status).toBe(403)
    const key = newKey()
    const send = () => web.send('POST', confirm, { cookie: town, body: {}, ifMatch: wish.version, key })
    expect((await send()).body.row[wish.field]).toBe(false)
    expect((await send()).headers['idempotent-replayed']).toBe('true')
    const refuse = `/api/wishes/${(await list(town))[0].id}/refuse`
    expect((await web.send('POST', refuse, { cookie: town, body: {}, ifMatch: 1 })).status).toBe(400)
    const body = { reason: '现场仍有除尘系统' }
    expect((await web.send('POST', refuse, { cookie: town, body, ifMatch: 1 })).status).toBe(200)
    expect(await list(owner)).toEqual([])
  })

  it('many at once: each stands by itself and says why not', async () => {
    const now = await web.send('GET', `/api/records/enterprise/${firm.id}`, { cookie: owner })
    await web.send('PATCH', `/api/records/enterprise/${firm.id}`, {
      cookie: owner,
      ifMatch: now.body.row.version,
      body: { employees: 5, silo: true },
    })
    const wishes = (await list(town)).map(({ id, version }: { id: string; version: number }) => ({
      id,
      version,
    }))
    const body = { wishes: [...wishes, { id: firm.id, version: 1 }] }
    const key = newKey()
    const first = await web.send('POST', '/api/wishes/confirm', { cookie: town, body, key })
    expect(first.body.done).toBe(2)
    expect(first.body.results[2]).toMatchObject({ ok: false, message: expect.stringContaining('没有找到') })
    expect((await web.send('POST', '/api/wishes/confirm', { cookie: town, body, key })).body.done).toBe(2)
    const row = await c.door(c.county).get('enterprise', firm.id)
    expect(row).toMatchObject({ employees: 5, silo: true })
  })

  it('asked and confirmed from a list: looked at, then done, once; what only waits is taken back', async () => {
    const bulk = async (cookie: string, doing: object, key = newKey()) =>
      (
        await web.send('POST', '/api/bulk', {
          cookie,
          key,
          body: { register: 'enterprise', doing, rows: [firm.id] },
        })
      ).body
    const step = async (cookie: string, id: string, what: string) =>
      (await web.send('POST', `/api/bulk/${id}/${what}`, { cookie, body: {} })).body
    const key = newKey()
    const set = { do: 'set', field: 'ammonia', value: true }
    const looked = await bulk(owner, set, key)
    expect(looked).toMatchObject({ state: 'preview', label: '改“涉氨制冷”', counts: { can: 1 } })
    expect((await bulk(owner, set, key)).id).toBe(looked.id)
    expect(await list(owner)).toEqual([])
    expect(await step(owner, looked.id, 'run')).toMatchObject({
      state: 'done',
      counts: { asked: 1, done: 0 },
    })
    expect(await list(owner)).toHaveLength(1)
    expect(await step(owner, looked.id, 'undo')).toMatchObject({ state: 'undone', counts: { undone: 1 } })
    expect(await list(owner)).toEqual([])

    const again = await bulk(owner, set)
    await step(owner, again.id, 'run')
    expect((await bulk(owner, { do: 'confirm' })).reasons[0].note).toMatch(/监管人员核实/)
    const confirming = await bulk(town, { do: 'confirm' })
    expect(confirming.undo).toMatchObject({ possible: false, never: expect.stringContaining('不能整批撤销') })
    expect(await step(town, confirming.id, 'run')).toMatchObject({ counts: { done: 1 } })
    expect(await c.door(c.county).get('enterprise', firm.id)).toMatchObject({ ammonia: true })
    expect((await step(town, confirming.id, 'undo')).code).toBe('action-not-possible')
    expect((await step(town, again.id, 'run')).code).toBe('not-found')
  })
})
