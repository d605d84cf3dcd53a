import type { Catalogue } from '../catalogue.ts'
import { addDays } from '../clock.ts'
import type { FieldDef, RecordDef } from '../definition.ts'
import { Problem } from '../errors.ts'
import { columnOf, parentField, tableOf } from '../naming.ts'
import { windowBounds } from '../period.ts'
import { type PolicyBook, policyNumber } from '../policy.ts'
import type { Comparison, Condition, Json, Moment, Op, Operand, Related, Window } from './ast.ts'
import { type Fragment, frag, ident, join, raw } from './fragment.ts'
import { instant, instantOps, type Kind, kindOf, literal, literals, opsOfKind } from './values.ts'
import { isRelated } from './walk.ts'

/** What a reader may know: conditions that somebody sends are compiled with his eyes, definitions' own without. */
export interface Eyes {
  /** rows of another register that are there for him, as a predicate over its alias; undefined: all of them */
  rows(register: RecordDef, alias: string): Fragment | undefined
  /** rows whose value of this field he may know, as a predicate over the alias; undefined: all of them */
  value(register: RecordDef, field: FieldDef, alias: string): Fragment | undefined
}

export interface SqlContext {
  catalogue: Catalogue
  register: string
  /** name the register's table goes by in the query around */
  alias: string
  moment: Moment
  policies: PolicyBook
  eyes?: Eyes
}

/** A condition looks at one register's rows; inside `related` the rows around are the parents. */
interface Level {
  register: string
  alias: string
  outer?: Level
}

interface Expr {
  sql: Fragment
  kind: Kind
  /** a date that says what happened */
  past?: boolean
  /** `numeric` rather than double precision */
  exact?: boolean
  /** values of a closed list, from the definition */
  options?: ReadonlySet<string> | undefined
  /** the instant itself, where `sql` is its Shanghai date */
  at?: Fragment
}

/**
 * The condition as a SQL predicate over `alias`, for a `where`: NULL counts as false there. In a select list
 * write `(…) is true`. Tables are named without schema, so that a query may shadow them by CTEs of an earlier
 * state (engine/indicators/as-of.ts).
 * @throws Problem bad-input for a field or operator that does not exist: run `checkCondition` first
 */
export function toSql(condition: Condition, context: SqlContext): Fragment {
  return new Compiler(context).condition(condition, { register: context.register, alias: context.alias })
}

/** A field as a SQL expression over `alias`: instants as Shanghai dates, the parent's fields as subqueries. */
export function fieldSql(path: string, context: SqlContext): Fragment {
  return new Compiler(context).field(path, { register: context.register, alias: context.alias })
}

const yes = raw('true')
const no = raw('false')
const operators: Partial<Record<Op, string>> = {
  is: '=',
  isNot: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
}
const casts: Partial<Record<Kind, string>> = {
  text: 'text',
  set: 'text',
  date: 'date',
  boolean: 'boolean',
  id: 'uuid',
}

class Compiler {
  readonly #context: SqlContext
  #aliases = 0

  constructor(context: SqlContext) {
    this.#context = context
  }

  condition(c: Condition, level: Level): Fragment {
    if ('all' in c) return this.#join(c.all, ' and ', yes, level)
    if ('any' in c) return this.#join(c.any, ' or ', no, level)
    // positive parts may be NULL; only a negation has to see two values
    if ('not' in c) return frag`((${this.condition(c.not, level)}) is not true)`
    if ('always' in c) return c.always ? yes : no
    return isRelated(c) ? this.#related(c, level) : this.#comparison(c, level)
  }

  field(path: string, level: Level): Fragment {
    return this.#column(path, level).sql
  }

  #join(parts: Condition[], separator: string, none: Fragment, level: Level): Fragment {
    if (parts.length === 0) return none
    return frag`(${join(
      parts.map((p) => this.condition(p, level)),
      separator,
    )})`
  }

  #comparison(c: Comparison, level: Level): Fragment {
    // whether something is filled in is no secret
    const open = c.op === 'empty' || c.op === 'notEmpty'
    return this.#compare(this.#column(c.field, level, open), c.op, c.to, level)
  }

  /** @param open also where the reader may not know the value */
  #column(path: string, level: Level, open = false): Expr {
    const found = this.#context.catalogue.field(level.register, path)
    const { shape } = found.type
    const value = (alias: string): Fragment => {
      const column = ident(alias, found.column)
      const seen = open ? undefined : this.#context.eyes?.value(found.register, found.def, alias)
      // a value he may not know is no value: it decides nothing, also under a negation
      return seen ? frag`(case when ${seen} then ${column} end)` : column
    }
    let sql: Fragment
    if (!found.viaParent) sql = value(level.alias)
    else if (level.outer?.register === found.register.name) sql = value(level.outer.alias)
    else {
      const p = this.#alias()
      const there = this.#context.eyes?.rows(found.register, p)
      sql = frag`(select ${value(p)} from ${ident(tableOf(found.register.name))} ${ident(p)}
          where ${ident(p, 'id')} = ${ident(level.alias, found.viaParent)}${there ? frag` and ${there}` : raw('')})`
    }
    const at = shape === 'time' ? sql : undefined
    if (at) sql = frag`(${at} at time zone 'Asia/Shanghai')::date`
    const exact = shape === 'number' && !found.type.sqlType(found.def).startsWith('double')
    const options = found.def.options && new Set(found.def.options.map((o) => o.value))
    return {
      sql,
      kind: kindOf(shape),
      exact,
      options,
      ...(found.def.past && { past: true }),
      ...(at && { at }),
    }
  }

  #compare(left: Expr, op: Op, to: Operand | undefined, level: Level): Fragment {
    if (!opsOfKind[left.kind].includes(op)) throw wrong(`该字段不能用“${op}”比较，请换一个比较方式。`)
    if (op === 'empty') return isEmpty(left)
    if (op === 'notEmpty') return frag`(not ${isEmpty(left)})`
    if (!to) throw wrong(`比较“${op}”缺少比较的值，请补充。`)
    if ('window' in to) {
      if (op !== 'within') throw wrong('时间范围只能用“在……期间”比较。')
      return this.#within(left, to.window, level)
    }
    if ('field' in to) return this.#fields(left, op, this.#column(to.field, level))
    if ('asOf' in to) return scalar(left, op, addDays(this.#context.moment.asOf, to.asOf))
    if ('policy' in to) return this.#byPolicy(to.policy, level, (value) => withValue(left, op, value))
    return withValue(left, op, to.value)
  }

  #within(left: Expr, window: Window, level: Level): Fragment {
    const { asOf, known = asOf } = this.#context.moment
    const between = (days?: number) => {
      const span = windowBounds(window, asOf, days, left.past ? known : undefined)
      if (!span) return no
      if (left.at) return frag`(${dayOf(left.at, 'gte', span.from)} and ${dayOf(left.at, 'lte', span.to)})`
      return frag`${left.sql} between ${span.from}::date and ${span.to}::date`
    }
    if (typeof window.days !== 'object') return between()
    return this.#byPolicy(window.days.policy, level, (value) => between(policyNumber(value) ?? 0))
  }

  /** One predicate, or one for each area where the parameter differs. */
  #byPolicy(key: string, level: Level, predicate: (value: Json) => Fragment): Fragment {
    const variants = this.#context.policies.variants(key, this.#context.moment.asOf)
    const [first] = variants
    if (!first) return no
    if (first.area === '') return predicate(first.def.value)
    const area = ident(level.alias, 'area')
    const cases = variants.map((v) =>
      v.area === ''
        ? frag` else ${predicate(v.def.value)}`
        : frag` when left(${area}, ${v.area.length}::int) = ${v.area}::text then ${predicate(v.def.value)}`,
    )
    return frag`(case${join(cases, '')} end)`
  }

  #fields(left: Expr, op: Op, right: Expr): Fragment {
    if (left.kind !== right.kind) throw wrong('只能比较同类字段，请换一个字段。')
    let [a, b] = [left.sql, right.sql]
    if (left.kind === 'number' && Boolean(left.exact) !== Boolean(right.exact))
      [a, b] = [exactly(left), exactly(right)]
    const sign = operators[op]
    if (left.kind === 'text') {
      const present = frag`${a} <> '' and ${b} <> ''`
      if (op === 'contains') return frag`(strpos(${a}, ${b}) > 0 and ${present})`
      if (sign) return frag`(${a} collate "C" ${raw(sign)} ${b} collate "C" and ${present})`
    }
    if (!sign) throw wrong(`不能用“${op}”与另一字段比较，请换一个比较方式。`)
    return frag`${a} ${raw(sign)} ${b}`
  }

  #related(c: Related, level: Level): Fragment {
    if (level.outer) throw wrong('关联台账只能查一层，请去掉里层的关联条件。')
    const child = this.#context.catalogue.record(c.related)
    if (child.of !== level.register)
      throw wrong(
        `“${child.label}”不属于“${this.#context.catalogue.record(level.register).label}”，不能关联。`,
      )
    const inner: Level = { register: c.related, alias: this.#alias(), outer: level }
    const rows = this.#rows(child, inner, level, c.test === 'latest' ? undefined : c.where)
    switch (c.test) {
      case 'some':
        return frag`exists (select 1 ${rows})`
      case 'none':
        return frag`(not exists (select 1 ${rows}))`
      case 'latest':
        return this.#latest(c, inner, rows)
      case 'count': {
        const what = c.distinct ? frag`distinct ${present(this.#column(c.distinct, inner))}` : raw('*')
        const n: Expr = { sql: frag`(select count(${what}) ${rows})`, kind: 'number', exact: true }
        return this.#compare(n, c.op, c.to, level)
      }
      default: {
        const of = this.#column(c.of, inner)
        if (c.test === 'sum') {
          const total = frag`(select coalesce(sum(${exactly(of)}), 0) ${rows})`
          return this.#compare({ sql: total, kind: 'number', exact: true }, c.op, c.to, level)
        }
        const { at: _, ...day } = of
        return this.#compare(
          { ...day, sql: frag`(select ${raw(c.test)}(${of.sql}) ${rows})` },
          c.op,
          c.to,
          level,
        )
      }
    }
  }

  /** `from … where …` over the live rows of a child register that belong to the row around. */
  #rows(child: RecordDef, inner: Level, outer: Level, where: Condition | undefined): Fragment {
    const link = ident(inner.alias, columnOf(parentField(outer.register)))
    const belongs = frag`from ${ident(tableOf(child.name))} ${ident(inner.alias)}
      where ${link} = ${ident(outer.alias, 'id')} and ${ident(inner.alias, 'archived_at')} is null`
    const there = this.#context.eyes?.rows(child, inner.alias)
    const rows = there ? frag`${belongs} and ${there}` : belongs
    return where ? frag`${rows} and (${this.condition(where, inner)})` : rows
  }

  #latest(c: Related & { test: 'latest' }, inner: Level, rows: Fragment): Fragment {
    const found = this.#context.catalogue.field(inner.register, c.by)
    const seen = this.#context.eyes?.value(found.register, found.def, inner.alias)
    const column = ident(inner.alias, found.column)
    const by = seen ? frag`(case when ${seen} then ${column} end)` : column
    // a record as the API gives it knows instants to the millisecond; ties fall to the higher id on both sides
    const key =
      found.type.shape === 'time'
        ? frag`date_trunc('milliseconds', ${by})`
        : found.type.shape === 'text'
          ? frag`${by} collate "C"`
          : by
    const filled = frag`${rows} and not ${isEmpty({ sql: by, kind: kindOf(found.type.shape) })}`
    return frag`exists (select 1 from (select ${ident(inner.alias)}.* ${filled}
      order by ${key} desc, ${ident(inner.alias, 'id')} desc limit 1) ${ident(inner.alias)}
      where ${this.condition(c.where, inner)})`
  }

  #alias(): string {
    this.#aliases += 1
    return `${this.#context.alias}_${this.#aliases}`
  }
}

const wrong = (message: string) => new Problem('bad-input', message)

function isEmpty({ sql, kind }: Expr): Fragment {
  switch (kind) {
    case 'text':
      return frag`(${sql} is null or ${sql} = '')`
    case 'set':
      return frag`(${sql} is null or cardinality(${sql}) = 0)`
    case 'json':
      return frag`(${sql} is null or ${sql} in ('[]'::jsonb, '{}'::jsonb, 'null'::jsonb))`
    default:
      return frag`(${sql} is null)`
  }
}

/** For `count(distinct …)`: empty text does not count. */
const present = (e: Expr): Fragment => (e.kind === 'text' ? frag`nullif(${e.sql}, '')` : e.sql)

/** A double as the decimal it is written as; a plain cast would round to 15 digits. */
const exactly = (e: Expr): Fragment => (e.exact ? e.sql : frag`${e.sql}::text::numeric`)

const cast = (left: Expr): string =>
  left.kind === 'number' ? (left.exact ? 'numeric' : 'double precision') : (casts[left.kind] ?? 'text')

function withValue(left: Expr, op: Op, value: Json): Fragment {
  if (op === 'in' || op === 'notIn' || op === 'hasAny') {
    const list = closedList(left, value) ?? frag`${literals(left.kind, value)}::${raw(cast(left))}[]`
    if (op === 'hasAny') return frag`${left.sql} && ${list}`
    if (op === 'in') return frag`${left.sql} = any(${list})`
    const kept = frag`${left.sql} <> all(${list})`
    return left.kind === 'text'
      ? frag`(${kept} and ${left.sql} <> '')`
      : frag`(${kept} and ${left.sql} is not null)`
  }
  return scalar(left, op, value)
}

/**
 * A value of a closed list, written out: PostgreSQL then keeps a plan made for it (most cases are closed, few are
 * overdue), where for a parameter it plans anew each time, which takes longer than reading a page. The text is the
 * definition's own, never the request's.
 */
function closed(left: Expr, known: unknown): Fragment | undefined {
  if (left.kind !== 'text' || typeof known !== 'string' || !left.options?.has(known)) return undefined
  return raw(`'${known.replaceAll("'", "''")}'::text`)
}

/** The same for a list, all of whose values the definition knows: in the definition's order, so that it is one text. */
function closedList(left: Expr, value: Json): Fragment | undefined {
  if (left.kind !== 'text' || !left.options || !Array.isArray(value)) return undefined
  const wanted = new Set(value)
  const known = [...left.options].filter((o) => wanted.has(o))
  if (known.length === 0 || known.length !== wanted.size) return undefined
  return raw(`array[${known.map((o) => `'${o.replaceAll("'", "''")}'`).join(', ')}]::text[]`)
}

/**
 * An instant's Shanghai day compared with a day, as bounds of the instant itself: an index on the column finds them.
 * @param day YYYY-MM-DD
 */
function dayOf(at: Fragment, op: Op, day: string): Fragment {
  const begin = frag`((${day}::date)::timestamp at time zone 'Asia/Shanghai')`
  const end = frag`((${day}::date + 1)::timestamp at time zone 'Asia/Shanghai')`
  if (op === 'gte') return frag`${at} >= ${begin}`
  if (op === 'lt') return frag`${at} < ${begin}`
  if (op === 'gt') return frag`${at} >= ${end}`
  if (op === 'lte') return frag`${at} < ${end}`
  return frag`(${at} >= ${begin} and ${at} < ${end})`
}

/** An instant against an instant, both to the millisecond, as the API gives them. */
function instantSql(at: Fragment, op: Op, ms: number): Fragment {
  const sign = op === 'gt' || op === 'gte' ? '>=' : '<'
  const bound = op === 'gt' || op === 'lte' ? ms + 1 : ms
  return frag`${at} ${raw(sign)} ${new Date(bound).toISOString()}::timestamptz`
}

function scalar(left: Expr, op: Op, value: Json): Fragment {
  const moment = left.at && instantOps.includes(op) ? instant(value) : undefined
  if (left.at && moment !== undefined) return instantSql(left.at, op, moment)
  const known = literal(left.kind, value)
  if (known === null) return no
  if (left.at && op !== 'isNot' && operators[op]) return dayOf(left.at, op, String(known))
  const right = closed(left, known) ?? frag`${known}::${raw(cast(left))}`
  const sign = operators[op]
  if (op === 'has') return frag`${left.sql} @> array[${right}]`
  if (op === 'contains') return frag`strpos(${left.sql}, ${right}) > 0`
  if (!sign) throw wrong(`不能用“${op}”与一个值比较，请换一个比较方式。`)
  if (left.kind !== 'text' || op === 'is') return frag`${left.sql} ${raw(sign)} ${right}`
  if (op === 'isNot') return frag`(${left.sql} <> ${right} and ${left.sql} <> '')`
  return frag`(${left.sql} collate "C" ${raw(sign)} ${right} and ${left.sql} <> '')`
}
