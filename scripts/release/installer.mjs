/**
 * Installs, upgrades and rolls back a package of the product, without network:
 *   install.sh install FOLDER     first time, and again with a newer package to upgrade
 *   install.sh rollback FOLDER    back to the version before, with the data as they were before the upgrade
 * FOLDER then holds `zhiben` (the command), `versions/`, `data/` (unless ZHIBEN_DATA names another) and `backups/`.
 * Every step that could hurt is preceded by a backup; nothing is deleted. Only Node's own modules.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
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

const own = path.dirname(fileURLToPath(import.meta.url))
const windows = process.platform === 'win32'
const say = (line) => process.stdout.write(`${line}\n`)

/** What the person at the machine must do; no stack trace. */
class Stop extends Error {}

/** Compares the package with its list of files. */
function verify(folder) {
  const lines = readFileSync(path.join(folder, 'MANIFEST'), 'utf8').trimEnd().split('\n')
  const listed = new Set()
  for (const line of lines) {
    const [hash, file] = [line.slice(0, 64), line.slice(66)]
    listed.add(file)
    const at = path.join(folder, file)
    if (!existsSync(at)) throw new Stop(`安装包不完整：缺少 ${file}。请重新拷贝安装包后再试。`)
    if (createHash('sha256').update(readFileSync(at)).digest('hex') !== hash)
      throw new Stop(`安装包已损坏：${file} 与清单不符。请重新拷贝安装包后再试。`)
  }
  for (const e of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.relative(folder, path.join(e.parentPath, e.name)).split(path.sep).join('/')
    if (e.isFile() && file !== 'MANIFEST' && !listed.has(file))
      throw new Stop(`安装包里多出清单没有的文件：${file}。请使用原来的安装包。`)
  }
}

/* ---- an installation ---- */

/** A line a version, the one in force first; behind a tab the backup made before the next one was put over it. */
const stateFile = (target) => path.join(target, 'installed')
/** @returns {{current: string, before: {version: string, backup?: string}[]} | undefined} */
function stateOf(target) {
  if (!existsSync(stateFile(target))) return undefined
  const [current, ...before] = readFileSync(stateFile(target), 'utf8').trimEnd().split('\n')
  return {
    current,
    before: before.map((line) => {
      const [version, backup] = line.split('\t')
      return { version, ...(backup && { backup }) }
    }),
  }
}

/** The launcher reads the first line of the same file, so that one rename puts a version in force. */
function writeState(target, { current, before }) {
  const lines = [
    current,
    ...before.map(({ version, backup }) => (backup ? `${version}\t${backup}` : version)),
  ]
  writeFileSync(`${stateFile(target)}.new`, `${lines.join('\n')}\n`)
  renameSync(`${stateFile(target)}.new`, stateFile(target))
}

const dataOf = (target) => path.resolve(process.env.ZHIBEN_DATA ?? path.join(target, 'data'))
const nodeOf = (target, version) =>
  path.join(target, 'versions', version, 'node', windows ? 'node.exe' : 'node')
const programOf = (target, version) => path.join(target, 'versions', version, 'program', 'zhiben.mjs')

/** Runs a command of one installed version on the installation's data. */
function zhiben(target, version, ...args) {
  const done = spawnSync(nodeOf(target, version), [programOf(target, version), ...args], {
    cwd: target,
    env: { ...process.env, ZHIBEN_DATA: dataOf(target) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return done.status === 0
}

/** The command people and services call: it finds the version in force by itself. */
function putLaunchers(target) {
  const sh = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
read -r version < "$here/installed"
ZHIBEN_DATA=\${ZHIBEN_DATA:-$here/data}
export ZHIBEN_DATA
exec "$here/versions/$version/node/node" "$here/versions/$version/program/zhiben.mjs" "$@"
`
  const cmd = [
    '@echo off',
    'set /p version=<"%~dp0installed"',
    'if "%ZHIBEN_DATA%"=="" set ZHIBEN_DATA=%~dp0data',
    '"%~dp0versions\\%version%\\node\\node.exe" "%~dp0versions\\%version%\\program\\zhiben.mjs" %*',
    '',
  ].join('\r\n')
  writeFileSync(path.join(target, 'zhiben'), sh, { mode: 0o755 })
  if (windows) writeFileSync(path.join(target, 'zhiben.cmd'), cmd)
}

function requireStopped(target) {
  const lock = path.join(dataOf(target), 'server.lock')
  if (!existsSync(lock)) return
  let pid
  try {
    pid = JSON.parse(readFileSync(lock, 'utf8')).pid
    process.kill(pid, 0)
  } catch (e) {
    if (e.code !== 'EPERM') return
  }
  throw new Stop(`治本正在运行（进程 ${pid}）。请先停止它，再执行。`)
}

const stamp = () => new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')

/** A backup by the version that wrote the data; undefined where there are none yet. */
function backUp(target, version, name) {
  if (!existsSync(dataOf(target)) && !process.env.DATABASE_URL) return undefined
  const folder = path.join(target, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `${name}-${stamp()}.zhiben`)
  if (!zhiben(target, version, 'backup', file))
    throw new Stop('备份没有成功（原因见上），没有作任何改动。请按提示处理后再试。')
  return file
}

/* ---- commands ---- */

function install(target) {
  verify(own)
  const { version } = JSON.parse(readFileSync(path.join(own, 'program', 'release.json'), 'utf8'))
  const state = stateOf(target)
  if (state?.current === version) throw new Stop(`${target} 里已经是 ${version}。`)
  if (state) requireStopped(target)
  mkdirSync(path.join(target, 'versions'), { recursive: true })
  // as root the built-in database runs as another user, who must be able to reach it
  if (process.getuid?.() === 0) chmodSync(target, 0o755)
  const place = path.join(target, 'versions', version)
  rmSync(`${place}.new`, { recursive: true, force: true })
  cpSync(own, `${place}.new`, { recursive: true, verbatimSymlinks: true })
  rmSync(place, { recursive: true, force: true })
  renameSync(`${place}.new`, place)
  if (!state) {
    putLaunchers(target)
    writeState(target, { current: version, before: [] })
    say(`已安装 ${version} 到 ${target}。`)
    say(
      `下一步：建县 ${path.join(target, 'zhiben')} init --area 县代码，再启动 ${path.join(target, 'zhiben')} start`,
    )
    return
  }
  say(`从 ${state.current} 升级到 ${version}：先备份……`)
  const backup = backUp(target, state.current, `before-${version}`)
  if (backup && !zhiben(target, version, 'migrate')) {
    say(`升级没有成功，正在退回 ${state.current}……`)
    if (!zhiben(target, state.current, 'restore', backup, '--force', '--fresh'))
      throw new Stop(`数据没有恢复（原因见上）。备份在 ${backup}，请不要启动，先联系维护人员。`)
    throw new Stop(`没有升级，仍是 ${state.current}，数据与升级前相同。`)
  }
  putLaunchers(target)
  writeState(target, {
    current: version,
    before: [{ version: state.current, ...(backup && { backup }) }, ...state.before],
  })
  say(`已升级到 ${version}。${backup ? `升级前的备份：${backup}` : ''}`)
}

function rollback(target) {
  const state = stateOf(target)
  if (!state) throw new Stop(`${target} 里没有安装治本。`)
  const [last, ...earlier] = state.before
  if (!last) throw new Stop('没有可以退回的版本。')
  requireStopped(target)
  const kept = backUp(target, state.current, `after-${state.current}`)
  if (last.backup) {
    if (!existsSync(last.backup)) throw new Stop(`没有找到升级前的备份 ${last.backup}，没有作任何改动。`)
    if (!zhiben(target, last.version, 'restore', last.backup, '--force', '--fresh'))
      throw new Stop(`数据没有恢复（原因见上）。请不要启动；退回前的数据在 ${kept}。`)
  }
  writeState(target, { current: last.version, before: earlier })
  say(`已退回 ${last.version}，数据是升级前的样子。`)
  if (kept) say(`升级后录入的数据在备份 ${kept} 里；再次升级后可以用 restore 取回。`)
}

const [command, folder] = process.argv.slice(2)
try {
  if (!folder || !['install', 'rollback'].includes(command))
    throw new Stop(
      '用法：\n  sh install.sh install 目录    安装；目录里已有旧版本时为升级\n  sh install.sh rollback 目录   退回上一个版本',
    )
  const target = path.resolve(folder)
  if (command === 'install') install(target)
  else rollback(target)
} catch (e) {
  if (!(e instanceof Stop)) throw e
  process.stderr.write(`${e.message}\n`)
  process.exitCode = 1
}
