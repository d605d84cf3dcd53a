import { describe, expect, it } from 'vitest'
import { figuresCounty } from '../../../test/figures-county.ts'
import type { Condition } from './ast.ts'
import { all, any, atLeast, count, field, latest, none, not, policy, some, sum, window } from './build.ts'
import { asCondition, checkCondition } from './check.ts'
import { evaluate, type Reason, type Values } from './evaluate.ts'
import { explain } from './explain.ts'
import { frag, ident, join, render } from './fragment.ts'
import { toSql } from './sql.ts'
import { compareText, decimal, decimalToText } from './values.ts'
import { looksAtDate, policiesOf, registersOf } from './walk.ts'

const { catalogue, policies } = figuresCounty()
const context = { catalogue, policies, moment: { asOf: '2026-03-31' } }
const holds = (c: Condition, record: Values, related: Record<string, Values[]> = {}) =>
  evaluate(c, { area: '140525101', ...record }, related, { ...context, register: 'firm' }).holds
const why = (c: Condition, record: Values, related: Record<string, Values[]> = {}): Reason =>
  evaluate(c, { area: '140525101', ...record }, related, { ...context, register: 'firm' }).why
const complaints = (c: unknown, register = 'firm') =>
  checkCondition(c, register, catalogue, policies).map((x) => x.message)

describe('evaluate', () => {
  it('a comparison with an empty field is false, and its negation true', () => {
    expect(holds(field('dustWorkers').isNot(5), {})).toBe(false)
    expect(holds(not(field('dustWorkers').isNot(5)), {})).toBe(true)
    expect(holds(field('name').isNot('甲'), { name: '' })).toBe(false)
  })

  it('takes the parameter of the record’s own area', () => {
    const c = field('dustWorkers').gte(policy('dust.connectFrom'))
    expect(holds(c, { dustWorkers: 5 })).toBe(true)
    expect(holds(c, { dustWorkers: 5, area: '140522100' })).toBe(false)
    expect(holds(field('dustWorkers').gte(policy('over.now')), { dustWorkers: 99 })).toBe(false)
  })

  it('adds decimals exactly', () => {
    const rows = [{ weight: 0.1 }, { weight: 0.2 }]
    expect(holds(sum('gateway', 'weight', 'is', 0.3), {}, { gateway: rows })).toBe(true)
    expect(
      holds(sum('gateway', 'weight', 'is', 0.3), {}, { gateway: [{ weight: 0.30000000000000004 }] }),
    ).toBe(false)
    expect(holds(sum('gateway', 'weight', 'is', 0), {})).toBe(true)
  })

  it('leaves archived rows out', () => {
    const rows = [{ name: 'x', archivedAt: '2026-01-01T00:00:00Z' }]
    expect(holds(some('gateway'), {}, { gateway: rows })).toBe(false)
    expect(holds(none('gateway'), {}, { gateway: rows })).toBe(true)
  })

  it('the latest row decides alone; ties fall to the higher id; no row is false', () => {
    const c = latest('gateway', 'connectedOn', field('state').is('在线'))
    const at = (id: string, connectedOn: string, state: string) => ({ id, connectedOn, state })
    expect(holds(c, {}, { gateway: [at('a', '2026-02-01', '在线'), at('b', '2026-01-01', '离线')] })).toBe(
      true,
    )
    expect(holds(c, {}, { gateway: [at('a', '2026-02-01', '在线'), at('b', '2026-02-01', '离线')] })).toBe(
      false,
    )
    expect(holds(c, {})).toBe(false)
  })

  it('says in Chinese why, with the value, the operand and the basis', () => {
    const reason = why(field('dustWorkers').gte(policy('dust.connectFrom')), { dustWorkers: 2 })
    expect(reason.text).toBe('涉粉作业人数 2 人，少于 3 人（依据：接入起点人数，试验通知）')
    expect(reason.basis).toContain('试验通知')
    expect(why(field('dustWorkers').gte(3), {}).text).toContain('未填写')
    const rows = [{ holder: '张三', category: '焊工', validUntil: '2026-01-01' }]
    const missing = why(some('certificate', field('validUntil').gte({ asOf: 0 })), {}, { certificate: rows })
    expect(missing.text).toBe('没有符合“有效期至不早于 2026-03-31”的证书')
    expect(missing.parts?.[0]?.text).toContain('证书“张三”：有效期至 2026-01-01，早于 2026-03-31')
    const held = why(atLeast(2, 'certificate'), {}, { certificate: rows })
    expect(held.text).toBe('证书数量为 1，少于 2')
  })
})

describe('explain', () => {
  it('makes one sentence of a definition', () => {
    const c = all(
      field('dustWorkers').gte(policy('dust.connectFrom')),
      field('smelting').is(true),
      any(atLeast(1, 'gateway', field('state').is('在线')), none('hazard', field('state').isNot('closed'))),
      field('foundedOn').within('quarter', { offset: -1 }),
    )
    expect(explain(c, 'firm', { catalogue, policies })).toBe(
      '涉粉作业人数不少于“接入起点人数”，且金属冶炼为是，且（“接入状态为‘在线’”的监测接入数量不少于 1，或没有“状态不为‘已销号’”的隐患），且成立日期在上季度内',
    )
    expect(explain(c, 'firm', { ...context, area: '140525' })).toContain(
      '涉粉作业人数不少于 3 人（依据：接入起点人数，试验通知）',
    )
    expect(explain(c, 'firm', context)).toContain('成立日期在 2025年第4季度（2025-10-01 至 2025-12-31）内')
    expect(explain(field('firm.scale').is('规上'), 'gateway', context)).toBe('企业规模为“规上”')
  })
})

describe('checkCondition', () => {
  it('accepts what the builders make', () => {
    const c = all(
      field('dustWorkers').gte(policy('dust.connectFrom')),
      field('risks').hasAny(['煤气', '厂中厂']),
      count('certificate', 'gte', { field: 'welders' }, field('category').is('焊工'), 'holder'),
      latest('gateway', 'connectedOn', field('state').is('在线')),
      field('foundedOn').lt({ asOf: -30 }),
      {
        field: 'seenAt',
        op: 'within',
        to: window('last-days', { days: { policy: 'certificate.warnDays' } }),
      },
    )
    expect(complaints(c)).toEqual([])
    expect(asCondition(c, 'firm', catalogue)).toBe(c)
  })

  it.each([
    [field('workers').gte(3), '“企业”没有字段“workers”。'],
    [field('gateway.state').is('在线'), '“企业”没有字段“gateway.state”。'],
    [field('name').gte('甲'), '不能用“gte”比较'],
    [field('dustWorkers').gte('三'), '“涉粉作业人数”应为数字，不能是 "三"。'],
    [field('dustWorkers').gte(policy('dust.from')), '没有名为“dust.from”的依据参数。'],
    [some('gateways'), '没有名为“gateways”的台账。'],
    [some('officer'), '“执法人员”（officer）不属于“企业”'],
    [some('gateway', field('status').is('在线')), '“监测接入”没有字段“status”。'],
    [some('gateway', some('gateway')), '只能查一层'],
    [field('industry').is('采矿'), '“行业”没有选项“采矿”'],
    [field('foundedOn').gte('2026-2-30'), '应为日期'],
    [field('dustWorkers').gte({ field: 'foundedOn' }), '不能与“成立日期”（foundedOn）比较'],
    [field('dustWorkers').gte({ asOf: 3 }), '不是日期'],
    [sum('gateway', 'state', 'gte', 1), '（state）不能这样使用'],
    [{ field: 'foundedOn', op: 'within', to: { window: { period: 'week' } } }, '时间范围“week”不存在'],
    [{ field: 'note', op: 'contains', to: { value: 'a\0b' } }, '应为文字'],
    [{ every: [] }, '看不懂的条件，只有：every。'],
    [null, '条件应为一个对象。'],
  ])('%j: names what is wrong', (condition, message) => {
    expect(complaints(condition).join(' ')).toContain(message)
  })

  it('says where, and refuses endless conditions', () => {
    const deep = all(field('smelting').is(true), any(field('nothing').empty()))
    expect(checkCondition(deep, 'firm', catalogue)[0]?.path).toBe('all[1].any[0]')
    let nested: Condition = field('smelting').is(true)
    for (let i = 0; i < 20; i++) nested = not(nested)
    expect(complaints(nested).join()).toContain('嵌套过深')
    expect(
      complaints(all(...Array.from({ length: 400 }, () => field('smelting').is(true)))).join(),
    ).toContain('条件过多')
    expect(() => asCondition(field('x').empty(), 'firm', catalogue)).toThrow('条件有误')
  })
})

describe('toSql', () => {
  it('writes plain SQL with parameters; a parameter that differs by area becomes a CASE', () => {
    const { text, values } = render(
      toSql(field('dustWorkers').gte(policy('dust.connectFrom')), {
        ...context,
        register: 'firm',
        alias: 't',
      }),
    )
    expect(text).toBe(
      '(case when left("t"."area", $1::int) = $2::text then "t"."dust_workers" >= $3::double precision' +
        ' else "t"."dust_workers" >= $4::double precision end)',
    )
    expect(values).toEqual([6, '140525', 3, 10])
  })

  it('keeps an indexable form for the plain case', () => {
    const { text } = render(toSql(field('industry').is('冶金'), { ...context, register: 'firm', alias: 't' }))
    expect(text).toBe(`"t"."industry" = '冶金'::text`)
    // only what the definition lists is written out
    const other = render(
      toSql(field('industry').is("x' or true--"), { ...context, register: 'firm', alias: 't' }),
    )
    expect(other).toEqual({ text: '"t"."industry" = $1::text', values: ["x' or true--"] })
  })

  it('fragments nest, number their parameters and quote names', () => {
    const f = frag`select ${1} where ${join([frag`a = ${2}`, frag`${ident('b"x')} = ${3}`], ' and ')}`
    expect(render(f, 5)).toEqual({ text: 'select $5 where a = $6 and "b""x" = $7', values: [1, 2, 3] })
  })
})

describe('small parts', () => {
  it('walks: registers, parameters, dates', () => {
    const c = all(
      some('gateway', field('firm.scale').is('规上')),
      field('dustWorkers').gte(policy('only.here')),
    )
    expect(registersOf(c)).toEqual({ related: ['gateway'], parent: false })
    expect(registersOf(field('firm.scale').is('规上'))).toEqual({ related: [], parent: true })
    expect(policiesOf(c)).toEqual(['only.here'])
    expect([looksAtDate(c), looksAtDate(some('drill', field('heldOn').within('year')))]).toEqual([
      false,
      true,
    ])
  })

  it('orders text by code point and reads decimals exactly', () => {
    expect(compareText('\uE000', '𝄞')).toBe(-1) // UTF-16 units would say the other way round
    expect(compareText('ab', 'a')).toBeGreaterThan(0)
    const read = [1e21, 1e-7, -2.5, '12345678901234567890.10'].map((v) => decimalToText(decimal(v)!))
    expect(read).toEqual(['1000000000000000000000', '0.0000001', '-2.5', '12345678901234567890.1'])
  })
})
