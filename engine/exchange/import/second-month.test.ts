import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../../test/import-county.ts'
import { workbookParts } from '../sheet/test-zip.ts'
import { zipOf } from '../sheet/zip-write.ts'
import {
  correctRow,
  forgetRemembered,
  getImport,
  rejectedSheet,
  setMapping,
  settled,
  undoImport,
} from './index.ts'
import type { ImportRow, ImportSession, Mapping } from './types.ts'

/* A ledger that comes again: next month, as it was given back, with other sheets chosen, with rows hidden. */

let c: ImportCounty
beforeAll(async () => {
  c = await openImportCounty()
}, 60_000)
afterAll(() => c?.close())

const reread = async (id: string, mapping: Mapping): Promise<ImportSession> => {
  await setMapping(c.engine, c.county, id, mapping)
  await settled(id)
  return getImport(c.engine, c.county, id)
}
const asked = (s: ImportSession) => s.asks.map((a) => `${a.kind} ${a.field} ${a.text}`)

describe('the second month', () => {
  const month = (...rows: [string, string][]) => [
    ['企业名称', '所属片区', '生产状态', '有没有粉尘'],
    ...rows.map(([name, status]) => [name, '巴公镇', status, '是']),
  ]

  it('asks nothing that was answered in the first, says what it remembers, and covers nothing else', async () => {
    const first = await c.upload(
      c.county,
      'enterprise',
      month(['甲铸造厂', '半停产'], ['乙铸造厂', '正常生产']),
    )
    expect(first.remembered).toEqual([])
    const answered = await reread(first.id, {
      headings: { 所属片区: 'division', 有没有粉尘: 'dust' },
      values: { status: { 半停产: '停产' } },
    })
    expect(asked(answered)).toEqual([])
    await c.run(c.county, first.id)

    const second = await c.upload(
      c.county,
      'enterprise',
      month(['丙铸造厂', '半停产'], ['丁铸造厂', '季节性停产']),
    )
    expect(second.missing).toEqual([])
    expect(second.headings.filter((h) => h.how === 'remembered').map((h) => h.field)).toEqual([
      'division',
      'dust',
    ])
    // the text that was asked about is known, another is asked about
    expect(asked(second)).toEqual(['value status 季节性停产'])
    expect((await c.rows(c.county, second.id))[0]?.values).toMatchObject({ status: '停产', dust: true })
    expect(second.remembered.map((m) => m.says)).toEqual([
      '“所属片区”列是所在区划',
      '“有没有粉尘”列是粉尘涉爆',
      '“生产状态”列的“半停产”是停产',
    ])
    expect(second.remembered[0]).toMatchObject({ by: '李县', kind: 'heading' })

    // of another sender it is asked anew, and so is the same word under another title
    const other = await c.upload(c.bagong, 'enterprise', month(['戊铸造厂', '半停产']))
    expect(other.remembered).toEqual([])
    const titled = month(['己铸造厂', '半停产']).map((r, i) =>
      i === 0 ? ['企业名称', '乡镇', '目前状态', '有没有粉尘'] : r,
    )
    expect(asked(await c.upload(c.county, 'enterprise', titled))).toEqual(['value status 半停产'])

    // forgotten, it is asked again
    const word = second.remembered.find((m) => m.kind === 'value')
    await forgetRemembered(c.engine, c.county, second.id, word?.id ?? '')
    await settled(second.id)
    const again = await getImport(c.engine, c.county, second.id)
    expect(asked(again).sort()).toEqual(['value status 半停产', 'value status 季节性停产'])
    await expect(forgetRemembered(c.engine, c.county, second.id, word?.id ?? '')).rejects.toMatchObject({
      code: 'not-found',
    })

    // taken back, an import leaves nothing to be remembered
    await undoImport(c.engine, c.county, first.id)
    await settled(first.id)
    expect((await c.upload(c.county, 'enterprise', month(['庚铸造厂', '半停产']))).remembered).toEqual([])
  })
})

it('rows that were given back and come again as they were overwrite nothing unasked', async () => {
  const rows = [
    ['企业名称', '乡镇', '状态', '从业人员'],
    ['退回机械厂', '巴公镇', '在产', '20'],
    ['退回机械厂', '巴公镇', '在产', '35'],
  ]
  const first = await c.upload(c.county, 'enterprise', rows)
  await c.run(c.county, first.id)
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', (x: Buffer) => chunks.push(x))
  await rejectedSheet(c.engine, c.county, first.id, out)
  const back = await c.upload(c.county, 'enterprise', Buffer.concat(chunks))
  const [row] = await c.rows(c.county, back.id)
  expect(row).toMatchObject({
    state: 'error',
    problems: [{ ask: 'which', candidates: [{ title: '退回机械厂' }] }],
  })
  expect(row?.problems[0]?.message).toContain('退回后没有改动')
  // who says that it is this one means it
  const decision = row?.problems[0]?.candidates?.[0]?.id ?? ''
  expect((await correctRow(c.engine, c.county, back.id, row?.line ?? 0, { decision })).row.state).toBe(
    'update',
  )
})

it('hidden rows and columns are said, and rows wait until it is said whether they count', async () => {
  const cells = (r: number, ...texts: string[]) =>
    texts.map((t, i) => `<c r="${'ABCD'[i]}${r}" t="inlineStr"><is><t>${t}</t></is></c>`).join('')
  const book = zipOf(
    workbookParts(
      `<cols><col min="3" max="3" width="9" hidden="1"/></cols><sheetData>
        <row r="1">${cells(1, '企业名称', '乡镇', '状态')}</row>
        <row r="2">${cells(2, '看得见的厂', '巴公镇', '在产')}</row>
        <row r="3" hidden="1">${cells(3, '筛掉的厂', '巴公镇', '在产')}</row></sheetData>`,
    ),
  )
  const s = await c.upload(c.county, 'enterprise', book)
  expect(s.sheets[0]).toMatchObject({ hiddenRows: 1 })
  expect(s.headings.map((h) => h.hidden ?? false)).toEqual([false, false, true])
  expect(s.asks).toMatchObject([{ kind: 'hidden', label: '隐藏行', count: 1, holds: true }])
  expect(s.counts).toMatchObject({ create: 1, error: 1 })
  expect((await reread(s.id, { hiddenRows: false })).counts).toMatchObject({
    create: 1,
    skipped: 1,
    error: 0,
  })
  expect((await reread(s.id, { hiddenRows: true })).counts).toMatchObject({ create: 2, error: 0 })
})

it('corrections by hand hold for the cell they were made on, and what fits no more is named', async () => {
  const s = await c.upload(c.county, 'enterprise', [
    ['企业名称', '乡镇', '状态', '主要负责人', '老板'],
    ['改正一厂', '巴公镇', '在产', '张三', '李四'],
    ['改正二厂', '没有这个镇', '在产', '王五', '赵六'],
  ])
  await correctRow(c.engine, c.county, s.id, 2, { values: { chief: '张大三' } })
  await correctRow(c.engine, c.county, s.id, 3, { values: { division: '巴公镇' }, decision: 'apply' })
  const kept = await reread(s.id, { dateFormats: ['YYYY'] })
  expect(kept.dropped).toEqual([])
  const moved = await reread(s.id, { headings: { 主要负责人: '', 老板: 'chief' } })
  const rows = await c.rows(c.county, s.id)
  expect(rows.map((r) => r.values.chief)).toEqual(['李四', '赵六'])
  expect(rows[1]).toMatchObject({ decision: 'apply', values: { division: '140525108' } })
  expect(moved.dropped).toEqual([{ sheet: expect.any(String), at: 2, label: '主要负责人' }])
})

describe('what a ledger changes on records that are there', () => {
  const firms = (...rows: string[][]) => [
    ['企业名称', '乡镇', '状态', '从业人员', '行业', '统一社会信用代码'],
    ...rows,
  ]
  const wrong = (row: ImportRow | undefined) => row?.problems.filter((p) => p.level === 'error')
  const place = async (name: string) =>
    (await c.all(c.county, 'enterprise')).find((r) => r.name === name)?.division

  it('is said cell by cell in words; a move to another town waits until a person has said whether', async () => {
    const first = await c.upload(
      c.county,
      'enterprise',
      firms(
        ['迁移一厂', '巴公镇', '在产', '20', '机械', '91140525MA0K00101A'],
        ['迁移二厂', '巴公镇', '在产', '30', '机械', '91140525MA0K00102B'],
      ),
    )
    expect((await c.rows(c.county, first.id)).map((r) => r.changes)).toEqual([[], []])
    await c.run(c.county, first.id)
    const next = firms(
      ['迁移一厂', '南村镇', '在产', '25', '冶金', '91140525MA0K00101A'],
      ['迁移二厂', '南村镇', '在产', '30', '机械', '91140525MA0K00102B'],
    )
    const told = [
      { field: 'division', label: '所在区划', from: '巴公镇', to: '南村镇' },
      { field: 'employees', label: '从业人员', from: '20', to: '25' },
      { field: 'industry', label: '行业', from: '机械', to: '冶金' },
    ]

    const s = await c.upload(c.county, 'enterprise', next)
    expect(s.counts).toMatchObject({ update: 0, error: 2 })
    expect(s.asks).toMatchObject([{ kind: 'moves', field: 'division', holds: true, count: 2 }])
    const [one, two] = await c.rows(c.county, s.id)
    expect(one?.changes).toEqual(expect.arrayContaining(told))
    expect(wrong(one)).toMatchObject([
      {
        ask: 'moves',
        message: expect.stringContaining('已登记在巴公镇，本表要把它改到南村镇'),
        candidates: [
          { id: '140525100', title: '改到南村镇' },
          { id: '140525108', title: '不改所在区划' },
        ],
      },
    ])
    // row by row: a correction of the cell, to either
    await correctRow(c.engine, c.county, s.id, one?.line ?? 0, { values: { division: '140525100' } })
    await correctRow(c.engine, c.county, s.id, two?.line ?? 0, { values: { division: '140525108' } })
    const answered = await getImport(c.engine, c.county, s.id)
    expect([answered.asks, answered.counts]).toMatchObject([[], { update: 1, same: 1, error: 0 }])
    expect(answered.areas).toEqual({ '140525100': '南村镇', '140525108': '巴公镇' })

    // once for all rows
    const stay = await reread((await c.upload(c.county, 'enterprise', next)).id, { moves: false })
    expect(stay.counts).toMatchObject({ update: 1, same: 1, error: 0 })
    expect((await c.rows(c.county, stay.id))[0]?.changes.map((x) => x.field).sort()).toEqual([
      'employees',
      'industry',
    ])
    const go = await reread((await c.upload(c.county, 'enterprise', next)).id, { moves: true })
    expect(go.counts).toMatchObject({ update: 2, error: 0 })
    await c.run(c.county, go.id)
    expect((await c.rows(c.county, go.id))[0]).toMatchObject({ done: true, state: 'update' })
    expect((await c.rows(c.county, go.id))[0]?.changes).toEqual(expect.arrayContaining(told))
    expect([await place('迁移一厂'), await place('迁移二厂')]).toEqual(['140525100', '140525100'])
  })

  it('a record that has moved since the preview is not moved back unasked', async () => {
    const at = (town: string, n: string) => firms(['来回厂', town, '在产', n, '机械', '91140525MA0K00103C'])
    await c.run(c.county, (await c.upload(c.county, 'enterprise', at('巴公镇', '20'))).id)
    const late = await c.upload(c.county, 'enterprise', at('巴公镇', '21'))
    expect(late.counts).toMatchObject({ update: 1 })
    const moved = await reread((await c.upload(c.county, 'enterprise', at('南村镇', '20'))).id, {
      moves: true,
    })
    await c.run(c.county, moved.id)
    expect((await c.run(c.county, late.id)).counts).toMatchObject({ update: 0, error: 1 })
    expect(await place('来回厂')).toBe('140525100')
  })

  it('says to who may not move it what the sheet wants, and lets the rest of the row be imported', async () => {
    const at = (town: string, n: string) => firms(['不走厂', town, '在产', n, '机械', '91140525MA0K00104D'])
    await c.run(c.county, (await c.upload(c.county, 'enterprise', at('巴公镇', '20'))).id)
    const s = await c.upload(c.bagong, 'enterprise', at('南村镇', '22'))
    const [row] = await c.rows(c.bagong, s.id)
    expect(wrong(row)).toMatchObject([
      {
        message: expect.stringContaining('本表要把它改到南村镇，您不能改'),
        candidates: [{ title: '不改所在区划' }],
      },
    ])
    await setMapping(c.engine, c.bagong, s.id, { moves: true })
    await settled(s.id)
    expect(wrong((await c.rows(c.bagong, s.id))[0])).toMatchObject([{ level: 'error', field: 'division' }])
    expect((await getImport(c.engine, c.bagong, s.id)).asks).toEqual([])
    await setMapping(c.engine, c.bagong, s.id, { moves: false })
    await settled(s.id)
    expect((await c.rows(c.bagong, s.id))[0]).toMatchObject({
      state: 'update',
      changes: [{ field: 'employees', from: '20', to: '22' }],
    })
  })
})
