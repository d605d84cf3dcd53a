import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../engine/access/actor.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import { field } from '../../engine/core/condition/build.ts'
import { exportRegister } from '../../engine/exchange/export/index.ts'
import { type Engine, openEngine } from '../../engine/main.ts'
import { openDoor } from '../../engine/store/door.ts'
import { listTasks, type TaskView } from '../../engine/tasks/index.ts'
import { cloneDemo, DEMO_NOW, type DemoDatabase } from '../demo.ts'
import { inArea, person_ } from '../model-county.ts'
import { proves } from '../proves.ts'
import {
  clerk,
  connected,
  of,
  rowOf,
  running,
  type Sheet,
  sheets,
  smelter,
  supervised,
  yes,
} from './clerk.ts'

/**
 * Every computed task of the demo county's notice, counted again from exported sheets: plain loops over rows as a
 * clerk would do it in Excel, nothing of the indicator code. Then one change through the door moves each figure by
 * exactly what it should.
 */
let demo: DemoDatabase
let engine: Engine
let tasks: TaskView[]
const li: Actor = person_('李股长', [inArea('county-officer', '140525')])

/**
 * A register's export as CSV, read back as rows by field name (two headings may read alike), with the proof level.
 * A clerk joins sheets by names: `id` is the enterprise's name, of a person the enterprise's and his own.
 */
async function sheet(register: string): Promise<Sheet> {
  const def = engine.catalogue.record(register)
  const above = { enterprise: [], person: ['enterprise.name'], training: ['enterprise.name', 'person.name'] }[
    register
  ] ?? ['enterprise.name']
  const decided = def.kind === 'loop' ? ['state'] : register === 'enterprise' ? ['adoptedLevel'] : []
  const columns = [...above, 'proof', ...decided, ...Object.keys(def.fields)]
  const chunks: Buffer[] = []
  const out = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const written = finished(out)
  await exportRegister(engine, li, register, { format: 'csv', columns, purpose: '核对台账' }, out)
  await written
  const rows = parse(Buffer.concat(chunks), { bom: true, relax_column_count: true }) as string[][]
  return rows.slice(1).map((cells) => {
    const row = Object.fromEntries(columns.map((c, n) => [c, cells[n] ?? '']))
    const firm = register === 'enterprise' ? row.name : row['enterprise.name']
    const id = register === 'person' ? `${firm}|${row.name}` : `${firm}`
    return { ...row, id, enterpriseId: `${firm}`, personId: `${firm}|${row['person.name'] ?? ''}` }
  })
}

beforeAll(async () => {
  demo = await cloneDemo()
  engine = await openEngine(demo.url, demo.dataDir, { clock: fixedClock(DEMO_NOW) })
  tasks = await listTasks(engine, engine.db, li, engine.clock.now())
  const firms = await sheet('enterprise')
  expect(new Set(firms.map((e) => e.name)).size).toBe(firms.length)
  const registers = [
    'enterprise',
    'measure-record',
    'guidance',
    'insurance',
    'monitoring-connection',
    'person',
    'training',
    'equipment',
    'hazard',
    'chief-check',
    'drill',
    'standardisation',
    'project',
  ]
  for (const r of registers) sheets[r] = await sheet(r)
}, 400_000)
afterAll(async () => {
  await engine?.close()
  await demo?.drop()
})

describe('figures of the year’s notice', () => {
  it('at least 15 tasks are computed, and every one equals the clerk’s count from the sheets', () => {
    const computed = tasks.filter((t) => t.indicator && clerk[t.indicator])
    expect(computed.length).toBeGreaterThanOrEqual(15)
    for (const t of computed) {
      const { num, den } = clerk[t.indicator!]!(t.figure.at)
      const asCounted = () => {
        expect({ task: t.indicator, num: t.figure.num, den: t.figure.den }).toEqual({
          task: t.indicator,
          num,
          den,
        })
        expect(den).toBeGreaterThan(0)
      }
      const row = rowOf[t.indicator!]
      if (row) proves(row[0], 2, `${row[1]}: as a clerk counts it from the sheets`, asCounted)
      else asCounted()
    }
    proves('C12', 2, 'the campaign’s figures are computed, every one as counted by hand', () =>
      expect(computed.length).toBeGreaterThanOrEqual(15),
    )
  })

  /** the record behind a sheet's row */
  const idOf = async (e: Record<string, string>) =>
    (await openDoor(engine, li).list('enterprise', { where: field('name').is(e.name!), limit: 1 })).rows[0]!
      .id
  const figure = async (indicator: string) => {
    const found = (await listTasks(engine, engine.db, li, engine.clock.now())).find(
      (t) => t.indicator === indicator,
    )
    return { num: found!.figure.num, den: found!.figure.den }
  }
  let n = 0
  const key = () => ({ idempotencyKey: `figure-${++n}` })

  it('one hazard found moves the open major hazards by one, and nothing else of it', async () => {
    const before = await figure('major-hazards-open')
    const firm = sheets.enterprise!.find((e) => smelter(e))!
    const door = openDoor(engine, li)
    const some = (await door.list('hazard', { limit: 1 })).rows[0]!
    await door.create(
      'hazard',
      {
        enterpriseId: await idOf(firm),
        name: '煤气报警器失效',
        origin: '监管执法查处',
        foundBy: '县局',
        foundOn: '2026-11-20',
        level: '重大',
        spot: '炉前',
        before: some.before,
      },
      key(),
    )
    await proves('D19', 2, 'one more open major hazard moves the count by one', async () =>
      expect(await figure('major-hazards-open')).toEqual({ num: before.num + 1, den: before.den! + 1 }),
    )
  })

  it('one connection and one policy move their figures by one', async () => {
    const door = openDoor(engine, li)
    const platform = await figure('blast-furnace-platform')
    const furnace = sheets.enterprise!.find(
      (e) => running(e) && yes(e.blastFurnace) && !connected(e, '安全智能化管理平台'),
    )!
    await door.create(
      'monitoring-connection',
      {
        enterpriseId: await idOf(furnace),
        system: '安全智能化管理平台',
        stage: '已接入',
        connectedOn: '2026-11-20',
      },
      key(),
    )
    await proves('F19', 2, 'one more enterprise with the platform moves the figure by one', async () =>
      expect(await figure('blast-furnace-platform')).toEqual({ ...platform, num: platform.num + 1 }),
    )
    const insured = await figure('smelters-insured')
    const bare = sheets.enterprise!.find(
      (e) =>
        smelter(e) &&
        !of('insurance', e).some((i) => i.validFrom! <= '2026-11-22' && i.validUntil! >= '2026-11-22'),
    )!
    await door.create(
      'insurance',
      {
        enterpriseId: await idOf(bare),
        policyNumber: 'TEST-1',
        insurer: '某保险公司',
        validFrom: '2026-11-01',
        validUntil: '2027-10-31',
      },
      key(),
    )
    await proves('P07', 2, 'one more policy in force moves the rate', async () =>
      expect(await figure('smelters-insured')).toEqual({ ...insured, num: insured.num + 1 }),
    )
  })

  it('a change after the due date does not touch the frozen figure', async () => {
    const before = tasks.find((t) => t.indicator === 'graded')!
    expect(before.frozen).toBeDefined()
    const door = openDoor(engine, li)
    const stopped = sheets.enterprise!.find((e) => supervised(e) && e.adoptedLevel === '')!
    const row = await door.get('enterprise', await idOf(stopped))
    await door.update('enterprise', row.id, { status: '关停' }, row.version, key())
    const after = (await listTasks(engine, engine.db, li, engine.clock.now())).find(
      (t) => t.indicator === 'graded',
    )!
    expect(after.figure.den).toBe(before.figure.den! - 1)
    expect(after.frozen).toEqual(before.frozen)
  })
})
