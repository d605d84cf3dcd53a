import type { Actor } from '../access/actor.ts'
import { rolesFor, type ScopeRow } from '../access/scope.ts'
import { lacksOf, mandateOf } from '../cases/powers.ts'
import { onlyRaised } from '../cases/sealed.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import type { LoopDef, RecordDef, Role } from '../core/definition.ts'
import { availableActions, type CaseState, type Offer, OPENED, stepsOn } from '../core/loop.ts'
import { columnOf, parentField } from '../core/naming.ts'
import { holdsOn } from '../store/holds.ts'
import type { Services } from '../store/services.ts'
import type { Row } from '../store/types.ts'

/** A rung of the ladder as it was planned. */
export interface PlannedRung {
  name: string
  label: string
  kind: string
  /** YYYY-MM-DD */
  on: string
}

/** A row of the agenda about an open case. */
export interface AgendaCase extends ScopeRow {
  register: string
  title: string | null
  state: string
  track: string | null
  version: number
  risk: number
  due: string | null
  clock: string | null
  rungs: PlannedRung[]
  last: CaseState['last']
  /** the record by its columns */
  facts: Record<string, unknown>
  sealed: boolean
  urgent: boolean
}

/** What a case asks of the actor: its definition, what it offers him, and whose turn it is. */
export interface Turn {
  def: LoopDef
  /** the likeliest step that he may do now */
  step: Offer | undefined
  /** who can take it on, where it is not him */
  whose: readonly Role[]
  /** label of what they would do */
  next: string | undefined
}

const columns = new WeakMap<RecordDef, [field: string, column: string][]>()

/** Fields of a record and the link to its parent, with their columns. */
function columnsOf(def: RecordDef): [field: string, column: string][] {
  const known = columns.get(def)
  if (known) return known
  const fields = [...Object.keys(def.fields), ...(def.of ? [parentField(def.of)] : [])]
  const made = fields.map((f): [string, string] => [f, columnOf(f)])
  columns.set(def, made)
  return made
}

/** A record from its columns, as the API names them. */
export function rowOfFacts(def: RecordDef, facts: Record<string, unknown>): Row {
  const named: Record<string, unknown> = {}
  for (const [field, column] of columnsOf(def)) named[field] = facts[column] ?? null
  const at = (column: string): string | null => {
    const value = facts[column]
    return typeof value === 'string' ? value : null
  }
  return Object.assign(named, {
    id: String(facts.id),
    version: Number(facts.version),
    area: at('area'),
    county: at('county'),
    town: at('town'),
    unit: at('unit'),
    sector: at('sector'),
    organisation: at('organisation'),
    proof: Number(facts.proof),
    happenedOn: String(facts.happened_on),
    recordedAt: String(facts.recorded_at),
    updatedAt: String(facts.updated_at),
    archivedAt: null,
    ...(def.kind === 'loop' && {
      state: String(facts.state),
      track: at('track'),
      loopVersion: Number(facts.loop_version),
    }),
    ...(def.sealed && { sealed: facts.sealed === true }),
  })
}

/**
 * Judges cases one by one from what the agenda holds, by the same rules as the case page (`caseActions`), and reads
 * nothing more of a case; entrustments are read once a town.
 * @param firms the organisations of the cases, for conditions that ask the parent
 */
export function turns(s: Services, actor: Actor, now: Date, firms: ReadonlyMap<string, Row>) {
  const today = shanghaiDate(now)
  const mandates = new Map<string, ReturnType<typeof mandateOf>>()
  const held: typeof mandateOf = (db, entrusted, town, who) => {
    const key = JSON.stringify([entrusted.entrustment, entrusted.certificate, town])
    const read = mandates.get(key) ?? mandateOf(db, entrusted, town, who)
    mandates.set(key, read)
    return read
  }
  /** @throws when the record contradicts its definition: the caller shows one broken line */
  return async (at: AgendaCase): Promise<Turn> => {
    const current = s.catalogue.loop(at.register)
    const def = at.version === current.version ? current : await s.loopVersion(at.register, at.version)
    if (!def.states[at.state]) throw new Error(`unknown state '${at.state}'`)
    if (!at.last[OPENED]) throw new Error('no first fact')
    if (at.track !== null && !def.tracks?.[at.track]) throw new Error(`unknown track '${at.track}'`)
    // most cases are judged without looking at their fields
    let made: Row | undefined
    const rowOf = () => (made ??= rowOfFacts(current, at.facts))
    const parent = def.of ? firms.get(String(at.facts[columnOf(parentField(def.of))])) : undefined
    if (
      def.of &&
      def.of === s.catalogue.parentOf(def.name)?.name &&
      at.organisation &&
      !firms.has(at.organisation)
    )
      throw new Error('no parent')
    const test = holdsOn(s, def, now, parent)
    const holds = (c: Condition) => test(c, rowOf())
    const roles = rolesFor(actor, current, at, today)
    const standing = {
      get row() {
        return rowOf()
      },
      ...{ state: at, roles, holds },
    }
    const lacks = await lacksOf(s.db, actor, current, standing, today, held)
    const doer = { id: actor.id, roles, ...(lacks && { lacks }) }
    const steps = stepsOn(def, at.state, at.track)
    const only = new Set(steps.map(([id]) => id))
    const offers = onlyRaised(actor, current, at, availableActions(def, at, doer, holds, current, only))
    const may = (id: string) => offers.find((o) => o.id === id && o.enabled)
    const step = steps.map(([id]) => may(id)).find((o) => o !== undefined)
    return {
      def,
      step,
      whose: [...new Set(steps.flatMap(([, a]) => a.by))],
      next: steps[0]?.[1].label,
    }
  }
}
