import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, PASSWORD, sender, type TryApp } from '../../test/try-app.ts'
import { readProxies } from '../cli/start.ts'
import { sql } from '../store/db.ts'
import { createApp } from './app.ts'

let t: TryApp
beforeAll(async () => {
  t = await openTryApp()
})
afterAll(() => t.close())

const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.1.2.3' }

describe('a proxy in front that ends TLS', () => {
  // requests that Fastify injects come from 127.0.0.1
  const signIn = async (proxies: string[], headers: Record<string, string>, password = PASSWORD) => {
    const { username, id } = await t.person('town-officer', '140525100')
    const app = await createApp(t.services, { proxies })
    try {
      const answer = await sender(app)('POST', '/api/auth/sign-in/username', {
        body: { username, password },
        headers,
        // what the browser's page is: https only where the proxy may say so
        origin: `${proxies.some((p) => p.startsWith('127.')) && headers['x-forwarded-proto'] ? 'https' : 'http'}://zhiben.test`,
      })
      return { ...answer, id }
    } finally {
      await app.close()
    }
  }
  const cookies = (answer: { headers: Record<string, unknown> }) =>
    [answer.headers['set-cookie']].flat().map(String)
  const addressOf = async (id: string) => {
    await t.services.auth.sessions.traced()
    const { rows } = await sql<{ address: string }>`select changes->0->>'after' as address from journal
      where register = 'sign-in' and record_id = ${id} order by journal.id desc limit 1`.execute(t.db)
    return rows[0]?.address
  }

  it('makes cookies Secure and sets HSTS only when it is a configured proxy and says https', async () => {
    for (const proxies of [['127.0.0.1'], ['10.9.9.9', '127.0.0.0/8']]) {
      const behind = await signIn(proxies, https)
      expect(behind.status).toBe(200)
      // the session and the known device
      expect(cookies(behind).length).toBeGreaterThan(1)
      for (const cookie of cookies(behind)) expect(cookie).toMatch(/; Secure$/)
      expect(behind.headers['strict-transport-security']).toContain('max-age=')
    }
    for (const plain of [
      await signIn([], https),
      await signIn(['10.9.9.9'], https),
      await signIn(['127.0.0.1'], {}),
    ]) {
      expect(plain.status).toBe(200)
      for (const cookie of cookies(plain)) expect(cookie).not.toMatch(/secure/i)
      expect(plain.headers['strict-transport-security']).toBeUndefined()
    }
  })

  it('names the address of who signs in; nobody else can, and nothing before the proxy is believed', async () => {
    expect(await addressOf((await signIn(['127.0.0.1'], https)).id)).toBe('10.1.2.3')
    expect(await addressOf((await signIn([], https)).id)).toBe('127.0.0.1')
    expect(await addressOf((await signIn(['10.9.9.9'], https)).id)).toBe('127.0.0.1')
    const invented = { ...https, 'x-forwarded-for': '6.6.6.6, 10.1.2.3' }
    expect(await addressOf((await signIn(['127.0.0.1'], invented)).id)).toBe('10.1.2.3')
  })

  it('a new invented address with every try gives no new tries', async () => {
    const { username } = await t.person('town-officer', '140525100')
    const app = await createApp(t.services, { proxies: ['10.9.9.9'] })
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) {
      const answer = await sender(app)('POST', '/api/auth/sign-in/username', {
        body: { username, password: 'guess' },
        headers: {
          'x-forwarded-for': `10.${i}.2.3`,
          'x-real-ip': `10.${i}.2.3`,
          forwarded: `for=10.${i}.2.3`,
        },
      })
      statuses.push(answer.status)
      expect(answer.headers['retry-after']).toBe('1')
      expect(answer.body.detail).toMatch(/1 秒后/)
    }
    expect(statuses).toEqual([401, 429, 429, 429])
    await app.close()
  })

  it('a forged host does not make another site ours', async () => {
    const { cookie } = await t.person('county-admin', '140525')
    const write = async (proxies: string[]) => {
      const app = await createApp(t.services, { proxies })
      const answer = await sender(app)('POST', '/api/auth/sign-out', {
        cookie,
        origin: 'http://evil.test',
        headers: { 'x-forwarded-host': 'evil.test' },
      })
      await app.close()
      return answer.status
    }
    expect(await write([])).toBe(403)
    expect(await write(['10.9.9.9'])).toBe(403)
  })
})

describe('the setting of start', () => {
  afterEach(() => {
    delete process.env.ZHIBEN_PROXIES
    delete process.env.ZHIBEN_TRUST_PROXY
  })
  it('takes addresses and networks, from the argument or the environment, and says what is wrong', () => {
    expect(readProxies(undefined)).toEqual([])
    expect(readProxies(['127.0.0.1', '10.1.2.0/24,fd00::/8'])).toEqual([
      '127.0.0.1',
      '10.1.2.0/24',
      'fd00::/8',
    ])
    process.env.ZHIBEN_PROXIES = '::1, 10.0.0.9'
    expect(readProxies(undefined)).toEqual(['::1', '10.0.0.9'])
    for (const wrong of ['proxy.lan', '10.1.2.3/33', '10.1.2.3/0', '10.1.2.3/', 'true', '1'])
      expect(() => readProxies([wrong])).toThrow(/反向代理的地址/)
    process.env.ZHIBEN_TRUST_PROXY = '1'
    expect(() => readProxies(undefined)).toThrow(/ZHIBEN_PROXIES/)
  })
})
