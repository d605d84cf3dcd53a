import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insert } from '../../test/figures-county.ts'
import { openTasksCounty, notice as printed, type TasksCounty } from '../../test/tasks-county.ts'
import { newKey, serveCounty } from '../../test/try-app.ts'
import { sql } from '../store/db.ts'

let c: TasksCounty
let web: Awaited<ReturnType<typeof serveCounty>>
let county: { id: string; cookie: string }
let second: { id: string; cookie: string }
let town: { id: string; cookie: string }

beforeAll(async () => {
  c = await openTasksCounty()
  web = await serveCounty(c.s)
  county = await web.person('county-officer', '140525')
  second = await web.person('county-officer', '140525')
  town = await web.person('town-officer', '140525102')
})
afterAll(async () => {
  await web.close()
  await c.close()
})

const upload = (content: string | Buffer, name: string, cookie = county.cookie) => {
  const line = '----zhiben'
  const payload = Buffer.concat([
    Buffer.from(`--${line}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from(`\r\n--${line}--\r\n`),
  ])
  return web.app.inject({
    method: 'POST',
    url: '/api/notices',
    headers: {
      host: 'zhiben.test',
      origin: 'http://zhiben.test',
      cookie,
      'idempotency-key': newKey(),
      'content-type': `multipart/form-data; boundary=${line}`,
    },
    payload,
  })
}

interface Item {
  id: string
  text: string
  state: string
  proposal?: { indicator?: string; target: number; comparator: string; due: string }
}

describe('notices and tasks over HTTP', () => {
  it('a notice is read in, corrected, broken down; the task shows its figure, who is missing, and follows a record', async () => {
    const { cookie } = county
    const key = newKey()
    const post = () =>
      web.send('POST', '/api/notices', { cookie, key, body: { text: printed, name: '通知' } })
    const made = await post()
    expect(made).toMatchObject({
      status: 201,
      body: { notice: { docNo: '泉应急发〔2026〕8号', state: 'open' } },
    })
    expect((await post()).body.notice.id).toBe(made.body.notice.id)
    const url = `/api/notices/${made.body.notice.id}`
    const items = made.body.items as Item[]
    const item = items.find((i) => i.text.includes('标准化'))!
    expect(item.proposal).toMatchObject({ indicator: 'insured', target: 100, due: '2026-06-30' })

    const dropped = await web.send(
      'PATCH',
      `${url}/items/${items.find((i) => i.text.includes('手册'))!.id}`,
      {
        cookie,
        ifMatch: 1,
        body: { state: 'dropped', reason: '县局自办' },
      },
    )
    expect(dropped).toMatchObject({ status: 200, body: { state: 'dropped', reason: '县局自办' } })
    const corrected = await web.send('PATCH', `${url}/items/${item.id}`, {
      cookie,
      ifMatch: 1,
      body: { title: '推进标准化达标' },
    })
    expect(corrected).toMatchObject({ status: 200, body: { title: '推进标准化达标' } })
    const bad = await web.send('PATCH', `${url}/items/${item.id}`, {
      cookie,
      ifMatch: 2,
      body: { deadlines: [{ text: 'x', date: '六月' }] },
    })
    expect(bad).toMatchObject({ status: 400, body: { complaints: [{ path: 'deadlines.0.date' }] } })

    const blind = await web.send('POST', `${url}/items/${item.id}/accept`, {
      cookie,
      body: { title: 'x', owners: [] },
    })
    expect(blind.status).toBe(428)
    const list = { items: [{ item: item.id }] }
    expect((await web.send('POST', `${url}/accept`, { cookie, body: list })).status).toBe(428)
    const stale = await web.send('PATCH', `${url}/items/${item.id}`, {
      cookie,
      ifMatch: 1,
      body: { title: '推进' },
    })
    expect(stale).toMatchObject({ status: 409, body: { code: 'version-lost', yours: 1 } })
    const accepted = await web.send('POST', `${url}/items/${item.id}/accept`, {
      cookie,
      ifMatch: 2,
      body: {
        title: '标准化达标',
        indicator: 'insured',
        target: 100,
        comparator: '>=',
        due: '2026-06-30',
        every: null,
        owners: [c.units[2]],
      },
    })
    expect(accepted).toMatchObject({ status: 201, body: { version: 1, due: '2026-06-30' } })
    const task = `/api/tasks/${accepted.body.id}`

    expect((await web.send('GET', '/api/tasks', { cookie: town.cookie })).body).toMatchObject([
      { title: '标准化达标', figure: { num: 0, den: 2 } },
    ])
    const missing = await web.send('GET', `${task}/missing`, { cookie })
    expect(missing.body).toMatchObject({ register: 'firm', total: 2 })
    await insert(c.open.database.pool, c.open.catalogue.record('standard'), {
      firmId: c.firms[1],
      area: '140525102',
      level: '三级',
      issuedOn: '2026-02-01',
      proof: 3,
    })
    expect((await web.send('GET', task, { cookie })).body).toMatchObject({
      figure: { num: 1, den: 2, value: 50 },
      towns: expect.arrayContaining([
        expect.objectContaining({ code: '140525102', name: '西镇', num: 1, den: 1 }),
      ]),
    })
    expect((await web.send('GET', `${task}/met`, { cookie })).body.total).toBe(1)

    expect((await web.send('PATCH', task, { cookie, body: { due: '2026-05-31' } })).status).toBe(428)
    const later = { due: '2026-05-31', reason: '上级提前' }
    expect(await web.send('PATCH', task, { cookie, ifMatch: 1, body: { due: '2026-05-31' } })).toMatchObject({
      status: 400,
      body: { complaints: [{ path: 'reason' }] },
    })
    const moved = await web.send('PATCH', task, { cookie, ifMatch: 1, body: later })
    expect(moved).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { due: '2026-05-31' } })
    expect((await web.send('PATCH', task, { cookie, ifMatch: 1, body: { due: '2026-04-30' } })).status).toBe(
      409,
    )
  })

  it('evidence counts once a second person has confirmed it, and both may read its file', async () => {
    const { cookie } = county
    const made = await web.send('POST', '/api/notices?confirm=1', {
      cookie,
      body: { text: printed, name: '佐证' },
    })
    const item = (made.body.items as Item[]).find((i) => i.text.includes('手册'))!
    const accepted = await web.send('POST', `/api/notices/${made.body.notice.id}/items/${item.id}/accept`, {
      cookie,
      ifMatch: 1,
      body: { title: '编制手册', evidence: true, due: '2026-09-30', owners: [] },
    })
    const task = `/api/tasks/${accepted.body.id}`
    const stored = await web.services.files.put(Readable.from([Buffer.from('手册正文')]), {
      name: '手册.txt',
      by: { id: county.id, name: '', kind: 'person', assignments: [], home: '' },
      now: c.now(),
      maxBytes: 1000,
    })
    const { id, name, type, size } = stored
    const given = await web.send('POST', `${task}/evidence`, {
      cookie,
      body: { files: [{ id, name, type, size }], note: '已印发' },
    })
    expect(given.status).toBe(201)
    const confirm = `${task}/evidence/${given.body.id}/confirm`
    expect((await web.send('POST', confirm, { cookie })).status).toBe(403)
    const again = await web.send('POST', `${task}/evidence`, {
      cookie,
      body: { files: [{ id, name, type, size }] },
    })
    const back = (to: string, who: string, body: object = {}) =>
      web.send('POST', `${task}/evidence/${again.body.id}/${to}`, { cookie: who, body })
    expect((await back('send-back', second.cookie, { reason: ' ' })).status).toBe(400)
    expect((await back('take-back', second.cookie)).status).toBe(403)
    expect(await back('take-back', cookie)).toMatchObject({
      status: 200,
      body: { returned: { reason: null } },
    })
    expect((await back('send-back', second.cookie, { reason: '缺页' })).status).toBe(409)
    const attempts = await sql<{ id: string }>`select actor_id as id from journal
      where record_id = ${accepted.body.id} and what = 'refused:confirm'`.execute(web.services.db)
    expect(attempts.rows).toEqual([{ id: county.id }])
    expect((await web.send('GET', `/api/files/${id}`, { cookie: second.cookie })).status).toBe(200)
    expect(await web.send('POST', confirm, { cookie: second.cookie })).toMatchObject({
      status: 200,
      body: { confirmedBy: { id: second.id } },
    })
    expect((await web.send('GET', task, { cookie })).body).toMatchObject({
      state: 'met',
      evidence: { confirmed: 1 },
    })
    const bogus = await web.send('POST', `${task}/evidence`, {
      cookie,
      body: { files: [{ id: 'f'.repeat(64), name, type, size }] },
    })
    expect(bogus).toMatchObject({ status: 400 })
  })

  it('a notice that is a picture is kept, says so, and has no items; garbage is refused or read as nothing', async () => {
    const picture = await upload(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), '扫描件.png')
    expect(picture.statusCode).toBe(201)
    const { notice, items } = picture.json()
    expect(notice).toMatchObject({ state: 'unreadable', file: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(items).toEqual([])
    expect((await web.send('GET', `/api/files/${notice.file}`, { cookie: second.cookie })).status).toBe(200)
    const text = await upload(printed.replace('8号', '28号'), '通知.txt')
    expect(text.json().items.length).toBeGreaterThan(1)
    expect((await upload(Buffer.from('PK\x03\x04rubbish', 'latin1'), '通知.docx')).statusCode).toBeLessThan(
      500,
    )
    expect((await upload('', '空.txt')).statusCode).toBe(400)
  })

  it('a paper that is there is asked about; a notice is called off and restored over HTTP', async () => {
    const { cookie } = county
    const body = { text: printed.replace('8号', '18号'), name: '通知' }
    const made = await web.send('POST', '/api/notices', { cookie, body })
    expect(await web.send('POST', '/api/notices', { cookie, body })).toMatchObject({
      status: 409,
      body: { asks: true, records: [{ id: made.body.notice.id }] },
    })
    expect((await web.send('POST', '/api/notices?confirm=1', { cookie, body })).status).toBe(201)
    const url = `/api/notices/${made.body.notice.id}`
    const off = { voided: true, reason: '重复录入' }
    expect((await web.send('PATCH', url, { cookie, body: off })).status).toBe(428)
    expect(await web.send('PATCH', url, { cookie, ifMatch: 1, body: off })).toMatchObject({
      status: 200,
      body: { notice: { version: 2, voidedReason: '重复录入' } },
    })
    expect((await web.send('GET', url, { cookie: town.cookie })).status).toBe(404)
    const listed = async (query = '') =>
      ((await web.send('GET', `/api/notices${query}`, { cookie })).body as { id: string }[]).map((n) => n.id)
    expect(await listed()).not.toContain(made.body.notice.id)
    expect(await listed('?voided=1')).toEqual([made.body.notice.id])
    const back = await web.send('PATCH', url, { cookie, ifMatch: 2, body: { voided: false } })
    expect(back).toMatchObject({ status: 200, body: { notice: { version: 3, voidedAt: null } } })
  })

  it('a notice is read again as told, and a sentence is taken in, over HTTP', async () => {
    const { cookie } = county
    const body = { text: printed, name: '再读' }
    const made = await web.send('POST', '/api/notices?confirm=1', { cookie, body })
    const url = `/api/notices/${made.body.notice.id}`
    expect((await web.send('POST', `${url}/reread`, { cookie, body: { year: 2027 } })).status).toBe(428)
    expect(
      await web.send('POST', `${url}/reread`, { cookie, ifMatch: 1, body: { year: 2027 } }),
    ).toMatchObject({
      status: 200,
      body: { kept: [], view: { notice: { version: 2, year: 2027 } } },
    })
    const key = 'take-in-once'
    const sentence = {
      text:
        printed
          .split('\n')
          .find((l) => l.includes('通知'))
          ?.slice(0, 8) ?? '',
    }
    const taken = await web.send('POST', `${url}/items`, { cookie, key, body: sentence })
    expect(taken).toMatchObject({ status: 201, body: [{ state: 'open', version: 2 }] })
    expect((await web.send('POST', `${url}/items`, { cookie, key, body: sentence })).body).toEqual(taken.body)
    expect(
      (await web.send('POST', `${url}/items`, { cookie, body: { text: '原文里没有的话' } })).status,
    ).toBe(400)
    expect((await web.send('POST', `${url}/items`, { cookie: town.cookie, body: sentence })).status).toBe(403)
  })

  it('a town takes in no notice; another county sees none', async () => {
    const body = { text: printed, name: '越权' }
    expect((await web.send('POST', '/api/notices', { cookie: town.cookie, body })).status).toBe(403)
    const stranger = await web.person('county-officer', '140522')
    expect((await web.send('GET', '/api/notices', { cookie: stranger.cookie })).body).toEqual([])
    const [known] = (await web.send('GET', '/api/notices', { cookie: town.cookie })).body as { id: string }[]
    expect((await web.send('GET', `/api/notices/${known!.id}`, { cookie: stranger.cookie })).status).toBe(404)
  })
})
