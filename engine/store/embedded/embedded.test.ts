import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { findBinaries, mendBinaries, missingLinks } from './binaries.ts'
import { type Embedded, embeddedRunning, startEmbedded } from './index.ts'
import { holderOf, isAlive, isLock, takeLock } from './processes.ts'

const base = mkdtempSync(path.join(tmpdir(), 'zhiben-embedded-'))
// the cluster's user must be able to enter a folder that mkdtemp made private
execFileSync('chmod', ['755', base])
const clusters = new Set<Embedded>()
afterAll(async () => {
  for (const each of clusters) await each.stop()
  rmSync(base, { recursive: true, force: true })
})

const start = async (name: string, more: Partial<Parameters<typeof startEmbedded>[0]> = {}) => {
  const got = await startEmbedded({ dataDir: path.join(base, name), ...more })
  clusters.add(got)
  return got
}

async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const postmasterPid = (e: Embedded) =>
  Number(readFileSync(path.join(e.pgdata, 'postmaster.pid'), 'utf8').split('\n')[0])

describe('embedded PostgreSQL', () => {
  it('starts in a path with Chinese and spaces, in UTF-8 with pinyin order, stops, and starts again on the same port', async () => {
    const one = await start('数据 文件夹')
    expect(one.adopted).toBe(false)
    const [facts] = await ask<Record<string, string>>(
      one.url,
      `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
        current_setting('listen_addresses') as listen, current_setting('TimeZone') as zone,
        (select datlocprovider from pg_database where datname = current_database()) as provider,
        (select rolsuper::text from pg_roles where rolname = current_user) as super,
        (select string_agg(w, ',' order by w) from unnest(array['重庆','北京','安徽']) w) as sorted`,
    )
    expect(facts).toEqual({
      encoding: 'UTF8',
      fsync: 'on',
      listen: '127.0.0.1',
      zone: 'Asia/Shanghai',
      provider: 'i',
      super: 'false',
      sorted: '安徽,北京,重庆',
    })
    await ask(one.url, 'create table kept as select 7 as n')
    const pid = postmasterPid(one)
    await one.stop()
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(path.join(one.pgdata, 'postmaster.pid'))).toBe(false)
    const two = await start('数据 文件夹')
    expect(two.port).toBe(one.port)
    expect(await ask(two.url, 'select n from kept')).toEqual([{ n: 7 }])
    await two.stop()
  })

  it('takes another port when the remembered one is taken', async () => {
    const one = await start('port')
    await one.stop()
    const { createServer } = await import('node:net')
    const squatter = createServer().listen(one.port, '127.0.0.1')
    await once(squatter, 'listening')
    const two = await start('port')
    expect(two.port).not.toBe(one.port)
    expect(await ask(two.url, 'select 1 as ok')).toEqual([{ ok: 1 }])
    await two.stop()
    squatter.close()
  })

  it('restarts a postmaster killed with SIGKILL and keeps every acknowledged row', async () => {
    const said: string[] = []
    const e = await start('killed', { watch: true, log: (line) => said.push(line) })
    await ask(e.url, 'create table log (n int primary key)')
    const client = new pg.Client({ connectionString: e.url })
    client.on('error', () => undefined)
    await client.connect()
    let acknowledged = 0
    const writing = (async () => {
      for (;;) {
        await client.query('insert into log values ($1)', [acknowledged + 1])
        acknowledged++
      }
    })().catch(() => undefined)
    while (acknowledged < 20) await new Promise((r) => setTimeout(r, 5))
    const pid = postmasterPid(e)
    process.kill(pid, 'SIGKILL')
    await writing
    const until = performance.now() + 15_000
    for (;;) {
      const rows = await ask<{ n: number }>(e.url, 'select count(*)::int as n from log').catch(
        () => undefined,
      )
      if (rows && postmasterPid(e) !== pid) {
        expect(rows[0]?.n).toBeGreaterThanOrEqual(acknowledged)
        break
      }
      if (performance.now() > until) throw new Error(`database did not come back: ${said.join('\n')}`)
      await new Promise((r) => setTimeout(r, 50))
    }
    await e.stop()
  })

  it('a second process adopts the running cluster and does not stop it; the last one out does', async () => {
    const dataDir = path.join(base, 'shared')
    const e = await start('shared')
    const pid = postmasterPid(e)
    const script = path.join(base, 'user.mjs')
    writeFileSync(
      script,
      `import { startEmbedded } from ${JSON.stringify(path.resolve('engine/store/embedded/index.ts'))}
      const [dataDir, mode] = process.argv.slice(-2)
      const e = await startEmbedded({ dataDir })
      process.stdout.write(JSON.stringify({ adopted: e.adopted }))
      if (mode === 'stay') setInterval(() => {}, 1000)
      else await e.stop()`,
    )
    const child = (mode: string) =>
      spawn(process.execPath, ['node_modules/vite-node/dist/cli.mjs', script, dataDir, mode], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const visitor = child('leave')
    const [said] = (await once(visitor.stdout, 'data')) as [Buffer]
    expect(JSON.parse(said.toString())).toEqual({ adopted: true })
    await once(visitor, 'exit')
    expect(isAlive(pid)).toBe(true)

    const guest = child('stay')
    await once(guest.stdout, 'data')
    await e.stop()
    expect(isAlive(pid)).toBe(true)
    guest.kill('SIGKILL')
    await once(guest, 'exit')
    expect(embeddedRunning(dataDir)).toBe(true)
    // the killed guest left the postmaster behind: adopted now, and stopped by the last one out
    const after = await start('shared')
    expect(after.adopted).toBe(true)
    await after.stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('refuses a folder of another major version with instructions and leaves it alone', async () => {
    const e = await start('major')
    await e.stop()
    const version = path.join(e.pgdata, 'PG_VERSION')
    writeFileSync(version, '16\n')
    await expect(start('major')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/PostgreSQL 16 .*18.*backup/s),
    })
    expect(readFileSync(version, 'utf8')).toBe('16\n')
  })

  it('begins anew when the first initdb was cut short', async () => {
    mkdirSync(path.join(base, 'cut', 'postgres.new', 'base'), { recursive: true, mode: 0o755 })
    const e = await start('cut')
    expect(await ask(e.url, 'select 1 as ok')).toEqual([{ ok: 1 }])
    await e.stop()
  })

  it('removes a postmaster.pid that names a process which is not PostgreSQL', async () => {
    const e = await start('stale')
    await e.stop()
    writeFileSync(
      path.join(e.pgdata, 'postmaster.pid'),
      `${process.pid}\n${e.pgdata}\n0\n${e.port}\n\n\n\nready\n`,
    )
    const again = await start('stale')
    expect(again.adopted).toBe(false)
    await again.stop()
  })

  it('makes missing library links without npm', async () => {
    const real = findBinaries()
    const copy = path.join(base, 'package', 'native')
    mkdirSync(path.dirname(copy), { recursive: true })
    // what npm ci --ignore-scripts leaves: files, no links
    execFileSync('cp', ['-r', real.home, copy])
    execFileSync('find', [copy, '-type', 'l', '-delete'])
    const b = { ...real, home: copy, initdb: path.join(copy, 'bin', 'initdb') }
    for (const key of ['pgCtl', 'postgres'] as const)
      b[key] = path.join(copy, 'bin', path.basename(real[key]))
    if (missingLinks(b).length === 0) return
    expect(() => execFileSync(b.initdb, ['--version'], { stdio: 'pipe' })).toThrow()
    await mendBinaries(b)
    expect(missingLinks(b)).toEqual([])
    expect(execFileSync(b.initdb, ['--version']).toString()).toMatch(/PostgreSQL\) 18/)
  })
})

describe('lock files', () => {
  it('are held once, released, and taken over from a dead process', async () => {
    const file = path.join(base, 'a.lock')
    const lock = await takeLock(file)
    if (!isLock(lock)) throw new Error('free lock not given')
    lock.note('http://localhost:1')
    expect(await takeLock(file)).toMatchObject({ pid: process.pid, note: 'http://localhost:1' })
    await lock.release()
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 12345, mark: '' }))
    expect(holderOf(file)).toBeUndefined()
    const again = await takeLock(file)
    expect(isLock(again)).toBe(true)
    // the same number, but another process: what a container's restart leaves
    writeFileSync(file, JSON.stringify({ pid: process.pid, mark: 'another-boot/1' }))
    if (process.platform === 'linux') expect(isLock(await takeLock(file))).toBe(true)
  })
})
