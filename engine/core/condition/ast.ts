/**
 * The condition language (design §3.3): the one predicate language of the product, as JSON.
 *
 * Two compilers read it and must agree: `toSql` for sets, `evaluate` for one record with reasons.
 * Logic is two-valued: a comparison with an empty field is false, and `not` of it is true.
 */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Field of the record itself (`dustWorkers`), of its parent (`enterprise.scale`), or a system column (`state`, `recordedAt`). */
export type Path = string

export type Op =
  | 'is'
  | 'isNot'
  | 'in'
  | 'notIn'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'contains' // text contains text
  | 'has' // a set (choices) contains the value
  | 'hasAny' // a set shares at least one value
  | 'empty'
  | 'notEmpty'
  | 'within' // a date lies in a window

/** A period relative to the as-of date: `quarter` is the quarter the as-of date lies in; `offset: -1` the one before. */
export interface Window {
  period: 'day' | 'month' | 'quarter' | 'half-year' | 'year' | 'last-days' | 'next-days'
  offset?: number
  /** number of days for `last-days` and `next-days` (as-of date included) */
  days?: number | { policy: string }
}

export type Operand =
  | { value: Json }
  | { policy: string }
  | { field: Path }
  /** the as-of date moved by days; e.g. "older than 30 days" is `lt {asOf: -30}` */
  | { asOf: number }
  | { window: Window }

export interface Comparison {
  field: Path
  op: Op
  to?: Operand
}

/**
 * A statement about the rows of one related register (one level deep: a register whose `of` is this one).
 * - `some` / `none`: at least one / no related row satisfies `where`
 * - `count`, `sum`, `min`, `max` compared with an operand; `distinct` counts distinct values of a field;
 *   `sum|min|max` of no rows is empty, so every comparison is false (a `sum` of no rows is 0)
 * - `latest`: the newest related row by `by` (ties: highest id) satisfies `where`; no row is false
 */
export type Related =
  | { related: string; test: 'some' | 'none'; where?: Condition }
  | { related: string; test: 'count'; where?: Condition; distinct?: string; op: Op; to: Operand }
  | { related: string; test: 'sum' | 'min' | 'max'; of: string; where?: Condition; op: Op; to: Operand }
  | { related: string; test: 'latest'; by: string; where: Condition }

export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | Comparison
  | Related
  /** true or false for every record; an empty `all` is true, an empty `any` false */
  | { always: boolean }

/** What a condition is evaluated against besides the record. */
export interface Moment {
  /** calendar date in Asia/Shanghai; windows are relative to it */
  asOf: string
  /** until when what happened is known, where that is later: a duty of May judged in November; `asOf` without */
  known?: string
}
