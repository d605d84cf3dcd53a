import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { QUICK_PASSWORDS } from '../../test/quick-passwords.ts'
import { type Engine, openEngine } from '../main.ts'
import { sql } from '../store/db.ts'
import { commands } from './commands.ts'

let base: TestDatabase
let engine: Engine
let dir: string
const kept = { ...process.env }
beforeAll(async () => {
  base = await cloneDatabase()
  dir = mkdtempSync(path.join(tmpdir(), 'zhiben-user-'))
  process.env.DATABASE_URL = base.url
  process.env.ZHIBEN_DATA = dir
  engine = await openEngine(base.url, dir, { passwordCost: QUICK_PASSWORDS })
  await engine.auth.users.create({
    username: 'zhang',
    password: 'right-password',
    name: '张三',
    home: '140525',
    assignments: [{ role: 'county-admin', ground: { by: 'area', area: '140525' } }],
  })
})
afterAll(async () => {
  await engine.close()
  await base.drop()
  rmSync(dir, { recursive: true, force: true })
  process.env = kept
})

/** Runs a command as the terminal does. @returns what it printed */
async function run(name: string, ...args: string[]): Promise<string> {
  const lines: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  try {
    await (await commands.find((c) => c.name === name)!.load()).run(args)
  } finally {
    spy.mockRestore()
  }
  return lines.join('')
}
const signIn = (password: string, cookie = '') =>
  engine.auth.sessions.signIn({ username: 'zhang', password }, new Headers({ cookie }), '10.0.0.1')
const journalled = async () =>
  (
    await sql<{ what: string; who: string; operator: string }>`select what, actor_name as who,
      changes->0->>'after' as operator from journal where register = 'user' order by id`.execute(engine.db)
  ).rows

it('lists accounts, lets a locked one in, and resets one to a password that must be changed', async () => {
  expect(await run('user list')).toMatch(/^zhang\t张三\t在用\t县级管理员/)
  expect(JSON.parse(await run('user list', '--json', '--search', '张'))).toMatchObject({
    total: 1,
    people: [{ username: 'zhang', state: 'active' }],
  })
  expect(JSON.parse(await run('user list', '--json', '--area', '999999'))).toMatchObject({ total: 0 })

  const { cookies } = await signIn('right-password')
  const cookie = cookies.map((c) => c.split(';')[0]).join('; ')
  for (let i = 0; i < 5; i++) await expect(signIn('wrong', cookie)).rejects.toThrow()
  await expect(signIn('right-password', cookie)).rejects.toMatchObject({ code: 'too-many' })
  expect(await run('user list')).toContain('已锁定')
  await run('user unlock', 'Zhang')
  await signIn('right-password', cookie)

  const password = (await run('user reset', 'zhang')).trim()
  expect(password).toMatch(/^[a-z2-9]{12}$/)
  await expect(signIn('right-password')).rejects.toMatchObject({ code: 'unauthenticated' })
  engine.auth.sessions.forget((await engine.auth.users.named('zhang'))!.id)
  const again = await signIn(password)
  const user = await engine.auth.sessions.userOf(again.cookies.map((c) => c.split(';')[0]).join('; '))
  expect(user?.user.mustChangePassword).toBe(true)
  expect(await engine.auth.sessions.userOf(cookie)).toBeUndefined()

  const entries = await journalled()
  expect(entries.map((e) => [e.what, e.who])).toEqual([
    ['unlock', '命令行'],
    ['reset-password', '命令行'],
  ])
  expect(entries[0]!.operator).not.toBe('')
  const { rows } = await sql<{ t: string }>`select string_agg(j::text, ' ') as t from journal j`.execute(
    engine.db,
  )
  expect(rows[0]!.t).not.toContain(password)
})

it('says what is wrong with a name', async () => {
  await expect(run('user reset', 'nobody')).rejects.toThrow(/没有用户名为“nobody”的账号/)
  await expect(run('user unlock')).rejects.toThrow(/请给出一个用户名/)
})
