import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, type SmallCounty } from '../../test/model-county.ts'
import type { ListQuery } from './types.ts'

let c: SmallCounty

/** Four hazards: due long ago, in three days, in a month, and one nobody has ordered yet. */
beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00')
  const { row: firm } = await c
    .as(c.county)
    .create('enterprise', { name: '华丰铸造', place: '140525100', industry: '冶金' }, c.key())
  const report = async (name: string, dueOn?: string) => {
    const values = { enterpriseId: firm.id, name, level: '一般' }
    const { row } = await c.as(c.town).create('hazard', values, c.key())
    if (dueOn) await c.as(c.county).act('hazard', row.id, 'order', { dueOn }, row.version, c.key())
  }
  await report('早该改完', '2026-03-03')
  await report('三天后到期', '2026-03-13')
  await report('下月到期', '2026-04-10')
  await report('没有人管')
  c.clock.set('2026-03-10T09:00:00+08:00')
}, 120_000)
afterAll(() => c.close())

const names = async (query: ListQuery, who = c.county) =>
  (await c.as(who).list('hazard', query)).rows.map((r) => r.name).sort()

describe('what a list is narrowed to', () => {
  it('overdue and this week are the days that 今日 shows', async () => {
    expect(await names({ due: 'overdue' })).toEqual(['早该改完'])
    expect(await names({ due: 'week' })).toEqual(['三天后到期'])
  })

  it('mine are those I recorded or did a step of', async () => {
    expect(await names({ mine: true })).toHaveLength(3)
    expect(await names({ mine: true }, c.town)).toHaveLength(4)
    // the answer kept for one reader is not another's
    expect(await names({ mine: true })).not.toContain('没有人管')
  })

  it('counts by state what search and filter leave', async () => {
    const page = await c.as(c.county).list('hazard', { by: 'state', search: '到期', count: true, limit: 1 })
    expect(page).toMatchObject({ groups: { fixing: 2 }, total: 2 })
    const all = await c.as(c.county).list('hazard', { by: 'state', limit: 1 })
    expect(all.groups).toEqual({ fixing: 3, found: 1 })
  })

  it('says what it cannot do', async () => {
    await expect(c.as(c.county).list('enterprise', { due: 'week' })).rejects.toThrow('没有办理期限')
    await expect(c.as(c.county).list('hazard', { by: 'name' })).rejects.toThrow('不是隐患的选项字段')
  })
})
