import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FiguresCounty, insert, openFiguresCounty } from '../../test/figures-county.ts'
import type { Actor } from '../access/actor.ts'
import { fixedClock } from '../core/clock.ts'
import { all, field, some } from '../core/condition/build.ts'
import { defineIndicator } from '../core/define.ts'
import type { Role } from '../core/definition.ts'
import { type Db, sql } from '../store/db.ts'
import { openServices } from '../store/open.ts'
import type { Services } from '../store/services.ts'
import * as tasks from './index.ts'

const indicators = [
  defineIndicator('insured', {
    label: '金属冶炼企业标准化达标率',
    basis: ['试验通知'],
    of: { register: 'firm', where: field('smelting').is(true) },
    measure: 'share',
    met: some('standard', all(field('level').notEmpty(), field('issuedOn').lte({ asOf: 0 }))),
    proof: { related: 'standard', least: 'evidenced' },
    unit: '%',
    hints: ['标准化达标'],
  }),
  defineIndicator('open-majors', {
    label: '未销号重大隐患',
    basis: [],
    of: { register: 'hazard', where: field('level').is('重大') },
    measure: 'count',
    met: field('state').isNot('closed'),
    proof: { least: 'claimed' },
    unit: '项',
    lessIsBetter: true,
    hints: ['重大事故隐患清零'],
  }),
]

const notice = `泉县应急管理局文件

泉应急发〔2026〕8号

泉县应急管理局关于做好2026年工贸行业安全监管工作的通知

各镇应急管理中心：

一、工作任务

（一）推进标准化。6月底前，金属冶炼企业标准化达标率达到100%。

（二）治理隐患。12月底前，各级检查发现的重大事故隐患必须清零。

（三）编制手册。9月底前，县局完成编制《岗位风险辨识手册》。

泉县应急管理局
2026年2月10日
`

let people = 0
const actor = (name: string, role: Role, area: string): Actor => ({
  id: `00000000-0000-7000-8000-0000000000${String(++people).padStart(2, '0')}`,
  name,
  kind: 'person',
  home: area,
  assignments: [{ role, ground: { by: 'area', area } }],
})
const county = actor('李县', 'county-officer', '140525')
const colleague = actor('赵县', 'county-officer', '140525')
const town = actor('王镇', 'town-officer', '140525102')
const stranger = actor('邻县', 'county-officer', '140522')
const city = actor('张市', 'city-viewer', '1405')
const enterprise: Actor = {
  ...actor('企业', 'enterprise-officer', '140525'),
  assignments: [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: 'x' } }],
}

describe('notices to tasks', () => {
  let open: FiguresCounty
  let s: Services
  let noticeId = ''
  let items: tasks.ItemView[] = []
  const clock = fixedClock('2026-03-02T09:00:00+08:00')
  const units: string[] = []
  const firms: string[] = []
  const write = <T>(run: (tx: Db) => Promise<T>) => s.db.transaction().execute((tx) => run(tx as Db))
  const now = () => clock.now()
  const item = (words: string) => items.find((i) => i.text.includes(words))!
  const journalled = async (recordId: string) =>
    (
      await sql<{
        what: string
        reason: string | null
      }>`select what, reason from journal where record_id = ${recordId} order by id`.execute(s.db)
    ).rows

  beforeAll(async () => {
    open = await openFiguresCounty({ indicators })
    s = await openServices(open.db, open.catalogue, { clock })
    for (const [code, name, level, parent] of [
      ['14', '某省', 'province', null],
      ['1405', '某市', 'city', '14'],
      ['140525', '泉县', 'county', '1405'],
      ['140525101', '东镇', 'town', '140525'],
      ['140525102', '西镇', 'town', '140525'],
    ] as const)
      await open.db.insertInto('area').values({ code, name, level, parent }).execute()
    for (const [path, name, area, kind] of [
      ['140525/', '泉县应急管理局', '140525', 'bureau'],
      ['140525/140525101/', '东镇应急管理中心', '140525101', 'town'],
      ['140525/140525102/', '西镇应急管理中心', '140525102', 'town'],
    ] as const) {
      const id = `00000000-0000-7000-9000-${area.padStart(12, '0')}`
      units.push(id)
      await open.db.insertInto('unit').values({ id, path, name, area, kind }).execute()
    }
    const firm = open.catalogue.record('firm')
    for (const [name, area] of [
      ['甲炼', '140525101'],
      ['乙炼', '140525102'],
      ['邻炼', '140522100'],
    ])
      firms.push((await insert(open.database.pool, firm, { name, area, smelting: true })).id)
  }, 60_000)
  afterAll(() => open.close())

  it('C01 a notice is read into items with proposals, kept and journalled', async () => {
    const view = await write((tx) =>
      tasks.createNotice(s, tx, county, now(), { name: '通知.txt', text: notice }),
    )
    noticeId = view.notice.id
    items = view.items
    expect(view.notice).toMatchObject({
      docNo: '泉应急发〔2026〕8号',
      year: 2026,
      state: 'open',
      area: '140525',
    })
    expect(items).toHaveLength(3)
    expect(item('标准化').proposal).toMatchObject({
      indicator: 'insured',
      target: 100,
      due: '2026-06-30',
      unit: '%',
    })
    expect(item('清零').proposal).toMatchObject({ indicator: 'open-majors', target: 0, due: '2026-12-31' })
    expect(item('手册').proposal?.indicator).toBeUndefined()
    expect(item('手册').proposal?.owners).toEqual([units[0]])
    expect((await journalled(noticeId)).map((j) => j.what)).toEqual(['create'])
  })

  it('garbage is kept and says why it cannot be read', async () => {
    const view = await write((tx) =>
      tasks.createNotice(s, tx, county, now(), { name: 'x.txt', text: 'a\0%PDF' }),
    )
    expect(view.notice.state).toBe('unreadable')
    expect(view.notice.reason).toMatch(/\S/)
    expect(view.items).toEqual([])
  })

  it('others see what is theirs to see: the town reads, the neighbour and the enterprise find nothing', async () => {
    const heads = async (a: Actor) => (await tasks.listNotices(s, s.db, a, now())).length
    expect([await heads(county), await heads(town), await heads(city)]).toEqual([2, 2, 2])
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
      write((tx) => tasks.createNotice(s, tx, town, now(), { name: 'x', text: notice })),
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
    await expect(accept({ indicator: 'insured', subset: [firms[2]!] })).rejects.toThrow('不在本地区')
    await expect(
      accept({ indicator: 'insured', due: '2026-13-01', target: [2, 1], owners: [firms[0]!], title: ' ' }),
    ).rejects.toMatchObject({
      details: {
        complaints: [{ path: 'title' }, { path: 'target' }, { path: 'due' }, { path: 'owners' }],
      },
    })
  })

  describe('C02 progress is computed', () => {
    let id = ''
    const page = (a = county) => tasks.getTask(s, s.db, a, now(), id)
    const standard = (of: number, more: object) =>
      insert(open.database.pool, open.catalogue.record('standard'), {
        firmId: firms[of],
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
          owners: [units[1]!, units[2]!],
        }),
      )
      id = task.id
      const view = await page()
      expect(view).toMatchObject({
        state: 'on-track',
        figure: { num: 0, den: 2, value: 0, at: '2026-03-02' },
        startsOn: '2026-02-10',
        due: '2026-06-30',
        sentence: expect.stringContaining('标准化达标率达到100%'),
      })
      expect(view.towns).toEqual([
        { code: '140525101', name: '东镇', num: 0, den: 1, value: 0 },
        { code: '140525102', name: '西镇', num: 0, den: 1, value: 0 },
      ])
      expect(view.definition.met).toContain('至少有 1 条“等级已填写')
      expect((await journalled(id))[0]?.what).toBe('create')
      expect(await tasks.getNotice(s, s.db, county, now(), noticeId)).toMatchObject({
        notice: { items: { open: 2, accepted: 1, dropped: 0 } },
      })
    })

    it('the figure follows the records, and only sufficient proof counts', async () => {
      clock.set('2026-05-10T09:00:00+08:00')
      await standard(0, { issuedOn: '2026-05-01', recordedAt: '2026-05-02T01:00:00Z', proof: 2 })
      await standard(1, { issuedOn: '2026-05-01', recordedAt: '2026-05-02T01:00:00Z', proof: 1 })
      expect((await page()).figure).toMatchObject({
        num: 1,
        den: 2,
        value: 50,
        proof: { claimed: 1, evidenced: 1, verified: 0 },
      })
    })

    it('who is missing: each reader sees the records within reach, the figure is the county’s', async () => {
      const names = async (a: Actor) => {
        const list = await tasks.taskMissing(s, s.db, a, now(), id)
        return list.rows.map((r) => [r.name, r.reason])
      }
      expect(await names(county)).toEqual([['乙炼', expect.stringContaining('可信程度为“自报”')]])
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
      clock.set('2026-06-30T23:59:00+08:00')
      expect(await tasks.freezeDue(s)).toBe(0)
      // two days later somebody changes the record: then it is only claimed
      await sql`update standard set proof = 1, updated_at = '2026-07-02T02:00:00Z' where proof = 3`.execute(
        s.db,
      )
      clock.set('2026-07-05T03:00:00+08:00')
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
      clock.set('2026-07-10T09:00:00+08:00')
      const late = await write((tx) =>
        tasks.acceptItem(s, tx, county, now(), noticeId, item('标准化').id, {
          title: '重点企业达标',
          indicator: 'insured',
          subset: [firms[1]!],
          due: '2026-07-11',
          owners: [],
        }),
      )
      clock.set('2026-07-13T09:00:00+08:00')
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

    it('a changed due date freezes anew; a lost race is told; a task is called off with a reason', async () => {
      const task = await page()
      const moved = await write((tx) =>
        tasks.updateTask(s, tx, county, now(), id, task.version, { due: '2026-12-31', target: 50 }),
      )
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

  it('nothing open: the list shows what is left to do', async () => {
    clock.set('2026-08-01T09:00:00+08:00')
    const hazard = open.catalogue.record('hazard')
    const found = await insert(open.database.pool, hazard, {
      firmId: firms[0],
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
    const files = [{ id: 'a'.repeat(64), name: '手册.pdf', type: 'application/pdf', size: 9 }]
    const task = await write((tx) =>
      tasks.acceptItem(s, tx, county, now(), noticeId, item('手册').id, {
        title: '编制手册',
        evidence: true,
        due: '2026-09-30',
        owners: [units[0]!],
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
      figure: { value: 1 },
      evidence: { confirmed: 1, pending: 0 },
      definition: { label: '佐证材料' },
    })
    expect((await journalled(task.id)).map((j) => j.what)).toEqual(['create', 'act:evidence', 'act:confirm'])
    const computed = await tasks.listTasks(s, s.db, county, now(), { notice: noticeId, owner: units[0] })
    expect(computed.map((t) => t.id)).toEqual([task.id])
  })
})
