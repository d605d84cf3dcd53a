import { type Actor, requirePerson } from '../access/actor.ts'
import { proves } from '../access/proves.ts'
import { rolesFor, type ScopeRow } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition, Json } from '../core/condition/ast.ts'
import type { ActionDef, LoopDef } from '../core/definition.ts'
import { asAttempt, type Complaint, Problem } from '../core/errors.ts'
import {
  availableActions,
  type CaseState,
  countingFacts,
  type Fact,
  fold,
  namedTwice,
  type Offer,
  trackOf,
  valuesSetBy,
} from '../core/loop.ts'
import { parentField } from '../core/naming.ts'
import { powerOf } from '../core/powers.ts'
import { moveClocks } from '../deadlines/clocks.ts'
import type { Change } from '../journal/write.ts'
import { questionsOf } from '../store/asks.ts'
import type { Batch } from '../store/batch.ts'
import { type Db, sql } from '../store/db.ts'
import { holdsOn } from '../store/holds.ts'
import type { Done } from '../store/once.ts'
import { proofOf } from '../store/proof.ts'
import { checkVersion, findRow, getRow, lockRow } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { OfferedAction, Row, WriteMeta } from '../store/types.ts'
import { readValues } from '../store/values.ts'
import { changesBetween, checkRefs, raiseComplaints, tracePart, updateRow } from '../store/write.ts'
import { factPart } from './open.ts'
import { lacksOf } from './powers.ts'
import { onlyRaised } from './sealed.ts'

/** All facts of a case, in order. */
export async function readFacts(
  db: Db,
  caseId: string,
): Promise<(Fact & { roles: string[]; fromState: string; toState: string })[]> {
  const { rows } = await sql<
    Fact & { roles: string[]; fromState: string; toState: string }
  >`select seq, action, actor_id as "actorId",
      actor_name as "actorName", actor_roles as roles, from_state as "fromState", to_state as "toState", form,
      happened_on as "happenedOn", recorded_at as "recordedAt"
    from case_fact where case_id = ${caseId} order by seq`.execute(db)
  return rows
}

interface Standing {
  def: LoopDef
  state: CaseState
  holds: (c: Condition) => boolean
  offers: Offer[]
  roles: string[]
  parent: Row | undefined
  /** day of the last step */
  lastOn: string
}

/** Where a case stands for an actor: its own version of the loop, its folded state, what it offers. */
async function standing(
  s: Services,
  db: Db,
  actor: Actor,
  current: LoopDef,
  row: Row,
  now: Date,
): Promise<Standing> {
  const def =
    row.loopVersion === current.version ? current : await s.loopVersion(current.name, row.loopVersion ?? 1)
  const facts = await readFacts(db, row.id)
  const state = fold(def, facts)
  if (state.state !== row.state)
    throw new Error(
      `${def.name} ${row.id}: stored state '${row.state}' is not the folded state '${state.state}'`,
    )
  const parentId = def.of ? row[parentField(def.of)] : undefined
  const parentDef = def.of ? s.catalogue.record(def.of) : undefined
  const parent =
    parentDef && typeof parentId === 'string' ? await findRow(s, db, actor, parentDef, parentId) : undefined
  const holds = (c: Condition) => holdsOn(s, def, now, parent)(c, row)
  const roles = rolesFor(actor, def, row as ScopeRow, shanghaiDate(now))
  const lacks = await lacksOf(db, actor, current, { row, state, roles, holds }, shanghaiDate(now))
  const offers = availableActions(
    def,
    { state: state.state, track: row.track ?? null, last: state.last },
    { id: actor.id, roles, ...(lacks && { lacks }) },
    holds,
    current,
  )
  const open = onlyRaised(actor, current, row, offers)
  return { def, state, holds, offers: open, roles, parent, lastOn: countingFacts(facts).at(-1)!.happenedOn }
}

/** What may be done with a case now, with reasons for what may not. */
export async function caseActions(
  s: Services,
  actor: Actor,
  loop: LoopDef,
  id: string,
): Promise<OfferedAction[]> {
  const row = await getRow(s, s.db, actor, loop, id)
  const { offers } = await standing(s, s.db, actor, loop, row, s.clock.now())
  if (!row.archivedAt) return offers
  return offers.map(({ person: _, ...o }) => ({ ...o, enabled: false, reason: shelved(loop) }))
}

const shelved = (loop: LoopDef): string => `这条${loop.label}已归档，不能办理。需要继续办理的，请县局先恢复。`

/** Does an action: checks that it is offered, reads its form, appends the fact, folds, moves clocks, journals. */
export async function actOnCase(
  s: Services,
  tx: Db,
  batch: Batch,
  actor: Actor,
  loop: LoopDef,
  id: string,
  actionId: string,
  form: Record<string, unknown>,
  version: number,
  meta: WriteMeta,
  now: Date,
): Promise<Done> {
  const before = await lockRow(s, tx, actor, loop, id, 'act')
  if (before.archivedAt)
    throw new Problem('action-not-possible', shelved(loop), {
      state: before.state,
      archivedAt: before.archivedAt,
      possible: [],
      current: before,
    })
  const at = await standing(s, tx, actor, loop, before, now)
  const { def } = at
  const action = def.actions[actionId]
  if (!action)
    throw new Problem('not-found', `${loop.label}没有“${actionId}”这个办理动作。`, { action: actionId })
  if (action.power || def.states[action.to]?.end) requirePerson(actor, `“${action.label}”`)
  const offer = at.offers.find((o) => o.id === actionId)
  if (!offer?.enabled) throw notPossible(at, before, action.label, offer)
  checkVersion(loop, before, version)

  // of who may only enter it for another the offer asks more than the action
  const fields = offer.form
  const holds = holdsOn(s, def, now, at.parent)
  // what an answer leaves out stays as it stands; only null empties it
  const how = { prefix: 'form.', holds, today: shanghaiDate(now), sparse: true }
  const read = readValues(s.catalogue, fields, form, how)
  const refs = read.complaints.length ? [] : await checkRefs(s, tx, actor, fields, read.values)
  const twice = namedTwice(action, at.state.last, actor, read.values, before)
  const second = twice ? [{ path: `form.${action.secondByName!.name}`, message: twice }] : []
  raiseComplaints({ label: action.label }, [...read.complaints, ...refs, ...second])
  const recordedOn = shanghaiDate(now)
  const happenedOn = dayOf(action, read.values, meta, at.lastOn, recordedOn)
  if (happenedOn !== recordedOn) await requirePowerOn(tx, actor, loop, at, before, actionId, happenedOn)

  const values = valuesSetBy(action, read.values)
  // the day it was reported, beside the day that is typed; older cases have the column of the present version too
  const stamps = Object.entries(loop.recorded ?? {}).filter(([, by]) => by === actionId)
  for (const [field] of stamps) values[field] = recordedOn
  const stamped = { ...def, fields: { ...def.fields } }
  for (const [field] of stamps) stamped.fields[field] = loop.fields[field]!
  const from = { state: at.state.state, track: before.track ?? null }
  const merged: Record<string, unknown> = { ...before, ...values, state: action.to }
  const to = { state: action.to, track: trackOf(def, (c) => holds(c, merged)) }
  const proof = proofOf(
    proves(actor, loop, before as ScopeRow, recordedOn),
    fields,
    read.values,
    def.evidence,
  )
  const row = await updateRow(
    s,
    tx,
    actor,
    stamped,
    before,
    { values, proof, loop: { ...to, moved: to.state !== from.state } },
    now,
  )
  const fact = {
    loop: loop.name,
    caseId: id,
    seq: at.state.seq + 1,
    action: actionId,
    from: from.state,
    to: to.state,
    form: read.values,
    happenedOn,
    proof,
  }
  factPart(batch, actor, at.roles, fact, meta, now)
  const notes = await moveClocks(tx, batch, {
    loop: def,
    newest: loop,
    subject: {
      register: loop.name,
      id,
      area: row.area,
      county: row.county,
      town: row.town,
      organisation: row.organisation,
    },
    from,
    to,
    values: row,
    changed: new Set(Object.keys(values)),
    on: happenedOn,
    recordedOn,
    policies: s.policies(),
  })
  tracePart(
    batch,
    actor,
    def,
    row,
    `act:${actionId}`,
    actionChanges(stamped, action.label, before, row),
    meta,
    now,
  )
  const named = await doublesNamed(s, tx, actor, loop, row, values)
  return { row, warnings: [...read.warnings, ...notes, ...named], form: read.values }
}

/** What a record would be asked at its save is named after the act, whose paper is out already. */
async function doublesNamed(
  s: Services,
  tx: Db,
  actor: Actor,
  loop: LoopDef,
  row: Row,
  values: Record<string, unknown>,
): Promise<Complaint[]> {
  const asks = (loop.asks ?? []).filter((a) => a.same.some((f) => values[f]))
  if (asks.length === 0) return []
  const candidate = { id: row.id, parent: loop.of ? String(row[parentField(loop.of)]) : null, values: row }
  const found = await questionsOf(s, tx, actor, { ...loop, asks }, [candidate], s.clock.now())
  return (found.get(0) ?? []).map(({ path, message, doubles }) => ({
    path,
    message: `${message}：${doubles.join('；')}`,
  }))
}

/** The power must be held on the day of the act as well as on the day it is recorded. */
async function requirePowerOn(
  tx: Db,
  actor: Actor,
  loop: LoopDef,
  at: Standing,
  row: Row,
  action: string,
  day: string,
): Promise<void> {
  const item = powerOf(loop, action, row.track ?? null)
  if (!item) return
  const label = at.def.actions[action]!.label
  const lacks = await lacksOf(tx, actor, loop, { ...at, row }, day)
  const open = at.offers.filter((o) => o.enabled && loop.powers?.instead.includes(o.id))
  const reason = lacks?.(
    label,
    item,
    open.map((o) => o.label),
  )
  if (reason)
    throw notPossible(at, row, label, { ...at.offers.find((o) => o.id === action)!, reason, person: true })
}

/**
 * The day an action happened: the one typed in its form, else the one the request names, else today. It lies between
 * the step before and today; clocks do not ask it but the day of recording.
 */
function dayOf(
  action: ActionDef,
  form: Record<string, Json>,
  meta: WriteMeta,
  lastOn: string,
  today: string,
): string {
  const typed = action.happenedOn ? form[action.happenedOn] : undefined
  const first = lastOn < today ? lastOn : today
  const check = (day: string, path: string, label: string): string => {
    const message =
      day > today
        ? `${label}不能晚于今天（${today}），请改正。`
        : day < first
          ? `${label}不能早于上一步办理的日期（${first}），请改正。`
          : undefined
    if (message) throw new Problem('bad-input', message, { complaints: [{ path, message }] })
    return day
  }
  const named = meta.happenedOn === undefined ? today : check(meta.happenedOn, 'happenedOn', '办理日期')
  if (typeof typed !== 'string') return named
  const name = action.happenedOn!
  return check(typed, `form.${name}`, action.form?.[name]?.label ?? name)
}

/** State first, then the fields the action wrote. */
function actionChanges(def: LoopDef, label: string, before: Row, after: Row): Change[] {
  const name = (state: string | undefined): Json => def.states[state ?? '']?.label ?? state ?? null
  const state = {
    field: 'state',
    label: `${label}：状态`,
    before: name(before.state),
    after: name(after.state),
  }
  return [state, ...changesBetween(def, before, after)]
}

function notPossible(at: Standing, row: Row, label: string, offer: Offer | undefined): Problem {
  const problem = new Problem(
    'action-not-possible',
    offer?.reason ?? `“${label}”不适用于本条记录的办理流程。`,
    {
      state: at.state.state,
      stateLabel: at.def.states[at.state.state]?.label,
      possible: at.offers.filter((o) => o.enabled).map((o) => ({ id: o.id, label: o.label })),
      current: row,
    },
  )
  return offer?.person ? asAttempt(problem) : problem
}
