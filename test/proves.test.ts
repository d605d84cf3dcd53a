import { describe, expect, it } from 'vitest'
import { proves } from './proves.ts'

/** What the running test has recorded so far; taken back, so that these tests of the tool prove no row. */
function taken(task: { meta: { proves?: unknown[] } }) {
  const list = task.meta.proves ?? []
  delete task.meta.proves
  return list
}

describe('proves', () => {
  it('records row, level and words once the assertion has held, and gives back its value', ({ task }) => {
    const value = proves('A09', 2, 'one supervising level each', () => {
      expect(1 + 1).toBe(2)
      return 7
    })
    expect(value).toBe(7)
    expect(taken(task)).toEqual([{ row: 'A09', level: 2, what: 'one supervising level each' }])
  })

  it('waits for an assertion that takes time, and counts the same words once', async ({ task }) => {
    const soon = () => proves('D13', 2, 'late', () => expect(Promise.resolve(1)).resolves.toBe(1))
    const first = soon()
    expect(task.meta.proves).toBeUndefined()
    await first
    await soon()
    expect(taken(task)).toHaveLength(1)
  })

  it('records nothing when the assertion fails', async ({ task }) => {
    expect(() => proves('A09', 2, 'no', () => expect(1).toBe(2))).toThrow('expected 1 to be 2')
    await expect(
      proves('A09', 2, 'no', async () => {
        await Promise.resolve()
        expect(1).toBe(2)
      }),
    ).rejects.toThrow('expected 1 to be 2')
    expect(taken(task)).toEqual([])
  })

  it('refuses an assertion without expect, an unknown row, another level, no words', async ({ task }) => {
    expect(() => proves('A09', 2, 'nothing', () => 1)).toThrow('no expect() ran')
    const late = await proves('A09', 2, 'nothing', async () => 1).catch((e: Error) => e.message)
    expect(late).toContain('no expect() ran')
    expect(() => proves('Z99' as 'A09', 2, 'x', () => expect(1).toBe(1))).toThrow('Z99 is no row')
    expect(() => proves('A09', 4 as 3, 'x', () => expect(1).toBe(1))).toThrow('a level is 1, 2 or 3')
    expect(() => proves('A09', 1, ' ', () => expect(1).toBe(1))).toThrow('say what is proved')
    expect(taken(task)).toEqual([])
  })
})
