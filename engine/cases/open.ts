import type { RawBuilder } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { rolesFor, type ScopeRow } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { LoopDef } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { OPENED, trackOf } from '../core/loop.ts'
import { moveClocks } from '../deadlines/clocks.ts'
import type { Batch } from '../store/batch.ts'
import { type Db, sql } from '../store/db.ts'
import { holdsOn } from '../store/holds.ts'
import type { Parent } from '../store/parents.ts'
import type { Services } from '../store/services.ts'
import type { WriteMeta } from '../store/types.ts'
import { insertPart, type NewRow } from '../store/write.ts'

export interface NewFact {
  loop: string
  caseId: string
  seq: number
  action: string
  from: string
  to: string
  form: unknown
  happenedOn: string
  proof: number
}

/** The clocks of a case as they stand before the statement that this is part of: what taking the step back restores. */
const clocksSql = (
  caseId: string,
) => sql`(select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'due', d.due_on,
    'calendar', d.calendar, 'state', d.state, 'closed', d.closed_on, 'steps', (select coalesce(jsonb_agg(
      jsonb_build_object('id', l.id, 'due', l.due_on, 'state', l.state)), '[]')
      from ladder_step l where l.deadline_id = d.id))), '[]')
  from deadline d where d.record_id = ${caseId})`

/** Appends one fact; (case, seq) is unique, so two writers cannot both be next. */
export function factPart(
  batch: Batch,
  actor: Actor,
  roles: readonly string[],
  fact: NewFact,
  meta: WriteMeta,
  now: Date,
): void {
  batch.add(sql`insert into case_fact (id, loop, case_id, seq, action, from_state, to_state, actor_id, actor_name, actor_roles,
      form, happened_on, recorded_at, proof, device_time, place, clocks)
    values (${newId()}, ${fact.loop}, ${fact.caseId}, ${fact.seq}, ${fact.action}, ${fact.from}, ${fact.to}, ${actor.id},
      ${actor.name}, ${roles}, ${JSON.stringify(fact.form)}, ${fact.happenedOn}, ${now}, ${fact.proof},
      ${meta.deviceTime ?? null}, ${meta.place ? JSON.stringify(meta.place) : null},
      ${fact.action === OPENED ? null : clocksSql(fact.caseId)})`)
}

/**
 * Opens a case: its row, its first fact, its clocks. The caller journals.
 * @returns the name of the part that returns the row, and what is to be said of clocks that lack a value
 */
export async function openCase(
  s: Services,
  db: Db,
  batch: Batch,
  actor: Actor,
  def: LoopDef,
  made: NewRow,
  parent: Parent | undefined,
  meta: WriteMeta,
  now: Date,
): Promise<{ row: RawBuilder<unknown>; notes: Complaint[] }> {
  const holds = holdsOn(s, def, now, parent?.row)
  const track = trackOf(def, (c) => holds(c, { ...made.values, state: def.initial }))
  const to = { state: def.initial, track }
  const inserted = insertPart(
    s,
    batch,
    actor,
    def,
    { ...made, loop: { ...to, version: def.version } },
    parent,
    meta,
    now,
  )
  const row: ScopeRow = { id: made.id, ...made.scope }
  const fact = {
    loop: def.name,
    caseId: made.id,
    seq: 1,
    action: OPENED,
    from: '',
    to: def.initial,
    form: {},
    happenedOn: made.happenedOn,
    proof: made.proof,
  }
  factPart(batch, actor, rolesFor(actor, def, row, shanghaiDate(now)), fact, meta, now)
  const subject = { register: def.name, ...row }
  const notes = await moveClocks(db, batch, {
    loop: def,
    subject,
    from: undefined,
    to,
    values: made.values,
    changed: new Set(),
    on: made.happenedOn,
    recordedOn: shanghaiDate(now),
    policies: s.policies(),
  })
  return { row: inserted, notes }
}
