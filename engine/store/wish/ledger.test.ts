import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../../test/import-county.ts'
import { person_ } from '../../../test/model-county.ts'
import type { Actor } from '../../access/actor.ts'
import { getImport, undoImport } from '../../exchange/import/index.ts'
import { settled as importSettled } from '../../exchange/import/work.ts'
import { sql } from '../db.ts'
import type { Row } from '../types.ts'
import { listWishes } from './read.ts'
import { confirmWish } from './settle.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
const bagong = '140525108'

async function makeFirm(values: Record<string, unknown> = {}): Promise<{ row: Row; owner: Actor }> {
  n++
  const { row } = await c.door(c.county).create(
    'enterprise',
    {
      name: `示例铸造${n}有限公司`,
      division: bagong,
      industry: '冶金',
      scale: '规上',
      status: '在产',
      smelting: true,
      dust: true,
      dustKind: '铝镁',
      dustWorkers: 12,
      employees: 120,
      ...values,
    },
    c.key(),
  )
  const assignment = {
    role: 'enterprise-officer' as const,
    ground: { by: 'organisation' as const, organisation: row.id },
  }
  return { row, owner: person_(`周安全${n}`, [assignment], bagong) }
}
let n = 0

beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c.close())

const get = (actor: Actor, register: string, id: string) => c.door(actor).get(register, id)
const change = async (actor: Actor, register: string, id: string, values: Record<string, unknown>) =>
  c.door(actor).update(register, id, values, (await get(actor, register, id)).version, c.key())
const waiting = async (actor: Actor, record: string) =>
  (await listWishes(c.engine, actor, { state: 'waiting', record })).rows
const meta = () => c.key()

describe('a ledger', () => {
  const sheet = (row: Row, values: Record<string, string>) => [
    ['统一社会信用代码', '企业名称', ...Object.keys(values)],
    [String(row.creditCode ?? ''), String(row.name), ...Object.values(values)],
  ]

  it('of an enterprise asks for what decides, and taking it back takes that back', async () => {
    const { row, owner: self } = await makeFirm()
    const session = await c.upload(self, 'enterprise', sheet(row, { 粉尘涉爆: '否', 主要产品: '阀门' }))
    const [line] = await c.rows(self, session.id)
    expect(line?.problems.map((p) => p.message).join()).toContain(
      '粉尘涉爆影响监管职责，改动须经乡镇核实后才计入',
    )
    await c.run(self, session.id)
    expect(await get(c.county, 'enterprise', row.id)).toMatchObject({ dust: true, products: '阀门' })
    expect((await waiting(c.county, row.id)).map((w) => [w.field, w.after])).toEqual([['dust', false]])
    await undoImport(c.engine, self, session.id)
    await importSettled(session.id)
    expect(await waiting(c.county, row.id)).toEqual([])
    expect(await get(c.county, 'enterprise', row.id)).toMatchObject({ dust: true, products: null })
  })

  it('that only asks is taken back too; what was confirmed meanwhile stays', async () => {
    const { row, owner: self } = await makeFirm()
    const imported = async () => {
      const session = await c.upload(self, 'enterprise', sheet(row, { 粉尘涉爆: '否', 从业人员: '9' }))
      await c.run(self, session.id)
      return session.id
    }
    const undo = async (id: string) => {
      await undoImport(c.engine, self, id)
      await importSettled(id)
    }
    await undo(await imported())
    expect(await waiting(c.county, row.id)).toEqual([])
    const id = await imported()
    const wish = (await waiting(c.bagong, row.id)).find((w) => w.field === 'employees')
    await confirmWish(c.engine, c.bagong, wish!.id, { version: wish!.version, meta: meta() })
    await undo(id)
    expect(await waiting(c.county, row.id)).toEqual([])
    expect(await get(c.county, 'enterprise', row.id)).toMatchObject({ dust: true, employees: 9 })
  })

  it('of an officer counts as confirmed and settles what waited for the same', async () => {
    const { row, owner: self } = await makeFirm()
    await change(self, 'enterprise', row.id, { employees: 9, dust: false })
    const session = await c.upload(c.bagong, 'enterprise', sheet(row, { 从业人员: '9' }))
    await c.run(c.bagong, session.id)
    expect((await get(self, 'enterprise', row.id)).employees).toBe(9)
    expect((await waiting(self, row.id)).map((w) => w.field)).toEqual(['dust'])
  })

  const undone = async (actor: Actor, id: string) => {
    await undoImport(c.engine, actor, id)
    await importSettled(id)
    return getImport(c.engine, actor, id)
  }

  it('of an officer taken back: what it had confirmed waits again, with the days it had', async () => {
    const { row, owner: self } = await makeFirm()
    await change(self, 'enterprise', row.id, { employees: 9, dust: false })
    const [asked] = (await waiting(self, row.id)).filter((w) => w.field === 'employees')
    const session = await c.upload(c.bagong, 'enterprise', sheet(row, { 从业人员: '9' }))
    await c.run(c.bagong, session.id)
    await undone(c.bagong, session.id)
    expect((await get(self, 'enterprise', row.id)).employees).toBe(120)
    const again = (await waiting(self, row.id)).find((w) => w.field === 'employees')
    expect(again).toMatchObject({ id: asked!.id, after: 9, due: asked!.due, settledBy: null })
    const { rows } = await sql`select kind, state, closed_on from deadline where record_id = ${row.id}
      and kind = 'wish:employees'`.execute(c.engine.db)
    expect(rows).toEqual([{ kind: 'wish:employees', state: 'running', closed_on: null }])
    const settle = { version: again!.version, meta: meta() }
    expect((await confirmWish(c.engine, c.bagong, again!.id, settle)).row.employees).toBe(9)
  })

  it('of an officer taken back: the old value settles what waited for it, an archived row what waited on it', async () => {
    const { row, owner: self } = await makeFirm()
    const session = await c.upload(c.bagong, 'enterprise', sheet(row, { 从业人员: '9' }))
    await c.run(c.bagong, session.id)
    await change(self, 'enterprise', row.id, { employees: 120 })
    await undone(c.bagong, session.id)
    expect((await get(self, 'enterprise', row.id)).employees).toBe(120)
    expect(await waiting(self, row.id)).toEqual([])
    const made = await c.upload(c.bagong, 'equipment', machines(row, ['撤销焊机']))
    await c.run(c.bagong, made.id)
    const [machine] = (await c.all(self, 'equipment')).filter((r) => r.name === '撤销焊机')
    await change(self, 'equipment', machine!.id, { kind: '其他' })
    expect(await waiting(self, machine!.id)).toHaveLength(1)
    await undone(c.bagong, made.id)
    const { rows } = await sql`select state from wish where record_id = ${machine!.id}`.execute(c.engine.db)
    expect(rows).toEqual([{ state: 'void' }])
  })

  const machines = (row: Row, names: string[]) => [
    ['企业名称', '设备名称', '设备类别', '生命周期阶段'],
    ...names.map((name) => [String(row.name), name, '焊机', '生产运行']),
  ]

  it('of an enterprise taken back the same day takes out its own new rows; later that waits for the town', async () => {
    const { row, owner: self } = await makeFirm()
    const of = async () => (await c.all(c.county, 'equipment')).filter((r) => r.enterpriseId === row.id)
    const first = await c.upload(self, 'equipment', machines(row, ['甲机', '乙机']))
    await c.run(self, first.id)
    expect(await of()).toHaveLength(2)
    expect((await undone(self, first.id)).undone).toMatchObject({ rows: 2, kept: [] })
    expect(await of()).toEqual([])
    const later = await c.upload(self, 'equipment', machines(row, ['丙机']))
    await c.run(self, later.id)
    c.clock.set('2026-03-03T09:00:00+08:00')
    expect((await undone(self, later.id)).undone?.kept[0]?.reason).toContain('已提出申请')
    expect(await of()).toHaveLength(1)
    c.clock.set('2026-03-02T09:00:00+08:00')
  })
})
