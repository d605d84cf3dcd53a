import { readFileSync } from 'node:fs'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../../test/import-county.ts'
import { messyCsv, messyXlsx } from '../../../test/messy/messy.ts'
import { blocking } from '../../../test/messy/messy-firms.ts'
import { ledgerPath } from '../../../test/messy/read-ledger.ts'
import { parseCounts, readCounters, recount } from '../../store/counters.ts'
import { sql } from '../../store/db.ts'
import { correctRow, getImport, listImports, setMapping, settled } from './index.ts'

let c: ImportCounty
beforeAll(async () => {
  c = await openImportCounty()
}, 60_000)
afterAll(() => c?.close())

const total = (n: Record<string, number>) => n.create! + n.update! + n.same! + n.error! + n.skipped!

describe('a messy ledger', () => {
  const ledger = messyXlsx({ rows: 400, seed: 1 })
  let id = ''

  it('is read with its headings, and every line has its fate', async () => {
    const session = await c.upload(c.county, 'enterprise', ledger.bytes, { name: '企业台账.xlsx' })
    id = session.id
    expect(session).toMatchObject({ state: 'preview', recognised: true, sheet: '企业台账', missing: [] })
    const fields = Object.fromEntries(session.headings.map((h) => [h.field ?? h.how, h.title]))
    expect(fields).toMatchObject({
      name: expect.any(String),
      creditCode: expect.any(String),
      division: expect.any(String),
      chiefPhone: expect.stringContaining('电话'),
      flags: expect.any(String),
      sequence: '序号',
    })
    // records and rows that are none: all accounted for; only blank lines need no fate
    const staged = new Set((await c.rows(c.county, id)).map((r) => r.line))
    for (const r of ledger.records) expect(staged).toContain(r.line)
    expect(total(session.counts)).toBe(staged.size)
    expect(session.counts.skipped).toBeGreaterThan(3)
    const wrong = ledger.records.filter((r) => r.defects.some((d) => blocking.includes(d)))
    expect(wrong.length).toBeGreaterThan(1)
    const errors = await c.rows(c.county, id, { state: 'error' })
    for (const r of wrong) expect(errors.map((e) => e.line)).toContain(r.line)
    // what may be empty does not hold its row back; the text is asked about, and stands beside the row
    const left = ledger.records.filter((r) => r.defects.includes('range-count'))
    const asked = new Set(session.asks.filter((a) => a.field === 'employees').flatMap((a) => a.lines))
    expect(left.length).toBeGreaterThan(0)
    for (const r of left) expect(asked).toContain(r.line)
    expect(session.asks.find((a) => a.field === 'employees')).toMatchObject({ kind: 'value', holds: false })
    for (const e of errors)
      expect(e.problems.some((p) => p.level === 'error' && p.message.length > 5)).toBe(true)
  })

  it('wrong check digits warn and do not block', async () => {
    const warned = await c.rows(c.county, id, { state: 'warning' })
    const line = ledger.records.find((r) => r.defects.includes('wrong-check'))!.line
    const row = warned.find((r) => r.line === line)
    expect(row).toMatchObject({ state: 'create' })
    expect(row?.problems.find((p) => p.field === 'creditCode')).toMatchObject({ level: 'warning' })
  })

  it('is written as if through the door: history, journal, counters, search, grades', async () => {
    const before = await getImport(c.engine, c.county, id)
    const done = await c.run(c.county, id)
    expect(done).toMatchObject({ state: 'done', counts: before.counts })
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from enterprise where batch = ${id}`.execute(c.engine.db)
    expect(rows[0]?.n).toBe(before.counts.create)
    const firm = ledger.records.find((r) => r.defects.length === 0 && r.areas.includes('粉尘涉爆') && r.name)!
    const found = await c.door(c.county).list('enterprise', { search: firm.name!.slice(2, 8), limit: 500 })
    const row = found.rows.find((r) => r.creditCode === firm.creditCode)!
    expect(row).toMatchObject({
      name: firm.name,
      dust: true,
      version: 1,
      proof: 3,
      organisation: row.id,
      county: '140525',
    })
    expect(row.proposedLevel).toBe('较大')
    const { entries } = await c.door(c.county).timeline('enterprise', row.id)
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ what: 'import', actor: { name: '李县' } })
    expect(entries[0]?.changes.find((x) => x.field === 'name')?.after).toBe(firm.name)
    const { db, catalogue } = c.engine
    expect(parseCounts(await readCounters(db, catalogue, 'enterprise', { area: '140525' }))).toEqual(
      parseCounts(await recount(db, catalogue, 'enterprise', { area: '140525' })),
    )
    // graded as the door would: proposing again changes nothing
    const levels = async () =>
      (
        await sql`select id, proposed_level, (select level from grade_proposal g where g.enterprise_id = e.id) from enterprise e order by id`.execute(
          c.engine.db,
        )
      ).rows
    const first = await levels()
    const { proposeAll } = await import('../../grading/propose.ts')
    expect(await proposeAll(c.engine, '140525', c.clock.now())).toBe(0)
    expect(await levels()).toEqual(first)
  })

  it('the same file again changes nothing', async () => {
    const again = await c.upload(c.county, 'enterprise', ledger.bytes)
    expect(again.counts).toMatchObject({ create: 0, update: 0 })
    const first = await getImport(c.engine, c.county, id)
    expect(again.counts.same).toBe(first.counts.create)
    const done = await c.run(c.county, again.id)
    expect(done.counts.same).toBe(again.counts.same)
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from journal where batch = ${again.id}`.execute(c.engine.db)
    expect(rows[0]?.n).toBe(0)
  })

  it('rejected rows are corrected one by one and written by a second run', async () => {
    const [bad] = (await c.rows(c.county, id, { state: 'error' })).filter((r) =>
      r.problems.some((p) => p.field === 'division' && p.level === 'error'),
    )
    await expect(
      correctRow(c.engine, c.county, id, bad!.line, { values: { nonsense: 1 } }),
    ).rejects.toMatchObject({ code: 'bad-input' })
    const still = await correctRow(c.engine, c.county, id, bad!.line, { values: { division: '某某街道' } })
    expect(still.row).toMatchObject({ state: 'error' })
    const fixed = await correctRow(c.engine, c.county, id, bad!.line, {
      values: { division: '巴公镇', foundedOn: '2015年3月1日' },
    })
    expect(fixed.row).toMatchObject({
      state: 'create',
      values: { division: '140525108', foundedOn: '2015-03-01' },
    })
    const before = (await getImport(c.engine, c.county, id)).counts
    const done = await c.run(c.county, id)
    expect(done.counts).toEqual(before)
    const row = (await c.rows(c.county, id)).find((r) => r.line === bad!.line)
    expect(row).toMatchObject({ done: true, state: 'create', record: expect.any(String) })
    await expect(correctRow(c.engine, c.county, id, bad!.line, { values: {} })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('imports are listed, newest first; others do not see them', async () => {
    const { imports } = await listImports(c.engine, c.county)
    expect(imports.map((i) => i.id)).toContain(id)
    expect((await listImports(c.engine, c.bagong)).imports).toEqual([])
    expect((await listImports(c.engine, c.admin)).imports.map((i) => i.id)).toContain(id)
    await expect(getImport(c.engine, c.bagong, id)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('files as they come', () => {
  it('a GBK csv', async () => {
    const ledger = messyCsv({ rows: 60, seed: 77, clean: true })
    const session = await c.upload(c.county, 'enterprise', iconv.encode(ledger.bytes.toString(), 'gb18030'), {
      name: '台账.csv',
    })
    expect(session).toMatchObject({ kind: 'csv', encoding: 'gb18030', recognised: true })
    // codes of the ledger imported before, under other names: asked, not overwritten
    expect(session.counts.create + session.counts.update + session.counts.same + session.counts.error).toBe(
      60,
    )
    expect(session.asks.find((a) => a.kind === 'which')).toMatchObject({
      holds: true,
      message: expect.stringContaining('是不是这一家'),
      candidates: [{ id: expect.any(String) }],
    })
  })

  it('no recognisable heading: shows what is there, the user maps', async () => {
    const session = await c.upload(c.county, 'enterprise', [
      ['a', 'b', 'c', 'd'],
      ['无表头甲厂', '巴公镇', '正常生产', '3/4/2015'],
      ['无表头乙厂', '泽州县金村', '停工', '13/4/2015'],
    ])
    expect(session).toMatchObject({ state: 'preview', recognised: false, counts: { create: 0, error: 0 } })
    expect(session.message).toContain('没有认出表头')
    expect(session.seen[1]?.texts).toContain('无表头甲厂')
    await expect(
      setMapping(c.engine, c.county, session.id, { headings: { a: 'nmae' } }),
    ).rejects.toMatchObject({ code: 'bad-input' })
    await expect(setMapping(c.engine, c.county, session.id, { headings: { 没有: 'name' } })).rejects.toThrow(
      '仍然认不出表头',
    )
    await setMapping(c.engine, c.county, session.id, {
      headings: { a: 'name', b: 'division', c: 'status', d: 'foundedOn' },
      dateFormats: ['D/M/YYYY'],
      values: { status: { 正常生产: '在产', 停工: '停产' } },
    })
    await settled(session.id)
    const mapped = await getImport(c.engine, c.county, session.id)
    expect(mapped).toMatchObject({ recognised: true, counts: { create: 2, error: 0 } })
    expect(mapped.sample.map((r) => [r.values.division, r.values.status, r.values.foundedOn])).toEqual([
      ['140525108', '在产', '2015-04-03'],
      ['140525106', '停产', '2015-04-13'],
    ])
    const done = await c.run(c.county, session.id)
    expect(done.counts.create).toBe(2)
    await expect(setMapping(c.engine, c.county, session.id, {})).rejects.toMatchObject({ code: 'conflict' })
  })

  it.each([
    ['ledger-69b-tsv-utf16.xls', 1],
    ['ledger-99e-gbk-one-bad-byte.csv', 1],
    ['ledger-71-mhtml.xls', 1],
    ['ledger-65-bytes-before-zip.xlsx', 2],
    ['ledger-31-one-sheet-per-town.xlsx', 9],
  ])('%s is kept and read through the reading process', async (file, rows) => {
    const session = await c.upload(c.county, 'enterprise', readFileSync(ledgerPath(file)), { name: file })
    expect(session).toMatchObject({ state: 'preview', recognised: true })
    expect(session.counts.create).toBe(rows)
    const read = session.sheets.filter((x) => x.read)
    expect(read.reduce((n, x) => n + (x.counts?.create ?? 0), 0)).toBe(rows)
  })

  it('what is no sheet is refused with advice', async () => {
    await expect(
      c.upload(c.county, 'enterprise', Buffer.from('%PDF-1.7 x'), { name: '台账.pdf' }),
    ).rejects.toThrow('PDF')
    const xls = Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      Buffer.alloc(600),
    ])
    await expect(c.upload(c.county, 'enterprise', xls, { name: '台账.xls' })).rejects.toThrow('另存为')
    await expect(c.upload(c.viewer, 'enterprise', [['企业名称', '乡镇']])).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})
