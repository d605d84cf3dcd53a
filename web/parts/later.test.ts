import { describe, expect, it } from 'vitest'
import { isNotFetched, loadOrRetry } from './later.tsx'

const failing = (message: string) => () => Promise.reject(new Error(message))

describe('parts of the program that come later', () => {
  it.each([
    'Failed to fetch dynamically imported module: http://county/assets/a.js',
    'error loading dynamically imported module: http://county/assets/a.js',
    'Importing a module script failed.',
    'Unable to preload CSS for /assets/list-page.css',
  ])('%s: what says so and tries again stands in its place', async (message) => {
    const { default: Part } = await loadOrRetry(failing(message))
    expect(Part).toBeTypeOf('function')
  })

  it('a part that came and is broken is no matter of the network', async () => {
    expect(isNotFetched(new Error('x is not a function'))).toBe(false)
    await expect(loadOrRetry(failing('x is not a function'))).rejects.toThrow('x is not a function')
  })

  it('a part that came is the part', async () => {
    const Page = () => null
    expect((await loadOrRetry(() => Promise.resolve({ default: Page }))).default).toBe(Page)
  })
})
