import type { z } from 'zod'
import type { Catalogue } from '../core/catalogue.ts'
import type { Condition, Json } from '../core/condition/ast.ts'
import { orderComplaints } from '../core/date-order.ts'
import type { FieldDef, Fields } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import { isPersonal } from '../core/personal.ts'
import { tooLong } from '../core/too-long.ts'

/** Input that has been read: values ready to store, complaints that block, remarks that do not. */
export interface ReadValues {
  values: Record<string, Json>
  complaints: Complaint[]
  warnings: Complaint[]
  /** those of the warnings that a person is asked about before it is saved */
  asks: Complaint[]
}

/** What a field's schema made of the values that come again and again: options, days, yes and no. */
const taken = new WeakMap<FieldDef, Map<unknown, z.ZodSafeParseResult<unknown>>>()
const MOST_TAKEN = 500

/** A value as the field's schema takes it; an import asks the same of ten thousand rows. */
function parse(def: FieldDef, catalogue: Catalogue, value: unknown): z.ZodSafeParseResult<unknown> {
  let known = taken.get(def)
  if (!known) {
    known = new Map()
    taken.set(def, known)
  }
  const found = known.get(value)
  if (found) return found
  const result = catalogue.schemaOf(def).safeParse(value)
  const plain = typeof value === 'boolean' || (typeof value === 'string' && value.length <= 20)
  const same = result.success && result.data === value
  if (plain && same && !isPersonal(def) && known.size < MOST_TAKEN) known.set(value, result)
  return result
}

const entries = new WeakMap<Fields, [string, FieldDef][]>()

/** `Object.entries` of a definition's fields, taken once: imports walk them for every row. */
export function fieldEntries(fields: Fields): readonly [string, FieldDef][] {
  let list = entries.get(fields)
  if (!list) {
    list = Object.entries(fields)
    entries.set(fields, list)
  }
  return list
}

/** What is asked of every record of some fields, found once: imports ask it of ten thousand. */
interface Prepared {
  place: ReadonlyMap<string, number>
  /** fields with a default and their places */
  defaults: readonly (readonly [string, number])[]
  required: readonly (readonly [string, FieldDef])[]
  /** fields that are reserved for certain roles, or for the program */
  reserved: readonly (readonly [string, FieldDef])[]
}
const prepared = new WeakMap<Fields, Prepared>()

function preparedOf(fields: Fields): Prepared {
  let known = prepared.get(fields)
  if (!known) {
    const all = fieldEntries(fields)
    known = {
      place: new Map(all.map(([name], i) => [name, i])),
      defaults: all.flatMap(([name, f], i) => (f.default === undefined ? [] : [[name, i] as const])),
      required: all.filter(([, f]) => f.required || f.requiredWhen),
      reserved: all.filter(([, f]) => f.writers),
    }
    prepared.set(fields, known)
  }
  return known
}

/** Fields that not everybody writes. */
export const reservedEntries = (fields: Fields) => preparedOf(fields).reserved

/** Fields by their places, in the definition's order. */
function entriesAt(fields: Fields, places: number[]): (readonly [string, FieldDef])[] {
  // values are mostly given in that order already
  if (places.some((at, i) => i > 0 && at < (places[i - 1] ?? 0))) places.sort((a, b) => a - b)
  const all = fieldEntries(fields)
  const out: (readonly [string, FieldDef])[] = []
  for (const at of places) {
    const entry = all[at]
    if (entry) out.push(entry)
  }
  return out
}

/** Those of a definition's fields that `given` names, in the definition's order: of a wide record with few values. */
export function givenEntries(
  fields: Fields,
  given: Record<string, unknown>,
): readonly (readonly [string, FieldDef])[] {
  const { place } = preparedOf(fields)
  const own: number[] = []
  for (const name of Object.keys(given)) {
    const at = place.get(name)
    if (at !== undefined) own.push(at)
  }
  return entriesAt(fields, own)
}

const isEmpty = (v: unknown): boolean =>
  v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)

/**
 * Reads JSON input for a set of fields. Unknown names and wrong values are complaints with the field's path;
 * nothing is silently dropped.
 * @param today the day dates are judged from, YYYY-MM-DD
 * @param before the stored values when changing a record: absent fields keep them
 * @param holds evaluates a field's `when` on the values as they will be
 */
export function readValues(
  catalogue: Catalogue,
  fields: Fields,
  input: Record<string, unknown>,
  options: {
    today: string
    before?: Record<string, unknown>
    holds?: (condition: Condition, values: Record<string, unknown>) => boolean
    ignore?: ReadonlySet<string>
    prefix?: string
    /** leave out what is not given instead of giving null: it stays as it stands, and a wide record with few values costs less */
    sparse?: boolean
  },
): ReadValues {
  const { today, before, holds, ignore, prefix = '', sparse } = options
  const out: ReadValues = { values: {}, complaints: [], warnings: [], asks: [] }
  const known = preparedOf(fields)
  const places: number[] = []
  for (const name of Object.keys(input)) {
    const at = known.place.get(name)
    if (at !== undefined) places.push(at)
    else if (!ignore?.has(name))
      out.complaints.push({ path: prefix + name, message: `没有“${name}”这个字段，请核对。` })
  }
  if (!before && sparse) for (const [name, at] of known.defaults) if (!(name in input)) places.push(at)
  const walked = before || sparse ? entriesAt(fields, places) : fieldEntries(fields)
  for (const [name, def] of walked) {
    const given = input[name]
    if (given === undefined && (before || (sparse && def.default === undefined))) continue
    const value = given === undefined ? (def.default ?? null) : given
    if (isEmpty(value)) {
      out.values[name] = def.type === 'choices' ? [] : null
      continue
    }
    const long = typeof value === 'string' ? tooLong(def, value) : undefined
    if (long) {
      out.complaints.push({ path: prefix + name, message: `${def.label}${long}。` })
      continue
    }
    const parsed = parse(def, catalogue, value)
    if (!parsed.success) {
      const message = parsed.error.issues[0]?.message ?? '内容不对'
      out.complaints.push({ path: prefix + name, message: `${def.label}：${message}` })
      continue
    }
    const type = catalogue.fieldType(def)
    // what was stored before the rule was there does not block another edit
    const misfit = before?.[name] === parsed.data ? undefined : type.misfit?.(parsed.data, def, today)
    if (misfit) {
      out.complaints.push({ path: prefix + name, message: `${def.label}：${misfit}` })
      continue
    }
    out.values[name] = parsed.data as Json
    const remark = type.warn?.(parsed.data, def)
    if (!remark) continue
    const said = { path: prefix + name, message: `${def.label}：${remark}` }
    out.warnings.push(said)
    if (type.asks && before?.[name] !== parsed.data) out.asks.push(said)
  }
  const whole: Record<string, unknown> = before ? { ...before, ...out.values } : out.values
  const changed = (name: string) => {
    const value = out.values[name]
    return value !== undefined && value !== (before?.[name] ?? null)
  }
  for (const c of orderComplaints(fields, whole, changed))
    out.complaints.push({ ...c, path: prefix + c.path })
  for (const remark of catalogue.remarksOn(fields))
    if (remark.fields.some((f) => out.values[f] !== undefined))
      for (const { path, message } of remark.says(whole)) {
        out.warnings.push({ path: prefix + path, message })
        if (remark.asks) out.asks.push({ path: prefix + path, message })
      }
  for (const [name, def] of known.required) {
    if (!isEmpty(whole[name])) continue
    const asked = (values: Record<string, unknown>) =>
      def.required
        ? !def.when || !holds || holds(def.when, values)
        : Boolean(def.requiredWhen && holds?.(def.requiredWhen, values))
    // an old gap does not block another edit; one that the edit makes does
    if (before && input[name] === undefined && isEmpty(before[name]) && asked(before)) continue
    if (!asked(whole)) continue
    if (!out.complaints.some((c) => c.path === prefix + name))
      out.complaints.push({ path: prefix + name, message: `请填写${def.label}。` })
  }
  return out
}

/** A value as the driver wants it: JSON columns take text, arrays of text stay arrays. */
export function toColumn(catalogue: Catalogue, def: FieldDef, value: Json): unknown {
  if (value === null) return null
  return catalogue.fieldType(def).shape === 'json' ? JSON.stringify(value) : value
}
