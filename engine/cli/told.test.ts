import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { cloneDatabase } from '../../test/pg.ts'
import { Problem } from '../core/errors.ts'
import { startServer } from '../main.ts'
import { openDatabase, sql } from '../store/db.ts'
import { tellFailure } from './told.ts'

let folder: string
let base: Awaited<ReturnType<typeof cloneDatabase>>
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'zhiben-told-'))
  base = await cloneDatabase()
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await base?.drop()
  rmSync(folder, { recursive: true, force: true })
})

it('a demo that does not load: what happened, that nothing is lost, what to do; the trace is in a file', async () => {
  const database = openDatabase(base.url)
  await sql`create function no_units() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`.execute(
    database.db,
  )
  await sql`create trigger no_units before insert on unit execute function no_units()`.execute(database.db)
  await database.close()
  const failed = await startServer({
    databaseUrl: base.url,
    host: '127.0.0.1',
    port: 0,
    dataDir: folder,
    log: () => undefined,
  }).catch((e: unknown) => e)
  expect(failed).toBeInstanceOf(Problem)
  vi.stubEnv('ZHIBEN_DATA', folder)
  const said = await tellFailure(failed, 'start')
  expect(said).toMatch(/^演示县没有载入完。.*什么也没有丢.*再运行一次 npm start/)
  expect(said).toContain('磁盘已满')
  expect(said).toContain(path.join(folder, 'zhiben-errors.log'))
  expect(said).not.toMatch(/\bat .*:\d+|Error:/)
  expect(readFileSync(path.join(folder, 'zhiben-errors.log'), 'utf8')).toMatch(
    /Z start\n[\s\S]*No space left[\s\S]*at /,
  )
}, 120_000)

it('what is refused is said as it is and leaves no trace; a folder that cannot be written is no second failure', async () => {
  const refused = path.join(folder, 'none')
  vi.stubEnv('ZHIBEN_DATA', refused)
  expect(await tellFailure(new Problem('conflict', '端口已被占用。'), 'start')).toBe('端口已被占用。')
  expect(() => readFileSync(path.join(refused, 'zhiben-errors.log'))).toThrow(/ENOENT/)
  mkdirSync(path.join(folder, 'taken', 'zhiben-errors.log'), { recursive: true })
  vi.stubEnv('ZHIBEN_DATA', path.join(folder, 'taken'))
  expect(await tellFailure(new Error('broken'), 'tasks')).toMatch(/^命令没有完成：程序出错。\n/)
})
