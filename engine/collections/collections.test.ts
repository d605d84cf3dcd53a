import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import { docxTables } from '../exchange/sheet/docx.ts'
import { openTable } from '../exchange/sheet/index.ts'
import { zipOf } from '../exchange/sheet/zip-write.ts'
import { type Db, sql } from '../store/db.ts'
import { computeRows } from './compute.ts'
import { formParts, formXlsx } from './form.fixture.ts'
import * as collections from './index.ts'

let c: ImportCounty
const town = (code: string, name: string) => person_(name, [inArea('town-officer', code)], code)
const bagong = town('140525108', '王巴公')
beforeAll(async () => {
  c = await openImportCounty()
  const firm = (name: string, division: string, more: Record<string, unknown>) =>
    c.door(c.county).create('enterprise', { name, division, ...more }, c.key())
  await firm('巴公铸造有限公司', '140525108', {
    chief: '张三',
    chiefPhone: '13900000001',
    employees: 35,
    status: '在产',
  })
  await firm('巴公机械有限公司', '140525108', { chief: '李四', status: '在产', industry: '机械' })
  await firm('南村铸管有限公司', '140525100', {
    chief: '王五',
    chiefPhone: '13900000003',
    employees: 120,
    status: '停产',
  })
}, 60_000)
afterAll(() => c?.close())

const run = <T>(work: (tx: Db) => Promise<T>) => c.engine.db.transaction().execute((tx) => work(tx as Db))

async function upload(actor: Actor, bytes: Buffer, name = '附件1.xlsx'): Promise<string> {
  const now = c.clock.now()
  const file = await c.engine.files.put(Readable.from([bytes]), {
    name,
    by: actor,
    now,
    maxBytes: 1e8,
    table: true,
  })
  const proposed = await collections.proposeCollection(c.engine, actor, { id: file.id, name })
  const rows = await computeRows(c.engine, actor, { ...proposed, created_at: '' }, proposed.columns)
  return run((tx) => collections.createCollection(tx, actor, now, proposed, rows))
}

async function change(actor: Actor, id: string, what: collections.Change) {
  const before = await collections.collectionView(c.engine, actor, id)
  const proposed = await collections.proposeChange(c.engine, actor, id, what)
  await run((tx) => collections.changeCollection(tx, actor, c.clock.now(), proposed, before.version))
  return collections.collectionView(c.engine, actor, id)
}

async function download(actor: Actor, id: string): Promise<{ bytes: Buffer }> {
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', (x: Buffer) => chunks.push(x))
  await collections.resultSheet(c.engine, actor, id, out)
  return { bytes: Buffer.concat(chunks) }
}

async function result(actor: Actor, id: string): Promise<string[][]> {
  const table = await openTable({ ...(await download(actor, id)), name: 'r.xlsx' })
  const rows: string[][] = []
  for await (const row of table.rows())
    rows.push(Array.from({ length: 8 }, (_, i) => row.cells[i]?.text ?? ''))
  return rows
}

describe('a table from above about enterprises', () => {
  let id = ''
  it('is matched column by column, and says what stays unknown', async () => {
    const bytes = formXlsx({
      title: '全市工贸企业基本情况统计表',
      headings: [
        '序号',
        '企业名称',
        '所在乡镇',
        '主要负责人',
        '联系电话',
        '从业人数',
        '应急预案备案编号',
        '备注',
      ],
      blank: 2,
      footer: '填表人：        审核人：',
    })
    id = await upload(c.county, bytes)
    const view = await collections.collectionView(c.engine, c.county, id)
    expect(view).toMatchObject({
      about: 'record',
      register: 'enterprise',
      title: '全市工贸企业基本情况统计表',
      lines: 'list',
    })
    expect(Object.fromEntries(view.columns.map((x) => [x.title, [x.label, x.ask]]))).toEqual({
      序号: ['序号', 'no'],
      企业名称: ['台账：企业名称', 'no'],
      所在乡镇: ['台账：所在区划', 'must'],
      主要负责人: ['台账：主要负责人', 'must'],
      联系电话: ['台账：主要负责人电话', 'must'],
      从业人数: ['台账：从业人员', 'must'],
      应急预案备案编号: ['', 'must'],
      备注: ['', 'may'],
    })
    // one firm lacks its telephone and its head count, all lack what no register knows
    expect(view.counts).toEqual({ rows: 3, computed: 13, typed: 0, missing: 5, differ: 0 })
  })

  it('is given back in the sender’s own file, with rows where the form has no room', async () => {
    const rows = await result(c.county, id)
    expect(rows[0]?.[0]).toBe('全市工贸企业基本情况统计表')
    expect(rows.slice(2, 5).map((r) => r.slice(0, 6))).toEqual([
      ['1', '南村铸管有限公司', '南村镇', '王五', '13900000003', '120'],
      ['2', '巴公机械有限公司', '巴公镇', '李四', '', ''],
      ['3', '巴公铸造有限公司', '巴公镇', '张三', '13900000001', '35'],
    ])
    expect(rows[5]?.[0]).toBe('填表人：        审核人：')
  })

  it('is another office’s business to nobody else: a town finds nothing', async () => {
    await expect(collections.collectionView(c.engine, bagong, id)).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await collections.listCollections(c.engine, bagong)).toEqual([])
  })

  it('remembers what was laid down, for the next month', async () => {
    const view = await collections.collectionView(c.engine, c.county, id)
    const n = view.columns.find((x) => x.title === '应急预案备案编号')?.n ?? 0
    await change(c.county, id, { columns: [{ n, source: { field: 'address' } }] })
    const next = await upload(
      c.county,
      formXlsx({ title: '四月', headings: ['企业名称', '应急预案 备案编号'] }),
    )
    const again = await collections.collectionView(c.engine, c.county, next)
    expect(again.columns[1]).toMatchObject({ how: 'remembered', source: { field: 'address' } })
  })
})

describe('a table from above about towns', () => {
  it('is filled with counts and figures, town by town, where the form names them', async () => {
    const bytes = formXlsx({
      title: '附件2 各乡镇情况',
      headings: ['乡镇', '企业总数', '在产企业数', '企业基本信息台账核实率（%）', '宣传次数'],
      rows: [['巴公镇'], ['南村镇'], ['合计']],
    })
    const id = await upload(c.county, bytes)
    const view = await collections.collectionView(c.engine, c.county, id)
    expect(view).toMatchObject({ about: 'place', lines: 'given' })
    expect(view.columns.map((x) => x.label)).toEqual([
      '乡镇名称',
      '台账计数：企业',
      '台账计数：企业（在产）',
      '指标：企业基本信息台账核实率',
      '',
    ])
    const rows = await result(c.county, id)
    expect(rows.slice(2).map((r) => r.slice(0, 4))).toEqual([
      ['巴公镇', '2', '2', '0'],
      ['南村镇', '1', '0', ''],
      ['合计', '3', '2', '0'],
    ])
  })
})

describe('what is not theirs', () => {
  it('goes to no town by way of a form: tip-offs are the county’s alone', async () => {
    const id = await upload(
      c.county,
      formXlsx({ title: '举报', headings: ['企业名称', '举报内容', '办理结果'] }),
    )
    const view = await change(c.county, id, { about: 'record', register: 'tip-off' })
    const send = run((tx) =>
      collections.sendCollection(c.engine, tx, c.county, c.clock.now(), id, view.version, {
        asked: 'town',
        dueOn: '2026-03-05',
      }),
    )
    await expect(send).rejects.toMatchObject({
      code: 'action-not-possible',
      message: expect.stringContaining('不能发给乡镇'),
    })
  })

  it('goes to a firm under the firm’s name, also where the rows are its people', async () => {
    const [firm] = await c.all(c.county, 'enterprise')
    await c
      .door(c.county)
      .create('person', { enterpriseId: firm?.id, name: '钱安', roles: ['安全管理人员'] }, c.key())
    const id = await upload(c.county, formXlsx({ title: '人员', headings: ['姓名', '备案编号'], blank: 1 }))
    const { version } = await change(c.county, id, { about: 'record', register: 'person' })
    await run((tx) =>
      collections.sendCollection(c.engine, tx, c.county, c.clock.now(), id, version, {
        asked: 'firm',
        dueOn: '2026-03-05',
      }),
    )
    const parts = await collections.partsView(c.engine, c.county, id)
    expect(parts.map((p) => [p.title, p.organisation])).toEqual([[firm?.name, firm?.id]])
  })

  it('stays with whom it was written of, and is forgotten with rows of another kind', async () => {
    const id = await upload(
      c.county,
      formXlsx({ title: '表', headings: ['企业名称', '演练次数'], rows: [['巴公铸造有限公司', '']] }),
    )
    await run((tx) =>
      collections.writeCells(c.engine, tx, c.county, c.clock.now(), id, [{ row: 1, col: 2, text: '7' }]),
    )
    expect((await collections.collectionView(c.engine, c.county, id)).counts).toMatchObject({
      rows: 1,
      typed: 1,
    })
    // the same firms, listed: what was written of one stays with it, and nowhere else
    expect((await change(c.county, id, { lines: 'list' })).counts).toMatchObject({ rows: 3, typed: 1 })
    const { rows } = await collections.rowsView(c.engine, c.county, id)
    expect(rows.filter((r) => r.cells[2]?.typed).map((r) => [r.title, r.cells[2]?.typed])).toEqual([
      ['巴公铸造有限公司', 7],
    ])
    // other rows altogether: nothing of it is theirs, nor of their past
    await change(c.county, id, { about: 'place' })
    await change(c.county, id, { about: 'record', register: 'enterprise' })
    const anew = await collections.rowsView(c.engine, c.county, id)
    expect(anew.rows.map((r) => r.cells[2])).toEqual([undefined, undefined, undefined])
    expect(Math.min(...anew.rows.map((r) => r.n))).toBeGreaterThan(1)
  })
})

describe('what may fill a column', () => {
  let id = ''
  let n = 0
  const bySource = (source: unknown) =>
    change(bagong, id, { columns: [{ n, source: source as collections.Source }] })
  beforeAll(async () => {
    id = await upload(
      bagong,
      formXlsx({ title: '巴公镇情况', headings: ['乡镇', '举报总数', '隐患总数'], rows: [['巴公镇']] }),
    )
    n = (await collections.collectionView(c.engine, bagong, id)).columns[2]?.n ?? 0
  })

  it('is what its maker reads: tip-offs are neither taken, offered nor counted for a town', async () => {
    const { columns } = await collections.collectionView(c.engine, bagong, id)
    expect(columns.map((x) => [x.title, x.source])).toEqual([
      ['乡镇', { place: true }],
      ['举报总数', null],
      ['隐患总数', { count: 'hazard' }],
    ])
    expect(columns[1]?.offers).toEqual([])
    const { sources } = await collections.sourcesView(c.engine, bagong, id)
    expect(sources.filter(({ source }) => 'count' in source && source.count === 'tip-off')).toEqual([])
    const digit = { field: 'reporterPhone', op: 'contains', to: { value: '1' } }
    await expect(bySource({ count: 'tip-off' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(bySource({ count: 'tip-off', condition: digit })).rejects.toMatchObject({
      code: 'forbidden',
    })
    // laid down by an office above, or left from before: the same
    await sql`insert into collection_memory (area, about, heading, source, ask, at)
      values ('140525108', 'place', '举报总数', '{"count":"tip-off"}', 'no', ${c.clock.now()})`.execute(
      c.engine.db,
    )
    const next = await upload(
      bagong,
      formXlsx({ title: '下月', headings: ['乡镇', '举报总数'], rows: [['巴公镇']] }),
    )
    expect((await collections.collectionView(c.engine, bagong, next)).columns[1]?.source).toBeNull()
  })

  it('counts what a list would show: a firm’s own sealed hazards are none of the town’s', async () => {
    const [firm] = await c.all(bagong, 'enterprise')
    const own = {
      role: 'enterprise-officer' as const,
      ground: { by: 'organisation' as const, organisation: firm?.id ?? '' },
    }
    const find = async (by: Actor, name: string, origin: string, foundBy: string) =>
      c.door(by).create(
        'hazard',
        {
          enterpriseId: firm?.id,
          name,
          origin,
          foundBy,
          foundOn: '2026-03-01',
          spot: '上料平台',
          before: [await keptFile(c.engine.db, by)],
        },
        c.key(),
      )
    await find(person_('赵厂', [own], '140525108'), '护栏缺失', '企业自查上报', '企业')
    await find(bagong, '地坑积水', '监管执法查处', '乡镇')
    await bySource({ count: 'hazard' })
    expect((await result(bagong, id))[2]?.slice(0, 3)).toEqual(['巴公镇', '', '1'])
  })

  it.each([
    ['no condition', { xx: 1 }],
    ['no parts', { all: 1 }],
    ['no days', { field: 'foundOn', op: 'within', to: { window: { period: 'last-days', days: 1e15 } } }],
    ['no day', { field: 'foundOn', op: 'gt', to: { asOf: 1e18 } }],
    ['no end', { any: Array.from({ length: 20_000 }, () => ({ always: true })) }],
    ['another’s register', { related: 'tip-off', test: 'some' }],
  ])('takes a condition as a list does: %s', async (_, condition) => {
    await expect(bySource({ count: 'hazard', condition })).rejects.toMatchObject({ code: 'bad-input' })
  })
  it('asks for a field that is there', async () => {
    const about = { about: 'record' as const, register: 'enterprise' }
    await expect(
      change(bagong, id, { ...about, columns: [{ n, source: { field: 'nothing' } }] }),
    ).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('a table in a document', () => {
  it('is matched and filled as a sheet is, row by row, and given back as the document it was', async () => {
    const tr = (texts: string[]) =>
      `<w:tr>${texts.map((t) => `<w:tc><w:p>${t ? `<w:r><w:t>${t}</w:t></w:r>` : ''}</w:p></w:tc>`).join('')}</w:tr>`
    const rows = [tr(['序号', '企业名称', '从业人数', '演练次数']), tr(['', '', '', ''])]
    const xml = `<w:document xmlns:w="x"><w:body><w:tbl>${rows.join('')}</w:tbl></w:body></w:document>`
    const id = await upload(
      c.county,
      zipOf({ '[Content_Types].xml': '<Types/>', 'word/document.xml': xml }),
      '情况表.docx',
    )
    const view = await collections.collectionView(c.engine, c.county, id)
    expect(view).toMatchObject({ title: '情况表', register: 'enterprise', counts: { rows: 3, missing: 4 } })
    const { bytes } = await download(c.county, id)
    const at = path.join(tmpdir(), `zhiben-${id}.docx`)
    writeFileSync(at, bytes)
    const { tables } = await docxTables({ path: at, name: 'r.docx' }).finally(() => rmSync(at))
    expect(tables[0]?.rows.map((r) => r.map((x) => x.text))).toEqual([
      ['序号', '企业名称', '从业人数', '演练次数'],
      ['1', '南村铸管有限公司', '120', ''],
      ['2', '巴公机械有限公司', '', ''],
      ['3', '巴公铸造有限公司', '35', ''],
    ])
  })
})

describe('bad input', () => {
  it('a ledger of 30,000 rows is no form, a cell merged over everything is read or named, text is refused', async () => {
    const cells = '<c><v>1</v></c><c t="inlineStr"><is><t>某厂</t></is></c>'
    const parts = formParts({ headings: ['序号', '企业名称', '从业人数'] })
    const sheet = parts['xl/worksheets/sheet1.xml'] ?? ''
    const long = {
      ...parts,
      'xl/worksheets/sheet1.xml': sheet.replace(
        '</sheetData>',
        `${`<row>${cells}</row>`.repeat(30_000)}</sheetData>`,
      ),
    }
    await expect(upload(c.county, zipOf(long))).rejects.toMatchObject({
      message: expect.stringContaining('超过 20000 行'),
    })
    const merged = sheet.replace(
      '</sheetData>',
      '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    )
    const id = await upload(c.county, zipOf({ ...parts, 'xl/worksheets/sheet1.xml': merged })).catch(
      (e) => e.message,
    )
    expect(id).toMatch(/没有找到表头|^[0-9a-f-]{36}$/)
    await expect(upload(c.county, Buffer.from('企业名称,从业人数\n'), 'a.csv')).rejects.toMatchObject({
      message: expect.stringContaining('.xlsx'),
    })
  })
})
