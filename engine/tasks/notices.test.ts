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

  it('the same paper again is asked about before it is stored, and taken in when confirmed', async () => {
    const take = (text: string, confirm = false) =>
      write((tx) =>
        tasks.createNotice(s, tx, county, now(), { name: 'x', text, parsed: parseNotice(text), confirm }),
      )
    const first = await tasks.getNotice(s, s.db, county, now(), noticeId)
    const asked = await take(notice).catch((e) => e)
    expect(asked).toMatchObject({
      code: 'conflict',
      status: 409,
      details: { asks: true, records: [{ id: noticeId, title: first.notice.title }] },
    })
    expect(asked.message).toBe(
      '请确认：同样内容的通知已于 2026-03-02 09:00 录入。不是同一份的，点“仍要录入”。',
    )
    // the same number of the same office with other words
    await expect(take(notice.replace('清零', '全部销号'))).rejects.toThrow('泉应急发〔2026〕8号 这份通知')
    const other = await take(notice.replace('8号', '9号'))
    expect(other.notice.id).not.toBe(noticeId)
    const again = await take(notice, true)
    expect(again.notice.docNo).toBe(first.notice.docNo)
    // of two at the same moment the second is asked
    const text = notice.replace('8号', '10号')
    const got = await Promise.allSettled([take(text), take(text)])
    expect(got.map((g) => g.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('a notice is called off while no task hangs on it: out of the lists, kept, and restored', async () => {
    const view = await tasks.getNotice(s, s.db, county, now(), noticeId)
    const off = (reason: string, a = county, version = 1) =>
      write((tx) => tasks.voidNotice(tx, a, now(), noticeId, version, { voided: true, reason }))
    const restore = (version: number) =>
      write((tx) => tasks.voidNotice(tx, county, now(), noticeId, version, { voided: false }))
    const id = item('清零').id
    const task = await write((tx) =>
      tasks.acceptItem(s, tx, county, now(), noticeId, id, {
        title: '清零',
        indicator: 'open-majors',
        owners: [],
      }),
    )
    await expect(off('重复录入')).rejects.toThrow('还有 1 项在执行，请先撤销任务')
    await write((tx) => tasks.withdrawTasks(s, tx, county, now(), noticeId, [task.id], '试'))
    await expect(off(' ')).rejects.toMatchObject({ details: { complaints: [{ path: 'reason' }] } })
    await expect(off('重复录入', town)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(off('重复录入', stranger)).rejects.toMatchObject({ code: 'not-found' })
    await expect(off('重复录入', county, 7)).rejects.toMatchObject({ code: 'version-lost' })
    await off('重复录入')

    const ids = async (a: Actor, voided = false) =>
      (await tasks.listNotices(s, s.db, a, now(), voided)).map((n) => n.id)
    for (const a of [county, town, city]) expect(await ids(a)).not.toContain(noticeId)
    expect(await ids(county, true)).toEqual([noticeId])
    expect([await ids(town, true), await ids(city, true)]).toEqual([[], []])
    for (const a of [town, city])
      await expect(tasks.getNotice(s, s.db, a, now(), noticeId)).rejects.toMatchObject({ code: 'not-found' })
    expect((await tasks.getNotice(s, s.db, county, now(), noticeId)).notice).toMatchObject({
      voidedReason: '重复录入',
      items: view.notice.items,
    })
    // nothing is made of it, by whatever way
    await expect(
      write((tx) =>
        tasks.acceptItem(s, tx, county, now(), noticeId, id, { title: 'x', evidence: true, owners: [] }),
      ),
    ).rejects.toThrow('请先恢复这份通知')
    await expect(
      write((tx) => tasks.updateTask(s, tx, county, now(), task.id, task.version + 1, { withdrawn: false })),
    ).rejects.toThrow('请先恢复这份通知')
    await expect(off('再一次', county, 2)).rejects.toThrow('已经作废')
    await restore(2)
    expect(await ids(town)).toContain(noticeId)
    expect((await journalled(noticeId)).slice(-2)).toEqual([
      { what: 'archive', reason: '重复录入' },
      { what: 'restore', reason: null },
    ])
  })
})
