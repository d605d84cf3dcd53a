import type { Json } from './condition/ast.ts'
import type { PeriodValue, PolicyDef } from './definition.ts'
import { Problem } from './errors.ts'
import { withinBounds } from './policy-bounds.ts'

interface Kept {
  def: PolicyDef
  /** a county's own row: wins over a shipped one of the same area */
  local: boolean
}

/** The row in force in one area prefix. */
export interface Variant {
  area: string
  def: PolicyDef
}

const inForce = (p: PolicyDef, on: string): boolean => p.from <= on && (p.to === undefined || on <= p.to)

const isPeriod = (v: Json): v is { days: number; calendar: string } =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && typeof v.days === 'number'

/**
 * Every number from law or notice (design §3.4). Shipped packs and a county's own rows; in an area the row with
 * the longest area prefix wins, a county's own over a shipped one, the newest over an older one.
 * `find` may be empty, `get` throws `policy-missing`, which names the parameter: a county can mend it by a row of its
 * own. That every key of a definition has rows at all is checked at start.
 */
export class PolicyBook {
  readonly #byKey = new Map<string, Kept[]>()

  constructor(shipped: readonly PolicyDef[], local: readonly PolicyDef[] = []) {
    const add = (def: PolicyDef, isLocal: boolean) => {
      const kept = this.#byKey.get(def.key) ?? []
      kept.push({ def, local: isLocal })
      this.#byKey.set(def.key, kept)
    }
    for (const def of shipped) add(def, false)
    for (const def of local) add(def, true)
    for (const kept of this.#byKey.values())
      kept.sort(
        (a, b) =>
          b.def.area.length - a.def.area.length ||
          Number(b.local) - Number(a.local) ||
          (a.def.from < b.def.from ? 1 : a.def.from > b.def.from ? -1 : 0),
      )
  }

  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  keys(): string[] {
    return [...this.#byKey.keys()].sort()
  }

  /** What the parameter is called, for sentences. */
  label(key: string): string {
    return this.#rows(key)[0]?.def.label ?? key
  }

  /** The row in force at a place (area code; '' for nowhere in particular) on a date. */
  find(key: string, area: string | null, on: string): PolicyDef | undefined {
    const at = area ?? ''
    return this.#rows(key).find(({ def }) => at.startsWith(def.area) && inForce(def, on))?.def
  }

  /**
   * The row in force, or, on a date before the first one's day, that first row: what happened before a rule has been
   * written down is measured by the rule as it began. Undefined where nothing begins any more.
   */
  inForceOrFirst(key: string, area: string | null, on: string): PolicyDef | undefined {
    const at = area ?? ''
    const begun = this.#rows(key).filter(({ def }) => at.startsWith(def.area) && def.from <= on)
    if (begun.length) return this.find(key, area, on)
    return this.#rows(key)
      .filter(({ def }) => at.startsWith(def.area))
      .map(({ def }) => def)
      .reduce<PolicyDef | undefined>((first, d) => (!first || d.from < first.from ? d : first), undefined)
  }

  /** Says which parameter has no value at a place on a date, and where to add one. */
  missing(key: string, on: string): string {
    return `参数“${this.label(key)}”（${key}）在 ${on} 没有适用于本地区的数值，请在“依据参数”中补充。`
  }

  get(key: string, area: string | null, on: string): PolicyDef {
    const def = this.find(key, area, on)
    if (!def) throw new Problem('policy-missing', this.missing(key, on), { key, area, on })
    return def
  }

  /** A plain number; of a period its days. */
  number(key: string, area: string | null, on: string): number {
    const value = policyNumber(this.get(key, area, on).value)
    if (value === undefined)
      throw new Problem(
        'policy-missing',
        `参数“${this.label(key)}”（${key}）应为数字，请在“依据参数”中改正。`,
        { key },
      )
    return value
  }

  /**
   * A number the program can go on without: that of the row in force, else the other. Also for keys no pack ships
   * and rows of another form, so that nobody is kept out by a row; within the bounds of the shipped row.
   */
  numberOr(key: string, area: string | null, on: string, otherwise: number): number {
    const row = this.find(key, area, on)
    const number = (row && policyNumber(row.value)) ?? otherwise
    const shipped = this.#rows(key).find((kept) => !kept.local)?.def
    return shipped ? withinBounds(shipped, number) : number
  }

  /** A period of calendar or working days; a plain number counts calendar days. */
  period(key: string, area: string | null, on: string): PeriodValue {
    return this.periodOf(this.get(key, area, on))
  }

  /** The period a row names. */
  periodOf({ key, value }: PolicyDef): PeriodValue {
    if (typeof value === 'number') return { days: value, calendar: 'calendar' }
    if (isPeriod(value))
      return { days: value.days, calendar: value.calendar === 'working' ? 'working' : 'calendar' }
    throw new Problem(
      'policy-missing',
      `参数“${this.label(key)}”（${key}）应为天数，请在“依据参数”中改正。`,
      { key },
    )
  }

  /** Rows in force on a date, one per area prefix, longest prefix first: what SQL turns into a CASE. */
  variants(key: string, on: string): Variant[] {
    const out = new Map<string, Variant>()
    for (const { def } of this.#rows(key))
      if (inForce(def, on) && !out.has(def.area)) out.set(def.area, { area: def.area, def })
    return [...out.values()]
  }

  #rows(key: string): Kept[] {
    return this.#byKey.get(key) ?? []
  }
}

/** Number of a policy value: itself, or the days of a period (conditions count calendar days). */
export function policyNumber(value: Json): number | undefined {
  if (typeof value === 'number') return value
  return isPeriod(value) ? value.days : undefined
}
