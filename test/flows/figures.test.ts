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
import { proves, type RowId } from '../proves.ts'

/**
 * Every computed task of the demo county's notice, counted again from exported sheets: plain loops over rows as a
 * clerk would do it in Excel, nothing of the indicator code. Then one change through the door moves each figure by
 * exactly what it should.
 */
type Sheet = Record<string, string>[]
let demo: DemoDatabase
let engine: Engine
let tasks: TaskView[]
const sheets: Record<string, Sheet> = {}
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
  await exportRegister(engine, li, register, { format: 'csv', columns }, out)
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

const yes = (v: string | undefined) => ['是', 'TRUE', 'true', '1'].includes(v ?? '')
const trade = ['冶金', '有色', '建材', '机械', '轻工', '纺织', '烟草', '商贸']
const running = (e: Record<string, string>) => ['在产', '新增', '变更'].includes(e.status!)
const supervised = (e: Record<string, string>) =>
  !['关停', '搬迁', '僵尸'].includes(e.status!) && trade.includes(e.industry!)
const of = (register: string, e: Record<string, string>) =>
  sheets[register]!.filter((r) => r.enterpriseId === e.id)
const proved = (r: Record<string, string>) => Number(r.proof) >= 2
const year = (on: string) => on.slice(0, 4)
const measure = (e: Record<string, string>, kind: string, at: string) =>
  of('measure-record', e).filter((r) => r.kind === kind && r.stage === '已完成' && r.doneOn! <= at)
const withMeasure =
  (kind: string, thisYear = false) =>
  (e: Record<string, string>, at: string) =>
    measure(e, kind, at).some((r) => !thisYear || year(r.doneOn!) === year(at)) &&
    of('measure-record', e).some((r) => r.kind === kind && r.stage === '已完成' && proved(r))
const dusty = (e: Record<string, string>) => running(e) && yes(e.dust)
const smelter = (e: Record<string, string>) => running(e) && yes(e.smelting)
const connected = (e: Record<string, string>, system: string) =>
  of('monitoring-connection', e).some((r) => r.system === system && r.stage === '已接入')
const keyEquipment = (e: Record<string, string>) =>
  running(e) && ['smelting', 'blastFurnace', 'converter', 'gas', 'moltenHoisting'].some((f) => yes(e[f]))

type Count = { num: number; den: number }
const share =
  (
    register: string,
    population: (r: Record<string, string>) => boolean,
    met: (r: Record<string, string>, at: string) => boolean,
  ) =>
  (at: string): Count => {
    const rows = sheets[register]!.filter(population)
    return { num: rows.filter((r) => met(r, at)).length, den: rows.length }
  }
const firmOf = (r: Record<string, string>) => sheets.enterprise!.find((e) => e.id === r.enterpriseId)!

/** Periods of a kind that have ended by `at`, and the one that runs (it counts only those who already did it). */
function periods(
  kind: 'month' | 'quarter' | 'half',
  at: string,
): { from: string; to: string; over: boolean }[] {
  const months = { month: 1, quarter: 3, half: 6 }[kind]
  const y = Number(year(at))
  const out: { from: string; to: string; over: boolean }[] = []
  for (let m = 0; m < 12; m += months) {
    const from = `${y}-${String(m + 1).padStart(2, '0')}-01`
    const to = new Date(Date.UTC(y, m + months, 0)).toISOString().slice(0, 10)
    if (from <= at) out.push({ from, to, over: to <= at })
  }
  return out
}
const periodic =
  (
    kind: 'month' | 'quarter' | 'half',
    population: (e: Record<string, string>) => boolean,
    register: string,
    fits: (r: Record<string, string>, from: string, to: string) => boolean,
  ) =>
  (at: string): Count => {
    let num = 0
    let den = 0
    for (const e of sheets.enterprise!.filter(population))
      for (const p of periods(kind, at)) {
        const did = of(register, e).some((r) => fits(r, p.from, p.to) && proved(r))
        if (p.over || did) den++
        if (did) num++
      }
    return { num, den }
  }
const halfYearDrill = (e: Record<string, string>) =>
  running(e) &&
  (['smelting', 'labourIntensive', 'plantInPlant', 'multiTenant'].some((f) => yes(e[f])) ||
    e.industry === '非煤矿山')

/** How a clerk counts each figure. */
const clerk: Record<string, (at: string) => Count> = {
  'ledger-confirmed': share('enterprise', supervised, (e, at) => year(e.confirmedOn!) === year(at)),
  graded: share('enterprise', supervised, (e) => e.adoptedLevel !== ''),
  'supervision-assigned': share(
    'enterprise',
    supervised,
    (e) => e.supervisingLevel !== '' && e.supervisor !== '',
  ),
  'demo-firms-large': share(
    'enterprise',
    (e) => running(e) && trade.includes(e.industry!) && e.scale === '规上',
    withMeasure('责任落实示范企业', true),
  ),
  'demo-firms-small': share(
    'enterprise',
    (e) => running(e) && trade.includes(e.industry!) && e.scale === '规下',
    withMeasure('责任落实示范企业', true),
  ),
  'responsibility-system': share(
    'enterprise',
    (e) => running(e) && trade.includes(e.industry!) && e.scale === '规上',
    withMeasure('全员安全生产责任制'),
  ),
  'expert-service': share(
    'enterprise',
    (e) => running(e) && e.supervisingLevel === '县级重点',
    (e, at) =>
      of('guidance', e).some((g) => g.kind === '专家指导' && year(g.visitedOn!) === year(at) && proved(g)),
  ),
  'expert-look-back': (at) => {
    const rows = sheets.guidance!.filter(
      (g) => g.kind === '专家指导' && year(g.visitedOn!) === year(at) && Number(g.findings) > 0,
    )
    return {
      num: rows.filter(
        (g) =>
          g.lookBackOn !== '' && g.rectified !== '' && Number(g.rectified) >= Number(g.findings) && proved(g),
      ).length,
      den: rows.length,
    }
  },
  'plant-in-plant-campaign': share(
    'enterprise',
    (e) => running(e) && (yes(e.plantInPlant) || yes(e.multiTenant)),
    withMeasure('厂中厂集中整治', true),
  ),
  'dangerous-work-campaign': share(
    'enterprise',
    (e) =>
      running(e) &&
      ['smelting', 'gas', 'confinedSpace', 'moltenHoisting', 'silo', 'outsourcing'].some((f) => yes(e[f])),
    withMeasure('危险作业集中整治', true),
  ),
  'ancillary-chemical-campaign': share(
    'enterprise',
    (e) => running(e) && yes(e.ancillaryChemical),
    withMeasure('配套危化装置整治', true),
  ),
  'life-cycle-system': share('enterprise', keyEquipment, withMeasure('设备全生命周期管理制度')),
  'life-cycle-ledger': share('enterprise', keyEquipment, (e) =>
    of('equipment', e).some(
      (q) =>
        ['高炉', '转炉', '电炉', '煤气柜', '煤气管道', '煤气发生炉', '熔融金属盛装容器'].includes(q.kind!) &&
        q.keeper !== '' &&
        q.stage !== '',
    ),
  ),
  'heads-trained': share(
    'person',
    (p) =>
      ['主要负责人', '实际控制人', '安全负责人'].some((r) => p.roles!.includes(r)) &&
      p.leftOn === '' &&
      running(firmOf(p)) &&
      trade.includes(firmOf(p).industry!),
    (p, at) =>
      sheets.training!.some(
        (t) => t.personId === p.id && t.result === '合格' && year(t.trainedOn!) === year(at) && proved(t),
      ),
  ),
  'insurer-check': share('enterprise', smelter, (e, at) =>
    of('guidance', e).some(
      (g) => g.kind === '保险机构预防检查' && year(g.visitedOn!) === year(at) && proved(g),
    ),
  ),
  'smelters-insured': share('enterprise', smelter, (e, at) =>
    of('insurance', e).some((i) => i.validFrom! <= at && i.validUntil! >= at && proved(i)),
  ),
  'major-hazards-open': () => {
    const rows = sheets.hazard!.filter((h) => h.level === '重大' && h.state !== '误判撤销')
    return { num: rows.filter((h) => h.state !== '已销号').length, den: rows.length }
  },
  'welders-in-app': share(
    'equipment',
    (q) => q.kind === '焊机' && q.stage !== '报废处置',
    (q) => yes(q.inApp) && q.machineCode !== '',
  ),
  'dust-connected-count': share('enterprise', dusty, (e) => connected(e, '粉尘涉爆监测预警')),
  'danger-video': share(
    'enterprise',
    (e) =>
      smelter(e) ||
      dusty(e) ||
      (running(e) && e.industry === '轻工' && yes(e.confinedSpace) && yes(e.confinedSpaceToxic)),
    (e) => connected(e, '危险环节视频监控'),
  ),
  'blast-furnace-platform': share(
    'enterprise',
    (e) => running(e) && yes(e.blastFurnace),
    (e) => connected(e, '安全智能化管理平台'),
  ),
  'chief-check-quarterly': periodic(
    'quarter',
    (e) => running(e) && trade.includes(e.industry!) && !yes(e.smelting),
    'chief-check',
    (r, from, to) => yes(r.inPerson) && r.checkedOn! >= from && r.checkedOn! <= to,
  ),
  'chief-check-monthly': periodic(
    'month',
    (e) => running(e) && (yes(e.smelting) || e.industry === '非煤矿山'),
    'chief-check',
    (r, from, to) => yes(r.inPerson) && r.checkedOn! >= from && r.checkedOn! <= to,
  ),
  'drill-half-year': periodic(
    'half',
    halfYearDrill,
    'drill',
    (r, from, to) => ['疏散逃生', '综合'].includes(r.kind!) && r.heldOn! >= from && r.heldOn! <= to,
  ),
}

/** Figures that are what a row of the mission asks for. */
const rowOf: Record<string, [RowId, string]> = {
  'ledger-confirmed': ['A06', 'enterprises confirmed in the ledger this year'],
  'supervision-assigned': ['A09', 'enterprises with a supervising level and a named unit'],
  'expert-look-back': ['P01', 'expert visits whose findings were rectified and looked back at'],
  'dangerous-work-campaign': ['M02', 'enterprises whose campaign is done and proved'],
  'life-cycle-ledger': ['N01', 'enterprises whose key equipment stands in the ledger'],
  'responsibility-system': ['J01', 'large enterprises with a proved responsibility system'],
  'heads-trained': ['K01', 'heads who passed a training this year'],
  'insurer-check': ['P07', 'smelters with a preventive check this year'],
  'smelters-insured': ['P07', 'smelters with a policy in force'],
  'welders-in-app': ['F15', 'welding machines with a code and in use of the app'],
  'major-hazards-open': ['D19', 'open major hazards'],
  'blast-furnace-platform': ['F19', 'blast-furnace enterprises with the platform'],
  'chief-check-quarterly': ['D03', 'quarterly checks led by the chief in person'],
  'chief-check-monthly': ['D03', 'monthly ones in smelting'],
  'drill-half-year': ['Q01', 'half-yearly drills of those who owe them'],
}

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
