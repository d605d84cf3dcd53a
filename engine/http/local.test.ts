import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTryApp, sender, type TryApp } from '../../test/try-app.ts'
import { Catalogue } from '../core/catalogue.ts'
import { openServices } from '../store/open.ts'
import { createApp } from './app.ts'

let t: TryApp
let officer: { id: string; cookie: string }
let town: { id: string; cookie: string }
let stranger: { id: string; cookie: string }
const url = '/api/local-definitions'
const body = {
  kind: 'indicator',
  label: '登记行业的企业占比',
  basis: '泽应急发〔2026〕91号',
  register: 'enterprise',
  met: { field: 'industry', op: 'notEmpty' },
  measure: 'share',
}

beforeAll(async () => {
  t = await openTryApp()
  officer = await t.person('county-officer', '140525')
  town = await t.person('town-officer', '140525100')
  stranger = await t.person('county-officer', '140524')
})
afterAll(() => t.close())

const offered = async (cookie: string, send = t.send) => {
  const { indicators } = (await send('GET', '/api/definitions', { cookie })).body
  return indicators.map((i: { label: string }) => i.label).includes(body.label)
}

it('is tried, kept and offered to its county alone, by this program and by another at once', async () => {
  // another program on the same database, with a catalogue of its own
  const { catalogue } = t.services
  const twin = new Catalogue(
    {
      records: [...catalogue.records.values()],
      indicators: [...catalogue.shipped.indicators.values()],
      gradings: [...catalogue.gradings.values()],
      policies: [...catalogue.policies],
      populations: [...catalogue.shipped.populations.values()],
    },
    catalogue.fieldTypes,
  )
  const open = await openServices(t.services.db, twin, { clock: t.services.clock, lenient: true })
  const other = await createApp({ ...open, auth: t.services.auth, files: t.services.files })
  const send = sender(other)
  try {
    expect(await offered(officer.cookie, send)).toBe(false)
    const tried = await t.send('POST', `${url}/preview`, { cookie: officer.cookie, body })
    expect(tried).toMatchObject({ status: 200, body: { words: expect.stringContaining('行业') } })
    expect((await t.send('POST', url, { cookie: town.cookie, body })).status).toBe(403)
    const made = await t.send('POST', url, { cookie: officer.cookie, body })
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { version: 1, area: '140525' },
    })
    expect(await offered(officer.cookie, send)).toBe(true)
    expect(await offered(officer.cookie)).toBe(true)
    expect(await offered(stranger.cookie)).toBe(false)
    const one = `${url}/${made.body.name}`
    const change = { definition: { ...body, measure: 'count', unit: '家' }, reason: '改为数量' }
    expect((await t.send('PATCH', one, { cookie: officer.cookie, body: change })).status).toBe(428)
    const next = await t.send('PATCH', one, { cookie: officer.cookie, body: change, ifMatch: 1 })
    expect(next).toMatchObject({ status: 200, body: { version: 2, reason: '改为数量' } })
    const ended = await t.send('POST', `${one}/retire`, {
      cookie: officer.cookie,
      body: { reason: '不用了' },
    })
    expect(ended.status).toBe(200)
    expect([await offered(officer.cookie), await offered(officer.cookie, send)]).toEqual([false, false])
  } finally {
    await other.close()
  }
})

it('a condition that is not in the grammar, or of what nobody may ask, is refused in words', async () => {
  const wrong = { ...body, met: { field: 'nothing', op: 'is', to: { value: 1 } } }
  const answer = await t.send('POST', url, { cookie: officer.cookie, body: wrong })
  expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('没有字段') } })
})
