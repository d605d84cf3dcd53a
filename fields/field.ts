import type { Condition, Json } from '../engine/core/condition/ast.ts'
import type { FieldDef, Option, Role } from '../engine/core/definition.ts'

/**
 * A field being described: `text('名称').required().unique()`. Every step answers a new description, so a
 * shared one is never changed by accident; `toJSON` gives the plain definition (JSON.stringify calls it).
 */
export class Field {
  protected readonly def: FieldDef

  constructor(def: FieldDef) {
    this.def = def
  }

  protected with(more: Partial<FieldDef>): this {
    const next = Object.create(Object.getPrototypeOf(this)) as this
    return Object.assign(next, { def: { ...this.def, ...more } })
  }

  required(): this {
    return this.with({ required: true })
  }
  /** no two live records share the value */
  unique(): this {
    return this.with({ unique: true })
  }
  /** headings of real ledgers that mean this field, besides its label */
  sheet(...headings: string[]): this {
    return this.with({ sheet: [...(this.def.sheet ?? []), ...headings] })
  }
  help(text: string): this {
    return this.with({ help: text })
  }
  /** personal content: kept beside the journal, masked for readers without need, erasable */
  personal(): this {
    return this.with({ personal: true })
  }
  /** asked for only while this holds on the same record */
  when(condition: Condition): this {
    return this.with({ when: condition })
  }
  /** always asked for, demanded only while this holds */
  requiredWhen(condition: Condition): this {
    return this.with({ requiredWhen: condition })
  }
  default(value: Json): this {
    return this.with({ default: value })
  }
  /** only these roles write it; none at all: only the program does */
  writers(...roles: Role[]): this {
    return this.with({ writers: roles })
  }
  /** the program gives the next number of the county and year, unless one is typed */
  numbered(prefix: string): this {
    return this.with({ numbered: prefix })
  }
  /** decides who owes what: another's change waits until an officer confirms it (see `FieldDef.decides`) */
  decides(how: true | 'presence' | string[] = true): this {
    return this.with({ decides: how })
  }

  toJSON(): FieldDef {
    return structuredClone(this.def)
  }
}

/** `['规上', '规下']` or options with a label and a note of their own. */
export const options = (of: readonly (string | Option)[]): Option[] =>
  of.map((o) => (typeof o === 'string' ? { value: o, label: o } : { ...o }))
