/**
 * PostgreSQL refuses to run as root. When the program runs as root on a POSIX system the cluster belongs to
 * an unprivileged user, who must be able to reach both the data folder and the programs; where the
 * configured folder is out of that user's reach (below root's home), a reachable one is used instead.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { platform } from 'node:os'
import path from 'node:path'
import { Problem } from '../../core/errors.ts'
import { databaseUser } from '../../core/settings.ts'

export interface Owner {
  uid: number
  gid: number
  name: string
}

/** Folder for clusters and programs when the configured one cannot be reached by the cluster's user. */
export const reachableBase = '/var/lib/zhiben'

export const isRoot = () => platform() !== 'win32' && process.getuid?.() === 0

function lookUp(name: string): Owner | undefined {
  try {
    const ask = (flag: string) =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }))
    const owner = { uid: ask('-u'), gid: ask('-g'), name }
    return owner.uid > 0 ? owner : undefined
  } catch {
    return undefined
  }
}

function nameOf(uid: number): string | undefined {
  try {
    return execFileSync('id', ['-un', String(uid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

/**
 * The user who runs the cluster, or undefined when the present user does (not root, or Windows).
 * An existing cluster keeps its owner; otherwise ZHIBEN_PG_USER, `postgres`, `zhiben` (made when missing),
 * `nobody`, in this order.
 */
export function chooseOwner(pgdata: string, log: (line: string) => void): Owner | undefined {
  if (!isRoot()) return undefined
  if (existsSync(path.join(pgdata, 'PG_VERSION'))) {
    const { uid, gid } = statSync(pgdata)
    const name = uid > 0 ? nameOf(uid) : undefined
    if (name) return { uid, gid, name }
  }
  const wanted = databaseUser()
  if (wanted) {
    const owner = lookUp(wanted)
    if (owner) return owner
    throw new Problem(
      'unavailable',
      `ZHIBEN_PG_USER 指定的系统用户“${wanted}”不存在或是 root。请换一个普通用户。`,
    )
  }
  const known = lookUp('postgres') ?? lookUp('zhiben')
  if (known) return known
  for (const [program, args] of [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'zhiben']],
    ['adduser', ['-S', '-D', '-H', 'zhiben']],
  ] as const) {
    spawnSync(program, args, { stdio: 'ignore' })
    const made = lookUp('zhiben')
    if (made) {
      log('已建立系统用户 zhiben，用来运行内置数据库（PostgreSQL 不允许以 root 运行）')
      return made
    }
  }
  const nobody = lookUp('nobody')
  if (nobody) return nobody
  throw new Problem(
    'unavailable',
    'PostgreSQL 不允许以 root 运行，又没有可用的普通用户。请先执行 useradd --system zhiben，或改用普通用户启动本程序。',
  )
}

const asOwner = (owner: Owner, script: string, arg: string) =>
  spawnSync('/bin/sh', ['-c', script, arg], { uid: owner.uid, gid: owner.gid, cwd: '/', stdio: 'ignore' })
    .status === 0

/** True when the user can enter `folder` (which exists). Asked of the system itself, so ACLs count too. */
export const canReach = (owner: Owner, folder: string) => asOwner(owner, 'cd "$0"', folder)

/** True when the user can run `program`. */
export const canRun = (owner: Owner, program: string) =>
  asOwner(owner, 'test -x "$0" && test -r "$0"', program)

/** The folder that stands in for `dataDir` where the owner cannot reach it. */
export function standInFor(dataDir: string): string {
  const tag = createHash('sha256').update(path.resolve(dataDir)).digest('hex').slice(0, 8)
  // the random part: whoever removed `dataDir` to begin anew must not meet the old cluster again
  const folder = path.join(reachableBase, `${tag}-${randomBytes(3).toString('hex')}`)
  mkdirSync(folder, { recursive: true })
  // root's umask may have closed them
  for (const each of [reachableBase, folder]) chmodSync(each, 0o755)
  return folder
}
