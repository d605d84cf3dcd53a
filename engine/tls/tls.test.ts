import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../core/clock.ts'
import { caDownloads, hostsOf, makeCountyCa, terminalCode, tlsSource } from './index.ts'

const base = mkdtempSync(path.join(tmpdir(), 'zhiben-tls-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))
const folder = (name: string) => path.join(base, name)
const now = new Date('2026-11-20T00:00:00Z')
const present = () => new Date(performance.timeOrigin + performance.now())

/** Asks the server on 127.0.0.1 under another name, as DNS of the county's network would lead there. */
function get(port: number, host: string, ca: string): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const request = https.get(
      {
        host,
        port,
        path: '/',
        ca,
        agent: false,
        lookup: (_name, options, found) =>
          options.all
            ? (found as unknown as (e: null, a: object[]) => void)(null, [
                { address: '127.0.0.1', family: 4 },
              ])
            : found(null, '127.0.0.1', 4),
      },
      (response) => {
        let body = ''
        response.on('data', (c) => {
          body += c
        })
        response.on('end', () => done({ status: response.statusCode ?? 0, body }))
      },
    )
    request.on('error', fail)
  })
}

describe('county certificate authority', () => {
  it('serves https under a name that is not localhost, verified by its root alone', async () => {
    const made = await makeCountyCa({
      dataDir: folder('serve'),
      hosts: ['zhiben.zezhou.lan', '192.168.7.10'],
      now: present(),
    })
    const source = await tlsSource({}, folder('serve'), { now: present })
    expect(source?.kind).toBe('county')
    const server = https.createServer(source?.options ?? {}, (_, response) => response.end('治本'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      expect(await get(port, 'zhiben.zezhou.lan', made.ca)).toEqual({ status: 200, body: '治本' })
      await expect(get(port, 'other.zezhou.lan', made.ca)).rejects.toThrow(/altnames|Host/)
      const stranger = await makeCountyCa({ dataDir: folder('stranger'), now: present() })
      await expect(get(port, 'zhiben.zezhou.lan', stranger.ca)).rejects.toThrow(/certificate|issuer/i)
    } finally {
      server.close()
    }
  })

  it('keeps root and certificate while they serve, renews the certificate in time, never the root', async () => {
    const dataDir = folder('renew')
    const first = await makeCountyCa({ dataDir, hosts: ['a.lan'], now })
    const days = (Date.parse(first.validTo) - now.getTime()) / 86_400_000
    expect(days).toBeGreaterThan(360)
    expect(days).toBeLessThanOrEqual(398)
    expect(await makeCountyCa({ dataDir, now: new Date('2027-06-01T00:00:00Z') })).toEqual(first)

    const renewed = await makeCountyCa({ dataDir, now: new Date('2027-12-01T00:00:00Z') })
    expect(renewed.ca).toBe(first.ca)
    expect(renewed.cert).not.toBe(first.cert)
    expect(renewed.hosts).toEqual(['a.lan', 'localhost', '127.0.0.1'])

    const moved = await makeCountyCa({ dataDir, hosts: ['b.lan'], now: new Date('2027-12-01T00:00:00Z') })
    expect(hostsOf(moved.cert)).toContain('b.lan')
    expect(moved.ca).toBe(first.ca)
  })

  it('keeps its keys from other users of the machine', async () => {
    await makeCountyCa({ dataDir: folder('keys'), now })
    for (const name of ['ca.key', 'server.key']) {
      expect(statSync(path.join(folder('keys'), 'tls', name)).mode & 0o077).toBe(0)
    }
  })

  it('refuses what is not a host, saying which', async () => {
    await expect(makeCountyCa({ dataDir: folder('bad'), hosts: ['http://x/'], now })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('http://x/'),
    })
  })

  it('offers the root in the forms phones install', async () => {
    const { ca } = await makeCountyCa({ dataDir: folder('phone'), hosts: ['a.lan'], now })
    const { crt, mobileconfig } = caDownloads(ca)
    const cert = new X509Certificate(crt.body)
    expect(cert.ca).toBe(true)
    expect(cert.subject).toContain('治本')
    const profile = mobileconfig.body.toString()
    expect(profile).toContain('com.apple.security.root')
    expect(profile).toContain(crt.body.toString('base64'))
    expect(profile.match(/<string>[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}<\/string>/g)).toHaveLength(2)
    expect(terminalCode('http://192.168.1.10:8421/').split('\n').length).toBeGreaterThan(10)
  })
})

describe('certificates given as files', () => {
  const clock = fixedClock('2026-11-20T00:00:00Z')

  it('takes a PEM pair and refuses half a pair or two that do not belong together', async () => {
    const one = await makeCountyCa({ dataDir: folder('one'), now })
    const two = await makeCountyCa({ dataDir: folder('two'), now })
    const cert = path.join(base, 'c.pem')
    const key = path.join(base, 'k.pem')
    writeFileSync(cert, one.cert)
    writeFileSync(key, one.key)
    expect((await tlsSource({ cert, key }, folder('none'), clock))?.kind).toBe('pem')
    await expect(tlsSource({ cert }, folder('none'), clock)).rejects.toThrow('--tls-key')
    writeFileSync(key, two.key)
    await expect(tlsSource({ cert, key }, folder('none'), clock)).rejects.toThrow('一对')
    await expect(tlsSource({ cert, key: path.join(base, 'no') }, folder('none'), clock)).rejects.toThrow(
      '读不出来',
    )
  })

  it('takes a PFX with its passphrase', async (context) => {
    try {
      execFileSync('openssl', ['version'])
    } catch {
      context.skip('openssl is not installed')
    }
    const { cert, key } = await makeCountyCa({ dataDir: folder('pfx'), now })
    const file = (name: string) => path.join(base, name)
    writeFileSync(file('p.crt'), cert)
    writeFileSync(file('p.key'), createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }))
    execFileSync('openssl', [
      'pkcs12',
      '-export',
      '-in',
      file('p.crt'),
      '-inkey',
      file('p.key'),
      '-out',
      file('p.pfx'),
      '-passout',
      'pass:secret',
    ])
    expect(readFileSync(file('p.pfx')).length).toBeGreaterThan(100)
    const right = await tlsSource({ pfx: file('p.pfx'), passphrase: 'secret' }, folder('none'), clock)
    expect(right?.kind).toBe('pfx')
    await expect(
      tlsSource({ pfx: file('p.pfx'), passphrase: 'wrong' }, folder('none'), clock),
    ).rejects.toThrow('passphrase')
  })

  it('is plain http when there is neither', async () => {
    expect(await tlsSource({}, folder('nothing'), clock)).toBeUndefined()
  })
})
