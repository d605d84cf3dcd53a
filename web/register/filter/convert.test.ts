import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition } from '../../../engine/core/condition/ast.ts'
import {
  all,
  any,
  atLeast,
  count,
  field,
  latest,
  none,
  not,
  policy,
  some,
  sum,
} from '../../../engine/core/condition/build.ts'
import { countRules, fromQuery, type Group, isGroup, RAW, type Rule, toQuery } from './convert.ts'

/** What a condition means, given what its leaves mean: the oracle for "means the same". */
function means(c: Condition | undefined, leaf: (text: string) => boolean): boolean {
  if (!c) return true
  if ('all' in c) return c.all.every((x) => means(x, leaf))
  if ('any' in c) return c.any.some((x) => means(x, leaf))
  if ('not' in c) return !means(c.not, leaf)
  if ('always' in c) return c.always
  return leaf(JSON.stringify(c))
}

const leaf = fc.oneof(
  fc.constantFrom<Condition>(
    field('name').contains('铸造'),
    field('dustWorkers').gte(policy('dust.connectFrom')),
    field('enterprise.scale').is('规上'),
    field('dueOn').lt({ asOf: -30 }),
    field('foundOn').within('quarter'),
    field('spent').lte({ field: 'funds' }),
    field('chief').empty(),
    some('person', field('role').is('安全管理人员')),
    none('hazard', all(field('level').is('重大'), field('state').isNot('closed'))),
    atLeast(2, 'drill'),
    count('drill', 'gt', 2),
    count('training', 'gte', policy('training.least')),
    count('person', 'gte', 3, undefined, 'name'),
    sum('equipment', 'value', 'gte', 10),
    latest('training', 'heldOn', field('passed').is(true)),
  ),
  fc.boolean().map((always): Condition => ({ always })),
)
const { node } = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }).map((x): Condition => ({ all: x })),
    fc.array(tie('node'), { maxLength: 3 }).map((x): Condition => ({ any: x })),
    tie('node').map((x): Condition => ({ not: x })),
  ),
}))

describe('filter builder ⇄ condition', () => {
  it('keeps the meaning of every condition there and back', () => {
    fc.assert(
      fc.property(node, fc.integer(), (c, seed) => {
        const back = fromQuery(toQuery(c))
        // leaves are true or false by an arbitrary but fixed rule
        const truth = (text: string) =>
          ([...text].reduce((h, ch) => h * 31 + ch.charCodeAt(0), seed) & 1) === 0
        expect(means(back, truth)).toBe(means(c, truth))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps ordinary conditions exactly', () => {
    const c = all(
      field('industry').in(['冶金', '有色']),
      any(field('dust').is(true), not(field('chief').notEmpty())),
      atLeast(1, 'drill', field('heldOn').within('half-year')),
      none('hazard', field('state').is('rectifying')),
    )
    const again = fromQuery(toQuery(c))
    expect(fromQuery(toQuery(again))).toEqual(again)
    expect(again).toEqual({
      all: [
        field('industry').in(['冶金', '有色']),
        any(field('dust').is(true), not(field('chief').notEmpty())),
        atLeast(1, 'drill', field('heldOn').within('half-year')),
        none('hazard', field('state').is('rectifying')),
      ],
    })
  })

  it('carries what has no widget as one rule', () => {
    const c = latest('training', 'heldOn', field('passed').is(true))
    const [rule] = toQuery(c).rules as Rule[]
    expect(rule?.field).toBe(RAW)
    expect(fromQuery(toQuery(c))).toEqual(c)
  })

  it('leaves out rules that are not finished', () => {
    const half: Group = {
      combinator: 'and',
      rules: [
        { field: 'name', operator: 'contains', value: { value: '' } },
        { field: 'industry', operator: 'in', value: { value: [] } },
        { field: 'drills', operator: 'is', value: null },
        { combinator: 'or', rules: [] },
        { field: '~drill', operator: 'is', match: { mode: 'atLeast', threshold: null }, value: null },
      ],
    }
    expect(fromQuery(half)).toBeUndefined()
    expect(
      fromQuery({ ...half, rules: [...half.rules, { field: 'chief', operator: 'empty', value: null }] }),
    ).toEqual(field('chief').empty())
  })

  it('an empty filter is an empty group and counts nothing', () => {
    expect(toQuery(undefined)).toEqual({ combinator: 'and', rules: [] })
    expect(isGroup(toQuery(undefined))).toBe(true)
    expect(countRules(undefined)).toBe(0)
    expect(countRules(all(field('a').empty(), any(field('b').empty(), some('drill'))))).toBe(3)
  })
})
