import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insert } from '../../test/figures-county.ts'
import { county, openTasksCounty, stranger, type TasksCounty, town } from '../../test/tasks-county.ts'
import { Catalogue } from '../core/catalogue.ts'
import { checkCatalogue } from '../core/catalogue-check.ts'
import { all, field, some } from '../core/condition/build.ts'
import { defineIndicator, definePopulation, policyPack } from '../core/define.ts'
import { sql } from '../store/db.ts'
import { openServices } from '../store/open.ts'
import * as tasks from '../tasks/index.ts'
import {
  changeLocal,
  createLocal,
  type LocalIndicator,
  listLocal,
  previewLocal,
  retireLocal,
} from './index.ts'

const where = field('smelting').is(true)
const smelters = definePopulation('smelters', {
  label: '金属冶炼企业',
  basis: ['试验'],
  register: 'firm',
  where,
})
const everybody = definePopulation('everybody', {
  label: '所有企业',
  basis: ['试验'],
  register: 'firm',
  where: { always: true },
})
const graded = defineIndicator('graded-firms', {
  label: '达标率',
  basis: ['试验'],
  of: { register: 'firm', who: 'population.graded' },
  measure: 'share',
  met: some('standard', field('level').notEmpty()),
  proof: { least: 'claimed' },
  unit: '%',
  hints: ['标准化达标率'],
})
const rest = defineIndicator('other-firms', {
  label: '其余企业达标率',
  basis: ['试验'],
  of: { register: 'firm', besides: 'population.graded' },
  measure: 'share',
  met: some('standard', field('level').notEmpty()),
  proof: { least: 'claimed' },
  unit: '%',
})
const policies = policyPack({ area: '', from: '2021-01-01', basis: '试验', sure: 'N' }, [
  { key: 'population.graded', label: '应达标的企业', value: 'smelters' },
])
const own: LocalIndicator = {
  kind: 'indicator',
  label: '冶炼企业登记高炉占比',
  basis: '泉应急发〔2026〕8号',
  register: 'firm',
  where,
  met: field('furnaces').gt(0),
  measure: 'share',
}

describe('what a county defines of its own', () => {
  let c: TasksCounty
  let s: TasksCounty['s']
  let notice = ''
  let item: (words: string) => tasks.ItemView
  const now = () => c.now()
  const make = (input: Parameters<typeof createLocal>[5] = own, a = county) =>
    c.write((tx) => createLocal(s, tx, a, now(), '140525', input))
  const figure = async (def: { indicator: string; who?: string }) => {
    const binding = { title: '试算', owners: [], ...def }
    const [shown] = await tasks.previewItems(s, s.db, county, now(), notice, [
      { item: item('标准化').id, binding },
    ])
    return shown?.figure ? [shown.figure.num, shown.figure.den] : shown?.problem
  }

  beforeAll(async () => {
    c = await openTasksCounty({ populations: [smelters, everybody], indicators: [graded, rest], policies })
    s = c.s
    expect(checkCatalogue(c.open.catalogue)).toEqual([])
    const read = await c.readNotice()
    notice = read.view.notice.id
    item = read.item
    const register = c.open.catalogue.record('firm')
    for (const [name, more] of [
      ['丙矿', { scale: '规上' }],
      ['丁矿', { scale: '规下' }],
      ['戊炼', { smelting: true, furnaces: 1 }],
    ] as const)
      await insert(c.open.database.pool, register, { name, area: '140525101', ...more })
  }, 60_000)
  afterAll(() => c.close())

  it('an indicator from a condition is seen before it is kept, and then counts the same', async () => {
    const shown = await previewLocal(s, s.db, county, now(), '140525', own)
    expect(shown).toMatchObject({ num: 1, den: 3, words: expect.stringContaining('金属冶炼为是') })
    const made = await make()
    await s.freshLocal()
    expect(await figure({ indicator: made.name })).toEqual([1, 3])
    const [task] = await c.write((tx) =>
      tasks.acceptItems(s, tx, county, now(), notice, [
        { item: item('标准化').id, binding: { title: '登记高炉', indicator: made.name, owners: [] } },
      ]),
    )
    // changed with a reason: the task keeps the version it was bound to, new ones get the newer
    const changed = { ...own, met: field('furnaces').gt(5) }
    await expect(
      c.write((tx) => changeLocal(s, tx, county, now(), made.name, 1, changed, ' ')),
    ).rejects.toMatchObject({ details: { complaints: [{ path: 'reason' }] } })
    await c.write((tx) => changeLocal(s, tx, county, now(), made.name, 1, changed, '标准提高'))
    await expect(
      c.write((tx) => changeLocal(s, tx, county, now(), made.name, 1, changed, '再改')),
    ).rejects.toMatchObject({ code: 'version-lost' })
    await s.freshLocal()
    expect(await figure({ indicator: made.name })).toEqual([0, 3])
    expect((await tasks.getTask(s, s.db, county, now(), task!.id)).figure).toMatchObject({ num: 1, den: 3 })
    // retired: no longer offered, what stands on it stays
    await c.write((tx) => retireLocal(s, tx, county, now(), made.name, '并入另一指标'))
    await s.freshLocal()
    expect(await figure({ indicator: made.name })).toContain('请重新选择')
    expect((await tasks.getTask(s, s.db, county, now(), task!.id)).figure).toMatchObject({ num: 1, den: 3 })
    // and is still changed and called off
    const later = { due: '2026-12-31', reason: '改期' }
    const moved = await c.write((tx) => tasks.updateTask(s, tx, county, now(), task!.id, 1, later))
    await c.write((tx) =>
      tasks.updateTask(s, tx, county, now(), task!.id, moved.version, { withdrawn: true, reason: '并入' }),
    )
    const [view] = await listLocal(s, s.db, county, '140525')
    expect(view).toMatchObject({ version: 2, reason: '标准提高', retireReason: '并入另一指标' })
    const id = view!.name.slice(2)
    const { rows } = await sql<{ what: string }>`select what from journal where register = 'local-definition'
      and replace(record_id::text, '-', '') = ${id} order by id`.execute(s.db)
    expect(rows.map((r) => r.what)).toEqual(['create', 'update', 'archive'])
  })

  it('what a person sends is checked: grammar, registers, rights', async () => {
    await expect(make({ ...own, met: field('nothing').is(1) })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(make({ ...own, met: undefined })).rejects.toThrow('怎样算完成')
    await expect(make({ ...own, label: '' })).rejects.toMatchObject({
      details: { complaints: [{ path: 'label' }] },
    })
    await expect(make(own, town)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(make(own, stranger)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await listLocal(s, s.db, town, '140525')).toEqual([])
  })

  it('whom a duty means is the county’s: its policy names a population, shipped or of its own', async () => {
    expect(await figure({ indicator: 'graded-firms' })).toEqual([0, 3])
    expect(await figure({ indicator: 'other-firms' })).toEqual([0, 2])
    const large = await make({
      kind: 'population',
      label: '规模以上（本县口径）',
      basis: '泉应急发〔2026〕8号',
      register: 'firm',
      where: all(field('scale').is('规上')),
    })
    await sql`insert into policy_row (id, key, label, value, area, from_on, basis, sure, updated_at, updated_by)
      values (gen_random_uuid(), 'population.graded', '应达标的企业', ${JSON.stringify(large.name)}, '140525',
        '2026-01-01', '泉应急发〔2026〕8号', 'N', now(), gen_random_uuid())`.execute(s.db)
    await s.freshLocal()
    await s.refreshPolicies()
    expect(await figure({ indicator: 'graded-firms' })).toEqual([0, 1])
    expect(await figure({ indicator: 'other-firms' })).toEqual([0, 4])
    // a task may count others, wider or narrower than the county does, and says so
    expect(await figure({ indicator: 'graded-firms', who: 'everybody' })).toEqual([0, 5])
    expect(await figure({ indicator: 'other-firms', who: 'everybody' })).toContain('不能另选')
    expect(await figure({ indicator: 'graded-firms', who: 'nobody' })).toContain('没有这个统计口径')
    const [wide] = await c.write((tx) =>
      tasks.acceptItems(s, tx, county, now(), notice, [
        {
          item: item('标准化').id,
          again: true,
          binding: { title: '全部达标', indicator: 'graded-firms', who: 'everybody', owners: [] },
        },
      ]),
    )
    const page = () => tasks.getTask(s, s.db, county, now(), wide!.id)
    expect(await page()).toMatchObject({
      figure: { den: 5 },
      definition: {
        scope: {
          notice: expect.stringContaining('所有企业'),
          county: expect.stringContaining('规模以上（本县口径）'),
        },
      },
    })
  })

  it('two programs on one database: what one changes the other counts by with its next question', async () => {
    const other = new Catalogue(
      {
        records: [...c.open.catalogue.records.values()],
        indicators: [graded, rest],
        gradings: [],
        policies,
        populations: [smelters, everybody],
      },
      c.open.catalogue.fieldTypes,
    )
    const server = await openServices(s.db, other, { clock: s.clock, lenient: true })
    const [task] = await c.write((tx) =>
      tasks.acceptItems(s, tx, county, now(), notice, [
        {
          item: item('标准化').id,
          again: true,
          binding: { title: '达标', indicator: 'graded-firms', owners: [] },
        },
      ]),
    )
    const told = async (services: typeof s) => {
      await services.freshLocal()
      return (await tasks.getTask(services, services.db, county, now(), task!.id)).figure.den
    }
    const own = (await listLocal(s, s.db, county, '140525')).find((d) => d.kind === 'population')!
    expect([await told(s), await told(server)]).toEqual([1, 1])
    await c.write((tx) =>
      changeLocal(
        s,
        tx,
        county,
        now(),
        own.name,
        own.version,
        {
          kind: 'population',
          label: own.label,
          basis: '同上',
          register: 'firm',
          where: field('scale').notEmpty(),
        },
        '规下也纳入',
      ),
    )
    // the kept figure of before answers neither of them
    expect([await told(server), await told(s)]).toEqual([2, 2])
    expect(server.catalogue.generation).toBe(s.catalogue.generation)
  })
})
