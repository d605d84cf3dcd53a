import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, type SmallCounty } from '../../test/model-county.ts'
import { sql } from './db.ts'
import { openServices } from './open.ts'

let t: SmallCounty
beforeAll(async () => {
  t = await openSmallCounty()
})
afterAll(() => t?.close())

const days = (s: { policies(): { number(k: string, a: string, on: string): number } }) =>
  s.policies().number('t.days', '140525', '2026-03-02')

describe('a county’s own numbers', () => {
  it('changed by another program are seen without being told, and when they are taken back', async () => {
    const other = await openServices(t.db, t.catalogue, { clock: t.clock, policyTrustMs: 0 })
    const shipped = days(other)
    const id = '00000000-0000-7000-9000-0000000000aa'
    await sql`insert into policy_row (id, key, label, value, area, from_on, basis, updated_at, updated_by)
      values (${id}, 't.days', '天数', ${shipped + 7}, '140525', '2026-01-01', '测试', now(), ${id})`.execute(
      t.db,
    )
    await expect.poll(() => days(other)).toBe(shipped + 7)
    await sql`update policy_row set removed_at = now(), version = version + 1 where id = ${id}`.execute(t.db)
    await expect.poll(() => days(other)).toBe(shipped)
  })

  it('are believed for a while: not every question is one to the database', async () => {
    const slow = await openServices(t.db, t.catalogue, { clock: t.clock, policyTrustMs: 60_000 })
    const shipped = days(slow)
    await sql`insert into policy_row (id, key, label, value, area, from_on, basis, updated_at, updated_by)
      values (gen_random_uuid(), 't.days', '天数', ${shipped + 9}, '140525', '2026-01-01', '测试', now(), gen_random_uuid())`.execute(
      t.db,
    )
    for (let i = 0; i < 3; i++) expect(days(slow)).toBe(shipped)
    await slow.refreshPolicies()
    expect(days(slow)).toBe(shipped + 9)
  })
})
