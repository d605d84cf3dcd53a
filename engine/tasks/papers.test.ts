import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptFile } from '../../test/kept-file.ts'
import {
  colleague,
  county,
  openTasksCounty,
  stranger,
  type TasksCounty,
  town,
} from '../../test/tasks-county.ts'
import type { Actor } from '../access/actor.ts'
import { sql } from '../store/db.ts'
import { deskItems } from '../today/tasks.ts'
import * as tasks from './index.ts'
import { type Owner, paperFigure, paperPeriods, papersOf } from './papers.ts'
import type { Task } from './rows.ts'
import { goalOf, taskState } from './state.ts'

const east: Actor = {
  ...town,
  id: '00000000-0000-7000-8000-0000000000e1',
  name: '孙东',
  home: '140525101',
  assignments: [{ role: 'town-officer', ground: { by: 'area', area: '140525101' } }],
}

describe('papers are owed by owner and by period', () => {
  let c: TasksCounty
  let s: TasksCounty['s']
  let noticeId = ''
  let id = ''
  const now = () => c.now()
  const page = (a = county) => tasks.getTask(s, s.db, a, now(), id)
  const hand = async (a: Actor, more: object = {}) => {
    const files = [await keptFile(s.db, a, { name: '季报.pdf', type: 'application/pdf' })]
    return c.write((tx) => tasks.addEvidence(s, tx, a, now(), id, { files, ...more }))
  }
  const confirm = (a: Actor, evidence: string) =>
    c.write((tx) => tasks.confirmEvidence(s, tx, a, now(), id, evidence))

  beforeAll(async () => {
    c = await openTasksCounty()
    s = c.s
    const { view, item } = await c.readNotice()
    noticeId = view.notice.id
    const task = await c.write((tx) =>
      tasks.acceptItem(s, tx, county, now(), noticeId, item('手册').id, {
        title: '每季度报送排查情况',
        evidence: true,
        every: 'quarter',
        due: '2026-12-31',
        owners: c.units.slice(1),
      }),
    )
    id = task.id
  }, 60_000)
  afterAll(() => c.close())

  it('a quarterly duty of sixteen towns is sixty-four papers', () => {
    const owners = new Map<string, Owner>(
      Array.from({ length: 16 }, (_, n) => [
        `u${n}`,
        { id: `u${n}`, name: `镇${n}`, area: `1405251${String(n).padStart(2, '0')}` },
      ]),
    )
    const task = {
      indicator: null,
      unit: '%',
      every: 'quarter',
      sentence: '各镇每季度报送。',
      startsOn: '2026-02-10',
      due: '2026-12-31',
      owners: [...owners.keys()],
    } as unknown as Task
    const papers = papersOf(task, owners, [], '2026-03-02')
    const figure = paperFigure(papers, '2026-03-02')
    expect(figure).toMatchObject({ num: 0, den: 64, value: 0 })
    expect(figure.groups.filter((g) => g.area?.length === 9).map((g) => g.den)).toEqual(
      Array.from({ length: 16 }, () => 4),
    )
    // until the end of June two quarters, without a rhythm one each
    expect(papersOf({ ...task, due: '2026-06-30' }, owners, [], '2026-03-02')).toHaveLength(32)
    expect(papersOf({ ...task, every: null }, owners, [], '2026-03-02')).toHaveLength(16)
  })

  it('what was before the paper is not owed, and a printed day ends the period', () => {
    const monthly = {
      every: 'month',
      sentence: '各镇每月25日前向县局报送排查情况。',
      startsOn: '2026-10-09',
      due: null,
    } as unknown as Task
    const ends = (more: object = {}) => paperPeriods({ ...monthly, ...more }, '2026-11-26').map((p) => p.due)
    expect(ends()).toEqual(['2026-10-25', '2026-11-25', '2026-12-25'])
    // a paper that came after the 25th asks nothing for its own month
    expect(ends({ startsOn: '2026-10-28' })).toEqual(['2026-11-25', '2026-12-25'])
    expect(ends({ sentence: '各镇每月报送。' })).toEqual(['2026-10-31', '2026-11-30', '2026-12-31'])
    expect(ends({ due: '2027-02-10' })).toEqual([
      '2026-10-25',
      '2026-11-25',
      '2026-12-25',
      '2027-01-25',
      '2027-02-10',
    ])
    expect(ends({ due: '2026-09-30' })).toEqual(['2026-09-25'])
    expect(ends({ every: 'quarter', sentence: '每季度末月 25 日前报送。' })).toEqual(['2026-12-25'])
    // two days: neither is taken
    expect(ends({ sentence: '每月5日前报送，每月25日前汇总。' })[0]).toBe('2026-10-31')
    // without a deadline as well, an ended month that lacks is at risk
    const goal = goalOf({ target: 100, comparator: '>=', every: 'month' }, undefined)
    const rules = { atRiskDays: 30, paceFrom: 0.67 }
    const at = (behind: boolean) =>
      taskState(
        { startsOn: '2026-10-09', dueOn: null },
        goal,
        0,
        undefined,
        new Date('2026-11-26T02:00:00Z'),
        rules,
        behind,
      )
    expect([at(true), at(false)]).toEqual(['at-risk', 'on-track'])
  })

  it('the goal is a rate of the papers owed, by town', async () => {
    expect(await page()).toMatchObject({
      target: 100,
      unit: '%',
      figure: { num: 0, den: 8, value: 0 },
      state: 'on-track',
      definition: { population: '每季度、2 个责任单位各一份，共 8 份，以上传的佐证材料为准' },
      towns: [
        { name: '东镇', den: 4, state: 'on-track' },
        { name: '西镇', den: 4, state: 'on-track' },
      ],
    })
  })

  it('a town hands in its own for a period that has begun; who handed in does not confirm', async () => {
    await expect(hand(county)).rejects.toMatchObject({ details: { complaints: [{ path: 'owner' }] } })
    await expect(hand(town, { owner: c.units[1] })).rejects.toThrow('由其本单位或县级监管人员提交')
    await expect(hand(town, { period: '2026-04-01' })).rejects.toMatchObject({
      details: { complaints: [{ path: 'period' }] },
    })
    const given = await hand(town)
    expect(given).toMatchObject({ owner: c.units[2], period: '2026-01-01' })
    const missing = await tasks.taskMissing(s, s.db, county, now(), id)
    expect(missing).toMatchObject({
      register: null,
      total: 2,
      running: 2,
      rows: [
        { title: '东镇应急管理中心', period: '2026年第1季度', reason: '本期还没交（2026-03-31止）' },
        { title: '西镇应急管理中心', reason: '王镇 2026-03-02 已提交，等待另一人确认' },
      ],
    })
    // who may confirm it is told so: a colleague of the county, not the other town
    const desk = async (a: Actor) =>
      (await deskItems(s, a, '2026-03-02')).filter((i) => i.link === `/tasks/${id}`).length
    expect([await desk(county), await desk(colleague), await desk(east), await desk(town)]).toEqual([
      1, 1, 0, 0,
    ])
    await expect(confirm(east, given.id)).rejects.toThrow('由其本单位的另一位同事')
    await expect(confirm(stranger, given.id)).rejects.toMatchObject({ code: 'not-found' })
    await confirm(colleague, given.id)
    // a second piece for the same quarter is no second paper
    await confirm(colleague, (await hand(town)).id)
    expect(await page()).toMatchObject({
      figure: { num: 1, den: 8, value: 12.5 },
      evidence: { confirmed: 2, pending: 0 },
    })
    expect(await page(town)).toMatchObject({
      own: { num: 1, den: 4, value: 25 },
      papers: { owners: [{ mine: false }, { mine: true }], periods: [{ from: '2026-01-01' }] },
    })
    const grid = await tasks.taskGrid(s, s.db, county, now(), { notice: noticeId })
    expect(grid.rows[0]!.cells.map((x) => x && [x.name, x.num, x.den])).toEqual([
      ['东镇', 0, 4],
      ['西镇', 1, 4],
    ])
  })

  it('a piece is sent back with a reason or taken back, and the paper is asked for again', async () => {
    const sendBack = (a: Actor, piece: string, reason = '缺少签字') =>
      c.write((tx) => tasks.sendBackEvidence(s, tx, a, now(), id, piece, reason))
    const takeBack = (a: Actor, piece: string) =>
      c.write((tx) => tasks.takeBackEvidence(s, tx, a, now(), id, piece))
    const eastRow = async () =>
      (await tasks.taskMissing(s, s.db, east, now(), id, { town: '140525101' })).rows[0]
    const first = await hand(east)
    expect(await eastRow()).toMatchObject({ waits: true })
    await expect(sendBack(town, first.id)).rejects.toThrow('由其本单位的另一位同事或县级监管人员退回')
    await expect(sendBack(east, first.id)).rejects.toThrow('请直接撤回')
    await expect(sendBack(colleague, first.id, ' ')).rejects.toMatchObject({ code: 'bad-input' })
    await expect(takeBack(colleague, first.id)).rejects.toThrow('只有提交人可以撤回')
    expect(await sendBack(colleague, first.id)).toMatchObject({
      returned: { by: { name: '赵县' }, reason: '缺少签字' },
    })
    await expect(confirm(county, first.id)).rejects.toThrow('已由赵县退回')
    const row = await eastRow()
    expect(row).toMatchObject({ reason: '赵县 2026-03-02 退回：缺少签字，请重新提交' })
    expect(row).not.toHaveProperty('waits')
    const second = await hand(east)
    expect(await takeBack(east, second.id)).toMatchObject({ returned: { reason: null } })
    expect(await page()).toMatchObject({
      figure: { num: 1, den: 8, proof: { evidenced: 0 } },
      evidence: { confirmed: 2, pending: 0 },
    })
    expect((await deskItems(s, county, '2026-03-02')).filter((i) => i.link === `/tasks/${id}`)).toEqual([])
    const written = await c.journalled(id)
    expect(written.slice(-3).map((w) => [w.what, w.reason])).toEqual([
      ['act:send-back', '缺少签字'],
      ['act:evidence', null],
      ['act:take-back', null],
    ])
  })

  it('whoever confirms sees a day outside the period and a file that proves several', async () => {
    const odd = await hand(east, { happenedOn: '2020-01-01', period: '2026-01-01' })
    const list = async () => (await page()).evidenceList!
    const doubts = async () => (await list()).find((e) => e.id === odd.id)!.doubts
    // the other town's confirmed piece is the same file by its content
    expect(await doubts()).toEqual([
      '办理日期 2020-01-01 不在2026年第1季度内',
      '同一个文件也用于：西镇应急管理中心 2026年第1季度',
    ])
    await c.write((tx) => tasks.takeBackEvidence(s, tx, east, now(), id, odd.id))
  })

  it('what an ended quarter lacks puts its town at risk, and the list says which quarter of which town', async () => {
    c.clock.set('2026-04-20T10:00:00+08:00')
    expect(await page()).toMatchObject({
      state: 'at-risk',
      towns: [
        { name: '东镇', state: 'at-risk' },
        { name: '西镇', state: 'on-track' },
      ],
    })
    const missing = await tasks.taskMissing(s, s.db, county, now(), id)
    expect(missing.rows.map((r) => [r.title, r.period, r.running])).toEqual([
      ['东镇应急管理中心', '2026年第1季度', undefined],
      ['东镇应急管理中心', '2026年第2季度', true],
      ['西镇应急管理中心', '2026年第2季度', true],
    ])
    expect((await tasks.taskMissing(s, s.db, county, now(), id, { town: '140525102' })).total).toBe(1)
    expect((await tasks.taskMet(s, s.db, county, now(), id)).rows).toMatchObject([
      { title: '西镇应急管理中心', reason: '王镇提交，赵县 2026-03-02 确认' },
    ])
    // late, and yet in: the day it was done lies in the quarter it is for
    await confirm(colleague, (await hand(east, { happenedOn: '2026-03-30' })).id)
    expect((await page()).state).toBe('on-track')
  })

  it('the due date freezes the rate by town; a paper that comes later is late', async () => {
    c.clock.set('2026-12-30T10:00:00+08:00')
    for (const period of ['2026-04-01', '2026-07-01', '2026-10-01'])
      for (const owner of c.units.slice(1))
        if (period !== '2026-10-01' || owner !== c.units[1])
          await confirm(colleague, (await hand(county, { owner, period })).id)
    expect(await page()).toMatchObject({ figure: { num: 7, den: 8, value: 87.5 }, state: 'at-risk' })
    c.clock.set('2027-01-03T10:00:00+08:00')
    expect(await tasks.freezeDue(s)).toBe(1)
    const { rows } = await sql<{
      num: number
      den: number
      groups: { area: string }[]
    }>`select num, den, groups
      from task_figure where task_id = ${id}`.execute(s.db)
    expect(rows[0]).toMatchObject({ num: 7, den: 8 })
    expect(await page()).toMatchObject({ state: 'late', towns: [{ state: 'late' }, { state: 'met' }] })
    await confirm(colleague, (await hand(county, { owner: c.units[1], period: '2026-10-01' })).id)
    expect(await page()).toMatchObject({
      state: 'met-late',
      doneOn: '2027-01-03',
      frozen: { num: 7, reached: false },
      towns: [{ state: 'met-late' }, { state: 'met' }],
    })
  })
})
