import { shanghaiDate } from '../clock.ts'
import type { Shape } from '../field-type.ts'
import { policyNumber } from '../policy.ts'
import type { Json, Op } from './ast.ts'

/**
 * How values compare, once for both compilers. An instant compares as its Shanghai date. Text orders by code
 * point (PostgreSQL's "C"), numbers as exact decimals: a JS number is the shortest decimal that reads back as
 * it, which is also what PostgreSQL prints for a double. Integers beyond 2^53 need strings.
 */
export type Kind = 'text' | 'number' | 'date' | 'boolean' | 'id' | 'set' | 'json'

export const kindOf = (shape: Shape): Kind => (shape === 'time' ? 'date' : shape)

const order: Op[] = ['is', 'isNot', 'gt', 'gte', 'lt', 'lte']
const presence: Op[] = ['empty', 'notEmpty']

/** Operators that make sense for a kind of value; a field type offers some of them. */
export const opsOfKind: Record<Kind, readonly Op[]> = {
  text: [...order, 'in', 'notIn', 'contains', ...presence],
  number: [...order, 'in', 'notIn', ...presence],
  date: [...order, 'in', 'notIn', 'within', ...presence],
  boolean: ['is', 'isNot', ...presence],
  id: ['is', 'isNot', 'in', 'notIn', ...presence],
  set: ['has', 'hasAny', ...presence],
  json: presence,
}

/** A decimal as an integer and the number of its digits behind the point. */
export interface Decimal {
  n: bigint
  scale: number
}

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i

export function decimal(value: unknown): Decimal | undefined {
  if (typeof value === 'bigint') return { n: value, scale: 0 }
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const m = decimalText.exec(String(value))
  if (!m || !(m[2] || m[3])) return undefined
  const fraction = m[3] ?? ''
  const scale = fraction.length - Number(m[4] ?? 0)
  if (Math.abs(scale) > 400) return undefined
  const n = BigInt(`${m[2]}${fraction}`) * (m[1] === '-' ? -1n : 1n)
  return scale < 0 ? { n: n * 10n ** BigInt(-scale), scale: 0 } : { n, scale }
}

const scaled = (d: Decimal, scale: number): bigint => d.n * 10n ** BigInt(scale - d.scale)

export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale)
  const [x, y] = [scaled(a, scale), scaled(b, scale)]
  return x < y ? -1 : x > y ? 1 : 0
}

export const addDecimals = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale)
  return { n: scaled(a, scale) + scaled(b, scale), scale }
}

export function decimalToText(d: Decimal): string {
  const digits = (d.n < 0n ? -d.n : d.n).toString().padStart(d.scale + 1, '0')
  const whole = digits.slice(0, digits.length - d.scale)
  const fraction = digits.slice(digits.length - d.scale).replace(/0+$/, '')
  return `${d.n < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`
}

/** Code point order; JS compares UTF-16 units, which differ beyond the basic plane. */
export function compareText(a: string, b: string): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue
    return (a.codePointAt(i) ?? 0) < (b.codePointAt(i) ?? 0) ? -1 : 1
  }
  return a.length - b.length
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const dateText = /^\d{4}-\d{2}-\d{2}$/

export function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !dateText.test(value) || value < '0001') return false
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === value
}

const instantText = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i

/** An instant (ISO 8601 with its zone) in milliseconds since 1970; undefined for anything else. */
export function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || !instantText.test(value) || !isDate(value.slice(0, 10))) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

/** Operators that compare an instant with an instant; with anything else it compares as its Shanghai date. */
export const instantOps: readonly Op[] = ['gt', 'gte', 'lt', 'lte']

/** Text that PostgreSQL can hold: no NUL, no half of a surrogate pair. */
export const isPlainText = (value: unknown): value is string =>
  typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value)

/** A value that can be compared; null is empty, and empty text or an empty set is empty too. */
export type Comparable = string | number | boolean | string[] | Decimal | null

/** An operand of a condition as a comparable; anything of the wrong kind is null and never holds. */
export function literal(kind: Kind, value: Json): Exclude<Comparable, Decimal> {
  switch (kind) {
    case 'number': {
      const n = policyNumber(value)
      return n !== undefined && Number.isFinite(n) ? n : null
    }
    case 'date':
      return isDate(value) ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'id':
      return typeof value === 'string' && uuid.test(value) ? value.toLowerCase() : null
    case 'json':
      return null
    default:
      return isPlainText(value) && value !== '' ? value : null
  }
}

/** Literals of a list, the empty ones left out. */
export const literals = (kind: Kind, value: Json): Exclude<Comparable, Decimal | null>[] =>
  (Array.isArray(value) ? value : []).map((v) => literal(kind, v)).filter((v) => v !== null)

/** A value of a record as a comparable. */
export function comparable(shape: Shape, value: unknown): Comparable {
  if (value === null || value === undefined || value === '') return null
  switch (shape) {
    case 'number':
      return decimal(value) ?? null
    case 'time': {
      const at = new Date(value as string | Date)
      return Number.isNaN(at.getTime()) ? null : shanghaiDate(at)
    }
    case 'date':
      return String(value).slice(0, 10)
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'id':
      return String(value).toLowerCase()
    case 'set':
      return Array.isArray(value) && value.length > 0 ? value.map(String) : null
    case 'json':
      return (Array.isArray(value) ? value.length : Object.keys(value).length) > 0 ? true : null
    default:
      return String(value)
  }
}

/** −1, 0 or 1 for two comparables of one kind that both hold something. */
export function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'string' && typeof b === 'string') return Math.sign(compareText(a, b))
  const [x, y] = [asDecimal(a), asDecimal(b)]
  if (x && y) return compareDecimals(x, y)
  return a === b ? 0 : 1
}

const asDecimal = (v: Comparable): Decimal | undefined =>
  typeof v === 'object' && v !== null && !Array.isArray(v)
    ? v
    : typeof v === 'number'
      ? decimal(v)
      : undefined

/** Whether an order operator accepts the outcome of `compare`. */
export function accepts(op: Op, order: number): boolean {
  switch (op) {
    case 'is':
      return order === 0
    case 'isNot':
      return order !== 0
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
    default:
      return false
  }
}
