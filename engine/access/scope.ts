import type { RecordDef, Right, Role } from '../core/definition.ts'
import type { Actor, Assignment, Ground } from './actor.ts'

/**
 * Scope, pure (design §7). `reach` says which rows of a register an actor may read or write, as a list of terms
 * of which any suffices. No matching assignment means nothing: deny by default.
 */
export type Term =
  | { column: 'area' | 'county' | 'town' | 'unit' | 'sector' | 'organisation' | 'id'; equals: string }
  | { column: 'area' | 'county' | 'unit'; from: string; before: string }
  | { both: [Term, Term] }
  | { everything: true }
  /** rows that are not sealed (`RegisterDef.sealed`) */
  | { unsealed: true }

export interface Reach {
  terms: Term[]
}

export type Wish = 'read' | 'write' | 'act'

const nothing: Reach = { terms: [] }

/** The first key after every key that starts with `prefix`: area codes and unit paths are key ranges. */
export const rangeEnd = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

/** Rows of an area and everything below it: the shortest key that serves the index. */
export function areaTerm(code: string): Term {
  if (code === '') return { everything: true }
  if (code.length === 6) return { column: 'county', equals: code }
  if (code.length === 9) return { column: 'town', equals: code }
  if (code.length < 6) return { column: 'county', from: code, before: rangeEnd(code) }
  return { column: 'area', equals: code }
}

function groundTerm(ground: Ground, def: RecordDef, wish: Wish, today: string): Term | undefined {
  switch (ground.by) {
    case 'area':
      return areaTerm(ground.area)
    case 'unit':
      return { column: 'unit', from: ground.unit, before: rangeEnd(ground.unit) }
    case 'sector':
      return { both: [{ column: 'sector', equals: ground.sector }, areaTerm(ground.area)] }
    case 'organisation':
      return { column: 'organisation', equals: ground.organisation }
    case 'grant':
      if (ground.register !== def.name || today < ground.from || today > ground.to) return undefined
      if (wish === 'write' || (wish === 'act' && !ground.act)) return undefined
      return { column: 'id', equals: ground.record }
  }
}

/** Sealed rows are their organisation's own; else only a grant on the single one opens it. */
function sightOf(term: Term | undefined, ground: Ground, def: RecordDef): Term | undefined {
  if (!term || !def.sealed || ground.by === 'organisation' || ground.by === 'grant') return term
  return { both: [term, { unsealed: true }] }
}

const valid = (a: Assignment, today: string): boolean =>
  (!a.from || a.from <= today) && (!a.to || today <= a.to)

/** What a right allows: looking needs any right, writing needs `own` (own organisation) or `below`. */
function allows(right: Right | undefined, wish: Wish, ground: Ground): boolean {
  if (!right) return false
  if (wish === 'read') return right !== 'own' || ground.by === 'organisation' || ground.by === 'grant'
  if (right === 'own') return ground.by === 'organisation'
  // a grant on one case lets act on it whatever the role's standing right, as the grant itself says
  return right === 'below' || (ground.by === 'grant' && wish === 'act')
}

/**
 * @param today YYYY-MM-DD: assignments and grants are dated
 * @param wish `act` is an action of a loop; its roles are checked by the loop itself
 */
export function reach(actor: Actor, def: RecordDef, wish: Wish, today: string): Reach {
  if (actor.kind === 'system') return { terms: [{ everything: true }] }
  const terms: Term[] = []
  for (const a of actor.assignments) {
    if (!valid(a, today) || !allows(def.rights[a.role], wish, a.ground)) continue
    const term = sightOf(groundTerm(a.ground, def, wish, today), a.ground, def)
    if (term) terms.push(term)
  }
  if (terms.some((t) => 'everything' in t)) return { terms: [{ everything: true }] }
  return terms.length ? { terms } : nothing
}

/** The scope columns of a row. */
export interface ScopeRow {
  id: string
  area: string | null
  county: string | null
  town: string | null
  unit: string | null
  sector: string | null
  organisation: string | null
  /** registers that seal rows: whether this is one */
  sealed?: unknown
}

function holds(term: Term, row: ScopeRow): boolean {
  if ('everything' in term) return true
  if ('unsealed' in term) return row.sealed !== true
  if ('both' in term) return term.both.every((t) => holds(t, row))
  const value = row[term.column]
  if (value === null) return false
  return 'equals' in term ? value === term.equals : value >= term.from && value < term.before
}

/** Whether a written row still lies within reach: nobody moves a row out of (or into) somebody else's area. */
export const reaches = (scope: Reach, row: ScopeRow): boolean => scope.terms.some((t) => holds(t, row))

/** Roles the actor has for a row: those whose ground reaches it with any right. Loops ask this. */
export function rolesFor(actor: Actor, def: RecordDef, row: ScopeRow, today: string): Role[] {
  const roles = new Set<Role>()
  for (const a of actor.assignments) {
    if (!valid(a, today) || !allows(def.rights[a.role], 'act', a.ground)) continue
    const term = sightOf(groundTerm(a.ground, def, 'act', today), a.ground, def)
    if (term && holds(term, row)) roles.add(a.role)
  }
  return [...roles]
}
