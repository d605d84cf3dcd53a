import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { openDatabase, sql } from '../store/db.ts'
import { run } from './init.ts'

let base: TestDatabase
const folder = mkdtempSync(path.join(tmpdir(), 'zhiben-init-'))
beforeAll(async () => {
  base = await cloneDatabase()
  vi.stubEnv('DATABASE_URL', base.url)
  vi.stubEnv('ZHIBEN_DATA', folder)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
  await base.drop()
})

it('init makes the first administrator with an entry in the journal, and no second one', async () => {
  const said: string[] = []
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((t) => said.push(String(t)) > 0)
  try {
    await run(['--area', '140525', '--admin', 'chief'])
    await run(['--area', '140525', '--admin', 'another'])
  } finally {
    out.mockRestore()
  }
  expect(said.join('')).toMatch(/一次性密码 {2}[a-z2-9]{12}/)
  expect(said.join('')).toContain('县级管理员已有：chief')
  const { db, close } = openDatabase(base.url)
  try {
    const { rows } = await sql`select j.actor_name as who, j.what, u.username from journal j
      join app_user u on u.id = j.record_id where j.register = 'user'`.execute(db)
    expect(rows).toEqual([{ who: '命令行', what: 'create', username: 'chief' }])
  } finally {
    await close()
  }
})
