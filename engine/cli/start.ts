/** `start`: one server on one data folder, until Ctrl-C. */
import { mkdir } from 'node:fs/promises'
import { createServer, isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { DemoSignIn } from '../auth/index.ts'
import { systemClock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import {
  certificateFiles,
  DEFAULT_PORT,
  dataDir as dataFolder,
  externalDatabase,
  listenOn,
  proxies as proxySetting,
  trustsEverybody,
} from '../core/settings.ts'
import { startServer } from '../main.ts'
import { sweepLeftover } from '../store/backup/index.ts'
import { startEmbedded } from '../store/embedded/index.ts'
import { isLock, type Lock, takeLock } from '../store/embedded/processes.ts'
import { tlsSource } from '../tls/index.ts'
import { say } from './say.ts'

/** How long a running request may take to end after Ctrl-C. */
const CLOSE_MS = 15_000

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      proxy: { type: 'string', multiple: true },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-pfx': { type: 'string' },
      'tls-passphrase': { type: 'string' },
    },
  })
  const host = values.host ?? listenOn().host ?? '127.0.0.1'
  const proxies = readProxies(values.proxy)
  const stopping = stopSignal()
  const dataDir = dataFolder()
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const lock = await onlyOne(dataDir)
  // taken apart in the reverse order, whatever had been put up when the signal or the error came
  const undo: (() => Promise<void>)[] = [() => lock.release()]
  try {
    const leftover = await sweepLeftover(dataDir)
    if (leftover) say(`上次备份没有写完，已清除 ${leftover}。`)
    const files = certificateFiles()
    const tls = await tlsSource(
      {
        cert: values['tls-cert'] ?? files.cert,
        key: values['tls-key'] ?? files.key,
        pfx: values['tls-pfx'] ?? files.pfx,
        passphrase: values['tls-passphrase'] ?? files.passphrase,
      },
      dataDir,
      systemClock,
    )
    const port = await choosePort(values.port ?? listenOn().port, host)
    let databaseUrl = externalDatabase()
    let databaseDir: string | undefined
    if (!databaseUrl) {
      const cluster = await startEmbedded({ dataDir, log: say, watch: true })
      undo.push(() => cluster.stop())
      databaseUrl = cluster.url
      databaseDir = cluster.pgdata
    }
    if (!stopping.asked()) {
      const server = await startServer({
        databaseUrl,
        databaseDir,
        host,
        port,
        dataDir,
        tls,
        proxies,
        log: say,
      })
      undo.push(() => withinTime(server.close()))
      lock.note(server.url)
      announce(server.url, host, server.signIns)
      await stopping.wait
    }
    return 0
  } finally {
    if (stopping.asked()) say('正在停止……（再按一次 Ctrl-C 立即退出）')
    for (const step of undo.reverse()) {
      await step().catch((e: Error) => say(`停止时出错：${e.message}`))
    }
    if (stopping.asked()) say('已停止')
  }
}

/**
 * Proxies in front, of `--proxy` or ZHIBEN_PROXIES. Without one nobody's X-Forwarded-* is believed: whoever could
 * send it would choose the address he is counted under.
 */
export function readProxies(named: string[] | undefined): string[] {
  if (trustsEverybody())
    throw new Problem(
      'bad-input',
      'ZHIBEN_TRUST_PROXY 已不再使用：它会相信任何人自称的来源地址。请改用 ZHIBEN_PROXIES（或 --proxy）写明反向代理的地址，例如 ZHIBEN_PROXIES=127.0.0.1，并去掉 ZHIBEN_TRUST_PROXY。',
    )
  const list = (named ?? [proxySetting() ?? '']).flatMap((text) => text.split(/[,，\s]+/)).filter(Boolean)
  for (const proxy of list) {
    const [address = '', bits, ...rest] = proxy.split('/')
    const most = isIPv6(address) ? 128 : 32
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most)
    if (!isIP(address) || !fits || rest.length)
      throw new Problem(
        'bad-input',
        `反向代理的地址“${proxy}”不对：请写 IP 地址或网段，例如 127.0.0.1 或 10.1.2.0/24，多个用逗号隔开。`,
      )
  }
  return list
}

/** The first signal asks to stop; a second one ends the process at once (the next start adopts what is left). */
function stopSignal() {
  let asked = false
  let at = 0
  const wait = new Promise<void>((done) => {
    const stop = () => {
      // one Ctrl-C may arrive twice: from the terminal, and passed on by npm
      if (asked && performance.now() - at > 500) process.exit(130)
      if (!asked) at = performance.now()
      asked = true
      done()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) process.on(signal, stop)
  })
  return { wait, asked: () => asked }
}

async function onlyOne(dataDir: string): Promise<Lock> {
  const lock = await takeLock(path.join(dataDir, 'server.lock'))
  if (isLock(lock)) return lock
  throw new Problem(
    'conflict',
    `数据文件夹 ${dataDir} 已有一个治本在运行（进程 ${lock.pid}${lock.note ? `，地址 ${lock.note}` : ''}）。请直接使用它，或先停止它；要另开一个，请用 ZHIBEN_DATA 指定另一个数据文件夹。`,
  )
}

const isFree = (port: number, host: string) =>
  new Promise<boolean>((done) => {
    const probe = createServer()
    probe.on('error', () => done(false))
    probe.listen(port, host, () => probe.close(() => done(true)))
  })

/** The wanted port, or the first free one from 8420 on when none was named. */
async function choosePort(wanted: string | undefined, host: string): Promise<number> {
  if (wanted !== undefined) {
    const port = Number(wanted)
    if (!/^\d{1,5}$/.test(wanted) || port > 65_535) {
      throw new Problem('bad-input', `端口“${wanted}”不对，应是 0 到 65535 的整数。`)
    }
    if (port === 0 || (await isFree(port, host))) return port
    throw new Problem(
      'conflict',
      `${host} 的端口 ${port} 已被占用。请停止占用它的程序，或用 --port 换一个端口。`,
    )
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + 50; port++) if (await isFree(port, host)) return port
  throw new Problem(
    'conflict',
    `端口 ${DEFAULT_PORT} 到 ${DEFAULT_PORT + 49} 都被占用，请用 --port 指定一个。`,
  )
}

async function withinTime(closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, CLOSE_MS)
  })
  await Promise.race([closing, late])
  clearTimeout(timer)
}

/** Prints where to go; with all addresses of this machine when it listens on all. */
function announce(url: string, host: string, signIns: DemoSignIn[]): void {
  const lines = [`治本已启动：${url}`]
  const { protocol, port, pathname } = new URL(url)
  if (host === '0.0.0.0' || host === '::') {
    for (const list of Object.values(networkInterfaces())) {
      for (const a of list ?? []) {
        if (a.family === 'IPv4' && !a.internal)
          lines.push(
            `  局域网地址：${protocol}//${a.address}${port ? `:${port}` : ''}${pathname === '/' ? '' : pathname}`,
          )
      }
    }
    if (protocol === 'http:') {
      lines.push(
        '  当前是 http：手机可以拍照上报，但不能定位。请运行 node zhiben.mjs init --tls，或用 --tls-cert/--tls-key 给出证书。',
      )
    }
  } else if (host === '127.0.0.1' || host === 'localhost') {
    lines.push('  只有本机能访问；要让局域网访问，请加 --host 0.0.0.0')
  }
  lines.push(...demoLines(signIns), '  按 Ctrl-C 停止')
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** One demo sign-in of each role; the page lists all of them. */
function demoLines(signIns: DemoSignIn[]): string[] {
  if (signIns.length === 0) return []
  const shown = signIns.filter((s, i) => signIns.findIndex((o) => o.role === s.role) === i)
  return [
    '  这是演示县，企业和人员均为虚构。演示账号（用户名 / 密码）：',
    ...shown.map((s) => `    ${s.username} / ${s.password}　${s.label}`),
    ...(shown.length < signIns.length ? [`    其余 ${signIns.length - shown.length} 个见登录页`] : []),
  ]
}
