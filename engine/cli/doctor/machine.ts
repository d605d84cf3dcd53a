/** Checks that need no database: programs, packages, disk, folder, port, certificate, backup. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { certificateFiles, DEFAULT_PORT, dataDir, externalDatabase, listenOn } from '../../core/settings.ts'
import { LOW_BYTES, STOP_BYTES } from '../../store/disk.ts'
import { findBinaries, mendBinaries, missingLinks } from '../../store/embedded/binaries.ts'
import { holderOf } from '../../store/embedded/processes.ts'
import { hasCountyCa } from '../../tls/index.ts'
import { lastBackupFile } from '../backup.ts'
import { bytesText } from '../progress.ts'
import type { Finding } from './types.ts'

const GB = 2 ** 30
const DAY_MS = 86_400_000

export async function checkMachine(now: Date): Promise<Finding[]> {
  const data = dataDir()
  return [
    node(),
    await packages(),
    ...(externalDatabase() ? [] : [await programs()]),
    await disk(data),
    ...(await databaseDisk(data)),
    folder(data),
    await port(data),
    origin(data, now),
    backupAge(data, now),
  ]
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > 20 || (major === 20 && minor >= 19)
  return {
    id: 'node',
    title: 'Node.js',
    state: fits ? 'ok' : 'bad',
    detail: process.versions.node,
    ...(fits ? {} : { mend: '请安装 20.19 或更高版本' }),
  }
}

/** The folder with package.json, from the source tree or from dist/. */
function programRoot(): string {
  let at = path.dirname(fileURLToPath(import.meta.url))
  while (!existsSync(path.join(at, 'zhiben.mjs')) && path.dirname(at) !== at) at = path.dirname(at)
  return at
}

async function packages(): Promise<Finding> {
  const base = { id: 'packages', title: '依赖' }
  const script = path.join(programRoot(), 'scripts', 'prepare.mjs')
  const { compareInstalled } = (await import(pathToFileURL(script).href)) as {
    compareInstalled(o: { dev: boolean }): { wrong: string[]; optional: string[] }
  }
  const { wrong, optional } = compareInstalled({ dev: false })
  const off = [...wrong, ...optional].map((p) => p.replace('node_modules/', ''))
  if (off.length === 0) return { ...base, state: 'ok', detail: '与 package-lock.json 一致' }
  return {
    ...base,
    state: wrong.length ? 'bad' : 'warn',
    detail: `${off.length} 个包缺少或版本不符：${off.slice(0, 3).join('、')}${off.length > 3 ? ' 等' : ''}`,
    mend: '在程序目录执行 npm ci',
  }
}

async function programs(): Promise<Finding> {
  const base = { id: 'postgres', title: '内置 PostgreSQL' }
  try {
    const binaries = findBinaries()
    const missing = missingLinks(binaries).length
    await mendBinaries(binaries)
    const text = execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' }).trim()
    const mended = missing ? `；${missing} 个库文件链接缺少，已补上` : ''
    return { ...base, state: 'ok', detail: `${text.replace(/^.*\) /, '')}（${binaries.version}）${mended}` }
  } catch (e) {
    return {
      ...base,
      state: 'bad',
      detail: (e as Error).message.split('\n')[0] ?? '',
      mend: '执行 npm ci（不要加 --ignore-scripts）；仍不行时用 DATABASE_URL 指定外部 PostgreSQL',
    }
  }
}

const nearest = (folder: string): string => {
  let at = folder
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at)
  return at
}

async function disk(
  folder: string,
  what = { id: 'disk', title: '磁盘空间', mend: '请清理磁盘，或用 ZHIBEN_DATA 把数据放到更大的磁盘' },
): Promise<Finding> {
  const s = await statfs(nearest(folder))
  const free = s.bavail * s.bsize
  const state = free < GB ? 'bad' : free < LOW_BYTES ? 'warn' : 'ok'
  const stop = `剩余不到 ${bytesText(STOP_BYTES)} 时只能查看，不能保存`
  return {
    id: what.id,
    title: what.title,
    state,
    detail: `剩余 ${bytesText(free)}${free < STOP_BYTES ? '，现在只能查看，不能保存' : ''}`,
    ...(state === 'ok' ? {} : { mend: `${what.mend}；${stop}` }),
  }
}

/** The built-in database may lie elsewhere than the data folder, on a disk of its own. */
async function databaseDisk(data: string): Promise<Finding[]> {
  const own = databaseFolder(data)
  if (externalDatabase() || !own || !existsSync(own) || statSync(own).dev === statSync(nearest(data)).dev)
    return []
  return [
    await disk(own, {
      id: 'database-disk',
      title: '数据库所在磁盘',
      mend: `请清理 ${own} 所在的磁盘，或扩容`,
    }),
  ]
}

function databaseFolder(data: string): string | undefined {
  try {
    const { pgdata } = JSON.parse(readFileSync(path.join(data, 'postgres.json'), 'utf8')) as {
      pgdata: string
    }
    return path.resolve(data, pgdata)
  } catch {
    return undefined
  }
}

function folder(data: string): Finding {
  const base = { id: 'folder', title: '数据文件夹' }
  if (!existsSync(data)) return { ...base, state: 'ok', detail: `${data}（尚未建立，启动时会建立）` }
  try {
    accessSync(data, constants.R_OK | constants.W_OK)
    const state = path.join(data, 'postgres.json')
    if (existsSync(state)) accessSync(state, constants.R_OK | constants.W_OK)
  } catch {
    return {
      ...base,
      state: 'bad',
      detail: `${data} 不能读写`,
      mend: '请用建立它的系统用户运行，或改变其所有者（chown）',
    }
  }
  const secrets = ['postgres.json', 'secret', 'tls/ca.key', 'tls/server.key'].filter((name) => {
    const file = path.join(data, name)
    return process.platform !== 'win32' && existsSync(file) && (statSync(file).mode & 0o077) !== 0
  })
  if (secrets.length) {
    return {
      ...base,
      state: 'warn',
      detail: `${secrets.join('、')} 可被本机其他用户读取`,
      mend: `执行 chmod 600 ${secrets.map((s) => path.join(data, s)).join(' ')}`,
    }
  }
  return { ...base, state: 'ok', detail: data }
}

async function port(data: string): Promise<Finding> {
  const base = { id: 'port', title: '端口' }
  const running = holderOf(path.join(data, 'server.lock'))
  if (running)
    return { ...base, state: 'ok', detail: `治本正在运行：${running.note ?? `进程 ${running.pid}`}` }
  const wanted = Number(listenOn().port ?? DEFAULT_PORT)
  const free = await new Promise<boolean>((done) => {
    const probe = createServer()
    probe.on('error', () => done(false))
    probe.listen(wanted, () => probe.close(() => done(true)))
  })
  if (free) return { ...base, state: 'ok', detail: `${wanted} 空闲` }
  return {
    ...base,
    state: listenOn().port ? 'bad' : 'warn',
    detail: `${wanted} 被其他程序占用`,
    mend: '停止占用它的程序，或用 --port 指定别的端口',
  }
}

/** Browsers give camera, position and offline work to https (or this very machine) only. */
function origin(data: string, now: Date): Finding {
  const base = { id: 'https', title: 'HTTPS' }
  const given = certificateFiles()
  const file = given.cert ?? (hasCountyCa(data) ? path.join(data, 'tls', 'server.crt') : undefined)
  if (given.pfx) return { ...base, state: 'ok', detail: `使用 ${given.pfx}` }
  if (!file) {
    return {
      ...base,
      state: 'warn',
      detail: '没有证书，以 http 提供服务：手机可以拍照上报，但不能定位',
      mend: '执行 node zhiben.mjs init --tls 建立县级根证书，或启动时给出 --tls-cert 和 --tls-key',
    }
  }
  try {
    const days = Math.floor(
      (Date.parse(new X509Certificate(readFileSync(file)).validTo) - now.getTime()) / DAY_MS,
    )
    if (days < 0)
      return {
        ...base,
        state: 'bad',
        detail: `证书 ${file} 已过期`,
        mend: '请换新证书；县级证书重新启动即自动更新',
      }
    if (days < 14)
      return { ...base, state: 'warn', detail: `证书 ${file} 还有 ${days} 天到期`, mend: '请尽快换新证书' }
    return { ...base, state: 'ok', detail: `证书还有 ${days} 天有效` }
  } catch (e) {
    return {
      ...base,
      state: 'bad',
      detail: `证书 ${file} 读不出来：${(e as Error).message}`,
      mend: '请检查文件',
    }
  }
}

function backupAge(data: string, now: Date): Finding {
  const base = { id: 'backup', title: '备份' }
  const mend = '执行 node zhiben.mjs backup 文件名（服务不必停止），建议每天一次，并另存到别的机器'
  try {
    const last = JSON.parse(readFileSync(lastBackupFile(data), 'utf8')) as {
      at: string
      file: string
      bytes: number
    }
    const days = Math.floor((now.getTime() - Date.parse(last.at)) / DAY_MS)
    const detail = `最近一次在 ${days} 天前：${last.file}（${bytesText(last.bytes)}）`
    return days > 7 ? { ...base, state: 'warn', detail, mend } : { ...base, state: 'ok', detail }
  } catch {
    return { ...base, state: 'warn', detail: '没有本程序做的备份记录', mend }
  }
}
