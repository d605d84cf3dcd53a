import { describe, expect, it } from 'vitest'
import type { Condition } from '../core/condition/ast.ts'
import { all, any, asOf, count, field, none, policy, some } from '../core/condition/build.ts'
import type { Values } from '../core/condition/evaluate.ts'
import { PolicyBook } from '../core/policy.ts'
import { countyCatalogue } from '../main.ts'
import { lacks, shows } from './lacks.ts'

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

  it('a record of another kind does not almost count', () => {
    const model = some(
      'measure-record',
      all(field('kind').is('责任落实示范企业'), field('doneOn').lte(asOf())),
    )
    const other = {
      kind: '危险作业集中整治',
      doneOn: '2026-05-20',
      happenedOn: '2026-05-20',
      archivedAt: null,
    }
    expect(saying('enterprise', model, {}, { 'measure-record': [other] })).toEqual([
      '没有管理措施落实（责任落实示范企业）',
    ])
    const late = { ...other, kind: '责任落实示范企业', doneOn: '2026-12-01' }
    expect(saying('enterprise', model, {}, { 'measure-record': [other, late] })).toEqual([
      '有2026-12-01的管理措施落实，但晚于2026-11-22',
    ])
  })

  it('says what makes a record count', () => {
    const at = {
      catalogue,
      policies,
      register: 'person',
      moment: { asOf: '2026-11-22' },
      today: '2026-11-22',
    }
    expect(
      shows(some('training', passed), {}, { training: [training('2026-02-01'), training('2025-02-01')] }, at),
    ).toEqual(['有2026-02-01的培训记录'])
    expect(shows(field('leftOn').empty(), {}, {}, at)).toHaveLength(1)
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
    const examined = all(field('examPassedOn').lte(asOf()), field('examValidUntil').gte(asOf()))
    const [passedOn, valid] = saying('person', examined, { examValidUntil: '2026-03-01' })
    expect(passedOn).toMatch(/没有填写$/)
    expect(valid).toMatch(/是2026-03-01，早于2026-11-22$/)
    const ways = any(field('status').is('关停'), some('drill', field('heldOn').within('year')))
    expect(saying('enterprise', ways, { status: '在产' }, { drill: [] })).toHaveLength(2)
    const clean = none('drill', field('heldOn').within('year'))
    expect(
      saying('enterprise', clean, {}, { drill: [{ heldOn: '2026-01-01', archivedAt: null }] })[0],
    ).toContain('1 条')
  })
})
