import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, type TryApp } from '../../test/try-app.ts'
import { sql } from '../store/db.ts'

let t: TryApp
let officer: string
let firms: { id: string; people: string[] }[]

beforeAll(async () => {
  t = await openTryApp()
  officer = (await t.person('county-officer', '140525')).cookie
  firms = []
  for (const name of ['甲厂', '乙厂']) {
    const { body } = await t.send('POST', '/api/records/enterprise', {
      cookie: officer,
      body: { name, place: '140525100' },
    })
    const ground = { by: 'organisation' as const, organisation: body.row.id }
    const people = [
      await t.person('enterprise-officer', '140525100', { ground }),
      await t.person('enterprise-officer', '140525100', { ground }),
    ]
    firms.push({ id: body.row.id, people: people.map((p) => p.cookie) })
  }
})
afterAll(() => t.close())

const keep = (cookie: string, body: object) => t.send('POST', '/api/views/enterprise', { cookie, body })
const names = async (cookie: string): Promise<string[]> =>
  (await t.send('GET', '/api/views/enterprise', { cookie })).body.map((v: { name: string }) => v.name)

describe('saved views', () => {
  it('what a firm shares stays inside it; what the county shares is seen by all', async () => {
    expect((await keep(firms[0]!.people[0]!, { name: '甲厂的', shared: true })).status).toBe(201)
    expect((await keep(officer, { name: '县里的', shared: true })).status).toBe(201)
    expect((await names(firms[0]!.people[1]!)).sort()).toEqual(['县里的', '甲厂的'].sort())
    expect(await names(firms[1]!.people[0]!)).toEqual(['县里的'])
    expect(await names(officer)).toEqual(['县里的'])
  })

  it.each([
    ['columns', { columns: ['__proto__'] }],
    ['columns', { columns: ['name', 'gone'] }],
    ['order', { sort: 'constructor' }],
    ['filter', { where: { field: 'toString', op: 'is', to: { value: 'x' } } }],
    ['filter', { where: { field: 'name', op: 'is', to: { value: 3 } } }],
    ['filter', { where: { all: 1 } }],
    ['filter', { where: {} }],
  ])('a wrong %s is refused when it is kept: %j', async (_what, query) => {
    expect((await keep(officer, { name: `错 ${JSON.stringify(query)}`.slice(0, 60), ...query })).status).toBe(
      400,
    )
  })

  it('is checked again when it is used: one’s own comes with the reason, another’s is left out', async () => {
    const { body } = await keep(officer, { name: '后来不对的', shared: true, sort: '-name' })
    await sql`update saved_view set query = ${JSON.stringify({ sort: 'gone' })} where id = ${body.id}`.execute(
      t.db,
    )
    const mine = (await t.send('GET', '/api/views/enterprise', { cookie: officer })).body
    expect(mine.find((v: { id: string }) => v.id === body.id)).toMatchObject({
      problem: expect.stringContaining('gone'),
    })
    expect(await names(firms[0]!.people[0]!)).not.toContain('后来不对的')
  })
})

describe('a change', () => {
  it('refuses what is no field, and another firm, as a new record does; what it was given back it passes over', async () => {
    const { body } = await t.send('POST', '/api/records/hazard', {
      cookie: officer,
      body: { enterpriseId: firms[0]!.id, name: '积尘' },
    })
    const change = (values: object) =>
      t.send('PATCH', `/api/records/hazard/${body.row.id}`, { cookie: officer, ifMatch: 1, body: values })
    for (const values of [
      { state: 'closed' },
      { proof: 1 },
      { version: 9 },
      { archivedAt: '2026-01-01T00:00:00Z' },
      { enterpriseId: firms[1]!.id },
    ])
      expect(await change(values), JSON.stringify(values)).toMatchObject({
        status: 400,
        body: { complaints: [{ path: Object.keys(values)[0] }] },
      })
    expect(
      (await change({ state: 'found', version: 1, enterpriseId: firms[0]!.id, name: '积尘很多' })).status,
    ).toBe(200)
  })
})
