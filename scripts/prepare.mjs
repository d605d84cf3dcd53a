/**
 * Installs packages when node_modules does not match package-lock.json (and touches no network when it
 * does), and builds dist/ when its sources changed. Only Node's own modules: this runs on a fresh clone.
 * Everything is said on stderr, so that a command's JSON on stdout stays clean.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'dist')
const say = (line) => process.stderr.write(`${line}\n`)
const read = (file) => readFileSync(path.join(root, file), 'utf8')

/** Runs a program, its output on our stderr; true when it succeeded. */
function run(program, args, more = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...more })
  if (done.error) say(String(done.error.message))
  return done.status === 0
}

/** Runs a JavaScript file of an installed package; its output is shown only when it fails. */
function runPackage(file, args) {
  const program = path.join(root, 'node_modules', file)
  const done = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (done.status !== 0) say(`${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}`.trimEnd())
  return done.status === 0
}

/* ---- one at a time ---- */

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (e) {
    return e.code === 'EPERM'
  }
}

/** One at a time of those that install or build; a lock whose process is gone belongs to one that was killed. */
function alone(name, work) {
  mkdirSync(dist, { recursive: true })
  const lock = path.join(dist, name)
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (e) {
      if (e.code !== 'EEXIST') throw e
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    try {
      if (!alive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true })
    } catch {
      // released just now
    }
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/* ---- packages ---- */

/** As in package.json `engines`. */
export const OLDEST_NODE = '20.19.0'

export const libc = () => {
  if (process.platform !== 'linux') return undefined
  return process.report?.getReport?.().header?.glibcVersionRuntime ? 'glibc' : 'musl'
}

/** npm's rule for os/cpu/libc lists: a name to have, or !name to avoid. */
const fits = (list, value) =>
  !list ||
  value === undefined ||
  (!list.includes(`!${value}`) && (list.every((x) => x.startsWith('!')) || list.includes(value)))

/**
 * True when a version of Node is within an `engines.node` range. npm leaves out an optional package that is
 * not for the Node at hand, and the program cannot need one that is not for the oldest Node it supports.
 */
export function nodeFits(range, version) {
  if (!range) return true
  const here = version.split('.').map(Number)
  const compare = (v) => here[0] - v[0] || here[1] - v[1] || here[2] - v[2]
  const one = (comparator) => {
    const found = /^(\^|~|>=|<=|>|<|=|)v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?/.exec(comparator)
    if (!found) return true
    const [, op, ...parts] = found
    const v = parts.map((p) => (p === undefined || /[x*]/.test(p) ? 0 : Number(p)))
    const order = compare(v)
    if (op === '>=') return order >= 0
    if (op === '<=') return order <= 0
    if (op === '>') return order > 0
    if (op === '<') return order < 0
    if (op === '~') return order >= 0 && here[0] === v[0] && here[1] === v[1]
    return parts[0] === '*' || (order >= 0 && here[0] === v[0])
  }
  return range.split('||').some((all) =>
    all
      .trim()
      .replace(/([<>=^~])\s+/g, '$1')
      .split(/\s+/)
      .every(one),
  )
}

/**
 * Names of packages that are missing or of another version than the lock says.
 * @param {{dev: boolean}} options dev: development packages are needed too
 * @returns {{wrong: string[], optional: string[]}} optional: those npm may leave out by its own decision
 */
export function compareInstalled({ dev }) {
  const locked = JSON.parse(read('package-lock.json')).packages
  let installed = {}
  try {
    installed = JSON.parse(read('node_modules/.package-lock.json')).packages ?? {}
  } catch {
    // no node_modules, or one that npm did not make: everything counts as missing
  }
  const wrong = []
  const optional = []
  const here = { os: process.platform, cpu: process.arch, libc: libc() }
  for (const [key, want] of Object.entries(locked)) {
    if (!key || want.link) continue
    if (want.dev && !dev) continue
    if (!fits(want.os, here.os) || !fits(want.cpu, here.cpu) || !fits(want.libc, here.libc)) continue
    const have = installed[key]
    const same =
      have?.version === want.version &&
      (!have.integrity || !want.integrity || have.integrity === want.integrity) &&
      existsSync(path.join(root, key, 'package.json'))
    if (same) continue
    const range = want.engines?.node
    if (want.optional && !(nodeFits(range, OLDEST_NODE) && nodeFits(range, process.versions.node))) continue
    if (want.optional || want.devOptional) optional.push(key)
    else wrong.push(key)
  }
  return { wrong, optional }
}

const lockHash = () => createHash('sha256').update(read('package-lock.json')).digest('hex')
const marker = path.join(root, 'node_modules', '.zhiben-lock')
// an optional package that npm left out (wrong engine) must not cause an install at every start
const installedBefore = () => existsSync(marker) && readFileSync(marker, 'utf8') === lockHash()

/** True when node_modules serves; runs `npm ci` first when it does not. */
function ensureInstalled({ dev }) {
  const serves = () => {
    const { wrong, optional } = compareInstalled({ dev })
    return wrong.length === 0 && (optional.length === 0 || installedBefore())
  }
  return serves() || alone('.install-lock', () => serves() || installAll(compareInstalled({ dev })))
}

function installAll({ wrong, optional }) {
  say(`正在安装依赖（npm ci）…… Installing ${wrong.length + optional.length} packages`)
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  // under `npm start` npm says where it is; Windows has npm only as a .cmd, which needs a shell
  const npm = process.env.npm_execpath
  const ok = npm?.endsWith('npm-cli.js')
    ? run(process.execPath, [npm, ...args])
    : run('npm', args, { shell: process.platform === 'win32' })
  if (!ok) {
    say(
      '依赖没有装好。请检查网络和 npm 镜像（npm config get registry）、磁盘空间、文件夹权限，然后重新执行。\n' +
        'npm ci failed: check the network, the npm registry setting, disk space and permissions, then try again.',
    )
    return false
  }
  writeFileSync(marker, lockHash())
  return true
}

/* ---- build ---- */

/** For someone in the middle of a change: go without pages that do not build. */
const loose = process.env.ZHIBEN_BUILD === 'loose'

const serverFolders = ['county', 'fields', 'engine', 'demo', 'bench']
const skipped = (name) => /\.test\.tsx?$/.test(name) || name === 'node_modules' || name.startsWith('.')
/** Files that code reads at run time; copied beside the compiled code at the same relative path. */
const asset = /\.(sql|json|txt|html|csv|xlsx|docx|pdf|mjs|png|svg|woff2|gz)$/

function* walk(folder) {
  if (!existsSync(path.join(root, folder))) return
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (skipped(entry.name)) continue
    const file = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* walk(file)
    else if (entry.isFile()) yield file
  }
}

function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    if (!existsSync(path.join(root, file))) continue
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

const common = ['package.json', 'package-lock.json', 'tsconfig.json']
const sourceHashes = () => ({
  server: hashOf([
    ...common,
    'tsconfig.build.json',
    'scripts/bundle.mjs',
    ...serverFolders.flatMap((f) => [...walk(f)]),
  ]),
  web: existsSync(path.join(root, 'web/index.html'))
    ? hashOf([...common, 'vite.config.ts', ...['web', 'fields', 'engine/core'].flatMap((f) => [...walk(f)])])
    : '',
})

const hashFile = path.join(dist, '.build-hash')
function builtHashes() {
  try {
    return JSON.parse(readFileSync(hashFile, 'utf8'))
  } catch {
    return {}
  }
}

function stale(withWeb) {
  const want = sourceHashes()
  const have = builtHashes()
  return {
    want,
    server: want.server !== have.server || !existsSync(path.join(dist, 'program/cli.js')),
    web:
      withWeb && want.web !== '' && (want.web !== have.web || !existsSync(path.join(dist, 'web/index.html'))),
  }
}

/** Moves what was built into dist/, replacing the old of the same name. */
function place(from) {
  for (const name of readdirSync(from)) {
    rmSync(path.join(dist, name), { recursive: true, force: true })
    renameSync(path.join(from, name), path.join(dist, name))
  }
}

function buildServer(out) {
  // types are checked by `npm run check` and `npm test`; a start need not wait for that
  const args = ['-p', 'tsconfig.build.json', '--outDir', out, '--noCheck']
  if (!runPackage('typescript/bin/tsc', args)) return false
  for (const file of serverFolders.flatMap((f) => [...walk(f)])) {
    if (asset.test(file)) cpSync(path.join(root, file), path.join(out, file))
  }
  return run(process.execPath, ['scripts/bundle.mjs', out])
}

function buildWeb(out) {
  const own = existsSync(path.join(root, 'web/vite.config.ts'))
  const where = own ? ['build', 'web'] : ['build']
  return runPackage('vite/bin/vite.js', [
    ...where,
    '--outDir',
    path.join(out, 'web'),
    '--emptyOutDir',
    '--logLevel',
    'error',
  ])
}

function build(withWeb) {
  return alone('.build-lock', () => {
    const { want, server, web } = stale(withWeb)
    if (!server && !web) return true
    say('正在构建…… Building')
    const out = path.join(dist, `.new-${process.pid}`)
    try {
      rmSync(out, { recursive: true, force: true })
      mkdirSync(out, { recursive: true })
      const ok = (!server || buildServer(out)) && (!web || buildWeb(out) || loose)
      if (!ok) {
        say('构建失败，原因见上。 The build failed, see above.')
        return false
      }
      const have = builtHashes()
      rmSync(hashFile, { force: true })
      place(out)
      const now = { ...have, server: want.server, ...(web ? { web: want.web } : {}) }
      writeFileSync(hashFile, JSON.stringify(now))
      return true
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })
}

/** Installs what is missing for development, without building. */
export const install = () => ensureInstalled({ dev: true })

/**
 * Makes the program ready to run.
 * @param {{dev?: boolean, web?: boolean}} options dev: development packages are needed even when nothing is
 *   to be built; web: the pages are needed too, not only the commands
 * @returns {Promise<boolean>} false when it could not, the reason having been said
 */
export async function prepare({ dev = false, web: withWeb = true } = {}) {
  const { server, web } = stale(withWeb)
  const toBuild = server || web
  if (!ensureInstalled({ dev: dev || toBuild })) return false
  return !toBuild || build(withWeb)
}
