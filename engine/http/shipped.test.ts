import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { sentBy } from '../../test/statements.ts'
import { openTryApp, type TryApp } from '../../test/try-app.ts'
import { Catalogue } from '../core/catalogue.ts'

let t: TryApp
let county: { id: string; cookie: string }
beforeAll(async () => {
  t = await openTryApp()
  county = await t.person('county-officer', '140525')
})
afterAll(() => t.close())

it('records are answered without what a county has defined of its own, a list by one statement', async () => {
  const { cookie } = county
  const looked = [
    vi.spyOn(Catalogue.prototype, 'indicators', 'get'),
    vi.spyOn(Catalogue.prototype, 'populations', 'get'),
    vi.spyOn(Catalogue.prototype, 'offered'),
    vi.spyOn(Catalogue.prototype, 'indicator'),
  ]
  const body = { name: '晋城铸造一厂', place: '140525100', industry: '冶金' }
  const made = await t.send('POST', '/api/records/enterprise', { cookie, body })
  const firm = `/api/records/enterprise/${made.body.row.id}`
  const { id } = made.body.row
  const found = await t.send('POST', '/api/records/hazard', {
    cookie,
    body: { enterpriseId: id, name: '积尘', level: '一般' },
  })
  const hazard = `/api/records/hazard/${found.body.row?.id}`
  const answers = [
    made,
    found,
    await t.send('PATCH', `${firm}?reason=核实`, { cookie, body: { workers: 12 }, ifMatch: 1 }),
    await t.send('GET', firm, { cookie }),
    await t.send('GET', `${firm}/timeline`, { cookie }),
    await t.send('GET', `${firm}/parts`, { cookie }),
    await t.send('GET', `${firm}/deadlines`, { cookie }),
    await t.send('GET', hazard, { cookie }),
    await t.send('GET', `${hazard}/actions`, { cookie }),
    await t.send('GET', `${hazard}/timeline`, { cookie }),
    await t.send('GET', '/api/records/hazard?count=1&by=state&q=积尘', { cookie }),
    await t.send('GET', '/api/records/enterprise/export?format=csv&purpose=核对', { cookie }),
  ]
  expect(answers.map((a) => a.status)).toEqual([201, 201, ...Array(10).fill(200)])
  expect(looked.map((l) => l.mock.calls.length)).toEqual([0, 0, 0, 0])
  for (const l of looked) l.mockRestore()
  const list = () => t.send('GET', '/api/records/hazard?sort=-recordedAt', { cookie })
  await list()
  const { statements, result } = await sentBy(new Set(), list)
  expect(result.status).toBe(200)
  expect(statements.map((s) => s.slice(0, 6))).toEqual(['select'])
})
