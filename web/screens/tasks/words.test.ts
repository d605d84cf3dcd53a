import { describe, expect, it } from 'vitest'
import type { Figure, Task } from '../../api/work-types.ts'
import { filled, ownersText, ratio, targetText, withUnit } from './words.ts'

const figure = (value: number | null, num: number, den: number | null): Figure => ({ value, num, den })
const task = (more: Partial<Task>) =>
  ({ target: 100, comparator: '>=', unit: '%', state: 'on-track', ...more }) as Task

describe('a task in words', () => {
  it('says the target as the notice does', () => {
    expect(targetText(task({}))).toBe('100%')
    expect(targetText(task({ target: 90 }))).toBe('不少于 90%')
    expect(targetText(task({ target: 4, comparator: '=', unit: '家' }))).toBe('4 家')
    expect(targetText(task({ target: [1, 2], comparator: 'range', unit: '项' }))).toBe('在范围内 1—2 项')
    expect(targetText(task({ target: 0, comparator: '<=', unit: '项' }))).toBe('0 项')
  })
  it('fills the bar towards the target and never beyond', () => {
    expect(filled(task({}), figure(45, 9, 20))).toBeCloseTo(0.45)
    expect(filled(task({ target: 50 }), figure(80, 8, 10))).toBe(1)
    expect(filled(task({ target: 0, unit: '项' }), figure(3, 3, null))).toBe(0)
    expect(filled(task({ target: 0, unit: '项', state: 'met' }), figure(0, 0, null))).toBe(1)
    expect(filled(task({}), figure(null, 0, 0))).toBe(0)
  })
  it('shows a figure without a base as a number', () => {
    expect(ratio(figure(2, 2, null))).toBe('2')
    expect(ratio(figure(45, 9, 20))).toBe('9／20')
    expect(withUnit(null, '%')).toBe('无数据')
    expect(withUnit(84.93, '%')).toBe('84.9%')
  })
  it('folds long lists of owners', () => {
    expect(ownersText([])).toBe('未指定')
    expect(ownersText(['甲', '乙'])).toBe('甲、乙')
    expect(ownersText(['甲', '乙', '丙'])).toBe('甲等 3 个')
  })
})
