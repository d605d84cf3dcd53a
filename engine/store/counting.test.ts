import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { wrongCounters } from '../../test/counted.ts'
import {
  hazardV1,
  openSmallCounty,
  type SmallCounty,
  smallCatalogue,
  smallDefinitions,
} from '../../test/model-county.ts'
import { foldCounters, parseCounts, readCounters } from './counters.ts'
import { sql } from './db.ts'
import { missingSchema } from './migrate.ts'

let c: SmallCounty
let opened: SmallCounty | undefined
beforeEach(async () => {
  await opened?.close()
  opened = undefined
  c = opened = await openSmallCounty()
})
afterAll(() => opened?.close())

const firmIn = async (place: string, name = '晋城铸造') =>
  (await c.as(c.county).create('enterprise', { name, place, industry: '冶金' }, c.key())).row
const hazardOf = async (firm: string, level = '一般') =>
  (await c.as(c.county).create('hazard', { enterpriseId: firm, name: '除尘器积尘', level }, c.key())).row
const counts = async (register: string) =>
  parseCounts(await readCounters(c.db, c.catalogue, register, { area: '140525' }))
const raw = (text: string) => c.database.pool.query(text)
const wrong = async () => {
  const client = await c.database.pool.connect()
  try {
    return await wrongCounters(client)
  } finally {
    client.release()
  }
}

describe('counters follow every write', () => {
  it('a firm that moves town takes its hazards with it, folded or pending', async () => {
    const firm = await firmIn('140525100')
    await hazardOf(firm.id)
    await foldCounters(c.db, c.catalogue)
    await hazardOf(firm.id, '重大')
    await c.as(c.county).update('enterprise', firm.id, { place: '140525102001' }, firm.version, c.key())
    expect(await counts('hazard')).toEqual([{ area: '140525102', counts: { found: { 一般: 1, 重大: 1 } } }])
    expect(await counts('enterprise')).toEqual([{ area: '140525102', counts: { 冶金: 1 } }])
  })

  it('removing, restoring, acting, and statements that nobody foresaw', async () => {
    const firm = await firmIn('140525100')
    const hazard = await hazardOf(firm.id)
    const gone = await c.as(c.county).archive('hazard', hazard.id, 1, c.key({ reason: '重复' }))
    expect(await counts('hazard')).toEqual([])
    const back = await c
      .as(c.county)
      .restore('hazard', hazard.id, gone.row.version, c.key({ reason: '误删' }))
    await c.as(c.town).act('hazard', hazard.id, 'order', { dueOn: '2026-03-20' }, back.row.version, c.key())
    expect(await counts('hazard')).toEqual([{ area: '140525100', counts: { fixing: { 一般: 1 } } }])
    await raw(`insert into hazard select (jsonb_populate_record(h, jsonb_build_object('id', gen_random_uuid(), 'level', l))).*
      from hazard h, unnest('{一般,重大,重大}'::text[]) l`)
    expect(await counts('hazard')).toEqual([{ area: '140525100', counts: { fixing: { 一般: 2, 重大: 2 } } }])
    await raw(`insert into hazard select (jsonb_populate_record(h, '{"level": null}')).* from hazard h where level = '重大'
      on conflict (id) do update set level = null`)
    await raw(`with a as (update hazard set town = null, area = '140525' where level is null returning id),
      b as (delete from hazard where level = '一般' returning id) select * from a, b`)
    expect(await counts('hazard')).toEqual([])
    expect(
      parseCounts(await readCounters(c.db, c.catalogue, 'hazard', { area: '140525', digits: 6 })),
    ).toEqual([{ area: '140525', counts: { fixing: { '': 2 } } }])
    expect(await wrong()).toEqual([])
    await foldCounters(c.db, c.catalogue)
    await raw('truncate hazard')
    expect(await counts('hazard')).toEqual([])
    expect(await wrong()).toEqual([])
  })

  it('one row a statement for each combination, none when no count changes', async () => {
    const firm = await firmIn('140525100')
    for (const level of ['一般', '一般', '重大']) await hazardOf(firm.id, level)
    await foldCounters(c.db, c.catalogue)
    const pending = async () => (await raw('select town, dims, n from counter_delta order by n, dims')).rows
    await raw(`update hazard set name = '改了', updated_at = now()`)
    await raw(
      `update hazard set level = case level when '一般' then '重大' else '一般' end where name = '没有'`,
    )
    expect(await pending()).toEqual([])
    await raw(`update hazard set level = '重大'`)
    expect(await pending()).toEqual([
      { town: '140525100', dims: ['found', '一般'], n: -2 },
      { town: '140525100', dims: ['found', '重大'], n: 2 },
    ])
  })
})

describe('the drift check', () => {
  const missing = () => missingSchema(c.database.pool, c.catalogue)

  it('notices a missing and a switched-off trigger, and its statements count anew', async () => {
    expect(await missing()).toEqual([])
    const firm = await firmIn('140525100')
    for (const off of [
      'drop trigger hazard_count_update on hazard',
      'alter table hazard disable trigger hazard_count_insert',
      'drop function count_hazard cascade',
    ]) {
      await raw(off)
      await hazardOf(firm.id)
      await raw(`update hazard set level = '重大'`)
      const statements = await missing()
      expect(statements.length, off).toBeGreaterThan(0)
      for (const s of statements) await raw(s)
      expect(await missing(), off).toEqual([])
      expect(await wrong(), off).toEqual([])
    }
    expect(await counts('hazard')).toEqual([{ area: '140525100', counts: { found: { 重大: 3 } } }])
  })

  it('notices that a definition counts by other fields', async () => {
    const firm = await firmIn('140525100')
    await hazardOf(firm.id, '重大')
    await foldCounters(c.db, c.catalogue)
    const hazard = { ...hazardV1, version: 2, counted: ['level', 'state'] }
    const records = smallDefinitions.records.map((r) => (r.name === 'hazard' ? hazard : r))
    const changed = smallCatalogue({ ...smallDefinitions, records })
    const statements = await missingSchema(c.database.pool, changed)
    expect(statements.filter((s) => s.includes('enterprise'))).toEqual([])
    for (const s of statements) await raw(s)
    expect(await missingSchema(c.database.pool, changed)).toEqual([])
    expect(parseCounts(await readCounters(c.db, changed, 'hazard', { area: '140525' }))).toEqual([
      { area: '140525100', counts: { 重大: { found: 1 } } },
    ])
    await sql`insert into definition (kind, name, version, hash, body, stored_at)
      values ('loop', 'hazard', 2, 'x', ${JSON.stringify(hazard)}, now())`.execute(c.db)
    expect(await wrong()).toEqual([])
  })
})
