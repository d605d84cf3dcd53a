import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'

/**
 * The five grounds of scope (design §7 "scope"): what an actor may see is any of them.
 * Area codes are the national ones: province 2, city 4, county 6, town 9, village 12 digits, so an area is a key range.
 */
export type Ground =
  | { by: 'area'; area: string }
  | { by: 'unit'; unit: string } // path of a supervising unit; its subtree
  | { by: 'sector'; sector: string; area: string } // committee department: one sector within an area
  | { by: 'organisation'; organisation: string } // own enterprise
  | { by: 'grant'; register: string; record: string; from: string; to: string; act: boolean } // joint and cross visits

/** A role on a ground, valid in a span of dates (YYYY-MM-DD, inclusive). */
export interface Assignment {
  role: Role
  ground: Ground
  from?: string
  to?: string
}

export interface Actor {
  id: string
  name: string
  kind: 'person' | 'machine' | 'system'
  assignments: Assignment[]
  /** area the actor works in: default for new records and lists */
  home: string
  /** own enterprise of an enterprise officer */
  organisation?: string
}

/**
 * Assignments in force on a day. Applied once, where the actor of a request is made, so that no role check further
 * on need think of dates.
 */
export const inForceOn = (assignments: Assignment[], today: string): Assignment[] =>
  assignments.filter(
    (a) =>
      (!a.from || a.from <= today) &&
      (!a.to || today <= a.to) &&
      (a.ground.by !== 'grant' || (a.ground.from <= today && today <= a.ground.to)),
  )

/**
 * Roles the actor has by standing: what features and menus ask. A grant lends its role on its one record only
 * (`rolesFor` in scope.ts), never outside it.
 */
export const standingRoles = (actor: Actor): Role[] => [
  ...new Set(actor.assignments.filter((a) => a.ground.by !== 'grant').map((a) => a.role)),
]

/** Whether the actor has one of the roles by standing. */
export const hasRole = (actor: Actor, roles: readonly Role[]): boolean =>
  standingRoles(actor).some((r) => roles.includes(r))

/**
 * Signing, confirming and closing are a person's acts: another system says what it has seen and answers for nothing.
 * @param what what is asked for, in Chinese, for the sentence
 * @throws Problem `forbidden` for the key of another system
 */
export function requirePerson(actor: Actor, what: string): void {
  if (actor.kind === 'machine') throw new Problem('forbidden', `${what}须由本人登录办理，接口钥匙不能代办。`)
}

/** Writes what the program itself decides (sweeps, projections); never reachable from outside. */
export const systemActor: Actor = {
  id: '00000000-0000-7000-8000-000000000000',
  name: '系统',
  kind: 'system',
  assignments: [],
  home: '',
}

/** A caller without credentials: no assignment, so no right. */
export const nobody: Actor = {
  id: '00000000-0000-7000-8000-000000000001',
  name: '未登录',
  kind: 'machine',
  assignments: [],
  home: '',
}
