import { PassThrough, Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../../test/import-county.ts'
import { sql } from '../../store/db.ts'
import { openTable } from '../sheet/index.ts'
import { getImport, rejectedSheet, runImport, settled, startImport, undoImport } from './index.ts'

let c: ImportCounty
let firm: { id: string; version: number }
const code = '91140525MA0K00001X'
beforeAll(async () => {
  c = await openImportCounty()
  const made = await c.door(c.county).create(
    'enterprise',
    {
      name: '巴公（集团）铸造有限公司',
      creditCode: code,
      division: '140525108',
      status: '在产',
      chiefPhone: '13800000001',
    },
    c.key(),
  )
  firm = made.row
}, 60_000)
afterAll(() => c?.close())

const firms = (...rows: unknown[][]) => [
  ['企业名称', '统一社会信用代码', '乡镇', '企业状态', '行业', '主要负责人电话'],
  ...rows,
]
describe('undo', () => {
  it('takes back what was made and what was changed, but not what has been changed since', async () => {
    const before = await c.door(c.county).get('enterprise', firm.id)
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['巴公（集团）铸造有限公司', code, '巴公镇', '停产', '冶金', '13900000002'],
        ['撤销一厂', '91140525MA0K00031X', '南村镇', '在产', null, null],
        ['撤销二厂', '91140525MA0K00032X', '南村镇', '在产', null, null],
        ['撤销三厂', '91140525MA0K00033X', '南村镇', '在产', null, null],
      ),
    )
    await expect(undoImport(c.engine, c.county, s.id)).rejects.toMatchObject({ code: 'conflict' })
    await c.run(c.county, s.id)
    const all = await c.all(c.county, 'enterprise')
    const [two, three] = ['撤销二厂', '撤销三厂'].map((n) => all.find((r) => r.name === n)!)
    await c.door(c.county).update('enterprise', two!.id, { employees: 5 }, 1, c.key())
    await c
      .door(c.county)
      .create(
        'drill',
        { enterpriseId: three!.id, subject: '疏散', heldOn: '2026-03-01', kind: '疏散逃生' },
        c.key(),
      )
    await undoImport(c.engine, c.county, s.id)
    await settled(s.id)
    const undone = await getImport(c.engine, c.county, s.id)
    expect(undone).toMatchObject({ state: 'undone', undone: { rows: 2, created: 1, updated: 1 } })
    expect(undone.undone?.kept.map((k) => [k.title, k.line])).toEqual(
      expect.arrayContaining([
        ['撤销二厂', 4],
        ['撤销三厂', 5],
      ]),
    )
    const names = (await c.all(c.county, 'enterprise')).map((r) => r.name)
    expect(names).not.toContain('撤销一厂')
    expect(names).toContain('撤销二厂')
    const after = await c.door(c.county).get('enterprise', firm.id)
    expect(after).toMatchObject({
      status: before.status,
      industry: before.industry,
      chiefPhone: before.chiefPhone,
      sector: before.sector,
      // written and set back, and so by the status change that the ledger's 状态 made
      version: before.version + 4,
    })
    const { entries } = await c.door(c.county).timeline('enterprise', firm.id)
    expect(entries.find((e) => e.register === 'enterprise' && e.what !== 'propose')).toMatchObject({
      what: 'undo',
      reason: expect.stringContaining('撤销导入'),
    })
    await expect(runImport(c.engine, c.county, s.id)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('nothing is lost', () => {
  it('rejected rows come back as a sheet with their reasons and can be imported again', async () => {
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['拒绝一厂', '91140525MA0K00041X', '巴公镇', '未停产', '机械', '13800000001'],
        ['拒绝二厂', '91140525MA0K00042X', '某某街道', '在产', '机械', null],
        ['好厂', '91140525MA0K00043X', '巴公镇', '在产', '机械', null],
      ),
    )
    const chunks: Buffer[] = []
    const out = new Writable({
      write: (b, _, next) => {
        chunks.push(b)
        next()
      },
    })
    await rejectedSheet(c.engine, c.county, s.id, out)
    const bytes = Buffer.concat(chunks)
    const table = await openTable({ bytes, name: '未导入.xlsx' })
    const lines: string[][] = []
    for await (const row of table.rows()) lines.push(row.cells.map((x) => x.text))
    await table.close()
    expect(lines.map((l) => l[2])).toEqual(['企业名称', '拒绝一厂', '拒绝二厂'])
    expect(lines[1]?.[0]).toContain('没有“未停产”')
    // who brought the sheet is not asked what for; who did not is; the journal keeps both
    const other = (purpose?: string) =>
      rejectedSheet(c.engine, c.admin, s.id, new PassThrough().resume(), purpose)
    await expect(other()).rejects.toMatchObject({ code: 'bad-input' })
    await other('核对漏报')
    const { rows: told } = await sql<{ name: string; reason: string }>`select actor_name as name, reason
      from journal where what = 'export' order by id`.execute(c.engine.db)
    expect(told).toEqual([
      { name: c.county.name, reason: '导出 2 行' },
      { name: c.admin.name, reason: '导出 2 行，用途：核对漏报' },
    ])
    const again = await c.upload(c.county, 'enterprise', bytes)
    expect(again).toMatchObject({ recognised: true, counts: { error: 2, create: 0 } })
  })

  it('rows that lost the race for a unique value become errors, their chunk does not', async () => {
    const s = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['先到厂', '91140525MA0K00051X', '巴公镇', '在产', null, null],
        ['同时厂', '91140525MA0K00052X', '巴公镇', '在产', null, null],
      ),
    )
    // somebody registers the code between the look and the write: the row is looked at again and says so
    await c
      .door(c.county)
      .create(
        'enterprise',
        { name: '别的厂', creditCode: '91140525MA0K00051X', division: '140525100' },
        c.key(),
      )
    const done = await c.run(c.county, s.id)
    expect(done.counts).toMatchObject({ create: 1, update: 0, error: 1 })
    const [late] = await c.rows(c.county, s.id, { state: 'error' })
    expect(late?.problems.at(-1)).toMatchObject({ ask: 'moves', field: 'division' })
  })

  it('the file of an import is the uploader’s own', async () => {
    const file = await c.engine.files.put(Readable.from([Buffer.from('企业名称,乡镇\n甲,巴公镇\n')]), {
      name: 'a.csv',
      by: c.county,
      now: c.clock.now(),
      maxBytes: 1e6,
    })
    await expect(startImport(c.engine, c.bagong, 'enterprise', { fileId: file.id })).rejects.toMatchObject({
      code: 'not-found',
    })
    const s = await startImport(c.engine, c.county, 'enterprise', { fileId: file.id })
    await settled(s.id)
    expect(await getImport(c.engine, c.county, s.id)).toMatchObject({
      state: 'preview',
      counts: { create: 1 },
    })
  })
})
