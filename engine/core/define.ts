import type {
  ActionDef,
  FieldDef,
  GradingDef,
  IndicatorDef,
  LoopDef,
  PolicyDef,
  RegisterDef,
} from './definition.ts'

import type { PopulationDef } from './population.ts'

/**
 * Thin helpers to write definitions: they fill defaults and turn field builders into plain JSON.
 * `JSON.parse(JSON.stringify(def))` equals the definition.
 */

/** A field as plain JSON or a builder that becomes it. */
export type FieldLike = FieldDef | { toJSON(): FieldDef }
export type FieldsLike = Record<string, FieldLike>

type Written<T> = Omit<T, 'kind' | 'name' | 'version' | 'fields' | 'list' | 'title'> & {
  version?: number
  fields: FieldsLike
  title: string
  /** default: the first six fields that are no files */
  list?: string[]
}

/** JSON with nothing `undefined` in it: what is stored, hashed and sent is exactly what is compared. */
const plain = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T

const isFile = (f: FieldLike): boolean => {
  const type = ('toJSON' in f ? f.toJSON() : f).type
  return type === 'files' || type === 'photos'
}
const firstFields = (fields: FieldsLike): string[] =>
  Object.entries(fields)
    .filter(([, f]) => !isFile(f))
    .slice(0, 6)
    .map(([name]) => name)

export function defineRegister(name: string, def: Written<RegisterDef>): RegisterDef {
  return plain({ kind: 'register', name, version: 1, list: firstFields(def.fields), ...def })
}

export type WrittenAction = Omit<ActionDef, 'form'> & { form?: FieldsLike }

export function defineLoop(
  name: string,
  def: Omit<Written<LoopDef>, 'actions'> & { actions: Record<string, WrittenAction> },
): LoopDef {
  return plain({ kind: 'loop', name, version: 1, list: firstFields(def.fields), ...def })
}

export function defineIndicator(
  name: string,
  def: Omit<IndicatorDef, 'kind' | 'name' | 'version'> & { version?: number },
): IndicatorDef {
  return plain({ kind: 'indicator', name, version: 1, ...def })
}

export function definePopulation(
  name: string,
  def: Omit<PopulationDef, 'kind' | 'name' | 'version'> & { version?: number },
): PopulationDef {
  return plain({ kind: 'population', name, version: 1, ...def })
}

export function defineGrading(
  name: string,
  def: Omit<GradingDef, 'kind' | 'name' | 'version'> & { version?: number },
): GradingDef {
  return plain({ kind: 'grading', name, version: 1, ...def })
}

/** A pack of policy rows that share area and basis, unless a row says otherwise. */
export function policyPack(
  shared: Partial<PolicyDef>,
  rows: (Omit<PolicyDef, 'area' | 'from' | 'basis' | 'sure'> & Partial<PolicyDef>)[],
): PolicyDef[] {
  return plain(rows.map((row) => ({ ...shared, ...row })))
}

/** Periods as policy values: `calendarDays(15)`. */
export const calendarDays = (days: number) => ({ days, calendar: 'calendar' as const })
export const workingDays = (days: number) => ({ days, calendar: 'working' as const })
