import { chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded } from '../../engine/store/embedded/index.ts'
import { cloneDatabase } from '../pg.ts'
import {
  cleanUp,
  clusterOf,
  command,
  makeFolder,
  postmaster,
  type Running,
  scratch,
  start,
  status,
  until,
} from './program.ts'

const isRoot = process.getuid?.() === 0
const folders: string[] = []
const runs: Running[] = []

/** A data folder of an empty real county, so that no demo is loaded. */
async function county(name: string): Promise<string> {
  const folder = scratch(name)
  folders.push(folder)
  const dataDir = path.join(folder, 'data')
  const made = await command(['init', '--area', '140525'], { dataDir })
  expect(made.said).toContain('一次性密码')
  expect(made.code).toBe(0)
  return dataDir
}

const run = async (...args: Parameters<typeof start>) => {
  const running = await start(...args)
  runs.push(running)
  return running
}

afterEach(async () => {
  for (const each of runs.splice(0)) {
    each.child.kill('SIGKILL')
    await each.ended
  }
})
afterAll(async () => {
  for (const folder of folders) await cleanUp(folder, [])
})

// One story in order: a server that a step leaves running is the next one's.
describe('start and stop', () => {
  let dataDir: string
  let one: Running
  beforeAll(async () => {
    dataDir = await county('start')
  })
  afterAll(async () => {
    one?.child.kill('SIGKILL')
    await one?.ended
  })

  it('serves, refuses a second start on the same folder, stops cleanly at Ctrl-C, and starts again in seconds', async () => {
    one = await start({ dataDir })
    expect(await status(`${one.url}/api/health`)).toBe(200)
    expect(postmaster(dataDir)).toBeGreaterThan(0)

    const two = await command(['start'], { dataDir })
    expect(two.code).toBe(1)
    expect(two.said).toContain('已有一个治本在运行')
    expect(two.said).toContain(one.url)

    one.child.kill('SIGINT')
    expect(await one.ended, one.said()).toBe(0)
    expect(one.said()).toContain('已停止')
    expect(postmaster(dataDir)).toBeUndefined()
    expect(existsSync(path.join(dataDir, 'server.lock'))).toBe(false)

    one = await start({ dataDir })
    expect(one.took).toBeLessThan(20_000)
  })

  it('after kill -9 of the database the running server brings it back', async () => {
    const pid = postmaster(dataDir)!
    process.kill(pid, 'SIGKILL')
    // a statement that was running holds the shared memory until it ends
    await until('a new database process', () => (postmaster(dataDir) ?? pid) !== pid, 60_000)
    await until('health 200', async () => (await status(`${one.url}/api/health`)) === 200)
  })

  it('after kill -9 of Node the next start adopts the database left running', async () => {
    const pid = postmaster(dataDir)
    one.child.kill('SIGKILL')
    await one.ended
    expect(postmaster(dataDir)).toBe(pid)
    one = await start({ dataDir })
    expect(await status(`${one.url}/api/health`)).toBe(200)
    expect(postmaster(dataDir)).toBe(pid)
    one.child.kill('SIGINT')
    expect(await one.ended, one.said()).toBe(0)
    expect(postmaster(dataDir)).toBeUndefined()
  })

  it('after kill -9 of both the next start recovers', async () => {
    one = await start({ dataDir })
    const pid = postmaster(dataDir)!
    one.child.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    await one.ended
    one = await start({ dataDir })
    expect(await status(`${one.url}/api/health`)).toBe(200)
    expect(postmaster(dataDir)).not.toBe(pid)
  })

  it('commands work beside the running server and do not stop its database; backup restores elsewhere', async () => {
    const doctor = await command(['doctor', '--json'], { dataDir })
    expect(doctor.json).toMatchObject({ ok: true })
    const checks = (doctor.json as { checks: { id: string; state: string; mend?: string }[] }).checks
    expect(checks.map((c) => c.id)).toEqual(
      expect.arrayContaining([
        'node',
        'packages',
        'postgres',
        'disk',
        'folder',
        'port',
        'https',
        'backup',
        'database',
        'schema',
        'clock',
      ]),
    )
    for (const c of checks) expect(c.state === 'ok' || Boolean(c.mend), c.id).toBe(true)

    const file = path.join(path.dirname(dataDir), '备份.zhiben')
    const saved = await command(['backup', file, '--json'], { dataDir })
    expect(saved.code, saved.said).toBe(0)
    expect((saved.json as { rows: number }).rows).toBeGreaterThan(10)
    expect((await command(['restore', file], { dataDir })).said).toContain('正在运行')
    expect(await status(`${one.url}/api/health`)).toBe(200)
    one.child.kill('SIGTERM')
    expect(await one.ended, one.said()).toBe(0)
    expect(postmaster(dataDir)).toBeUndefined()

    const elsewhere = path.join(path.dirname(dataDir), '另一处')
    const restored = await command(['restore', file], { dataDir: elsewhere })
    expect(restored.code, restored.said).toBe(0)
    const cluster = await startEmbedded({ dataDir: elsewhere })
    const client = new pg.Client({ connectionString: cluster.url })
    await client.connect()
    const { rows } = await client.query('select username from app_user')
    await client.end()
    await cluster.stop()
    expect(rows).toEqual([{ username: 'admin' }])
    expect((await command(['restore', file], { dataDir: elsewhere })).said).toContain('--force')
  })
})

describe('external database and https', () => {
  it('DATABASE_URL is used instead of an embedded database; doctor says what is wrong with it when it is not there', async () => {
    const folder = scratch('external')
    folders.push(folder)
    const dataDir = path.join(folder, 'data')
    const database = await cloneDatabase({ empty: true })
    const how = { dataDir, env: { DATABASE_URL: database.url } }
    const made = await command(['init', '--area', '140525'], how)
    expect(made.code, made.said).toBe(0)
    const one = await run(how)
    expect(await status(`${one.url}/api/health`)).toBe(200)
    expect(existsSync(path.join(dataDir, 'postgres.json'))).toBe(false)
    one.child.kill('SIGINT')
    expect(await one.ended, one.said()).toBe(0)
    await database.drop()

    const doctor = await command(['doctor', '--json'], how)
    expect(doctor.code).toBe(1)
    const { checks } = doctor.json as { checks: { id: string; state: string; mend?: string }[] }
    const bad = checks.filter((c) => c.state === 'bad')
    expect(bad.map((c) => c.id)).toEqual(['database'])
    expect(bad[0]?.mend).toContain('DATABASE_URL')
  })

  it('init --tls makes it serve https under the given name', async () => {
    const folder = scratch('https')
    folders.push(folder)
    const dataDir = path.join(folder, 'data')
    const database = await cloneDatabase()
    const how = { dataDir, env: { DATABASE_URL: database.url } }
    for (const more of [
      ['--area', '140525'],
      ['--tls', '--host', 'zhiben.zezhou.lan'],
    ]) {
      const made = await command(['init', ...more], how)
      expect(made.code, made.said).toBe(0)
    }
    const one = await run(how)
    expect(one.url).toMatch(/^https:/)
    const answer = await new Promise<number>((done, fail) => {
      const request = https.get(
        {
          host: '127.0.0.1',
          port: new URL(one.url).port,
          path: '/api/health',
          servername: 'zhiben.zezhou.lan',
          ca: readFileSync(path.join(dataDir, 'tls', 'ca.crt')),
        },
        (response) => {
          response.resume()
          done(response.statusCode ?? 0)
        },
      )
      request.on('error', fail)
    })
    expect(answer).toBe(200)
    one.child.kill('SIGINT')
    expect(await one.ended, one.said()).toBe(0)
    await database.drop()
  })
})

describe('other users and places', () => {
  // both need root to change the user; as an ordinary user every test above is the other half
  if (isRoot && process.platform === 'linux') {
    it('an ordinary user starts it in a folder of his own', async () => {
      const folder = scratch('user')
      folders.push(folder)
      const home = path.join(folder, 'home')
      mkdirSync(home)
      chownSync(home, 65534, 65534)
      const dataDir = path.join(home, 'data')
      const how = { dataDir, uid: 65534, gid: 65534, env: { HOME: home } }
      const made = await command(['init', '--area', '140525'], how)
      expect(made.code, made.said).toBe(0)
      const one = await run(how)
      expect(await status(`${one.url}/api/health`)).toBe(200)
      expect(statSync(clusterOf(dataDir)).uid).toBe(65534)
      expect(statSync(dataDir).mode & 0o077).toBe(0)
      one.child.kill('SIGINT')
      expect(await one.ended, one.said()).toBe(0)
      // root may use the same folder afterwards: the cluster keeps its owner
      const asRoot = await run({ dataDir })
      asRoot.child.kill('SIGINT')
      expect(await asRoot.ended, asRoot.said()).toBe(0)
    })

    it('root below a folder nobody else may enter: the cluster goes where its user can reach it', async () => {
      const folder = scratch('private')
      folders.push(folder)
      const dataDir = path.join(makeFolder(path.join(folder, 'home'), 0o700), 'data')
      const made = await command(['init', '--area', '140525'], { dataDir })
      expect(made.code, made.said).toBe(0)
      expect(made.said).toContain('/var/lib/zhiben')
      expect(clusterOf(dataDir)).toMatch(/^\/var\/lib\/zhiben\//)
      const doctor = await command(['doctor', '--json'], { dataDir })
      expect(doctor.json).toMatchObject({ ok: true })
      await cleanUpOf(dataDir)
    })
  }

  it('names the Node version it needs, in Chinese and English, on an older one', async () => {
    const older = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.0'})`
    const got = await command(['help'], { dataDir: '/nowhere', env: { NODE_OPTIONS: `--import=${older}` } })
    expect(got.code).toBe(1)
    expect(got.said).toContain('治本需要 Node.js 20.19')
    expect(got.said).toContain('Zhiben needs Node.js 20.19')
  })

  it('help lists every command without npm or network, and an unknown one is named', async () => {
    const help = await command(['help'], { dataDir: '/nowhere', env: { PATH: '/nowhere', npm_execpath: '' } })
    expect(help.code, help.said).toBe(0)
    for (const word of ['start', 'doctor', 'migrate', 'backup', 'restore', 'DATABASE_URL'])
      expect(help.said).toContain(word)
    const wrong = await command(['strat'], { dataDir: '/nowhere' })
    expect(wrong.code).toBe(2)
    expect(wrong.said).toContain('strat')
  })
})

/** Removes a cluster that was put outside the test's folder. */
async function cleanUpOf(dataDir: string): Promise<void> {
  await cleanUp(path.dirname(dataDir), [])
}
