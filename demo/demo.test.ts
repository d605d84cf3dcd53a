import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../county/index.ts'
import { hazard } from '../county/loops/hazard.ts'
import { areasOfCounty } from '../engine/areas/load.ts'
import { fixedClock } from '../engine/core/clock.ts'
import { orderComplaints } from '../engine/core/date-order.ts'
import { type Engine, openEngine } from '../engine/main.ts'
import { sql } from '../engine/store/db.ts'
import { cloneDemo, DEMO_NOW, type DemoDatabase } from '../test/demo.ts'
import { generate, SEED } from './generate.ts'
import { loadDemo } from './load.ts'
import type { Town } from './types.ts'

const NOW = '2026-11-22T03:00:00.000Z'
let towns: Town[]

beforeAll(async () => {
  const areas = await areasOfCounty('140525')
  towns = areas
    .filter((a) => a.level === 'town')
    .map(({ code, name }) => ({
      code,
      name,
      villages: areas.filter((a) => a.level === 'village' && a.parent === code),
    }))
})

describe('the generator', () => {
  it('is pure: the same seed, towns and instant tell the same county, another seed another', () => {
    const one = generate(SEED, towns, NOW)
    expect(generate(SEED, towns, NOW)).toEqual(one)
    expect(generate(SEED + 1, towns, NOW).writes.length).not.toBe(one.writes.length)
    const firms = one.writes.filter((w) => w.kind === 'create' && w.register === 'enterprise')
    expect(firms.length).toBe(320)
  })

  it('tells no end before its start, on whatever day it is told', () => {
    const fields = new Map(definitions.records.map((d) => [d.name, d.fields]))
    for (const n of [0, 5, 11, 18]) {
      const now = new Date(Date.parse(NOW) + n * 37 * 86_400_000).toISOString()
      const rows = new Map<string, Record<string, unknown>>()
      for (const w of generate(SEED, towns, now).writes) {
        if (w.kind !== 'create' && w.kind !== 'update') continue
        const row = { ...rows.get(w.key), ...w.values }
        rows.set(w.key, row)
        const wrong = orderComplaints(fields.get(w.register) ?? {}, row, (f) => f in w.values)
        expect(wrong, `${now} ${w.at} ${w.register} ${w.key}`).toEqual([])
      }
    }
  })

  it('tells two years in order, nothing after now, whatever day it is', () => {
    for (const now of [NOW, '2027-01-03T04:00:00.000Z', '2028-02-29T12:00:00.000Z']) {
      const { writes } = generate(SEED, towns, now)
      expect(writes.every((w, i) => w.at < now && (i === 0 || writes[i - 1]!.at <= w.at))).toBe(true)
      expect(writes[0]!.at < now.replace(/^\d{4}/, (y) => String(Number(y) - 1))).toBe(true)
      expect(writes.length).toBeLessThan(11_000)
    }
  })

  it('marks every enterprise as invented and keeps to codes that no real one has', () => {
    for (const w of generate(SEED, towns, NOW).writes)
      if (w.kind === 'create' && w.register === 'enterprise') {
        expect(w.values.name).toMatch(/（演示）$/)
        if (w.values.creditCode) expect(w.values.creditCode).toMatch(/^91140525MAEX\d{5}.$/)
      }
  })
})

describe('the demo county, loaded', () => {
  let base: DemoDatabase
  let engine: Engine
  let signIns: string[] = []

  beforeAll(async () => {
    base = await cloneDemo()
    engine = await openEngine(base.url, base.dataDir, { clock: fixedClock(DEMO_NOW) })
    const loaded = await loadDemo(engine, () => undefined)
    signIns = loaded?.signIns.map((s) => s.username) ?? []
  }, 400_000)

  afterAll(async () => {
    await engine?.close()
    await base?.drop()
  })

  const rows = async (query: string) =>
    (await sql<Record<string, string>>`${sql.raw(query)}`.execute(engine.db)).rows
  const count = async (query: string) => Number((await rows(query))[0]?.n)
  const values = async (query: string) => (await rows(query)).map((r) => r.v).sort()

  it('has a quarter of the enterprises in all 16 towns, all industries, all statuses', async () => {
    expect(await count('select count(*) n from enterprise')).toBe(89)
    expect(await values('select distinct town v from enterprise')).toEqual(towns.map((t) => t.code).sort())
    expect(await count('select count(distinct industry) n from enterprise')).toBe(9)
    expect(await count('select count(distinct status) n from enterprise')).toBe(8)
  })

  it('has the flaws of real ledgers: missing codes and phones, failed check digits, gaps', async () => {
    for (const field of ['credit_code', 'chief_phone', 'actual_code', 'supervisor', 'three_at_once'])
      expect(await count(`select count(*) n from enterprise where ${field} is null`), field).toBeGreaterThan(
        0,
      )
  })

  it('shows every proposed and adopted level, assessments that wait and that went back', async () => {
    expect(
      await values('select distinct adopted_level v from enterprise where adopted_level is not null'),
    ).toEqual(['一般', '低', '较大', '重大'].sort())
    expect(await values('select distinct state v from grade_decision')).toEqual([
      'adopted',
      'assessed',
      'returned',
    ])
  })

  it('has hazards in every state, every rung reached, deadlines met, late and met late', async () => {
    expect(await values('select distinct state v from hazard')).toEqual(Object.keys(hazard.states).sort())
    expect(await values("select distinct rung v from ladder_step where state = 'reached'")).toEqual(
      hazard.ladder.map((r) => r.name).sort(),
    )
    expect(await values('select distinct state v from deadline')).toEqual(
      expect.arrayContaining(['late', 'met', 'met-late', 'running']),
    )
  })

  it('has open major hazards, closed ones, and ones judged wrongly', async () => {
    for (const states of ["('closed')", "('withdrawn')", "('rectifying', 'listed', 'planned', 'reported')"])
      expect(
        await count(`select count(*) n from hazard where level = '重大' and state in ${states}`),
      ).toBeGreaterThan(0)
  })

  it('kept two years of journal in the order of time, by day', async () => {
    expect(
      await count(
        `select count(*) n from (select at::date - lag(at::date) over (order by id) d from journal) x where d < -1`,
      ),
    ).toBe(0)
    expect(await count('select max(at)::date - min(at)::date n from journal')).toBeGreaterThan(700)
  })

  it('gives sign-ins for county, towns, an enterprise and the city, and shows them again on the next start', async () => {
    expect(signIns).toEqual(
      expect.arrayContaining(['county', 'county2', 'bagong', 'qiye', 'qiye2', 'city', 'admin']),
    )
    const before = await count('select count(*) n from journal')
    expect((await loadDemo(engine, () => undefined))?.signIns.map((s) => s.username)).toEqual(signIns)
    expect(await count('select count(*) n from journal')).toBe(before)
  })

  it('counts as confirmed: nothing that enterprises told waits for an officer', async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from wish`.execute(engine.db)
    expect(rows[0]?.n).toBe(0)
  })

  it('every child register has records', async () => {
    for (const def of [...engine.catalogue.records.values()].filter((d) => d.kind === 'register'))
      expect(
        await count(`select count(*) n from ${def.name.replaceAll('-', '_')}`),
        def.name,
      ).toBeGreaterThan(def.of ? 5 : 3)
  })
})
