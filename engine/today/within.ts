import type { RawBuilder } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { type Reach, reach, type Wish } from '../access/scope.ts'
import type { RecordDef, Sealed } from '../core/definition.ts'
import { sql } from '../store/db.ts'
import { reachSql } from '../store/where.ts'

/** Registers that an actor reaches alike. */
interface Within {
  registers: string[]
  reach: Reach
}

/** The agenda says of every row whether it is sealed, so that of most actors all registers are reached alike. */
const asked: Sealed = {
  label: '',
  when: { always: false },
  done: [],
  dropped: [],
  openDays: '',
  samples: { most: '', share: '' },
  raise: '',
  own: [],
}

/**
 * What of these registers the actor reaches, in as few terms as possible.
 * @param seals false where the scope columns are those of the firm, which is not sealed
 */
export function withinOf(
  actor: Actor,
  defs: readonly RecordDef[],
  wish: Wish,
  today: string,
  seals = true,
): Within[] {
  const found = new Map<string, Within>()
  for (const def of defs) {
    const { sealed = asked, ...open } = def
    const reached = reach(actor, seals ? { ...open, sealed } : open, wish, today)
    if (reached.terms.length === 0) continue
    const key = JSON.stringify(reached.terms)
    const group = found.get(key) ?? { registers: [], reach: reached }
    group.registers.push(def.name)
    found.set(key, group)
  }
  return [...found.values()]
}

/**
 * @param register alias that says which register a row is of
 * @param place alias of the row with the scope columns
 */
export const withinSql = (
  groups: readonly Within[],
  register = 'a',
  place = register,
): RawBuilder<boolean> =>
  groups.length === 0
    ? sql<boolean>`false`
    : sql<boolean>`(${sql.join(
        groups.map(
          (g) =>
            sql`(${sql.ref(`${register}.register`)} = any(${g.registers}::text[]) and ${reachSql(g.reach, place)})`,
        ),
        sql` or `,
      )})`
