/** For tests: the whole HTTP side over the small county's real database, with people who can sign in. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import type { Assignment } from '../engine/access/actor.ts'
import { createAuth, signInRules } from '../engine/auth/index.ts'
import type { Role } from '../engine/core/definition.ts'
import { createFileStore } from '../engine/files/store.ts'
import { createApp } from '../engine/http/app.ts'
import type { HttpOptions, Services } from '../engine/http/services.ts'
import { sql } from '../engine/store/db.ts'
import type { OpenServices } from '../engine/store/open.ts'
import { openSmallCounty } from './model-county.ts'
import { QUICK_PASSWORDS } from './quick-passwords.ts'

export const PASSWORD = 'right-password'

/** What a test sends; a key and an origin as the web sends them, unless said otherwise. */
export interface Send {
  cookie?: string
  apiKey?: string
  body?: unknown
  ifMatch?: number | string
  /** null sends none */
  key?: string | null
  origin?: string | null
  headers?: Record<string, string>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let keys = 0
export const newKey = () => `key-${process.pid}-${String(++keys).padStart(6, '0')}`

export function sender(app: FastifyInstance) {
  return async (method: Method, url: string, send: Send = {}) => {
    const headers: Record<string, string> = { host: 'zhiben.test', ...send.headers }
    if (send.cookie) headers.cookie = send.cookie
    if (send.apiKey) headers.authorization = `Bearer ${send.apiKey}`
    if (method !== 'GET') {
      if (send.key !== null) headers['idempotency-key'] = send.key ?? newKey()
      if (send.origin !== null) headers.origin = send.origin ?? 'http://zhiben.test'
    }
    if (send.ifMatch !== undefined)
      headers['if-match'] = typeof send.ifMatch === 'number' ? `"${send.ifMatch}"` : send.ifMatch
    const response = await app.inject({
      method,
      url,
      headers,
      ...(send.body !== undefined && { payload: send.body as object }),
    })
    const zipped = response.headers['content-encoding'] === 'gzip'
    const text = String(zipped ? gunzipSync(response.rawPayload) : response.body)
    const type = String(response.headers['content-type'] ?? '')
    return {
      status: response.statusCode,
      headers: response.headers,
      body: type.includes('json') ? JSON.parse(text) : text,
    }
  }
}

export async function openTryApp(options: HttpOptions = {}) {
  const county = await openSmallCounty()
  await sql`insert into area (code, name, parent, level) values ('14', '山西省', null, 'province'),
    ('1405', '晋城市', '14', 'city'), ('140525', '泽州县', '1405', 'county'),
    ('140525100', '南村镇', '140525', 'town'), ('140525102', '大东沟镇', '140525', 'town')`.execute(county.db)
  const served = await serveCounty(county.services, options)
  return {
    ...county,
    ...served,
    async close() {
      await served.close()
      await county.close()
    },
  }
}
export type TryApp = Awaited<ReturnType<typeof openTryApp>>

/** The HTTP side over any county's services, with people who can sign in. */
export async function serveCounty(open: OpenServices, options: HttpOptions = {}) {
  const { db, clock } = open
  const dataDir = mkdtempSync(path.join(tmpdir(), 'zhiben-http-'))
  const auth = createAuth({
    db,
    clock,
    secret: 's'.repeat(40),
    rules: signInRules(open.policies, clock, db),
    passwordCost: QUICK_PASSWORDS,
  })
  const files = createFileStore(db, path.join(dataDir, 'files'))
  const services: Services = { ...open, auth, files }
  const log: string[] = []
  const app = await createApp(services, { log: (line) => log.push(line), ...options })
  const send = sender(app)

  const cookieOf = async (username: string, password = PASSWORD) => {
    const answer = await send('POST', '/api/auth/sign-in/username', { body: { username, password } })
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return [answer.headers['set-cookie']]
      .flat()
      .map((c) => String(c).split(';')[0])
      .join('; ')
  }
  let people = 0
  /** A person of a role on an area (or another ground), signed in. */
  const person = async (
    role: Role,
    home: string,
    more: { ground?: Assignment['ground']; oneTime?: boolean } = {},
  ) => {
    const username = `person${++people}`
    const organisation = more.ground?.by === 'organisation' ? more.ground.organisation : undefined
    const { id } = await auth.users.create({
      username,
      password: PASSWORD,
      name: `${username}号`,
      home,
      assignments: [{ role, ground: more.ground ?? { by: 'area', area: home } }],
      ...(organisation && { organisation }),
      ...(more.oneTime && { oneTime: true }),
    })
    return { id, username, cookie: await cookieOf(username) }
  }

  return {
    services,
    app,
    send,
    log,
    person,
    cookieOf,
    async close() {
      await app.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
