import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../test/import-county.ts'
import { person_ } from '../../test/model-county.ts'
import type { Condition } from '../core/condition/ast.ts'
import { todayOf } from './today.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c.close())

const key = () => ({ idempotencyKey: randomUUID() })

describe('what has expired', () => {
  it('is not told of what a newer record has replaced; the list behind it counts the same', async () => {
    const door = c.door(c.county)
    const { row: firm } = await door.create(
      'enterprise',
      { name: '示例续保机械有限公司', division: '140525108', industry: '机械' },
      key(),
    )
    const insure = (policyNumber: string, validFrom: string, validUntil: string) =>
      door.create(
        'insurance',
        { enterpriseId: firm.id, policyNumber, insurer: '示例财险', validFrom, validUntil },
        key(),
      )
    const certify = (holderName: string, category: string, validUntil: string) =>
      door.create(
        'special-operation-certificate',
        { enterpriseId: firm.id, holderName, category, validUntil },
        key(),
      )
    const expiring = async (actor = c.county) =>
      (await todayOf(c.engine, actor)).items.filter(
        (i) => i.kind === 'expires' && i.title.includes('安全生产责任保险'),
      )

    const old = await insure('旧单', '2025-02-01', '2026-02-01')
    const [told] = await expiring()
    expect(told?.title).toContain('1 条已过期')
    const owner = person_(
      '周安全',
      [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.id } }],
      '140525108',
    )
    expect(await expiring(owner)).toHaveLength(1)

    await insure('新单', '2026-02-01', '2027-02-01')
    expect(await expiring()).toEqual([])
    expect(await expiring(owner)).toEqual([])
    const query = new URL(told!.link, 'http://x').searchParams
    expect(query.get('newest')).toBe('1')
    const where = JSON.parse(query.get('where')!) as Condition
    expect((await door.list('insurance', { where, newest: true })).rows).toEqual([])
    expect((await door.list('insurance', { where })).rows.map((r) => r.id)).toEqual([old.row.id])

    // another welder's certificate replaces nothing
    const [category] = c.engine.catalogue.record('special-operation-certificate').fields.category!.options!
    await certify('张一', category!.value, '2026-01-01')
    await certify('李二', category!.value, '2028-01-01')
    expect((await door.list('special-operation-certificate', { newest: true })).rows).toHaveLength(2)
    await certify('张一', category!.value, '2032-01-01')
    expect((await door.list('special-operation-certificate', { newest: true })).rows).toHaveLength(2)
  })
})
