import type { FoundField } from '../catalogue.ts'
import { addDays } from '../clock.ts'
import { Problem } from '../errors.ts'
import { windowBounds } from '../period.ts'
import { type PolicyBook, policyNumber } from '../policy.ts'
import type { Comparison, Condition, Json, Moment, Op, Operand, Related } from './ast.ts'
import { explain } from './explain.ts'
import {
  accepts,
  addDecimals,
  type Comparable,
  comparable,
  compare,
  type Decimal,
  decimalToText,
  instant,
  instantOps,
  type Kind,
  kindOf,
  literal,
  literals,
  opsOfKind,
} from './values.ts'
import { type Aggregate, isAggregate, isRelated } from './walk.ts'
import {
  basisText,
  comparedText,
  factText,
  operandText,
  quoted,
  rowName,
  textContext,
  valueText,
  type WordsContext,
} from './words.ts'

/** Why a condition holds or not: a tree of the condition's shape with a sentence at each node. */
export interface Reason {
  holds: boolean
  kind: 'all' | 'any' | 'not' | 'always' | 'field' | 'related'
  text: string
  /** law or notice behind the number that was compared with */
  basis?: string
  /** label of the field that is not filled in, so that it is not known whether this holds */
  unknown?: string
  parts?: Reason[]
}

/**
 * Labels of what is not filled in and would decide: none where the rest decides by itself. Looks at the record's own
 * facts; rows that are missing are missing.
 */
export function undecided(why: Reason): string[] {
  if (why.unknown) return [why.unknown]
  const parts = why.parts ?? []
  if (why.kind === 'not') return parts.flatMap(undecided)
  if (why.holds || (why.kind !== 'all' && why.kind !== 'any')) return []
  const open = parts.filter((p) => !p.holds).map(undecided)
  return why.kind === 'all' && open.some((o) => o.length === 0) ? [] : open.flat()
}

/** A record as the store gives it: field values under their names, system values beside them. */
export type Values = Record<string, unknown>

export interface EvaluateContext extends WordsContext {
  register: string
  moment: Moment
  policies: PolicyBook
  /** the record's parent, needed when the condition names one of its fields */
  parent?: Values | undefined
}

interface Level {
  register: string
  record: Values
  parent: Values | undefined
  outer?: Level
}

/**
 * The condition on one record, with reasons. Agrees with `toSql` (property-tested).
 * @param related live and archived rows of child registers by register name; archived ones never count
 * @throws Problem bad-input for a field or operator that does not exist: run `checkCondition` first
 */
export function evaluate(
  condition: Condition,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: EvaluateContext,
): { holds: boolean; why: Reason } {
  const level: Level = { register: context.register, record, parent: context.parent }
  const why = new Evaluator(context, related).condition(condition, level)
  return { holds: why.holds, why }
}

/** The tree of reasons with empty sentences: what is not filled in is found where nobody reads the rest. */
export function unworded(
  condition: Condition,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: EvaluateContext,
): Reason {
  const level: Level = { register: context.register, record, parent: context.parent }
  return new Evaluator(context, related, true).condition(condition, level)
}

/** The same without the reasons, which cost more to word than to find: for rules nobody asks about. */
export function holds(
  condition: Condition,
  record: Values,
  related: Record<string, readonly Values[]>,
  context: EvaluateContext,
): boolean {
  const level: Level = { register: context.register, record, parent: context.parent }
  return new Evaluator(context, related).holds(condition, level)
}

/** Both sides of an instant compared with an instant; undefined where a day is asked for, or there is none. */
function momentsOf({ op, to }: Comparison, value: unknown): { left: number; right: number } | undefined {
  const right = to && 'value' in to && instantOps.includes(op) ? instant(to.value) : undefined
  if (right === undefined) return undefined
  const left = value instanceof Date ? value.getTime() : Date.parse(String(value ?? ''))
  return { left, right }
}

const wrong = (message: string) => new Problem('bad-input', message)

class Evaluator {
  readonly #context: EvaluateContext
  readonly #related: Record<string, readonly Values[]>
  readonly #silent: boolean

  constructor(context: EvaluateContext, related: Record<string, readonly Values[]>, silent = false) {
    this.#context = context
    this.#related = related
    this.#silent = silent
  }

  condition(c: Condition, level: Level): Reason {
    if ('all' in c) {
      const parts = c.all.map((p) => this.condition(p, level))
      const holds = parts.every((p) => p.holds)
      return { holds, kind: 'all', text: holds ? '全部满足' : '未全部满足', parts }
    }
    if ('any' in c) {
      const parts = c.any.map((p) => this.condition(p, level))
      const holds = parts.some((p) => p.holds)
      return { holds, kind: 'any', text: holds ? '满足其中之一' : '一项都不满足', parts }
    }
    if ('not' in c) {
      const part = this.condition(c.not, level)
      const text = part.holds ? '出现了不应有的情形' : '没有不应有的情形'
      return { holds: !part.holds, kind: 'not', text, parts: [part] }
    }
    if ('always' in c)
      return { holds: c.always, kind: 'always', text: c.always ? '无条件满足' : '无条件不满足' }
    return isRelated(c) ? this.#relatedRows(c, level) : this.#comparison(c, level)
  }

  holds(c: Condition, level: Level): boolean {
    if ('all' in c) return c.all.every((p) => this.holds(p, level))
    if ('any' in c) return c.any.some((p) => this.holds(p, level))
    if ('not' in c) return !this.holds(c.not, level)
    if ('always' in c) return c.always
    return isRelated(c) ? this.#relatedRows(c, level).holds : this.#decide(c, level).holds
  }

  #decide(c: Comparison, level: Level) {
    const found = this.#context.catalogue.field(level.register, c.field)
    const value = this.#value(found, c.field, level)
    const left = comparable(found.type.shape, value)
    const moment = found.type.shape === 'time' ? momentsOf(c, value) : undefined
    if (moment) return { found, value, left, holds: accepts(c.op, moment.left - moment.right) }
    const holds = this.#holds(kindOf(found.type.shape), left, c.op, c.to, level, found.def.past)
    return { found, value, left, holds }
  }

  #comparison(c: Comparison, level: Level): Reason {
    const { found, value, left, holds } = this.#decide(c, level)
    const { label } = found.def
    if (c.op === 'empty' || c.op === 'notEmpty')
      return { holds, kind: 'field', text: `${label}${left === null ? '未填写' : '已填写'}` }
    if (this.#silent)
      return left === null
        ? { holds, kind: 'field', text: '', unknown: label }
        : { holds, kind: 'field', text: '' }
    const words = this.#words(level)
    const to = operandText(c.to, found, level.register, words, level.record)
    if (left === null) return { holds, kind: 'field', text: `${label}未填写`, unknown: label }
    const shown = valueText(found, value, textContext(words, level.record))
    const text = factText(label, shown, { op: c.op, shape: found.type.shape, to, holds })
    return { holds, kind: 'field', text, ...(to.basis && { basis: to.basis }) }
  }

  #words(level: Level): WordsContext {
    return { ...this.#context, area: areaOf(level) }
  }

  #value(found: FoundField, path: string, level: Level): unknown {
    const name = path.includes('.') ? path.slice(path.indexOf('.') + 1) : path
    if (!found.viaParent) return level.record[name]
    const parent = level.outer?.register === found.register.name ? level.outer.record : level.parent
    return parent?.[name]
  }

  #holds(
    kind: Kind,
    left: Comparable,
    op: Op,
    to: Operand | undefined,
    level: Level,
    past?: boolean,
  ): boolean {
    if (!opsOfKind[kind].includes(op)) throw wrong(`该字段不能用“${op}”比较，请换一个比较方式。`)
    if (op === 'empty') return left === null
    if (op === 'notEmpty') return left !== null
    if (!to) throw wrong(`比较“${op}”缺少比较的值，请补充。`)
    const { asOf, known = asOf } = this.#context.moment
    if ('window' in to) {
      if (op !== 'within') throw wrong('时间范围只能用“在……期间”比较。')
      const { days } = to.window
      const row = typeof days === 'object' ? this.#policy(days.policy, level) : undefined
      if (typeof days === 'object' && row === undefined) return false
      const length = row === undefined ? undefined : (policyNumber(row) ?? 0)
      const span = windowBounds(to.window, asOf, length, past ? known : undefined)
      return typeof left === 'string' && span !== undefined && span.from <= left && left <= span.to
    }
    if ('field' in to) {
      const found = this.#context.catalogue.field(level.register, to.field)
      if (kindOf(found.type.shape) !== kind) throw wrong('只能比较同类字段，请换一个字段。')
      const right = comparable(found.type.shape, this.#value(found, to.field, level))
      return this.#compared(kind, left, op, right)
    }
    if ('asOf' in to) return this.#withValue(kind, left, op, addDays(asOf, to.asOf))
    const value = 'policy' in to ? this.#policy(to.policy, level) : to.value
    return value !== undefined && this.#withValue(kind, left, op, value)
  }

  #policy(key: string, level: Level): Json | undefined {
    return this.#context.policies.find(key, areaOf(level), this.#context.moment.asOf)?.value
  }

  #withValue(kind: Kind, left: Comparable, op: Op, value: Json): boolean {
    if (op === 'in' || op === 'notIn' || op === 'hasAny') {
      if (left === null) return false
      const list = literals(kind === 'set' ? 'text' : kind, value)
      if (op === 'hasAny') return Array.isArray(left) && left.some((v) => list.includes(v))
      return list.some((v) => compare(left, v) === 0) === (op === 'in')
    }
    return this.#compared(kind, left, op, literal(kind === 'set' ? 'text' : kind, value))
  }

  #compared(kind: Kind, left: Comparable, op: Op, right: Comparable): boolean {
    if (left === null || right === null) return false
    if (op === 'has') return Array.isArray(left) && left.includes(right as string)
    if (op === 'contains') return kind === 'text' && (left as string).includes(right as string)
    return accepts(op, compare(left, right))
  }

  #relatedRows(c: Related, level: Level): Reason {
    if (level.outer) throw wrong('关联台账只能查一层，请去掉里层的关联条件。')
    const child = this.#context.catalogue.record(c.related)
    if (child.of !== level.register)
      throw wrong(
        `“${child.label}”不属于“${this.#context.catalogue.record(level.register).label}”，不能关联。`,
      )
    const live = (this.#related[c.related] ?? []).filter((r) => !r.archivedAt)
    const at = (record: Values): Level => ({
      register: c.related,
      record,
      parent: level.record,
      outer: level,
    })
    if (c.test === 'latest') return this.#latest(c, live, at)
    const seen = live.map((row) => ({ row, why: c.where ? this.condition(c.where, at(row)) : undefined }))
    const matching = seen.filter((s) => s.why?.holds ?? true).map((s) => s.row)
    const which =
      c.where && !this.#silent ? `符合${quoted(explain(c.where, c.related, this.#words(level)))}的` : ''
    if (!isAggregate(c)) {
      const holds = matching.length > 0 === (c.test === 'some')
      const text =
        matching.length > 0 ? `有 ${matching.length} 条${which}${child.label}` : `没有${which}${child.label}`
      // a reader wants the rows that decide: the matching ones, else what keeps the others from matching
      const rows = seen.filter((s) => s.why && (matching.length === 0 || s.why.holds)).slice(0, 3)
      const parts = rows.map((s) => ({
        ...(s.why as Reason),
        text: `${rowName(child, s.row)}：${s.why?.text}`,
      }))
      return { holds, kind: 'related', text, ...(parts.length > 0 && { parts }) }
    }
    return this.#aggregate(c, matching, at, which, level)
  }

  #aggregate(
    c: Aggregate,
    matching: Values[],
    at: (row: Values) => Level,
    which: string,
    level: Level,
  ): Reason {
    const child = this.#context.catalogue.record(c.related)
    const path = c.test === 'count' ? c.distinct : c.of
    const found = path === undefined ? undefined : this.#context.catalogue.field(c.related, path)
    const values =
      path === undefined || !found
        ? []
        : matching
            .map((row) => comparable(found.type.shape, this.#value(found, path, at(row))))
            .filter((v) => v !== null)
    const kind: Kind = c.test === 'count' || c.test === 'sum' || !found ? 'number' : kindOf(found.type.shape)
    let left: Comparable
    if (c.test === 'count') left = found ? new Set(values.map(keyOf)).size : matching.length
    else if (c.test === 'sum')
      left = (values as Decimal[]).reduce((a, b) => addDecimals(a, b), { n: 0n, scale: 0 })
    else {
      const sign = c.test === 'min' ? 1 : -1
      left = values.length ? values.reduce((a, b) => (compare(a, b) * sign <= 0 ? a : b)) : null
    }
    const holds = this.#holds(kind, left, c.op, c.to, level)
    const shownAs = c.test === 'count' ? undefined : found
    const to = operandText(c.to, shownAs, level.register, this.#words(level), level.record)
    const what = {
      count: found ? `按${found.def.label}去重的数量` : '数量',
      sum: `${found?.def.label}合计`,
      min: `${found?.def.label}最小值`,
      max: `${found?.def.label}最大值`,
    }[c.test]
    const value = left === null ? '无' : keyOf(left)
    const compared = comparedText(c.op, shownAs?.type.shape ?? 'number', to, holds)
    const text = `${which}${child.label}${what}为 ${value}，${compared}${basisText(to.basis)}`
    return { holds, kind: 'related', text, ...(to.basis && { basis: to.basis }) }
  }

  #latest(c: Related & { test: 'latest' }, live: Values[], at: (row: Values) => Level): Reason {
    const child = this.#context.catalogue.record(c.related)
    const found = this.#context.catalogue.field(c.related, c.by)
    const key = (row: Values): Comparable => {
      const value = this.#value(found, c.by, at(row))
      if (found.type.shape !== 'time') return comparable(found.type.shape, value)
      const at_ =
        value === null || value === undefined ? Number.NaN : new Date(value as string | Date).getTime()
      return Number.isNaN(at_) ? null : at_
    }
    const newest = live
      .map((row) => ({ row, key: key(row) }))
      .filter((r) => r.key !== null)
      .reduce<{ row: Values; key: Comparable } | undefined>((best, r) => {
        const order = best ? compare(r.key, best.key) || compare(String(r.row.id), String(best.row.id)) : 1
        return order > 0 ? r : best
      }, undefined)
    if (!newest) return { holds: false, kind: 'related', text: `没有${child.label}` }
    const part = this.condition(c.where, at(newest.row))
    const text = `最近一条${rowName(child, newest.row)}${part.holds ? '满足要求' : '不满足要求'}`
    return { holds: part.holds, kind: 'related', text, parts: [part] }
  }
}

const areaOf = (level: Level): string | null => (level.record.area as string | null | undefined) ?? null

/** One text for equal values. */
const keyOf = (v: Comparable): string =>
  typeof v === 'object' && v !== null && !Array.isArray(v) ? decimalToText(v) : String(v)
