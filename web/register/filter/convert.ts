import type { Comparison, Condition, Op, Operand, Related } from '../../../engine/core/condition/ast.ts'

/**
 * Our conditions ⇄ the query of react-querybuilder (8.x), without loss: what the builder has no widget for
 * (latest, sums, comparisons of counts with a policy …) rides along as one rule that can be read and removed
 * but not taken apart. Pure; `fromQuery(toQuery(c))` means the same as `c` (tested).
 */

export interface Rule {
  id?: string
  field: string
  operator: string
  /** an Operand for a field, a group for a related register, a Condition for `RAW` */
  value: unknown
  match?: { mode: string; threshold?: number | null }
}

export interface Group {
  id?: string
  combinator: string
  not?: boolean
  rules: (Rule | Group)[]
}

/** Field name of a rule that carries a whole condition. */
export const RAW = '~condition'
/** Field name of a rule about the rows of a related register. */
export const relatedField = (register: string): string => `~${register}`
/** Inside a related group fields carry their register, so that every name in the builder stands for one field. */
export const innerField = (register: string, field: string): string => `~${register}.${field}`

/** What a name in the builder stands for; `field` absent: the related register as a whole. */
export function partsOf(name: string, register: string): { register: string; field?: string } {
  if (!name.startsWith('~') || name === RAW) return { register, field: name }
  const dot = name.indexOf('.')
  return dot < 0 ? { register: name.slice(1) } : { register: name.slice(1, dot), field: name.slice(dot + 1) }
}

export const isGroup = (r: Rule | Group): r is Group => 'rules' in r
export const needsNoValue = (op: string): boolean => op === 'empty' || op === 'notEmpty'

const modes: Partial<Record<Op, string>> = { gte: 'atLeast', lte: 'atMost', is: 'exactly' }
const ops: Record<string, Op> = { atLeast: 'gte', atMost: 'lte', exactly: 'is' }

/** Folds away what is always true or false, so that an empty group never stands for either inside the tree. */
function simplify(c: Condition): Condition {
  if ('all' in c || 'any' in c) {
    const every = 'all' in c
    const parts = ('all' in c ? c.all : c.any).map(simplify)
    // what settles the whole: a false in `all`, a true in `any`
    if (parts.some((p) => 'always' in p && p.always !== every)) return { always: !every }
    const rest = parts.filter((p) => !('always' in p))
    const [only] = rest
    if (!only) return { always: every }
    return rest.length === 1 ? only : every ? { all: rest } : { any: rest }
  }
  if ('not' in c) {
    const inner = simplify(c.not)
    return 'always' in inner ? { always: !inner.always } : 'not' in inner ? inner.not : { not: inner }
  }
  return c
}

/** The query that shows a condition; nothing at all is an empty group. */
export function toQuery(c: Condition | null | undefined): Group {
  return queryOf(c, (field) => field)
}

function queryOf(c: Condition | null | undefined, name: (field: string) => string): Group {
  if (!c) return { combinator: 'and', rules: [] }
  const node = toNode(simplify(c), name)
  return isGroup(node) ? node : { combinator: 'and', rules: [node] }
}

const raw = (c: Condition): Rule => ({ field: RAW, operator: 'is', value: c })

function toNode(c: Condition, name: (field: string) => string): Rule | Group {
  if ('all' in c) return { combinator: 'and', rules: c.all.map((x) => toNode(x, name)) }
  if ('any' in c) return { combinator: 'or', rules: c.any.map((x) => toNode(x, name)) }
  if ('not' in c) {
    const inner = toNode(c.not, name)
    return isGroup(inner) ? { ...inner, not: true } : { combinator: 'and', not: true, rules: [inner] }
  }
  if ('always' in c) return c.always ? { combinator: 'and', rules: [] } : raw(c)
  if ('related' in c) return relatedRule(c) ?? raw(c)
  return { field: name(c.field), operator: c.op, value: c.to ?? null }
}

function relatedRule(c: Related): Rule | undefined {
  const where = queryOf('where' in c ? c.where : undefined, (f) => innerField(c.related, f))
  const rule = (mode: string, threshold?: number): Rule => ({
    field: relatedField(c.related),
    operator: 'is',
    match: { mode, ...(threshold !== undefined && { threshold }) },
    value: where,
  })
  if (hasRaw(where)) return undefined
  if (c.test === 'some' || c.test === 'none') return rule(c.test)
  if (c.test !== 'count' || c.distinct || !('value' in c.to) || typeof c.to.value !== 'number')
    return undefined
  const mode = modes[c.op]
  return mode ? rule(mode, c.to.value) : undefined
}

const hasRaw = (r: Rule | Group): boolean => (isGroup(r) ? r.rules.some(hasRaw) : r.field === RAW)

/** The condition a query means; rules still without a value are left out. Undefined: no filter at all. */
export function fromQuery(g: Group): Condition | undefined {
  const parts = g.rules.map(fromNode).filter((c) => c !== undefined)
  if (parts.length === 0) return undefined
  const [only] = parts
  const inner: Condition =
    parts.length === 1 && only ? only : g.combinator === 'or' ? { any: parts } : { all: parts }
  return g.not ? { not: inner } : inner
}

function fromNode(r: Rule | Group): Condition | undefined {
  if (isGroup(r)) return fromQuery(r)
  if (r.field === RAW) return r.value as Condition
  const { register, field } = partsOf(r.field, '')
  if (!field) return register ? fromRelated(register, r) : undefined
  if (!r.operator) return undefined
  const comparison: Comparison = { field, op: r.operator as Op }
  if (needsNoValue(r.operator)) return comparison
  const to = operandOf(r.value)
  return to && { ...comparison, to }
}

function fromRelated(related: string, r: Rule): Condition | undefined {
  const group = r.value as Group | null | undefined
  const where = group && typeof group === 'object' && 'rules' in group ? fromQuery(group) : undefined
  const mode = r.match?.mode ?? 'some'
  if (mode === 'some' || mode === 'none') return { related, test: mode, ...(where && { where }) }
  const op = ops[mode]
  const n = r.match?.threshold
  if (!op || typeof n !== 'number' || !Number.isFinite(n)) return undefined
  return { related, test: 'count', ...(where && { where }), op, to: { value: n } }
}

/** The operand of a rule, or nothing while it is still being typed. */
export function operandOf(value: unknown): Operand | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if ('value' in value) {
    const v = (value as { value: unknown }).value
    if (v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)) return undefined
    return value as Operand
  }
  if ('policy' in value) return (value as { policy: string }).policy ? (value as Operand) : undefined
  if ('field' in value) return (value as { field: string }).field ? (value as Operand) : undefined
  if ('asOf' in value)
    return Number.isInteger((value as { asOf: number }).asOf) ? (value as Operand) : undefined
  return 'window' in value ? (value as Operand) : undefined
}

/** How many rules a filter has, for the button that opens it. */
export function countRules(c: Condition | null | undefined): number {
  if (!c) return 0
  if ('all' in c) return c.all.reduce((n, x) => n + countRules(x), 0)
  if ('any' in c) return c.any.reduce((n, x) => n + countRules(x), 0)
  if ('not' in c) return countRules(c.not)
  return 1
}

/** Both at once; either may be absent. */
export const both = (a: Condition | undefined, b: Condition | undefined): Condition | undefined =>
  a && b ? { all: [a, b] } : (a ?? b)
