import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, type TryApp } from '../../test/try-app.ts'
import { formXlsx } from '../collections/form.fixture.ts'

let t: TryApp
let county: { cookie: string }
let town: { cookie: string }
let firm: { cookie: string; id: string }
let firmId = ''
beforeAll(async () => {
  t = await openTryApp()
  county = await t.person('county-officer', '140525')
  town = await t.person('town-officer', '140525100')
  for (const [name, place] of [
    ['甲厂', '140525100'],
    ['乙厂', '140525102'],
  ]) {
    const made = await t.send('POST', '/api/records/enterprise', {
      cookie: county.cookie,
      body: { name, place, workers: 7 },
    })
    firmId ||= made.body.row.id
  }
  firm = await t.person('enterprise-officer', '140525', {
    ground: { by: 'organisation', organisation: firmId },
  })
})
afterAll(() => t.close())

async function upload(url: string, cookie: string, files: Record<string, Buffer>, key = newKey()) {
  const line = '----zhiben'
  const parts = Object.entries(files).flatMap(([name, bytes]) => [
    Buffer.from(`--${line}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  const response = await t.app.inject({
    method: 'POST',
    url,
    headers: {
      host: 'zhiben.test',
      origin: 'http://zhiben.test',
      cookie,
      'idempotency-key': key,
      'content-type': `multipart/form-data; boundary=${line}`,
    },
    payload: Buffer.concat([...parts, Buffer.from(`--${line}--\r\n`)]),
  })
  return { status: response.statusCode, body: response.json() }
}

const form = () => formXlsx({ title: '统计表', headings: ['企业名称', '从业人员', '演练次数'], blank: 3 })

describe('a table from above over HTTP', () => {
  let id = ''
  it('is taken in once, by an office, and changed at the version that was seen', async () => {
    const key = newKey()
    const first = await upload('/api/collections', county.cookie, { '表.xlsx': form() }, key)
    expect(first.status).toBe(201)
    id = first.body.id
    const again = await upload('/api/collections', county.cookie, { '表.xlsx': form() }, key)
    expect(again.body.id).toBe(id)
    expect((await upload('/api/collections', firm.cookie, { '表.xlsx': form() })).status).toBe(403)
    expect(
      (await upload('/api/collections', county.cookie, { '表.xlsx': Buffer.from('%PDF-1.7') })).body.detail,
    ).toContain('PDF')
    const change = (ifMatch: number) =>
      t.send('PATCH', `/api/collections/${id}`, {
        cookie: county.cookie,
        ifMatch,
        body: { columns: [{ n: 3, kind: 'text' }] },
      })
    expect((await change(1)).body).toMatchObject({ version: 2, counts: { rows: 2, computed: 4, missing: 2 } })
    expect((await change(1)).body).toMatchObject({ code: 'version-lost' })
    const wrong = { columns: [{ n: 3, source: { indicator: 'x', part: 'value' } }] }
    expect(
      (await t.send('PATCH', `/api/collections/${id}`, { cookie: county.cookie, ifMatch: 2, body: wrong }))
        .status,
    ).toBe(400)
  })

  it('is asked of firms; each sees its own and nothing else, by page, sheet and file', async () => {
    const sent = await t.send('POST', `/api/collections/${id}/send`, {
      cookie: county.cookie,
      ifMatch: 2,
      body: { asked: 'firm', dueOn: '2026-03-05' },
    })
    expect(sent.body).toMatchObject({ state: 'open', asked: 'firm', revision: 1 })
    const { parts } = (await t.send('GET', `/api/collections/${id}/parts`, { cookie: county.cookie })).body
    expect(parts).toHaveLength(2)
    const { asked } = (await t.send('GET', '/api/asked', { cookie: firm.cookie })).body
    expect(asked.map((a: { who: string }) => a.who)).toEqual(['甲厂'])
    const other = parts.find((p: { title: string }) => p.title === '乙厂')
    for (const cookie of [firm.cookie, town.cookie])
      for (const url of [
        `/api/asked/${other.id}`,
        `/api/asked/${other.id}/sheet.xlsx`,
        `/api/collections/${id}`,
        `/api/collections/${id}/rows`,
        `/api/collections/${id}/sheets.zip`,
      ])
        expect((await t.send('GET', url, { cookie })).status, url).toBe(404)
    const mine = (await t.send('GET', `/api/asked/${asked[0].id}`, { cookie: firm.cookie })).body
    const cells = [{ row: mine.rows[0].n, col: 3, text: '4' }]
    const filled = await t.send('PUT', `/api/asked/${mine.id}`, {
      cookie: firm.cookie,
      ifMatch: mine.version,
      body: { cells, submit: true },
    })
    expect(filled.body).toMatchObject({ counts: { missing: 0, typed: 1 } })
    // the sheet comes back through the other door as well; the form that the county took in is the county's file
    const sheet = await t.app.inject({
      method: 'GET',
      url: `/api/asked/${other.id}/sheet.xlsx`,
      headers: { cookie: county.cookie },
    })
    const { returns } = (
      await upload(`/api/collections/${id}/returns`, county.cookie, { '乙厂.xlsx': sheet.rawPayload })
    ).body
    expect(returns).toMatchObject([{ state: 'merged', title: '乙厂' }])
    const { fileId } = (await t.send('GET', `/api/collections/${id}`, { cookie: county.cookie })).body
    const file = (cookie: string) => t.send('GET', `/api/files/${fileId}`, { cookie })
    expect([(await file(county.cookie)).status, (await file(firm.cookie)).status]).toEqual([200, 404])
    const colleague = await t.person('county-officer', '140525')
    expect((await file(colleague.cookie)).status).toBe(200)
    const result = await t.app.inject({
      method: 'GET',
      url: `/api/collections/${id}/result`,
      headers: { cookie: county.cookie },
    })
    expect(result.statusCode).toBe(200)
  })

  it('a town collects from its own firms alone', async () => {
    const made = await upload('/api/collections', town.cookie, { '镇表.xlsx': form() })
    expect(made.body).toMatchObject({ area: '140525100', counts: { rows: 1 } })
    const { receivers } = (
      await t.send('GET', `/api/collections/${made.body.id}/receivers?asked=firm`, { cookie: town.cookie })
    ).body
    expect(receivers.map((r: { title: string }) => r.title)).toEqual(['甲厂'])
  })
})
