/**
 * A county's own certificate authority: where no public certificate can be had (an intranet address),
 * phones and desktops install this root once and then trust the server, because browsers give camera,
 * position and offline work to secure origins only.
 */
import 'reflect-metadata'
import { createPublicKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import type * as X509 from '@peculiar/x509'
import { addDays } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'

/** Phones refuse server certificates of longer life: 825 days for a root the user installed. */
const LEAF_DAYS = 397
const RENEW_BEFORE_DAYS = 30
const ROOT_YEARS = 20
const DAY_MS = 86_400_000

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export interface CountyCa {
  /** PEM of the root, to be installed on phones and desktops */
  ca: string
  /** PEM of the server's certificate followed by the root */
  cert: string
  /** PEM (PKCS #8) of the server's key */
  key: string
  /** names and addresses the certificate is for */
  hosts: string[]
  /** end of the server certificate's life, ISO */
  validTo: string
  /** SHA-256 of the root, colon-separated, to compare by eye when installing it */
  fingerprint: string
}

const fileNames = {
  ca: 'ca.crt',
  caKey: 'ca.key',
  cert: 'server.crt',
  key: 'server.key',
  hosts: 'hosts.json',
}

const folderOf = (dataDir: string) => path.join(dataDir, 'tls')

/** True when `init --tls` has made an authority in this data folder. */
export const hasCountyCa = (dataDir: string) => existsSync(path.join(folderOf(dataDir), fileNames.ca))

async function library(): Promise<typeof X509> {
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(webcrypto as Crypto)
  return x509
}

function pemOf(kind: string, der: ArrayBuffer): string {
  const text = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----\n`
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return pemOf('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key))
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

// positive and random, as serial numbers must be
const serial = () => `01${randomBytes(15).toString('hex')}`

/** Writes beside and renames, so that a crash leaves the old file or the new one. */
async function put(folder: string, name: string, text: string, secret = false): Promise<void> {
  const file = path.join(folder, name)
  await writeFile(`${file}.new`, text, { mode: secret ? 0o600 : 0o644 })
  await rename(`${file}.new`, file)
}

async function makeRoot(folder: string, name: string, now: Date): Promise<void> {
  const x509 = await library()
  const keys = await newKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [name] }],
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(Date.parse(addDays(now.toISOString().slice(0, 10), ROOT_YEARS * 365))),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  await put(folder, fileNames.caKey, await exportKey(keys.privateKey), true)
  await put(folder, fileNames.ca, `${root.toString('pem')}\n`)
}

async function makeLeaf(folder: string, hosts: string[], now: Date): Promise<void> {
  const x509 = await library()
  const root = new x509.X509Certificate(await readFile(path.join(folder, fileNames.ca), 'utf8'))
  const signingKey = await importKey(await readFile(path.join(folder, fileNames.caKey), 'utf8'))
  const keys = await newKeys()
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [hosts[0] ?? 'localhost'] }],
    issuer: root.subjectName.toJSON(),
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + LEAF_DAYS * DAY_MS),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
    ],
  })
  const ca = await readFile(path.join(folder, fileNames.ca), 'utf8')
  await put(folder, fileNames.key, await exportKey(keys.privateKey), true)
  await put(folder, fileNames.cert, `${leaf.toString('pem')}\n${ca}`)
  await put(folder, fileNames.hosts, `${JSON.stringify(hosts)}\n`)
}

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** Lower-cased, checked, without repetition; `localhost` and the loopback address always serve. */
function cleanHosts(hosts: string[]): string[] {
  const clean = hosts.map((h) => h.trim().toLowerCase()).filter(Boolean)
  const wrong = clean.find((h) => !isIP(h) && !hostName.test(h))
  if (wrong !== undefined) {
    throw new Problem(
      'bad-input',
      `“${wrong}”不是主机名或 IP 地址。请写成 zhiben.example.lan 或 192.168.1.10 的样子。`,
    )
  }
  return [...new Set([...clean, 'localhost', '127.0.0.1'])]
}

const same = (a: string[], b: string[]) => a.length === b.length && a.every((x) => b.includes(x))

/**
 * Makes the county's authority and server certificate, or returns those that are there. The server
 * certificate is made anew when the hosts changed, when less than 30 days of it are left, or when its key
 * is missing; the root stays, so that phones need no second visit.
 * @param hosts names and IP addresses by which browsers reach the server; those of last time when omitted
 * @param name what phones show for the root
 */
export async function makeCountyCa(options: {
  dataDir: string
  hosts?: string[]
  name?: string
  now: Date
}): Promise<CountyCa> {
  const folder = folderOf(options.dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const read = (name: string) => readFile(path.join(folder, name), 'utf8')
  const before = await read(fileNames.hosts).then(
    (t) => JSON.parse(t) as string[],
    () => undefined,
  )
  const hosts = options.hosts ? cleanHosts(options.hosts) : (before ?? cleanHosts([]))
  if (!hasCountyCa(options.dataDir)) await makeRoot(folder, options.name ?? '治本 县级根证书', options.now)
  if (!(await leafServes(folder, before, hosts, options.now))) await makeLeaf(folder, hosts, options.now)
  const [ca, cert, key] = await Promise.all([read(fileNames.ca), read(fileNames.cert), read(fileNames.key)])
  return {
    ca,
    cert,
    key,
    hosts,
    validTo: new Date(new X509Certificate(cert).validTo).toISOString(),
    fingerprint: new X509Certificate(ca).fingerprint256,
  }
}

async function leafServes(folder: string, before: string[] | undefined, hosts: string[], now: Date) {
  if (!before || !same(before, hosts)) return false
  try {
    const cert = new X509Certificate(await readFile(path.join(folder, fileNames.cert)))
    const key = createPublicKey(await readFile(path.join(folder, fileNames.key), 'utf8'))
    const daysLeft = (Date.parse(cert.validTo) - now.getTime()) / DAY_MS
    const ofThisRoot = cert.verify(
      new X509Certificate(await readFile(path.join(folder, fileNames.ca))).publicKey,
    )
    return daysLeft > RENEW_BEFORE_DAYS && ofThisRoot && cert.publicKey.equals(key)
  } catch {
    return false
  }
}
