import { describe, expect, it } from 'vitest'
import type { Condition } from '../core/condition/ast.ts'
import { all, any, asOf, count, field, none, policy, some } from '../core/condition/build.ts'
import type { Values } from '../core/condition/evaluate.ts'
import { PolicyBook } from '../core/policy.ts'
import { countyCatalogue } from '../main.ts'
import { lacks } from './lacks.ts'

const catalogue = countyCatalogue()
const policies = new PolicyBook(catalogue.policies)
const saying = (
  register: string,
  condition: Condition,
  record: Values,
  related: Record<string, Values[]> = {},
  asOf = '2026-11-22',
) =>
  lacks(condition, { area: '140525100', ...record }, related, {
    catalogue,
    policies,
    register,
    moment: { asOf },
    today: '2026-11-22',
  })

const passed = all(field('result').is('合格'), field('trainedOn').within('year'))
const training = (trainedOn: string, result = '合格') => ({
  trainedOn,
  happenedOn: trainedOn,
  result,
  archivedAt: null,
})

describe('what a record lacks, as a clerk would say it', () => {
  it('names the record that almost counted and what keeps it from counting', () => {
    const heads = some('training', passed)
    expect(saying('person', heads, {}, { training: [training('2025-11-05')] })).toEqual([
      '有2025-11-05的培训记录，但不在本年度',
    ])
    expect(
      saying(
        'person',
        heads,
        {},
        { training: [training('2024-03-01', '不合格'), training('2026-11-05', '不合格')] },
      ),
    ).toEqual(['有2026-11-05的培训记录，但考核结果是“不合格”，应为“合格”'])
    expect(saying('person', heads, {}, { training: [] })).toEqual(['没有培训记录'])
    expect(saying('person', heads, {}, { training: [training('2026-02-01')] })).toEqual([])
    expect(
      saying('person', heads, {}, { training: [{ ...training('2026-02-01'), archivedAt: '2026-03-01' }] }),
    ).toEqual(['没有培训记录'])
  })

  it('counts against what is asked, and names a period by its name once it has ended', () => {
    const led = count(
      'chief-check',
      'gte',
      policy('chiefCheck.perQuarter'),
      field('checkedOn').within('quarter'),
    )
    const checks = {
      'chief-check': [{ checkedOn: '2026-04-02', happenedOn: '2026-04-02', archivedAt: null }],
    }
    const [text] = saying('enterprise', led, {}, checks, '2026-03-31')
    expect(text).toMatch(/^.+有 0 条，应不少于 \d+ 条；另有2026-04-02的.+，但不在2026年第1季度$/)
  })

  it('fields: empty, too late, another value; of several ways each', () => {
    expect(
      saying('person', all(field('examPassedOn').lte(asOf()), field('examValidUntil').gte(asOf())), {
        examValidUntil: '2026-03-01',
      }),
    ).toEqual(
      ['考核合格日期没有填写', '考核有效期至是2026-03-01，早于2026-11-22'].map((t) =>
        expect.stringContaining(t.slice(4)),
      ),
    )
    const ways = any(field('status').is('关停'), some('drill', field('heldOn').within('year')))
    expect(saying('enterprise', ways, { status: '在产' }, { drill: [] })).toHaveLength(2)
    const clean = none('drill', field('heldOn').within('year'))
    expect(
      saying('enterprise', clean, {}, { drill: [{ heldOn: '2026-01-01', archivedAt: null }] })[0],
    ).toContain('1 条')
  })
})
