import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../../test/import-county.ts'
import { person_ } from '../../../test/model-county.ts'
import type { Actor } from '../../access/actor.ts'
import { sweep } from '../../deadlines/sweep.ts'
import { undoImport } from '../../exchange/import/index.ts'
import { settled } from '../../exchange/import/work.ts'
import { sql } from '../db.ts'
import type { Row } from '../types.ts'
import { listWishes } from './read.ts'
import { confirmWish, withdrawWish } from './settle.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
let n = 0

beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c.close())

const on = (day: string) => c.clock.set(`${day}T09:00:00+08:00`)

async function makeFirm(): Promise<{ row: Row; self: Actor }> {
  on('2026-03-02')
  n++
  const { row } = await c.door(c.county).create(
    'enterprise',
    {
      name: `示例铸造${n}有限公司`,
      division: '140525108',
      industry: '冶金',
      scale: '规上',
      status: '在产',
      employees: 120,
    },
    c.key(),
  )
  const ground = { by: 'organisation' as const, organisation: row.id }
  return { row, self: person_(`周安全${n}`, [{ role: 'enterprise-officer', ground }], '140525108') }
}
const ask = async (self: Actor, row: Row, employees: number) => {
  const { version } = await c.door(self).get('enterprise', row.id)
  const { waiting } = await c.door(self).update('enterprise', row.id, { employees }, version, c.key())
  return waiting?.[0]?.due
}
const deadlines = async (row: Row) =>
  (
    await sql<{ state: string; anchor: string; due: string }>`select state, anchor_on as anchor, due_on as due
      from deadline where record_id = ${row.id} order by anchor_on`.execute(c.engine.db)
  ).rows
const open = async (record: string) =>
  (await listWishes(c.engine, c.bagong, { state: 'waiting', record })).rows[0]!

describe('who asks again for what still waits', () => {
  it('gets no new days: neither for the same value nor for another, nor when they are over', async () => {
    const { row, self } = await makeFirm()
    expect(await ask(self, row, 3)).toBe('2026-03-09')
    on('2026-03-05')
    expect(await ask(self, row, 3)).toBe('2026-03-09')
    on('2026-03-06')
    expect(await ask(self, row, 4)).toBe('2026-03-09')
    expect(await deadlines(row)).toEqual([{ state: 'running', anchor: '2026-03-02', due: '2026-03-09' }])
    on('2026-03-10')
    await sweep(c.engine)
    expect(await ask(self, row, 4)).toBe('2026-03-09')
    expect((await deadlines(row)).map((d) => d.state)).toEqual(['late'])
    expect(await open(row.id)).toMatchObject({ after: 4, due: '2026-03-09', daysLeft: -1 })
  })

  it('gets none either by taking the first back and asking anew, until its days are long over', async () => {
    const { row, self } = await makeFirm()
    await ask(self, row, 3)
    on('2026-03-05')
    const wish = await open(row.id)
    await withdrawWish(c.engine, self, wish.id, { version: wish.version, meta: c.key() })
    on('2026-03-06')
    expect(await ask(self, row, 4)).toBe('2026-03-09')
    expect((await deadlines(row)).map((d) => [d.state, d.due])).toEqual([
      ['met', '2026-03-09'],
      ['running', '2026-03-09'],
    ])
    const again = await open(row.id)
    await withdrawWish(c.engine, self, again.id, { version: again.version, meta: c.key() })
    on('2026-05-06')
    expect(await ask(self, row, 4)).toBe('2026-05-13')
  })

  it('has the first day again when the ledger that confirmed it is taken back', async () => {
    const { row, self } = await makeFirm()
    await ask(self, row, 3)
    on('2026-03-05')
    await ask(self, row, 9)
    const session = await c.upload(c.bagong, 'enterprise', [
      ['企业名称', '所在区划', '从业人员'],
      [String(row.name), '巴公镇', '9'],
    ])
    await c.run(c.bagong, session.id)
    expect((await deadlines(row)).map((d) => d.state)).toEqual(['met'])
    await undoImport(c.engine, c.bagong, session.id)
    await settled(session.id)
    expect(await deadlines(row)).toEqual([{ state: 'running', anchor: '2026-03-02', due: '2026-03-09' }])
    expect(await open(row.id)).toMatchObject({ before: 120, after: 9, due: '2026-03-09' })
  })
})

describe('a removal that was asked for', () => {
  it('is confirmed of the record as it was seen: one changed since is looked at again', async () => {
    const { row, self } = await makeFirm()
    const { row: made } = await c
      .door(c.county)
      .create('equipment', { enterpriseId: row.id, name: '焊机', kind: '焊机', stage: '报废处置' }, c.key())
    await c.door(self).archive('equipment', made.id, made.version, c.key())
    expect(await open(made.id)).toMatchObject({ what: 'archive', moved: false })
    await c.door(c.county).update('equipment', made.id, { stage: '生产运行' }, made.version, c.key())
    const wish = await open(made.id)
    expect(wish).toMatchObject({ moved: true, recordVersion: made.version + 1 })
    const confirm = (recordVersion?: number) =>
      confirmWish(c.engine, c.bagong, wish.id, { version: wish.version, recordVersion, meta: c.key() })
    await expect(confirm()).rejects.toMatchObject({
      code: 'conflict',
      message: '企业提出“移除这条记录”之后，这条设备设施又被改过，请对照现在的内容再决定。',
    })
    await expect(confirm(made.version)).rejects.toMatchObject({ code: 'conflict' })
    expect((await c.door(c.county).get('equipment', made.id)).archivedAt).toBeNull()
    expect((await confirm(wish.recordVersion)).row.archivedAt).not.toBeNull()
  })
})
