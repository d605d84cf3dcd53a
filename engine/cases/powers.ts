import type { Actor } from '../access/actor.ts'
import { rolesFor, type ScopeRow } from '../access/scope.ts'
import type { Condition, Json } from '../core/condition/ast.ts'
import type { LoopDef, PowersDef, RecordDef } from '../core/definition.ts'
import type { CaseState, Doer } from '../core/loop.ts'
import { columnOf, tableOf } from '../core/naming.ts'
import { holdsItem, isEntrusted, lackOfPower, type Mandate, orderedIn, type Span } from '../core/powers.ts'
import { type Db, sql } from '../store/db.ts'
import type { ScopeColumns } from '../store/scope-columns.ts'
import type { Row } from '../store/types.ts'

/** Powers asked of the registers: entrustments of a town, certificates of an officer. */

const asSpans = (from: string, to: string) =>
  sql.raw(`'from', t.${columnOf(from)}::text, 'to', t.${columnOf(to)}::text`)

/** What a town and an officer hold; read whatever the actor may see, for it is he who is asked about. */
export async function mandateOf(
  db: Db,
  { entrustment, certificate }: PowersDef['entrusted'],
  town: string | null,
  actor: Actor,
): Promise<Mandate> {
  const { rows } = await sql<Mandate>`select
    (select coalesce(jsonb_agg(jsonb_build_object(${asSpans(entrustment.from, entrustment.to)},
        'items', t.${sql.raw(columnOf(entrustment.items))})), '[]') from ${sql.table(tableOf(entrustment.register))} t
      where t.town = ${town} and t.archived_at is null) as entrustments,
    (select coalesce(jsonb_agg(jsonb_build_object(${asSpans(certificate.from, certificate.to)})), '[]')
      from ${sql.table(tableOf(certificate.register))} t join app_user u on u.username = lower(btrim(t.${sql.raw(columnOf(certificate.holder))}))
      where u.id = ${actor.id} and t.archived_at is null
        and t.${sql.raw(columnOf(certificate.kind))} = any(${certificate.kinds})) as certificates`.execute(db)
  return rows[0] ?? { entrustments: [], certificates: [] as Span[] }
}

export interface Standing {
  row: Row
  state: Pick<CaseState, 'last'>
  roles: readonly string[]
  holds: (c: Condition) => boolean
}

/**
 * What the actor lacks for acts of authority on a case, on a day.
 * @param loop the newest version: it says who has powers
 * @param held how entrustments and certificates are read: a page of many cases reads them once
 */
export async function lacksOf(
  db: Db,
  actor: Actor,
  loop: LoopDef,
  at: Standing,
  day: string,
  held: typeof mandateOf = mandateOf,
): Promise<Doer['lacks']> {
  const { powers } = loop
  if (!powers || !isEntrusted(powers, at.roles)) return undefined
  const { entrusted } = powers
  // a firm that moved takes its cases along, but not who found them
  const foundIn = at.row[entrusted.stamps.area]
  const here = typeof foundIn === 'string' && foundIn === at.row.town
  const claim = {
    own: here && at.holds(entrusted.own),
    orderedAbove: orderedIn(powers, at.state.last).some((roles) => !isEntrusted(powers, roles)),
  }
  const mandate = await held(db, entrusted, at.row.town, actor)
  return (label, item, instead) => lackOfPower(loop, label, item, claim, mandate, day, instead)
}

/**
 * What the program writes on cases that the entrusted body opens: where the finder is, and whether body and officer
 * held the power on the day of finding. Nobody types it.
 * @returns values to add, in the order of the cases
 */
export async function openingStamps(
  db: Db,
  actor: Actor,
  def: RecordDef,
  cases: readonly { id: string; scope: ScopeColumns; values: Record<string, Json> }[],
  holds: (c: Condition, values: Record<string, unknown>) => boolean,
  today: string,
): Promise<Record<string, Json>[]> {
  const powers = def.kind === 'loop' ? def.powers : undefined
  if (!powers) return cases.map(() => ({}))
  const { entrusted } = powers
  const { stamps } = entrusted
  const mandates = new Map<string | null, Promise<Mandate>>()
  return Promise.all(
    cases.map(async ({ id, scope, values }) => {
      if (!holds(entrusted.own, values)) return {}
      const row: ScopeRow = { id, ...scope }
      const found: Record<string, Json> = { [stamps.area]: scope.town }
      if (!isEntrusted(powers, rolesFor(actor, def, row, today))) return found
      const mandate = mandates.get(scope.town) ?? mandateOf(db, entrusted, scope.town, actor)
      mandates.set(scope.town, mandate)
      const on = def.happenedOn ? values[def.happenedOn] : undefined
      const day = typeof on === 'string' ? on.slice(0, 10) : today
      return { ...found, [stamps.held]: holdsItem(await mandate, stamps.item, day) }
    }),
  )
}
