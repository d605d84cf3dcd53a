import type { Actor } from '../../access/actor.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { FieldDef, RecordDef } from '../../core/definition.ts'
import type { Change } from '../../journal/write.ts'
import type { ScopeColumns } from '../../store/scope-columns.ts'
import type { Services } from '../../store/services.ts'
import type { Row } from '../../store/types.ts'
import type { Derived } from './derive.ts'
import type { Lookups } from './lookups.ts'
import type { NearNames } from './near.ts'
import type { Item } from './parse.ts'
import type { Mapping } from './types.ts'

/** What planning needs; made once per stage. */
export interface Plan {
  s: Services
  def: RecordDef
  actor: Actor
  mapping: Mapping
  lookups: Lookups
  /** the record all rows hang on, when the user imports into one */
  parent: string | null
  /** the day that the title of a row's sheet says it is of */
  dayOf(line: number): string | undefined
  /** names met so far, for near-doubles; read when first asked for */
  near?: NearNames
  /** the rows are about to be written: records found are locked */
  writing: boolean
  now: Date
}

/** A row whose fate is known: what to write, on what. */
export interface Planned {
  item: Item
  /** the record found, or else id and scope of the new one */
  before?: Row
  id?: string
  scope?: ScopeColumns
  parent?: Row
  values: Record<string, Json>
  changes: Change[]
  /** records of other registers to be made with it, which say what it is */
  derived?: Derived[]
}

export interface Candidate {
  id: string
  title: string
}

/** An error of a row; candidates out of the actor's reach are not named. */
export function complain(
  item: Item,
  field: string,
  message: string,
  candidates?: readonly Candidate[],
): void {
  const named = candidates?.filter((c) => c.title !== '').slice(0, 5)
  item.problems.push({ field, level: 'error', message, ...(named?.length && { candidates: named }) })
}

/** Said once: a row is looked at again when it is written. */
export const warn = (item: Item, field: string, message: string): void => {
  if (!item.problems.some((x) => x.field === field && x.message === message))
    item.problems.push({ field, level: 'warning', message })
}

export const failed = (item: Item): boolean => item.problems.some((p) => p.level === 'error')

/** A stored value as a sheet shows it. */
export function textOfValue(p: Pick<Plan, 's' | 'lookups'>, def: FieldDef, row: Row, field: string): string {
  const value = row[field]
  if (value === null || value === undefined) return ''
  if (def.type === 'ref') return String(row[`${field}Title`] ?? '')
  return p.s.catalogue.fieldType(def).toText(value, def, {
    areaName: (code) => p.lookups.areaName(code),
    refTitle: (register, id) => (register === 'unit' ? p.lookups.unitName(id) : id),
  })
}
