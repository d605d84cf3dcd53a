import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../test/model-county.ts'
import { scannedBy, sentBy } from '../../test/statements.ts'
import type { Actor } from '../access/actor.ts'
import { field } from '../core/condition/build.ts'
import { defineIndicator } from '../core/define.ts'
import { sql } from '../store/db.ts'
import { todayOf } from './today.ts'

/** The small county with thirty more loops, thirty more registers that expire, and thirty tasks. */
const MORE = 30
const MOST = 12
/** of a call's statements one asks what the county has defined of its own */
const ASKED = MOST - 1
const numbers = Array.from({ length: MORE }, (_, i) => i + 1)
const more = smallDefinitions.records.flatMap((r) =>
  r.name === 'hazard'
    ? numbers.map((n) => ({ ...r, name: `loop-${n}`, label: `闭环${n}` }))
    : r.name === 'person'
      ? numbers.map((n) => ({
          ...r,
          name: `paper-${n}`,
          label: `证照${n}`,
          expires: { on: 'validUntil', warn: 't.days', per: ['parent', 'name'] },
        }))
      : [],
)
const indicators = [
  defineIndicator('known', {
    label: '行业已登记的企业',
    basis: ['测试'],
    of: { register: 'enterprise' },
    measure: 'share',
    met: field('workers').gt(0),
    proof: { least: 'claimed' },
    unit: '%',
  }),
]

let c: SmallCounty
let town: Actor
let owner: Actor
const city = person_('张市', [inArea('city-viewer', '1405')], '1405')

beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00', {
    ...smallDefinitions,
    records: [...smallDefinitions.records, ...more],
    indicators,
  })
  town = c.town
  const county = c.as(c.county)
  const firm = async (name: string, place: string, workers: number) =>
    (await county.create('enterprise', { name, place, industry: '冶金', workers }, c.key())).row.id
  const mine = await firm('晋城铸造', '140525100', 20)
  const other = await firm('大东沟机械', '140525102', 0)
  owner = person_('周安全', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: mine } },
  ])
  for (const n of numbers)
    for (const enterpriseId of [mine, other]) {
      const values = { enterpriseId, name: `第 ${n} 件`, level: '一般' }
      const { row } = await county.create(`loop-${n}`, values, c.key())
      await c.as(c.county).act(`loop-${n}`, row.id, 'order', { dueOn: '2026-03-10' }, row.version, c.key())
      await county.create(`paper-${n}`, { enterpriseId, name: '证书', validUntil: '2026-03-01' }, c.key())
    }
  for (const n of numbers)
    await sql`insert into task (id, area, title, sentence, indicator, indicator_version, target, comparator, unit,
        starts_on, due_on, owners, created_at, created_by, updated_at, updated_by)
      values (${randomUUID()}, '140525', ${`任务 ${n}`}, '', 'known', 1, '100', '>=', '%', '2026-01-01', '2026-02-27',
        '{}', now(), ${c.county.id}, now(), ${c.county.id})`.execute(c.db)
}, 120_000)
afterAll(() => c.close())

describe('今日', () => {
  it('asks at most 12 statements of at most 12 tables, with thirty registers more and thirty tasks', async () => {
    for (const [who, actor, least] of [
      ['county', c.county, 60],
      ['town', town, 60],
      ['enterprise', owner, 30],
      ['city', city, 30],
    ] as const) {
      await todayOf(c.services, actor)
      const { statements, result } = await sentBy(new Set(), () => todayOf(c.services, actor))
      expect(result.items.length, who).toBeGreaterThanOrEqual(least)
      // who supervises several counties reads of each item in which it lies
      const counties = new Set(result.items.flatMap((i) => i.county ?? []))
      expect([...counties], who).toEqual(who === 'city' ? ['140525'] : [])
      const tables = await scannedBy(c.url, statements)
      expect(tables.has('agenda')).toBe(true)
      expect(statements.length, `${who}: ${statements.join('\n')}`).toBeLessThanOrEqual(ASKED)
      expect(tables.size, `${who}: ${[...tables].join(' ')}`).toBeLessThanOrEqual(MOST)
    }
  })

  it('a town sees its part of a county’s task beside the whole; what it finished stays for that day', async () => {
    const taskOf = async (actor: Actor) =>
      (await todayOf(c.services, actor)).items.filter((i) => i.kind === 'task')
    const whole = { label: '全县', num: 1, den: 2, value: 50, unit: '%' }
    const [done] = await taskOf(c.town)
    expect(done).toMatchObject({
      done: true,
      why: '本镇已完成',
      shares: [{ label: '本镇', num: 1, den: 1, value: 100 }, whole],
    })
    const neighbour = person_('赵镇', [inArea('town-officer', '140525102')], '140525102')
    const [owed] = await taskOf(neighbour)
    expect(owed?.done).toBeUndefined()
    expect(owed).toMatchObject({
      why: '逾期未完成，本镇还差 1 家，已逾期 3 天',
      shares: [{ label: '本镇', num: 0, den: 1, value: 0 }, whole],
    })
    // the headline counts what the page says is late, tasks as well, and its own list shows the same
    const page = await todayOf(c.services, neighbour)
    const late = page.items.filter((i) => !i.done && i.due !== null && i.due < '2026-03-02')
    expect(late.length).toBeGreaterThan(0)
    expect(page.figures.find((f) => f.name === 'late')?.n).toBe(late.length)
    expect((await todayOf(c.services, neighbour, 'late')).items).toHaveLength(late.length)
    c.clock.set('2026-03-03T09:00:00+08:00')
    expect(await taskOf(c.town)).toEqual([])
    expect(await taskOf(neighbour)).toHaveLength(MORE)
    c.clock.set('2026-03-02T09:00:00+08:00')
  })
})
