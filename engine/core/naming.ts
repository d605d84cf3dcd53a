import type { RecordDef } from './definition.ts'
import { remembered } from './remembered.ts'

/** `special-operation-certificate` → `special_operation_certificate`; `validUntil` → `valid_until`. */
export const snake = remembered((name) =>
  name.replace(/-/g, '_').replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
)

export const tableOf = (register: string): string => snake(register)
export const columnOf = (field: string): string => snake(field)
/** Field that holds the parent's id: parent `special-work` → `specialWorkId`. */
export const parentField = (register: string): string => `${camel(register)}Id`
export const parentTitle = (register: string): string => `${camel(register)}Title`
export const camel = remembered((name) => name.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase()))

/** JSON with sorted keys: equal values give equal text, whatever the order they were written in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/**
 * A map that has what was put into it and nothing else: names come from requests and sheets, and `toString` or
 * `__proto__` must be as unknown as any other name.
 */
export function bare<T extends object>(map: T): T {
  return Object.setPrototypeOf(map, null) as T
}

/** The maps of a definition that are asked by names from outside, made bare in place. */
export function bareMaps<T extends RecordDef>(def: T): T {
  bare(def.fields)
  if (def.kind !== 'loop') return def
  for (const map of [def.states, def.actions, def.clocks, def.tracks]) if (map) bare(map)
  for (const action of Object.values(def.actions)) if (action.form) bare(action.form)
  return def
}

/** Whether two values are stored as one; nothing and null are the same. */
export const sameJson = (a: unknown, b: unknown): boolean =>
  canonicalJson(a ?? null) === canonicalJson(b ?? null)
