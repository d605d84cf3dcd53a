import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCounters } from '../../test/counted.ts'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { todayOf } from '../today/today.ts'
import { sql } from './db.ts'
import type { Row } from './types.ts'
import { listWishes } from './wish/read.ts'
import { confirmWish } from './wish/settle.ts'

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
const policyOf = (enterpriseId: string, policyNumber: string) => ({
  enterpriseId,
  policyNumber,
  insurer: '示例财险',
  validFrom: '2026-01-01',
  validUntil: '2026-12-31',
})
const worker = (organisation: string, name = '张安全') =>
  person_(name, [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation } }])

describe('a mistake in what was entered', () => {
  it('is mended within the county’s hours without asking, later by the next level with a reason, and the old value is kept', async () => {
    const { id: enterpriseId } = await firm('甲机械', '140525108')
    const self = worker(enterpriseId)
    const own = c.door(self)
    let { row } = await own.create('insurance', policyOf(enterpriseId, 'A-1'), key())
    c.clock.set('2026-06-02T07:00:00+08:00')
    row = (await own.update('insurance', row.id, { policyNumber: 'A-12' }, row.version, key())).row
    c.clock.set('2026-06-02T08:00:00+08:00')
    const town = c.door(c.bagong)
    const again = { policyNumber: 'A-123' }
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

  it('the hours are the county’s own: none of them, and nothing is mended without a word', async () => {
    c.clock.set('2026-06-01T09:00:00+08:00')
    const { id } = await firm('丁机械', '140525108')
    const { row } = await c.door(c.bagong).create('insurance', policyOf(id, 'D-1'), key())
    await sql`insert into policy_row (id, key, label, value, unit, area, from_on, basis, updated_at, updated_by)
      values (gen_random_uuid(), 'correction.ownHours', '小时数', '0', '小时', '140525', '2026-06-01', '县局制度',
        now(), ${c.county.id})`.execute(c.engine.db)
    await c.engine.refreshPolicies()
    const change = (reason?: string) =>
      c.door(c.bagong).update('insurance', row.id, { policyNumber: 'D-2' }, row.version, key(reason))
    await expect(change()).rejects.toMatchObject({ details: { complaints: [{ path: 'reason' }] } })
    expect((await change('按原件')).row.policyNumber).toBe('D-2')
    await sql`delete from policy_row`.execute(c.engine.db)
    await c.engine.refreshPolicies()
  })

  it('a firm’s late one waits for the town with reason, paper and day; 今日 shows both values', async () => {
    c.clock.set('2026-06-01T09:00:00+08:00')
    const { id: enterpriseId } = await firm('戊机械', '140525108')
    const self = worker(enterpriseId)
    const own = c.door(self)
    const { row } = await own.create('insurance', policyOf(enterpriseId, 'E-1'), key())
    c.clock.set('2026-06-03T09:00:00+08:00')
    const paper = await keptFile(c.engine.db, self)
    const ask = (more: object, reason?: string) =>
      own.update('insurance', row.id, { policyNumber: 'E-2', ...more }, row.version, key(reason))
    await expect(ask({})).rejects.toMatchObject({ details: { complaints: [{ path: 'reason' }] } })
    await expect(ask({}, '抄错')).rejects.toMatchObject({ details: { complaints: [{ path: 'document' }] } })
    const asked = await ask({ document: [paper] }, '保单号抄错一位')
    expect(asked.row).toMatchObject({ policyNumber: 'E-1', version: row.version })
    expect(asked.waiting?.map((w) => [w.field, w.due])).toEqual([
      ['policyNumber', '2026-06-10'],
      ['document', '2026-06-10'],
    ])
    const [item] = (await todayOf(c.engine, c.bagong)).items.filter(
      (i) => i.kind === 'wish' && i.title.includes('戊机械'),
    )
    proves('A01', 2, 'a firm’s late correction waits in the town’s list with both values', () =>
      expect(item).toMatchObject({ due: '2026-06-10', why: expect.stringContaining('保单号 E-1→E-2') }),
    )
    // taking the paper out to enter it anew is a correction as well
    await expect(own.archive('insurance', row.id, row.version, key())).rejects.toMatchObject({
      details: { complaints: [{ path: 'reason' }] },
    })
    const { rows } = await listWishes(c.engine, c.bagong, { state: 'waiting', record: row.id })
    expect(rows.map((w) => [w.reason, w.files.map((f) => f.id)])).toEqual([
      ['保单号抄错一位', [paper.id]],
      ['保单号抄错一位', [paper.id]],
    ])
    const opened = await sql`select 1 from file_ref where file_id = ${paper.id} and record_id = ${row.id}`
    expect((await opened.execute(c.engine.db)).rows).toHaveLength(1)
    const { id, version } = rows.find((w) => w.field === 'policyNumber')!
    await confirmWish(c.engine, c.bagong, id, { version, meta: key() })
    const { entries } = await c.door(c.bagong).timeline('insurance', row.id)
    expect(entries[0]).toMatchObject({
      what: 'correct',
      reason: expect.stringContaining('企业说明：保单号抄错一位'),
      changes: [{ field: 'policyNumber', before: 'E-1', after: 'E-2' }],
    })
    // and from a sheet
    const session = await c.upload(self, 'insurance', [
      ['企业名称', '保单号', '承保机构', '保险起期', '保险止期'],
      ['戊机械', 'E-2', '另一财险', '2026-01-01', '2026-12-31'],
    ])
    const [line] = await c.rows(self, session.id)
    expect(line?.problems.map((p) => p.message).join()).toContain('已过自行更正的时间')
    await c.run(self, session.id)
    expect((await own.get('insurance', row.id)).insurer).toBe('示例财险')
    const after = await listWishes(c.engine, c.bagong, { state: 'waiting', record: row.id })
    expect(after.rows.map((w) => [w.field, w.after])).toContainEqual(['insurer', '另一财险'])
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
    // what the lines say: from where, with which clocks, and to the former firm no more than that it is gone
    const lines = async (by: ImportCounty['county'], register: string, id: string) =>
      (await c.door(by).timeline(register, id)).entries
    const [line] = await lines(c.county, 'hazard', row.id)
    expect(line).toMatchObject({
      what: 'move',
      changes: [{ field: 'enterpriseId', label: '企业', before: '乙机械', after: '丙机械' }],
    })
    const [gone] = (await lines(c.bagong, 'enterprise', wrong.id)).filter((e) => e.what === 'move-out')
    expect(gone?.changes).toEqual([{ field: 'hazard', label: '隐患', before: '无防护罩', after: null }])
    expect(await told(c.bagong, wrong.id)).toContainEqual(['move-out', '现场核对，是丙机械的'])
    expect(await told(nearby, right.id)).toContainEqual(['move', '现场核对，是丙机械的'])
    await expect(c.door(worker(wrong.id)).get('hazard', row.id)).rejects.toMatchObject({ code: 'not-found' })
    expect((await c.door(worker(right.id)).get('hazard', row.id)).id).toBe(row.id)
  })
})
