import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  hazardV1,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallCatalogue,
  smallDefinitions,
} from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { fold } from '../core/loop.ts'
import { sweep } from '../deadlines/sweep.ts'
import { foldCounters, parseCounts, readCounters, recount } from '../store/counters.ts'
import { sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import { openServices } from '../store/open.ts'
import { readFacts } from './act.ts'

let c: SmallCounty
let firm: string
let safety: ReturnType<typeof person_>
beforeAll(async () => {
  c = await openSmallCounty()
  firm = (
    await c
      .as(c.county)
      .create('enterprise', { name: '晋城铸造', place: '140525100', industry: '冶金' }, c.key())
  ).row.id
  safety = person_('赵安全', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm } },
  ])
})
afterAll(() => c.close())

const report = async (level = '一般') =>
  (await c.as(safety).create('hazard', { enterpriseId: firm, name: '除尘器积尘', level }, c.key())).row

describe('a closed loop', () => {
  it('goes from found to closed, step by step, and stores what it folds', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const found = await report()
    expect(found).toMatchObject({ state: 'found', track: 'plain', loopVersion: 1 })
    const ordered = (await c.as(c.town).act('hazard', found.id, 'order', { dueOn: '2026-03-20' }, 1, c.key()))
      .row
    expect(ordered).toMatchObject({ state: 'fixing', dueOn: '2026-03-20', version: 2 })
    c.clock.set('2026-03-10T09:00:00+08:00')
    const done = (await c.as(safety).act('hazard', found.id, 'rectify', { note: '已清理' }, 2, c.key())).row
    const closed = (await c.as(c.town).act('hazard', found.id, 'accept', {}, done.version, c.key())).row
    expect(closed.state).toBe('closed')
    const facts = await readFacts(c.db, found.id)
    expect(fold(hazardV1, facts).state).toBe('closed')
    const { rows } =
      await sql`select kind, state, due_on, closed_on from deadline where record_id = ${found.id}`.execute(
        c.db,
      )
    expect(rows).toEqual([{ kind: 'rectify', state: 'met', due_on: '2026-03-20', closed_on: '2026-03-10' }])
  })

  it('skips no step: a refusal names the state and what is possible', async () => {
    const found = await report()
    await proves('D01', 2, 'a step that would skip another is refused, and the possible one is named', () =>
      expect(c.as(c.town).act('hazard', found.id, 'accept', {}, 1, c.key())).rejects.toMatchObject({
        code: 'action-not-possible',
        details: { state: 'found', possible: [{ id: 'order', label: '责令整改' }] },
      }),
    )
    await expect(c.as(safety).act('hazard', found.id, 'order', {}, 1, c.key())).rejects.toMatchObject({
      message: '“责令整改”由县局监管人员、乡镇监管人员办理。',
    })
    await expect(c.as(c.town).act('hazard', found.id, 'rectify', {}, 1, c.key())).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    expect((await readFacts(c.db, found.id)).length).toBe(1)
  })

  it('is closed by someone else than who rectified', async () => {
    const found = await report()
    await c.as(c.town).act('hazard', found.id, 'order', {}, 1, c.key())
    await c.as(c.town).act('hazard', found.id, 'rectify', { note: '镇里代办' }, 2, c.key())
    const offers = await c.as(c.town).actions('hazard', found.id)
    expect(offers.find((o) => o.id === 'accept')).toMatchObject({
      enabled: false,
      reason: '您已办理“整改完成”，“销号”须由另一人办理。',
    })
    await expect(c.as(c.town).act('hazard', found.id, 'accept', {}, 3, c.key())).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    const { row } = await c.as(c.county).act('hazard', found.id, 'accept', {}, 3, c.key())
    expect(row.state).toBe('closed')
  })

  it('demands the form and holds a typed date within the policy’s maximum', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const found = await report()
    await expect(
      c.as(c.town).act('hazard', found.id, 'order', { dueOn: '2026-12-31' }, 1, c.key()),
    ).rejects.toMatchObject({ code: 'bad-input' })
    await c.as(c.town).act('hazard', found.id, 'order', {}, 1, c.key())
    const { rows } = await sql`select due_on from deadline where record_id = ${found.id}`.execute(c.db)
    expect(rows).toEqual([{ due_on: '2026-03-17' }])
    await expect(c.as(safety).act('hazard', found.id, 'rectify', {}, 2, c.key())).rejects.toMatchObject({
      details: { complaints: [{ path: 'form.note', message: '请填写情况。' }] },
    })
  })

  it('the ladder climbs by the sweep, once a rung, and an extension plans it anew', async () => {
    c.clock.set('2026-04-01T09:00:00+08:00')
    const found = await report('重大')
    await c.as(c.town).act('hazard', found.id, 'order', { dueOn: '2026-04-10' }, 1, c.key())
    const steps = async () =>
      (
        await sql<{
          rung: string
          state: string
          due_on: string
        }>`select rung, state, due_on from ladder_step where case_id = ${found.id} order by due_on`.execute(
          c.db,
        )
      ).rows
    c.clock.set('2026-04-10T20:00:00+08:00')
    await sweep(c.services)
    await proves('D13', 2, 'the days of reminder and letter follow from the deadline', async () =>
      expect(await steps()).toEqual([
        { rung: 'remind', state: 'planned', due_on: '2026-04-11' },
        { rung: 'letter', state: 'planned', due_on: '2026-04-17' },
      ]),
    )
    c.clock.set('2026-04-12T01:00:00+08:00')
    await sweep(c.services)
    await sweep(c.services)
    await proves('D13', 2, 'what is late climbs a rung by itself, once', async () =>
      expect((await steps()).map((s) => s.state)).toEqual(['reached', 'planned']),
    )
    const { entries } = await c.as(c.town).timeline('hazard', found.id)
    expect(entries.filter((e) => e.what === 'sweep:remind')).toHaveLength(1)
    await c.as(c.county).act('hazard', found.id, 'extend', { dueOn: '2026-05-10' }, 2, c.key())
    expect(await steps()).toEqual([
      { rung: 'remind', state: 'reached', due_on: '2026-05-11' },
      { rung: 'letter', state: 'planned', due_on: '2026-05-17' },
    ])
    c.clock.set('2026-06-01T01:00:00+08:00')
    await sweep(c.services)
    expect((await steps()).map((s) => s.state)).toEqual(['reached', 'reached'])
    await c.as(safety).act('hazard', found.id, 'rectify', { note: '完成' }, 3, c.key())
    const { rows } = await sql`select state from deadline where record_id = ${found.id}`.execute(c.db)
    expect(rows).toEqual([{ state: 'met-late' }])
  })

  it('lets two officers act at once and only one win', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const found = await report()
    const both = await Promise.allSettled([
      c.as(c.town).act('hazard', found.id, 'order', {}, 1, c.key()),
      c.as(c.county).act('hazard', found.id, 'order', {}, 1, c.key()),
    ])
    expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await readFacts(c.db, found.id)).length).toBe(2)
  })

  it('a case keeps the version it began with after version 2 ships', async () => {
    const old = await report()
    const v2 = {
      ...hazardV1,
      version: 2,
      states: { ...hazardV1.states, verified: { label: '待审核' } },
      actions: {
        ...hazardV1.actions,
        order: { ...hazardV1.actions.order!, label: '下达整改令', by: ['county-officer' as const] },
      },
    }
    const next = smallCatalogue({
      ...smallDefinitions,
      records: [...smallDefinitions.records.slice(0, 2), v2],
    })
    const services = await openServices(c.db, next, { clock: c.clock })
    const town = openDoor(services, c.town)
    const { row } = await town.act('hazard', old.id, 'order', {}, 1, c.key())
    expect(row).toMatchObject({ state: 'fixing', loopVersion: 1 })
    const fresh = (
      await openDoor(services, safety).create('hazard', { enterpriseId: firm, name: '新隐患' }, c.key())
    ).row
    expect(fresh.loopVersion).toBe(2)
    await expect(town.act('hazard', fresh.id, 'order', {}, 1, c.key())).rejects.toMatchObject({
      message: '“下达整改令”由县局监管人员办理。',
    })
    const changed = { ...v2, label: '改了' }
    await expect(
      openServices(
        c.db,
        smallCatalogue({ ...smallDefinitions, records: [...smallDefinitions.records.slice(0, 2), changed] }),
      ),
    ).rejects.toMatchObject({ code: 'bad-definition' })
    // what a ledger's words are read as changes no case and no figure
    const level = v2.fields.level
    const words = level?.options?.map((o) => ({ ...o, synonyms: ['严重'] }))
    const fields = { ...v2.fields, level: { ...level, sheet: ['隐患级别'], options: words } }
    const reworded = { ...v2, fields } as typeof v2
    await openServices(
      c.db,
      smallCatalogue({ ...smallDefinitions, records: [...smallDefinitions.records.slice(0, 2), reworded] }),
    )
  })

  it('counters: folded and pending sum to what the records say, at every level', async () => {
    const wanted = ['140525100', '140525', '1405', '14'].flatMap((area) => [
      { area },
      { area, digits: area.length },
      { area, digits: 9 },
      { area, digits: 9, open: true },
    ])
    const compare = async () => {
      for (const w of wanted)
        expect(parseCounts(await readCounters(c.db, c.catalogue, 'hazard', w)), JSON.stringify(w)).toEqual(
          parseCounts(await recount(c.db, c.catalogue, 'hazard', w)),
        )
    }
    await compare()
    expect(await readCounters(c.db, c.catalogue, 'hazard', { area: '14', digits: 9 })).not.toEqual([])
    expect(await foldCounters(c.db, c.catalogue)).toBeGreaterThan(0)
    expect(await foldCounters(c.db, c.catalogue)).toBe(0)
    await compare()
    await report()
    await compare()
    await foldCounters(c.db, c.catalogue)
    await proves('T06', 2, 'counts of town, county, city and province are what their records say', compare)
  })
})
