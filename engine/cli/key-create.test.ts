import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { keyRoles } from '../access/roles.ts'
import { createKeys } from '../auth/keys.ts'
import { systemClock } from '../core/clock.ts'
import { isRole, roleLabels } from '../core/roles.ts'
import { openDatabase, sql } from '../store/db.ts'
import { run } from './key-create.ts'

let base: TestDatabase
beforeAll(async () => {
  base = await cloneDatabase()
  vi.stubEnv('DATABASE_URL', base.url)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await base.drop()
})

it('key create gives only the roles that keys may have over HTTP, and says which', async () => {
  const others = Object.keys(roleLabels).filter((r) => isRole(r) && !keyRoles.includes(r))
  expect(others).toContain('county-admin')
  for (const role of [...others, 'constructor', ''])
    await expect(run(['--role', role, '--area', '140525'])).rejects.toThrow(/integration（系统对接）/)

  const { db, close } = openDatabase(base.url)
  const said: string[] = []
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((t) => said.push(String(t)) > 0)
  try {
    await sql`insert into area (code, name, level) values ('140525', '泽州县', 'county')
      on conflict do nothing`.execute(db)
    await run(['--role', 'integration', '--area', '140525'])
    out.mockRestore()
    const actor = await createKeys(db, systemClock).actorOf(said.join('').trim())
    expect(actor.assignments).toEqual([{ role: 'integration', ground: { by: 'area', area: '140525' } }])
  } finally {
    out.mockRestore()
    await close()
  }
})
