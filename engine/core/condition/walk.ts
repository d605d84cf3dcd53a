import type { Comparison, Condition, Operand, Related } from './ast.ts'

export const isRelated = (c: Condition): c is Related => 'related' in c

/** A count, sum, least or greatest over related rows, compared with an operand. */
export type Aggregate = Extract<Related, { to: Operand }>
export const isAggregate = (c: Related): c is Aggregate => 'to' in c

/** Every node of a condition, parents before children; `related` says whose rows the node looks at. */
export function* nodes(c: Condition, related?: string): Generator<{ node: Condition; related?: string }> {
  yield { node: c, ...(related && { related }) }
  if ('all' in c) for (const p of c.all) yield* nodes(p, related)
  else if ('any' in c) for (const p of c.any) yield* nodes(p, related)
  else if ('not' in c) yield* nodes(c.not, related)
  else if (isRelated(c) && c.where) yield* nodes(c.where, c.related)
}

/** Registers whose rows decide: the related ones, and whether the parent's fields are read. */
export function registersOf(c: Condition): { related: string[]; parent: boolean } {
  const related = new Set<string>()
  let parent = false
  for (const { node, related: inside } of nodes(c)) {
    if (isRelated(node)) related.add(node.related)
    if (!inside && pathsOf(node).some((p) => p.includes('.'))) parent = true
  }
  return { related: [...related], parent }
}

/** Policy keys a condition asks for. */
export function policiesOf(c: Condition): string[] {
  const keys = new Set<string>()
  for (const { node } of nodes(c)) {
    const to = 'to' in node ? node.to : undefined
    if (to && 'policy' in to) keys.add(to.policy)
    if (to && 'window' in to && typeof to.window.days === 'object') keys.add(to.window.days.policy)
  }
  return [...keys]
}

/** Whether a condition looks at the as-of date at all. */
export function looksAtDate(c: Condition): boolean {
  for (const { node } of nodes(c)) {
    const to = 'to' in node ? node.to : undefined
    if (to && ('asOf' in to || 'window' in to)) return true
  }
  return false
}

const operandPath = (to: Operand | undefined): string[] => (to && 'field' in to ? [to.field] : [])

/** Paths a node itself names on the rows it stands on. */
export function pathsOf(c: Condition): string[] {
  if (isRelated(c)) return 'to' in c ? operandPath(c.to) : []
  return 'field' in c ? [(c as Comparison).field, ...operandPath((c as Comparison).to)] : []
}
