import { describe, expect, it } from 'vitest'
import { type Goal, progress, reached, type TaskRules, taskState } from './state.ts'

const goal = (more: Partial<Goal> = {}): Goal => ({
  target: 100,
  comparator: '>=',
  lessIsBetter: false,
  standing: false,
  periodic: false,
  ...more,
})
const none = goal({ target: 0, comparator: '=', lessIsBetter: true, standing: true })
const quarterly = goal({ standing: true, periodic: true })
const rules: TaskRules = { atRiskDays: 30, paceFrom: 2 / 3 }
const year = { startsOn: '2026-01-01', dueOn: '2026-12-31' }
const state = (
  value: number | null,
  on: string,
  g = goal(),
  frozen?: boolean,
  timing: typeof year | { startsOn: string; dueOn: null } = year,
) => taskState(timing, g, value, frozen, new Date(`${on}T12:00:00+08:00`), rules)

describe('reached', () => {
  it.each([
    [100, goal(), true],
    [99.99, goal(), false],
    [null, goal(), false],
    [5, goal({ target: 4, comparator: '=' }), true], // more than the 4 asked for
    [1, none, false],
    [0, none, true],
    [1, goal({ target: [1, 2], comparator: 'range' }), true],
    [0, goal({ target: [1, 2], comparator: 'range' }), false],
    [10, goal({ target: 10, comparator: 'increase' }), true],
    [-9, goal({ target: 10, comparator: 'decrease' }), false],
    [-10, goal({ target: 10, comparator: 'decrease' }), true],
    [10, goal({ target: 10, comparator: '<' }), false],
    [10, goal({ target: 10, comparator: '<=' }), true],
    [10, goal({ target: 10, comparator: '>' }), false],
    [1, goal({ target: 1, comparator: 'unspecified' }), true],
  ])('%s against %j: %s', (value, g, is) => {
    expect(reached(value, g)).toBe(is)
  })

  it('progress runs from 0 to 1; where fewer is better there is only done or not', () => {
    expect([progress(45, goal({ target: 90 })), progress(200, goal()), progress(null, goal())]).toEqual([
      0.5, 1, 0,
    ])
    expect([progress(3, none), progress(0, none)]).toEqual([0, 1])
  })
})

describe('task states', () => {
  it('before the due date: on track, at risk near it or behind the pace in the last third, met', () => {
    expect(state(0, '2026-03-01')).toBe('on-track')
    expect(state(40, '2026-08-31')).toBe('on-track') // 66 % of the time: not judged yet
    expect(state(40, '2026-09-30')).toBe('at-risk') // 75 % of the time, 40 % done
    expect(state(80, '2026-09-30')).toBe('on-track')
    expect(state(99, '2026-12-01')).toBe('at-risk') // 30 days left
    expect(state(99, '2026-11-30')).toBe('on-track')
    expect(state(100, '2026-03-01')).toBe('met')
    expect(state(99, '2026-12-31')).toBe('at-risk') // the last day is still in time
  })

  it('afterwards the frozen figure decides, whatever came later', () => {
    expect(state(99, '2027-01-01', goal(), false)).toBe('late')
    expect(state(100, '2027-01-05', goal(), false)).toBe('met-late')
    expect(state(90, '2027-01-05', goal(), true)).toBe('met')
    expect(state(100, '2027-01-05', goal(), undefined)).toBe('met-late')
  })

  it('what must hold at the due date is on track at best until then', () => {
    expect(state(0, '2026-03-01', none)).toBe('on-track')
    expect(state(2, '2026-03-01', none)).toBe('on-track')
    expect(state(2, '2026-09-30', none)).toBe('at-risk')
    expect(state(0, '2026-12-31', none)).toBe('on-track')
    expect(state(0, '2027-01-01', none, true)).toBe('met')
    expect(state(3, '2027-02-01', none, true)).toBe('met')
  })

  it('a missed period cannot be caught up: at risk at once', () => {
    expect(state(100, '2026-04-15', quarterly)).toBe('on-track')
    expect(state(null, '2026-01-15', quarterly)).toBe('on-track')
    expect(state(96, '2026-04-15', quarterly)).toBe('at-risk')
  })

  it('without a date nothing is late', () => {
    const open = { startsOn: '2026-01-01', dueOn: null }
    expect(state(10, '2036-01-01', goal(), undefined, open)).toBe('on-track')
    expect(state(0, '2036-01-01', none, undefined, open)).toBe('met')
  })
})
