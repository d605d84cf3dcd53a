import { hashPassword } from 'better-auth/crypto'
import { expect, it } from 'vitest'
import { QUICK_PASSWORDS } from '../../test/quick-passwords.ts'
import { createPasswords } from './passwords.ts'

it('an installation hashes at the strong cost, in the form kept since the first release', async () => {
  const strong = createPasswords()
  const hash = await strong.hash('治本 Pass-1')
  expect(hash).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/)
  expect(await strong.verify({ hash, password: '治本 Pass-1' })).toBe(true)
  expect(await strong.verify({ hash, password: '治本 Pass-2' })).toBe(false)
  const kept = await hashPassword('of-the-first-release')
  expect(await strong.verify({ hash: kept, password: 'of-the-first-release' })).toBe(true)
})

it('each hash is compared at the cost it was made with', async () => {
  const quick = createPasswords(QUICK_PASSWORDS)
  const hash = await quick.hash('x-password')
  expect(hash).toMatch(/^16\.1\.1:/)
  expect(await createPasswords().verify({ hash, password: 'x-password' })).toBe(true)
  expect(await createPasswords().verify({ hash, password: 'y-password' })).toBe(false)
  expect(
    await quick.verify({ hash: await createPasswords().hash('x-password'), password: 'x-password' }),
  ).toBe(true)
  for (const broken of ['', ':', 'nonsense', '16.1.1:abc:00', 'a:b:c:d'])
    expect(await quick.verify({ hash: broken, password: '' })).toBe(false)
})
