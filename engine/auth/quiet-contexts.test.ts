import { AsyncLocalStorage } from 'node:async_hooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTryApp, PASSWORD, type TryApp } from '../../test/try-app.ts'

let t: TryApp
beforeAll(async () => {
  t = await openTryApp()
})
afterAll(() => t.close())

/** Storages of better-auth that make Node follow every promise of the process. */
const following = () => {
  const { context } = Reflect.get(globalThis, Symbol.for('better-auth:global'))
  const all = Object.values(context).filter((s) => s instanceof AsyncLocalStorage)
  return { of: all.length, on: all.filter((s) => Reflect.get(s, 'enabled') === true).length }
}

it('leaves nothing behind that every later request would pay for, and signs in many at once', async () => {
  const people = await Promise.all(
    Array.from({ length: 6 }, () => t.person('county-officer', '140525')), // each signs in
  )
  expect(following().of).toBeGreaterThan(0)
  expect(following().on).toBe(0)
  const session = (cookie: string) => t.send('GET', '/api/session', { cookie })
  const wrong = t.send('POST', '/api/auth/sign-in/username', {
    body: { username: 'person1', password: `${PASSWORD}!` },
  })
  const seen = await Promise.all(people.map((p) => session(p.cookie)))
  expect((await wrong).status).toBe(401)
  expect(seen.map((s) => s.status)).toEqual(people.map(() => 200))
  expect(following().on).toBe(0)
})
