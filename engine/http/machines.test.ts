import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKey, openTryApp, type TryApp } from '../../test/try-app.ts'
import { opsOfKind } from '../core/condition/values.ts'

type Json = Record<string, unknown>
let t: TryApp
let apiKey: string
let officer: { cookie: string }

beforeAll(async () => {
  t = await openTryApp()
  const made = await t.services.auth.keys.create({ name: '平台', role: 'integration', area: '140525' })
  apiKey = made.key
  officer = await t.person('county-officer', '140525')
})
afterAll(() => t.close())

const create = (name: string, more = {}) =>
  t.send('POST', '/api/records/enterprise', { apiKey, body: { name, place: '140525102' }, ...more })
const listed = async (where: unknown) =>
  t.send('GET', `/api/records/enterprise?where=${encodeURIComponent(JSON.stringify(where))}`, { apiKey })

describe('another system', () => {
  it('is told by code and in words for programs; a person, or who asks for Chinese, in Chinese', async () => {
    const missing = '/api/records/enterprise/01890000-0000-7000-8000-000000000000'
    const told = await t.send('GET', missing, { apiKey })
    expect(told).toMatchObject({ status: 404, body: { code: 'not-found', title: 'Not found' } })
    expect(told.body.detail).not.toMatch(/[\u4e00-\u9fff]/)
    expect(told.body.message).toContain('没有找到')
    const inChinese = await t.send('GET', missing, { apiKey, headers: { 'accept-language': 'zh-CN' } })
    expect(inChinese.body.detail).toBe(told.body.message)
    const person = await t.send('GET', missing, { cookie: officer.cookie })
    expect(person.body.detail).toBe(told.body.message)
    expect(person.body.message).toBeUndefined()
  })

  it('with a key that is right but has no right is forbidden, without one unknown', async () => {
    expect(await t.send('GET', '/api/sessions', { apiKey })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect((await t.send('GET', '/api/sessions')).status).toBe(401)
  })

  it('sees by a header that its request had been done before, also where no record is written', async () => {
    const key = newKey()
    const first = await create('重试一次', { key })
    const again = await create('重试一次', { key })
    expect(first.headers['idempotent-replayed']).toBeUndefined()
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' }, body: first.body })
    const view = { key: newKey(), cookie: officer.cookie, body: { name: '我的' } }
    const kept = await t.send('POST', '/api/views/enterprise', view)
    expect(kept).toMatchObject({ status: 201 })
    expect(kept.headers['idempotent-replayed']).toBeUndefined()
    const once = await t.send('POST', '/api/views/enterprise', view)
    expect(once).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } })
  })

  it('fetches what has changed since an instant, to the millisecond', async () => {
    const { body: before } = await create('先登记的')
    t.clock.set(new Date(t.clock.now().getTime() + 90_000).toISOString())
    const { body: after } = await create('后登记的')
    const names = async (op: string, value: string) => {
      const { body } = await listed({ field: 'updatedAt', op, to: { value } })
      return body.rows.map((r: { name: string }) => r.name)
    }
    const at = before.row.updatedAt as string
    expect(await names('gt', at)).toEqual(['后登记的'])
    expect(await names('gte', at)).toContain('先登记的')
    expect(await names('lt', after.row.updatedAt)).not.toContain('后登记的')
    const shanghai = new Date(Date.parse(at) + 8 * 3600_000).toISOString().replace('Z', '+08:00')
    expect(await names('gt', shanghai)).toEqual(['后登记的'])
    const day = await listed({ field: 'updatedAt', op: 'is', to: { value: at } })
    expect(day).toMatchObject({ status: 400, body: { code: 'bad-input' } })
  })
})

describe('what is the same for everybody', () => {
  it('the page of the interface comes packed, and is not sent twice', async () => {
    const asked = { headers: { 'accept-encoding': 'gzip' } }
    const bundle = await t.send('GET', '/api/docs/swagger-ui-bundle.js', asked)
    expect(bundle.headers['content-encoding']).toBe('gzip')
    expect(bundle.body).toContain('SwaggerUIBundle')
    const etag = String(bundle.headers.etag)
    const again = await t.send('GET', '/api/docs/swagger-ui-bundle.js', {
      headers: { 'if-none-match': etag },
    })
    expect(again).toMatchObject({ status: 304, body: '' })
  })

  it('definitions asked for by their version stay with the browser', async () => {
    const { body, headers } = await t.send('GET', '/api/definitions', { apiKey })
    expect(headers['cache-control']).toBe('private, no-cache')
    const lasting = async (version: string) =>
      (await t.send('GET', `/api/definitions?version=${version}`, { apiKey })).headers['cache-control']
    expect(await lasting(body.version)).toBe('private, max-age=31536000, immutable')
    expect(await lasting('another')).toBe('private, no-cache')
  })
})

describe('the description', () => {
  it('of conditions names every operator; of records every member that an answer has', async () => {
    const { schemas } = (await t.send('GET', '/api/openapi.json')).body.components as {
      schemas: Record<string, { oneOf?: Json[]; required?: string[]; properties?: Json }>
    }
    const comparison = schemas.Condition!.oneOf!.find((s) => 'field' in (s.properties as Json)) as {
      properties: { op: { enum: string[]; description: string } }
    }
    const all = [...new Set(Object.values(opsOfKind).flat())]
    expect([...comparison.properties.op.enum].sort()).toEqual(all.sort())
    for (const op of all) expect(comparison.properties.op.description).toContain(`\`${op}\``)
    const { body } = await create('样本')
    expect(Object.keys(body.row)).toEqual(expect.arrayContaining(schemas.Enterprise!.required!))
    expect(schemas.Enterprise!.required).toContain('updatedAt')
  })
})
