import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, PASSWORD, sender, type TryApp } from '../../test/try-app.ts'
import { createApp } from './app.ts'

let t: TryApp
beforeAll(async () => {
  t = await openTryApp()
})
afterAll(() => t.close())

describe('a proxy in front that ends TLS', () => {
  const signIn = async (
    trustProxy: boolean,
    headers: Record<string, string>,
    origin = 'http://zhiben.test',
  ) => {
    const { username } = await t.person('town-officer', '140525100')
    const app = await createApp(t.services, { trustProxy })
    try {
      return await sender(app)('POST', '/api/auth/sign-in/username', {
        body: { username, password: PASSWORD },
        headers,
        origin,
      })
    } finally {
      await app.close()
    }
  }
  const cookies = (answer: { headers: Record<string, unknown> }) =>
    [answer.headers['set-cookie']].flat().map(String)

  it('makes cookies Secure and sets HSTS only when it is trusted and says https', async () => {
    const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.1.2.3' }
    const behind = await signIn(true, https, 'https://zhiben.test')
    expect(behind.status).toBe(200)
    expect(cookies(behind).length).toBeGreaterThan(0)
    for (const cookie of cookies(behind)) expect(cookie).toMatch(/; Secure$/)
    expect(behind.headers['strict-transport-security']).toContain('max-age=')

    for (const plain of [await signIn(false, https), await signIn(true, {})]) {
      expect(plain.status).toBe(200)
      for (const cookie of cookies(plain)) expect(cookie).not.toMatch(/secure/i)
      expect(plain.headers['strict-transport-security']).toBeUndefined()
    }
  })
})
