import type { CompiledQuery } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import type { Actor, Assignment } from '../access/actor.ts'
import { fixedClock } from '../core/clock.ts'
import { all, field } from '../core/condition/build.ts'
import type { RecordDef } from '../core/definition.ts'
import { countyCatalogue } from '../main.ts'
import { type Database, openDatabase } from './db.ts'
import { listRows } from './list.ts'
import { openServices } from './open.ts'
import type { Services } from './services.ts'
import type { ListQuery } from './types.ts'

/**
 * A page of a list is read and not searched for: each kind of reader opens each list in its usual order and by its
 * quick filters, and what PostgreSQL touches for a page of twenty is counted. The rows are years of cases, most of
 * them closed, as a county has them.
 */
const COUNTY = '140525'
const TOWN = '140525101'
const FIRMS = 3_000
const HAZARDS = 30_000
const TODAY = '2026-03-02'

/** Half of the rows are this county's, in four towns of very different size; the rest are of eleven others. */
const SEED = `
  create table place as select i, case when i % 2 = 0
      then '${COUNTY}10' || (case when i % 20 = 0 then 2 when i % 20 < 6 then 1 when i % 20 < 12 then 3 else 4 end)
      else '1405' || lpad((i % 11 + 26)::text, 2, '0') || '10' || i % 7 end as town
    from generate_series(0, ${FIRMS - 1}) i;
  insert into enterprise (id, area, county, town, sector, unit, organisation, proof, happened_on, recorded_at, updated_at, created_by,
      updated_by, name, credit_code, division, industry, scale, status, adopted_level, confirmed_on)
    select f.id, p.town, left(p.town, 6), p.town, '机械', case when i % 50 = 0 then '${COUNTY}/emb' end, f.id, 3, '2024-01-01',
      timestamptz '2024-01-01' + i * interval '3 hours', now(), f.id, f.id, '第' || i || '机械厂', 'T' || i, p.town, '机械', '规下',
      case when i % 40 = 0 then '停产' when i % 900 = 0 then '关停' else '在产' end, case when i % 25 = 0 then '重大' else '一般' end,
      date '2026-03-02' - (i * 7919 % 500)
    from place p, lateral (select ('10000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id) f;
  insert into hazard (id, area, county, town, sector, unit, organisation, proof, happened_on, recorded_at, updated_at, created_by, updated_by,
      state, track, loop_version, state_since, enterprise_id, name, origin, found_by, found_on, level, spot, due_on)
    select h.id, e.area, e.county, e.town, e.sector, e.unit, e.id, 3, h.day, h.day + time '09:00', now(), e.id, e.id,
      h.state, 'order', 3, now(), e.id, '第' || i || '处积尘', case when i % 3 = 0 then '企业自查上报' else '监管执法查处' end,
      case when i % 3 = 0 then '企业' else '县局' end, h.day, case when i % 30 = 7 then '重大' else '一般' end, '除尘间',
      case when h.state in ('found', 'assessed') then null else h.day + 20 + i % 15 end
    from generate_series(0, ${HAZARDS - 1}) i
    join enterprise e on e.id = ('10000000-0000-7000-8000-' || lpad(to_hex(i * 7 % ${FIRMS}), 12, '0'))::uuid,
    lateral (select ('20000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id, date '2022-03-01' + i * 1460 / ${HAZARDS} as day,
      case when i > ${HAZARDS} * 0.97 or i * 31 % 97 < 2
        then (array['found', 'assessed', 'rectifying', 'rectifying', 'checking', 'listed'])[i * 13 % 6 + 1]
        when i % 211 = 0 then 'withdrawn' else 'closed' end as state) h;
  vacuum analyze enterprise; vacuum analyze hazard;`

const actor = (...assignments: Assignment[]): Actor => ({
  id: '00000000-0000-7000-8000-0000000000aa',
  name: '读者',
  kind: 'person',
  assignments,
  home: COUNTY,
})
const FIRM = '10000000-0000-7000-8000-000000000002'

/** Who reads, and how much a page may touch: an index leads the first three, the others may sort. */
const readers: Record<string, { actor: Actor; most: number }> = {
  县: { actor: actor({ role: 'county-officer', ground: { by: 'area', area: COUNTY } }), most: 500 },
  乡镇: { actor: actor({ role: 'town-officer', ground: { by: 'area', area: TOWN } }), most: 500 },
  本企业: {
    actor: actor({ role: 'enterprise-officer', ground: { by: 'organisation', organisation: FIRM } }),
    most: 500,
  },
  市: { actor: actor({ role: 'city-viewer', ground: { by: 'area', area: '1405' } }), most: 2000 },
  监管单位: {
    actor: actor({ role: 'county-officer', ground: { by: 'unit', unit: `${COUNTY}/emb` } }),
    most: 2000,
  },
  行业: {
    actor: actor({ role: 'county-officer', ground: { by: 'sector', sector: '机械', area: COUNTY } }),
    most: 2000,
  },
}

/** What a list is opened by: its usual order, its tabs, and the quick filters above it. */
function queriesOf(def: RecordDef): Record<string, ListQuery> {
  const out: Record<string, ListQuery> = { 全部: {} }
  const tab = (name: string, value: string) => {
    out[`${name} ${value}`] = { where: field(name).is(value) }
  }
  if (def.kind === 'loop') {
    for (const state of Object.keys(def.states)) tab('state', state)
    const open = field('state').in(Object.keys(def.states).filter((s) => !def.states[s]!.end))
    out.未办结 = { where: open }
    out.逾期 = { where: all(open, field('dueOn').lt(TODAY)), sort: ['dueOn'] }
    out['逾期（新的在前）'] = { where: all(open, field('dueOn').lt(TODAY)) }
    out.本月 = { where: field('foundOn').gte('2026-03-01') }
    out.按期限 = { sort: ['dueOn'] }
    out['整改中，按期限'] = { where: field('state').is('rectifying'), sort: ['dueOn'] }
  } else {
    for (const { value } of def.fields.status!.options!) tab('status', value)
    out.本月核实 = { where: field('confirmedOn').gte('2026-03-01') }
  }
  return out
}

let database: TestDatabase
let db: Database
let s: Services
let client: pg.Client

beforeAll(async () => {
  database = await cloneDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  for (const statement of SEED.split(';')) await client.query(statement)
  db = openDatabase(database.url, { max: 2 })
  s = await openServices(db.db, countyCatalogue(), { clock: fixedClock(`${TODAY}T09:00:00+08:00`) })
})
afterAll(async () => {
  await client?.end()
  await db?.close()
  await database?.drop()
})

/** Pages of the database that a page of the list touched, and the plan. */
async function touched(who: Actor, register: string, query: ListQuery): Promise<[number, string]> {
  const asked: CompiledQuery[] = []
  const run = db.db.executeQuery.bind(db.db)
  db.db.executeQuery = ((q: CompiledQuery) => {
    asked.push(q)
    return run(q)
  }) as typeof run
  try {
    await listRows(s, who, s.catalogue.record(register), query)
  } finally {
    db.db.executeQuery = run
  }
  let sum = 0
  let plan = ''
  for (const { sql, parameters } of asked) {
    const { rows } = await client.query({
      text: `explain (analyze, buffers, timing off) ${sql}`,
      values: [...parameters],
    })
    const lines = rows.map((r) => r['QUERY PLAN'] as string)
    const [, hit = '0', read = '0'] = /shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(lines.join('\n')) ?? []
    sum += Number(hit) + Number(read)
    plan += lines.join('\n')
  }
  return [sum, plan]
}

describe.each(['hazard', 'enterprise'])('a page of %s', (register) => {
  it.each(Object.keys(readers))('as %s sees it', async (name) => {
    const reader = readers[name]!
    const wide: string[] = []
    for (const [title, query] of Object.entries(queriesOf(s.catalogue.record(register)))) {
      const [n, plan] = await touched(reader.actor, register, query)
      if (process.env.PLANS) console.log(register, name, title, n)
      if (n > reader.most) wide.push(`${title}: ${n} buffers\n${plan}`)
    }
    expect(wide).toEqual([])
  })
})
