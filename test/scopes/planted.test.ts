import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assignment, Ground } from '../../engine/access/actor.ts'
import { loadAreas } from '../../engine/areas/load.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import type { Condition } from '../../engine/core/condition/ast.ts'
import { field, not, some } from '../../engine/core/condition/build.ts'
import { newId } from '../../engine/core/ids.ts'
import { type Engine, openEngine } from '../../engine/main.ts'
import { sql } from '../../engine/store/db.ts'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { PASSWORD, serveCounty } from '../try-app.ts'
import { type Firm, oneOfEach, type Planted, plantFirms, secretsOf, shapeOf, told } from './plant.ts'

/**
 * An attack: a value that stands nowhere else is planted in every personal field of every register; whoever may look
 * at the records but does not keep them asks every route that reads, and sorts, searches and filters by every such
 * field. The value must not come back in any byte, and order, hits and counts must not tell it.
 */
type Served = Awaited<ReturnType<typeof serveCounty>>
type Person = Awaited<ReturnType<Served['person']>>

let test: TestDatabase
let engine: Engine
let dir: string
let t: Served
let firms: Firm[]
let paths: { path: string; query: string[] }[]
const tasks: { id: string; register: string; measure: string }[] = []

beforeAll(async () => {
  test = await cloneDatabase()
  dir = mkdtempSync(path.join(tmpdir(), 'zhiben-planted-'))
  engine = await openEngine(test.url, dir, { clock: fixedClock('2026-06-15T09:00:00+08:00') })
  await loadAreas(engine.db, '140525')
  firms = await plantFirms(engine, [
    { town: '140525104', sector: '机械', unit: '140525/zhifa/' },
    { town: '140525104', sector: '机械', unit: '140525/zhifa/' },
    { town: '140525104', sector: '机械', unit: '140525/zhifa/' },
  ])
  t = await serveCounty(engine)
  for (const def of engine.catalogue.indicators.values()) {
    const id = newId()
    tasks.push({ id, register: def.of.register, measure: def.measure })
    await sql`insert into task (id, area, title, sentence, indicator, indicator_version, target, comparator, unit,
        starts_on, owners, created_at, created_by, updated_at, updated_by)
      values (${id}, '140525', ${def.label}, '测试', ${def.name}, ${def.version}, '1', '>=', ${def.unit}, '2026-01-01', '{}',
        now(), ${id}, now(), ${id})`.execute(engine.db)
  }
  const described = (await t.send('GET', '/api/openapi.json')).body as {
    paths: Record<string, Record<string, { parameters?: { name?: string; in?: string }[] }>>
  }
  paths = Object.entries(described.paths).flatMap(([p, methods]) =>
    methods.get
      ? [
          {
            path: p,
            query: (methods.get.parameters ?? []).flatMap((x) => (x.in === 'query' ? [x.name!] : [])),
          },
        ]
      : [],
  )
}, 120_000)
afterAll(async () => {
  await t?.close()
  await engine?.close()
  await test?.drop()
  rmSync(dir, { recursive: true, force: true })
})

const area = (code: string): Ground => ({ by: 'area', area: code })
const every = (): Planted[] => firms.flatMap((f) => [...f.records.values()])
/** A person with several duties, signed in. */
async function somebody(
  home: string,
  assignments: Assignment[],
  grants: { act: boolean } | undefined = undefined,
) {
  const username = `planted${newId().replaceAll('-', '')}`
  const { id } = await t.services.auth.users.create({
    username,
    password: PASSWORD,
    name: '看客',
    home,
    assignments,
  })
  if (grants)
    for (const { def, row } of every())
      await t.services.auth.users.grant({
        user: id,
        role: assignments[0]!.role,
        register: def.name,
        record: row.id,
        from: '2026-01-01',
        to: '2026-12-31',
        act: grants.act,
      })
  return { id, username, cookie: await t.cookieOf(username) }
}

/** Those who see most, at the authority's side and through grants: they ask at every address; the others, at one of a shape. */
const thorough = new Set(['city-viewer', 'grants to act'])

/** Whoever may look at some of the records and keeps none of them. */
const onlookers: [string, () => Promise<Person>][] = [
  ['city-viewer', () => t.person('city-viewer', '1405')],
  ['province-viewer', () => t.person('province-viewer', '14')],
  ['other town', () => t.person('town-officer', '140525100')],
  [
    'other sector',
    () => t.person('county-officer', '140525', { ground: { by: 'sector', sector: '轻工', area: '140525' } }),
  ],
  [
    'other unit',
    () => t.person('county-officer', '140525', { ground: { by: 'unit', unit: '140525/jichu/' } }),
  ],
  [
    'other firm',
    () =>
      t.person('enterprise-officer', '140525104', { ground: { by: 'organisation', organisation: newId() } }),
  ],
  [
    'grants to look',
    () => somebody('140525100', [{ role: 'town-officer', ground: area('140525100') }], { act: false }),
  ],
  [
    'grants to act',
    () => somebody('140525100', [{ role: 'town-officer', ground: area('140525100') }], { act: true }),
  ],
  [
    'city-viewer who keeps another town',
    () =>
      somebody('1405', [
        { role: 'city-viewer', ground: area('1405') },
        { role: 'town-officer', ground: area('140525100') },
      ]),
  ],
  ['city-viewer on the town', () => t.person('city-viewer', '140525104')],
]

async function bytesOf(cookie: string, url: string) {
  return told(await t.app.inject({ method: 'GET', url, headers: { host: 'zhiben.test', cookie } }))
}

function leaks(text: string, planted = secretsOf(every())): string[] {
  return planted.filter(({ value }) => text.includes(value)).map(({ at, value }) => `${at} ${value}`)
}

/** Every address a route of reading can be asked at, with what there is; `all`: of every register and every task. */
function addresses(all: boolean): string[] {
  const out: string[] = []
  const there = [...firms[0]!.records.values()]
  const of = all ? there : oneOfEach(there, shapeOf)
  const names = new Set(all ? engine.catalogue.records.keys() : of.map((x) => x.def.name))
  const counted = all ? tasks : oneOfEach(tasks, (x) => `${x.register} ${x.measure}`)
  for (const { path: p, query } of paths) {
    const register = /^\/api\/(?:records|rollup|imports)\/([\w-]+)/.exec(p)?.[1]
    if (register && engine.catalogue.records.has(register) && !names.has(register)) continue
    const targets =
      register && p.includes('{id}') ? of.filter((x) => x.def.name === register).map((x) => x.row.id) : []
    const fill = (id: string, reg = register ?? 'enterprise') =>
      p.replace('{id}', id).replace('{register}', reg)
    let made: string[]
    if (!p.includes('{')) made = [p]
    else if (targets.length) made = targets.map((id) => fill(id))
    else if (p.startsWith('/api/tasks')) made = counted.map((x) => fill(x.id))
    else if (p.startsWith('/api/grades')) made = firms.map((f) => fill(f.records.get('enterprise')!.row.id))
    else if (p.includes('{register}')) made = [...names].map((r) => fill(newId(), r))
    else made = [fill(newId())]
    for (const url of made) {
      const more = [query.includes('limit') && 'limit=1', query.includes('count') && 'count=1'].filter(
        Boolean,
      )
      out.push(more.length ? `${url}?${more.join('&')}` : url)
      if (query.includes('format')) out.push(`${url}?format=csv`)
      if (query.includes('by') && query.includes('area')) out.push(`${url}?area=140525`)
    }
  }
  return out
}

const idsOf = (body: unknown): string[] => (body as { rows: { id: string }[] }).rows.map((r) => r.id)

describe('personal content, asked for by everybody who may not know it', () => {
  it('the planting is real: those who keep the records see every value', async () => {
    const county = await t.person('county-officer', '140525')
    for (const { def, row, secrets } of every()) {
      const one = await bytesOf(county.cookie, `/api/records/${def.name}/${row.id}`)
      for (const s of secrets) expect(one.text, `${def.name}.${s.field}`).toContain(s.values[1])
    }
    expect(secretsOf(every()).length).toBeGreaterThan(100)
    const told = await bytesOf(
      county.cookie,
      `/api/records/person/${firms[0]!.records.get('person')!.row.id}/timeline`,
    )
    const [name] = firms[0]!.records.get('person')!.secrets
    expect(told.text).toContain(name!.values[0])
  })

  it.each(onlookers)('%s: no route gives a value away', { timeout: 120_000 }, async (name, who) => {
    const { cookie } = await who()
    let read = 0
    for (const url of addresses(thorough.has(name))) {
      const answer = await bytesOf(cookie, url)
      expect(answer.status, url).toBeLessThan(500)
      if (answer.status === 200) read++
      expect(leaks(answer.text), url).toEqual([])
      const next = (answer.body as { next?: unknown } | undefined)?.next
      if (typeof next === 'string') {
        const further = await bytesOf(cookie, `${url}&after=${encodeURIComponent(next)}`)
        expect(leaks(further.text), `${url} next`).toEqual([])
      }
    }
    expect(read).toBeGreaterThan(10)
  })

  it.each(onlookers)(
    '%s: order, search and filters tell nothing',
    { timeout: 120_000 },
    async (name, who) => {
      const { cookie } = await who()
      const there = [...firms[0]!.records.values()]
      const all = name === 'city-viewer'
      for (const { def, secrets: own } of all ? there : oneOfEach(there, shapeOf)) {
        const secrets = all ? own : oneOfEach(own, (s) => s.def.type)
        const base = `/api/records/${def.name}`
        const whole = await bytesOf(cookie, `${base}?sort=id&count=1`)
        if (whole.status !== 200 || (whole.body as { total: number }).total === 0) continue
        const asked = async (query: string) => {
          const answer = await bytesOf(cookie, `${base}?${query}`)
          if (!query.startsWith('q=')) expect(leaks(answer.text), query).toEqual([])
          return answer
        }
        for (const { field: name, values } of secrets) {
          const value = values[1]!
          for (const sign of ['', '-']) {
            const sorted = await asked(`sort=${sign}${name}`)
            if (sorted.status === 400) continue
            const plain = idsOf((await asked(`sort=${sign}id`)).body)
            expect(idsOf(sorted.body), `${base} sort=${sign}${name}`).toEqual(plain)
            // page by page the same, and no page's cursor says more
            const first = await asked(`sort=${sign}${name}&limit=1`)
            const { next } = first.body as { next: string | null }
            if (next) expect((await asked(`sort=${sign}${name}&limit=1&after=${next}`)).status).toBe(200)
          }
          const parts =
            def.fields[name]!.type === 'text' ? [value.slice(0, 2), value.slice(-2)] : [value.slice(0, 8)]
          for (const q of [value, ...parts]) {
            const hits = await asked(`q=${encodeURIComponent(q)}&count=1`)
            if (hits.status === 200) expect(hits.body, `${base} q=${q}`).toMatchObject({ rows: [], total: 0 })
          }
          const conditions: Condition[] = [
            field(name).is(value),
            { field: name, op: 'contains', to: { value } },
          ]
          for (const where of conditions)
            for (const [c, hits] of [
              [where, 0],
              [not(where), (whole.body as { total: number }).total],
            ] as const) {
              const found = await asked(`count=1&where=${encodeURIComponent(JSON.stringify(c))}`)
              if (found.status === 400) continue
              expect((found.body as { total: number }).total, JSON.stringify(c)).toBe(hits)
            }
          if (def.of === 'enterprise') {
            const firmsAll = await bytesOf(cookie, '/api/records/enterprise?count=1')
            const total = (firmsAll.body as { total: number }).total
            const through = not(some(def.name, field(name).is(value)))
            const found = await bytesOf(
              cookie,
              `/api/records/enterprise?count=1&where=${encodeURIComponent(JSON.stringify(through))}`,
            )
            if (found.status === 200) expect((found.body as { total: number }).total, def.name).toBe(total)
          }
        }
      }
    },
  )

  it('a cursor serves its reader in its list only, and cannot be changed', async () => {
    const county = await t.person('county-officer', '140525')
    const other = await t.person('county-officer', '140525')
    const first = await bytesOf(county.cookie, '/api/records/enterprise?sort=chiefPhone&limit=1')
    const { next } = first.body as { next: string }
    const on = (cookie: string, register: string, after: string) =>
      bytesOf(cookie, `/api/records/${register}?sort=chiefPhone&limit=1&after=${after}`)
    expect((await on(county.cookie, 'enterprise', next)).status).toBe(200)
    expect((await on(other.cookie, 'enterprise', next)).status).toBe(400)
    const changed = next.slice(0, -2) + (next.endsWith('AA') ? 'BB' : 'AA')
    expect((await on(county.cookie, 'enterprise', changed)).status).toBe(400)
    expect((await on(county.cookie, 'person', next)).status).toBe(400)
    expect(Buffer.from(next, 'base64url').toString('latin1')).not.toMatch(/139\d{8}/)
  })

  it('saved views with personal content are their author’s alone, also those of before', async () => {
    const county = await t.person('county-officer', '140525')
    const [phone] = firms[0]!.records.get('enterprise')!.secrets.filter((s) => s.def.type === 'phone')
    const where = field(phone!.field).is(phone!.values[1]!)
    const save = (shared: boolean, body: object) =>
      t.send('POST', '/api/views/enterprise', {
        cookie: county.cookie,
        body: { name: `视图${newId()}`, shared, ...body },
      })
    expect((await save(true, { where })).status).toBe(400)
    expect((await save(true, { q: phone!.values[1] })).status).toBe(400)
    expect((await save(false, { where })).status).toBe(201)
    await sql`update saved_view set shared = true`.execute(engine.db)
    expect(leaks((await bytesOf(county.cookie, '/api/views/enterprise')).text)).not.toEqual([])
    const colleague = await t.person('enterprise-officer', '140525104', {
      ground: { by: 'organisation', organisation: newId() },
    })
    expect(leaks((await bytesOf(colleague.cookie, '/api/views/enterprise')).text)).toEqual([])
  })

  it('who wrote a record and keeps it no more gets a masked answer again; so does who is lent a case to act', async () => {
    const { row } = firms[0]!.records.get('enterprise')!
    const officer = await somebody('140525104', [{ role: 'town-officer', ground: area('140525104') }])
    const url = `/api/records/enterprise/${row.id}`
    // records planted after it (a change of status) may have changed it
    const ifMatch = String((await t.send('GET', url, { cookie: officer.cookie })).headers.etag)
    const body = { remark: '已电话核实' }
    const send = (cookie: string) => t.send('PATCH', url, { cookie, ifMatch, key: 'planted-replay-1', body })
    const first = await send(officer.cookie)
    expect(first.status).toBe(200)
    expect(leaks(JSON.stringify(first.body))).not.toEqual([])
    await sql`update assignment set role = 'city-viewer', ground = ${JSON.stringify(area('1405'))}
      where user_id = ${officer.id}`.execute(engine.db)
    t.services.auth.sessions.forget(officer.id)
    const again = await send(officer.cookie)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(leaks(JSON.stringify(again.body))).toEqual([])

    const lent = await somebody('140525100', [{ role: 'county-officer', ground: area('140525100') }], {
      act: true,
    })
    const hazard = firms[1]!.records.get('hazard')!
    const base = `/api/records/hazard/${hazard.row.id}`
    const offered = (await t.send('GET', `${base}/actions`, { cookie: lent.cookie })).body as { id: string }[]
    for (const { id } of offered) {
      const acted = await t.send('POST', `${base}/actions/${id}`, {
        cookie: lent.cookie,
        ifMatch: 99,
        body: { form: {} },
      })
      expect(leaks(JSON.stringify(acted.body)), id).toEqual([])
    }
  })
})

describe('those who work with a record reach the people', () => {
  const keepers: [string, () => Promise<Person>][] = [
    ['town', () => t.person('town-officer', '140525104')],
    ['county', () => t.person('county-officer', '140525')],
    [
      'sector',
      () =>
        t.person('county-officer', '140525', { ground: { by: 'sector', sector: '机械', area: '140525' } }),
    ],
    [
      'the enterprise itself',
      () =>
        t.person('enterprise-officer', '140525104', {
          ground: { by: 'organisation', organisation: firms[0]!.records.get('enterprise')!.row.id },
        }),
    ],
  ]
  it.each(keepers)('%s', async (_, who) => {
    const { cookie } = await who()
    const { row, secrets } = firms[0]!.records.get('enterprise')!
    const one = await bytesOf(cookie, `/api/records/enterprise/${row.id}`)
    const list = await bytesOf(cookie, '/api/records/enterprise')
    for (const s of secrets)
      for (const text of [one.text, list.text]) expect(text, s.field).toContain(s.values[1])
    const phone = secrets.find((s) => s.field === 'chiefPhone')!
    const where = encodeURIComponent(JSON.stringify(field('chiefPhone').is(phone.values[1]!)))
    expect(idsOf((await bytesOf(cookie, `/api/records/enterprise?where=${where}`)).body)).toEqual([row.id])
    const chief = secrets.find((s) => s.field === 'chief')!
    const q = encodeURIComponent(chief.values[1]!)
    expect(idsOf((await bytesOf(cookie, `/api/records/enterprise?q=${q}`)).body)).toEqual([row.id])
    expect((await bytesOf(cookie, '/api/records/enterprise?sort=-chiefPhone')).status).toBe(200)
  })
})
