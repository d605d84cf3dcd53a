import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  area,
  choice,
  choices,
  creditCode,
  date,
  files,
  flag,
  idNumber,
  money,
  number,
  phone,
  photos,
  place,
  ref,
  text,
  time,
  unit,
} from '../../../fields/index.ts'
import { keptFile } from '../../../test/kept-file.ts'
import {
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../../test/model-county.ts'
import type { Actor } from '../../access/actor.ts'
import { loadAreas } from '../../areas/load.ts'
import { field } from '../../core/condition/build.ts'
import { defineRegister } from '../../core/define.ts'
import { createFileStore } from '../../files/store.ts'
import { sql } from '../../store/db.ts'
import type { NamedFile } from '../../store/kept-files.ts'
import type { Row } from '../../store/types.ts'
import {
  getImport,
  type ImportServices,
  importRows,
  runImport,
  settled,
  startImport,
} from '../import/index.ts'
import { openTable } from '../sheet/index.ts'
import { type ExportQuery, exportRegister, templateSheet } from './index.ts'

const rights = { 'county-officer': 'below', 'town-officer': 'below', 'city-viewer': 'read' } as const
const depot = defineRegister('depot', {
  label: '仓库',
  basis: ['测试'],
  scope: { area: 'spot' },
  title: 'name',
  keys: [['name']],
  fields: { name: text('仓库名称').required(), spot: area('所在地').required() },
  rights,
})
/** A register with every field type there is. */
const everything = defineRegister('everything', {
  label: '全类型',
  basis: ['测试'],
  scope: { area: 'spot', unit: 'keeper' },
  title: 'name',
  keys: [['code'], ['name', 'spot']],
  fields: {
    name: text('名称').required(),
    code: creditCode('信用代码').unique(),
    spot: area('所在地').required(),
    note: text('说明').multiline(),
    kind: choice('类别', ['甲', '乙', { value: 'c', label: '丙类（特殊）' }]),
    tags: choices('标签', ['防火', '防爆', '防尘']),
    count: number('台数').unit('台'),
    ratio: number('比例'),
    worth: money('价值'),
    since: date('起始日期'),
    until: date('截止日期').validity(),
    at: time('发生时间'),
    ok: flag('已达标'),
    store: ref('存放仓库', 'depot'),
    keeper: unit('监管单位'),
    owner: text('责任人').personal(),
    ownerPhone: phone('责任人电话').personal(),
    ownerId: idNumber('责任人身份证'),
    coords: place('坐标'),
    papers: files('材料'),
    pictures: photos('照片'),
  },
  rights,
})
const child = defineRegister('check-up', {
  label: '检查',
  basis: ['测试'],
  of: 'everything',
  title: 'name',
  keys: [['parent', 'name', 'checkedOn']],
  fields: { name: text('名称').required(), checkedOn: date('日期').required() },
  rights,
})
const definitions = { ...smallDefinitions, records: [...smallDefinitions.records, depot, everything, child] }

interface Place {
  c: SmallCounty
  s: ImportServices
  dir: string
}
async function open(): Promise<Place> {
  const c = await openSmallCounty('2026-03-02T09:00:00+08:00', definitions)
  const dir = mkdtempSync(path.join(tmpdir(), 'zhiben-export-'))
  await loadAreas(c.db, '140525')
  return { c, dir, s: { ...c.services, files: createFileStore(c.db, dir) } }
}
let here: Place
let there: Place
let photo: NamedFile
beforeAll(async () => {
  here = await open()
  photo = await keptFile(here.c.db, here.c.county)
  there = await open()
}, 60_000)
afterAll(async () => {
  for (const p of [here, there]) {
    await p?.c.close()
    if (p) rmSync(p.dir, { recursive: true, force: true })
  }
})

async function sheetOf(p: Place, actor: Actor, register: string, query: ExportQuery = {}): Promise<Buffer> {
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', (b: Buffer) => chunks.push(b))
  await exportRegister(p.s, actor, register, { purpose: '核对台账', ...query }, out)
  return Buffer.concat(chunks)
}
async function textsOf(bytes: Buffer, name = 'x.xlsx'): Promise<string[][]> {
  const table = await openTable({ bytes, name })
  const out: string[][] = []
  for await (const row of table.rows()) out.push(row.cells.map((x) => x.text))
  await table.close()
  return out
}
async function take(p: Place, register: string, bytes: Buffer, name: string) {
  const { id } = await startImport(p.s, p.c.county, register, { content: Readable.from([bytes]), name })
  await settled(id)
  const read = await getImport(p.s, p.c.county, id)
  const { rows } = await importRows(p.s, p.c.county, id, { limit: 500 })
  return { id, read, rows }
}
const every = async (p: Place, register: string): Promise<Row[]> =>
  (await p.c.as(p.c.county).list(register, { limit: 500 })).rows

const han = fc.string({
  unit: fc.constantFrom(...'泽州铸造厂一二三（）()、，。“”‘’!=+-@\'"0123456789aZ 　/*&<>\u{20BB7}é'),
  minLength: 1,
  maxLength: 12,
})
/** Text that does not read as "nothing here" in a ledger (—, /, N/A …); personal text must not look masked. */
const words = han.map((t) => `文${t.replaceAll('*', '')}字`)
const digits = (n: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: n, maxLength: n })
const day = fc
  .date({ min: new Date('1949-01-02'), max: new Date('2026-01-01'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10))
const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined, freq: 4 })
const record = (i: number, stores: string[], units: string[]) =>
  fc.record({
    name: words.map((t) => `${t}${i}`),
    code: maybe(digits(9).map((d) => `91140525MA${d.slice(0, 6)}${String(i).padStart(2, '0')}`)),
    spot: fc.constantFrom('140525100', '140525108', '140525100200', '140525'),
    note: maybe(fc.array(words, { minLength: 1, maxLength: 3 }).map((l) => l.join('\n'))),
    kind: maybe(fc.constantFrom('甲', '乙', 'c')),
    tags: maybe(fc.subarray(['防火', '防爆', '防尘'])),
    count: maybe(fc.integer({ min: 0, max: 1e6 })),
    ratio: maybe(fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000)),
    worth: maybe(fc.integer({ min: 0, max: 1e9 }).map((n) => n / 100)),
    since: maybe(day),
    until: maybe(fc.constantFrom('9999-12-31', '2030-02-28')),
    at: maybe(fc.integer({ min: 0, max: 1.7e9 }).map((t) => new Date(t * 1000).toISOString())),
    ok: maybe(fc.boolean()),
    store: maybe(fc.constantFrom(...stores)),
    keeper: maybe(fc.constantFrom(...units)),
    owner: maybe(words),
    ownerPhone: maybe(digits(8).map((d) => `138${d}`)),
    ownerId: maybe(digits(4).map((d) => `14052519850615${d}`)),
    coords: maybe(
      fc.record({
        lon: fc.integer({ min: 112_000_000, max: 113_000_000 }).map((n) => n / 1e6),
        lat: fc.integer({ min: 35_000_000, max: 36_000_000 }).map((n) => n / 1e6),
      }),
    ),
    pictures: maybe(fc.constant([photo])),
  })

describe('export and import are inverse', () => {
  it('every field type, xlsx and csv: the same sheet again changes nothing; elsewhere it makes the same records', {
    timeout: 120_000,
  }, async () => {
    const door = here.c.as(here.c.county)
    const stores: Row[] = []
    for (const name of ['一号库', '二号库（危）'])
      stores.push((await door.create('depot', { name, spot: '140525100' }, here.c.key())).row)
    const { rows: units } = await sql<{ path: string }>`select path from unit order by path limit 3`.execute(
      here.c.db,
    )
    const made = fc.sample(
      fc.tuple(
        ...Array.from({ length: 40 }, (_, i) =>
          record(
            i,
            stores.map((r) => r.id),
            units.map((u) => u.path),
          ),
        ),
      ),
      { numRuns: 1, seed: 42 },
    )[0]!
    for (const values of made)
      await door.create(
        'everything',
        Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined)),
        { ...here.c.key(), reason: '证件已核对' },
      )
    const before = await every(here, 'everything')
    expect(before).toHaveLength(40)

    for (const format of ['xlsx', 'csv'] as const) {
      const bytes = await sheetOf(here, here.c.county, 'everything', { format })
      const again = await take(here, 'everything', bytes, `全类型.${format}`)
      const known = new Map(before.map((r) => [r.id, r]))
      const odd = again.rows
        .filter((r) => r.state !== 'same')
        .map((r) => [
          r.problems.filter((p) => p.level === 'error'),
          Object.entries(r.values).filter(
            ([f, v]) => JSON.stringify(v) !== JSON.stringify(known.get(r.record ?? '')?.[f]),
          ),
          known.get(r.record ?? ''),
        ])
      expect(odd).toEqual([])
      expect(again.read.headings.filter((h) => h.field === null)).toEqual([])
      expect(again.read.counts).toMatchObject({ same: 40, error: 0 })
    }

    const target = there.c.county
    const first = await take(there, 'depot', await sheetOf(here, here.c.county, 'depot'), '仓库.xlsx')
    await runImport(there.s, target, first.id)
    await settled(first.id)
    const moved = await take(
      there,
      'everything',
      await sheetOf(here, here.c.county, 'everything'),
      '全类型.xlsx',
    )
    expect(moved.rows.filter((r) => r.state !== 'create').map((r) => [r.problems, r.raw])).toEqual([])
    await runImport(there.s, target, moved.id)
    await settled(moved.id)
    // ids differ, and files cannot travel in a sheet
    const bare = (rows: Row[]) =>
      rows
        .map((r) =>
          Object.fromEntries(
            [
              ...Object.keys(everything.fields).filter((f) => !['store', 'papers', 'pictures'].includes(f)),
              'storeTitle',
              'area',
              'town',
              'unit',
            ].map((f) => [f, r[f]]),
          ),
        )
        .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
    expect(bare(await every(there, 'everything'))).toEqual(bare(before))
  })

  it('a child register carries what names its parent', async () => {
    const [parent] = await every(here, 'everything')
    await here.c
      .as(here.c.county)
      .create('check-up', { everythingId: parent!.id, name: '月检', checkedOn: '2026-02-01' }, here.c.key())
    const bytes = await sheetOf(here, here.c.county, 'check-up')
    const [titles, line] = await textsOf(bytes)
    // both ledgers call it 名称: the parent's says whose
    expect(titles).toEqual(['信用代码', '全类型名称', '名称', '日期'])
    expect(line?.slice(1)).toEqual([parent!.name, '月检', '2026-02-01'])
    expect((await take(here, 'check-up', bytes, '检查.xlsx')).read.counts).toMatchObject({
      same: 1,
      error: 0,
    })
  })
})

describe('what an export holds', () => {
  it('only what is within reach, filtered and sorted; columns by choice', async () => {
    const town = person_('王镇', [inArea('town-officer', '140525108')], '140525108')
    const own = (await every(here, 'everything')).filter((r) => r.town === '140525108')
    expect((await textsOf(await sheetOf(here, town, 'everything'))).length - 1).toBe(own.length)
    const where = field('count').gte(1)
    const rows = await textsOf(
      await sheetOf(here, here.c.county, 'everything', {
        where,
        sort: ['count'],
        columns: ['name', 'count', 'proof'],
      }),
    )
    expect(rows[0]).toEqual(['名称', '台数', '可信程度'])
    const counts = rows.slice(1).map((r) => Number(r[1]))
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts.length).toBe((await every(here, 'everything')).filter((r) => Number(r.count) >= 1).length)
    await expect(sheetOf(here, here.c.county, 'everything', { columns: ['nonsense'] })).rejects.toMatchObject(
      { code: 'bad-input' },
    )
    await expect(sheetOf(here, person_('无', []), 'everything')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('personal content is masked for those who only look, and masked content is not taken back', async () => {
    const viewer = person_('看市', [inArea('city-viewer', '1405')], '1405')
    const bytes = await sheetOf(here, viewer, 'everything')
    const [titles = [], ...lines] = await textsOf(bytes)
    const clear = await every(here, 'everything')
    for (const name of ['责任人', '责任人电话', '责任人身份证']) {
      const shown = lines.map((l) => l[titles.indexOf(name)]).filter(Boolean)
      expect(shown.length).toBeGreaterThan(5)
      for (const t of shown) expect(t).toContain('*')
      for (const r of clear)
        for (const v of [r.owner, r.ownerPhone, r.ownerId]) if (v) expect(shown).not.toContain(v)
    }
    const back = await take(here, 'everything', bytes, '脱敏.xlsx')
    const hidden = lines.filter((l) => l.some((t) => t.includes('*'))).length
    expect(hidden).toBeGreaterThan(5)
    expect(back.read.counts).toMatchObject({ update: 0, create: 0, error: 0, same: lines.length })
  })

  it('leaves an entry in the journal', async () => {
    const { rows } = await sql<{
      reason: string
    }>`select reason from journal where what = 'export' and register = 'everything' order by id limit 1`.execute(
      here.c.db,
    )
    expect(rows[0]?.reason).toBe('导出 40 行，用途：核对台账')
  })

  it('personal content goes out for a stated purpose only; who, what for, which filter and how much is kept', async () => {
    await expect(sheetOf(here, here.c.county, 'everything', { purpose: '' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('责任人电话'),
      details: { complaints: [{ path: 'purpose' }] },
    })
    // without such columns, and for readers who get them masked, nothing is asked
    await sheetOf(here, here.c.county, 'everything', { purpose: '', columns: ['name', 'count'] })
    await sheetOf(here, person_('看市', [inArea('city-viewer', '1405')], '1405'), 'everything', {
      purpose: '',
    })
    const [one] = (await every(here, 'everything')).filter((r) => r.ownerPhone)
    const where = field('ownerPhone').is(String(one!.ownerPhone))
    await sheetOf(here, here.c.county, 'everything', { where, purpose: '通知参加培训' })
    const { rows } = await sql<{ who: string; changes: { field: string; after: unknown }[] }>`select
        actor_id as who, changes from journal
      where what = 'export' and register = 'everything' order by id desc limit 1`.execute(here.c.db)
    expect(rows[0]!.who).toBe(here.c.county.id)
    const kept = Object.fromEntries(rows[0]!.changes.map((c) => [c.field, c.after]))
    expect(kept).toMatchObject({
      rows: 1,
      purpose: '通知参加培训',
      filter: expect.stringContaining('责任人电话'),
      personal: '责任人、责任人电话、责任人身份证',
    })
    expect(JSON.stringify(kept)).not.toContain(one!.ownerPhone)
  })

  it('the template has the headings, marks what is required and lists what may be filled in', async () => {
    const out = new PassThrough()
    const chunks: Buffer[] = []
    out.on('data', (b: Buffer) => chunks.push(b))
    await templateSheet(here.s, here.c.county, 'everything', out)
    const bytes = Buffer.concat(chunks)
    const table = await openTable({ bytes, name: '模板.xlsx' })
    const sheets: string[][][] = []
    for (const i of table.sheets.keys()) {
      const lines: string[][] = []
      for await (const row of table.rows(i)) lines.push(row.cells.map((x) => x.text))
      sheets.push(lines)
    }
    expect(table.sheets.map((s) => s.name)).toEqual(['全类型', '可填内容', '填写说明'])
    await table.close()
    expect(sheets[0]?.[0]).toEqual(expect.arrayContaining(['*名称', '*所在地', '类别', '截止日期']))
    expect(sheets[0]?.[0]).not.toContain('照片')
    expect(sheets[1]?.[0]).toEqual(['所在地', '类别', '已达标'])
    expect(sheets[1]?.map((l) => l[1])).toContain('丙类（特殊）')
    expect(sheets[2]?.find((l) => l[0] === '标签')?.[2]).toContain('防火、防爆、防尘')
    // an empty template is recognised as what it is
    const read = await take(here, 'everything', bytes, '模板.xlsx')
    expect(read.read).toMatchObject({ recognised: true, missing: [], sheet: '全类型' })
    expect(read.rows).toEqual([])
  })
})
