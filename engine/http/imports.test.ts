import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, type TryApp } from '../../test/try-app.ts'
import { settled } from '../exchange/import/index.ts'
import { sql } from '../store/db.ts'

let t: TryApp
let town: { id: string; cookie: string }
beforeAll(async () => {
  t = await openTryApp()
  town = await t.person('town-officer', '140525100')
})
afterAll(() => t.close())

const csv = (lines: string[]) => Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`)
const ledger = csv([
  '企业名称,代码,所在地,行业,从业人员',
  '导入一厂,D1,南村镇,冶金,30',
  '导入二厂,D2,南村镇,机械,很多',
  '导入三厂,D3,南村镇,轻工,12',
])

async function upload(content: Buffer, name = '台账.csv', key = newKey(), area = '140525100') {
  const line = '----zhiben'
  const payload = Buffer.concat([
    Buffer.from(`--${line}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
    content,
    Buffer.from(
      `\r\n--${line}\r\ncontent-disposition: form-data; name="area"\r\n\r\n${area}\r\n--${line}--\r\n`,
    ),
  ])
  const response = await t.app.inject({
    method: 'POST',
    url: '/api/imports/enterprise',
    headers: {
      host: 'zhiben.test',
      origin: 'http://zhiben.test',
      cookie: town.cookie,
      'idempotency-key': key,
      'content-type': `multipart/form-data; boundary=${line}`,
    },
    payload,
  })
  return { status: response.statusCode, body: response.json() }
}

describe('exports over HTTP', () => {
  const sheet = async (url: string, cookie = town.cookie) => {
    const r = await t.app.inject({ method: 'GET', url, headers: { cookie } })
    return { status: r.statusCode, headers: r.headers, bytes: r.rawPayload, text: r.payload }
  }

  it('gives the rows of the list as a sheet; a wrong filter or a closed register is told, not sent', async () => {
    for (const name of ['导出甲厂', '导出乙厂'])
      await t.send('POST', '/api/records/enterprise', {
        cookie: town.cookie,
        body: { name, place: '140525100', workers: 7 },
      })
    const url = '/api/records/enterprise/export'
    const csvFile = await sheet(
      `${url}?format=csv&q=${encodeURIComponent('导出')}&sort=name&columns=name,workers`,
    )
    expect(csvFile.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' })
    expect(csvFile.headers['content-disposition']).toContain(encodeURIComponent('企业-2026-03-02.csv'))
    expect(csvFile.text.replace('\ufeff', '').trim().split(/\r?\n/)).toEqual([
      '企业名称,从业人员',
      '导出甲厂,7',
      '导出乙厂,7',
    ])
    const unsaid = await sheet(url)
    expect(unsaid.status).toBe(400)
    expect(unsaid.text).toContain('purpose')
    const xlsx = await sheet(`${url}?purpose=${encodeURIComponent('核对台账')}`)
    expect(xlsx.bytes.subarray(0, 2).toString()).toBe('PK')
    const template = await sheet('/api/records/enterprise/template.xlsx')
    expect(template).toMatchObject({ status: 200 })
    expect(template.bytes.subarray(0, 2).toString()).toBe('PK')
    const wrong = await sheet(
      `${url}?where=${encodeURIComponent('{"field":"nope","op":"is","to":{"value":1}}')}`,
    )
    expect(wrong).toMatchObject({
      status: 400,
      headers: { 'content-type': expect.stringContaining('problem+json') },
    })
    const other = await t.person('town-officer', '140525102')
    expect(
      (await sheet(`${url}?format=csv&columns=name`, other.cookie)).text.trim().split(/\r?\n/),
    ).toHaveLength(1)
    const entry =
      await sql`select reason from journal where what = 'export' and actor_id = ${town.id} order by id`.execute(
        t.db,
      )
    expect(entry.rows[0]).toEqual({ reason: '导出 2 行' })
  })
})

describe('imports over HTTP', () => {
  it('a ledger is uploaded once, looked at, corrected, written, taken back', async () => {
    const cookie = town.cookie
    const key = newKey()
    const first = await upload(ledger, '台账.csv', key)
    expect(first).toMatchObject({
      status: 201,
      body: { register: 'enterprise', name: '台账.csv', area: '140525100' },
    })
    const { id } = first.body
    expect((await upload(ledger, '台账.csv', key)).body.id).toBe(id)
    await settled(id)
    const url = `/api/imports/${id}`
    expect((await t.send('GET', url, { cookie })).body).toMatchObject({
      state: 'preview',
      counts: { create: 3, error: 0 },
      missing: [],
    })
    const bad = await t.send('GET', `${url}/rows?state=warning`, { cookie })
    expect(bad.body.rows).toMatchObject([{ line: 3, problems: [{ field: 'workers', level: 'warning' }] }])
    const rejected = await t.app.inject({ method: 'GET', url: `${url}/rejected.xlsx`, headers: { cookie } })
    expect(rejected.statusCode).toBe(200)
    expect(rejected.headers['content-disposition']).toContain(encodeURIComponent('台账-未导入.xlsx'))
    expect(rejected.rawPayload.subarray(0, 2).toString()).toBe('PK')
    const fixed = await t.send('PATCH', `${url}/rows/3`, { cookie, body: { values: { workers: 45 } } })
    expect(fixed).toMatchObject({
      status: 200,
      body: { row: { state: 'create' }, counts: { create: 3, error: 0 } },
    })
    expect((await t.send('POST', `${url}/run`, { cookie })).status).toBe(200)
    await settled(id)
    expect((await t.send('GET', url, { cookie })).body).toMatchObject({
      state: 'done',
      counts: { create: 3 },
    })
    const list = await t.send('GET', '/api/records/enterprise?sort=name&q=导入', { cookie })
    expect(list.body.rows.map((r: { workers: number }) => r.workers).sort()).toEqual([12, 30, 45])
    expect((await t.send('POST', `${url}/undo`, { cookie })).status).toBe(200)
    await settled(id)
    expect((await t.send('GET', '/api/records/enterprise?q=导入', { cookie })).body.rows).toEqual([])
    expect((await t.send('GET', '/api/imports', { cookie })).body.imports[0]).toMatchObject({
      id,
      state: 'undone',
    })
  })

  it('a sheet without headings is mapped by the user', async () => {
    const { body } = await upload(csv(['甲,乙,丙', '映射一厂,E1,南村镇', '映射二厂,E2,南村镇']))
    await settled(body.id)
    const url = `/api/imports/${body.id}`
    const mapped = await t.send('PUT', `${url}/mapping`, {
      cookie: town.cookie,
      body: { headings: { A: 'name', B: 'code', C: 'place' }, headingLine: 1 },
    })
    expect(mapped.status).toBe(200)
    await settled(body.id)
    expect((await t.send('GET', url, { cookie: town.cookie })).body).toMatchObject({
      state: 'preview',
      counts: { create: 2 },
    })
    expect(
      (await t.send('PUT', `${url}/mapping`, { cookie: town.cookie, body: { headings: { A: 'nope' } } }))
        .status,
    ).toBe(400)
    expect((await t.send('DELETE', url, { cookie: town.cookie })).status).toBe(200)
    expect((await t.send('GET', url, { cookie: town.cookie })).status).toBe(404)
  })

  it('somebody else’s import is not there; what is no sheet is refused with what to do', async () => {
    const { body } = await upload(ledger)
    const other = await t.person('town-officer', '140525102')
    expect((await t.send('GET', `/api/imports/${body.id}`, { cookie: other.cookie })).status).toBe(404)
    expect((await t.send('POST', `/api/imports/${body.id}/run`, { cookie: other.cookie })).status).toBe(404)
    const picture = await upload(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), '照片.xlsx')
    expect(picture).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/[\u4e00-\u9fff]/) } })
    expect((await upload(ledger, '台账.csv', newKey(), 'nowhere')).status).toBe(400)
    const viewer = await t.person('city-viewer', '1405')
    town = viewer
    expect((await upload(ledger)).status).toBe(403)
  })
})
