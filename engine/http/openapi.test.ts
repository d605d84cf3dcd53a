import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, type TryApp } from '../../test/try-app.ts'

type Json = Record<string, unknown>
let t: TryApp
let doc: { openapi: string; paths: Record<string, Record<string, Json>>; components: Record<string, Json> }

beforeAll(async () => {
  t = await openTryApp()
  doc = (await t.send('GET', '/api/openapi.json')).body
})
afterAll(() => t.close())

/** Every `$ref` in a value. */
function* refs(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner
    else yield* refs(inner)
  }
}

const operations = () =>
  Object.entries(doc.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

describe('OpenAPI', () => {
  it('is 3.1, every reference resolves, every operation has an id of its own', () => {
    expect(doc.openapi).toBe('3.1.0')
    for (const ref of refs(doc)) {
      const found = ref
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], doc)
      expect(found, ref).toBeDefined()
    }
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names every path parameter, once, as required', () => {
    for (const { path, method, operation } of operations()) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
      const given = (operation.parameters as { in?: string; name: string; required: boolean }[]).filter(
        (p) => p.in === 'path',
      )
      expect(given.map((p) => p.name).sort(), `${method} ${path}`).toEqual(wanted)
      expect(given.every((p) => p.required)).toBe(true)
    }
  })

  it('describes exactly what is served', () => {
    const served = t.app
      .printRoutes({ commonPrefix: false, includeHooks: false })
      .split('\n')
      .filter((l) => l.includes('('))
    expect(served.length).toBeGreaterThan(20)
    for (const { path, method } of operations()) {
      const url = path.replace(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000')
      expect(
        t.app.hasRoute({ method: method.toUpperCase() as 'GET', url: path.replace(/\{(\w+)\}/g, ':$1') }),
        url,
      ).toBe(true)
    }
  })

  it('types records by their definitions: values, required fields, parents, actions', () => {
    const schemas = doc.components.schemas as Record<string, { properties: Json; required?: string[] }>
    expect(schemas.EnterpriseInput!.required).toEqual(['name', 'place'])
    expect(schemas.EnterpriseInput!.properties.industry).toMatchObject({ title: '行业' })
    expect(schemas.HazardInput!.required).toContain('enterpriseId')
    expect(schemas.Hazard!.properties).toHaveProperty('enterpriseTitle')
    expect(schemas.Hazard!.properties).toHaveProperty('state')
    const act = doc.paths['/api/records/hazard/{id}/actions/rectify']!.post!
    expect(JSON.stringify(act.requestBody)).toContain('"required":["note"]')
    const write = doc.paths['/api/records/enterprise/{id}']!.patch!
    expect(JSON.stringify(write.parameters)).toContain('#/components/parameters/IfMatch')
    expect(write.responses).toHaveProperty('428')
  })

  it('every answer of the list fits its schema', async () => {
    const officer = await t.person('county-officer', '140525')
    const { body } = await t.send('POST', '/api/records/enterprise', {
      cookie: officer.cookie,
      body: { name: '样本企业', place: '140525100', workers: 5 },
    })
    const schema = (doc.components.schemas as Record<string, { properties: Json }>).Enterprise!
    const extra = Object.keys(body.row).filter((k) => !(k in schema.properties))
    expect(extra).toEqual([])
  })
})
