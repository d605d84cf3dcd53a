import type { Comparison, Condition, Json, Op, Operand, Path, Window } from './ast.ts'

type Value = Json | Operand
const isOperand = (v: Value): v is Operand =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ('value' in v || 'policy' in v || 'field' in v || 'asOf' in v || 'window' in v)
const operand = (v: Value): Operand => (isOperand(v) ? v : { value: v })

/** `policy('dust.connectFrom')`: the value in force for the record's area on the as-of date. */
export const policy = (key: string): { policy: string } => ({ policy: key })
export const asOf = (days = 0): Operand => ({ asOf: days })
export const window = (period: Window['period'], more: Omit<Window, 'period'> = {}): Operand => ({
  window: { period, ...more },
})

/** Comparisons on one field: `field('dustWorkers').gte(policy('dust.connectFrom'))`. */
export function field(path: Path) {
  const compare = (op: Op, v?: Value): Comparison =>
    v === undefined ? { field: path, op } : { field: path, op, to: operand(v) }
  return {
    is: (v: Value) => compare('is', v),
    isNot: (v: Value) => compare('isNot', v),
    in: (v: Json[]) => compare('in', v),
    notIn: (v: Json[]) => compare('notIn', v),
    gt: (v: Value) => compare('gt', v),
    gte: (v: Value) => compare('gte', v),
    lt: (v: Value) => compare('lt', v),
    lte: (v: Value) => compare('lte', v),
    contains: (v: Value) => compare('contains', v),
    has: (v: Value) => compare('has', v),
    hasAny: (v: Json[]) => compare('hasAny', v),
    empty: () => compare('empty'),
    notEmpty: () => compare('notEmpty'),
    within: (period: Window['period'], more: Omit<Window, 'period'> = {}) =>
      compare('within', window(period, more)),
  }
}

export const all = (...of: Condition[]): Condition => ({ all: of })
export const any = (...of: Condition[]): Condition => ({ any: of })
export const not = (of: Condition): Condition => ({ not: of })
export const always = (value = true): Condition => ({ always: value })
export const some = (related: string, where?: Condition): Condition => ({
  related,
  test: 'some',
  ...(where && { where }),
})
export const none = (related: string, where?: Condition): Condition => ({
  related,
  test: 'none',
  ...(where && { where }),
})
export const count = (
  related: string,
  op: Op,
  to: Value,
  where?: Condition,
  distinct?: string,
): Condition => ({
  related,
  test: 'count',
  op,
  to: operand(to),
  ...(where && { where }),
  ...(distinct && { distinct }),
})
export const atLeast = (n: number, related: string, where?: Condition): Condition =>
  count(related, 'gte', n, where)
export const sum = (related: string, of: string, op: Op, to: Value, where?: Condition): Condition => ({
  related,
  test: 'sum',
  of,
  op,
  to: operand(to),
  ...(where && { where }),
})
export const latest = (related: string, by: string, where: Condition): Condition => ({
  related,
  test: 'latest',
  by,
  where,
})
