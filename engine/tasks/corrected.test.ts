import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { sql } from '../store/db.ts'
import type { Row } from '../store/types.ts'
import { freezeDue } from './freeze.ts'
import { taskGrid } from './grid.ts'
import { getTask, listTasks } from './list.ts'
import { taskRows } from './missing.ts'

/** A figure that was frozen, and mistakes found afterwards in what it counted. */
let c: ImportCounty
const TASK = '50000000-0000-7000-8000-000000000001'
const nearby = person_('赵镇', [inArea('town-officer', '140525100')], '140525100')
beforeAll(async () => {
  c = await openImportCounty('2026-06-01T09:00:00+08:00')
}, 60_000)
afterAll(() => c?.close())

const key = (reason?: string) => ({ ...c.key(), ...(reason && { reason }) })
const smelter = async (name: string, division: string): Promise<Row> =>
  (
    await c
      .door(c.county)
      .create('enterprise', { name, division, industry: '冶金', status: '在产', smelting: true }, key())
  ).row
const insure = async (firm: Row, policyNumber: string, more = {}): Promise<Row> =>
  (
    await c.door(c.county).create(
      'insurance',
      {
        enterpriseId: firm.id,
        policyNumber,
        insurer: '示例财险',
        validFrom: '2026-01-01',
        validUntil: '2026-12-31',
        document: [await keptFile(c.engine.db, c.county)],
        ...more,
      },
      key(),
    )
  ).row
const makeTask = async (id: string, indicator: string, due: string, subset: string[] | null = null) => {
  const { version } = c.engine.catalogue.indicators.get(indicator)!
  await sql`insert into task (id, area, title, sentence, indicator, indicator_version, subset, target, comparator, unit,
      starts_on, due_on, owners, created_at, created_by, updated_at, updated_by)
    values (${id}, '140525', '任务', '全部', ${indicator}, ${version}, ${subset}, '100', '>=', '%', '2026-01-01', ${due},
      '{}', ${c.clock.now()}, ${c.county.id}, ${c.clock.now()}, ${c.county.id})`.execute(c.engine.db)
}
const page = (id = TASK) => getTask(c.engine, c.engine.db, c.county, c.clock.now(), id)
const board = async () => (await listTasks(c.engine, c.engine.db, c.county, c.clock.now()))[0]!

it('stays as it was frozen, marked with what was corrected, moved, archived since and what it would be', async () => {
  const [a, b, d] = [
    await smelter('甲炼铁', '140525108'),
    await smelter('乙炼铁', '140525108'),
    await smelter('丁炼铁', '140525100'),
  ]
  const other = (
    await c
      .door(c.county)
      .create(
        'enterprise',
        { name: '丙机械', division: '140525108', industry: '机械', status: '在产' },
        key(),
      )
  ).row
  const [pa, pb, po] = [await insure(a, 'A-1'), await insure(b, 'B-1'), await insure(other, 'O-1')]
  await insure(d, 'D-1')
  await makeTask(TASK, 'smelters-insured', '2026-06-30')
  c.clock.set('2026-07-02T09:00:00+08:00')
  expect(await freezeDue(c.engine)).toBe(1)
  expect(await page()).toMatchObject({ state: 'met', frozen: { num: 3, den: 3, reached: true } })
  expect((await board()).corrected).toBeUndefined()

  // living records that go on, a word that no figure reads and a firm that it does not count are no correction of it
  const door = c.door(c.county)
  await door.update('enterprise', a.id, { employees: 9 }, a.version, key())
  const renamed = (await door.update('insurance', pb.id, { policyNumber: 'B-2' }, pb.version, key('按原件')))
    .row
  await door.update('insurance', po.id, { validUntil: '2026-02-01' }, po.version, key('按原件'))
  expect((await board()).corrected).toBeUndefined()

  await door.update('insurance', pa.id, { validUntil: '2026-03-31' }, pa.version, key('止期抄错，按保单原件'))
  const told = await page()
  proves('A01', 2, 'a frozen figure stays and is marked with what was corrected since', () =>
    expect(told).toMatchObject({
      state: 'met',
      frozen: { num: 3, den: 3, reached: true },
      corrected: { n: 1, num: 2, den: 3, reached: false },
    }),
  )
  expect(told.corrections).toMatchObject({
    hidden: 0,
    rows: [
      {
        what: '更正',
        register: 'insurance',
        reason: '止期抄错，按保单原件',
        changes: [{ label: '保险止期', before: '2026-12-31', after: '2026-03-31' }],
      },
    ],
  })

  // moved to another firm, and taken out altogether
  await door.move('insurance', pb.id, other.id, renamed.version, key('是丙机械的'))
  expect((await board()).corrected).toMatchObject({ n: 2, num: 1, den: 3 })
  const { rows } = await door.list('insurance', { parent: d.id })
  await door.archive('insurance', rows[0]!.id, rows[0]!.version, key('重复登记'))
  expect(await board()).toMatchObject({ frozen: { num: 3 }, corrected: { n: 3, num: 0, den: 3, value: 0 } })

  // by town, and a town officer reads the corrections of his own
  const grid = await taskGrid(c.engine, c.engine.db, c.county, c.clock.now())
  const cells = Object.fromEntries(grid.rows[0]!.cells.flatMap((x) => (x ? [[x.code, x.corrected]] : [])))
  expect(cells).toMatchObject({
    '140525108': { n: 2, was: 100, value: 0 },
    '140525100': { n: 1, was: 100, value: 0 },
  })
  const seen = await getTask(c.engine, c.engine.db, nearby, c.clock.now(), TASK)
  expect(seen.corrections).toMatchObject({ hidden: 2, rows: [{ what: '移除' }] })
  // how well its own are proved, not the county's
  expect(seen.own?.proof).toEqual({ claimed: 0, evidenced: 0, verified: 0 })
})

it('afterwards each record is judged by its own day: what lapsed after it was done in time takes nothing away', async () => {
  const LATE = '50000000-0000-7000-8000-000000000002'
  c.clock.set('2026-07-20T09:00:00+08:00')
  const [e, f] = [await smelter('戊炼铁', '140525108'), await smelter('己炼铁', '140525108')]
  await insure(e, 'E-1', { validUntil: '2026-07-31' })
  await makeTask(LATE, 'smelters-insured', '2026-07-25', [e.id, f.id])
  c.clock.set('2026-07-26T09:00:00+08:00')
  await freezeDue(c.engine)
  expect(await page(LATE)).toMatchObject({ state: 'late', figure: { num: 1, den: 2 }, frozen: { num: 1 } })
  c.clock.set('2026-08-05T09:00:00+08:00')
  await insure(f, 'F-1', { validFrom: '2026-08-01' })
  expect(await page(LATE)).toMatchObject({
    state: 'met-late',
    figure: { num: 2, den: 2 },
    frozen: { num: 1 },
  })
  const list = async (which: 'met' | 'missing') =>
    (await taskRows(c.engine, c.engine.db, c.county, c.clock.now(), LATE, {}, which)).rows.rows.map(
      (r) => r.name,
    )
  expect((await list('met')).sort()).toEqual(['己炼铁', '戊炼铁'])
  expect(await list('missing')).toEqual([])
})

it('a task that nobody had looked at yet says since when it has been done, as the tables stood then', async () => {
  const DONE = '50000000-0000-7000-8000-000000000003'
  c.clock.set('2026-08-10T09:00:00+08:00')
  const g = await smelter('庚炼铁', '140525100')
  await makeTask(DONE, 'smelters-insured', '2026-12-31', [g.id])
  c.clock.set('2026-08-17T09:00:00+08:00')
  await insure(g, 'G-1')
  c.clock.set('2026-10-09T09:00:00+08:00')
  const told = await page(DONE)
  expect([told.state, told.doneOn, told.towns[0]?.doneOn]).toEqual(['met', '2026-08-17', '2026-08-17'])
  c.clock.set('2026-10-12T09:00:00+08:00')
  expect((await page(DONE)).doneOn).toBe('2026-08-17')
})

it('of a period that still runs it names who has not done it yet, and calls nobody late', async () => {
  const CHECKS = '50000000-0000-7000-8000-000000000004'
  c.clock.set('2026-10-12T09:00:00+08:00')
  const h = await smelter('辛机械', '140525100')
  await c
    .door(c.county)
    .update('enterprise', h.id, { smelting: false, industry: '机械' }, h.version, key('核实'))
  await makeTask(CHECKS, 'chief-check-quarterly', '2026-12-31', [h.id])
  const told = await taskRows(c.engine, c.engine.db, c.county, c.clock.now(), CHECKS, {}, 'missing')
  expect(told.rows).toMatchObject({ total: 4, running: 1 })
  expect(told.rows.rows.map((r) => [r.period, r.running ?? false])).toEqual([
    ['2026年第1季度', false],
    ['2026年第2季度', false],
    ['2026年第3季度', false],
    ['2026年第4季度', true],
  ])
  expect(told.rows.rows[3]?.reason).toContain('本期还没做（2026-12-31止）')
  expect((await page(CHECKS)).figure).toMatchObject({ num: 0, den: 3 })
})
