import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, type SmallCounty, smallDefinitions } from '../../test/model-county.ts'
import { sql } from '../store/db.ts'

/** The small county's hazard with a clock from the first state on, under a policy that begins in 2026. */
const records = smallDefinitions.records.map((r) =>
  r.kind === 'loop'
    ? {
        ...r,
        happenedOn: 'foundOn',
        fields: { ...r.fields, foundOn: { type: 'date', label: '发现日期' } },
        clocks: { assess: { label: '评估期限', during: ['found'], days: 't.days' } },
        ladder: [
          { name: 'remind', label: '提醒', clock: 'assess', after: 't.zero', kind: 'remind' as const },
        ],
      }
    : r,
)
const from = (key: string, day: string, more: object = {}) =>
  smallDefinitions.policies.map((p) => (p.key === key ? { ...p, from: day, ...more } : p))

const opened = async (policies: typeof smallDefinitions.policies) => {
  const c = await openSmallCounty('2026-03-02T09:00:00+08:00', { ...smallDefinitions, records, policies })
  const { row } = await c.as(c.county).create('enterprise', { name: '晋城铸造', place: '140525100' }, c.key())
  const report = (foundOn: string) =>
    c.as(c.county).create('hazard', { enterpriseId: row.id, name: '积尘', foundOn }, c.key())
  const clocks = async (id: string) =>
    (await sql<{ due: string }>`select due_on as due from deadline where record_id = ${id}`.execute(c.db))
      .rows
  return { c, report, clocks }
}

describe('a hazard found before a policy’s first day', () => {
  let o: { c: SmallCounty } & Awaited<ReturnType<typeof opened>>
  beforeAll(async () => {
    o = await opened(from('t.days', '2026-02-01'))
  })
  afterAll(() => o.c.close())

  it('is taken in under the first value, and the answer says so', async () => {
    const { row, warnings } = await o.report('2026-01-10')
    expect(await o.clocks(row.id)).toEqual([{ due: '2026-01-25' }])
    expect(warnings).toEqual([
      {
        path: '',
        message: '参数“整改天数”自 2026-02-01 起才有数值，2026-01-10 的评估期限按最早的数值计算。',
      },
    ])
  })

  it('found later it says nothing', async () => {
    expect((await o.report('2026-02-10')).warnings).toEqual([])
  })
})

describe('a hazard for which no value applies', () => {
  it('is taken in without a clock, and the answer says which parameter is missing', async () => {
    const o = await opened(from('t.days', '2020-01-01', { to: '2021-12-31' }))
    try {
      const { row, warnings } = await o.report('2026-01-10')
      expect(await o.clocks(row.id)).toEqual([])
      expect(warnings).toEqual([
        {
          path: '',
          message:
            '参数“整改天数”（t.days）在 2026-01-10 没有适用于本地区的数值，请在“依据参数”中补充。暂不计算评估期限。',
        },
      ])
    } finally {
      await o.c.close()
    }
  })
})
