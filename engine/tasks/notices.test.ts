import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  city,
  county,
  enterprise,
  notice,
  openTasksCounty,
  stranger,
  type TasksCounty,
  town,
} from '../../test/tasks-county.ts'
import type { Actor } from '../access/actor.ts'
import { field } from '../core/condition/build.ts'
import { parseNotice } from '../notices/parse.ts'
import * as tasks from './index.ts'

describe('notices to items', () => {
  let c: TasksCounty
  let s: TasksCounty['s']
  let noticeId = ''
  let item: (words: string) => tasks.ItemView
  const write: TasksCounty['write'] = (run) => c.write(run)
  const now = () => c.now()
  const journalled = (id: string) => c.journalled(id)

  beforeAll(async () => {
    c = await openTasksCounty()
    s = c.s
    const read = await c.readNotice()
    noticeId = read.view.notice.id
    item = read.item
  }, 60_000)
  afterAll(() => c.close())

  it('a notice is read into items with proposals, kept and journalled', async () => {
    const view = await tasks.getNotice(s, s.db, county, now(), noticeId)
    expect(view.notice).toMatchObject({
      docNo: '泉应急发〔2026〕8号',
      year: 2026,
      state: 'open',
      area: '140525',
    })
    expect(view.items).toHaveLength(3)
    expect(item('标准化').proposal).toMatchObject({
      indicator: 'insured',
      target: 100,
      due: '2026-06-30',
      unit: '%',
    })
    expect(item('清零').proposal).toMatchObject({ indicator: 'open-majors', target: 0, due: '2026-12-31' })
    expect(item('手册').proposal?.indicator).toBeUndefined()
    expect(item('手册').proposal?.owners).toEqual([c.units[0]])
    expect((await journalled(noticeId)).map((j) => j.what)).toEqual(['create'])
  })

  it('sentences that are no duties are set aside with what they are, and can be taken in with their facts', async () => {
    const text = [
      '关于2026年上半年安全生产情况的通报',
      '一、总体情况',
      '上半年，全县共检查企业214家，整改率为92%。逾期60日仍未整改的，依法处2万元罚款。',
      '二、下一步工作要求',
      '各乡镇要于2026年9月底前完成复查。',
    ].join('\n')
    const make = { name: '通报.txt', text, parsed: parseNotice(text) }
    const view = await write((tx) => tasks.createNotice(s, tx, county, now(), make))
    const open = view.items.filter((i) => i.state === 'open')
    expect(open.map((i) => i.deadlines[0]?.date)).toEqual(['2026-09-30'])
    const aside = view.items.find((i) => i.text.includes('214家'))
    expect(aside).toMatchObject({ state: 'dropped', reason: '程序没有当作任务：以往情况' })
    const again = await write((tx) => tasks.reopenItem(s, tx, county, now(), view.notice.id, aside?.id ?? ''))
    expect(again).toMatchObject({ state: 'open' })
    expect(again.targets.map((t) => t.value)).toContain(214)
    await write((tx) => tasks.dropItem(s, tx, county, now(), view.notice.id, again.id))
  })

  it('garbage is kept and says why it cannot be read', async () => {
    const view = await write((tx) =>
      tasks.createNotice(s, tx, county, now(), {
        name: 'x.txt',
        text: 'a\0%PDF',
        parsed: parseNotice('a\0%PDF'),
      }),
    )
    expect(view.notice.state).toBe('unreadable')
    expect(view.notice.reason).toMatch(/\S/)
    expect(view.items).toEqual([])
  })

  it('others see what is theirs to see: the town reads, the neighbour and the enterprise find nothing', async () => {
    const heads = async (a: Actor) => (await tasks.listNotices(s, s.db, a, now())).length
    expect([await heads(county), await heads(town), await heads(city)]).toEqual([3, 3, 3])
    expect([await heads(stranger), await heads(enterprise)]).toEqual([0, 0])
    await expect(tasks.getNotice(s, s.db, stranger, now(), noticeId)).rejects.toMatchObject({
      code: 'not-found',
    })
    const seen = await tasks.getNotice(s, s.db, town, now(), noticeId)
    expect(seen.items.every((i) => i.proposal === undefined)).toBe(true)
    await expect(
      write((tx) =>
        tasks.acceptItem(s, tx, town, now(), noticeId, item('清零').id, { title: '清零', owners: [] }),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      write((tx) =>
        tasks.createNotice(s, tx, town, now(), { name: 'x', text: notice, parsed: parseNotice(notice) }),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('items are corrected, dropped with a reason and reopened; the printed sentence stays', async () => {
    const target = item('手册')
    const corrected = await write((tx) =>
      tasks.correctItem(s, tx, county, now(), noticeId, target.id, {
        title: '编制手册',
        units: ['县局', '各镇'],
      }),
    )
    expect(corrected).toMatchObject({
      title: '编制手册',
      units: ['县局', '各镇'],
      text: target.text,
      version: 2,
    })
    const dropped = await write((tx) =>
      tasks.dropItem(s, tx, county, now(), noticeId, target.id, '由省里编制'),
    )
    expect(dropped).toMatchObject({ state: 'dropped', reason: '由省里编制' })
    await expect(
      write((tx) => tasks.dropItem(s, tx, county, now(), noticeId, target.id)),
    ).rejects.toMatchObject({ code: 'conflict' })
    await expect(
      write((tx) =>
        tasks.acceptItem(s, tx, county, now(), noticeId, target.id, {
          title: 'x',
          evidence: true,
          owners: [],
        }),
      ),
    ).rejects.toThrow('请先恢复')
    const reopened = await write((tx) => tasks.reopenItem(s, tx, county, now(), noticeId, target.id))
    expect(reopened).toMatchObject({ state: 'open', reason: null })
    expect((await journalled(noticeId)).map((j) => j.what)).toEqual([
      'create',
      'update',
      'act:drop',
      'act:reopen',
    ])
  })

  it('a binding that names what does not exist is refused field by field', async () => {
    const accept = (binding: Partial<tasks.Binding>) =>
      write((tx) =>
        tasks.acceptItem(s, tx, county, now(), noticeId, item('清零').id, {
          title: 'x',
          owners: [],
          ...binding,
        }),
      )
    await expect(accept({ indicator: 'nothing' })).rejects.toThrow('没有名为“nothing”的指标')
    await expect(accept({})).rejects.toThrow('请选择指标')
    await expect(accept({ indicator: 'insured', where: field('x').is(1) })).rejects.toThrow('没有字段“x”')
    await expect(accept({ indicator: 'insured', subset: [c.firms[2]!] })).rejects.toThrow('不在本地区')
    await expect(
      accept({ indicator: 'insured', due: '2026-13-01', target: [2, 1], owners: [c.firms[0]!], title: ' ' }),
    ).rejects.toMatchObject({
      details: {
        complaints: [{ path: 'title' }, { path: 'target' }, { path: 'due' }, { path: 'owners' }],
      },
    })
  })
})
