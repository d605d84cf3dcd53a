import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../test/import-county.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { sql } from './db.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c.close())

let n = 0
const firm = (more: Record<string, unknown> = {}) => ({
  name: `示例机械${++n}有限公司`,
  division: '140525108',
  industry: '机械',
  scale: '规上',
  status: '在产',
  ...more,
})
const make = (more: Record<string, unknown>, actor = c.county) =>
  c.door(actor).create('enterprise', firm(more), c.key())
const refusal = (path: string, message: string) => ({
  code: 'bad-input',
  details: { complaints: [{ path, message }] },
})
const noArea = (code: string) =>
  refusal('division', `所在区划：没有代码为 ${code} 的区划，请从列表中重新选择。`)
const noUnit = (path: string) =>
  refusal('supervisor', `监管单位：没有路径为“${path}”的监管单位，请从列表中重新选择。`)

describe('a place that does not exist', () => {
  it('is refused on a new record and on a change, by the person and by another system', async () => {
    const system = { ...person_('省平台', [inArea('integration', '140525')]), kind: 'machine' as const }
    for (const actor of [c.county, system])
      for (const code of ['140525999', '140525108999', '140525999001'])
        await expect(make({ division: code }, actor), code).rejects.toMatchObject(noArea(code))
    for (const path of ['140525/nothing/', '140525/140525999/'])
      await expect(make({ supervisor: path }), path).rejects.toMatchObject(noUnit(path))
    const { row } = await make({ supervisor: '140525/140525108/' })
    const change = (values: Record<string, unknown>) =>
      c.door(c.county).update('enterprise', row.id, values, row.version, c.key())
    await expect(change({ division: '140525998' })).rejects.toMatchObject(noArea('140525998'))
    await expect(change({ supervisor: '140525/x/' })).rejects.toMatchObject(noUnit('140525/x/'))
  })

  it('is refused of every register that names one: an officer’s certificate', async () => {
    const certificate = {
      holder: '张执法',
      account: 'nobody',
      number: 'ZF-1',
      division: '140525777',
      validFrom: '2026-01-01',
      validTo: '2027-01-01',
    }
    await expect(
      c.door(c.county).create('enforcement-certificate', certificate, c.key()),
    ).rejects.toMatchObject({
      details: { complaints: expect.arrayContaining([expect.objectContaining({ path: 'division' })]) },
    })
  })

  it('is refused in a ledger, as code and as path', async () => {
    const headings = ['企业名称', '所在区划', '行业类别', '监管单位']
    const session = await c.upload(c.county, 'enterprise', [
      headings,
      ['甲厂', '140525999', '机械', ''],
      ['乙厂', '巴公镇', '机械', '140525/nothing/'],
      ['丙厂', '140525108', '机械', '140525/140525108/'],
    ])
    const rows = await c.rows(c.county, session.id)
    const told = rows.map((r) =>
      r.problems
        .filter((p) => p.level === 'error')
        .map((p) => p.message)
        .join(),
    )
    expect(told[0]).toContain('没有代码为 140525999 的区划')
    expect(told[1]).toContain('没有路径为“140525/nothing/”的监管单位')
    expect(told[2]).not.toMatch(/区划|监管单位/)
  })
})

describe('a place that exists', () => {
  it('is known at once; one that has ended stays where it stands and is given to nobody new', async () => {
    const { row } = await make({ division: '140525115' })
    await sql`insert into area (code, name, parent, level) values ('140525900', '示例开发区', '140525', 'town')`.execute(
      c.engine.db,
    )
    await make({ division: '140525900' })
    // of a town whose villages are not kept any village is taken; of the others only those there are
    await make({ division: '140525900001' })
    await sql`update area set valid_to = '2026-02-28' where code = '140525115'`.execute(c.engine.db)
    c.clock.set('2026-03-02T09:02:00+08:00')
    await expect(make({ division: '140525115' })).rejects.toMatchObject(noArea('140525115'))
    const { row: after } = await c
      .door(c.county)
      .update('enterprise', row.id, { division: '140525115', products: '齿轮' }, row.version, c.key())
    expect(after).toMatchObject({ division: '140525115', products: '齿轮' })
    c.clock.set('2026-03-02T09:00:00+08:00')
  })
})

describe('the line of a firm in a village', () => {
  it('is a change of what the sheet says; the area stays, which the sheet does not name', async () => {
    const { rows: villages } = await sql<{ code: string }>`select code from area
      where starts_with(code, '140525108') and level = 'village' order by code limit 1`.execute(c.engine.db)
    const { row } = await make({ division: villages[0]!.code, creditCode: '91140525MA0GTLL80M' })
    const self = person_(
      '周安全',
      [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: row.id } }],
      '140525108',
    )
    const session = await c.upload(self, 'enterprise', [
      ['统一社会信用代码', '企业名称', '主要产品'],
      [String(row.creditCode), String(row.name), '阀门'],
    ])
    const [line] = await c.rows(self, session.id)
    expect([line?.state, line?.problems.filter((p) => p.level === 'error')]).toEqual(['update', []])
    await c.run(self, session.id)
    expect(await c.door(c.county).get('enterprise', row.id)).toMatchObject({
      division: villages[0]!.code,
      products: '阀门',
    })
  })
})
