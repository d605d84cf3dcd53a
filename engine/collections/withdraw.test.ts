import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { type Db, sql } from '../store/db.ts'
import { listRows } from '../store/list.ts'
import { todayOf } from '../today/today.ts'
import { formXlsx } from './form.fixture.ts'
import * as collections from './index.ts'
import { partsOf } from './rows.ts'

let c: ImportCounty
const bagong = person_('王巴公', [inArea('town-officer', '140525108')], '140525108')
const run = <T>(work: (tx: Db) => Promise<T>) => c.engine.db.transaction().execute((tx) => work(tx as Db))
const view = (id: string) => collections.collectionView(c.engine, c.county, id)

beforeAll(async () => {
  c = await openImportCounty()
  for (const [name, division, employees] of [
    ['巴公铸造有限公司', '140525108', 35],
    ['巴公机械有限公司', '140525108', 12],
    ['南村铸管有限公司', '140525100', 120],
  ] as const)
    await c.door(c.county).create('enterprise', { name, division, employees }, c.key())
}, 60_000)
afterAll(() => c?.close())

async function upload(form: Parameters<typeof formXlsx>[0]): Promise<string> {
  const kept = { name: '附件.xlsx', by: c.county, now: c.clock.now(), maxBytes: 1e8, table: true as const }
  const file = await c.engine.files.put(Readable.from([formXlsx(form)]), kept)
  const made = await collections.proposeCollection(c.engine, c.county, { id: file.id, name: kept.name })
  const rows = await collections.computeRows(c.engine, c.county, { ...made, created_at: '' }, made.columns)
  return run((tx) => collections.createCollection(tx, c.county, kept.now, made, rows))
}

async function send(id: string) {
  const { version } = await view(id)
  const what = { asked: 'town' as const, dueOn: '2026-12-05' }
  await run((tx) => collections.sendCollection(c.engine, tx, c.county, c.clock.now(), id, version, what))
  return partsOf(c.engine.db, id)
}
const withdraw = async (id: string) => {
  const { version } = await view(id)
  return run((tx) => collections.withdrawCollection(tx, c.county, c.clock.now(), id, version, '发错了乡镇'))
}
const remove = async (id: string) => {
  const { version } = await view(id)
  await run((tx) => collections.removeCollection(tx, c.county, c.clock.now(), id, version))
}
const filling = async () =>
  (await todayOf(c.engine, bagong)).items.filter((i) => i.kind === 'collection').map((i) => i.title)

const form = {
  title: '企业演练情况表（2026年12月5日前报送）',
  headings: ['企业名称', '从业人数', '演练次数'],
  blank: 2,
}

describe('a form that was sent by mistake', () => {
  it('names its own last day, where one is to come', async () => {
    expect((await view(await upload(form))).namedDay).toBe('2026-12-05')
    expect((await view(await upload({ ...form, title: '企业演练情况表' }))).namedDay).toBeNull()
    expect(collections.namedDay(['请于1月5日前报送'], '2026-03-02')).toBeNull()
  })

  it('is taken back from everybody and sent anew, or taken away', async () => {
    const id = await upload(form)
    const [former] = await send(id)
    expect(await filling()).toEqual([`填表：${form.title}`])
    await expect(remove(id)).rejects.toThrow('发出过的表不能删除')
    expect(await withdraw(id)).toEqual({ withdrawn: 2, kept: 0 })
    expect(await filling()).toEqual([])
    expect(await view(id)).toMatchObject({ state: 'draft', asked: null, sentAt: null })
    await expect(collections.askedForm(c.engine, bagong, former?.id ?? '')).rejects.toThrow('没有找到这张表')
    await expect(withdraw(id)).rejects.toThrow('不用收回')
    // whoever is asked again has another code
    expect((await send(id)).map((p) => p.code)).not.toContain(former?.code)
    await withdraw(id)
    await remove(id)
    await expect(view(id)).rejects.toThrow('没有找到这张表')
    const { rows } = await sql<{ what: string; reason: string | null }>`select what, reason from journal
      where record_id = ${id} and what in ('withdraw', 'remove') order by id`.execute(c.engine.db)
    expect(rows).toEqual([
      { what: 'withdraw', reason: '发错了乡镇（收回 2 家）' },
      { what: 'withdraw', reason: '发错了乡镇（收回 2 家）' },
      { what: 'remove', reason: null },
    ])
  })

  it('stays with who has begun: what came is kept', async () => {
    const id = await upload(form)
    const part = (await send(id)).find((p) => p.town === '140525108')
    const { rows, version } = await collections.askedForm(c.engine, bagong, part?.id ?? '')
    const cells = [{ row: rows[0]?.n ?? 0, col: 3, text: '2' }]
    await run((tx) =>
      collections.writePart(c.engine, tx, bagong, c.clock.now(), part?.id ?? '', version, { cells }),
    )
    expect(await withdraw(id)).toEqual({ withdrawn: 1, kept: 1 })
    expect(await view(id)).toMatchObject({ state: 'open', counts: { typed: 1 } })
    expect(await filling()).toEqual([`填表：${form.title}`])
    await expect(withdraw(id)).rejects.toThrow('不能收回')
    await expect(remove(id)).rejects.toThrow('不能删除')
  })
})

describe('what a cell rests on', () => {
  it('is a list of just as many records as the figure says, or the record itself', async () => {
    const id = await upload({
      title: '情况',
      headings: ['乡镇', '企业总数', '备勤电话'],
      rows: [
        ['巴公镇', '', ''],
        ['南村镇', '', ''],
      ],
    })
    const { rows } = await collections.rowsView(c.engine, c.county, id)
    expect(rows.map((r) => r.cells[2]?.computed)).toEqual([2, 1])
    // the towns are printed in the form: nobody was saved copying them
    expect((await view(id)).counts).toMatchObject({ rows: 2, computed: 2 })
    for (const r of rows) {
      const { list, label, filledAt } = await collections.restsOf(c.engine, c.county, id, r.n, 2)
      expect(label).toBe('台账计数：企业')
      expect(filledAt).not.toBeNull()
      const def = c.engine.catalogue.record(list?.register ?? '')
      const page = await listRows(c.engine, c.county, def, { ...(list?.where && { where: list.where }) })
      expect(page.rows).toHaveLength(Number(r.cells[2]?.computed))
    }
    const firms = await upload(form)
    const [first] = (await collections.rowsView(c.engine, c.county, firms)).rows
    expect(await collections.restsOf(c.engine, c.county, firms, first?.n ?? 0, 2)).toMatchObject({
      label: '台账：从业人员',
      record: { register: 'enterprise', id: first?.record },
      list: null,
    })
    await expect(collections.restsOf(c.engine, c.county, firms, 999, 2)).rejects.toThrow('没有这一格')
    // the town doubts a figure: both stand side by side, and the office says which holds
    const part = (await send(id)).find((p) => p.town === '140525108')
    const mine = await collections.askedForm(c.engine, bagong, part?.id ?? '')
    const write = (col: number) =>
      run((tx) =>
        collections.writePart(c.engine, tx, bagong, c.clock.now(), mine.id, mine.version, {
          cells: [{ row: mine.rows[0]?.n ?? 0, col, text: '3' }],
        }),
      )
    await expect(write(1)).rejects.toThrow('表里没有这一格')
    await write(2)
    expect((await view(id)).counts).toMatchObject({ differ: 1 })
    const after = (await collections.rowsView(c.engine, c.county, id)).rows[0]
    expect(after?.cells[2]).toMatchObject({ computed: 2, typed: 3 })
    // another office is told that there is nothing
    await expect(collections.restsOf(c.engine, bagong, firms, 1, 2)).rejects.toThrow('没有找到这张表')
  })
})
