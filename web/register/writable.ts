import type { FieldDef, Fields, RecordDef } from '../../engine/core/definition.ts'
import { fieldsOfActions, fieldsOfTrack } from '../../engine/core/loop.ts'
import type { Me, Row } from '../api/types.ts'

/**
 * The fields this person may write by hand. What decides a case's track the firm cannot change any more; what its
 * own report always says has no other choice.
 */
export function writableFields(def: RecordDef, me: Me, editing: boolean): Fields {
  const mine = new Set(me.roles.map((r) => r.role))
  const closed = new Set<string>()
  if (def.kind === 'loop' && editing) {
    for (const n of fieldsOfActions(def)) closed.add(n)
    if ([...mine].every((r) => r === 'enterprise-officer')) for (const n of fieldsOfTrack(def)) closed.add(n)
  }
  const said = editing ? {} : saidByRole(def, me)
  return Object.fromEntries(
    Object.entries(def.fields)
      .filter(([n, f]) => !closed.has(n) && (!f.writers || f.writers.some((w) => mine.has(w))))
      .map(([n, f]) => [n, n in said && f.options ? { ...f, options: only(f.options, said[n]) } : f]),
  )
}

/**
 * Whether a record can be edited by hand at all: a case that has ended cannot, and what another body found only that
 * body corrects (cases/guard).
 */
export function editable(def: RecordDef, row: Row, me: Me): boolean {
  if (def.kind !== 'loop') return true
  if (def.states[row.state ?? '']?.end) return false
  return Object.entries(saidByRole(def, me)).every(([n, v]) => [v].flat().includes(row[n]))
}

const only = (options: NonNullable<FieldDef['options']>, value: unknown) =>
  options.filter((o) => (Array.isArray(value) ? value.includes(o.value) : o.value === value))

/** What a new case of this person always says of itself. */
export function saidByRole(def: RecordDef, me: Me): Record<string, unknown> {
  if (def.kind !== 'loop' || !def.opens) return {}
  const given = me.roles.map((r) => def.opens?.[r.role])
  return given.every(Boolean) ? (given[0] ?? {}) : {}
}

/** What of it is one value, which the form starts with; of a list the person chooses. */
export const fixedByRole = (def: RecordDef, me: Me): Record<string, unknown> =>
  Object.fromEntries(Object.entries(saidByRole(def, me)).filter(([, value]) => !Array.isArray(value)))
