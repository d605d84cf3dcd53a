import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadBackup } from '../../engine/store/backup/index.ts'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { cleanUp, command, launch, type Running, scratch, start, until } from './program.ts'

const folder = scratch('backup')
const dataDir = path.join(folder, 'data')
const runs: Running[] = []
let database: TestDatabase
let how: { dataDir: string; env: NodeJS.ProcessEnv }

beforeAll(async () => {
  database = await cloneDatabase({ empty: true })
  how = { dataDir, env: { DATABASE_URL: database.url } }
  const made = await command(['init', '--area', '140525'], how)
  expect(made.code, made.said).toBe(0)
  // so large and so random that writing it takes seconds
  for (let i = 0; i < 3; i++) {
    const content = randomBytes(12_000_000)
    const id = createHash('sha256').update(content).digest('hex')
    const kept = path.join(dataDir, 'files', id.slice(0, 2))
    mkdirSync(kept, { recursive: true })
    writeFileSync(path.join(kept, id.slice(2)), content)
  }
})
afterAll(async () => {
  await cleanUp(folder, runs)
  await database.drop()
})

/** Starts a backup and kills it while it writes. */
async function killed(file: string): Promise<void> {
  const { child, said, ended } = launch(['backup', file], how)
  const partial = `${file}.partial`
  await until(
    `a first piece of ${partial}: ${said()}`,
    () => existsSync(partial) && statSync(partial).size > 1_000_000,
  )
  child.kill('SIGKILL')
  expect(await ended).toBeNull()
  expect(existsSync(partial)).toBe(true)
  expect(existsSync(file)).toBe(false)
}

it('kill -9 in a backup harms no earlier one; the next backup or start removes what it left', async () => {
  const monday = path.join(folder, '周一.zhiben')
  const first = await command(['backup', monday], how)
  expect(first.code, first.said).toBe(0)
  const before = readFileSync(monday)

  const tuesday = path.join(folder, '周二.zhiben')
  await killed(tuesday)
  const server = await start(how)
  runs.push(server)
  expect(server.said()).toContain(`已清除 ${tuesday}.partial`)
  expect(existsSync(`${tuesday}.partial`)).toBe(false)

  const wednesday = path.join(folder, '周三.zhiben')
  await killed(wednesday)
  const thursday = path.join(folder, '周四.zhiben')
  const last = await command(['backup', thursday], how)
  expect(last.code, last.said).toBe(0)
  expect(existsSync(`${wednesday}.partial`)).toBe(false)
  expect(existsSync(path.join(dataDir, 'backup.lock'))).toBe(false)
  server.child.kill('SIGTERM')
  expect(await server.ended, server.said()).toBe(0)

  expect(readFileSync(monday).equals(before)).toBe(true)
  const again = await cloneDatabase({ empty: true })
  // compares every checksum
  const loaded = await loadBackup({
    databaseUrl: again.url,
    dataDir: path.join(folder, 'again'),
    inFile: monday,
  })
  expect(loaded.files).toEqual({ count: 3, bytes: 36_000_000 })
  await again.drop()
})
