import { describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { checkCondition } from '../../engine/core/condition/check.ts'
import { fieldTypes } from '../../fields/index.ts'
import { quicksOf, toggleQuick } from './quick.ts'

const catalogue = new Catalogue(definitions, fieldTypes)

describe('quick filters', () => {
  it('come from what the definition has: clocks, ends, days', () => {
    const names = (register: string, own = false) =>
      quicksOf(catalogue.record(register), own).map((q) => `${q.name} ${q.label}`)
    expect(names('hazard')).toEqual(['overdue 已逾期', 'week 七天内到期', 'month 本月发现', 'mine 我经手的'])
    expect(names('special-operation-certificate')).toContain('expiring 快到期')
    expect(names('hazard', true)).not.toContain('mine 我经手的')
  })

  it('are conditions that the API takes, in every register', () => {
    const wrong = [...catalogue.records.values()].flatMap((def) =>
      quicksOf(def, false).flatMap((q) => (q.where ? checkCondition(q.where, def.name, catalogue) : [])),
    )
    expect(wrong).toEqual([])
  })

  it('of one kind stand for each other', () => {
    const def = catalogue.record('hazard')
    const [overdue, week, month] = quicksOf(def, false)
    expect(toggleQuick(def, ['overdue', 'month'], week!)).toEqual(['month', 'week'])
    expect(toggleQuick(def, ['overdue'], overdue!)).toEqual([])
    expect(toggleQuick(def, ['overdue'], month!)).toEqual(['overdue', 'month'])
  })
})
