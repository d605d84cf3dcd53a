import type { Catalogue, FoundField } from '../catalogue.ts'
import type { RecordDef } from '../definition.ts'
import { type Complaint, Problem } from '../errors.ts'
import type { PolicyBook } from '../policy.ts'
import type { Condition, Op } from './ast.ts'
import { instant, instantOps, isPlainText, type Kind, kindOf, literal, opsOfKind } from './values.ts'

/** More than any person writes; keeps a request from compiling for minutes. */
const MOST_NODES = 300
const MOST_DEPTH = 16
const MOST_LIST = 1000

const windows = ['day', 'month', 'quarter', 'half-year', 'year', 'last-days', 'next-days']

/**
 * What is wrong with a condition, each with the wrong name in the message; empty when it may be compiled.
 * Used on definitions at start and on conditions that arrive over HTTP, so it takes any JSON.
 * @param policies when given, unknown parameter keys are complaints too
 */
export function checkCondition(
  condition: unknown,
  register: string,
  catalogue: Catalogue,
  policies?: PolicyBook,
): Complaint[] {
  const def = catalogue.findRecord(register)
  if (!def) return [{ path: '', message: `没有名为“${register}”的台账。` }]
  const checker = new Checker(catalogue, policies)
  checker.condition(condition, { def, related: false }, '', 0)
  return checker.complaints
}

/** The condition, known to be right. @throws Problem bad-input with the complaints */
export function asCondition(
  condition: unknown,
  register: string,
  catalogue: Catalogue,
  policies?: PolicyBook,
): Condition {
  const complaints = checkCondition(condition, register, catalogue, policies)
  const [first] = complaints
  if (first) throw new Problem('bad-input', `条件有误：${first.message}请改正后重试。`, { complaints })
  return condition as Condition
}

interface Level {
  def: RecordDef
  related: boolean
}
type Node = Record<string, unknown>
const isNode = (v: unknown): v is Node => typeof v === 'object' && v !== null && !Array.isArray(v)

const kindLabel: Record<Kind, string> = {
  text: '文字',
  number: '数字',
  date: '日期（如 2026-05-31）',
  boolean: '是或否',
  id: '记录编号',
  set: '选项',
  json: '附件',
}
const order: Op[] = ['is', 'isNot', 'gt', 'gte', 'lt', 'lte']

class Checker {
  readonly complaints: Complaint[] = []
  readonly #catalogue: Catalogue
  readonly #policies: PolicyBook | undefined
  #nodes = 0

  constructor(catalogue: Catalogue, policies: PolicyBook | undefined) {
    this.#catalogue = catalogue
    this.#policies = policies
  }

  #say(path: string, message: string): undefined {
    this.complaints.push({ path, message })
  }

  condition(c: unknown, level: Level, path: string, depth: number): undefined {
    this.#nodes += 1
    if (this.#nodes === MOST_NODES + 1) this.#say(path, `条件过多，最多 ${MOST_NODES} 项。`)
    if (this.#nodes > MOST_NODES) return
    if (depth > MOST_DEPTH) return this.#say(path, `条件嵌套过深，最多 ${MOST_DEPTH} 层。`)
    if (!isNode(c)) return this.#say(path, '条件应为一个对象。')
    const within = (name: string) => (path ? `${path}.${name}` : name)
    if ('all' in c || 'any' in c) {
      const name = 'all' in c ? 'all' : 'any'
      const parts = c[name]
      if (!Array.isArray(parts)) return this.#say(within(name), `“${name}”应为一组条件。`)
      parts.forEach((p, i) => {
        this.condition(p, level, within(`${name}[${i}]`), depth + 1)
      })
    } else if ('not' in c) this.condition(c.not, level, within('not'), depth + 1)
    else if ('always' in c) {
      if (typeof c.always !== 'boolean') this.#say(within('always'), '“always”应为 true 或 false。')
    } else if ('related' in c) this.#related(c, level, path, depth)
    else if ('field' in c) this.#comparison(c, level, path)
    else this.#say(path, `看不懂的条件，只有：${Object.keys(c).slice(0, 5).join('、') || '空'}。`)
  }

  #field(name: unknown, level: Level, path: string): FoundField | undefined {
    if (typeof name !== 'string' || name === '') {
      this.#say(path, '缺少字段名。')
      return undefined
    }
    const found = this.#catalogue.findField(level.def.name, name)
    if (!found) this.#say(path, `“${level.def.label}”没有字段“${name}”。`)
    return found
  }

  #comparison(c: Node, level: Level, path: string): undefined {
    const found = this.#field(c.field, level, path)
    if (!found) return
    const kind = kindOf(found.type.shape)
    const op = c.op as Op
    const offered = found.type.ops.filter((o) => opsOfKind[kind].includes(o))
    if (!offered.includes(op))
      return this.#say(
        path,
        `“${found.def.label}”（${String(c.field)}）不能用“${String(op)}”比较，可用：${offered.join('、')}。`,
      )
    // 修改时间晚于某一刻: what another system asks to fetch what has changed since
    const { to } = c
    if (
      found.type.shape === 'time' &&
      instantOps.includes(op) &&
      isNode(to) &&
      instant(to.value) !== undefined
    )
      return
    this.#operand(to, op, kind, found, level, path)
  }

  #operand(
    to: unknown,
    op: Op,
    kind: Kind,
    found: FoundField | undefined,
    level: Level,
    path: string,
  ): undefined {
    if (op === 'empty' || op === 'notEmpty') return
    const name = found?.def.label ?? '数量'
    if (!isNode(to)) return this.#say(path, `“${name}”缺少比较的值。`)
    if (op === 'within' || 'window' in to) {
      if (op !== 'within' || !isNode(to.window))
        return this.#say(path, `“${name}”的时间范围应与“within”一起使用。`)
      return this.#window(to.window, path)
    }
    if ('policy' in to) return this.#policy(to.policy, path)
    const list = op === 'in' || op === 'notIn' || op === 'hasAny'
    if ('field' in to) {
      const other = this.#field(to.field, level, path)
      if (other && (list || op === 'has' || kindOf(other.type.shape) !== kind))
        this.#say(path, `“${name}”不能与“${other.def.label}”（${String(to.field)}）比较。`)
      return
    }
    if ('asOf' in to) {
      if (kind !== 'date' || list) this.#say(path, `“${name}”不是日期，不能与截至日比较。`)
      else if (!Number.isInteger(to.asOf) || Math.abs(Number(to.asOf)) > 40_000)
        this.#say(path, '截至日的偏移应为整数天。')
      return
    }
    if (!('value' in to)) return this.#say(path, `“${name}”缺少比较的值。`)
    if (!list) return this.#value(to.value, kind, found, path)
    if (!Array.isArray(to.value)) return this.#say(path, `“${name}”应与一组值比较。`)
    if (to.value.length > MOST_LIST) return this.#say(path, `“${name}”的值过多，最多 ${MOST_LIST} 个。`)
    for (const v of to.value) this.#value(v, kind, found, path)
  }

  #value(value: unknown, kind: Kind, found: FoundField | undefined, path: string): undefined {
    const name = found?.def.label ?? '数量'
    const shown = JSON.stringify(value) ?? '空'
    if (literal(kind === 'set' ? 'text' : kind, (value ?? null) as never) === null)
      return this.#say(path, `“${name}”应为${kindLabel[kind]}，不能是 ${shown.slice(0, 60)}。`)
    if (typeof value === 'object') return this.#say(path, `“${name}”应为${kindLabel[kind]}。`)
    const options = found?.def.options
    if (options && typeof value === 'string' && !options.some((o) => o.value === value))
      this.#say(path, `“${name}”没有选项“${value}”，可选：${options.map((o) => o.value).join('、')}。`)
  }

  #policy(key: unknown, path: string): undefined {
    if (!isPlainText(key) || key === '') return this.#say(path, '缺少依据参数的名称。')
    if (this.#policies && !this.#policies.has(key)) this.#say(path, `没有名为“${key}”的依据参数。`)
  }

  #window(w: Node, path: string): undefined {
    if (!windows.includes(String(w.period)))
      return this.#say(path, `时间范围“${String(w.period)}”不存在，可用：${windows.join('、')}。`)
    if (w.offset !== undefined && (!Number.isInteger(w.offset) || Math.abs(Number(w.offset)) > 1200))
      this.#say(path, '时间范围的偏移应为整数。')
    if (w.period !== 'last-days' && w.period !== 'next-days') return
    if (isNode(w.days)) return this.#policy(w.days.policy, path)
    if (!Number.isInteger(w.days) || Number(w.days) < 1 || Number(w.days) > 40_000)
      this.#say(path, '最近或今后的天数应为正整数。')
  }

  #related(c: Node, level: Level, path: string, depth: number): undefined {
    if (level.related) return this.#say(path, `关联台账只能查一层，“${String(c.related)}”不能再放在里层。`)
    const name = String(c.related)
    const child = this.#catalogue.findRecord(name)
    if (!child) return this.#say(path, `没有名为“${name}”的台账。`)
    if (child.of !== level.def.name)
      return this.#say(path, `“${child.label}”（${name}）不属于“${level.def.label}”，不能关联。`)
    const inner: Level = { def: child, related: true }
    if (c.where !== undefined) this.condition(c.where, inner, path ? `${path}.where` : 'where', depth + 1)
    switch (c.test) {
      case 'some':
      case 'none':
        return
      case 'latest':
        if (c.where === undefined) this.#say(path, '“最近一条”缺少条件。')
        this.#scalar(c.by, inner, path, ['date', 'number', 'text'])
        return
      case 'count': {
        if (c.distinct !== undefined)
          this.#scalar(c.distinct, inner, path, ['text', 'number', 'date', 'boolean', 'id'])
        return this.#aggregate(c, 'number', undefined, level, path)
      }
      case 'sum':
      case 'min':
      case 'max': {
        const found = this.#scalar(c.of, inner, path, c.test === 'sum' ? ['number'] : ['number', 'date'])
        if (found) this.#aggregate(c, kindOf(found.type.shape), found, level, path)
        return
      }
      default:
        this.#say(path, `关联“${child.label}”的方式“${String(c.test)}”不存在。`)
    }
  }

  #aggregate(c: Node, kind: Kind, found: FoundField | undefined, level: Level, path: string): undefined {
    const op = c.op as Op
    const allowed = kind === 'date' ? [...order, 'within'] : order
    if (!allowed.includes(op))
      return this.#say(
        path,
        `关联“${String(c.related)}”不能用“${String(op)}”比较，可用：${allowed.join('、')}。`,
      )
    // options of the field do not bound its sum or its least value
    this.#operand(
      c.to,
      op,
      kind,
      found && { ...found, def: { ...found.def, options: undefined } },
      level,
      path,
    )
  }

  #scalar(name: unknown, level: Level, path: string, kinds: Kind[]): FoundField | undefined {
    const found = this.#field(name, level, path)
    if (!found || kinds.includes(kindOf(found.type.shape))) return found
    this.#say(
      path,
      `“${found.def.label}”（${String(name)}）不能这样使用，应为${kinds.map((k) => kindLabel[k]).join('或')}。`,
    )
    return undefined
  }
}
