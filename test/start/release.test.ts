/**
 * A released package on a machine without network: installed, used, upgraded, rolled back. The next version is the
 * same program with one more migration, so that going back has a schema to undo.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUp, freePort, scratch, status, until } from './program.ts'

const NEXT = '99.0.0'

/** With a network namespace of its own the program cannot reach any network at all; registries are shut either way. */
const isolated = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0
const env: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  LANG: 'C.UTF-8',
  HOME: process.env.HOME,
  npm_config_registry: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
}

const quoted = (args: string[]) => args.map((a) => `'${a.replaceAll("'", "'\\''")}'`).join(' ')
/** The words that run a command with the network cut. */
const cut = (args: string[]): [string, string[]] =>
  isolated
    ? ['unshare', ['-n', 'sh', '-c', `ip link set lo up && exec ${quoted(args)}`]]
    : [args[0]!, args.slice(1)]

/** Runs a program to its end. */
async function ran(
  program: string,
  args: string[],
  own = env,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(program, args, { env: own, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (c: Buffer) => (said += c))
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { code, said }
}
/** Puts another file in its place, and leaves the one of that name elsewhere alone. */
const rewrite = (file: string, text: string) => {
  rmSync(file)
  writeFileSync(file, text)
}
const run = (...args: string[]) => ran(...cut(args))

/** Makes packages as whoever releases does: with the network, which only the machine of the county lacks. */
const release = async (...args: string[]) => {
  const done = await ran(process.execPath, ['scripts/release.mjs', ...args], process.env)
  expect(done.code, done.said).toBe(0)
  return done.said
}

describe.skipIf(process.platform === 'win32')('a released package without network', () => {
  let folder: string
  let first: string
  let next: string
  let target: string
  const zhiben = (...args: string[]) => run(path.join(target, 'zhiben'), ...args)
  const installer = (from: string, command: string) =>
    run('sh', path.join(from, 'install.sh'), command, target)
  const count = async () => {
    const done = await zhiben(
      'export',
      'enterprise',
      path.join(folder, 'out.csv'),
      '--purpose',
      '核对',
      '--json',
    )
    expect(done.code, done.said).toBe(0)
    return readFileSync(path.join(folder, 'out.csv'), 'utf8').trim().split('\n').length - 1
  }
  const take = async (name: string, code: string) => {
    const file = path.join(folder, 'ledger.csv')
    writeFileSync(file, `企业名称,统一社会信用代码,乡镇\n${name},${code},南村镇\n`)
    const done = await zhiben('import', 'enterprise', file)
    expect(done.code, done.said).toBe(0)
  }

  beforeAll(async () => {
    folder = scratch('release')
    target = path.join(folder, 'zhiben')
    const said = await release('--out', path.join(folder, 'usb'), '--loose', '--json')
    const made = JSON.parse(said.slice(said.lastIndexOf('{'))) as { folder: string; version: string }
    first = made.folder
    next = first.replace(made.version, NEXT)
    // the same files under a second name: what differs is taken away first, so that the other keeps its own
    if (spawnSync('cp', ['-al', first, next]).status !== 0)
      cpSync(first, next, { recursive: true, verbatimSymlinks: true })
    rewrite(path.join(next, 'program', 'release.json'), JSON.stringify({ version: NEXT }))
    const migrations = path.join(next, 'program', 'dist', 'engine', 'store', 'migrations')
    writeFileSync(
      path.join(migrations, '999_next.sql'),
      '-- a next version\ncreate table of_next (id int);\n',
    )
    await release('--list', next)
  }, 420_000)
  afterAll(() => cleanUp(folder, []))

  it('installs, sets up a county, serves, upgrades with a backup, and rolls back to the data as they were', async () => {
    expect(await installer(first, 'install')).toMatchObject({ code: 0 })
    expect(await zhiben('init', '--area', '140525')).toMatchObject({ code: 0 })
    await take('晋城虚构铸造一厂', '91140525MA0000001A')

    const port = await freePort()
    const [program, args] = cut([path.join(target, 'zhiben'), 'start', '--port', String(port)])
    const server = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (c: Buffer) => (said += c))
    const ended = new Promise((done) => server.on('close', done))
    try {
      await until('the released program serves', () => said.includes('治本已启动'), 120_000)
      if (!isolated) expect(await status(`http://127.0.0.1:${port}/api/health`)).toBe(200)
      expect(said).not.toMatch(/npm ci|构建/)
      const refused = await installer(next, 'install')
      expect(refused.code).toBe(1)
      expect(refused.said).toContain('请先停止它')
    } finally {
      server.kill('SIGTERM')
      await ended
    }

    const upgraded = await installer(next, 'install')
    expect(upgraded.code, upgraded.said).toBe(0)
    expect(upgraded.said).toContain(`已升级到 ${NEXT}`)
    expect(await count()).toBe(1)
    await take('晋城虚构铸造二厂', '91140525MA0000002B')
    expect(await count()).toBe(2)

    const back = await installer(next, 'rollback')
    expect(back.code, back.said).toBe(0)
    expect(readFileSync(path.join(target, 'installed'), 'utf8')).not.toContain(NEXT)
    expect(await count()).toBe(1)
    const kept = readdirSync(path.join(target, 'backups')).filter((f) => f.startsWith(`after-${NEXT}`))
    expect(kept).toHaveLength(1)
    expect(await zhiben('journal', 'verify')).toMatchObject({ code: 0 })
  }, 420_000)

  it('a package damaged on the way is refused before anything is touched', async () => {
    const page = path.join(next, 'program', 'dist', 'web', 'index.html')
    rewrite(page, `${readFileSync(page, 'utf8')}<!-- -->`)
    const other = path.join(folder, 'other')
    const done = await run('sh', path.join(next, 'install.sh'), 'install', other)
    expect(done.code).toBe(1)
    expect(done.said).toContain('安装包已损坏：program/dist/web/index.html')
    expect(existsSync(other)).toBe(false)
  })

  it('names every part in a list that other tools read', () => {
    const list = JSON.parse(readFileSync(path.join(first, 'sbom.cdx.json'), 'utf8'))
    expect(list.bomFormat).toBe('CycloneDX')
    const names = list.components.map((c: { name: string }) => c.name)
    expect(names).toEqual(expect.arrayContaining(['fastify', 'pg', 'better-auth']))
    expect(names).not.toContain('vitest')
  })
})
