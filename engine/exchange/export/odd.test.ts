import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShippedCounty, type ShippedCounty } from '../../../test/shipped-county.ts'
import { newId } from '../../core/ids.ts'
import { sql } from '../../store/db.ts'

let c: ShippedCounty
beforeAll(async () => {
  c = await openShippedCounty()
})
afterAll(() => c.close())

it('a record whose content contradicts its definition is one line with its number, and takes nothing down', async () => {
  const { cookie } = await c.person('county-officer', '140525')
  const { body: firm } = await c.send('POST', '/api/records/enterprise', {
    cookie,
    body: { name: '甲厂', division: '140525100', status: '在产' },
  })
  const ids = [newId(), newId(), newId()]
  for (const [i, id] of ids.entries()) {
    const before = i === 1 ? { odd: 1 } : []
    const state = i === 1 ? 'nowhere' : 'found'
    await sql`insert into hazard (id, area, county, town, organisation, proof, happened_on, recorded_at, updated_at, created_by,
        updated_by, state, loop_version, state_since, enterprise_id, name, origin, found_by, found_on, spot, before)
      values (${id}, '140525100', '140525', '140525100', ${firm.row.id}, 3, '2026-03-01', now(), now(), ${id}, ${id}, ${state}, 3,
        now(), ${firm.row.id}, ${`第${i}处积尘`}, '监管执法查处', '县局', '2026-03-01', '车间', ${JSON.stringify(before)}::jsonb)`.execute(
      c.db,
    )
  }
  const listed = await c.send('GET', '/api/records/hazard', { cookie })
  expect(listed.status).toBe(200)
  expect(listed.body.rows.map((r: { id: string }) => r.id).sort()).toEqual(ids)
  const sheet = await c.send('GET', '/api/records/hazard/export?format=csv&purpose=核对隐患', { cookie })
  expect(sheet.status).toBe(200)
  const lines = String(sheet.body).trim().split('\r\n').slice(1)
  expect(lines).toHaveLength(3)
  expect(lines.filter((l) => l.includes(`编号 ${ids[1]}`))).toHaveLength(1)
  expect(lines.filter((l) => l.includes('处积尘'))).toHaveLength(2)
})
