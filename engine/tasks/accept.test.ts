import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { county, openTasksCounty, stranger, type TasksCounty, town } from '../../test/tasks-county.ts'
import { sql } from '../store/db.ts'
import * as tasks from './index.ts'

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
})
