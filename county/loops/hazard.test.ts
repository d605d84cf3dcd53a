import { describe, expect, it } from 'vitest'
import { Catalogue } from '../../engine/core/catalogue.ts'
import type { Condition } from '../../engine/core/condition/ast.ts'
import { evaluate } from '../../engine/core/condition/evaluate.ts'
import type { Role } from '../../engine/core/definition.ts'
import { availableActions, mayClimb, namedTwice, trackOf, valuesSetBy } from '../../engine/core/loop.ts'
import { PolicyBook } from '../../engine/core/policy.ts'
import { lackOfPower, type Mandate } from '../../engine/core/powers.ts'
import { fieldTypes } from '../../fields/index.ts'
import { proves } from '../../test/proves.ts'
import { definitions } from '../index.ts'
import { hazard } from './hazard.ts'

const catalogue = new Catalogue(definitions, fieldTypes)
const policies = new PolicyBook(definitions.policies)

/** A case without a database: the same pure functions that the engine calls. */
class Case {
  state = hazard.initial
  values: Record<string, unknown>
  last: Record<string, { id: string; name: string; roles?: readonly string[] }> = {}
  /** what the town and its officer hold; by default nothing */
  mandate: Mandate = { entrustments: [], certificates: [] }
  day = '2026-03-10'

  constructor(by: string, values: Record<string, unknown>) {
    this.values = { foundOn: '2026-03-02', level: null, delegated: null, handedOver: null, ...values }
    this.last.create = { id: by, name: by }
  }

  #holds = (c: Condition) =>
    evaluate(
      c,
      { ...this.values, state: this.state },
      {},
      {
        catalogue,
        register: 'hazard',
        moment: { asOf: '2026-03-10' },
        policies,
      },
    ).holds

  #lacks = (label: string, item: string, instead: readonly string[]) =>
    lackOfPower(
      hazard,
      label,
      item,
      {
        own: this.#holds(hazard.powers!.entrusted.own),
        orderedAbove: hazard.powers!.orders.some((o) => this.last[o]?.roles?.includes(county)),
      },
      this.mandate,
      this.day,
      instead,
    )

  get track() {
    return trackOf(hazard, this.#holds)
  }

  offers(by: string, role: Role) {
    return availableActions(
      hazard,
      { state: this.state, track: this.track, last: this.last },
      { id: by, roles: [role], ...(role === town && { lacks: this.#lacks }) },
      this.#holds,
    )
  }

  can(by: string, role: Role): string[] {
    return this.offers(by, role)
      .filter((o) => o.enabled)
      .map((o) => o.id)
  }

  why(action: string, by: string, role: Role): string | undefined {
    const offer = this.offers(by, role).find((o) => o.id === action)
    return offer ? offer.reason : '不在本流程'
  }

  do(action: string, by: string, role: Role, form: Record<string, string | boolean | number> = {}): this {
    expect(this.why(action, by, role), `${action} by ${by} in ${this.state}`).toBeUndefined()
    const def = hazard.actions[action]!
    Object.assign(this.values, valuesSetBy(def, form))
    this.state = def.to
    this.last[action] = { id: by, name: by, roles: [role] }
    return this
  }
}

const firm = 'enterprise-officer'
const town = 'town-officer'
const county = 'county-officer'
const general = { level: '一般', clause: '安全生产法 第三十六条' }
const held: Mandate = {
  entrustments: [
    { from: '2026-01-01', to: '2026-12-31', items: ['行政检查', '责令限期整改', '整改复查', '误判撤销'] },
  ],
  certificates: [{ from: '2024-01-01', to: '2028-12-31' }],
}
const work = { responsible: '李四', measures: '更换', dueOn: '2026-03-20' }

describe('hazard loop', () => {
  it('a self-found general hazard is closed inside by a second person, no step skipped', () => {
    const c = new Case('a', { origin: '企业自查上报', foundBy: '企业' })
    expect(c.track).toBe('self')
    expect(c.can('a', firm)).toEqual(['assessInside', 'withdrawInside'])
    expect(c.can('b', firm)).toEqual(['assessInside', 'withdrawInside'])
    c.do('assessInside', 'a', firm, general)
    expect(c.can('a', firm)).toEqual(['arrange', 'withdrawInside'])
    c.do('arrange', 'a', firm, work).do('rectify', 'a', firm)
    const asked = (by: string) => {
      const { form } = c.offers(by, firm).find((o) => o.id === 'acceptInside')!
      return [form.checker?.required, form.onSite?.required]
    }
    // who mended it himself enters it for a second person, with his name and a photo
    expect(asked('a')).toEqual([true, true])
    expect(asked('b')).toEqual([undefined, undefined])
    const { acceptInside } = hazard.actions
    const names = (checker: string) =>
      namedTwice(acceptInside!, c.last, { id: 'a', name: '张 三' }, { checker }, c.values)
    for (const checker of ['张三', '李四', ' 李 四']) expect(names(checker)).toContain('没有参加整改')
    expect(names('王五')).toBeUndefined()
    c.do('acceptInside', 'b', firm)
    expect(c.state).toBe('closed')
    expect(c.can('b', firm)).toEqual([])
  })

  it('a major one is reported, listed, planned, verified on site and closed by somebody else', () => {
    const c = new Case('o1', { origin: '监管执法查处', foundBy: '县局', level: '重大' })
    expect(c.track).toBe('major')
    expect(c.why('confirmMajor', 'a', firm)).toBe('监管部门发现的隐患由监管部门判级。')
    c.do('assess', 'o1', county, { level: '重大', clause: '应急管理部令第10号 第七条第三项' })
    expect(c.can('a', firm)).toEqual(['report'])
    c.do('report', 'a', firm, { control: '停用' }).do('list', 'o1', county, { listedAs: '县级' })
    expect(c.can('a', firm)).toEqual(['plan'])
    c.do('plan', 'a', firm, { ...work, funds: 3, emergencyPlan: '撤人' })
    expect(c.why('approvePlan', 'o1', county)).toBeUndefined()
    c.values.funds = null
    proves('D10', 2, 'a plan that lacks one of the five guarantees is not approved', () =>
      expect(c.why('approvePlan', 'o1', county)).toContain('五项不全'),
    )
    c.values.funds = 3
    c.do('approvePlan', 'o1', county, { dueOn: '2026-04-20' }).do('rectify', 'a', firm)
    expect(c.why('acceptInside', 'b', firm)).toBe('不在本流程')
    c.do('verify', 'o1', county)
    expect(c.why('close', 'o1', county)).toContain('须由另一人办理')
    expect(c.why('close', 't', town)).toContain('由县局监管人员办理')
    c.do('close', 'o2', county)
    expect(c.state).toBe('closed')
  })

  it('who found a major hazard does not close it, even when another verified it', () => {
    const c = new Case('o2', { origin: '监管执法查处', foundBy: '县局', level: '重大' })
    c.state = 'verified'
    c.last.verify = { id: 'o1', name: 'o1' }
    proves('D11', 2, 'neither who found it nor who verified it on site closes a major hazard', () => {
      expect(c.why('close', 'o2', county)).toContain('登记')
      expect(c.why('close', 'o1', county)).toContain('现场复核')
    })
    expect(c.why('close', 'o3', county)).toBeUndefined()
  })

  it("a town's find is a notice; refusal hands it over, and then the county orders and re-checks", () => {
    const c = new Case('t', { origin: '监管执法查处', foundBy: '乡镇' })
    c.do('assess', 't', town, general)
    expect(c.track).toBe('town')
    expect(c.can('t', town)).toEqual(expect.arrayContaining(['notify', 'handOver']))
    expect(c.can('t', town)).not.toContain('order')
    c.do('notify', 't', town, work).do('handOver', 't', town)
    expect(c.track).toBe('order')
    expect(c.can('o1', county)).toContain('order')
  })

  it('an entrusted town orders and re-checks what it found, by a certified officer, while both are valid', () => {
    const c = new Case('t', { origin: '监管执法查处', foundBy: '乡镇', delegated: true })
    c.mandate = held
    expect(c.track).toBe('order')
    c.do('assess', 't', town, general).do('order', 't', town, work).do('rectify', 'a', firm)
    c.day = '2027-01-01'
    expect(c.why('accept', 't', town)).toBe(
      '贵镇没有有效的执法委托书（2026-12-31 已到期），请改用“移交县局”。',
    )
    expect(c.why('askTown', 'o1', county)).toContain('乡镇受托责令')
    c.day = '2026-03-20'
    c.mandate = { ...held, certificates: [{ from: '2020-01-01', to: '2026-03-19' }] }
    expect(c.why('accept', 't', town)).toContain('您没有有效的执法证（2026-03-19 已到期）')
    c.mandate = { ...held, entrustments: [{ ...held.entrustments[0]!, items: ['责令限期整改'] }] }
    expect(c.why('accept', 't', town)).toContain('不含“整改复查”')
    c.mandate = held
    c.do('accept', 't', town)
    expect(c.state).toBe('closed')
  })

  it('a town without entrustment gives notice, follows it up, or hands over; it orders and withdraws nothing', () => {
    const c = new Case('t', { origin: '监管执法查处', foundBy: '乡镇' })
    expect(c.why('withdraw', 't', town)).toBe('贵镇没有有效的执法委托书（没有登记），请联系县局办理。')
    c.do('assess', 't', town, general)
    expect(c.why('withdraw', 't', town)).toBe(
      '贵镇没有有效的执法委托书（没有登记），请改用“下达隐患告知单”或“移交县局”。',
    )
    c.do('notify', 't', town, work).do('rectify', 'a', firm)
    expect(c.can('t', town)).toEqual(expect.arrayContaining(['confirmMended', 'notMended', 'handOver']))
    expect(c.why('accept', 't', town)).toBe('不在本流程')
    c.do('confirmMended', 't', town)
    expect(c.state).toBe('closed')
  })

  it('an entrustment that ran out after the finding leaves notice and hand-over', () => {
    const c = new Case('t', { origin: '监管执法查处', foundBy: '乡镇', delegated: true })
    c.do('assess', 't', town, general)
    expect(c.can('t', town)).toEqual(expect.arrayContaining(['notify', 'handOver']))
    expect(c.can('t', town)).not.toContain('order')
  })

  it('what the county found or ordered is the county’s, whatever the town holds', () => {
    const c = new Case('o1', { origin: '监管执法查处', foundBy: '县局' })
    c.mandate = held
    c.do('assess', 'o1', county, general)
    expect(c.why('order', 't', town)).toContain('不是贵镇发现的，或已移交县局')
    expect(c.why('notify', 't', town)).toContain('乡镇自己发现')
    c.do('order', 'o1', county, work).do('rectify', 'a', firm)
    for (const action of ['accept', 'refuse', 'withdraw'])
      expect(c.why(action, 't', town), action).toContain('由县局')
    const found = new Case('t', { origin: '监管执法查处', foundBy: '乡镇', delegated: true })
    found.mandate = held
    found.do('assess', 't', town, general).do('order', 'o1', county, work).do('rectify', 'a', firm)
    expect(found.why('accept', 't', town)).toContain('由县局责令整改')
  })

  it('the county may ask a town to look: photos and findings for the county, no acceptance', () => {
    const c = new Case('o1', { origin: '监管执法查处', foundBy: '县局' })
    c.do('assess', 'o1', county, general).do('order', 'o1', county, work).do('rectify', 'a', firm)
    expect(c.why('acceptOnLook', 'o1', county)).toContain('还没有乡镇代为核查')
    expect(c.why('accept', 't', town)).toBe('这条隐患由县局责令整改，“复查合格，销号”由县局办理。')
    c.do('askTown', 'o1', county, { request: '看护栏' })
    expect(c.can('t', town)).toEqual(['answerLook'])
    c.do('answerLook', 't', town, { lookedOn: '2026-03-19', finding: '已整改到位' })
    expect(c.state).toBe('checking')
    expect(c.can('t', town)).not.toContain('accept')
    c.do('acceptOnLook', 'o1', county)
    expect(c.state).toBe('closed')
    const major = new Case('o1', { origin: '监管执法查处', foundBy: '县局', level: '重大' })
    major.state = 'checking'
    expect(major.why('verify', 't', town)).toContain('由县局监管人员办理')
    expect(hazard.actions.answerLook?.form?.onSite?.required).toBe(true)
  })

  it('a look counts for the round it was asked in', () => {
    const c = new Case('o1', { origin: '监管执法查处', foundBy: '县局' })
    c.do('assess', 'o1', county, general).do('order', 'o1', county, work).do('rectify', 'a', firm)
    c.do('askTown', 'o1', county).do('answerLook', 't', town, { finding: '已整改到位' })
    c.do('refuse', 'o1', county, { dueOn: '2026-04-01' }).do('rectify', 'a', firm)
    expect(c.why('acceptOnLook', 'o1', county)).toContain('还没有乡镇代为核查')
  })

  it('D06 double reporting is asked of the firm alone', () => {
    const c = new Case('o1', { origin: '监管执法查处', foundBy: '县局', level: '重大' })
    c.do('assess', 'o1', county, { level: '重大', clause: '第七条' })
    expect(c.why('report', 'o1', county)).toContain('由企业')
    expect(hazard.actions.registerMajor?.form).not.toHaveProperty('toWorkers')
    for (const action of ['report', 'plan'])
      expect([hazard.actions[action]?.by, hazard.actions[action]?.form?.toWorkers?.required]).toEqual([
        [firm],
        true,
      ])
    c.do('registerMajor', 'o1', county)
    expect(c.state).toBe('reported')
  })

  it('a firm moves the date of its own general hazard and withdraws it, asking nobody', () => {
    const c = new Case('a', { origin: '企业自查上报', foundBy: '企业' })
    c.do('assessInside', 'a', firm, general).do('arrange', 'a', firm, work)
    c.do('moveInside', 'a', firm, { dueOn: '2026-04-01' })
    expect(c.why('askExtension', 'a', firm)).toBe('不在本流程')
    const { form } = c.offers('a', firm).find((o) => o.id === 'withdrawInside')!
    expect([form.checker?.required, form.onSite?.required]).toEqual([true, true])
    c.do('withdrawInside', 'b', firm)
    expect(c.state).toBe('withdrawn')
  })

  it('the ladder of a self-found general hazard is a reminder and nothing more', () => {
    const self = hazard.ladder.filter((r) => mayClimb(hazard, r.name, 'self'))
    expect(self.filter((r) => r.clock === 'rectify').map((r) => r.kind)).toEqual(['remind'])
    expect(hazard.ladder.filter((r) => mayClimb(hazard, r.name, 'order'))).toHaveLength(8)
  })

  it('origin stays on the case, and an enterprise cannot judge what others found', () => {
    const c = new Case('o1', { origin: '群众举报查实', foundBy: '县局' })
    expect(c.can('a', firm)).toEqual([])
    expect(c.track).toBe('order')
  })

  it('raising to major moves the case to the major track; taking it back needs another officer and papers', () => {
    const c = new Case('a', { origin: '企业自查上报', foundBy: '企业' })
    c.do('assessInside', 'a', firm, general).do('arrange', 'a', firm, work)
    expect(c.why('upgrade', 'a', firm)).toContain('乡镇监管人员')
    c.do('upgrade', 't', town, { clause: '应急管理部令第10号 第十三条第二项' })
    expect([c.state, c.track, c.values.level]).toEqual(['assessed', 'major', '重大'])
    c.last.assess = { id: 'o1', name: 'o1' }
    expect(c.why('withdrawMajor', 'o1', county)).toContain('须由另一人办理')
    expect(hazard.actions.withdrawMajor?.form?.evidence?.required).toBe(true)
    c.do('withdrawMajor', 'o2', county)
    expect(c.state).toBe('withdrawn')
  })

  it('who wrote it down as major, judged it so or raised it takes it down neither way', () => {
    for (const did of ['create', 'assess', 'upgrade'])
      for (const action of ['downgrade', 'withdrawMajor']) {
        const c = new Case('o9', { origin: '监管执法查处', foundBy: '县局', level: '重大', clause: '第七条' })
        c.state = 'assessed'
        c.last[did] = { id: 'o1', name: 'o1' }
        expect(c.why(action, 'o1', county), `${did} ${action}`).toContain('须由另一人办理')
        expect(c.can('o2', county), `${did} ${action}`).toContain(action)
      }
  })

  it('asking for more time does not stop the clock', () => {
    expect(hazard.clocks.rectify?.during).toEqual(['rectifying', 'extending'])
    expect(hazard.clocks.rectifyMajor?.during).toEqual(['rectifying', 'extending'])
  })

  it('both rectification clocks climb reminder, letter, interview, bulletin in growing days', () => {
    for (const clock of ['rectify', 'rectifyMajor']) {
      const rungs = hazard.ladder.filter((r) => r.clock === clock)
      expect(rungs.map((r) => r.kind)).toEqual(['remind', 'letter', 'interview', 'bulletin'])
      const days = rungs.map((r) => policies.number(r.after, '140525', '2026-03-01'))
      expect(days).toEqual([...days].sort((a, b) => a - b))
      expect(new Set(days).size).toBe(4)
    }
  })

  it('every action that demands evidence or reasons has them required', () => {
    const must: Record<string, string[]> = {
      rectify: ['after', 'result', 'rectifiedOn'],
      verify: ['onSite', 'checkers', 'opinion'],
      plan: ['responsible', 'measures', 'funds', 'dueOn', 'emergencyPlan', 'planFile'],
      withdraw: ['reason'],
      refuse: ['reason', 'dueOn'],
    }
    for (const [action, fields] of Object.entries(must))
      for (const f of fields) expect(hazard.actions[action]?.form?.[f]?.required, `${action}.${f}`).toBe(true)
  })
})
