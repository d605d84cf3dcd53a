import type { RecordDef, Role } from '../core/definition.ts'
import { type RoleDef, roleConfirms, roleProves } from '../core/roles.ts'
import { type Actor, standingRoles } from './actor.ts'
import { rolesFor, type ScopeRow } from './scope.ts'

/**
 * Roles in which an actor writes a record: those he has by standing and that reach it. A grant lends a case and
 * raises nobody: who comes by one alone is there what he is by standing, an officer from elsewhere as an officer,
 * an enterprise's or nobody's as such.
 */
function rolesHere(actor: Actor, def: RecordDef, row: ScopeRow, today: string): Role[] {
  const own = actor.assignments.filter((a) => a.ground.by !== 'grant')
  const here = rolesFor({ ...actor, assignments: own }, def, row, today)
  return here.length ? here : standingRoles(actor)
}

/** What the actor's word about a record proves by itself. @param row the record, or where a new one will stand */
export const proves = (actor: Actor, def: RecordDef, row: ScopeRow, today: string): RoleDef['proves'] =>
  actor.kind === 'system' || rolesHere(actor, def, row, today).some((r) => roleProves(r) === 'verified')
    ? 'verified'
    : 'claimed'

/** Whether what the actor writes into a field that decides counts at once. */
export const confirms = (actor: Actor, def: RecordDef, row: ScopeRow, today: string): boolean =>
  actor.kind === 'system' || rolesHere(actor, def, row, today).some(roleConfirms)
