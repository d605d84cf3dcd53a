import type { Condition, Json } from './condition/ast.ts'
import { nodes, pathsOf } from './condition/walk.ts'
import type { ActionDef, LoopDef, Role, RungDef } from './definition.ts'
import { isEntrusted, orderedIn, powerOf } from './powers.ts'
import { roleLabel } from './roles.ts'

/**
 * A closed loop, pure (design §3.2, §6): facts are appended, state is a fold over them, and one function says
 * what may be done. The server that enforces, the API that answers, the screen that draws buttons and the test
 * that walks the matrix all call these. Nothing here reads a clock or a database.
 */

/** The action name of the fact that opens a case. */
export const OPENED = 'create'

/** The action name of the fact that takes back the step before it (`form.seq`). */
export const TAKEN_BACK = 'take-back'

/** One appended fact of a case. */
export interface Fact {
  seq: number
  action: string
  actorId: string
  actorName: string
  /** roles the actor had on the case */
  roles?: readonly string[]
  /** form values of the action; for the opening fact empty: the record holds them */
  form: Record<string, Json>
  /** YYYY-MM-DD */
  happenedOn: string
  /** ISO instant */
  recordedAt: string
}

export interface CaseState {
  state: string
  /** when the case entered the state: the day it happened and the instant it was recorded */
  sinceOn: string
  since: string
  /** who did each action last */
  last: Record<string, { id: string; name: string; roles?: readonly string[] }>
  /** field values that facts have set, in order */
  set: Record<string, Json>
  seq: number
}

const doneBy = (f: Fact) => ({ id: f.actorId, name: f.actorName, ...(f.roles && { roles: f.roles }) })

/** The facts that count: a step that was taken back is as if it had not been done, and both stay written. */
export function countingFacts<F extends Pick<Fact, 'action'>>(facts: readonly F[]): F[] {
  const out: F[] = []
  for (const fact of facts) {
    if (fact.action === TAKEN_BACK) out.pop()
    else out.push(fact)
  }
  return out
}

/** Folds facts into the state. An action the definition does not know ends in an error: facts are never skipped. */
export function fold(def: LoopDef, facts: readonly Fact[]): CaseState {
  const first = facts[0]
  if (!first || first.action !== OPENED) throw new Error(`${def.name}: the first fact must be '${OPENED}'`)
  const state: CaseState = {
    state: def.initial,
    sinceOn: first.happenedOn,
    since: first.recordedAt,
    last: { [OPENED]: doneBy(first) },
    set: {},
    seq: facts.at(-1)?.seq ?? first.seq,
  }
  for (const fact of countingFacts(facts).slice(1)) {
    const action = def.actions[fact.action]
    if (!action) throw new Error(`${def.name}: unknown action '${fact.action}'`)
    if (!action.from.includes(state.state))
      throw new Error(`${def.name}: '${fact.action}' is not possible from '${state.state}'`)
    if (action.to !== state.state) {
      state.sinceOn = fact.happenedOn
      state.since = fact.recordedAt
    }
    state.state = action.to
    state.last[fact.action] = doneBy(fact)
    Object.assign(state.set, valuesSetBy(action, fact.form))
  }
  return state
}

/** Case fields an action writes: from its form and fixed ones. */
export function valuesSetBy(action: ActionDef, form: Record<string, Json>): Record<string, Json> {
  const out: Record<string, Json> = { ...action.puts }
  for (const [target, source] of Object.entries(action.sets ?? {}))
    if (form[source] !== undefined) out[target] = form[source]
  return out
}

/** Fields that only actions write; editing the record by hand may not touch them. */
export function fieldsOfActions(def: LoopDef): Set<string> {
  const out = new Set<string>()
  for (const a of Object.values(def.actions))
    for (const f of [...Object.keys(a.sets ?? {}), ...Object.keys(a.puts ?? {})]) out.add(f)
  for (const f of Object.keys(def.recorded ?? {})) out.add(f)
  return out
}

/** Fields by which a case's track is decided, and the day it began: they say whose case it is and in which year. */
export function fieldsOfTrack(def: LoopDef): Set<string> {
  const out = new Set(def.happenedOn ? [def.happenedOn] : [])
  for (const { when } of Object.values(def.tracks ?? {}))
    for (const { node, related } of nodes(when))
      if (!related) for (const path of pathsOf(node)) if (def.fields[path]) out.add(path)
  return out
}

/** Roles that may archive a case and bring it back: those of the bureau, unless the loop names others. */
export const shelvers = (def: LoopDef): readonly Role[] => def.shelve ?? ['county-officer', 'county-admin']

export interface Offer {
  id: string
  label: string
  enabled: boolean
  reason?: string
  /** the reason is who asks: another person or role could */
  person?: boolean
  effect?: string
  confirm?: boolean
  form: NonNullable<ActionDef['form']>
}

export interface Standing {
  state: string
  track: string | null
  last: CaseState['last']
}

/** The actor as a loop sees him: who, and which roles his grounds give him on this case. */
export interface Doer {
  id: string
  roles: readonly Role[]
  /** what he lacks for an act of authority, as a sentence that names what is possible instead; undefined when nothing */
  lacks?(label: string, item: string, instead: readonly string[]): string | undefined
}

/**
 * Every action of the case's track, with the reason where it is not possible now.
 * @param def the version the case began with
 * @param holds evaluates a condition on the case as it stands
 * @param newest the loop as it is now: acts of authority are whose it says, whatever the case began with
 * @param only these actions alone, where a page asks of many cases what the next step is
 */
export function availableActions(
  def: LoopDef,
  standing: Standing,
  doer: Doer,
  holds: (condition: Condition) => boolean,
  newest: LoopDef = def,
  only?: ReadonlySet<string>,
): Offer[] {
  const offers: Offer[] = []
  const here = Object.entries(def.actions).filter(
    ([, { tracks }]) => !tracks || (standing.track !== null && tracks.includes(standing.track)),
  )
  const refusalOf = (id: string, action: ActionDef) =>
    refusal(def, [id, action], standing, doer, holds, newest)
  const instead = () =>
    here.flatMap(([id, action]) =>
      newest.powers?.instead.includes(id) && !refusalOf(id, action) ? [action.label] : [],
    )
  for (const [id, action] of here) {
    if (only && !only.has(id)) continue
    const refused = refusalOf(id, action) ?? withoutPower([id, action], standing, doer, newest, instead)
    const named = action.secondByName && barredBy(action, standing, doer) !== undefined
    offers.push({
      id,
      label: action.label,
      enabled: refused === undefined,
      ...refused,
      ...(action.effect && { effect: action.effect }),
      ...(action.confirm && { confirm: true }),
      form: named ? formByName(action) : (action.form ?? {}),
    })
  }
  return offers
}

function refusal(
  def: LoopDef,
  [id, action]: [string, ActionDef],
  standing: Standing,
  doer: Doer,
  holds: (condition: Condition) => boolean,
  newest: LoopDef,
): { reason: string; person?: boolean } | undefined {
  const now = def.states[standing.state]
  const label = now?.label ?? standing.state
  if (now?.end) return { reason: `${def.label}${label}，已经办结。` }
  if (!action.from.includes(standing.state)) {
    const from = action.from.map((s) => def.states[s]?.label ?? s).join('、')
    return { reason: `当前为“${label}”，“${action.label}”要在“${from}”时办理。` }
  }
  const by = whoMay(action, newest.actions[id])
  if (!by.some((r) => doer.roles.includes(r)))
    return { reason: `“${action.label}”由${by.map(roleLabel).join('、')}办理。`, person: true }
  const other = barredBy(action, standing, doer)
  if (other !== undefined && !action.secondByName) {
    const did = other === OPENED ? '登记' : (def.actions[other]?.label ?? other)
    return { reason: `您已办理“${did}”，“${action.label}”须由另一人办理。`, person: true }
  }
  if (action.when && !holds(action.when))
    return { reason: action.whenNot ?? `现在还不能办理“${action.label}”。` }
  const { notOnEntrusted } = newest.actions[id] ?? {}
  return notOnEntrusted && isOrderOfEntrusted(newest, standing) ? { reason: notOnEntrusted } : undefined
}

/** Whether the order in force is the entrusted body's own. */
function isOrderOfEntrusted({ powers }: LoopDef, { last }: Standing): boolean {
  const given = powers ? orderedIn(powers, last) : []
  return powers !== undefined && given.length > 0 && given.every((roles) => isEntrusted(powers, roles))
}

/** Why an act of authority that is possible is not his. */
function withoutPower(
  [id, action]: [string, ActionDef],
  { track }: Standing,
  doer: Doer,
  newest: LoopDef,
  instead: () => readonly string[],
): { reason: string; person: true } | undefined {
  const item = powerOf(newest, id, track)
  const reason = item && doer.lacks?.(action.label, item, instead())
  return reason ? { reason, person: true } : undefined
}

/** The action of his own that bars the doer from this one. */
const barredBy = (action: ActionDef, { last }: Pick<Standing, 'last'>, doer: Doer): string | undefined =>
  action.notSameActorAs?.find((other) => last[other]?.id === doer.id)

/** The form for who is barred himself: name and evidence of the second person are required. */
function formByName({ form = {}, secondByName }: ActionDef): NonNullable<ActionDef['form']> {
  const { name, also } = secondByName!
  const asked = [name, ...also]
  return Object.fromEntries(
    Object.entries(form).map(([field, f]) => [field, asked.includes(field) ? { ...f, required: true } : f]),
  )
}

/**
 * Whether the second person that is named is one: neither who enters it nor who did the work, as far as names tell.
 * @returns a complaint as a sentence; undefined when nothing is wrong
 */
export function namedTwice(
  action: ActionDef,
  last: CaseState['last'],
  doer: { id: string; name: string },
  form: Record<string, unknown>,
  values: Record<string, unknown>,
): string | undefined {
  const { secondByName, notSameActorAs = [] } = action
  if (!secondByName || barredBy(action, { last }, { ...doer, roles: [] }) === undefined) return undefined
  const bare = (text: unknown) => String(text ?? '').replaceAll(/\s/g, '')
  const done = [
    doer.name,
    ...notSameActorAs.map((a) => last[a]?.name),
    ...secondByName.unlike.map((f) => values[f]),
  ]
  const named = bare(form[secondByName.name])
  if (!done.some((name) => bare(name) !== '' && bare(name) === named)) return undefined
  const label = action.form?.[secondByName.name]?.label ?? secondByName.name
  return `${label}须是没有参加整改、也不是登记人的另一人，请写他的姓名。`
}

/** Roles that may: of an act of authority only those that still may today. */
function whoMay(action: ActionDef, newest: ActionDef | undefined): readonly Role[] {
  return newest?.power ? action.by.filter((r) => newest.by.includes(r)) : action.by
}

/** The first track whose condition holds; null when the loop has no tracks or none fits. */
export function trackOf(def: LoopDef, holds: (condition: Condition) => boolean): string | null {
  for (const [name, track] of Object.entries(def.tracks ?? {})) if (holds(track.when)) return name
  return null
}

/** Whether a rung may be climbed on a track, as the newest definition says; one that it does not know stays as it was. */
export function mayClimb(newest: LoopDef, rung: string, track: string | null): boolean {
  const tracks = newest.ladder.find((r) => r.name === rung)?.tracks
  return !tracks || (track !== null && tracks.includes(track))
}

/**
 * A rung whose day has come, in words: the program reminds, and nothing of what the rung is called has happened by it
 * (到了“约谈主要负责人”一级，未约谈).
 */
export const reminder = ({ label, kind }: Pick<RungDef, 'label'> & { kind: string }): string =>
  kind === 'remind' ? '已在今日提醒' : `到了“${label}”一级，未${notYet[kind] ?? '办理'}`
const notYet: Record<string, string> = { letter: '发函', interview: '约谈', bulletin: '通报' }

/**
 * The actions that take a case on from a state, the likeliest first: what a list of duties names and a screen puts
 * first. What is possible from more than two states (withdraw, upgrade) is a way out; a state that only leads back
 * (waiting for an extension) is a detour; where nothing leads on, what leads out of the detour counts.
 */
export function stepsOn(
  def: LoopDef,
  state: string,
  track: string | null,
): [id: string, action: ActionDef][] {
  const order = Object.keys(def.states)
  const at = order.indexOf(state)
  const narrow = Object.entries(def.actions).filter(
    ([, a]) => a.from.length <= 2 && (!a.tracks || (track !== null && a.tracks.includes(track))),
  )
  const possible = narrow.filter(([, a]) => a.from.includes(state) && a.to !== state)
  const leadsOn = (to: string) =>
    order.indexOf(to) > at &&
    (def.states[to]?.end === true ||
      narrow.some(([, a]) => a.from.includes(to) && order.indexOf(a.to) > at && a.to !== to))
  const on = possible.filter(([, a]) => leadsOn(a.to))
  return (on.length > 0 ? on : possible).sort(([, a], [, b]) => order.indexOf(a.to) - order.indexOf(b.to))
}
