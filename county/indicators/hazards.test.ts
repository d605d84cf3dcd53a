import { describe, expect, it } from 'vitest'
import { Catalogue } from '../../engine/core/catalogue.ts'
import type { Condition } from '../../engine/core/condition/ast.ts'
import { evaluate } from '../../engine/core/condition/evaluate.ts'
import { PolicyBook } from '../../engine/core/policy.ts'
import { fieldTypes } from '../../fields/index.ts'
import { proves } from '../../test/proves.ts'
import { definitions } from '../index.ts'

const catalogue = new Catalogue(definitions, fieldTypes)
const policies = new PolicyBook(definitions.policies)
const indicator = (name: string) => catalogue.indicators.get(name)!
const holds = (c: Condition | undefined, row: Record<string, unknown>, asOf: string) =>
  evaluate(c!, row, {}, { catalogue, register: 'hazard', moment: { asOf }, policies }).holds

describe('hazard figures', () => {
  it('what is left from former years is what was found before this year, on its first day and its last', () => {
    const { of } = indicator('major-hazards-old')
    const counts = (foundOn: string, asOf: string) =>
      holds(of.where, { level: '重大', state: 'rectifying', foundOn }, asOf)
    proves('D20', 2, 'the stock is what was found before this year, the increment what came since', () => {
      expect(counts('2025-12-31', '2026-01-01')).toBe(true)
      expect(counts('2025-01-02', '2026-12-31')).toBe(true)
      expect(counts('2026-01-01', '2026-01-01')).toBe(false)
      expect(counts('2026-01-01', '2026-12-31')).toBe(false)
    })
    expect(counts('2026-01-01', '2027-01-01')).toBe(true)
    expect(counts('2027-06-01', '2026-12-31')).toBe(false)
  })

  it('on time is by the day the result came in, and what was sent back is not done', () => {
    const { met } = indicator('hazards-on-time')
    const done = { state: 'closed', dueOn: '2026-03-20', rectifiedOn: '2026-03-19' }
    expect(holds(met, { ...done, rectifyReportedOn: '2026-03-20' }, '2026-06-30')).toBe(true)
    expect(holds(met, { ...done, rectifyReportedOn: '2026-03-21' }, '2026-06-30')).toBe(false)
    expect(holds(met, { ...done, state: 'rectifying', rectifyReportedOn: '2026-03-10' }, '2026-06-30')).toBe(
      false,
    )
    expect(holds(met, done, '2026-06-30')).toBe(false)
  })
})
