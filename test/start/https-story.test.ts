import { readFileSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { cleanUp, command, type Running, scratch, start } from './program.ts'

const HOST = 'zhiben.zezhou.lan'
const PASSWORD = 'Zezhou-2026-anquan-chang'

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  bytes: Buffer
  json: { row: { id: string; version: number } & Record<string, unknown>; [more: string]: unknown }
}

/** The real program over TLS, with the county's own root, as an officer's day goes. */
describe('a whole run over TLS', () => {
  let folder: string
  let database: TestDatabase
  let program: Running
  let ca: string
  let oneTime = ''
  let cookie = ''
  let keys = 0

  beforeAll(async () => {
    folder = scratch('https story')
    const dataDir = path.join(folder, 'data')
    database = await cloneDatabase()
    const how = { dataDir, env: { DATABASE_URL: database.url } }
    const made = await command(['init', '--area', '140525', '--tls', '--host', HOST], how)
    expect(made.code, made.said).toBe(0)
    oneTime = /一次性密码\s+(\S+)/.exec(made.said)?.[1] ?? ''
    program = await start(how)
    ca = readFileSync(path.join(dataDir, 'tls', 'ca.crt'), 'utf8')
  }, 180_000)
  afterAll(async () => {
    await cleanUp(folder, program ? [program] : [])
    await database?.drop()
  })

  const ask = (
    method: string,
    at: string,
    more: {
      body?: unknown
      form?: Buffer
      type?: string
      origin?: string
      ifMatch?: number
      ca?: string[]
    } = {},
  ) =>
    new Promise<Reply>((done, fail) => {
      const body = more.form ?? (more.body === undefined ? undefined : Buffer.from(JSON.stringify(more.body)))
      const request = https.request(
        {
          host: '127.0.0.1',
          port: new URL(program.url).port,
          servername: HOST,
          method,
          path: at,
          ca: more.ca ?? ca,
          headers: {
            host: HOST,
            ...(cookie && { cookie }),
            ...(method !== 'GET' && {
              origin: more.origin ?? `https://${HOST}`,
              'idempotency-key': `story-key-${String(++keys).padStart(4, '0')}`,
            }),
            ...(more.ifMatch && { 'if-match': `"${more.ifMatch}"` }),
            ...(body && { 'content-type': more.type ?? 'application/json', 'content-length': body.length }),
          },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (d: Buffer) => parts.push(d))
          response.on('end', () => {
            const bytes = Buffer.concat(parts)
            const isJson = String(response.headers['content-type']).includes('json')
            const json = isJson ? JSON.parse(bytes.toString()) : {}
            done({ status: response.statusCode ?? 0, headers: response.headers, bytes, json })
          })
        },
      )
      request.on('error', fail)
      request.end(body)
    })

  const keepCookies = (reply: Reply) => {
    const set = [reply.headers['set-cookie'] ?? []].flat()
    expect(set.length).toBeGreaterThan(0)
    for (const c of set) expect(c).toMatch(/;\s*secure/i)
    cookie = set.map((c) => c.split(';')[0]).join('; ')
  }

  it('is trusted by whom the root was given to, and by nobody else', async () => {
    expect(await ask('GET', '/api/health')).toMatchObject({ status: 200 })
    await expect(ask('GET', '/api/health', { ca: [...rootCertificates] })).rejects.toThrow(/certificate/)
    const { headers } = await ask('GET', '/api/health')
    expect(headers['strict-transport-security']).toContain('max-age=')
  })

  it('phones get the page that explains, and the root itself in both forms', async () => {
    const page = await ask('GET', '/install')
    expect(page.bytes.toString()).toContain('安装本县根证书')
    const crt = await ask('GET', '/install/zhiben-ca.crt')
    expect(crt.headers['content-type']).toContain('x509')
    const profile = await ask('GET', '/install/zhiben-ca.mobileconfig')
    const inside = /<data>([\s\S]*?)<\/data>/.exec(profile.bytes.toString())?.[1]?.replace(/\s/g, '')
    const der = ca.replace(/-----[^-]+-----|\s/g, '')
    expect(inside).toBe(der)
  })

  it('the administrator signs in, must change the password, and has cookies for https alone', async () => {
    const signIn = await ask('POST', '/api/auth/sign-in/username', {
      body: { username: 'admin', password: oneTime },
    })
    expect(signIn.json).toMatchObject({ ok: true, mustChangePassword: true })
    keepCookies(signIn)
    const changed = await ask('POST', '/api/auth/change-password', {
      body: { currentPassword: oneTime, newPassword: PASSWORD },
    })
    expect(changed.status, changed.bytes.toString()).toBe(200)
    keepCookies(changed)
    expect((await ask('GET', '/api/me')).status).toBe(200)
  })

  it('a page of the same host without encryption may not write', async () => {
    const refused = await ask('POST', '/api/records/enterprise', { origin: `http://${HOST}`, body: {} })
    expect(refused.status).toBe(403)
    expect(refused.bytes.toString()).toContain('请用 https 打开')
  })

  it('a firm is written, changed, listed; a photo goes up and comes back; the ledger comes out as a sheet', async () => {
    const { json: definitions } = await ask('GET', '/api/definitions')
    const { json: areas } = await ask('GET', '/api/areas')
    const town = (areas as unknown as { code: string }[]).find((a) => a.code.length === 9)?.code
    const def = (
      definitions.records as { name: string; fields: Record<string, Record<string, unknown>> }[]
    ).find((r) => r.name === 'enterprise')!
    const body = Object.fromEntries(
      Object.entries(def.fields)
        .filter(([, f]) => f.required && f.default === undefined && !f.when)
        .map(([name, f]) => [
          name,
          f.type === 'area' ? town : ((f.options as { value: string }[])?.[0]?.value ?? '泽州加密铸造厂'),
        ]),
    )
    const made = await ask('POST', '/api/records/enterprise', { body })
    expect(made.status, made.bytes.toString()).toBe(201)
    const { id, version } = made.json.row
    const changed = await ask('PATCH', `/api/records/enterprise/${id}`, {
      ifMatch: version,
      body: { foundedOn: '1998-05-01' },
    })
    expect(changed.json.row).toMatchObject({ foundedOn: '1998-05-01', version: version + 1 })

    const content = Buffer.from('整改说明：已清理。\n'.repeat(2000))
    const line = 'storyboundary'
    const form = Buffer.concat([
      Buffer.from(
        `--${line}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n`,
      ),
      content,
      Buffer.from(`\r\n--${line}--\r\n`),
    ])
    const up = await ask('POST', '/api/files', { form, type: `multipart/form-data; boundary=${line}` })
    expect(up.status, up.bytes.toString()).toBe(201)
    const down = await ask('GET', `/api/files/${(up.json as unknown as { id: string }).id}`)
    expect(down.bytes.equals(content)).toBe(true)

    const sheet = await ask('GET', '/api/records/enterprise/export?purpose=test&format=csv')
    expect(sheet.status).toBe(200)
    expect(sheet.bytes.toString()).toContain('泽州加密铸造厂')
    const book = await ask('GET', '/api/records/enterprise/export?purpose=test')
    expect(book.bytes.subarray(0, 2).toString()).toBe('PK')
  })

  it('stops in order', async () => {
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  })
})
