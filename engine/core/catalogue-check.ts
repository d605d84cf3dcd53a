import { aboutComplaints } from './about.ts'
import type { Catalogue } from './catalogue.ts'
import type { Condition } from './condition/ast.ts'
import { checkCondition } from './condition/check.ts'
import { looksAtDate } from './condition/walk.ts'
import { WISH_DAYS } from './deciding.ts'
import type {
  DutyDef,
  FieldDef,
  Fields,
  GradingDef,
  IndicatorDef,
  LoopDef,
  RecordDef,
  SelfCheckDef,
  TemplateDef,
} from './definition.ts'
import { dutyPeriod } from './duty.ts'
import type { Complaint } from './errors.ts'
import { levelOrder } from './grade.ts'
import { columnOf, tableOf } from './naming.ts'
import { PolicyBook } from './policy.ts'
import { type PopulationDef, populationComplaints } from './population.ts'
import { reserved, taken } from './reserved.ts'
import { isRole } from './roles.ts'
import { systemFieldsOf } from './system-fields.ts'

/** PostgreSQL cuts names at 63 bytes; index names are made of table and column names. */
const LONGEST_NAME = 40
/**
 * Everything definitions refer to exists: fields, roles, states, policies, deadline anchors, indicator inputs;
 * names fit PostgreSQL. Run at every start; the wrong name is in the message.
 */
export function checkCatalogue(catalogue: Catalogue): Complaint[] {
  const checker = new Checker(catalogue)
  // everything else asks field types: without one there is nothing more to say
  for (const def of catalogue.records.values()) checker.fieldTypes(def)
  if (checker.complaints.length) return checker.complaints
  for (const def of catalogue.records.values()) checker.record(def)
  for (const def of catalogue.indicators.values()) checker.indicator(def)
  for (const p of catalogue.populations.values()) checker.population(p)
  checker.complaints.push(
    ...populationComplaints(catalogue.indicators.values(), catalogue.policies, catalogue.populations),
  )
  checker.complaints.push(...aboutComplaints(catalogue.indicators.values(), catalogue.vocabulary))
  for (const def of catalogue.gradings.values()) checker.grading(def)
  for (const duty of catalogue.duties) checker.duty(duty)
  for (const template of catalogue.templates) checker.template(template)
  if (catalogue.selfCheck) checker.selfCheck(catalogue.selfCheck)
  return checker.complaints
}

class Checker {
  readonly complaints: Complaint[] = []
  readonly #catalogue: Catalogue
  readonly #policies: PolicyBook

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
    this.#policies = new PolicyBook(catalogue.policies)
  }

  #say(path: string, message: string): void {
    this.complaints.push({ path, message })
  }

  #condition(path: string, condition: Condition | undefined, register: string): void {
    if (!condition) return
    for (const c of checkCondition(condition, register, this.#catalogue, this.#policies))
      this.#say(c.path ? `${path}.${c.path}` : path, c.message)
  }

  #policy(path: string, key: string): void {
    if (!this.#policies.has(key)) this.#say(path, `没有名为“${key}”的依据参数。`)
  }

  #roles(path: string, names: readonly string[]): void {
    for (const r of names) if (!isRole(r)) this.#say(path, `没有名为“${r}”的角色。`)
  }

  #field(path: string, def: RecordDef, name: string): void {
    if (!this.#catalogue.findField(def.name, name)) this.#say(path, `“${def.label}”没有字段“${name}”。`)
  }

  fieldTypes(def: RecordDef): void {
    const forms = def.kind === 'loop' ? Object.values(def.actions).map((a) => a.form ?? {}) : []
    for (const fields of [def.fields, ...forms])
      for (const [name, f] of Object.entries(fields))
        if (!this.#catalogue.fieldTypes[f.type])
          this.#say(`${def.name}.${name}`, `没有名为“${f.type}”的字段类型。`)
  }

  record(def: RecordDef): void {
    const at = def.name
    if (!/^[a-z][a-z0-9-]*$/.test(at)) this.#say(at, '台账名称只能用小写字母、数字和连字符。')
    if (at.length > LONGEST_NAME) this.#say(at, `台账名称超过 ${LONGEST_NAME} 个字符。`)
    if (taken.has(tableOf(at)) || reserved.has(tableOf(at)))
      this.#say(at, `“${at}”是系统保留的名称，请换一个。`)
    if (def.of && !this.#catalogue.findRecord(def.of)) this.#say(`${at}.of`, `没有名为“${def.of}”的台账。`)
    if (!def.of && !def.scope) this.#say(at, '没有上级的台账须写明 scope（所在地取自哪个字段）。')
    this.#fields(at, def, def.fields)
    for (const [key, names] of Object.entries({
      list: def.list,
      search: def.search ?? [],
      counted: def.counted ?? [],
      title: [def.title],
    }))
      for (const name of names) this.#field(`${at}.${key}`, def, name)
    for (const name of Object.values(def.scope ?? {})) this.#field(`${at}.scope`, def, name)
    for (const key of [...(def.keys ?? []), ...(def.indexes ?? [])])
      for (const name of key) if (name !== 'parent') this.#field(`${at}.keys`, def, name)
    for (const group of def.groups ?? [])
      for (const name of group.fields) this.#field(`${at}.groups.${group.label}`, def, name)
    if (def.happenedOn) this.#field(`${at}.happenedOn`, def, def.happenedOn)
    if (def.expires) {
      this.#field(`${at}.expires`, def, def.expires.on)
      this.#policy(`${at}.expires`, def.expires.warn)
      for (const name of def.expires.per ?? []) if (name !== 'parent') this.#field(`${at}.expires`, def, name)
    }
    if (def.sealed) {
      this.#condition(`${at}.sealed`, def.sealed.when, at)
      const { openDays, samples, raise, own } = def.sealed
      for (const key of [openDays, samples.most, samples.share]) this.#policy(`${at}.sealed`, key)
      for (const name of [raise, ...own])
        if (def.kind !== 'loop' || !def.actions[name])
          this.#say(`${at}.sealed`, `没有名为“${name}”的办理动作。`)
      for (const name of [...def.sealed.done, ...def.sealed.dropped])
        if (def.kind !== 'loop' || !def.states[name])
          this.#say(`${at}.sealed`, `“${def.label}”没有状态“${name}”。`)
    }
    this.#sets(def)
    for (const { same, unlike = [], where } of def.asks ?? []) {
      for (const name of [...same, ...unlike]) if (name !== 'parent') this.#field(`${at}.asks`, def, name)
      this.#condition(`${at}.asks`, where, at)
    }
    if (def.near) this.#field(`${at}.near`, def, def.near)
    for (const name of def.evidence ?? [])
      if (def.fields[name]?.type !== 'files' && def.fields[name]?.type !== 'photos')
        this.#say(`${at}.evidence`, `“${name}”不是“${def.label}”的附件字段，不能作为佐证。`)
    for (const remark of this.#catalogue.remarksOn(def.fields))
      for (const name of remark.fields) this.#field(`${at}.remarks`, def, name)
    this.#roles(`${at}.rights`, Object.keys(def.rights))
    if (def.kind === 'loop') this.#loop(def)
  }

  /** What a record sets on its parent is there, of one type, and set by this register alone. */
  #sets(def: RecordDef): void {
    if (!def.sets) return
    const at = `${def.name}.sets`
    const parent = def.of ? this.#catalogue.findRecord(def.of) : undefined
    if (!parent) {
      this.#say(at, '没有上级台账，不能写入上级的字段。')
      return
    }
    const { by, since, fields } = def.sets
    if (def.fields[by]?.type !== 'date' || !def.fields[by]?.required)
      this.#say(at, `“${by}”须是“${def.label}”的必填日期。`)
    if (since && parent.fields[since]?.type !== 'date') this.#say(at, `“${parent.label}”没有日期“${since}”。`)
    for (const name of Object.keys(def.sets.imported ?? {})) this.#field(at, def, name)
    for (const [to, from] of Object.entries(fields)) {
      if (!parent.fields[to] || parent.fields[to]?.type !== def.fields[from]?.type)
        this.#say(at, `“${def.label}”的“${from}”与“${parent.label}”的“${to}”类型不同，或没有这个字段。`)
      for (const other of this.#catalogue.settersOf(parent.name))
        if (other.def.name !== def.name && to in other.fields)
          this.#say(at, `“${parent.label}”的“${to}”已由“${other.def.label}”写入。`)
    }
  }

  #fields(at: string, def: RecordDef, fields: Fields): void {
    const system = systemFieldsOf(def)
    for (const [name, f] of Object.entries(fields)) {
      const path = `${at}.${name}`
      if (!/^[a-z][A-Za-z0-9]*$/.test(name)) this.#say(path, '字段名称只能用驼峰式字母和数字。')
      if (name.length > LONGEST_NAME) this.#say(path, `字段名称超过 ${LONGEST_NAME} 个字符。`)
      if (fields === def.fields && (name in system || name === 'version' || name === 'archivedAt'))
        this.#say(path, `“${name}”是系统字段，请换一个名称。`)
      if (fields === def.fields && reserved.has(columnOf(name)))
        this.#say(path, `“${name}”是数据库的保留字，请换一个名称。`)
      if (f.type === 'ref' && (!f.to || !this.#catalogue.findRecord(f.to)))
        this.#say(path, `没有名为“${f.to}”的台账可以引用。`)
      if ((f.type === 'choice' || f.type === 'choices') && !f.options?.length)
        this.#say(path, '选择字段没有选项。')
      if (fields === def.fields) this.#condition(`${path}.when`, f.when, def.name)
      this.#condition(`${path}.requiredWhen`, f.requiredWhen, def.name)
      if (f.notBefore && (f.type !== 'date' || fields[f.notBefore]?.type !== 'date'))
        this.#say(path, `notBefore 须是日期字段，指向同一处的另一个日期字段；没有日期字段“${f.notBefore}”。`)
      if (f.writers) this.#roles(`${path}.writers`, f.writers)
      if (f.decides) this.#decides(path, def, fields, f)
    }
  }

  #decides(path: string, def: RecordDef, fields: Fields, f: FieldDef): void {
    if (fields !== def.fields || def.kind === 'loop')
      this.#say(path, '闭环和办理表单的字段不能标为 decides：它们由办理动作和更正规则决定。')
    if (f.personal || f.type === 'files' || f.type === 'photos')
      this.#say(path, '个人信息和附件字段不能标为 decides。')
    for (const value of Array.isArray(f.decides) ? f.decides : [])
      if (!f.options?.some((o) => o.value === value)) this.#say(path, `decides 中的“${value}”不是它的选项。`)
    this.#policy(path, WISH_DAYS)
  }

  #loop(def: LoopDef): void {
    const at = def.name
    const state = (path: string, name: string) => {
      if (!def.states[name]) this.#say(path, `“${def.label}”没有状态“${name}”。`)
    }
    const track = (path: string, names: readonly string[] | undefined) => {
      for (const t of names ?? []) if (!def.tracks?.[t]) this.#say(path, `“${def.label}”没有流程“${t}”。`)
    }
    state(`${at}.initial`, def.initial)
    if (def.risk) {
      const levels: readonly string[] = levelOrder
      if (!def.fields[def.risk]?.options?.every((o) => levels.includes(o.value)))
        this.#say(`${at}.risk`, `“${def.risk}”不是“${def.label}”的选项字段，或者选项不是风险等级。`)
    }
    for (const [name, t] of Object.entries(def.tracks ?? {}))
      this.#condition(`${at}.tracks.${name}`, t.when, at)
    for (const [name, a] of Object.entries(def.actions)) {
      const path = `${at}.actions.${name}`
      for (const s of [...a.from, a.to]) state(path, s)
      for (const s of a.from)
        if (def.states[s]?.end) this.#say(path, `“${def.states[s].label}”是终点，不能再办理。`)
      track(path, a.tracks)
      this.#roles(`${path}.by`, a.by)
      for (const role of a.by)
        if (!def.rights[role]) this.#say(`${path}.by`, `角色“${role}”在“${def.label}”没有任何权限。`)
      this.#condition(`${path}.when`, a.when, at)
      for (const other of a.notSameActorAs ?? [])
        if (other !== 'create' && !def.actions[other]) this.#say(path, `没有名为“${other}”的办理动作。`)
      this.#fields(`${path}.form`, def, a.form ?? {})
      for (const [target, source] of Object.entries(a.sets ?? {})) {
        if (!def.fields[target]) this.#say(`${path}.sets`, `“${def.label}”没有字段“${target}”。`)
        if (!a.form?.[source]) this.#say(`${path}.sets`, `“${a.label}”的表单没有“${source}”。`)
      }
      for (const target of Object.keys(a.puts ?? {}))
        if (!def.fields[target]) this.#say(`${path}.puts`, `“${def.label}”没有字段“${target}”。`)
      if (a.happenedOn && a.form?.[a.happenedOn]?.type !== 'date')
        this.#say(`${path}.happenedOn`, `“${a.label}”的表单没有日期“${a.happenedOn}”。`)
    }
    for (const [name, clock] of Object.entries(def.clocks)) {
      const path = `${at}.clocks.${name}`
      for (const s of clock.during) state(path, s)
      track(path, clock.tracks)
      this.#policy(path, clock.days)
      if (clock.maxDays) this.#policy(path, clock.maxDays)
      if (clock.dueField) this.#field(path, def, clock.dueField)
    }
    for (const rung of def.ladder) {
      if (!def.clocks[rung.clock]) this.#say(`${at}.ladder.${rung.name}`, `没有名为“${rung.clock}”的时限。`)
      this.#policy(`${at}.ladder.${rung.name}`, rung.after)
      track(`${at}.ladder.${rung.name}`, rung.tracks)
    }
    this.#powers(def)
    this.#roles(`${at}.shelve`, def.shelve ?? [])
    this.#roles(`${at}.opens`, Object.keys(def.opens ?? {}))
    for (const given of Object.values(def.opens ?? {}))
      for (const name of Object.keys(given)) this.#field(`${at}.opens`, def, name)
    for (const [target, action] of Object.entries(def.recorded ?? {})) {
      if (def.fields[target]?.type !== 'date')
        this.#say(`${at}.recorded`, `“${def.label}”没有日期“${target}”。`)
      if (!def.actions[action]) this.#say(`${at}.recorded`, `没有名为“${action}”的办理动作。`)
    }
    this.#reachable(def)
  }

  /** Powers name registers, fields and items that exist; what needs a power finds somebody who has it by law. */
  #powers(def: LoopDef): void {
    const at = `${def.name}.powers`
    const { powers } = def
    for (const [name, { power, label, by }] of Object.entries(def.actions)) {
      if (!power) continue
      if (!powers?.by.some((r) => by.includes(r)))
        this.#say(`${def.name}.actions.${name}`, `“${label}”须有依法享有职权的角色办理。`)
      const items = this.#catalogue.findRecord(powers?.entrusted.entrustment.register ?? '')?.fields[
        powers?.entrusted.entrustment.items ?? ''
      ]?.options
      if (powers && !items?.some((o) => o.value === power.item))
        this.#say(`${def.name}.actions.${name}`, `委托书没有“${power.item}”这一事项。`)
    }
    if (!powers) return
    const { role, own, stamps, entrustment, certificate } = powers.entrusted
    this.#roles(at, [...powers.by, role])
    this.#condition(`${at}.own`, own, def.name)
    for (const name of [stamps.area, stamps.held]) this.#field(at, def, name)
    for (const name of [...powers.orders, ...powers.instead])
      if (!def.actions[name]) this.#say(at, `没有名为“${name}”的办理动作。`)
    const { kinds, ...named } = certificate
    for (const { register, ...fields } of [entrustment, named]) {
      const record = this.#catalogue.findRecord(register)
      if (!record) this.#say(at, `没有名为“${register}”的台账。`)
      else for (const name of Object.values(fields)) this.#field(at, record, name)
    }
    const offered = this.#catalogue.findRecord(certificate.register)?.fields[certificate.kind]?.options
    for (const kind of kinds)
      if (!offered?.some((o) => o.value === kind)) this.#say(at, `没有“${kind}”这种证件。`)
  }

  /** Every state can be reached, and from every open one an end can be: no case is caught. */
  #reachable(def: LoopDef): void {
    const steps = Object.values(def.actions).flatMap((a) => a.from.map((from) => [from, a.to] as const))
    const seen = new Set([def.initial])
    for (let grown = true; grown; ) {
      grown = false
      for (const [from, to] of steps) if (seen.has(from) && !seen.has(to)) grown = Boolean(seen.add(to))
    }
    const ends = new Set(Object.keys(def.states).filter((s) => def.states[s]?.end))
    for (let grown = true; grown; ) {
      grown = false
      for (const [from, to] of steps) if (ends.has(to) && !ends.has(from)) grown = Boolean(ends.add(from))
    }
    for (const [s, { label }] of Object.entries(def.states)) {
      if (!seen.has(s)) this.#say(`${def.name}.states.${s}`, `没有办法走到状态“${label}”。`)
      if (!ends.has(s)) this.#say(`${def.name}.states.${s}`, `从状态“${label}”走不到终点。`)
    }
  }

  duty({ indicator, record }: DutyDef): void {
    const def = this.#catalogue.indicators.get(indicator)
    if (!def) this.#say(`duties.${indicator}`, `没有名为“${indicator}”的指标。`)
    else if (def.measure !== 'share' || !dutyPeriod(def))
      this.#say(`duties.${indicator}`, '周期职责须是按月、季、半年或年判断的比率指标。')
    if (!this.#catalogue.findRecord(record)) this.#say(`duties.${indicator}`, `没有名为“${record}”的台账。`)
  }

  /** What a template fills in is there, is its writer's to say, and is a value of its field. */
  template({ register, name, values, when }: TemplateDef): void {
    const at = `templates.${name}`
    const def = this.#catalogue.findRecord(register)
    if (!def) this.#say(at, `没有名为“${register}”的台账。`)
    for (const [field, value] of Object.entries(values)) {
      const f = def?.fields[field]
      if (!f || f.writers) this.#say(`${at}.${field}`, `“${register}”登记时没有字段“${field}”可填。`)
      else if (!this.#catalogue.schemaOf(f).safeParse(value).success)
        this.#say(`${at}.${field}`, `“${f.label}”的内容不对。`)
    }
    if (def?.of) this.#condition(`${at}.when`, when, def.of)
  }

  selfCheck({ record, raises, fields, chief }: SelfCheckDef): void {
    const [kept, loop] = [record, raises].map((name) => this.#catalogue.findRecord(name))
    if (loop?.kind !== 'loop' || kept?.kind !== 'register' || !kept.of || kept.of !== loop.of) {
      this.#say('selfCheck', '自查须记入一个台账，问题须进入同一上级的闭环。')
      return
    }
    for (const name of Object.values(fields)) this.#field('selfCheck.fields', kept, name)
    this.#field('selfCheck.chief', this.#catalogue.record(kept.of), chief)
  }

  indicator(def: IndicatorDef): void {
    const at = def.name
    const register = def.of.register
    const record = this.#catalogue.findRecord(register)
    if (!record) {
      this.#say(`${at}.of`, `没有名为“${register}”的台账。`)
      return
    }
    this.#condition(`${at}.of.where`, def.of.where, register)
    this.#condition(`${at}.met`, def.met, register)
    for (const name of [def.sum, def.over, def.duration?.from, def.duration?.to])
      if (name) this.#field(at, record, name)
    if (def.measure === 'sum' && !def.sum) this.#say(at, '求和指标须写明 sum。')
    if (def.measure === 'duration' && !def.duration) this.#say(at, '时长指标须写明 duration。')
    if (def.measure === 'change' && !def.change) this.#say(at, '变化指标须写明 change。')
    // both moments are looked at with today's knowledge: without a date the two are always equal
    if (def.measure === 'change' && ![def.of.where, def.met].some((c) => c && looksAtDate(c)))
      this.#say(at, '变化指标的条件须按日期判断（如有效期、办理日期），否则前后两期总是相同。')
    const { related, where } = def.proof
    if (!related) return
    if (this.#catalogue.findRecord(related)?.of !== register)
      this.#say(`${at}.proof`, `“${related}”不是“${register}”名下的台账。`)
    else this.#condition(`${at}.proof.where`, where, related)
  }

  population(def: PopulationDef): void {
    if (!this.#catalogue.findRecord(def.register)) this.#say(def.name, `没有名为“${def.register}”的台账。`)
    else this.#condition(`${def.name}.where`, def.where, def.register)
  }

  grading(def: GradingDef): void {
    this.#condition(`${def.name}.applies`, def.applies, 'enterprise')
    for (const rule of [...def.base, ...def.shifts, ...def.sets]) {
      this.#condition(`${def.name}.${rule.name}`, rule.when, 'enterprise')
      if (!rule.basis) this.#say(`${def.name}.${rule.name}`, '分级规则须有依据。')
    }
    for (const { name, when } of def.contradictions ?? [])
      this.#condition(`${def.name}.${name}`, when, 'enterprise')
    if (def.recorded) {
      const record = this.#catalogue.findRecord(def.recorded.register)
      if (record?.of !== 'enterprise')
        this.#say(`${def.name}.recorded`, `“${def.recorded.register}”不是企业名下的台账。`)
      else
        for (const f of [def.recorded.level, def.recorded.by]) this.#field(`${def.name}.recorded`, record, f)
    }
  }
}
