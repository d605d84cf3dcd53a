/** Eighteen sheets come back, as they come back: sorted, with columns between, copied, twice, of the version before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import type { Actor } from '../access/actor.ts'
import { openTable } from '../exchange/sheet/index.ts'
import { zipOf } from '../exchange/sheet/zip-write.ts'
import { type Db, sql } from '../store/db.ts'
import { todayOf } from '../today/today.ts'
import { formXlsx, manySheets } from './form.fixture.ts'
import * as collections from './index.ts'
import { partsOf } from './rows.ts'
import type { Part } from './types.ts'

let c: ImportCounty
let folder = ''
let id = ''
let parts: Part[] = []
const run = <T>(work: (tx: Db) => Promise<T>) => c.engine.db.transaction().execute((tx) => work(tx as Db))
const view = () => collections.collectionView(c.engine, c.county, id)
const FIRMS = 3

beforeAll(async () => {
  c = await openImportCounty()
  folder = mkdtempSync(path.join(tmpdir(), 'zhiben-back-'))
  // the county has fewer towns of its own: the form is the city's, with eighteen places
  await sql`insert into area (code, name, parent, level) select '140525' || n, '试验' || n || '镇', '140525', 'town'
    from generate_series(901, 918) n on conflict do nothing`.execute(c.engine.db)
  for (let town = 901; town <= 918; town++)
    for (let i = 1; i <= FIRMS; i++)
      await c
        .door(c.county)
        .create(
          'enterprise',
          { name: `试验${town}号${'甲乙丙'[i - 1]}厂`, division: `140525${town}`, employees: town + i },
          c.key(),
        )
  const bytes = formXlsx({
    title: '全市重点企业应急准备情况统计表',
    headings: ['序号', '企业名称', '从业人数', '应急预案备案编号', '演练次数', '备注'],
    blank: 3,
    footer: '填表人：',
  })
  const now = c.clock.now()
  const file = await c.engine.files.put(Readable.from([bytes]), {
    name: '附件.xlsx',
    by: c.county,
    now,
    maxBytes: 1e8,
    table: true,
  })
  const proposed = await collections.proposeCollection(c.engine, c.county, { id: file.id, name: '附件.xlsx' })
  const rows = await collections.computeRows(
    c.engine,
    c.county,
    { ...proposed, created_at: '' },
    proposed.columns,
  )
  id = await run((tx) => collections.createCollection(tx, c.county, now, proposed, rows))
}, 120_000)
afterAll(async () => {
  await c?.close()
  rmSync(folder, { recursive: true, force: true })
})

const send = async () => {
  const { version } = await view()
  await run((tx) =>
    collections.sendCollection(c.engine, tx, c.county, c.clock.now(), id, version, {
      asked: 'town',
      dueOn: '2026-03-02',
    }),
  )
  parts = await partsOf(c.engine.db, id)
}

const change = (what: collections.Change) => collections.proposeChange(c.engine, c.county, id, what)

type Grid = string[][]

/** The sheet as its rows, hidden ones and all, as a person's program holds them. */
async function gridOf(part: Part): Promise<Grid> {
  const collection = await collections.ownCollection(c.engine.db, c.county, id, '2026-03-02')
  const { content } = await collections.sheetOf(c.engine, c.engine.db, collection, part)
  const table = await openTable({ bytes: content, name: 'x.xlsx' })
  const grid: Grid = []
  for await (const row of table.rows(0)) grid[row.line - 1] = row.cells.map((x) => x.text)
  return Array.from(grid, (row) => row ?? [])
}

/** Fills the two columns that are asked for: a number and a date of drills for each firm. */
function fill(grid: Grid, town: string): Grid {
  return grid.map((row, line) =>
    line >= 5 && row[2] ? [...row.slice(0, 4), `备案-${town}-${row[2].at(-2)}`, `${line - 3}`, ''] : row,
  )
}

const bytesOf = (grid: Grid): Buffer => formXlsx({ headings: grid[0] ?? [], rows: grid.slice(1) })

async function back(actor: Actor, files: Record<string, Buffer>) {
  const asides = Object.entries(files).map(([name, bytes], i) => {
    const at = path.join(folder, `${i}-${Math.abs(name.length)}`)
    writeFileSync(at, bytes)
    return { path: at, name }
  })
  const read = await collections.readReturns(c.engine, actor, asides)
  const collection = await collections.visibleCollection(c.engine.db, id)
  return run((tx) => collections.takeReturns(c.engine, tx, actor, c.clock.now(), collection, read))
}

const townOf = (part: Part) => part.town?.slice(6) ?? ''

describe('eighteen sheets', () => {
  it('go out to the towns where something is missing, each with its own code', async () => {
    await send()
    expect(parts).toHaveLength(18)
    expect(new Set(parts.map((p) => p.code)).size).toBe(18)
    await run((tx) => collections.remindParts(tx, c.county, c.clock.now(), id))
    // who is asked finds it on top of his day, with when he was reminded; the office that it lacks eighteen
    const filling = async (actor: Actor) =>
      (await todayOf(c.engine, actor)).items
        .filter((i) => i.kind === 'collection')
        .map((i) => [i.title, i.why])
    expect(await filling(person_('镇', [inArea('town-officer', '140525906')], '140525906'))).toEqual([
      ['填表：全市重点企业应急准备情况统计表', '李县要的表，今天到期，3/2 09:00 催报'],
    ])
    expect(await filling(c.county)).toEqual([
      ['收表：全市重点企业应急准备情况统计表', '还有 18 家没有交，今天到期'],
    ])
    const grid = await gridOf(parts[0] as Part)
    expect(grid[3]?.[1]).toContain(parts[0]?.code)
    expect(grid.slice(5, 8).map((r) => r.slice(0, 4))).toEqual(
      [
        [expect.stringMatching(/^r\d+$/), '1', '试验901号丙厂', '904'],
        [expect.stringMatching(/^r\d+$/), '2', '试验901号乙厂', '903'],
        [expect.stringMatching(/^r\d+$/), '3', '试验901号甲厂', '902'],
      ]
        .sort((a, b) => String(a[2]).localeCompare(String(b[2]), 'zh'))
        .map((r, i) => [r[0], `${i + 1}`, r[2], r[3]]),
    )
  })

  it('are merged: altered, older, twice, in an archive; no row is lost', async () => {
    const grids = new Map<string, Grid>()
    for (const p of parts) grids.set(townOf(p), fill(await gridOf(p), townOf(p)))
    const of = (town: string): Grid => grids.get(town) ?? []
    // 901: the drills' column moved to the front, one put between with words of their own, rows the other way round
    const moved = of('901').map((r) => [
      r[5] ?? '',
      r[0] ?? '',
      r[1] ?? '',
      r[2] ?? '',
      '',
      r[3] ?? '',
      r[4] ?? '',
      r[6] ?? '',
    ])
    moved[0] = moved[0]?.map((t, i) => (i === 4 ? '' : t)) ?? []
    moved[4] = moved[4]?.map((t, i) => (i === 4 ? '我镇补充' : t)) ?? []
    const body = moved.slice(5, 8).map((r) => r.map((t, i) => (i === 4 ? `说明${r[3]}` : t)))
    grids.set('901', [...moved.slice(0, 5), ...body.reverse(), ...moved.slice(8)])
    // 902: copied by hand into a file of one's own: no hidden row, no hidden column; a firm more, a firm less
    const copied = of('902')
      .slice(2)
      .map((r) => r.slice(1))
    copied.splice(3, 1)
    copied.splice(5, 0, ['4', '试验902号新厂', '12', '备案-902-新', '9', '新开的'])
    grids.set('902', copied)
    // 903: a heading in other words, one firm twice with different numbers, a number in words, a firm renamed
    const renamed = of('903').map((r) => [...r])
    if (renamed[4]) renamed[4][4] = '预案号'
    if (renamed[5]) renamed[5][5] = '好几次'
    if (renamed[6]) renamed[6][2] = '别的名字厂'
    renamed.splice(8, 0, renamed[7]?.map((t, i) => (i === 5 ? '99' : t)) ?? [])
    grids.set('903', renamed)
    // 904: the version before this one
    const old = bytesOf(of('904'))
    await send()
    expect((await view()).revision).toBe(2)

    const files: Record<string, Buffer> = {}
    const zipped: Record<string, Buffer> = {}
    for (const p of parts) {
      const town = townOf(p)
      const bytes = town === '904' ? old : bytesOf(of(town))
      if (Number(town) < 910) files[`${p.title}.xlsx`] = bytes
      else zipped[`报上来的/${p.title}.xlsx`] = bytes
    }
    const before = performance.now()
    const taken = await back(c.county, { ...files, '其余乡镇.zip': zipOf(zipped) })
    const seconds = (performance.now() - before) / 1000
    expect(taken.filter((t) => t.state !== 'merged')).toEqual([])
    expect((await todayOf(c.engine, c.county)).items.filter((i) => i.kind === 'collection')).toEqual([])
    expect(taken).toHaveLength(18)
    // what a person waits; what he does with his hands is choosing the files once, and six clicks below
    expect(seconds).toBeLessThan(60)
    const v = await view()
    // 54 firms and the one that was put in; of each two cells
    expect(v.counts.rows).toBe(55)
    // 902 has one firm less, 903 one number in words and one firm under another name
    const lacking = 2 + 1 + 2
    proves('C06', 2, 'what towns were asked for by a day and have not handed in is counted', () =>
      expect(v.counts.missing).toBe(lacking),
    )
    // 901 has a column of its own, 903 one row twice, one renamed, one cell; all are kept with file and line
    const left = await collections.leftView(c.engine, c.county, id)
    expect(left.map((l) => [l.who, l.kind, l.line > 0, l.file])).toEqual([
      ['试验901镇', 'column', true, '试验901镇.xlsx'],
      ['试验903镇', 'cell', true, '试验903镇.xlsx'],
      ['试验903镇', 'row', true, '试验903镇.xlsx'],
      ['试验903镇', 'row', true, '试验903镇.xlsx'],
    ])
    expect(Object.keys(left[0]?.texts ?? {})).toHaveLength(FIRMS + 1)
    const note = (town: string) => taken.find((t) => t.title === `试验${town}镇`)?.message ?? ''
    expect(note('904')).toContain('第1版')
    expect(note('903')).toContain('改成了“预案号”')
    expect(note('902')).toMatch(/少了 1 行.*多了 1 行/)
  })

  it('what was not understood is settled by a click each, and the whole comes out in the city’s own form', async () => {
    const left = await collections.leftView(c.engine, c.county, id)
    const settle = (n: number, how: collections.Settle) =>
      run((tx) => collections.settleLeft(c.engine, tx, c.county, c.clock.now(), id, left[n]?.id ?? 0, how))
    await settle(0, { do: 'drop' })
    await settle(1, { do: 'cell', text: '3' })
    const { rows } = await collections.rowsView(c.engine, c.county, id, { show: 'missing' })
    const target = rows.find((r) => r.town === '试验903镇')
    const renamed = left.findIndex((l) => l.why.includes('改成了'))
    const elsewhere = (await collections.rowsView(c.engine, c.county, id)).rows.find(
      (r) => r.town !== target?.town,
    )
    for (const row of [999_999, elsewhere?.n ?? 0])
      await expect(settle(renamed, { do: 'row', row })).rejects.toMatchObject({ code: 'bad-input' })
    await settle(renamed, { do: 'row', row: target?.n ?? 0 })
    await settle(
      left.findIndex((l) => l.why.includes('两次')),
      { do: 'drop' },
    )
    await expect(change({ lines: 'given' })).rejects.toMatchObject({ code: 'action-not-possible' })
    expect((await view()).counts.missing).toBe(2)
    expect(await collections.leftView(c.engine, c.county, id)).toEqual([])
  })

  it('the same file again counts once; another of the same town counts anew and says what changed', async () => {
    const part = parts.find((p) => townOf(p) === '905') as Part
    const grid = fill(await gridOf(part), '905')
    const [first] = await back(c.county, { 'a.xlsx': bytesOf(grid) })
    const [again] = await back(c.county, { 'b.xlsx': bytesOf(grid) })
    expect([first?.state, again?.message]).toEqual(['merged', '同一个文件已经收过，没有重复计入。'])
    const other = grid.map((r, i) => (i === 5 ? r.map((t, k) => (k === 5 ? '77' : t)) : r))
    const [changed] = await back(c.county, { 'c.xlsx': bytesOf(other) })
    expect(changed?.counts).toMatchObject({ cells: 1, changed: 1 })
    const { rows } = await collections.rowsView(c.engine, c.county, id, { part: part.id })
    const cell = rows.flatMap((r) => Object.values(r.cells)).find((x) => x.typed === 77)
    expect(cell?.before).toBe('2')
  })

  it('rows without end are not taken: some are, the rest is one line; what was put in can be taken out', async () => {
    const part = parts.find((p) => townOf(p) === '910') as Part
    const grid = fill(await gridOf(part), '910')
    const more = (n: number) => Array.from({ length: n }, (_, i) => ['', '', `多出${i}厂`, '1', '', '5', ''])
    const before = (await view()).counts.rows
    const [taken] = await back(c.county, { 'many.xlsx': bytesOf([...grid, ...more(250)]) })
    expect(taken?.counts).toMatchObject({ added: 200, left: 1 })
    const [line] = await collections.leftView(c.engine, c.county, id)
    expect(line?.why).toContain('最多收 200 行')
    expect(line?.why).toContain('还有 50 行')
    const settle = run((tx) =>
      collections.settleLeft(c.engine, tx, c.county, c.clock.now(), id, line?.id ?? 0, { do: 'add' }),
    )
    await expect(settle).rejects.toMatchObject({ code: 'bad-input' })
    // what is full stays full, however often it is sent
    const [again] = await back(c.county, { 'more.xlsx': bytesOf([...grid, ...more(260)]) })
    expect(again?.counts.added).toBe(0)

    const drop = (what: collections.Drop) =>
      run((tx) => collections.dropAdded(tx, c.county, c.clock.now(), id, what))
    const { rows } = await collections.rowsView(c.engine, c.county, id, { part: part.id, limit: 200 })
    const own = rows.find((r) => r.origin === 'list')?.n ?? 0
    await expect(drop({ rows: [own] })).rejects.toMatchObject({ code: 'bad-input' })
    expect(await drop({ rows: [rows.find((r) => r.origin === 'returned')?.n ?? 0, own] })).toEqual({
      rows: 1,
    })
    expect(await drop({ returned: taken?.id })).toEqual({ rows: 199 })
    expect((await view()).counts.rows).toBe(before)
    const kept = await sql<{ n: number }>`select count(*)::int as n from collection_entry e
      join collection_row r on r.collection_id = e.collection_id and r.n = e.row and r.gone
      where e.return_id = ${taken?.id}`.execute(c.engine.db)
    expect(kept.rows[0]?.n).toBe(600)
    const [dropped] = await back(c.county, { 'third.xlsx': bytesOf([...grid, ...more(3)]) })
    expect(dropped?.counts.added).toBe(0)
    expect(dropped?.message).toContain('3 行是先前已经删去的')
    for (const l of await collections.leftView(c.engine, c.county, id))
      await run((tx) =>
        collections.settleLeft(c.engine, tx, c.county, c.clock.now(), id, l.id, { do: 'drop' }),
      )
  })

  it('of a workbook of many sheets the first are looked at, and it is said', async () => {
    const bytes = manySheets(40, { headings: ['企业名称', '演练次数'], rows: [['某厂', '3']] })
    const [taken] = await back(c.county, { '多.xlsx': bytes })
    expect(taken?.state).toBe('waiting')
    const now = c.clock.now()
    const file = await c.engine.files.put(Readable.from([bytes]), {
      name: '多.xlsx',
      by: c.county,
      now,
      maxBytes: 1e8,
      table: true,
    })
    const { layout } = await collections.proposeCollection(c.engine, c.county, {
      id: file.id,
      name: '多.xlsx',
    })
    expect([layout.sheets.length, layout.unseen]).toEqual([40, 20])
  })

  it('what is no sheet of this collection is named, with what to do, and kept', async () => {
    const part = parts[0] as Part
    const grid = await gridOf(part)
    const locked = Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      Buffer.alloc(600),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ])
    const taken = await back(c.county, {
      '空的.xlsx': Buffer.alloc(0),
      '照片.xlsx': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]),
      '加密.xlsx': locked,
      '没编号.xlsx': formXlsx({ headings: ['企业名称', '演练次数'], rows: [['某厂', '3']] }),
      '编号改坏.xlsx': bytesOf(grid.map((r) => r.map((t) => t.replace(/ZB-\S+/, 'ZB-AAAA-AAAA')))),
    })
    expect(taken.map((t) => [t.state, t.message])).toEqual([
      ['refused', expect.stringContaining('空文件')],
      ['refused', expect.stringContaining('是图片')],
      ['refused', expect.stringContaining('密码')],
      ['waiting', expect.stringContaining('没有编号')],
      ['refused', expect.stringContaining('ZB-AAAA-AAAA')],
    ])
    expect(
      (await collections.returnsView(c.engine, c.county, id)).filter((r) => r.state !== 'merged'),
    ).toHaveLength(6)
  })

  it('a town hands in its own and learns nothing of the others', async () => {
    const town = person_('王镇', [inArea('town-officer', '140525906')], '140525906')
    const own = parts.find((p) => townOf(p) === '906') as Part
    const other = parts.find((p) => townOf(p) === '907') as Part
    const [mine] = await collections.askedParts(c.engine, town)
    expect(mine).toMatchObject({ id: own.id, who: '试验906镇', counts: { missing: 0 } })
    await expect(collections.askedForm(c.engine, town, other.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(view().then(() => collections.collectionView(c.engine, town, id))).rejects.toMatchObject({
      code: 'not-found',
    })
    const [refused] = await back(town, { 'x.xlsx': bytesOf(fill(await gridOf(other), '907')) })
    expect(refused).toMatchObject({
      state: 'refused',
      title: null,
      message: expect.not.stringContaining('907'),
    })
    const form = await collections.askedForm(c.engine, town, own.id)
    const col = form.columns.find((x) => x.title === '演练次数')?.n ?? 0
    const row = form.rows[0]?.n ?? 0
    await expect(
      run((tx) =>
        collections.writePart(c.engine, tx, town, c.clock.now(), own.id, form.version, {
          cells: [{ row, col, text: '很多' }],
        }),
      ),
    ).rejects.toMatchObject({ code: 'bad-input' })
    await run((tx) =>
      collections.writePart(c.engine, tx, town, c.clock.now(), own.id, form.version, {
        cells: [{ row, col, text: '8' }],
        submit: true,
      }),
    )
    const { rows } = await collections.rowsView(c.engine, c.county, id, { part: own.id })
    expect(rows.find((r) => r.n === row)?.cells[col]).toMatchObject({ typed: 8, by: '王镇' })
  })
})
