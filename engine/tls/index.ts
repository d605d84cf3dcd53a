/** Where a server's certificate comes from, for `https.createServer` and Fastify's `https` option. */
import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { hasCountyCa, makeCountyCa } from './ca.ts'

export { type CountyCa, hasCountyCa, makeCountyCa } from './ca.ts'
export { type CaDownload, caDownloads, terminalCode } from './install.ts'

export interface TlsOptions {
  /** paths of PEM files */
  cert?: string | undefined
  key?: string | undefined
  /** path of a PKCS #12 file */
  pfx?: string | undefined
  passphrase?: string | undefined
}

export interface TlsSource {
  kind: 'pem' | 'pfx' | 'county'
  /** what to hand to `https.createServer` or Fastify's `https` */
  options: SecureContextOptions
  /**
   * Calls `apply` (for example `(o) => server.setSecureContext(o)`) when the certificate was renewed or its
   * files changed, so that the server need not restart. Checked every hour; the function returned ends it.
   */
  watch(apply: (options: SecureContextOptions) => void): () => void
}

const HOUR_MS = 3_600_000

async function load(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (e) {
    throw new Problem('bad-input', `证书文件 ${file} 读不出来：${(e as Error).message}。请检查路径和权限。`)
  }
}

async function fromFiles(o: TlsOptions): Promise<SecureContextOptions> {
  const options: SecureContextOptions = o.pfx
    ? { pfx: await load(o.pfx), passphrase: o.passphrase }
    : { cert: await load(o.cert ?? ''), key: await load(o.key ?? ''), passphrase: o.passphrase }
  try {
    createSecureContext(options)
  } catch (e) {
    const hint = o.pfx
      ? '请检查 --tls-passphrase 口令；旧工具导出的 .pfx 用了过时的加密，可改用 PEM（--tls-cert 和 --tls-key）。'
      : '请确认证书和私钥是一对，且都是 PEM 格式。'
    throw new Problem('bad-input', `证书不能使用：${(e as Error).message}。${hint}`)
  }
  return options
}

const digest = (o: SecureContextOptions) =>
  createHash('sha256')
    .update(String(o.cert ?? ''))
    .update((o.pfx as Buffer | undefined) ?? '')
    .digest('hex')

function watcher(
  first: SecureContextOptions,
  again: () => Promise<SecureContextOptions>,
): TlsSource['watch'] {
  return (apply) => {
    let last = digest(first)
    const timer = setInterval(() => {
      // a file being replaced just now is read again in an hour; the old certificate serves until then
      again().then(
        (next) => {
          if (digest(next) === last) return
          last = digest(next)
          apply(next)
        },
        () => undefined,
      )
    }, HOUR_MS)
    timer.unref()
    return () => clearInterval(timer)
  }
}

/**
 * The certificate to serve with: the files given, or else the county authority of the data folder
 * (renewed when due), or undefined when there is neither and the server speaks plain http.
 * @throws Problem `bad-input` when a file is missing, half given, or not usable
 */
export async function tlsSource(
  files: TlsOptions,
  dataDir: string,
  clock: Clock,
): Promise<TlsSource | undefined> {
  if (files.pfx || files.cert || files.key) {
    if (!files.pfx && !(files.cert && files.key)) {
      throw new Problem('bad-input', '--tls-cert 和 --tls-key 要一起给出。')
    }
    const options = await fromFiles(files)
    return { kind: files.pfx ? 'pfx' : 'pem', options, watch: watcher(options, () => fromFiles(files)) }
  }
  if (!hasCountyCa(dataDir)) return undefined
  const make = async () => {
    const { cert, key } = await makeCountyCa({ dataDir, now: clock.now() })
    return { cert, key }
  }
  const options = await make()
  return { kind: 'county', options, watch: watcher(options, make) }
}

/** Names and addresses a PEM certificate is for; empty when it names none. */
export function hostsOf(cert: string | Buffer): string[] {
  const names = new X509Certificate(cert).subjectAltName ?? ''
  return names.split(', ').flatMap((n) => /^(?:DNS|IP Address):(.+)$/.exec(n)?.[1] ?? [])
}
