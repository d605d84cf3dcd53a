import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { person_ } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { Catalogue } from '../core/catalogue.ts'
import { checkCatalogue } from '../core/catalogue-check.ts'
import type { RecordDef } from '../core/definition.ts'
import { getImport, settled, undoImport } from '../exchange/import/index.ts'
import { todayOf } from '../today/today.ts'
import { asideText } from './aside.ts'
import { sql } from './db.ts'
import type { Row } from './types.ts'

let c: ImportCounty
beforeAll(async () => {
  c = await openImportCounty('2026-06-01T07:30:00+08:00')
}, 60_000)
afterAll(() => c?.close())

let n = 0
const key = (reason?: string) => ({ idempotencyKey: `s-${++n}`, ...(reason && { reason }) })

const firm = async (more: Record<string, unknown> = {}): Promise<Row> => {
  const values = { name: `企业${++n}`, division: '140525108', industry: '机械', status: '在产', ...more }
  return (await c.door(c.county).create('enterprise', values, key())).row
}
const tag = async (
  enterpriseId: string,
  changedOn: string,
  status: string,
  more: Record<string, unknown> = {},
) =>
  (
    await c
      .door(c.county)
      .create('status-change', { enterpriseId, changedOn, status, reason: '现场核实', ...more }, key())
  ).row
const now = (id: string) => c.door(c.county).get('enterprise', id)

describe('a status change changes the status', () => {
  it('the newest one is the status, whatever order they come in; correcting and archiving set it back', async () => {
    const { id } = await firm()
    const first = await tag(id, '2026-03-01', '停产', { powerCut: '限电', powerCutOn: '2026-03-02' })
    const set = await now(id)
    proves('A04', 2, 'a status change with its day and power measure is the status of the enterprise', () =>
      expect(set).toMatchObject({
        status: '停产',
        statusSince: '2026-03-01',
        powerCut: '限电',
        powerCutOn: '2026-03-02',
      }),
    )
    const last = await tag(id, '2026-05-10', '在产')
    await tag(id, '2026-04-01', '长期停产停工')
    expect(await now(id)).toMatchObject({ status: '在产', statusSince: '2026-05-10', powerCut: null })
    const door = c.door(c.county)
    const { entries } = await door.timeline('enterprise', id)
    expect(entries.find((e) => e.register === 'enterprise')).toMatchObject({
      what: 'update',
      reason: expect.stringContaining('状态变更：2026-05-10'),
    })
    const mended = await door.update(
      'status-change',
      last.id,
      { changedOn: '2026-03-20' },
      last.version,
      key('日期登记错'),
    )
    expect(await now(id)).toMatchObject({ status: '长期停产停工', statusSince: '2026-04-01' })
    for (const row of (await door.list('status-change', { parent: id })).rows)
      await door.archive(
        'status-change',
        row.id,
        row.id === last.id ? mended.row.version : row.version,
        key('登记错企业'),
      )
    expect(await now(id)).toMatchObject({ status: '在产', statusSince: null, powerCut: null })
    await door.restore('status-change', first.id, first.version + 1, key('误删'))
    expect(await now(id)).toMatchObject({ status: '停产', statusSince: '2026-03-01' })
  })

  it('what is typed of a later day stays, and what a record says is changed there alone', async () => {
    const later = await firm({ statusSince: '2026-05-01' })
    await tag(later.id, '2024-01-01', '停产')
    expect(await now(later.id)).toMatchObject({ status: '在产', statusSince: '2026-05-01' })
    const set = await firm()
    await tag(set.id, '2026-05-01', '关停')
    const row = await now(set.id)
    const door = c.door(c.county)
    await expect(
      door.update('enterprise', set.id, { status: '在产' }, row.version, key()),
    ).rejects.toMatchObject({
      details: { complaints: [{ path: 'status', message: expect.stringContaining('2026-05-01 关停') }] },
    })
    await door.update('enterprise', set.id, { status: '关停', remark: '已核' }, row.version, key())
  })

  it('a sheet changes it by its own ledger and taking that back sets it back; a typed cell is passed over', async () => {
    const { id, name } = await firm()
    const ledger = [
      ['企业名称', '变更日期', '变更为', '原因'],
      [name, '2026-04-05', '停产', '市场原因'],
    ]
    const session = await c.upload(c.county, 'status-change', ledger)
    await c.run(c.county, session.id)
    expect(await now(id)).toMatchObject({ status: '停产', statusSince: '2026-04-05' })
    const typed = await c.upload(c.county, 'enterprise', [
      ['企业名称', '乡镇', '企业状态', '备注'],
      [name, '巴公镇', '在产', '已核'],
    ])
    const [row] = await c.rows(c.county, typed.id)
    expect(row).toMatchObject({
      state: 'update',
      problems: [{ field: 'status', level: 'warning', message: expect.stringContaining('2026-04-05 停产') }],
    })
    await undoImport(c.engine, c.county, session.id)
    await settled(session.id)
    expect(await now(id)).toMatchObject({ status: '在产', statusSince: null })
  })

  it('a ledger makes the status change its column follows from, asks where there is one, and is taken back whole', async () => {
    const { id, name } = await firm()
    const other = `企业${++n}`
    const third = `企业${++n}`
    const table = (status: string) => [
      ['企业名称', '乡镇', '企业状态', '停产时间', '从业人员'],
      [name, '巴公镇', status, '2026-05-03', '11'],
      [other, '巴公镇', '停产', '', '12'],
      [third, '巴公镇', '在产', '', '13'],
    ]
    const first = await c.upload(c.county, 'enterprise', table('停产'))
    expect(first.counts).toMatchObject({ create: 2, update: 1 })
    await c.run(c.county, first.id)
    expect(await now(id)).toMatchObject({ status: '停产', statusSince: '2026-05-03', employees: 11 })
    const made = async () =>
      (await c.all(c.county, 'status-change'))
        .filter((r) => r.reason === '台账导入')
        .sort((a, b) => (String(a.changedOn) < String(b.changedOn) ? -1 : 1))
    expect(
      (await made()).map((r) => [r.enterpriseIdTitle ?? r.enterpriseTitle, r.status, r.changedOn, r.proof]),
    ).toEqual([
      [name, '停产', '2026-05-03', 3],
      [other, '停产', '2026-06-01', 3],
    ])
    // the same ledger again says nothing new
    expect((await c.upload(c.county, 'enterprise', table('停产'))).counts).toMatchObject({
      same: 3,
      update: 0,
    })
    // where a record says otherwise, a person is asked; unanswered nothing changes
    const second = await c.upload(c.county, 'enterprise', table('关停'))
    expect(second.asks).toMatchObject([{ kind: 'derived', field: 'status', text: 'status-change', count: 1 }])
    expect(second.counts).toMatchObject({ same: 3 })
    // taken back whole: what was made goes, what was typed holds again
    await undoImport(c.engine, c.county, first.id)
    await settled(first.id)
    const undone = await getImport(c.engine, c.county, first.id)
    expect(undone.undone).toMatchObject({ rows: 3, kept: [] })
    expect(await now(id)).toMatchObject({ status: '在产', statusSince: null, employees: null })
    expect(await made()).toEqual([])
  })

  it('settles what the firm had asked for', async () => {
    const { id, version } = await firm()
    const own = person_('张安全', [
      { role: 'enterprise-officer', ground: { by: 'organisation', organisation: id } },
    ])
    const asked = await c.door(own).update('enterprise', id, { status: '停产' }, version, key())
    expect(asked.waiting).toHaveLength(1)
    expect(await now(id)).toMatchObject({ status: '在产' })
    await tag(id, '2026-05-20', '停产')
    const { rows } = await sql<{ state: string }>`select state from wish where record_id = ${id}`.execute(
      c.engine.db,
    )
    expect(rows.map((r) => r.state)).toEqual(['confirmed'])
  })

  it('what an upgrade left without effect is named to the county until a newer record says what holds', async () => {
    const { id, name } = await firm()
    const row = await tag(id, '2026-05-21', '关停')
    // as the upgrade finds it: the record of that time set nothing, something else is typed
    await sql`insert into set_aside (record_id, register) values (${row.id}, 'status-change')`.execute(
      c.engine.db,
    )
    await sql`delete from set_before where record_id = ${id}`.execute(c.engine.db)
    await sql`update enterprise set status = '在产', status_since = null where id = ${id}`.execute(
      c.engine.db,
    )
    const named = async (by = c.county) =>
      (await todayOf(c.engine, by)).items.filter((i) => i.kind === 'status').map((i) => [i.title, i.why])
    expect(await named()).toEqual([
      [`核对状态变更：${name}`, expect.stringContaining('状态：台账为“在产”，状态变更记录为“关停”')],
    ])
    expect(await named(c.bagong)).toEqual([])
    const counted = () => sql`select 1 from (${sql.raw(asideText('status-change'))}) x`.execute(c.engine.db)
    expect((await counted()).rows).toHaveLength(1)
    await tag(id, '2026-05-22', '停产')
    expect(await named()).toEqual([])
    expect((await counted()).rows).toHaveLength(0)
  })

  it('refuses to start where fields do not fit', () => {
    const broken = definitions.records.map(
      (r): RecordDef =>
        r.name === 'status-change' && r.kind === 'register'
          ? { ...r, sets: { by: 'reason', fields: { status: 'changedOn' } } }
          : r,
    )
    const said = checkCatalogue(new Catalogue({ ...definitions, records: broken }, fieldTypes))
    expect(said.filter((c) => c.path === 'status-change.sets')).toHaveLength(2)
  })
})
