import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../engine/access/actor.ts'
import type { Json } from '../../engine/core/condition/ast.ts'
import type { FieldDef, IndicatorDef, RecordDef } from '../../engine/core/definition.ts'
import { parentField } from '../../engine/core/naming.ts'
import { computeIndicator } from '../../engine/indicators/compute.ts'
import { type FigureContext, populationSql } from '../../engine/indicators/population.ts'
import { firmsWaiting } from '../../engine/indicators/waiting.ts'
import { sql } from '../../engine/store/db.ts'
import type { Row } from '../../engine/store/types.ts'
import { listWishes } from '../../engine/store/wish/read.ts'
import { confirmWish } from '../../engine/store/wish/settle.ts'
import { openImportCounty } from '../import-county.ts'
import { person_ } from '../model-county.ts'

/**
 * Whatever an enterprise sends over any route, nobody leaves or enters what a figure counts and no proposed grade
 * moves until an officer confirms it. Walks all registers it may write, all their fields, and all indicators.
 */
const AS_OF = '2026-06-15'
let c: Awaited<ReturnType<typeof openImportCounty>>
let owner: Actor
const rows = new Map<string, Row>()
let context: FigureContext
const query = { scope: '140525', asOf: AS_OF }

/** One record of each register an enterprise may write, such that as many populations as can be hold it. */
const seeds: Record<string, Record<string, unknown>> = {
  person: { name: '张三', roles: ['主要负责人', '有限空间监护人'], examPassedOn: '2026-01-01' },
  equipment: { name: '焊机', kind: '焊机', stage: '生产运行', nextInspectionOn: '2027-01-01' },
  'confined-space': { name: '污水池', kind: '地下', spot: '东侧' },
  project: { name: '技改', kind: '技术改造', stage: '施工', reviewNeeded: true, startedOn: '2026-01-01' },
  guidance: { kind: '专家指导', visitedOn: '2026-02-01', provider: '示例机构', findings: 3, rectified: 1 },
  'special-operation-certificate': { holderName: '李四', category: '电工作业', validUntil: '2027-01-01' },
  'post-requirement': { post: '电工', category: '电工作业', required: 2 },
}

beforeAll(async () => {
  c = await openImportCounty(`${AS_OF}T09:00:00+08:00`)
  const yes = Object.entries(c.engine.catalogue.record('enterprise').fields).filter(
    ([, f]) => f.type === 'flag',
  )
  const made = async (name: string, more: Record<string, unknown>) =>
    (
      await c.door(c.county).create(
        'enterprise',
        {
          name,
          division: '140525108',
          industry: '轻工',
          scale: '规下',
          status: '在产',
          threeAtOnce: '历史遗留',
          dustKind: '铝镁',
          dustWorkers: 30,
          employees: 100,
          specialWorkersRequired: 2,
          supervisingLevel: '县级重点',
          ...more,
        },
        c.key(),
      )
    ).row
  const firm = await made('全项厂', Object.fromEntries(yes.map(([n]) => [n, true])))
  await made('旁边厂', { smelting: true })
  rows.set('enterprise', firm)
  owner = person_(
    '周安全',
    [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } }],
    '140525108',
  )
  for (const [register, values] of Object.entries(seeds)) {
    const about = { enterpriseId: firm.id, ...values }
    rows.set(register, (await c.door(c.county).create(register, about, c.key())).row)
  }
  context = { db: c.engine.db, catalogue: c.engine.catalogue, policies: c.engine.policies() }
})
afterAll(() => c.close())

const indicators = () => [...c.engine.catalogue.indicators.values()]

async function populations(): Promise<Record<string, string[]>> {
  const out: Record<string, string[]> = {}
  for (const def of indicators()) {
    // whom it asks, whatever the period says of those who are not late yet
    const { every: _, ...of } = def.of
    const whole = { ...def, of } as IndicatorDef
    const { rows: found } = await sql<{ id: string }>`${populationSql(whole, query, context)}
      select distinct id from population order by id`.execute(c.engine.db)
    out[def.name] = found.map((r) => r.id)
  }
  return out
}

async function figures(): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {}
  for (const def of indicators()) out[def.name] = await computeIndicator(context, def, query)
  return out
}

const grades = async () =>
  (
    await sql`select id, proposed_level, adopted_level, status, scale, industry from enterprise order by id`.execute(
      c.engine.db,
    )
  ).rows

/** Values somebody who wants out of a duty might send. */
function escapes(f: FieldDef, value: unknown): Json[] {
  switch (f.type) {
    case 'flag':
      return [value !== true, null]
    case 'choice':
      return [...(f.options ?? []).map((o) => o.value).filter((v) => v !== value), null].slice(-3)
    case 'choices':
      return [[f.options![0]!.value], [f.options!.at(-1)!.value]]
    case 'number':
    case 'money':
      return [Math.max(f.min ?? 0, 0), null]
    case 'date':
      return ['2020-01-01', null]
    case 'text':
      return ['另外', null]
    default:
      return []
  }
}

async function attack(def: RecordDef, row: Row): Promise<number> {
  let sent = 0
  for (const [name, f] of Object.entries(def.fields))
    for (const value of escapes(f, row[name])) {
      const { version } = await c.door(owner).get(def.name, row.id)
      // refused or kept waiting, either is well
      await c
        .door(owner)
        .update(def.name, row.id, { [name]: value }, version, c.key())
        .then(() => sent++)
        .catch(() => undefined)
    }
  return sent
}

const ofFirm = () =>
  [...c.engine.catalogue.records.values()].filter(
    (d) => d.kind === 'register' && d.rights['enterprise-officer'] === 'own' && rows.has(d.name),
  )

describe('an enterprise that would like to owe less', () => {
  it('changes no figure, no population and no grade by any field of its own record', async () => {
    const [was, whom, levels] = [await figures(), await populations(), await grades()]
    expect(Object.values(whom).filter((ids) => ids.length).length).toBeGreaterThan(25)
    expect(await attack(c.engine.catalogue.record('enterprise'), rows.get('enterprise')!)).toBeGreaterThan(50)
    expect(await populations()).toEqual(whom)
    expect(await grades()).toEqual(levels)
    const now = await figures()
    // how sure the record as a whole is may fall: it is the enterprise's word again
    const bare = (all: Record<string, unknown>) =>
      JSON.parse(JSON.stringify(all, (k, v) => (k === 'proof' ? undefined : v)))
    expect(bare(now)).toEqual(bare(was))
    const waits = await firmsWaiting(context, c.engine.catalogue.indicator('dust-connected'), query)
    expect(waits).toBe(1)
  })

  it('nor by a ledger, by what lies below it, by taking rows out, bringing them back or adding others', async () => {
    const [whom, levels] = [await populations(), await grades()]
    const heads = ['企业名称', '金属冶炼', '粉尘涉爆', '从业人员', '企业状态', '规上/规下']
    const session = await c.upload(owner, 'enterprise', [heads, ['全项厂', '否', '否', '1', '停产', '规上']])
    await c.run(owner, session.id)
    for (const def of ofFirm()) {
      const row = rows.get(def.name)!
      if (def.name !== 'enterprise') expect(await attack(def, row), def.name).toBeGreaterThan(3)
      const { version } = await c.door(owner).get(def.name, row.id)
      await c
        .door(owner)
        .archive(def.name, row.id, version, c.key())
        .catch(() => undefined)
    }
    // one that an officer took out of the ledger stays out
    const spare = await c
      .door(c.county)
      .create(
        'equipment',
        { enterpriseId: rows.get('enterprise')!.id, ...seeds.equipment, name: '旧焊机' },
        c.key(),
      )
    const out = await c.door(c.county).archive('equipment', spare.row.id, 1, c.key())
    await c.door(owner).restore('equipment', spare.row.id, out.row.version, c.key())
    expect(await populations()).toEqual(whom)
    expect(await grades()).toEqual(levels)

    // a second row beside the first: nobody is lost by it, and nobody but itself is new
    const fresh: string[] = []
    for (const [register, values] of Object.entries(seeds)) {
      const of = c.engine.catalogue.record(register).of!
      const about = { [parentField(of)]: rows.get(of)!.id, ...values }
      fresh.push((await c.door(owner).create(register, about, c.key())).row.id)
    }
    const now = await populations()
    for (const [name, ids] of Object.entries(now))
      expect(
        ids.filter((id) => !fresh.includes(id)),
        name,
      ).toEqual(whom[name])
    expect(await grades()).toEqual(levels)
  })

  it('and all of it counts the moment an officer confirms it', async () => {
    const whom = await populations()
    const waiting = (await listWishes(c.engine, c.bagong, { state: 'waiting', limit: 200 })).rows
    expect(waiting.length).toBeGreaterThan(40)
    let done = 0
    for (const w of waiting)
      await confirmWish(c.engine, c.bagong, w.id, { version: w.version, meta: c.key() })
        .then(() => done++)
        .catch(() => undefined)
    expect(done).toBeGreaterThan(40)
    const now = await populations()
    const moved = Object.keys(whom).filter((name) => String(now[name]) !== String(whom[name]))
    expect(moved.length).toBeGreaterThan(20)
  })
})
