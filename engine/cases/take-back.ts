import { rolesFor } from '../access/scope.ts'
import { canTakeBack } from '../core/bulk.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import type { LoopDef } from '../core/definition.ts'
import { asAttempt, Problem } from '../core/errors.ts'
import { countingFacts, fold, OPENED, TAKEN_BACK, valuesSetBy } from '../core/loop.ts'
import type { Writing } from '../store/change.ts'
import { isFresh } from '../store/correct.ts'
import { type Db, sql } from '../store/db.ts'
import type { Done } from '../store/once.ts'
import { heldIn } from '../store/revert.ts'
import { checkVersion, lockRow, pastRow } from '../store/rows.ts'
import type { Row } from '../store/types.ts'
import { changesBetween, tracePart, updateRow } from '../store/write.ts'
import { readFacts } from './act.ts'
import { factPart } from './open.ts'

interface KeptClock {
  id: string
  due: string
  calendar: string
  state: string
  closed: string | null
  steps: { id: string; due: string; state: string }[]
}

const refused = (message: string, current?: unknown): Problem =>
  new Problem('action-not-possible', message, current ? { current } : {})

/**
 * Takes back one's own last step of a case within one's own hours (decision 30), while nobody has built on it: state, the fields it wrote, proof and clocks
 * are as before it. Both the step and its taking back stay among the facts and in the journal.
 * @throws Problem `action-not-possible` for what ended the case or was confirmed twice, for another's step, and where
 * something has come of it
 */
export async function takeBackStep(w: Writing, loop: LoopDef, id: string, version: number): Promise<Done> {
  const { s, tx, batch, actor, meta, now } = w
  const before = await lockRow(s, tx, actor, loop, id, 'act')
  if (before.archivedAt) throw refused(`这条${loop.label}已归档，不能撤回。`, before)
  checkVersion(loop, before, version)
  const { def, action, facts, last, roles } = await ownStep(w, loop, before)
  const was = await pastRow(s, tx, loop, id, before.version - 1)
  const clocks = await keptClocks(tx, id, last.seq)
  if (!was || !clocks) throw refused('办理以前的内容没有保留，不能撤回。', before)
  if (await hasClimbed(tx, id, clocks))
    throw refused('之后已有逾期提醒，不能撤回，请按现在的情况办理。', before)
  // later its paper is in other hands, and a date that runs would be gone without a trace on the list
  if (!isFresh(s, { area: before.area, recordedAt: last.recordedAt }, now))
    throw refused(`“${action.label}”已过自行更正的时间，不能撤回，请按现在的情况办理。`, before)

  const written = [
    ...Object.keys(valuesSetBy(action, last.form)),
    ...Object.entries(loop.recorded ?? {}).flatMap(([f, by]) => (by === last.action ? [f] : [])),
  ]
  const values = heldIn(
    was,
    written.filter((f) => f in loop.fields),
  )
  const to = { state: was.state ?? def.initial, track: was.track ?? null }
  const seq = last.seq + 1
  const fact = { ...last, seq, action: TAKEN_BACK, form: { seq: last.seq } }
  const state = fold(def, [...facts, fact]).state
  if (state !== to.state) throw new Error(`${def.name} ${id}: taken back to '${state}', not '${to.state}'`)
  const row = await updateRow(
    s,
    tx,
    actor,
    loop,
    before,
    { values, proof: was.proof, loop: { ...to, moved: to.state !== before.state } },
    now,
  )
  await restoreClocks(tx, id, clocks, shanghaiDate(now))
  factPart(
    batch,
    actor,
    roles,
    {
      loop: loop.name,
      caseId: id,
      seq,
      action: TAKEN_BACK,
      from: before.state ?? '',
      to: to.state,
      form: fact.form,
      happenedOn: shanghaiDate(now),
      proof: was.proof,
    },
    meta,
    now,
  )
  const label = (name: string | undefined): Json => def.states[name ?? '']?.label ?? name ?? null
  const moved = {
    field: 'state',
    label: `撤回“${action.label}”：状态`,
    before: label(before.state),
    after: label(to.state),
  }
  tracePart(batch, actor, loop, row, TAKEN_BACK, [moved, ...changesBetween(loop, before, row)], meta, now)
  return { row, warnings: [] }
}

/** One's own last step of a case, which may be taken back. */
async function ownStep({ s, tx, actor, now }: Writing, loop: LoopDef, before: Row) {
  const def =
    before.loopVersion === loop.version ? loop : await s.loopVersion(loop.name, before.loopVersion ?? 1)
  const facts = await readFacts(tx, before.id)
  const last = countingFacts(facts).at(-1)
  const action = last && def.actions[last.action]
  if (!action || last.action === OPENED || facts.at(-1) !== last)
    throw refused('没有可以撤回的办理。', before)
  if (!canTakeBack(def, last.action)) throw refused(`“${action.label}”办理后不能撤回。`, before)
  if (last.actorId !== actor.id)
    throw asAttempt(refused(`“${action.label}”由${last.actorName}办理，只能由本人撤回。`, before))
  const roles = rolesFor(actor, loop, before, shanghaiDate(now))
  if (!action.by.some((r) => roles.includes(r)))
    throw asAttempt(refused(`您现在不能办理“${action.label}”，也不能撤回。`, before))
  return { def, action, facts, last, roles }
}

/** The clocks as they stood before a step; undefined of a step that was done by an earlier release. */
async function keptClocks(tx: Db, id: string, seq: number): Promise<KeptClock[] | undefined> {
  const { rows } = await sql<{ clocks: KeptClock[] | null }>`select clocks from case_fact
    where case_id = ${id} and seq = ${seq}`.execute(tx)
  return rows[0]?.clocks ?? undefined
}

/** Whether a rung has been reached since. */
async function hasClimbed(tx: Db, id: string, clocks: readonly KeptClock[]): Promise<boolean> {
  const reached = clocks.flatMap((c) => c.steps.filter((l) => l.state === 'reached').map((l) => l.id))
  const { rows } = await sql`select 1 from ladder_step
    where case_id = ${id} and state = 'reached' and id <> all(${reached}::uuid[]) limit 1`.execute(tx)
  return rows.length > 0
}

/** Clocks that the step began are gone, those that it stopped or moved are as they were; what is late is told anew. */
async function restoreClocks(tx: Db, id: string, clocks: readonly KeptClock[], today: string): Promise<void> {
  const ids = clocks.map((c) => c.id)
  const begun = sql`record_id = ${id} and id <> all(${ids}::uuid[]) and kind not like 'wish%'`
  // closed first, so that what is kept of open clocks follows; then gone, or a restored case would set them going
  await sql`update deadline set state = 'void', closed_on = ${today}::date where ${begun}`.execute(tx)
  await sql`delete from ladder_step where deadline_id in (select id from deadline where ${begun})`.execute(tx)
  await sql`delete from deadline where ${begun}`.execute(tx)
  const kept = sql`jsonb_to_recordset(${JSON.stringify(clocks)}::jsonb)
    as v(id uuid, due date, calendar text, state text, closed date)`
  const steps = sql`jsonb_to_recordset(${JSON.stringify(clocks.flatMap((c) => c.steps))}::jsonb)
    as v(id uuid, due date, state text)`
  await sql`update ladder_step l set due_on = v.due, state = v.state from ${steps}
    where l.id = v.id and (l.due_on, l.state) is distinct from (v.due, v.state)`.execute(tx)
  await sql`update deadline d set due_on = v.due, calendar = v.calendar, closed_on = v.closed,
      state = case when v.state = 'running' and v.due < ${today}::date then 'late' else v.state end
    from ${kept} where d.id = v.id and (d.due_on, d.calendar, d.closed_on, d.state)
      is distinct from (v.due, v.calendar, v.closed, v.state)`.execute(tx)
}
