import { describe, expect, it } from 'vitest'
import { accounts } from '../../county/policy/accounts.ts'
import { national } from '../../county/policy/national.ts'
import { outOfBounds } from './policy-bounds.ts'

const shipped = [...national, ...accounts]
const def = (key: string) => shipped.find((p) => p.key === key)!

describe('what a county may set', () => {
  it('keeps a slip of the hand from locking everybody out or ending a deadline', () => {
    for (const value of [0.0001, 1, 4, -5, 1e300, Number.NaN])
      expect(outOfBounds(def('signin.idleMinutes'), value), String(value)).toMatch(
        /应为 5 到 1440 的整数，或 0/,
      )
    for (const value of [0, 5, 30]) expect(outOfBounds(def('signin.idleMinutes'), value)).toBeUndefined()
    for (const days of [-40, 1e300, 2.5])
      expect(outOfBounds(def('wish.confirmDays'), { days, calendar: 'working' })).toBeDefined()
    expect(outOfBounds(def('wish.confirmDays'), { days: 7, calendar: 'working' })).toBeUndefined()
  })

  it('lets every shipped number pass', () => {
    for (const p of shipped) expect(outOfBounds(p, p.value), p.key).toBeUndefined()
  })
})
