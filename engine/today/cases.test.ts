import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, person_, type SmallCounty } from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import { sweep } from '../deadlines/sweep.ts'
import { sql } from '../store/db.ts'
import type { Row } from '../store/types.ts'
import { todayOf } from './today.ts'

let c: SmallCounty
let firm: string
let owner: Actor
beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00')
  firm = (
    await c
      .as(c.county)
      .create('enterprise', { name: '晋城铸造', place: '140525100', industry: '冶金' }, c.key())
  ).row.id
  owner = person_('周安全', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm } },
  ])
})
afterAll(() => c.close())

const at = (day: string) => c.clock.set(`${day}T09:00:00+08:00`)
const ordered = async (name: string, level: string, dueOn: string): Promise<Row> => {
  const { row } = await c.as(c.county).create('hazard', { enterpriseId: firm, name, level }, c.key())
  return (await c.as(c.county).act('hazard', row.id, 'order', { dueOn }, row.version, c.key())).row
}
const titles = async (actor: Actor, group: string) =>
  (await todayOf(c.services, actor)).items.filter((i) => i.group === group).map((i) => i.title)
const figures = async (actor: Actor) =>
  Object.fromEntries((await todayOf(c.services, actor)).figures.map((f) => [f.name, f.n]))

describe('今日', () => {
  it('puts level of risk before days over, and what is neither major nor late behind, by date', async () => {
    await ordered('老的一般隐患', '一般', '2026-03-05')
    await ordered('没到期的重大隐患', '重大', '2026-05-20')
    await ordered('新近逾期的一般隐患', '一般', '2026-03-20')
    await ordered('逾期一天的重大隐患', '重大', '2026-03-24')
    await ordered('没到期的一般隐患', '一般', '2026-03-28')
    at('2026-03-25')
    const urgent = ['逾期一天的重大隐患', '没到期的重大隐患', '老的一般隐患', '新近逾期的一般隐患']
    expect(await titles(c.county, 'urgent')).toEqual(urgent)
    expect(await titles(owner, 'urgent')).toEqual(urgent)
    expect(await titles(owner, 'mine')).toEqual(['没到期的一般隐患'])
    expect(await titles(c.county, 'mine')).toEqual([])
    expect(await figures(c.county)).toEqual({ late: 3, week: 1, major: 2, mine: 0 })
    expect(await figures(owner)).toEqual({ late: 3, week: 1, major: 2, mine: 5 })
  })

  it('each headline figure has its list, as long as it says', async () => {
    for (const actor of [c.county, owner])
      for (const f of (await todayOf(c.services, actor)).figures) {
        expect(f.link).toBe(`/?show=${f.name}`)
        expect((await todayOf(c.services, actor, f.name)).items, f.label).toHaveLength(f.n)
      }
  })

  it('names the step that is to be done, or whose it is; what is done is gone, and waits for the next', async () => {
    const find = async (actor: Actor) =>
      (await todayOf(c.services, actor)).items.find((i) => i.title === '没到期的一般隐患')
    const own = await find(owner)
    expect(own).toMatchObject({
      firm: null,
      act: { do: 'action', action: 'rectify', label: '整改完成' },
    })
    const record = own?.act?.record ?? ''
    const other = (await todayOf(c.services, c.county)).items.find((i) => i.title === '老的一般隐患')
    expect(other).toMatchObject({
      firm: '晋城铸造',
      act: null,
      why: expect.stringContaining('等企业安全管理人员、乡镇监管人员“整改完成”'),
    })
    const { version } = await c.as(owner).get('hazard', record)
    await c.as(owner).act('hazard', record, 'rectify', { note: '已清理' }, version, c.key())
    expect(await find(owner)).toBeUndefined()
    expect((await find(c.county))?.act).toMatchObject({ action: 'accept', label: '销号' })
    await c.as(c.county).act('hazard', record, 'accept', {}, version + 1, c.key())
    expect(await find(c.county)).toBeUndefined()
  })

  it('who did the work is not asked to judge it', async () => {
    const row = await ordered('谁整改谁不验收', '一般', '2026-03-27')
    await c.as(c.town).act('hazard', row.id, 'rectify', { note: '已清理' }, row.version, c.key())
    expect(await titles(c.town, 'mine')).not.toContain('谁整改谁不验收')
    expect(await titles(c.county, 'mine')).toContain('谁整改谁不验收')
  })

  it('a rung that has come is a reminder, here and in the journal: nothing of it has happened', async () => {
    await sweep(c.services)
    const old = (await todayOf(c.services, owner)).items.find((i) => i.title === '老的一般隐患')
    expect(old?.ifNot).toBe('到了“督促函”一级，未发函')
    const { entries } = await c.as(owner).timeline('hazard', old?.act?.record ?? '')
    expect(entries.map((e) => e.text)).toContain('隐患“老的一般隐患”逾期，到了“督促函”一级，未发函')
    const recent = (await todayOf(c.services, owner)).items.find((i) => i.title === '新近逾期的一般隐患')
    expect(recent?.ifNot).toBe('已在今日提醒；2026-03-27 到“督促函”一级')
  })

  it('what waits for others is no delay of a firm, and stays one of who supervises', async () => {
    const before = await figures(owner)
    const { items } = await todayOf(c.services, owner, 'late')
    const first = items.find((i) => i.title === '新近逾期的一般隐患')
    const id = first?.act?.record ?? ''
    const { version } = await c.as(owner).get('hazard', id)
    await c.as(owner).act('hazard', id, 'rectify', { note: '已整改' }, version, c.key())
    const county = await figures(c.county)
    // the officer who is to look at it has let his day pass
    await sql`update agenda set due_on = '2026-03-20' where id = ${id}`.execute(c.db)
    expect((await figures(c.county)).late).toBe((county.late ?? 0) + 1)
    expect((await figures(owner)).late).toBe((before.late ?? 0) - 1)
    expect((await todayOf(c.services, owner, 'late')).items).toHaveLength((before.late ?? 0) - 1)
    await sql`update agenda set due_on = null where id = ${id}`.execute(c.db)
  })

  it('one record that contradicts itself is one line with its number, the rest stands', async () => {
    const before = (await todayOf(c.services, owner)).items.length
    const [odd, lost] = [
      await ordered('版本不明', '重大', '2026-04-20'),
      await ordered('状态不明', '重大', '2026-04-20'),
    ]
    await sql`update hazard set loop_version = 99 where id = ${odd.id}`.execute(c.db)
    await sql`update hazard set state = 'nowhere' where id = ${lost.id}`.execute(c.db)
    const { items } = await todayOf(c.services, owner)
    const broken = items.filter((i) => i.group === 'broken')
    expect(broken.map((i) => i.title).sort()).toEqual(
      [`隐患记录有问题，编号 ${odd.id}`, `隐患记录有问题，编号 ${lost.id}`].sort(),
    )
    expect(items).toHaveLength(before + 2)
  })
})
