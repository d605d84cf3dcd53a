import { type RawBuilder, sql } from 'kysely'
import type { Actor, Assignment, Ground } from '../access/actor.ts'
import { rangeEnd } from '../access/scope.ts'
import type { Role } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'

/**
 * Who may see and work on notices and tasks. A county's task book is read by everybody who supervises in that
 * county: a town sees the tasks it owes, although its ground is smaller than the task's area. Enterprises see
 * none of it; their duties reach them as records of their own file.
 */
export const reads: readonly Role[] = [
  'county-admin',
  'county-officer',
  'town-officer',
  'city-viewer',
  'province-viewer',
  'integration',
]
const manages: Role[] = ['county-admin', 'county-officer']
const proves: Role[] = ['county-admin', 'county-officer', 'town-officer']

/** Area a ground lies in. A unit's path begins with the code of its area. */
function areaOf(ground: Ground): string | undefined {
  switch (ground.by) {
    case 'area':
    case 'sector':
      return ground.area
    case 'unit':
      return ground.unit.split('/')[0]
    default:
      return undefined
  }
}

const inForce = (a: Assignment, today: string) => (!a.from || a.from <= today) && (!a.to || today <= a.to)

function areasOf(actor: Actor, roles: readonly Role[], today: string): string[] {
  if (actor.kind === 'system') return ['']
  return actor.assignments
    .filter((a) => inForce(a, today) && roles.includes(a.role))
    .map((a) => areaOf(a.ground))
    .filter((area) => area !== undefined)
}

const overlaps = (a: string, b: string) => a.startsWith(b) || b.startsWith(a)

/** Areas an actor reads tasks in. */
export const readingAreas = (actor: Actor, today: string): string[] => [
  ...new Set(areasOf(actor, reads, today)),
]

export const maySee = (actor: Actor, area: string, today: string): boolean =>
  areasOf(actor, reads, today).some((own) => overlaps(own, area))

/**
 * Taking in notices, making and changing tasks: the bureau whose ground is the whole area. A department of one sector,
 * or the people of one unit, see the county's task book and do not write it.
 */
export const mayManage = (actor: Actor, area: string, today: string): boolean =>
  areasOf(
    { ...actor, assignments: actor.assignments.filter((a) => a.ground.by === 'area') },
    manages,
    today,
  ).some((own) => area.startsWith(own))

/** Handing in and confirming evidence. */
export const mayProve = (actor: Actor, area: string, today: string): boolean =>
  areasOf(actor, proves, today).some((own) => overlaps(own, area))

/** Handing in what a body of an area owes: its own people, or those above it. */
export const mayProveFor = (actor: Actor, area: string, today: string): boolean =>
  areasOf(actor, proves, today).some((own) => area.startsWith(own))

/** Rows of an `area` column that the actor sees. */
export function seenSql(actor: Actor, today: string, column: string): RawBuilder<boolean> {
  const areas = [...new Set(areasOf(actor, reads, today))]
  if (areas.includes('')) return sql`true`
  if (areas.length === 0) return sql`false`
  const above = [
    ...new Set(areas.flatMap((a) => [2, 4, 6, 9].filter((n) => n < a.length).map((n) => a.slice(0, n)))),
  ]
  const below = areas.map((a) => sql`(${sql.ref(column)} >= ${a} and ${sql.ref(column)} < ${rangeEnd(a)})`)
  return sql`(${sql.ref(column)} = any(${above}::text[]) or ${sql.join(below, sql` or `)})`
}

/** A notice that was called off is seen by those who may restore it. */
export const seesNotice = (
  actor: Actor,
  notice: { area: string; voidedAt: string | null },
  today: string,
): boolean =>
  notice.voidedAt === null ? maySee(actor, notice.area, today) : mayManage(actor, notice.area, today)

/** Not seen is told as not there, so that nobody learns what exists elsewhere. */
export function requireSeen<T extends { area: string; voidedAt?: string | null }>(
  found: T | undefined,
  actor: Actor,
  today: string,
  what: '通知' | '任务',
): T {
  if (!found || !seesNotice(actor, { area: found.area, voidedAt: found.voidedAt ?? null }, today))
    throw new Problem('not-found', `没有找到这项${what}，或者它不在您的管辖范围内。`)
  return found
}

export function requireManage(actor: Actor, area: string, today: string): void {
  if (!mayManage(actor, area, today))
    throw new Problem('forbidden', '只有本县的县级监管人员可以录入通知、分解和调整任务，请联系县局。', {
      area,
    })
}

export function requireProve(actor: Actor, area: string, today: string): void {
  if (!mayProve(actor, area, today))
    throw new Problem('forbidden', '只有本县的县、镇监管人员可以提交和确认佐证材料，请联系县局。', { area })
}
