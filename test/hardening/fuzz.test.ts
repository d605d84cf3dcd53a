import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShippedCounty, type ShippedCounty } from '../shipped-county.ts'
import { newKey } from '../try-app.ts'

type Json = Record<string, unknown>
interface Operation {
  method: string
  path: string
  parameters: { name?: string; in?: string }[]
  fields: string[]
  signedIn: boolean
}

let c: ShippedCounty
let cookie: string
let operations: Operation[]
/** a record of a register that can be changed */
let firm: { id: string; version: number }

beforeAll(async () => {
  c = await openShippedCounty()
  cookie = (await c.person('county-admin', '140525')).cookie
  const doc = (await c.send('GET', '/api/openapi.json')).body
  const schemas = doc.components.schemas as Record<string, { properties?: Json }>
  const propertiesOf = (schema: Json | undefined): string[] => {
    const ref = schema?.$ref as string | undefined
    const found = ref ? schemas[ref.split('/').at(-1)!] : schema
    return Object.keys((found?.properties as Json) ?? {})
  }
  operations = Object.entries(doc.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, o]) => {
      const content = (o.requestBody as { content?: Record<string, { schema?: Json }> } | undefined)?.content
      return {
        method: method.toUpperCase(),
        path,
        parameters: (o.parameters ?? []) as Operation['parameters'],
        fields: propertiesOf(content?.['application/json']?.schema),
        signedIn: !Array.isArray(o.security) || o.security.length > 0,
      }
    }),
  )
  const register = c.services.catalogue.record('enterprise')
  const values: Json = {}
  for (const [name, f] of Object.entries(register.fields)) {
    if (!f.required || f.default !== undefined) continue
    values[name] =
      f.type === 'area' ? '140525100' : (f.options?.[0]?.value ?? (f.type === 'flag' ? false : '模糊测试'))
  }
  const made = await c.send('POST', '/api/records/enterprise', { cookie, body: values })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  firm = made.body.row
})
afterAll(() => c.close())

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
/** What an address may carry instead of what is asked for. */
const oddTexts = [
  ...names,
  '',
  'NaN',
  '1e309',
  '-1',
  '99999999999999999999',
  'null',
  '[]',
  '{"field":"__proto__","op":"is","to":{"value":1}}',
  '{"related":"constructor","test":"toString"}',
  '{"all":{"length":1}}',
  '{"any":[null,1,"a",[]]}',
  `${'{"not":'.repeat(2500)}1${'}'.repeat(2500)}`,
  "'; drop table enterprise; --",
  '2026-02-30',
  '00000000-0000-7000-8000-000000000000',
  '\u0000',
  'x'.repeat(6000),
]
/** What a body may carry in a field, as JSON text. */
const oddValues = [
  '[]',
  '{}',
  'null',
  'true',
  '1e308',
  '-0',
  '99999999999999999999999',
  '"NaN"',
  '"__proto__"',
  '"constructor"',
  '{"toString":{"hasOwnProperty":1}}',
  '[[null,{"length":1e9}]]',
  '"\\u0000"',
  '"\\ud800"',
  '"2026-02-30"',
  '"1948-12-31"',
  `"${'长'.repeat(20_000)}"`,
]
const oddBodies = [
  '',
  'null',
  '[]',
  '"text"',
  '12',
  '{"__proto__":{"role":"county-admin"}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"toString":1,"hasOwnProperty":2,"valueOf":{}}',
  `{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  `{"where":${'{"not":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
  '{"a":',
]

interface Shot {
  method: string
  url: string
  signedIn: boolean
  body?: string
}

/** An address with its parameters filled in: real ids where there is a record to break. */
function urlOf(o: Operation, odd: string, query = ''): string {
  const real = o.path.startsWith('/api/records/enterprise/')
  const path = o.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'id' && real ? firm.id : encodeURIComponent(odd),
  )
  return `${path}${query}`
}

function* shots(): Generator<Shot> {
  let turn = 0
  for (const o of operations) {
    const { method, signedIn } = o
    const inPath = o.path.includes('{')
    for (const odd of inPath ? [names[turn % names.length]!, oddTexts[turn++ % oddTexts.length]!] : [''])
      yield { method, signedIn, url: urlOf(o, odd) }
    const queries = o.parameters.flatMap((p) => (p.in === 'query' && p.name ? [p.name] : []))
    const id = '00000000-0000-7000-8000-000000000000'
    for (const name of [...queries, names[turn++ % names.length]!])
      for (let i = 0; i < 2; i++) {
        const odd = encodeURIComponent(oddTexts[turn++ % oddTexts.length]!)
        const twice = i === 1 ? `&${name}=${odd}` : ''
        yield { method, signedIn, url: urlOf(o, id, `?${name}=${odd}${twice}`) }
      }
    if (method === 'GET' || method === 'DELETE') continue
    for (let i = 0; i < 2; i++)
      yield { method, signedIn, url: urlOf(o, id), body: oddBodies[turn++ % oddBodies.length]! }
    if (o.fields.length)
      for (let i = 0; i < 3; i++) {
        const odd = oddValues[turn++ % oddValues.length]!
        yield {
          method,
          signedIn,
          url: urlOf(o, id),
          body: `{${o.fields.map((f) => `"${f}":${odd}`).join(',')}}`,
        }
      }
  }
}

/** Longer than any answer takes on a busy machine; a hang is longer. */
const HANG_MS = 20_000

describe('every route of the description, with what nobody sensible sends', () => {
  it('no answer is a fault of ours, none hangs', async () => {
    const bad: string[] = []
    const counts = new Map<number, number>()
    const fire = async (s: Shot) => {
      const from = performance.now()
      const response = await c.app.inject({
        method: s.method as 'GET',
        url: s.url,
        headers: {
          host: 'zhiben.test',
          origin: 'http://zhiben.test',
          'idempotency-key': newKey(),
          'if-match': '"1"',
          ...(s.signedIn && { cookie }),
          ...(s.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(s.body !== undefined && { payload: s.body }),
      })
      counts.set(response.statusCode, (counts.get(response.statusCode) ?? 0) + 1)
      const took = performance.now() - from
      if (response.statusCode >= 500 || took > HANG_MS)
        bad.push(
          `${response.statusCode} ${Math.round(took)} ms ${s.method} ${s.url.slice(0, 120)} ${(s.body ?? '').slice(0, 160)}`,
        )
    }
    let waiting: Promise<void>[] = []
    for (const shot of shots()) {
      waiting.push(fire(shot))
      if (waiting.length < 8) continue
      await Promise.all(waiting)
      waiting = []
    }
    await Promise.all(waiting)
    expect(
      bad,
      `${bad.length} bad answers\n${bad.slice(0, 40).join('\n')}\n${c.log.slice(0, 6).join('\n')}`,
    ).toEqual([])
    const sum = [...counts.values()].reduce((a, b) => a + b, 0)
    expect(sum).toBeGreaterThan(operations.length * 3)
    // it really went through the routes: most are refused by what they check, not for want of a right
    expect(counts.get(400) ?? 0).toBeGreaterThan(sum / 3)
  }, 240_000)

  it('ten megabytes in one field are too large, and nothing else is asked of them', async () => {
    for (const url of ['/api/records/enterprise', '/api/notices', '/api/views/enterprise'])
      expect(
        (
          await c.send('POST', url, {
            cookie,
            headers: { 'content-type': 'application/json' },
            body: `{"name":"${'x'.repeat(10_000_000)}"}`,
          })
        ).status,
        url,
      ).toBe(413)
  })
})
