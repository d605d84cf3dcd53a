import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  colleague,
  county,
  openTasksCounty,
  stranger,
  type TasksCounty,
  town,
} from '../../test/tasks-county.ts'
import { periodsIn } from '../core/period.ts'
import { parseNotice } from '../notices/parse.ts'
import { sql } from '../store/db.ts'
import * as tasks from './index.ts'
import { paperPeriods } from './papers.ts'

describe('items are seen before they are accepted, and accepted together', () => {
  let c: TasksCounty
  let s: TasksCounty['s']
  let notice = ''
  let item: (words: string) => tasks.ItemView
  const now = () => c.now()
  const preview = (list: tasks.Accepting[], a = county) => tasks.previewItems(s, s.db, a, now(), notice, list)
  const rows = async () => {
    const { rows: found } = await sql<{
      n: number
    }>`select count(*)::int as n from task where withdrawn_at is null`.execute(s.db)
    return found[0]!.n
  }

  beforeAll(async () => {
    c = await openTasksCounty()
    s = c.s
    const read = await c.readNotice()
    notice = read.view.notice.id
    item = read.item
  }, 60_000)
  afterAll(() => c.close())

  it('shows the figure of today, of how many, by town, and writes nothing', async () => {
    const shown = await preview([
      { item: item('标准化').id },
      { item: item('清零').id },
      { item: item('手册').id },
    ])
    expect(shown).toMatchObject([
      {
        indicator: 'insured',
        label: '金属冶炼企业标准化达标率',
        figure: { num: 0, den: 2, value: 0 },
        reached: false,
        due: '2026-06-30',
        towns: [
          { name: '东镇', num: 0, den: 1 },
          { name: '西镇', num: 0, den: 1 },
        ],
      },
      { indicator: 'open-majors', figure: { num: 0 }, reached: true, target: 0 },
      { label: '佐证材料', figure: { num: 0, den: 1 }, unit: '%' },
    ])
    expect(await rows()).toBe(0)
    await expect(preview([{ item: item('标准化').id }], town)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(preview([{ item: item('标准化').id }], stranger)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('is the figure that the task then has', async () => {
    const [shown] = await preview([{ item: item('标准化').id }])
    const made = await c.write((tx) =>
      tasks.acceptItems(s, tx, county, now(), notice, [{ item: item('标准化').id }]),
    )
    const page = await tasks.getTask(s, s.db, county, now(), made[0]!.id)
    expect(page.figure).toMatchObject(shown!.figure!)
    expect(page.towns.map(({ name, num, den }) => ({ name, num, den }))).toEqual(
      shown!.towns!.map(({ name, num, den }) => ({ name, num, den })),
    )
    await c.write((tx) => tasks.withdrawTasks(s, tx, county, now(), notice, [made[0]!.id], '重新分解'))
  })

  it('says of one that cannot be accepted why, and shows the others', async () => {
    const wrong = { title: '', indicator: 'insured', owners: [] }
    const shown = await preview([{ item: item('标准化').id, binding: wrong }, { item: item('清零').id }])
    expect(shown).toMatchObject([
      { problem: expect.stringContaining('请填写任务名称') },
      { indicator: 'open-majors' },
    ])
  })

  it('accepts all or none', async () => {
    const both = [{ item: item('标准化').id }, { item: item('清零').id }]
    await expect(
      c.write((tx) =>
        tasks.acceptItems(s, tx, county, now(), notice, [
          ...both,
          { item: item('手册').id, binding: { title: '', evidence: true, owners: [] } },
        ]),
      ),
    ).rejects.toThrow('一条也没有采纳')
    expect(await rows()).toBe(0)
    const made = await c.write((tx) => tasks.acceptItems(s, tx, county, now(), notice, both))
    expect(made).toHaveLength(2)
    const view = await tasks.getNotice(s, s.db, county, now(), notice)
    expect(view.notice.items).toEqual({ open: 1, accepted: 2, dropped: 0 })
    // what is taken is not taken twice by the list
    await expect(
      c.write((tx) => tasks.acceptItems(s, tx, county, now(), notice, both)),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  it('takes them back together, with the reason in the journal, and the items are open again', async () => {
    const made = await tasks.listTasks(s, s.db, county, now(), { notice })
    const ids = made.map((t) => t.id)
    const back = (reason: string) =>
      c.write((tx) => tasks.withdrawTasks(s, tx, county, now(), notice, ids, reason))
    await expect(back(' ')).rejects.toMatchObject({ details: { complaints: [{ path: 'reason' }] } })
    expect(await back('选错了条目')).toHaveLength(2)
    expect((await tasks.getNotice(s, s.db, county, now(), notice)).notice.items.open).toBe(3)
    expect((await c.journalled(ids[0]!)).at(-1)).toMatchObject({ reason: '选错了条目' })
    expect(await tasks.listTasks(s, s.db, county, now(), { notice })).toEqual([])
  })

  describe('two officers with one item', () => {
    const binding = { title: '编制手册', evidence: true, owners: [] }
    const fresh = async () => {
      const view = await tasks.getNotice(s, s.db, county, now(), notice)
      return view.items.find((i) => i.text.includes('手册'))!
    }
    const accept = (seen: tasks.Seen, a = county) =>
      c.write((tx) => tasks.acceptItem(s, tx, a, now(), notice, item('手册').id, binding, seen))

    it('of three at the same moment one makes the task; the others read who was faster', async () => {
      const { version } = await fresh()
      const got = await Promise.allSettled([
        accept({ version }),
        accept({ version }, colleague),
        accept({ version }),
      ])
      expect(got.map((g) => g.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
      for (const g of got)
        if (g.status === 'rejected') {
          expect(g.reason).toMatchObject({ code: 'conflict', status: 409, details: { state: 'accepted' } })
          expect(g.reason.message).toMatch(/^(李县|赵县) 3月2日 09:00 已把这一条分解为任务“编制手册”/)
        }
      expect((await fresh()).taskIds).toHaveLength(1)
    })

    it('a second task of one item is made on purpose, of the item as it stands now', async () => {
      const { version } = await fresh()
      await expect(accept({ version: version - 1, again: true })).rejects.toMatchObject({
        code: 'version-lost',
      })
      await expect(accept({ version })).rejects.toThrow('再分解一项')
      await accept({ version, again: true }, colleague)
      const { taskIds } = await fresh()
      expect(taskIds).toHaveLength(2)
      await c.write((tx) => tasks.withdrawTasks(s, tx, county, now(), notice, taskIds, '试'))
    })

    it('of two who accept the same items together one is told that nothing was accepted', async () => {
      const view = await tasks.getNotice(s, s.db, county, now(), notice)
      const list = view.items
        .filter((i) => !i.text.includes('手册'))
        .map((i) => ({ item: i.id, version: i.version }))
      expect(list).toHaveLength(2)
      const together = (a: typeof county, of = list) =>
        c.write((tx) => tasks.acceptItems(s, tx, a, now(), notice, of))
      const got = await Promise.allSettled([together(county), together(colleague, list.toReversed())])
      expect(got.map((g) => g.status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await rows()).toBe(2)
      const made = await tasks.listTasks(s, s.db, county, now(), { notice })
      const ids = made.map((t) => t.id)
      await c.write((tx) => tasks.withdrawTasks(s, tx, county, now(), notice, ids, '试'))
      const [one] = list
      await expect(together(county, [one!, one!])).rejects.toMatchObject({ code: 'bad-input', status: 400 })
      await expect(together(county, [one!])).rejects.toMatchObject({ code: 'version-lost' })
    })

    it('a correction of an item that a colleague has changed meanwhile is refused', async () => {
      const { id, version } = await fresh()
      const correct = (title: string, a: typeof county) =>
        c.write((tx) => tasks.correctItem(s, tx, a, now(), notice, id, { title }, version))
      await correct('编制辨识手册', colleague)
      await expect(correct('编手册', county)).rejects.toMatchObject({
        code: 'version-lost',
        status: 409,
        details: { yours: version },
      })
      await expect(
        c.write((tx) => tasks.dropItem(s, tx, county, now(), notice, id, '重复', version)),
      ).rejects.toMatchObject({ code: 'version-lost' })
      expect((await fresh()).title).toBe('编制辨识手册')
    })
  })

  it('one task called off opens its item again, and taken up again it closes it', async () => {
    const open = (await tasks.getNotice(s, s.db, county, now(), notice)).items.filter(
      (i) => i.state === 'open',
    )
    const before = open.length
    const { id = '', version = 0 } = open[0] ?? {}
    const task = await c.write((tx) =>
      tasks.acceptItem(
        s,
        tx,
        county,
        now(),
        notice,
        id,
        { title: '一项', evidence: true, owners: [] },
        { version },
      ),
    )
    const state = async () =>
      (await tasks.getNotice(s, s.db, county, now(), notice)).items.filter((i) => i.state === 'open').length
    expect(await state()).toBe(before - 1)
    const off = { withdrawn: true, reason: '上级调整' }
    const called = await c.write((tx) => tasks.updateTask(s, tx, county, now(), task.id, task.version, off))
    expect(called.withdrawnReason).toBe('上级调整')
    expect(await state()).toBe(before)
    await c.write((tx) =>
      tasks.updateTask(s, tx, county, now(), task.id, called.version, { withdrawn: false }),
    )
    expect(await state()).toBe(before - 1)
  })

  it('a rhythm without a period of its own is asked about, not accepted together', async () => {
    const text =
      '关于2026年工作的通知\n一、各镇应急管理中心每两周至少开展一次夜间巡查。\n二、县局6月底前编印手册。'
    const view = await c.write((tx) =>
      tasks.createNotice(s, tx, county, now(), { name: '周.txt', text, parsed: parseNotice(text) }),
    )
    const list = view.items.map((i) => ({ item: i.id, version: i.version }))
    const [weekly, once] = await tasks.previewItems(s, s.db, county, now(), view.notice.id, list)
    expect(weekly?.problem).toMatch(/每两周.*没有对应的周期.*逐条分解/)
    expect(once?.problem).toBeUndefined()
    await expect(
      c.write((tx) => tasks.acceptItems(s, tx, county, now(), view.notice.id, list)),
    ).rejects.toThrow(/一条也没有采纳.*没有对应的周期/)
    const given = { title: '夜查', evidence: true, owners: [], once: true }
    const said = list.slice(0, 1).map((one) => ({ ...one, binding: given }))
    expect(await c.write((tx) => tasks.acceptItems(s, tx, county, now(), view.notice.id, said))).toHaveLength(
      1,
    )
  })

  it('a weekly duty owes a paper of every week, by the printed day; without a word about its rhythm it is no task', async () => {
    const text = '关于2026年工作的通知\n一、各镇应急管理中心每周五前报送巡查情况。\n二、县局6月底前编印手册。'
    const view = await c.write((tx) =>
      tasks.createNotice(s, tx, county, now(), { name: '周报.txt', text, parsed: parseNotice(text) }),
    )
    const [item] = view.items
    const id = item?.id ?? ''
    const accept = (binding: tasks.Binding) =>
      c.write((tx) => tasks.acceptItem(s, tx, county, now(), view.notice.id, id, binding))
    const plain = { title: '报送巡查情况', evidence: true, owners: [] }
    await expect(accept(plain)).rejects.toThrow(/每周五前.*请选周期/)
    await expect(accept({ ...plain, evidence: false, indicator: 'insured', every: 'week' })).rejects.toThrow(
      /每周、每旬、每半月的，请选佐证材料/,
    )
    expect((await tasks.getNotice(s, s.db, county, now(), view.notice.id)).items[0]?.proposal?.every).toBe(
      'week',
    )
    const task = await accept({ ...plain, every: 'week', due: '2026-12-31' })
    const periods = paperPeriods(task, '2026-12-31')
    expect(periods.at(-1)).toMatchObject({ from: '2026-12-28', due: '2026-12-31' })
    expect(periods.at(-2)).toMatchObject({
      from: '2026-12-21',
      due: '2026-12-25',
      label: '2026年12月21日至27日',
    })
    expect(periods).toHaveLength(periodsIn('week', { from: task.startsOn, to: '2026-12-31' }).length)
  })
})
