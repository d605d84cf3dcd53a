import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insert } from '../../test/figures-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { proves } from '../../test/proves.ts'
import {
  colleague,
  county,
  enterprise,
  openTasksCounty,
  stranger,
  type TasksCounty,
  town,
} from '../../test/tasks-county.ts'
import type { Actor } from '../access/actor.ts'
import { sql } from '../store/db.ts'
import * as tasks from './index.ts'

describe('tasks', () => {
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

  describe('progress is computed', () => {
    let id = ''
    const page = (a = county) => tasks.getTask(s, s.db, a, now(), id)
    const standard = (of: number, more: object) =>
      insert(c.open.database.pool, c.open.catalogue.record('standard'), {
        firmId: c.firms[of],
        area: ['140525101', '140525102', '140522100'][of],
        level: '三级',
        ...more,
      })

    it('an accepted item is a task with a figure by town and its definition in words', async () => {
      const { proposal } = item('标准化')
      const task = await write((tx) =>
        tasks.acceptItem(s, tx, county, now(), noticeId, item('标准化').id, {
          title: '标准化达标',
          indicator: proposal!.indicator,
          target: proposal!.target,
          comparator: proposal!.comparator,
          due: proposal!.due,
          owners: [c.units[1]!, c.units[2]!],
        }),
      )
      id = task.id
      const view = await page()
      proves('C01', 2, 'an accepted item is a task with dates, figure and the sentence it stands on', () =>
        expect(view).toMatchObject({
          state: 'on-track',
          figure: { num: 0, den: 2, value: 0, at: '2026-03-02' },
          startsOn: '2026-02-10',
          due: '2026-06-30',
          sentence: expect.stringContaining('标准化达标率达到100%'),
        }),
      )
      expect(view.towns).toMatchObject([
        { code: '140525101', name: '东镇', num: 0, den: 1, value: 0, state: 'on-track' },
        { code: '140525102', name: '西镇', num: 0, den: 1, value: 0, state: 'on-track' },
      ])
      expect(view.definition.met).toContain('至少有 1 条“等级已填写')
      expect(view.definition.entered).toMatchObject({ register: 'standard', fields: [] })
      expect((await journalled(id))[0]?.what).toBe('create')
      expect(await tasks.getNotice(s, s.db, county, now(), noticeId)).toMatchObject({
        notice: { items: { open: 2, accepted: 1, dropped: 0 } },
      })
    })

    it('the figure follows the records, and only sufficient proof counts', async () => {
      c.clock.set('2026-05-10T09:00:00+08:00')
      await standard(0, { issuedOn: '2026-05-01', recordedAt: '2026-05-02T01:00:00Z', proof: 2 })
      await standard(1, { issuedOn: '2026-05-01', recordedAt: '2026-05-02T01:00:00Z', proof: 1 })
      await proves(
        'C02',
        2,
        'progress is computed from the records, and what is only claimed does not count',
        async () =>
          expect((await page()).figure).toMatchObject({
            num: 1,
            den: 2,
            value: 50,
            proof: { claimed: 1, evidenced: 1, verified: 0 },
          }),
      )
    })

    it('who is missing: each reader sees the records within reach, the figure is the county’s', async () => {
      const names = async (a: Actor) => {
        const list = await tasks.taskMissing(s, s.db, a, now(), id)
        return list.rows.map((r) => [r.name, r.reason])
      }
      expect(await names(county)).toEqual([['乙炼', expect.stringContaining('只是自报')]])
      expect((await names(town)).map(([n]) => n)).toEqual(['乙炼'])
      expect((await page(town)).figure).toMatchObject({ num: 1, den: 2 })
      const done = await tasks.taskMet(s, s.db, county, now(), id)
      expect(done).toMatchObject({ register: 'firm', total: 1, rows: [{ name: '甲炼' }] })
      // a town officer has no right to read the other town's file
      expect(await tasks.taskMet(s, s.db, town, now(), id)).toMatchObject({ total: 0 })
      await expect(tasks.taskMissing(s, s.db, stranger, now(), id)).rejects.toMatchObject({
        code: 'not-found',
      })
      await expect(page(enterprise)).rejects.toMatchObject({ code: 'not-found' })
    })

    it('the figure is frozen from what was recorded by the end of the due day, however late the sweep', async () => {
      // recorded on the last day, in time
      await standard(1, { issuedOn: '2026-06-30', recordedAt: '2026-06-30T15:59:00Z', proof: 3 })
      c.clock.set('2026-06-30T23:59:00+08:00')
      expect(await tasks.freezeDue(s)).toBe(0)
      // two days later somebody changes the record: then it is only claimed
      await sql`update standard set proof = 1, updated_at = '2026-07-02T02:00:00Z' where proof = 3`.execute(
        s.db,
      )
      c.clock.set('2026-07-05T03:00:00+08:00')
      const before = await page()
      expect(before).toMatchObject({ state: 'met', figure: { num: 1 }, frozen: { num: 2, reached: true } })
      expect(await tasks.freezeDue(s)).toBe(1)
      expect(await tasks.freezeDue(s)).toBe(0)
      expect(await page()).toMatchObject({
        state: 'met',
        figure: { num: 1, value: 50 },
        frozen: { num: 2, den: 2, value: 100, reached: true, asOf: '2026-06-30' },
      })
      expect((await journalled(id)).at(-1)).toEqual({ what: 'sweep:freeze', reason: '到期时已达到目标' })
    })

    it('a record that comes later, even back-dated, makes it met late and leaves the frozen figure', async () => {
      c.clock.set('2026-07-10T09:00:00+08:00')
      const late = await write((tx) =>
        tasks.acceptItem(
          s,
          tx,
          county,
          now(),
          noticeId,
          item('标准化').id,
          {
            title: '重点企业达标',
            indicator: 'insured',
            subset: [c.firms[1]!],
            due: '2026-07-11',
            owners: [],
          },
          { again: true },
        ),
      )
      c.clock.set('2026-07-13T09:00:00+08:00')
      await tasks.freezeDue(s)
      const view = () => tasks.getTask(s, s.db, county, now(), late.id)
      expect(await view()).toMatchObject({ state: 'late', frozen: { num: 0, den: 1, reached: false } })
      await standard(1, {
        issuedOn: '2026-06-01',
        happenedOn: '2026-06-01',
        recordedAt: '2026-07-13T01:00:00Z',
        proof: 3,
      })
      expect(await view()).toMatchObject({
        state: 'met-late',
        figure: { num: 1, den: 1 },
        frozen: { num: 0, reached: false },
      })
    })

    it('what some do after the due date counts at once and leaves the list, while others are still missing', async () => {
      await sql`update standard set proof = 1`.execute(s.db)
      const late = await write((tx) =>
        tasks.acceptItem(
          s,
          tx,
          county,
          now(),
          noticeId,
          item('标准化').id,
          {
            title: '两家达标',
            indicator: 'insured',
            subset: [c.firms[0]!, c.firms[1]!],
            due: '2026-07-14',
            owners: [],
          },
          { again: true },
        ),
      )
      c.clock.set('2026-07-16T09:00:00+08:00')
      await tasks.freezeDue(s)
      const view = () => tasks.getTask(s, s.db, county, now(), late.id)
      const names = async () =>
        (await tasks.taskMissing(s, s.db, county, now(), late.id)).rows.map((r) => r.name)
      expect(await view()).toMatchObject({ state: 'late', figure: { num: 0, den: 2 } })
      expect(await names()).toEqual(['甲炼', '乙炼'])
      await standard(0, {
        issuedOn: '2026-07-15',
        happenedOn: '2026-07-15',
        recordedAt: '2026-07-16T00:30:00Z',
        proof: 3,
      })
      expect(await view()).toMatchObject({
        state: 'late',
        figure: { num: 1, den: 2, at: '2026-07-16' },
        frozen: { num: 0, reached: false },
        towns: [
          { name: '东镇', num: 1, den: 1 },
          { name: '西镇', num: 0, den: 1, state: 'late' },
        ],
      })
      expect(await names()).toEqual(['乙炼'])
      await sql`update standard set proof = 3 where issued_on = '2026-06-01'`.execute(s.db)
    })

    it('a changed due date freezes anew; a lost race is told; a task is called off with a reason', async () => {
      const task = await page()
      for (const change of [{ due: '2026-12-31' }, { target: 50 }, { subset: [c.firms[0]!] }, { due: null }])
        await expect(
          write((tx) => tasks.updateTask(s, tx, county, now(), id, task.version, change)),
        ).rejects.toMatchObject({ code: 'bad-input', details: { complaints: [{ path: 'reason' }] } })
      const moved = await write((tx) =>
        tasks.updateTask(s, tx, county, now(), id, task.version, {
          due: '2026-12-31',
          target: 50,
          reason: '上级推迟',
        }),
      )
      expect((await page()).earlier).toMatchObject([{ asOf: '2026-06-30', value: 100, reached: true }])
      expect(await page()).toMatchObject({ state: 'met', due: '2026-12-31', target: 50 })
      expect((await page()).frozen).toBeUndefined()
      await expect(
        write((tx) => tasks.updateTask(s, tx, county, now(), id, task.version, { title: 'y' })),
      ).rejects.toMatchObject({ code: 'version-lost', details: { yours: task.version } })
      await expect(
        write((tx) => tasks.updateTask(s, tx, county, now(), id, moved.version, { withdrawn: true })),
      ).rejects.toThrow('请写明原因')
      await write((tx) =>
        tasks.updateTask(s, tx, county, now(), id, moved.version, { withdrawn: true, reason: '上级调整' }),
      )
      expect((await tasks.listTasks(s, s.db, county, now())).map((t) => t.id)).not.toContain(id)
      expect((await journalled(id)).at(-1)).toEqual({ what: 'archive', reason: '上级调整' })
    })
  })

  it('a due date that has passed is frozen before it can be moved, and stays to be seen', async () => {
    c.clock.set('2026-08-01T09:00:00+08:00')
    const task = await write((tx) =>
      tasks.acceptItem(
        s,
        tx,
        county,
        now(),
        noticeId,
        item('标准化').id,
        {
          title: '全部达标',
          indicator: 'insured',
          target: 100,
          comparator: '>',
          due: '2026-08-02',
          owners: [],
        },
        { again: true },
      ),
    )
    // no sweep has come round yet
    c.clock.set('2026-08-03T00:30:00+08:00')
    const view = () => tasks.getTask(s, s.db, county, now(), task.id)
    const was = (await view()).frozen!
    expect(was.reached).toBe(false)
    await write((tx) =>
      tasks.updateTask(s, tx, county, now(), task.id, task.version, {
        due: '2026-12-31',
        target: 10,
        comparator: '>=',
        reason: '延期',
      }),
    )
    const { frozen, earlier } = await view()
    expect(frozen).toBeUndefined()
    expect(earlier).toMatchObject([{ asOf: '2026-08-02', value: was.value, reached: false }])
    expect((await journalled(task.id)).map((j) => j.what)).toEqual(['create', 'sweep:freeze', 'update'])
    const { version } = await view()
    await write((tx) =>
      tasks.updateTask(s, tx, county, now(), task.id, version, { withdrawn: true, reason: '合并' }),
    )
  })

  it('a target below nothing, above the whole or upside down is refused with what to do', async () => {
    const { id } = item('标准化')
    const { items } = await tasks.getNotice(s, s.db, county, now(), noticeId)
    const version = items.find((i) => i.id === id)?.version ?? 0
    const odd: (number | [number, number])[] = [-5, 101, [80, 20]]
    for (const target of odd)
      await expect(
        write((tx) =>
          tasks.acceptItem(
            s,
            tx,
            county,
            now(),
            noticeId,
            id,
            { title: '参保', indicator: 'insured', target, owners: [] },
            { version, again: true },
          ),
        ),
      ).rejects.toMatchObject({ code: 'bad-input', details: { complaints: [{ path: 'target' }] } })
  })

  it('nothing open: the list shows what is left to do', async () => {
    c.clock.set('2026-08-01T09:00:00+08:00')
    const hazard = c.open.catalogue.record('hazard')
    const found = await insert(c.open.database.pool, hazard, {
      firmId: c.firms[0],
      what: '煤气泄漏',
      level: '重大',
    })
    const task = await write((tx) =>
      tasks.acceptItem(s, tx, county, now(), noticeId, item('清零').id, {
        title: '清零',
        indicator: 'open-majors',
        due: '2026-12-31',
        owners: [],
      }),
    )
    expect(task).toMatchObject({ target: 0, comparator: '<=', unit: '项' })
    const [view] = await tasks.listTasks(s, s.db, town, now(), { state: 'on-track' })
    expect(view).toMatchObject({ id: task.id, figure: { value: 1 } })
    expect((await tasks.taskMissing(s, s.db, county, now(), task.id)).rows.map((r) => r.id)).toEqual([
      found.id,
    ])
    await sql`update hazard set state = 'closed', updated_at = ${now()} where id = ${found.id}`.execute(s.db)
    expect(await tasks.taskMissing(s, s.db, county, now(), task.id)).toMatchObject({ total: 0 })
    expect((await tasks.getTask(s, s.db, county, now(), task.id)).state).toBe('on-track')
  })

  it('what no data can answer is proved by files that a second person confirms', async () => {
    const files = [await keptFile(s.db, county, { name: '手册.pdf', type: 'application/pdf' })]
    const task = await write((tx) =>
      tasks.acceptItem(s, tx, county, now(), noticeId, item('手册').id, {
        title: '编制手册',
        evidence: true,
        due: '2026-09-30',
        owners: [c.units[0]!],
      }),
    )
    const view = () => tasks.getTask(s, s.db, county, now(), task.id)
    await expect(
      write((tx) =>
        tasks.addEvidence(s, tx, county, now(), task.id, { files: [], happenedOn: '2026-12-01' }),
      ),
    ).rejects.toMatchObject({ details: { complaints: [{ path: 'files' }, { path: 'happenedOn' }] } })
    const proof = await write((tx) =>
      tasks.addEvidence(s, tx, county, now(), task.id, { files, note: '定稿' }),
    )
    expect(await view()).toMatchObject({ state: 'at-risk', evidence: { confirmed: 0, pending: 1 } })
    const confirm = (a: Actor) => write((tx) => tasks.confirmEvidence(s, tx, a, now(), task.id, proof.id))
    await expect(confirm(county)).rejects.toThrow('请交另一位同事确认')
    await expect(confirm(stranger)).rejects.toMatchObject({ code: 'not-found' })
    await confirm(colleague)
    await expect(confirm(colleague)).rejects.toMatchObject({ code: 'conflict' })
    expect(await view()).toMatchObject({
      state: 'met',
      figure: { value: 100 },
      evidence: { confirmed: 1, pending: 0 },
      definition: { label: '佐证材料' },
    })
    expect((await journalled(task.id)).map((j) => j.what)).toEqual(['create', 'act:evidence', 'act:confirm'])
    const computed = await tasks.listTasks(s, s.db, county, now(), { notice: noticeId, owner: c.units[0] })
    expect(computed.map((t) => t.id)).toEqual([task.id])
  })
})
