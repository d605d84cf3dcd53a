import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FiguresCounty, insert, openFiguresCounty } from '../../test/figures-county.ts'
import { proves } from '../../test/proves.ts'
import { Catalogue } from '../core/catalogue.ts'
import { checkCatalogue } from '../core/catalogue-check.ts'
import { all, any, atLeast, count, field, not, policy, some } from '../core/condition/build.ts'
import { defineIndicator } from '../core/define.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { computeIndicator } from './compute.ts'
import { addFigures } from './figure.ts'
import { met, missing } from './lists.ts'
import type { FigureContext, FigureQuery } from './population.ts'

const day = { asOf: '2026-12-31', scope: '140525' }
const claimed = { proof: { least: 'claimed' as const } }
const indicator = (
  name: string,
  def: Partial<IndicatorDef> & Pick<IndicatorDef, 'of' | 'measure'>,
): IndicatorDef => defineIndicator(name, { label: name, basis: [], unit: '%', ...claimed, ...def })

const online = field('state').is('在线')
const valid = all(field('issuedOn').lte({ asOf: 0 }), field('validUntil').gte({ asOf: 0 }))

/**
 * Sentences of different shape from the notices of three counties, in our own words, each with the definition
 * that answers it. The figures expected are counted by hand from the data below.
 */
const sentences = {
  'a share: every enforcement check of the year is entered in the ministry’s system': indicator('entered', {
    of: {
      register: 'visit',
      where: all(field('kind').is('执法检查'), field('heldOn').within('year')),
    },
    measure: 'share',
    met: field('entered').is(true),
  }),
  'at least 1: one dust enterprise is connected to the provincial system': indicator('connected', {
    of: { register: 'firm', where: field('dustWorkers').gte(policy('dust.connectFrom')) },
    measure: 'count',
    met: some('gateway', all(online, field('tags').has('省'))),
    proof: { related: 'gateway', where: online, least: 'verified' },
    unit: '家',
  }),
  'the 3 named firms reach grade three or better': indicator('graded', {
    of: { register: 'firm' },
    measure: 'count',
    met: some('standard', all(field('level').in(['一级', '二级', '三级']), valid)),
    unit: '家',
  }),
  'growth: standardised large enterprises rise by 10 % a year': indicator('growth', {
    of: { register: 'firm', where: field('scale').is('规上') },
    measure: 'change',
    change: 'year',
    met: some('standard', valid),
  }),
  'once a quarter: the chief leads a check in every enterprise': indicator('quarterly', {
    of: { register: 'firm', where: not(field('smelting').is(true)), every: 'quarter' },
    measure: 'share',
    met: some('visit', all(field('kind').is('带队检查'), field('heldOn').within('quarter'))),
  }),
  'monthly for smelters: the chief leads a check every month': indicator('monthly', {
    of: { register: 'firm', where: field('smelting').is(true), every: 'month' },
    measure: 'share',
    met: some('visit', all(field('kind').is('带队检查'), field('heldOn').within('month'))),
  }),
  'required against held: as many valid welders as the posts need': indicator('held', {
    of: { register: 'firm', where: field('welders').gt(0) },
    measure: 'share',
    met: count(
      'certificate',
      'gte',
      { field: 'welders' },
      all(field('category').is('焊工'), field('validUntil').gte({ asOf: 0 })),
      'holder',
    ),
  }),
  'elapsed days: how long hazards stay open before they are closed': indicator('elapsed', {
    of: { register: 'hazard', where: field('foundOn').within('year') },
    measure: 'duration',
    duration: { from: 'foundOn', to: 'closedOn' },
    unit: '天',
    lessIsBetter: true,
  }),
  'zero open: no major hazard is left open': indicator('open', {
    of: { register: 'hazard', where: all(field('level').is('重大'), field('state').isNot('closed')) },
    measure: 'count',
    unit: '项',
    lessIsBetter: true,
  }),
  'two populations: half-yearly drills for smelting, labour-intensive and shared plants': indicator(
    'drills',
    {
      of: {
        register: 'firm',
        where: any(field('smelting').is(true), field('risks').hasAny(['厂中厂', '劳动密集型'])),
        every: 'half-year',
      },
      measure: 'share',
      met: some('drill', all(field('kind').is('疏散逃生'), field('heldOn').within('half-year'))),
    },
  ),
  'at least one round: every smelter has a preventive check within the year': indicator('round', {
    of: { register: 'firm', where: field('smelting').is(true) },
    measure: 'share',
    met: atLeast(1, 'visit', all(field('kind').is('预防检查'), field('heldOn').within('year'))),
    proof: { related: 'visit', where: field('kind').is('预防检查'), least: 'evidenced' },
  }),
  'three rates: officers entered and trained': indicator('officers', {
    of: { register: 'officer' },
    measure: 'share',
    met: all(field('entered').is(true), field('trained').is(true)),
  }),
  'three rates: key enterprises whose check is entered': indicator('key', {
    of: { register: 'firm', where: field('smelting').is(true) },
    measure: 'share',
    met: some(
      'visit',
      all(field('kind').is('执法检查'), field('entered').is(true), field('heldOn').within('year')),
    ),
  }),
  'three rates: welding machines with a code': indicator('machines', {
    of: { register: 'machine' },
    measure: 'share',
    met: field('coded').is(true),
    proof: { least: 'evidenced' },
  }),
  'money: safety expense against output': indicator('expense', {
    of: { register: 'firm', where: field('scale').is('规上') },
    measure: 'sum',
    sum: 'cost',
    over: 'output',
  }),
}
type Sentence = keyof typeof sentences

describe('twelve sentences of notices as figures', () => {
  let county: FiguresCounty
  let context: FigureContext
  const firms: Record<string, string> = {}

  const add = async (name: string, values: Record<string, unknown>) => {
    firms[name] = (
      await insert(county.database.pool, county.catalogue.record('firm'), { name, ...values })
    ).id
  }
  const child = (register: string, of: string, values: Record<string, unknown>, area = '140525101') =>
    insert(county.database.pool, county.catalogue.record(register), { firmId: firms[of], area, ...values })

  beforeAll(async () => {
    county = await openFiguresCounty()
    context = county
    await add('炼一', { smelting: true, scale: '规上', welders: 2, cost: 30, output: 1000, dustWorkers: 3 })
    await add('炼二', { smelting: true, scale: '规下', area: '140525102', welders: 1 })
    await add('机三', { scale: '规上', cost: 20, output: 500, dustWorkers: 2, risks: ['厂中厂'] })
    await add('机四', { scale: '规下', area: '140525102', welders: 0, dustWorkers: 9 })
    await add('散五', {
      scale: '规上',
      archivedAt: '2026-06-01T00:00:00Z',
      smelting: true,
      cost: 1e6,
      output: 1,
    })
    await add('邻六', { scale: '规上', area: '140522100', smelting: true, welders: 1, dustWorkers: 9 })
    const two = '140525102'
    // monitoring: one verified, one only claimed; the neighbour county needs 10 dust workers
    await child('gateway', '炼一', { state: '在线', tags: ['省', '县'], proof: 3 })
    await child('gateway', '机四', { state: '在线', tags: ['省'], proof: 1 }, two)
    await child('gateway', '邻六', { state: '在线', tags: ['省'], proof: 3 }, '140522100')
    // standardisation: valid at the end of 2025: 炼一, 机三; of 2026: 机三 (renewed), 炼二, 炼一 lapsed
    await child('standard', '炼一', { level: '三级', issuedOn: '2023-05-01', validUntil: '2026-04-30' })
    await child('standard', '机三', { level: '二级', issuedOn: '2023-01-01', validUntil: '2025-12-31' })
    await child('standard', '机三', { level: '二级', issuedOn: '2026-01-01', validUntil: '2028-12-31' })
    await child('standard', '炼二', { level: '三级', issuedOn: '2026-09-01', validUntil: '2029-08-31' }, two)
    // chief-led checks: 机三 in Q1 and Q3, 机四 in Q1 twice; 炼一 in eleven months, 炼二 in one
    for (const heldOn of ['2026-02-01', '2026-08-31'])
      await child('visit', '机三', { kind: '带队检查', heldOn })
    for (const heldOn of ['2026-01-01', '2026-03-31'])
      await child('visit', '机四', { kind: '带队检查', heldOn }, two)
    for (let month = 1; month <= 11; month++)
      await child('visit', '炼一', { kind: '带队检查', heldOn: `2026-${String(month).padStart(2, '0')}-15` })
    await child('visit', '炼二', { kind: '带队检查', heldOn: '2026-12-31' }, two)
    // enforcement: three this year, two entered; one of last year does not count
    await child('visit', '炼一', { kind: '执法检查', heldOn: '2026-03-01', entered: true })
    await child('visit', '炼二', { kind: '执法检查', heldOn: '2026-03-02', entered: false }, two)
    await child('visit', '机三', { kind: '执法检查', heldOn: '2026-03-03', entered: true })
    await child('visit', '机三', { kind: '执法检查', heldOn: '2025-12-31', entered: false })
    // preventive checks: 炼一 with photos, 炼二 only claimed
    await child('visit', '炼一', { kind: '预防检查', heldOn: '2026-05-05', proof: 2 })
    await child('visit', '炼二', { kind: '预防检查', heldOn: '2026-05-05', proof: 1 }, two)
    // welders: 炼一 needs 2 and has 2 people (one with two cards), 炼二 needs 1 whose card has lapsed
    for (const [holder, validUntil] of [
      ['甲', '2027-01-01'],
      ['甲', '2028-01-01'],
      ['乙', '2026-12-31'],
    ])
      await child('certificate', '炼一', { holder, category: '焊工', validUntil })
    await child('certificate', '炼二', { holder: '丙', category: '焊工', validUntil: '2026-12-30' }, two)
    // drills: first half 炼一 and 机三, second half 炼一
    for (const [name, heldOn] of [
      ['炼一', '2026-06-30'],
      ['机三', '2026-01-01'],
      ['炼一', '2026-07-01'],
    ] as const)
      await child('drill', name, { kind: '疏散逃生', heldOn })
    // hazards: closed after 10 and 31 days, one open major, one open general
    await child('hazard', '炼一', {
      level: '重大',
      foundOn: '2026-03-01',
      closedOn: '2026-03-11',
      state: 'closed',
    })
    await child('hazard', '机三', {
      level: '一般',
      foundOn: '2026-03-01',
      closedOn: '2026-04-01',
      state: 'closed',
    })
    await child('hazard', '机三', { level: '一般', foundOn: '2026-05-01' })
    await child('hazard', '炼二', { level: '重大', foundOn: '2026-05-01' }, two)
    // machines: 3 of 4 coded, one of them only claimed
    for (const [coded, proof] of [
      [true, 2],
      [true, 3],
      [true, 1],
      [false, 3],
    ])
      await child('machine', '炼一', { coded, proof })
    const officer = county.catalogue.record('officer')
    await insert(county.database.pool, officer, { area: '140525', entered: true, trained: true })
    await insert(county.database.pool, officer, { area: '140525', entered: true, trained: false })
    await insert(county.database.pool, officer, { area: '140525', entered: true })
  }, 60_000)

  afterAll(async () => {
    await county.close()
  })

  const figure = (s: Sentence, query: Partial<FigureQuery> = {}) =>
    computeIndicator(context, sentences[s], { ...day, ...query })

  const expected: Record<Sentence, { num: number; den: number | null; value: number | null }> = {
    'a share: every enforcement check of the year is entered in the ministry’s system': {
      num: 2,
      den: 3,
      value: 200 / 3,
    },
    'at least 1: one dust enterprise is connected to the provincial system': { num: 1, den: 2, value: 1 },
    'the 3 named firms reach grade three or better': { num: 2, den: 4, value: 2 },
    'growth: standardised large enterprises rise by 10 % a year': { num: 1, den: 2, value: -50 },
    'once a quarter: the chief leads a check in every enterprise': { num: 3, den: 8, value: 37.5 },
    'monthly for smelters: the chief leads a check every month': { num: 12, den: 24, value: 50 },
    'required against held: as many valid welders as the posts need': { num: 1, den: 2, value: 50 },
    'elapsed days: how long hazards stay open before they are closed': { num: 41, den: 2, value: 20.5 },
    'zero open: no major hazard is left open': { num: 1, den: 1, value: 1 },
    'two populations: half-yearly drills for smelting, labour-intensive and shared plants': {
      num: 3,
      den: 6,
      value: 50,
    },
    'at least one round: every smelter has a preventive check within the year': { num: 1, den: 2, value: 50 },
    'three rates: officers entered and trained': { num: 1, den: 3, value: 100 / 3 },
    'three rates: key enterprises whose check is entered': { num: 1, den: 2, value: 50 },
    'three rates: welding machines with a code': { num: 2, den: 4, value: 50 },
    'money: safety expense against output': { num: 50, den: 1500, value: 10 / 3 },
  }

  it('are valid definitions', () => {
    const { records, policies, fieldTypes } = county.catalogue
    const indicators = Object.values(sentences)
    const all = new Catalogue(
      { records: [...records.values()], indicators, gradings: [], policies: [...policies] },
      fieldTypes,
    )
    const names = new Set(indicators.map((i) => i.name))
    expect(checkCatalogue(all).filter((c) => names.has(c.path.split('.')[0] ?? ''))).toEqual([])
  })

  it.each(Object.entries(expected) as [Sentence, (typeof expected)[Sentence]][])(
    '%s',
    async (sentence, { num, den, value }) => {
      const found = await figure(sentence)
      expect([found.num, found.den]).toEqual([num, den])
      expect(found.value).toBeCloseTo(value!, 10)
    },
  )

  it('the task’s subset narrows the population: named firms, or the large ones only', async () => {
    const named = { ids: [firms.炼二!, firms.机四!, firms.邻六!] }
    const s = 'the 3 named firms reach grade three or better'
    expect(await figure(s, { subset: named })).toMatchObject({ num: 1, den: 2 })
    const large = { where: field('scale').is('规上') }
    const small = { where: field('scale').is('规下') }
    expect(await figure(s, { subset: large })).toMatchObject({ num: 1, den: 2 })
    expect(await figure(s, { subset: small })).toMatchObject({ num: 1, den: 2 })
  })

  it('the proof split shows all that are met; the least proof decides what counts', async () => {
    const machines = await figure('three rates: welding machines with a code')
    expect(machines).toMatchObject({ num: 2, proof: { claimed: 1, evidenced: 1, verified: 1 } })
    const connected = await figure('at least 1: one dust enterprise is connected to the provincial system')
    expect(connected.proof).toEqual({ claimed: 1, evidenced: 0, verified: 1 })
  })

  it('a running period counts only those that have met it; later periods not at all', async () => {
    const s = 'once a quarter: the chief leads a check in every enterprise'
    // 20 March: nobody is late for the first quarter yet
    expect(await figure(s, { asOf: '2026-03-20' })).toMatchObject({ num: 2, den: 2 })
    // 15 May: Q1 is over (机三, 机四 met), Q2 runs (nobody met)
    expect(await figure(s, { asOf: '2026-05-15' })).toMatchObject({ num: 2, den: 2 })
    // the last day of Q2 belongs to it: its end is the end of that day
    expect(await figure(s, { asOf: '2026-06-30' })).toMatchObject({ num: 2, den: 4 })
    // a span that begins in July leaves the first two quarters out
    const span = { from: '2026-07-01', to: '2026-12-31' }
    expect(await figure(s, { span })).toMatchObject({ num: 1, den: 4 })
  })

  it('windows of an ended period are those of its end, not of today', async () => {
    const s = 'monthly for smelters: the chief leads a check every month'
    expect(await figure(s, { asOf: '2026-11-30', subset: { ids: [firms.炼一!] } })).toMatchObject({
      num: 11,
      den: 11,
    })
  })

  it('by town: numerators and denominators add up to the county, rates are not averaged', async () => {
    const s = 'a share: every enforcement check of the year is entered in the ministry’s system'
    const found = await computeIndicator(context, sentences[s], { ...day, groupBy: 'town' })
    expect(found.groups.map((g) => [g.area, g.num, g.den, g.value])).toEqual([
      ['140525101', 2, 2, 100],
      ['140525102', 0, 1, 0],
    ])
    const sum = addFigures(sentences[s], found.groups)
    expect(sum).toEqual({ num: found.num, den: found.den, value: found.value, proof: found.proof })
    const province = await computeIndicator(
      context,
      sentences['three rates: key enterprises whose check is entered'],
      {
        ...day,
        scope: '14',
        groupBy: 'county',
      },
    )
    proves('T06', 2, 'a figure adds up from towns to the county and from counties to the province', () => {
      expect(sum.num).toBe(found.num)
      expect(province.groups.map((g) => [g.area, g.num, g.den])).toEqual([
        ['140522', 0, 1],
        ['140525', 1, 2],
      ])
    })
  })

  it('nobody in the area: no value rather than zero or a hundred', async () => {
    const s = 'three rates: officers entered and trained'
    expect(await figure(s, { scope: '140525103' })).toMatchObject({ num: 0, den: 0, value: null })
  })

  it('says who is missing, for which period, and why', async () => {
    const s = sentences['once a quarter: the chief leads a check in every enterprise']
    const list = await missing(context, s, { ...day, limit: 3 })
    expect(list.total).toBe(5)
    expect(list.rows.map((r) => [r.row.name, r.period])).toEqual([
      ['机三', '2026年第2季度'],
      ['机四', '2026年第2季度'],
      ['机四', '2026年第3季度'],
    ])
    expect(list.rows[0]?.reason).toBe('有2026-08-31的检查，但不在2026年第2季度')
    const rest = await missing(context, s, { ...day, limit: 3, offset: 3 })
    expect([rest.total, rest.rows.length]).toEqual([5, 2])
    expect(await missing(context, s, { ...day, town: '140525102' })).toMatchObject({ total: 3 })
    expect((await missing(context, s, { ...day, offset: 90 })).total).toBe(5)
  })

  it('tells a fact that is there but too weakly proved from one that is not', async () => {
    const s = sentences['at least one round: every smelter has a preventive check within the year']
    const [row] = (await missing(context, s, day)).rows
    expect(row).toMatchObject({ proof: 1, row: { name: '炼二' } })
    expect(row?.reason).toContain('只是自报，有佐证的才计入')
    // the way to what lacks proof; what is missing altogether has none
    expect(row?.weak).toMatchObject({ register: 'visit' })
    const [counted] = (await met(context, s, day)).rows
    expect(counted).toMatchObject({ proof: 2, row: { name: '炼一' } })
    expect(counted?.reason).toMatch(/^有\d{4}-\d\d-\d\d的检查/)
  })
})
