import { shanghaiDate } from '../core/clock.ts'
import { looksAtDate, policiesOf } from '../core/condition/walk.ts'
import { hashOf } from '../core/hash.ts'
import { type Db, sql } from '../store/db.ts'
import type { OpenServices } from '../store/open.ts'
import type { Services } from '../store/services.ts'
import { conditionsOf, localRules, proposeAll } from './propose.ts'

/**
 * What proposals are made from besides the facts, as one hash: the schemes, the local rules and the numbers of law in
 * force on the day, and the day itself where a condition looks at it.
 */
export async function gradeInputs(s: Services, db: Db, now: Date): Promise<string> {
  const on = shanghaiDate(now)
  const schemes = [...s.catalogue.gradings.values()]
  const rules = await localRules(db, on)
  const conditions = [...schemes.flatMap(conditionsOf), ...rules.map((r) => r.condition)]
  const numbers = [...new Set(conditions.flatMap(policiesOf))].sort().map((key) => ({
    key,
    inForce: s
      .policies()
      .variants(key, on)
      .map((v) => ({ area: v.area, value: v.def.value })),
  }))
  return hashOf({ schemes, rules, numbers, day: conditions.some(looksAtDate) ? on : null })
}

/**
 * Makes all proposals anew when what they are made from has changed since the last time: a scheme shipped in a new
 * version, a number of law, a local rule that began or ran out, a day that passed. A write proposes at once by itself;
 * this is for what changes without one. Losing a run loses nothing: the hash is kept last.
 * @returns how many proposed levels changed; undefined when there was nothing to do
 */
export async function refreshProposals(s: OpenServices): Promise<number | undefined> {
  const now = s.clock.now()
  await s.refreshPolicies()
  if (s.catalogue.gradings.size === 0) return undefined
  const hash = await gradeInputs(s, s.db, now)
  const { rows } = await sql<{ hash: string }>`select hash from grade_inputs`.execute(s.db)
  if (rows[0]?.hash === hash) return undefined
  const changed = await proposeAll(s, '', now)
  await sql`insert into grade_inputs (one, hash, at) values (true, ${hash}, ${now})
    on conflict (one) do update set hash = excluded.hash, at = excluded.at`.execute(s.db)
  return changed
}
