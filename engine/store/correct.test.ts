import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCounters } from '../../test/counted.ts'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { sql } from './db.ts'
import type { Row } from './types.ts'

let c: ImportCounty
const nearby = person_('赵镇', [inArea('town-officer', '140525100')], '140525100')
beforeAll(async () => {
  c = await openImportCounty('2026-06-01T07:30:00+08:00')
}, 60_000)
afterAll(() => c?.close())

let n = 0
const key = (reason?: string) => ({ idempotencyKey: `m-${++n}`, ...(reason && { reason }) })
const firm = async (name: string, division: string): Promise<Row> =>
  (await c.door(c.county).create('enterprise', { name, division, industry: '机械', status: '在产' }, key()))
    .row
const worker = (organisation: string, name = '张安全') =>
  person_(name, [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation } }])

describe('a mistake in what was entered', () => {
  it('is mended within a day without asking, later by the next level with a reason, and the old value is kept', async () => {
    const { id: enterpriseId } = await firm('甲机械', '140525108')
    const own = c.door(worker(enterpriseId))
    const values = {
      enterpriseId,
      policyNumber: 'A-1',
      insurer: '示例财险',
      validFrom: '2026-01-01',
      validUntil: '2026-12-31',
    }
    let { row } = await own.create('insurance', values, key())
    c.clock.set('2026-06-02T07:00:00+08:00')
    row = (await own.update('insurance', row.id, { policyNumber: 'A-12' }, row.version, key())).row
    c.clock.set('2026-06-02T08:00:00+08:00')
    const again = { policyNumber: 'A-123' }
    await expect(own.update('insurance', row.id, again, row.version, key('写错了'))).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('由乡镇或县局更正'),
    })
    const town = c.door(c.bagong)
    await expect(town.update('insurance', row.id, again, row.version, key())).rejects.toMatchObject({
      details: { complaints: [{ path: 'reason' }] },
    })
    row = (await town.update('insurance', row.id, again, row.version, key('按保单原件更正'))).row
    const { entries } = await own.timeline('insurance', row.id)
    proves('A01', 2, 'a correction stands in the file with the old value, who and why', () =>
      expect(entries[0]).toMatchObject({
        what: 'correct',
        actor: { name: '王镇' },
        reason: '按保单原件更正',
        changes: [{ field: 'policyNumber', before: 'A-12', after: 'A-123' }],
      }),
    )
    expect(entries.map((e) => e.what)).toEqual(['correct', 'update', 'create'])
  })

  it('on the wrong firm or town is moved with photos and clocks; both sides say so and counters are right', async () => {
    c.clock.set('2026-06-01T09:00:00+08:00')
    const wrong = await firm('乙机械', '140525108')
    const right = await firm('丙机械', '140525100')
    const photo = await keptFile(c.engine.db, c.county)
    const { row } = await c.door(c.county).create(
      'hazard',
      {
        enterpriseId: wrong.id,
        name: '无防护罩',
        origin: '监管执法查处',
        foundBy: '县局',
        foundOn: '2026-06-01',
        level: '一般',
        spot: '车间',
        before: [photo],
      },
      key(),
    )
    const move = (by: ImportCounty['county'], reason?: string) =>
      c.door(by).move('hazard', row.id, right.id, row.version, key(reason))
    await expect(move(c.county)).rejects.toMatchObject({ details: { complaints: [{ path: 'reason' }] } })
    await expect(move(worker(wrong.id), '不是我们的')).rejects.toMatchObject({ code: 'forbidden' })
    // a town gives away nothing into a town it cannot see
    await expect(move(c.bagong, '不在我镇')).rejects.toMatchObject({ code: 'bad-input' })
    const moved = (await move(c.county, '现场核对，是丙机械的')).row
    expect(moved).toMatchObject({
      enterpriseId: right.id,
      organisation: right.id,
      town: '140525100',
      state: row.state,
    })
    expect(moved.before).toMatchObject([{ id: photo.id }])
    const { rows: clocks } =
      await sql`select organisation, town, state, due_on as due from deadline where record_id = ${row.id}`.execute(
        c.engine.db,
      )
    expect(clocks.length).toBeGreaterThan(0)
    for (const clock of clocks)
      expect(clock).toMatchObject({ organisation: right.id, town: '140525100', state: 'running' })
    const client = new pg.Client({ connectionString: c.url })
    await client.connect()
    expect(await wrongCounters(client)).toEqual([])
    await client.end()
    const told = async (by: ImportCounty['county'], id: string) =>
      (await c.door(by).timeline('enterprise', id)).entries.map((e) => [e.what, e.reason])
    expect(await told(c.bagong, wrong.id)).toContainEqual(['move-out', '现场核对，是丙机械的'])
    expect(await told(nearby, right.id)).toContainEqual(['move', '现场核对，是丙机械的'])
    await expect(c.door(worker(wrong.id)).get('hazard', row.id)).rejects.toMatchObject({ code: 'not-found' })
    expect((await c.door(worker(right.id)).get('hazard', row.id)).id).toBe(row.id)
  })
})
