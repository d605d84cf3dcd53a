import type { ZodType } from 'zod'
import type { Vocabulary } from './about.ts'
import type {
  Definitions,
  DutyDef,
  FieldDef,
  Fields,
  GradingDef,
  IndicatorDef,
  LoopDef,
  PolicyDef,
  RecordDef,
  Remark,
  SelfCheckDef,
  SetsDef,
  TemplateDef,
} from './definition.ts'
import { Problem } from './errors.ts'
import type { FieldType, FieldTypes } from './field-type.ts'
import { bareMaps, columnOf, parentField } from './naming.ts'
import type { Local, PopulationDef } from './population.ts'
import { systemFieldsOf } from './system-fields.ts'

/** A field found by its path: where it lives and how it is stored. */
export interface FoundField {
  def: FieldDef
  type: FieldType
  column: string
  /** the register the column belongs to */
  register: RecordDef
  /** set when the field is the parent's: join by this column */
  viaParent?: string
  system: boolean
}

/** A definition of a county's own, in its newest version. */
export interface LocalDefinition extends Local {
  body: IndicatorDef | PopulationDef
}

/** A register whose newest confirmed record sets fields of its parent. */
export interface Setter extends SetsDef {
  def: RecordDef
  parent: RecordDef
}

/**
 * Everything a county supervises, indexed. The engine gets it from `main` and never imports a county definition.
 * `find` may be empty, `get` throws.
 */
export class Catalogue {
  readonly records: ReadonlyMap<string, RecordDef>
  /** those that the program ships; a county's own stand beside them in `indicators` and `populations` */
  readonly shipped: {
    indicators: ReadonlyMap<string, IndicatorDef>
    populations: ReadonlyMap<string, PopulationDef>
  }
  readonly gradings: ReadonlyMap<string, GradingDef>
  readonly policies: readonly PolicyDef[]
  readonly duties: readonly DutyDef[]
  readonly templates: readonly TemplateDef[]
  readonly selfCheck: SelfCheckDef | undefined
  readonly vocabulary: Vocabulary
  readonly fieldTypes: FieldTypes
  #indicators: ReadonlyMap<string, IndicatorDef>
  #populations: ReadonlyMap<string, PopulationDef>
  #local: ReadonlyMap<string, Local> = new Map()
  #generation = 0
  readonly #remarks = new Map<Fields, Remark[]>()
  readonly #schemas = new WeakMap<FieldDef, ZodType>()
  readonly #fields = new Map<string, FoundField | undefined>()

  constructor(definitions: Definitions, fieldTypes: FieldTypes, remarks: readonly Remark[] = []) {
    this.records = new Map(definitions.records.map((r) => [r.name, bareMaps(r)]))
    this.shipped = {
      indicators: new Map(definitions.indicators.map((i) => [i.name, i])),
      populations: new Map((definitions.populations ?? []).map((p) => [p.name, p])),
    }
    this.#indicators = this.shipped.indicators
    this.#populations = this.shipped.populations
    this.gradings = new Map(definitions.gradings.map((g) => [g.name, g]))
    this.policies = definitions.policies
    this.duties = definitions.duties ?? []
    this.templates = definitions.templates ?? []
    this.selfCheck = definitions.selfCheck
    this.vocabulary = definitions.vocabulary ?? {}
    this.fieldTypes = fieldTypes
    for (const remark of remarks) {
      const { fields } = this.record(remark.register)
      this.#remarks.set(fields, [...(this.#remarks.get(fields) ?? []), remark])
    }
  }

  /** The shipped indicators and the counties' own; another map after a county has changed one of its own. */
  get indicators(): ReadonlyMap<string, IndicatorDef> {
    return this.#indicators
  }

  get populations(): ReadonlyMap<string, PopulationDef> {
    return this.#populations
  }

  /** Which state of the counties' own definitions this is; 0 before any was read. */
  get generation(): number {
    return this.#generation
  }

  /** Puts the counties' own definitions beside the shipped ones, all at once. */
  takeLocal(generation: number, list: readonly LocalDefinition[]): void {
    const indicators = new Map(this.shipped.indicators)
    const populations = new Map(this.shipped.populations)
    for (const { body } of list)
      if (body.kind === 'indicator') indicators.set(body.name, body)
      else populations.set(body.name, body)
    this.#indicators = indicators
    this.#populations = populations
    this.#local = new Map(list.map(({ body, area, retired }) => [body.name, { area, retired }]))
    this.#generation = generation
  }

  /** Whether a definition is there for an area: a shipped one, or its own or of above or below it, and not retired. */
  offered(name: string, area: string): boolean {
    const local = this.#local.get(name)
    return !local || (!local.retired && (local.area.startsWith(area) || area.startsWith(local.area)))
  }

  /** What the county remarks on values of these fields; `fields` is a register's own object. */
  remarksOn(fields: Fields): readonly Remark[] {
    return this.#remarks.get(fields) ?? []
  }

  findRecord(name: string): RecordDef | undefined {
    return this.records.get(name)
  }

  record(name: string): RecordDef {
    const def = this.records.get(name)
    if (!def) throw new Problem('not-found', `没有名为“${name}”的台账，请核对地址。`, { register: name })
    return def
  }

  loop(name: string): LoopDef {
    const def = this.record(name)
    if (def.kind !== 'loop')
      throw new Problem('not-found', `“${def.label}”不是闭环，没有办理动作。`, { register: name })
    return def
  }

  indicator(name: string): IndicatorDef {
    const def = this.#indicators.get(name)
    if (!def) throw new Problem('not-found', `没有名为“${name}”的指标。`, { indicator: name })
    return def
  }

  /** Registers whose records belong to a record of this one. */
  children(name: string): RecordDef[] {
    return [...this.records.values()].filter((r) => r.of === name)
  }

  /** Registers whose newest record sets fields of a record of this one. */
  settersOf(name: string): Setter[] {
    return this.children(name).flatMap((r) => this.setter(r) ?? [])
  }

  /** What the newest record of a register sets, with the register it sets it on. */
  setter(def: RecordDef): Setter | undefined {
    return def.sets && def.of ? { def, parent: this.record(def.of), ...def.sets } : undefined
  }

  parentOf(name: string): RecordDef | undefined {
    const def = this.record(name)
    return def.of ? this.record(def.of) : undefined
  }

  fieldType(def: FieldDef): FieldType {
    const type = this.fieldTypes[def.type]
    if (!type) throw new Problem('bad-definition', `没有名为“${def.type}”的字段类型。`)
    return type
  }

  /** What a value of this field must be; made once a field. */
  schemaOf(def: FieldDef): ZodType {
    let schema = this.#schemas.get(def)
    if (!schema) {
      schema = this.fieldType(def).schema(def)
      this.#schemas.set(def, schema)
    }
    return schema
  }

  /** Own field, system field, parent link (`enterpriseId`) or parent field (`enterprise.scale`); undefined when there is none. */
  findField(register: string, path: string): FoundField | undefined {
    const key = `${register} ${path}`
    if (!this.#fields.has(key)) this.#fields.set(key, this.#lookUp(this.record(register), path))
    return this.#fields.get(key)
  }

  field(register: string, path: string): FoundField {
    const found = this.findField(register, path)
    if (!found)
      throw new Problem('bad-input', `“${this.record(register).label}”没有字段“${path}”，请核对筛选条件。`, {
        register,
        path,
      })
    return found
  }

  #lookUp(register: RecordDef, path: string): FoundField | undefined {
    const dot = path.indexOf('.')
    if (dot > 0) {
      const parent = register.of === path.slice(0, dot) ? this.record(register.of) : undefined
      const inner = parent && this.findField(parent.name, path.slice(dot + 1))
      return inner && !inner.viaParent && register.of
        ? { ...inner, viaParent: columnOf(parentField(register.of)) }
        : undefined
    }
    const own = register.fields[path]
    if (own) return { def: own, type: this.fieldType(own), column: columnOf(path), register, system: false }
    const system = systemFieldsOf(register)[path]
    if (system)
      return { def: system, type: this.fieldType(system), column: system.column, register, system: true }
    if (register.of && path === parentField(register.of)) {
      const def: FieldDef = { type: 'ref', to: register.of, label: this.record(register.of).label }
      return { def, type: this.fieldType(def), column: columnOf(path), register, system: true }
    }
    return undefined
  }
}
