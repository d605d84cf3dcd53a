import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../engine/access/actor.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import { sql } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import type { Row } from '../../engine/store/types.ts'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'

const BAGONG = '140525108'
const items = ['行政检查', '责令限期整改', '整改复查', '误判撤销']

let c: ImportCounty
/** officer of the town with an account, as certificates know him */
let wang: Actor
let firm: string
let safety: Actor

beforeAll(async () => {
  c = await openImportCounty()
  const { id } = await c.engine.auth.users.create({
    username: 'wangzhen',
    password: 'right-password-1',
    name: '王镇',
    home: BAGONG,
    assignments: [inArea('town-officer', BAGONG)],
  })
  wang = (await c.engine.auth.users.find(id))!.actor
  const made = await c.door(c.county).create('enterprise', { name: '巴公铸造厂', division: BAGONG }, c.key())
  firm = made.row.id
  safety = person_('安全员', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm } },
  ])
})
afterAll(() => c?.close())

const photo = (by: Actor) => keptFile(c.engine.db, by)
const at = (day: string) => ({ ...c.engine, clock: fixedClock(`${day}T10:00:00+08:00`) })

async function find(by: Actor, more: Record<string, unknown> = {}, day = '2026-03-02'): Promise<Row> {
  const values = {
    enterpriseId: firm,
    name: '护栏缺失',
    origin: '监管执法查处',
    foundOn: day,
    spot: '上料平台',
    before: [await photo(by)],
    ...more,
  }
  return (await openDoor(at(day), by).create('hazard', values, c.key())).row
}

async function act(by: Actor, row: Row, action: string, form: Record<string, unknown>, day = '2026-03-02') {
  const door = openDoor(at(day), by)
  // what others did meanwhile is not what is tried here
  const { rows } = await sql<{ version: number }>`select version from hazard where id = ${row.id}`.execute(
    c.engine.db,
  )
  return (await door.act('hazard', row.id, action, form, rows[0]!.version, c.key())).row
}

const offers = async (by: Actor, row: Row, day = '2026-03-02') => {
  const all = await openDoor(at(day), by).actions('hazard', row.id)
  return (id: string) => all.find((o) => o.id === id)
}

const general = { level: '一般', clause: '安全生产法 第三十六条' }
const work = { responsible: '李四', measures: '更换', dueOn: '2026-03-20' }
const rectified = async (day: string) => ({
  after: [await photo(safety)],
  result: '已更换',
  rectifiedOn: day,
})
const accepted = async (by: Actor, day: string) => ({
  closedOn: day,
  opinion: '合格',
  onSite: [await photo(by)],
})

const entrust = async (more: Record<string, unknown> = {}) =>
  (
    await c.door(c.county).create(
      'entrustment',
      {
        number: `委${c.key().idempotencyKey}`,
        division: BAGONG,
        entrusted: '巴公镇应急管理中心',
        items,
        validFrom: '2026-01-01',
        validTo: '2026-12-31',
        publishedAt: '县政府网站',
        document: [await photo(c.county)],
        ...more,
      },
      c.key(),
    )
  ).row
const certify = async (more: Record<string, unknown> = {}) =>
  (
    await c.door(c.county).create(
      'enforcement-certificate',
      {
        holder: '王镇',
        account: 'wangzhen',
        division: BAGONG,
        number: `证${c.key().idempotencyKey}`,
        validFrom: '2025-01-01',
        validTo: '2026-06-30',
        ...more,
      },
      c.key(),
    )
  ).row

describe('powers of a town', () => {
  it('nobody types them: who found it and whether the town was entrusted is what the program knows', async () => {
    await expect(find(wang, { foundBy: '县局' })).rejects.toMatchObject({
      details: { complaints: [{ path: 'foundBy', message: expect.stringContaining('只能是“乡镇”') }] },
    })
    await expect(find(wang, { foundBy: '乡镇', origin: '企业自查上报' })).rejects.toMatchObject({
      code: 'bad-input',
    })
    await expect(find(wang, { foundBy: '乡镇', delegated: true })).rejects.toMatchObject({
      details: { complaints: [{ path: 'delegated' }] },
    })
    const row = await find(wang, { foundBy: '乡镇' })
    expect(row).toMatchObject({ delegated: false, foundIn: BAGONG, track: 'town' })
  })

  it('a town makes no case of the county its own', async () => {
    const row = await find(c.county, { foundBy: '县局' })
    for (const change of [{ foundBy: '乡镇' }, { origin: '专家帮扶发现' }, { foundOn: '2026-03-01' }])
      await expect(c.door(wang).update('hazard', row.id, change, row.version, c.key())).rejects.toMatchObject(
        {
          details: { complaints: [{ message: expect.stringContaining('由登记单位或县局更正') }] },
        },
      )
    const own = await find(wang, { foundBy: '乡镇' })
    await expect(
      c.door(wang).update('hazard', own.id, { foundBy: '县局' }, own.version, c.key()),
    ).rejects.toMatchObject({ details: { complaints: [{ path: 'foundBy' }] } })
    const { row: mended } = await c
      .door(c.county)
      .update('hazard', own.id, { origin: '专家帮扶发现' }, own.version, c.key())
    expect(mended.origin).toBe('专家帮扶发现')
  })

  it('without entrustment it neither orders, re-checks nor withdraws, on the page or by the API', async () => {
    const row = await act(wang, await find(wang, { foundBy: '乡镇' }), 'assess', general)
    const offer = await offers(wang, row)
    expect(offer('withdraw')).toMatchObject({
      enabled: false,
      person: true,
      reason: '贵镇没有有效的执法委托书（没有登记），请改用“下达隐患告知单”或“移交县局”。',
    })
    expect(offer('order')).toBeUndefined()
    await expect(act(wang, row, 'withdraw', { reason: '误判' })).rejects.toMatchObject({
      code: 'action-not-possible',
      details: { possible: expect.arrayContaining([{ id: 'notify', label: '下达隐患告知单' }]) },
    })
    await act(wang, row, 'notify', work)
    const handed = await act(wang, row, 'handOver', { reason: '拒不整改' })
    expect(handed).toMatchObject({ state: 'handed', track: 'order' })
    expect((await offers(wang, handed))('order')?.reason).toContain('已移交县局')
    expect((await offers(c.county, handed))('order')).toMatchObject({ enabled: true })
  })

  it('with entrustment and certificate it orders and closes what it found; on the day of each act', async () => {
    await entrust()
    const certificate = await certify()
    const row = await find(wang, { foundBy: '乡镇' })
    expect(row).toMatchObject({ delegated: true, track: 'order' })
    await act(wang, row, 'assess', general)
    await act(wang, row, 'order', { ...work, dueOn: '2026-05-01' })
    await act(safety, row, 'rectify', await rectified('2026-03-02'))
    // the certificate ran out on 30 June
    expect((await offers(wang, row, '2026-07-01'))('accept')?.reason).toContain(
      '您没有有效的执法证（2026-06-30 已到期）',
    )
    await expect(
      act(wang, row, 'accept', await accepted(wang, '2026-07-01'), '2026-07-01'),
    ).rejects.toMatchObject({ code: 'action-not-possible' })
    // a day typed back is asked about too
    await certify({ validFrom: '2026-07-01', validTo: '2027-07-01' })
    await c
      .door(c.county)
      .update('enforcement-certificate', certificate.id, { validTo: '2026-05-31' }, 1, c.key())
    await expect(
      act(wang, row, 'accept', await accepted(wang, '2026-06-15'), '2026-07-02'),
    ).rejects.toMatchObject({ code: 'action-not-possible', message: expect.stringContaining('执法证') })
    const closed = await act(wang, row, 'accept', await accepted(wang, '2026-07-02'), '2026-07-02')
    expect(closed.state).toBe('closed')
  })

  it('a certificate of inspection orders nothing; an account is written as accounts are, and must exist', async () => {
    const { id } = await c.engine.auth.users.create({
      username: 'zhaozhen',
      password: 'right-password-1',
      name: '赵镇',
      home: BAGONG,
      assignments: [inArea('town-officer', BAGONG)],
    })
    const zhao = (await c.engine.auth.users.find(id))!.actor
    await expect(certify({ account: 'zhaozheng' })).rejects.toMatchObject({
      details: { complaints: [{ path: 'account', message: expect.stringContaining('没有用户名') }] },
    })
    const inspects = await certify({ account: ' ZhaoZhen ', kind: '行政检查证' })
    expect(inspects.account).toBe('zhaozhen')
    expect((await find(zhao, { foundBy: '乡镇' })).delegated).toBe(false)
    await certify({ account: 'ZHAOZHEN' })
    expect((await find(zhao, { foundBy: '乡镇' })).delegated).toBe(true)
  })

  it('holds nothing over what the county found, and nothing of another town', async () => {
    const row = await act(c.county, await find(c.county, { foundBy: '县局' }), 'assess', general)
    await act(c.county, row, 'order', work)
    await act(safety, row, 'rectify', await rectified('2026-03-02'))
    for (const action of ['accept', 'refuse', 'withdraw'])
      expect((await offers(wang, row))(action), action).toMatchObject({
        enabled: false,
        reason: expect.stringContaining('由县局'),
      })
    await expect(act(wang, row, 'accept', await accepted(wang, '2026-03-02'))).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    // the firm has moved here from a town that found it there
    const moved = await find(wang, { foundBy: '乡镇' })
    await sql`update hazard set found_in = '140525100' where id = ${moved.id}`.execute(c.engine.db)
    await act(c.county, moved, 'assess', general)
    expect((await offers(wang, moved))('order')?.reason).toContain('不是贵镇发现的')
  })

  it('looks for the county when asked: evidence that the county judges', async () => {
    const row = await act(c.county, await find(c.county, { foundBy: '县局' }), 'assess', general)
    await act(c.county, row, 'order', work)
    await act(safety, row, 'rectify', await rectified('2026-03-02'))
    const asked = await act(c.county, row, 'askTown', { request: '护栏是否装好' })
    const { rows } = await sql<{ kind: string; state: string }>`select kind, state from deadline
      where record_id = ${row.id} and closed_on is null order by kind`.execute(c.engine.db)
    expect([asked.state, rows.map((d) => d.kind)]).toEqual(['looking', ['look', 'recheck']])
    const seen = { lookedOn: '2026-03-02', finding: '已整改到位', opinion: '已装好' }
    await expect(act(wang, row, 'answerLook', seen)).rejects.toMatchObject({
      details: { complaints: [{ path: 'form.onSite' }] },
    })
    const back = await act(wang, row, 'answerLook', { ...seen, onSite: [await photo(wang)] })
    expect(back).toMatchObject({ state: 'checking', lookFinding: '已整改到位' })
    const closed = await act(c.county, row, 'acceptOnLook', { closedOn: '2026-03-02', opinion: '同意' })
    expect(closed.state).toBe('closed')
  })

  it('also binds cases that run by the version before: the typed flag gives nobody power', async () => {
    const row = await find(c.county, { foundBy: '乡镇' })
    const { rows } = await sql<{ body: { version: number } }>`select body from definition
      where kind = 'loop' and name = 'hazard' and version = ${c.engine.catalogue.record('hazard').version}`.execute(
      c.engine.db,
    )
    const old = structuredClone(rows[0]!.body) as unknown as typeof c.engine.catalogue extends never
      ? never
      : { version: number; powers?: unknown; actions: Record<string, { power?: unknown; by: string[] }> }
    old.version = 2
    delete old.powers
    for (const a of Object.values(old.actions)) delete a.power
    old.actions.verify!.by.push('town-officer')
    await sql`insert into definition (kind, name, version, hash, body, stored_at)
      values ('loop', 'hazard', 2, 'old', ${JSON.stringify(old)}, now()) on conflict do nothing`.execute(
      c.engine.db,
    )
    await sql`update hazard set loop_version = 2, delegated = true, found_in = null where id = ${row.id}`.execute(
      c.engine.db,
    )
    await act(c.county, row, 'assess', general)
    const offer = await offers(wang, row)
    expect(offer('order')).toMatchObject({ enabled: false, reason: expect.stringContaining('县局') })
    expect(offer('withdraw')).toMatchObject({ enabled: false })
    expect((await offers(c.county, row))('order')).toMatchObject({ enabled: true })
  })

  it('reads its own entrustments and writes none', async () => {
    const [own] = (await c.door(wang).list('entrustment')).rows
    expect(own).toMatchObject({ division: BAGONG })
    await expect(
      c.door(wang).update('entrustment', own!.id, { validTo: '2030-01-01' }, own!.version, c.key()),
    ).rejects.toMatchObject({ code: 'forbidden' })
    const other = person_('别镇', [inArea('town-officer', '140525100')], '140525100')
    expect((await c.door(other).list('entrustment')).rows).toEqual([])
  })

  it('a town’s import is held to the same', async () => {
    const head = ['企业名称', '隐患描述', '隐患部位', '发现日期', '隐患来源', '发现单位']
    const s = await c.upload(wang, 'hazard', [
      head,
      ['巴公铸造厂', '照明不足', '二车间', '2026-03-01', '监管执法查处', '乡镇'],
      ['巴公铸造厂', '通道堵塞', '三车间', '2026-03-01', '监管执法查处', '县局'],
      ['巴公铸造厂', '积尘', '四车间', '2025-12-31', '监管执法查处', '乡镇'],
    ])
    const rows = await c.rows(wang, s.id)
    expect(rows.map((r) => r.state)).toEqual(['create', 'error', 'create'])
    await c.run(wang, s.id)
    const made = (await c.all(wang, 'hazard')).filter((r) => ['照明不足', '积尘'].includes(String(r.name)))
    // entrusted from 1 January on
    expect(made.map((r) => [r.name, r.delegated]).sort()).toEqual([
      ['照明不足', true],
      ['积尘', false],
    ])
  })
})
