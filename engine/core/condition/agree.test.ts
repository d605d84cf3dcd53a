import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type FiguresCounty,
  figuresCounty,
  firm,
  insert,
  openFiguresCounty,
} from '../../../test/figures-county.ts'
import { loadSubjects, type Subject } from '../../indicators/subjects.ts'
import type { Database } from '../../store/db.ts'
import { tableOf } from '../naming.ts'
import type { Condition, Json, Moment, Op, Operand } from './ast.ts'
import { sum } from './build.ts'
import { checkCondition } from './check.ts'
import { evaluate, holds } from './evaluate.ts'
import { explain } from './explain.ts'
import { render } from './fragment.ts'
import { toSql } from './sql.ts'
import { instantOps, opsOfKind } from './values.ts'
import { registersOf } from './walk.ts'

const { catalogue, policies } = figuresCounty()
const asOf = '2026-03-31'
/** Seen from a day, and from a day that is judged later: what fields with `past` say is known until then. */
const moments: Moment[] = [{ asOf }, { asOf, known: '2026-05-15' }]

/** Few values, so that random records and random operands often meet. */
const domain: Record<string, fc.Arbitrary<Json>> = {
  text: fc.constantFrom('', 'a', 'b', 'ab', '中', '中文', '\uE000', '𝄞', 'Z', 'é', "o'x", '%_\\'),
  number: fc.constantFrom(0, 1, 2, 3, 5, -2.5, 0.1, 0.2, 0.3, 0.30000000000000004, 1e-7, 1e21, 30),
  date: fc.constantFrom(
    '2025-12-31',
    '2026-01-01',
    '2026-03-01',
    '2026-03-30',
    '2026-03-31',
    '2026-04-01',
    '2026-06-30',
    '9999-12-31',
  ),
  // around Shanghai's midnight, and within one millisecond of each other
  time: fc.constantFrom(
    '2026-03-30T15:59:59.999999Z',
    '2026-03-30T16:00:00.000100Z',
    '2026-03-30T16:00:00.000900Z',
    '2026-03-31T03:00:00Z',
    '2025-12-31T16:00:00Z',
  ),
  boolean: fc.boolean(),
  location: fc.constantFrom('140525101', '140525102', '140522100', '210323101'),
  industry: fc.constantFrom('冶金', '建材'),
  scale: fc.constantFrom('规上', '规下'),
  risks: fc.subarray(['粉尘涉爆', '有限空间', '煤气']),
  state: fc.constantFrom('在线', '离线'),
  tags: fc.subarray(['省', '市', '县']),
  level: fc.constantFrom('重大', '一般'),
  files: fc.constantFrom<Json>([], [{ id: 'x' }]),
}
const empty = <T>(of: fc.Arbitrary<T>) => fc.option(of, { freq: 3, nil: null })

interface Shown {
  path: string
  values: fc.Arbitrary<Json>
  kind: keyof typeof opsOfKind
}
const firmFields: Shown[] = [
  { path: 'name', values: domain.text!, kind: 'text' },
  { path: 'note', values: domain.text!, kind: 'text' },
  { path: 'alias', values: domain.text!, kind: 'text' },
  { path: 'industry', values: domain.industry!, kind: 'text' },
  { path: 'scale', values: domain.scale!, kind: 'text' },
  { path: 'proposedLevel', values: domain.level!, kind: 'text' },
  { path: 'town', values: domain.location!, kind: 'text' },
  { path: 'smelting', values: domain.boolean!, kind: 'boolean' },
  { path: 'dustWorkers', values: domain.number!, kind: 'number' },
  { path: 'cost', values: domain.number!, kind: 'number' },
  { path: 'output', values: domain.number!, kind: 'number' },
  { path: 'proof', values: fc.constantFrom(1, 2, 3), kind: 'number' },
  { path: 'foundedOn', values: domain.date!, kind: 'date' },
  { path: 'happenedOn', values: domain.date!, kind: 'date' },
  { path: 'seenAt', values: domain.date!, kind: 'date' },
  { path: 'recordedAt', values: domain.date!, kind: 'date' },
  { path: 'risks', values: fc.constantFrom('粉尘涉爆', '有限空间', '煤气'), kind: 'set' },
  { path: 'plan', values: domain.files!, kind: 'json' },
  { path: 'mother', values: fc.uuid(), kind: 'id' },
]
const gatewayFields: Shown[] = [
  { path: 'name', values: domain.text!, kind: 'text' },
  { path: 'kind', values: domain.text!, kind: 'text' },
  { path: 'state', values: domain.state!, kind: 'text' },
  { path: 'points', values: domain.number!, kind: 'number' },
  { path: 'weight', values: domain.number!, kind: 'number' },
  { path: 'connectedOn', values: domain.date!, kind: 'date' },
  { path: 'checkedAt', values: domain.date!, kind: 'date' },
  { path: 'tags', values: fc.constantFrom('省', '市', '县'), kind: 'set' },
]
const viaParent = firmFields.map((f) => ({ ...f, path: `firm.${f.path}` }))

const policyFor: Record<string, string[]> = {
  number: ['dust.connectFrom', 'certificate.warnDays', 'only.here', 'over.now'],
  text: ['scale.big'],
}
const windowArb: fc.Arbitrary<Operand> = fc.oneof(
  fc
    .record({
      period: fc.constantFrom('day', 'month', 'quarter', 'half-year', 'year') as fc.Arbitrary<'day'>,
      offset: fc.integer({ min: -2, max: 2 }),
    })
    .map((window) => ({ window })),
  fc
    .record({
      period: fc.constantFrom('last-days', 'next-days') as fc.Arbitrary<'last-days'>,
      days: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom({ policy: 'certificate.warnDays' })),
      offset: fc.integer({ min: -1, max: 1 }),
    })
    .map((window) => ({ window })),
)

/** Fields whose values are instants: they compare with an instant as well as with a day. */
const instants = new Set(['seenAt', 'recordedAt', 'checkedAt', 'updatedAt'])

function comparisonArb(fields: Shown[], all: Shown[] = fields): fc.Arbitrary<Condition> {
  return fc.constantFrom(...fields).chain((f) =>
    fc.constantFrom(...opsOfKind[f.kind]).chain((op): fc.Arbitrary<Condition> => {
      if (op === 'empty' || op === 'notEmpty') return fc.constant({ field: f.path, op })
      if (op === 'within') return windowArb.map((to) => ({ field: f.path, op, to }))
      const to = operandArb(f, op, all)
      const moments = domain.time!.map((value): Operand => ({ value }))
      const either = instants.has(f.path) && instantOps.includes(op) ? fc.oneof(to, moments) : to
      return either.map((to) => ({ field: f.path, op, to }))
    }),
  )
}

function operandArb(f: Pick<Shown, 'kind' | 'values'>, op: Op, all: Shown[]): fc.Arbitrary<Operand> {
  if (op === 'in' || op === 'notIn' || op === 'hasAny')
    return fc.array(f.values, { maxLength: 3 }).map((value) => ({ value }))
  const choices: fc.Arbitrary<Operand>[] = [f.values.map((value) => ({ value }))]
  const peers = all.filter((o) => o.kind === f.kind)
  if (op !== 'has' && peers.length > 0)
    choices.push(fc.constantFrom(...peers).map((o) => ({ field: o.path })))
  if (policyFor[f.kind]) choices.push(fc.constantFrom(...policyFor[f.kind]!).map((policy) => ({ policy })))
  if (f.kind === 'date') choices.push(fc.integer({ min: -95, max: 95 }).map((days) => ({ asOf: days })))
  return fc.oneof(...choices)
}

const orders = fc.constantFrom<Op>('is', 'isNot', 'gt', 'gte', 'lt', 'lte')

function relatedArb(where: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
  const maybe = fc.option(where, { nil: undefined })
  const numbers = operandArb(
    { kind: 'number', values: fc.oneof(fc.nat(4), domain.number!) },
    'is',
    firmFields,
  )
  const counted = fc.constantFrom(undefined, 'name', 'state', 'points', 'connectedOn', 'checkedAt')
  return fc.oneof(
    fc.record({ related: fc.constant('gateway'), test: fc.constantFrom('some', 'none'), where: maybe }),
    fc.record({
      related: fc.constant('gateway'),
      test: fc.constant('count'),
      where: maybe,
      distinct: counted,
      op: orders,
      to: numbers,
    }),
    fc.record({
      related: fc.constant('gateway'),
      test: fc.constantFrom('sum', 'min', 'max'),
      of: fc.constantFrom('points', 'weight'),
      where: maybe,
      op: orders,
      to: numbers,
    }),
    fc.record({
      related: fc.constant('gateway'),
      test: fc.constantFrom('min', 'max'),
      of: fc.constantFrom('connectedOn', 'checkedAt'),
      where: maybe,
      op: orders,
      to: operandArb({ kind: 'date', values: domain.date! }, 'is', firmFields),
    }),
    fc.record({
      related: fc.constant('gateway'),
      test: fc.constant('latest'),
      by: fc.constantFrom('connectedOn', 'checkedAt', 'points', 'name'),
      where,
    }),
  ) as fc.Arbitrary<Condition>
}

const tree = (leaf: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ all: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({ not: tie('tree') }),
      fc.record({ always: fc.boolean() }),
    ),
  })).tree

const inside = tree(comparisonArb([...gatewayFields, ...viaParent], [...gatewayFields, ...viaParent]))
const forFirm = tree(fc.oneof(comparisonArb(firmFields), relatedArb(inside)))
const forGateway = inside

const firmRow = fc.record({
  area: domain.location!,
  name: empty(domain.text!),
  note: empty(domain.text!),
  alias: empty(domain.text!),
  industry: empty(domain.industry!),
  scale: empty(domain.scale!),
  proposedLevel: empty(domain.level!),
  smelting: empty(domain.boolean!),
  dustWorkers: empty(domain.number!),
  cost: empty(domain.number!),
  output: empty(domain.number!),
  proof: fc.constantFrom(1, 2, 3),
  foundedOn: empty(domain.date!),
  happenedOn: domain.date!,
  seenAt: empty(domain.time!),
  recordedAt: domain.time!,
  risks: empty(domain.risks!),
  plan: empty(domain.files!),
  mother: fc.constant(null),
})
const gatewayRow = fc.record({
  name: empty(domain.text!),
  kind: empty(domain.text!),
  state: empty(domain.state!),
  points: empty(domain.number!),
  weight: empty(domain.number!),
  connectedOn: empty(domain.date!),
  checkedAt: empty(domain.time!),
  tags: empty(domain.tags!),
  archivedAt: fc.constantFrom(null, null, null, '2026-03-01T00:00:00Z'),
})
const county = fc.array(fc.tuple(firmRow, fc.array(gatewayRow, { maxLength: 4 })), {
  minLength: 60,
  maxLength: 60,
})

describe('conditions: SQL and function agree', () => {
  let open: FiguresCounty
  let database: Database
  const subjects: Record<string, Subject[]> = {}

  beforeAll(async () => {
    open = await openFiguresCounty()
    database = open.database
    const ids: Record<string, string[]> = { firm: [], gateway: [] }
    for (const [values, gateways] of fc.sample(county, { numRuns: 1, seed: 20260331 })[0]!) {
      const parent = await insert(database.pool, firm, values)
      ids.firm!.push(parent.id)
      for (const g of gateways) {
        const child = await insert(database.pool, catalogue.record('gateway'), {
          ...g,
          area: values.area,
          firmId: parent.id,
        })
        if (!g.archivedAt) ids.gateway!.push(child.id)
      }
    }
    for (const [register, list] of Object.entries(ids)) {
      const needs = { related: register === 'firm' ? ['gateway'] : [], parent: register === 'gateway' }
      subjects[register] = await loadSubjects(database.db, catalogue, register, list, needs)
    }
  }, 60_000)

  afterAll(async () => {
    await open.close()
  })

  async function bySql(condition: Condition, register: string, moment: Moment = { asOf }): Promise<string[]> {
    const predicate = toSql(condition, { catalogue, register, alias: 't', moment, policies })
    const { text, values } = render(predicate)
    const { rows } = await database.pool.query(
      `select t.id from ${tableOf(register)} t where t.archived_at is null and (${text})`,
      values,
    )
    return rows.map((r) => r.id as string).sort()
  }

  const byFunction = (condition: Condition, register: string, moment: Moment): string[] =>
    subjects[register]!.filter((s) => {
      const context = { catalogue, register, moment, policies, parent: s.parent }
      const told = evaluate(condition, s.record, s.related, context)
      expect(told.why.text).not.toBe('')
      expect(holds(condition, s.record, s.related, context)).toBe(told.holds)
      return told.holds
    })
      .map((s) => String(s.record.id))
      .sort()

  it('the data is varied enough to tell right from wrong', async () => {
    const shares = await Promise.all(
      [
        { field: 'note', op: 'gt', to: { value: 'a' } },
        { field: 'cost', op: 'lt', to: { field: 'dustWorkers' } },
        { related: 'gateway', test: 'sum', of: 'points', op: 'gt', to: { value: 3 } },
      ].map((c) => bySql(c as Condition, 'firm')),
    )
    for (const ids of shares) {
      expect(ids.length).toBeGreaterThan(3)
      expect(ids.length).toBeLessThan(57)
    }
  })

  for (const [register, arb] of [
    ['firm', forFirm],
    ['gateway', forGateway],
  ] as const)
    it(`any condition on ${register} selects by SQL what it selects by function`, async () => {
      await fc.assert(
        fc.asyncProperty(arb, fc.constantFrom(...moments), async (condition, moment) => {
          const found = await bySql(condition, register, moment)
          expect(found).toEqual(byFunction(condition, register, moment))
          expect(explain(condition, register, { catalogue, policies })).not.toBe('')
        }),
        { numRuns: 200, seed: 7, endOnFailure: false },
      )
    }, 120_000)

  it('what has happened is counted until the day that is judged, in SQL and in memory alike', async () => {
    const within = (field: string): Condition => ({
      field,
      op: 'within',
      to: { window: { period: 'year', offset: 0 } },
    })
    const counts = async (field: string) =>
      Promise.all(
        moments.map(async (m) => {
          const found = await bySql(within(field), 'firm', m)
          expect(found).toEqual(byFunction(within(field), 'firm', m))
          return found.length
        }),
      )
    const [then, known] = await counts('foundedOn')
    expect(known).not.toBe(then)
    const [plain, same] = await counts('happenedOn')
    expect(same).toBe(plain)
  })

  it('a negated condition selects exactly the others, empty fields included', async () => {
    await fc.assert(
      fc.asyncProperty(forFirm, async (condition) => {
        const [yes, no] = [await bySql(condition, 'firm'), await bySql({ not: condition }, 'firm')]
        expect(yes.length + no.length).toBe(60)
      }),
      { numRuns: 100, seed: 11 },
    )
  }, 60_000)

  it('agreement does not come from refusing: the checker accepts what the generator makes for offered operators', () => {
    const accepted = fc
      .sample(forFirm, { numRuns: 200, seed: 3 })
      .filter((c) => checkCondition(c, 'firm', catalogue, policies).length === 0)
    expect(accepted.length).toBeGreaterThan(100)
    expect(accepted.some((c) => registersOf(c).related.length > 0)).toBe(true)
  })

  it('sums are exact decimals in SQL too', async () => {
    const ids: string[] = []
    for (const weights of [[0.1, 0.2], [0.30000000000000004]]) {
      const parent = await insert(database.pool, firm, {})
      ids.push(parent.id)
      for (const weight of weights)
        await insert(database.pool, catalogue.record('gateway'), { weight, firmId: parent.id })
    }
    const found = await bySql(sum('gateway', 'weight', 'is', 0.3), 'firm')
    expect(found.filter((id) => ids.includes(id))).toEqual([ids[0]])
  })
})
