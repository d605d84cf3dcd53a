import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../../county/index.ts'
import { openImportCounty } from '../../../test/import-county.ts'
import { inArea, person_ } from '../../../test/model-county.ts'
import type { Actor } from '../../access/actor.ts'
import { sweep } from '../../deadlines/sweep.ts'
import { proposeAll } from '../../grading/propose.ts'
import { todayOf } from '../../today/today.ts'
import { sql } from '../db.ts'
import type { Row } from '../types.ts'
import { listWishes } from './read.ts'
import { confirmWish, refuseWish, withdrawWish } from './settle.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
let firm: Row
let owner: Actor
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
  ;({ row: firm, owner } = await makeFirm())
})
afterAll(() => c.close())

const get = (actor: Actor, register: string, id: string) => c.door(actor).get(register, id)
const change = async (actor: Actor, register: string, id: string, values: Record<string, unknown>) =>
  c.door(actor).update(register, id, values, (await get(actor, register, id)).version, c.key())
const waiting = async (actor: Actor, record: string) =>
  (await listWishes(c.engine, actor, { state: 'waiting', record })).rows
const meta = (reason?: string) => ({ ...c.key(), ...(reason && { reason }) })
const refused = (e: Promise<unknown>) =>
  e.then(
    () => 'done',
    (x: { code?: string }) => x.code,
  )

describe('what an enterprise changes of facts that decide its duties', () => {
  it('waits, while the rest of the same save is written at once and the answer says which is which', async () => {
    const saved = await change(owner, 'enterprise', firm.id, {
      smelting: false,
      employees: 3,
      products: '铸件',
    })
    expect(saved.row).toMatchObject({
      smelting: true,
      employees: 120,
      products: '铸件',
      version: firm.version + 1,
    })
    expect(saved.waiting?.map((w) => [w.label, w.before, w.after, w.due])).toEqual([
      ['从业人员', 120, 3, '2026-03-09'],
      ['金属冶炼', true, false, '2026-03-09'],
    ])
    expect(await get(c.county, 'enterprise', firm.id)).toMatchObject({
      smelting: true,
      proposedLevel: '较大',
    })
  })

  it('a second change takes the place of the first; the value that counts takes it back', async () => {
    await change(owner, 'enterprise', firm.id, { employees: 5 })
    expect((await waiting(owner, firm.id)).find((w) => w.field === 'employees')).toMatchObject({
      before: 120,
      after: 5,
      version: 2,
    })
    await change(owner, 'enterprise', firm.id, { employees: 120 })
    expect((await waiting(owner, firm.id)).map((w) => w.field)).toEqual(['smelting'])
  })

  it('a client that sends back the whole row with one new telephone takes nothing back', async () => {
    const shown = await get(owner, 'enterprise', firm.id)
    const saved = await change(owner, 'enterprise', firm.id, { ...shown, chiefPhone: '13800000009' })
    expect(saved.row).toMatchObject({ chiefPhone: '13800000009', smelting: true })
    // and so does the value that counts beside one other field, changed or not
    await change(owner, 'enterprise', firm.id, { smelting: true, products: '铸铁件' })
    await change(owner, 'enterprise', firm.id, { smelting: true, employees: 120 })
    expect((await waiting(owner, firm.id)).map((w) => [w.field, w.after])).toEqual([['smelting', false]])
  })

  it('is written by the officer who confirms it: journal, history, proof and grade as of any change of his', async () => {
    const [wish] = await waiting(c.bagong, firm.id)
    const before = await get(c.county, 'enterprise', firm.id)
    c.clock.set('2026-03-02T10:00:00+08:00')
    expect(wish).toMatchObject({ before: true, after: false, may: { settle: true, withdraw: false } })
    const { row } = await confirmWish(c.engine, c.bagong, wish!.id, {
      version: wish!.version,
      meta: meta('现场已拆除'),
    })
    expect(row).toMatchObject({ smelting: false, proof: 3, version: before.version + 1 })
    const { entries } = await c.door(c.county).timeline('enterprise', firm.id)
    const [told] = entries.filter((e) => e.what === 'update')
    expect(told?.actor.name).toBe('王镇')
    expect(told?.reason).toContain('核实企业于 2026-03-02 提出的改动')
    expect(told?.reason).toContain('现场已拆除')
    const past = await sql<{
      smelting: boolean
    }>`select smelting from history.enterprise where id = ${firm.id}
      order by version desc limit 1`.execute(c.engine.db)
    expect(past.rows[0]?.smelting).toBe(true)
    expect(await waiting(owner, firm.id)).toEqual([])
  })

  it('is refused with a reason that the enterprise reads, and nothing changes', async () => {
    await change(owner, 'enterprise', firm.id, { dust: false })
    const [wish] = await waiting(c.bagong, firm.id)
    const settle = { version: wish!.version, meta: meta() }
    expect(await refused(refuseWish(c.engine, c.bagong, wish!.id, settle))).toBe('bad-input')
    await refuseWish(c.engine, c.bagong, wish!.id, { ...settle, meta: meta('抛光工序仍在生产') })
    const { rows } = await listWishes(c.engine, owner, { state: 'refused' })
    expect(rows[0]).toMatchObject({ label: '粉尘涉爆', answer: '抛光工序仍在生产', settledBy: '王镇' })
    expect((await get(owner, 'enterprise', firm.id)).dust).toBe(true)
    expect((await todayOf(c.engine, owner)).items.filter((i) => i.kind === 'wish')[0]?.title).toContain(
      '粉尘涉爆',
    )
  })

  it('shows when the fact has moved since: it is never written over silently', async () => {
    await change(owner, 'enterprise', firm.id, { dustWorkers: 2 })
    await change(c.county, 'enterprise', firm.id, { dustWorkers: 20 })
    const [wish] = await waiting(c.bagong, firm.id)
    expect(wish).toMatchObject({ before: 12, now: 20, after: 2, moved: true })
    const { version } = wish!
    const confirm = (recordVersion?: number) =>
      confirmWish(c.engine, c.bagong, wish!.id, { version, recordVersion, meta: meta() })
    expect(await refused(confirm())).toBe('conflict')
    expect(await refused(confirm(wish!.recordVersion - 1))).toBe('conflict')
    expect((await get(owner, 'enterprise', firm.id)).dustWorkers).toBe(20)
    expect((await confirm(wish!.recordVersion)).row.dustWorkers).toBe(2)
  })

  it('an officer who writes the same value himself has confirmed it', async () => {
    await change(owner, 'enterprise', firm.id, { ammonia: true })
    await change(c.county, 'enterprise', firm.id, { ammonia: true })
    expect(await waiting(owner, firm.id)).toEqual([])
    const { rows } = await listWishes(c.engine, owner, { state: 'confirmed', record: firm.id })
    expect(rows.find((w) => w.field === 'ammonia')?.settledBy).toBe('李县')
  })

  it('the same request gives the same answer, also after it was settled', async () => {
    const now = await get(owner, 'enterprise', firm.id)
    const key = c.key()
    const ask = () => c.door(owner).update('enterprise', firm.id, { gas: true }, now.version, key)
    const first = await ask()
    expect((await ask()).waiting).toEqual(first.waiting)
    const [wish] = await waiting(owner, firm.id)
    const settle = { version: wish!.version, meta: meta() }
    await confirmWish(c.engine, c.bagong, wish!.id, settle)
    const again = await confirmWish(c.engine, c.bagong, wish!.id, settle)
    expect(again.replayed).toBe(true)
    expect(await ask()).toMatchObject({ replayed: true, waiting: first.waiting })
    expect(await waiting(owner, firm.id)).toEqual([])
    // a confirmation of what is settled, by another request
    expect(await refused(confirmWish(c.engine, c.bagong, wish!.id, { ...settle, meta: meta() }))).toBe(
      'conflict',
    )
  })
})

describe('who settles', () => {
  it('officers whose area it is; not the enterprise, another town, a viewer, a system, or who asked', async () => {
    const { row, owner: self } = await makeFirm()
    await change(self, 'enterprise', row.id, { dust: false })
    const [wish] = await waiting(self, row.id)
    const settle = () => ({ version: wish!.version, meta: meta('不同意') })
    const lent = person_('借调', [
      ...self.assignments,
      {
        role: 'county-officer',
        ground: {
          by: 'grant',
          register: 'enterprise',
          record: row.id,
          from: '2026-01-01',
          to: '2026-12-31',
          act: true,
        },
      },
    ])
    const system = { ...person_('网关', [inArea('integration', '140525')]), kind: 'machine' as const }
    const other = person_('别镇', [inArea('town-officer', '140525109')], '140525109')
    for (const actor of [self, lent, system, c.viewer, other])
      for (const act of [confirmWish, refuseWish])
        expect(await refused(act(c.engine, actor, wish!.id, settle())), actor.name).toMatch(
          /forbidden|not-found/,
        )
    // the better hat of who asked does not settle what he asked
    const promoted = { ...c.bagong, id: self.id }
    expect(await refused(confirmWish(c.engine, promoted, wish!.id, settle()))).toBe('forbidden')
    expect(await refused(withdrawWish(c.engine, c.bagong, wish!.id, settle()))).toBe('forbidden')
    expect((await get(self, 'enterprise', row.id)).dust).toBe(true)
    await withdrawWish(c.engine, self, wish!.id, settle())
    expect(await waiting(c.county, row.id)).toEqual([])
  })

  it('another system’s change of what decides waits too, beside the enterprise’s own', async () => {
    const { row, owner: self } = await makeFirm()
    const system = { ...person_('省平台', [inArea('integration', '140525')]), kind: 'machine' as const }
    await change(system, 'enterprise', row.id, { converter: true })
    await change(self, 'enterprise', row.id, { converter: false })
    expect((await waiting(c.county, row.id)).map((w) => w.after).sort()).toEqual([false, true])
    const sent = (await waiting(self, row.id)).find((w) => w.after === true)
    expect(await refused(withdrawWish(c.engine, self, sent!.id, { version: 1, meta: meta() }))).toBe(
      'forbidden',
    )
  })

  it('stands in the town’s 今日 and, once late, in the county’s', async () => {
    const { row, owner: self } = await makeFirm()
    await change(self, 'enterprise', row.id, { dust: false })
    const of = async (actor: Actor) =>
      (await todayOf(c.engine, actor)).items.filter(
        (i) => i.kind === 'wish' && i.title.includes(String(row.name)),
      )
    expect((await of(c.bagong)).map((i) => i.due)).toEqual(['2026-03-09'])
    expect(await of(c.county)).toEqual([])
    c.clock.set('2026-03-10T09:00:00+08:00')
    await sweep(c.engine)
    expect((await of(c.county)).map((i) => i.link)).toEqual([`/wishes?organisation=${row.id}`])
    const [wish] = await waiting(c.county, row.id)
    await confirmWish(c.engine, c.county, wish!.id, { version: wish!.version, meta: meta() })
    const { rows } = await sql`select kind, state from deadline where record_id = ${row.id}`.execute(
      c.engine.db,
    )
    expect(rows).toEqual([{ kind: 'wish:dust', state: 'met-late' }])
    c.clock.set('2026-03-02T09:00:00+08:00')
  })
})

describe('rows that figures count', () => {
  it('are taken out and brought back by an officer, on request; a slip of today by who made it', async () => {
    const { row, owner: self } = await makeFirm()
    const welder = { enterpriseId: row.id, name: '焊机1', kind: '焊机', stage: '生产运行' }
    const { row: kept } = await c.door(c.county).create('equipment', welder, c.key())
    const asked = await c.door(self).archive('equipment', kept.id, kept.version, c.key())
    expect(asked.row.archivedAt).toBeNull()
    expect(asked.waiting?.[0]).toMatchObject({ what: 'archive', label: '移除这条记录' })
    const [wish] = await waiting(c.bagong, kept.id)
    const done = await confirmWish(c.engine, c.bagong, wish!.id, { version: wish!.version, meta: meta() })
    expect(done.row.archivedAt).not.toBeNull()
    const back = await c.door(self).restore('equipment', kept.id, done.row.version, c.key())
    expect(back.row.archivedAt).not.toBeNull()
    expect(back.waiting?.[0]?.what).toBe('restore')
    const slip = await c.door(self).create('equipment', { ...welder, name: '焊机2' }, c.key())
    expect((await c.door(self).archive('equipment', slip.row.id, 1, c.key())).row.archivedAt).not.toBeNull()
    // its own enterprise neither
    const gone = await refused(c.door(self).archive('enterprise', row.id, row.version, c.key()))
    expect(gone).toMatch(/done|conflict/)
    expect((await get(c.county, 'enterprise', row.id)).archivedAt).toBeNull()
  })

  it('leave their figure neither by being scrapped nor by losing what makes them count', async () => {
    const { row, owner: self } = await makeFirm()
    const machine = {
      enterpriseId: row.id,
      name: '焊机',
      kind: '焊机',
      stage: '生产运行',
      nextInspectionOn: '2026-01-01',
    }
    const { row: made } = await c.door(c.county).create('equipment', machine, c.key())
    for (const values of [
      { stage: '报废处置' },
      { stage: null },
      { nextInspectionOn: null },
      { kind: '其他' },
    ]) {
      const { row: after, waiting: held } = await change(self, 'equipment', made.id, values)
      const [field] = Object.keys(values) as [string]
      expect([after[field], held?.map((w) => w.field)], field).toEqual([made[field], [field]])
    }
    // a new stage or a new day is a report of work done: a claim, written at once
    const saved = await change(self, 'equipment', made.id, {
      stage: '维护保养',
      nextInspectionOn: '2027-01-01',
    })
    expect(saved.row).toMatchObject({ stage: '维护保养', nextInspectionOn: '2027-01-01', proof: 1 })
  })
})

describe('the table of wishes', () => {
  it('is read in its own folder only', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    const readers = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((f) => f.replaceAll('\\', '/'))
      .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && !f.startsWith('store/wish/'))
      .filter((f) => /\b(from|join|into|update|table\()\s*['"(]?wish\b/i.test(readFileSync(root + f, 'utf8')))
    expect(readers).toEqual([])
  })

  it('proposes no grade: grading all again changes nothing', async () => {
    expect(await proposeAll(c.engine, '140525', c.clock.now())).toBe(0)
    expect(definitions.gradings.length).toBeGreaterThan(0)
  })
})
