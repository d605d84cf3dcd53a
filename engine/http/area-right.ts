import type { Actor } from '../access/actor.ts'
import type { Role } from '../core/definition.ts'

/** Whether one of the roles, on an area ground, covers an area (its own or a smaller one). */
export const within = (actor: Actor, area: string, roles?: Role[]): boolean =>
  actor.assignments.some(
    (a) => (!roles || roles.includes(a.role)) && a.ground.by === 'area' && area.startsWith(a.ground.area),
  )
