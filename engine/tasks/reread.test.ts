import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { colleague, county, openTasksCounty, type TasksCounty, town } from '../../test/tasks-county.ts'
import { parseNotice } from '../notices/parse.ts'
import { readNotice } from '../notices/read-file.ts'
import * as tasks from './index.ts'

const text = `泉县应急管理局
关于岁末安全工作的通知

各镇应急管理中心：

一、工作情况

（一）整治隐患。各镇应急管理中心6月底前完成隐患整治，整改率达到95%以上。

（二）摸清底数。各镇应急管理中心9月底前编成企业台账。

（三）总结经验。全县涌现出一批好的做法，相关材料县局择期汇编。

泉县应急管理局
2026年2月10日
`

describe('a notice is read again as an officer says it is to be read', () => {
  let c: TasksCounty
  let s: TasksCounty['s']
  let id = ''
  const now = () => c.now()
  const view = () => tasks.getNotice(s, s.db, county, now(), id)
  const item = async (words: string) => {
    const found = (await view()).items.find((i) => i.text.includes(words))
    if (!found) throw new Error(`no item with ${words}`)
    return found
  }
  const reread = async (retold: tasks.Retold, version: number, actor = county) => {
    const { notice } = await readNotice(await tasks.askAgain(s.db, actor, now(), id, retold))
    return c.write((tx) => tasks.rereadNotice(tx, actor, now(), id, version, notice, retold))
  }
  const take = async (sentence: string) => {
    const passage = await tasks.findPassage(s.db, county, now(), id, sentence)
    const { notice } = await readNotice({ ...(await tasks.askAgain(s.db, county, now(), id, {})), passage })
    return c.write((tx) => tasks.addItems(tx, county, now(), id, notice.items))
  }

  beforeAll(async () => {
    c = await openTasksCounty()
    s = c.s
    const made = await c.write((tx) =>
      tasks.createNotice(s, tx, county, now(), { name: '岁末.txt', text, parsed: parseNotice(text) }),
    )
    id = made.notice.id
  }, 60_000)
  afterAll(() => c.close())

  it('with another year: what was accepted stays and is named, the others get the dates of that year', async () => {
    const first = await item('整改率')
    expect((await item('企业台账')).deadlines).toMatchObject([{ date: '2026-09-30' }])
    await c.write((tx) =>
      tasks.acceptItem(s, tx, county, now(), id, first.id, { title: '整治', evidence: true, owners: [] }),
    )
    const before = await item('企业台账')
    const { kept } = await reread({ year: 2027 }, 1)
    expect(kept).toEqual([first.title])
    const after = await view()
    expect(after.notice).toMatchObject({ year: 2027, version: 2, paper: 'notice', told: { year: 2027 } })
    expect(await item('整改率')).toMatchObject({
      id: first.id,
      deadlines: [{ date: '2026-06-30' }],
      state: 'accepted',
    })
    expect(await item('企业台账')).toMatchObject({ id: before.id, deadlines: [{ date: '2027-09-30' }] })
    expect(after.items.filter((i) => i.text.includes('整改率'))).toHaveLength(1)
    expect(after.items.map((i) => i.no)).toEqual(after.items.map((_, n) => n + 1))
  })

  it('as another kind of paper, with its title and number; what was told before still holds', async () => {
    await reread({ paper: 'bulletin', title: '岁末情况通报', docNo: '泉应急〔2026〕3号' }, 2)
    const after = await view()
    expect(after.notice).toMatchObject({
      year: 2027,
      paper: 'bulletin',
      title: '岁末情况通报',
      docNo: '泉应急〔2026〕3号',
      told: { year: 2027, paper: 'bulletin' },
    })
    expect(after.items.find((i) => i.text.includes('企业台账'))).toMatchObject({ state: 'dropped' })
    await reread({ paper: 'notice' }, 3)
    expect(await item('企业台账')).toMatchObject({ state: 'open', deadlines: [{ date: '2027-09-30' }] })
  })

  it('two officers: the second is told; a town reads nothing anew', async () => {
    await expect(reread({ year: 2026 }, 1, colleague)).rejects.toMatchObject({ code: 'version-lost' })
    await expect(reread({ year: 2026 }, 4, town)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('a sentence that was passed over is taken in at its place, with its figures, and outlives another reading', async () => {
    const [added] = await take('相关材料县局择期\n汇编')
    const own = async (which: string | undefined) => (await view()).items.find((i) => i.id === which)
    expect(await own(added)).toMatchObject({ state: 'open', text: '相关材料县局择期汇编' })
    const [part] = await take('9月底前编成企业台账')
    expect(await own(part)).toMatchObject({ deadlines: [{ date: '2027-09-30' }], state: 'open' })
    const { kept } = await reread({ year: 2026 }, 4)
    expect(kept).toContain((await own(added))?.title)
    expect(await own(part)).toMatchObject({ deadlines: [{ date: '2027-09-30' }] })
  })

  it('refuses what is not in the paper, and what is an item already', async () => {
    await expect(take('各镇每月报送一次')).rejects.toThrow(/原文里没有这句话/)
    await expect(take('底')).rejects.toThrow(/四个字/)
    await expect(take('相关材料县局择期汇编')).rejects.toThrow(/已经是一条/)
  })
})
