import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inArea, openSmallCounty, person_, type SmallCounty } from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import type { Doing } from '../core/bulk.ts'
import { sweep } from '../deadlines/sweep.ts'
import { sql } from '../store/db.ts'
import type { ListQuery } from '../store/types.ts'
import { bulkRows, getBulk, listBulk, runBulk, startBulk, undoBulk, work } from './index.ts'

let c: SmallCounty
let firm: string
let safety: ReturnType<typeof person_>
const other = person_('赵县', [inArea('county-officer', '140525')])
beforeAll(async () => {
  c = await openSmallCounty()
  firm = await enterprise('晋城铸造')
  safety = person_('赵安全', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm } },
  ])
})
afterAll(() => c.close())

const enterprise = async (name: string, place = '140525100') =>
  (await c.as(c.county).create('enterprise', { name, place, industry: '冶金' }, c.key())).row.id
const report = async (name: string, more: Record<string, unknown> = {}) =>
  (await c.as(c.county).create('hazard', { enterpriseId: firm, name, level: '一般', ...more }, c.key())).row
    .id

async function looked(
  actor: Actor,
  register: string,
  doing: Doing,
  rows: string[] | { filter: ListQuery },
): Promise<string> {
  const chosen = Array.isArray(rows) ? { rows } : rows
  const id = await c.db
    .transaction()
    .execute((tx) => startBulk(c.services, tx, actor, register, doing, chosen))
  await work.begin(c.services, id)
  return id
}
/** Some time passes between two writes: the past is kept by the instant it was replaced. */
const later = () => c.clock.set(new Date(c.clock.now().getTime() + 1000).toISOString())
const ran = async (actor: Actor, id: string) => {
  later()
  await runBulk(c.services, actor, id)
  await work.settled(id)
  return getBulk(c.services, actor, id)
}
const undone = async (actor: Actor, id: string) => {
  later()
  await undoBulk(c.services, actor, id)
  await work.settled(id)
  return getBulk(c.services, actor, id)
}
const told = async (actor: Actor, id: string) =>
  Object.fromEntries(
    (await bulkRows(c.services, actor, id, {})).rows.map((r) => [r.id, [r.state, r.note] as const]),
  )
const journalled = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from journal`.execute(c.db)).rows[0]?.n
const clocks = async (id: string) =>
  (
    await sql`select kind, state, due_on as due, closed_on as closed from deadline where record_id = ${id}`.execute(
      c.db,
    )
  ).rows

const order: Doing = { do: 'act', action: 'order', form: { dueOn: '2026-03-20' } }

describe('many cases at once', () => {
  it('are looked at first, each with its own reason, and nothing is written', async () => {
    const plain = await report('积尘')
    const major = await report('泄爆口堵塞', { level: '重大' })
    const fixing = await report('接地断开')
    await c.as(c.county).act('hazard', fixing, 'order', {}, 1, c.key())
    const elsewhere = await enterprise('大东沟机械', '140525102')
    const far = (await c.as(c.county).create('hazard', { enterpriseId: elsewhere, name: '别镇的' }, c.key()))
      .row.id
    const before = await journalled()
    const id = await looked(c.town, 'hazard', order, [plain, major, fixing, far])
    const rows = await told(c.town, id)
    expect(rows[plain]).toEqual(['can', null])
    expect(rows[major]).toEqual(['cannot', '重大隐患须逐条办理。'])
    const offer = (await c.as(c.town).actions('hazard', fixing)).find((a) => a.id === 'order')
    expect(rows[fixing]).toEqual(['cannot', offer?.reason])
    expect(rows[far]?.[1]).toMatch(/没有找到这条隐患记录，或者它不在您的管辖范围内/)
    expect(await c.as(c.town).get('hazard', plain)).toMatchObject({ state: 'found', version: 1, dueOn: null })
    expect(await clocks(plain)).toEqual([])
    expect(await journalled()).toBe(before)
    // a date beyond what policy allows is told of each row, too
    const late = { ...order, form: { dueOn: '2026-12-31' } }
    const beyond = await looked(c.town, 'hazard', late, [plain])
    expect((await told(c.town, beyond))[plain]?.[1]).toMatch(/最晚可定为/)
  })

  it('are not done together where each asks for a judgement of its own', async () => {
    const one = await report('待复查')
    await expect(looked(c.town, 'hazard', { do: 'act', action: 'accept' }, [one])).rejects.toMatchObject({
      message: '“销号”由另一人对照每一条作出判断，须逐条办理。',
    })
    await expect(
      looked(c.county, 'enterprise', { do: 'set', field: 'name', value: '同名' }, [firm]),
    ).rejects.toMatchObject({ code: 'bad-input' })
    await expect(looked(c.county, 'hazard', { do: 'archive' }, [one])).rejects.toMatchObject({
      details: { complaints: [{ path: 'reason' }] },
    })
    const open = await looked(c.county, 'hazard', { do: 'archive', reason: '重复登记' }, [one])
    expect((await told(c.county, open))[one]?.[1]).toMatch(/还没有办结，不能成批归档/)
  })

  it('stand each by itself, are written once, and are taken back where nobody has built on them', async () => {
    const [kept, moved, acted] = [await report('甲'), await report('乙'), await report('丙')]
    const id = await looked(c.county, 'hazard', order, [kept, moved, acted])
    await c.as(c.county).update('hazard', moved, { name: '乙（改）' }, 1, c.key())
    const done = await ran(c.county, id)
    expect(done).toMatchObject({ state: 'done', counts: { done: 2, failed: 1 }, undo: { possible: true } })
    expect((await told(c.county, id))[moved]?.[1]).toMatch(/刚被别人修改过/)
    expect(await c.as(c.county).get('hazard', kept)).toMatchObject({ state: 'fixing', dueOn: '2026-03-20' })
    // as after a kill between the write and its mark: the same keys give the same answer
    await sql`update bulk_row set state = 'can' where bulk_id = ${id} and state = 'done'`.execute(c.db)
    await sql`update bulk set state = 'running' where id = ${id}`.execute(c.db)
    await work.begin(c.services, id)
    expect((await c.as(c.county).get('hazard', kept)).version).toBe(2)
    expect((await getBulk(c.services, c.county, id)).counts).toMatchObject({ done: 2, failed: 1 })
    const lines = await sql`select 1 from journal where batch = ${id} and what = 'act:order'`.execute(c.db)
    expect(lines.rows).toHaveLength(2)

    await c.as(safety).act('hazard', acted, 'rectify', { note: '已清理' }, 2, c.key())
    await expect(c.as(other).takeBack('hazard', kept, 2, c.key())).rejects.toMatchObject({
      message: '“责令整改”由李县办理，只能由本人撤回。',
    })
    const back = await undone(c.county, id)
    expect(back).toMatchObject({ state: 'undone', counts: { undone: 1, kept: 1 } })
    expect((await told(c.county, id))[acted]?.[1]).toMatch(/刚被别人修改过/)
    expect(await c.as(c.county).get('hazard', kept)).toMatchObject({
      state: 'found',
      dueOn: null,
      version: 3,
    })
    expect(await clocks(kept)).toEqual([])
    expect((await c.as(c.county).get('hazard', acted)).state).toBe('checking')
    // what was taken back may be done again, and bars nobody
    await c.as(c.county).act('hazard', kept, 'order', {}, 3, c.key())
    expect(await clocks(kept)).toMatchObject([{ kind: 'rectify', state: 'running', closed: null }])
    await expect(getBulk(c.services, other, id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await listBulk(c.services, other)).toEqual([])
  })

  it('get their clocks as they were, and keep what a reminder has come of', async () => {
    const [moved, late] = [await report('丁'), await report('戊')]
    for (const id of [moved, late])
      await c.as(c.county).act('hazard', id, 'order', { dueOn: '2026-03-10' }, 1, c.key())
    const extend: Doing = { do: 'act', action: 'extend', form: { dueOn: '2026-03-12' } }
    const id = await looked(c.county, 'hazard', extend, [moved])
    await ran(c.county, id)
    expect(await clocks(moved)).toMatchObject([{ due: '2026-03-12' }])
    await undone(c.county, id)
    expect(await clocks(moved)).toMatchObject([{ due: '2026-03-10', state: 'running' }])
    expect((await c.as(c.county).get('hazard', moved)).dueOn).toBe('2026-03-10')
    // a day later the paper is out: the step stands
    const [old] = [await report('己')]
    const third = await looked(c.county, 'hazard', order, [old])
    await ran(c.county, third)
    c.clock.set('2026-03-03T12:00:00+08:00')
    await undone(c.county, third)
    expect((await told(c.county, third))[old]).toEqual([
      'kept',
      '“责令整改”已过自行更正的时间，不能撤回，请按现在的情况办理。',
    ])
    const second = await looked(c.county, 'hazard', extend, [late])
    await ran(c.county, second)
    c.clock.set('2026-03-14T09:00:00+08:00')
    await sweep(c.services)
    await undone(c.county, second)
    expect((await told(c.county, second))[late]).toEqual([
      'kept',
      '之后已有逾期提醒，不能撤回，请按现在的情况办理。',
    ])
    c.clock.set('2026-03-02T09:00:00+08:00')
  })
})

describe('many records at once', () => {
  it('get one value; undoing leaves what was changed since and says by whom', async () => {
    const [a, b, d] = [await enterprise('甲厂'), await enterprise('乙厂'), await enterprise('丙厂')]
    const set: Doing = { do: 'set', field: 'industry', value: '机械' }
    const id = await looked(c.county, 'enterprise', set, {
      filter: {
        where: { field: 'name', op: 'in', to: { value: ['甲厂', '乙厂', '丙厂'] } },
      },
    })
    await ran(c.county, id)
    const industry = async (x: string) => (await c.as(c.county).get('enterprise', x)).industry
    expect(await Promise.all([a, b, d].map(industry))).toEqual(['机械', '机械', '机械'])
    later()
    await c.as(other).update('enterprise', b, { industry: '轻工' }, 2, c.key())
    await c.as(other).update('enterprise', d, { workers: 9 }, 2, c.key())
    const back = await undone(c.county, id)
    expect(back.counts).toMatchObject({ undone: 2, kept: 1 })
    expect((await told(c.county, id))[b]).toEqual([
      'kept',
      '“行业”之后又由赵县于 2026-03-02 改过，保留现在的内容。',
    ])
    expect(await Promise.all([a, b, d].map(industry))).toEqual(['冶金', '轻工', '冶金'])
    expect((await c.as(c.county).get('enterprise', d)).workers).toBe(9)
  })

  it('are archived and restored; one with records below it stays', async () => {
    const [bare, full] = [await enterprise('空厂'), await enterprise('有人厂')]
    await c.as(c.county).create('person', { enterpriseId: full, name: '钱工' }, c.key())
    const id = await looked(c.county, 'enterprise', { do: 'archive', reason: '搬迁出县' }, [bare, full])
    expect((await told(c.county, id))[full]?.[1]).toMatch(/名下还有 1 条人员/)
    await ran(c.county, id)
    expect((await c.as(c.county).get('enterprise', bare)).archivedAt).not.toBeNull()
    await undone(c.county, id)
    expect((await c.as(c.county).get('enterprise', bare)).archivedAt).toBeNull()
  })

  it('are verified with a reason, and the undo gives back the proof they had', async () => {
    const one = (await c.as(safety).create('person', { enterpriseId: firm, name: '孙工' }, c.key())).row
    expect(one.proof).toBe(1)
    const verify: Doing = { do: 'verify', reason: '现场查看' }
    const own = await looked(safety, 'person', verify, [one.id])
    expect((await told(safety, own))[one.id]?.[1]).toBe('由乡镇或县局监管人员核实。')
    const id = await looked(c.town, 'person', verify, [one.id])
    await ran(c.town, id)
    expect((await c.as(c.town).get('person', one.id)).proof).toBe(3)
    await undone(c.town, id)
    expect((await c.as(c.town).get('person', one.id)).proof).toBe(1)
  })
})
