import type { Catalogue } from './catalogue.ts'
import type { Condition, Json } from './condition/ast.ts'
import { isRelated, nodes, pathsOf } from './condition/walk.ts'
import type { FieldDef, IndicatorDef, RecordDef } from './definition.ts'

/** Policy row {days, calendar}: how long an officer has to confirm or refuse what others ask for. */
export const WISH_DAYS = 'wish.confirmDays'

const isEmpty = (v: unknown): boolean =>
  v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)

/** Whether a change of a field from one value to another changes who owes what (see `FieldDef.decides`). */
export function decides(f: FieldDef | undefined, before: Json, after: Json): boolean {
  if (!f?.decides) return false
  if (f.decides === true) return true
  // what is not filled in is in no population: "is not scrapped" does not hold of nothing
  if (isEmpty(before) !== isEmpty(after)) return true
  if (f.decides === 'presence') return false
  const values = f.decides
  const names = (v: Json) => (Array.isArray(v) ? v : [v]).some((x) => values.includes(String(x)))
  return names(before) || names(after)
}

/** Whether the register has anything that waits when somebody else than an officer changes it. */
export const hasDeciding = (def: RecordDef): boolean =>
  def.kind === 'register' && (def.counts === true || Object.values(def.fields).some((f) => f.decides))

/** Records of papers and events: what a firm corrects of them after its own hours waits for the next level (decision 30). */
export const waitsToCorrect = (def: RecordDef): boolean => def.kind === 'register' && def.stands === true

/** Whether the register has anything that may wait for an officer: for reading what waits, and for settling it. */
export const mayWait = (def: RecordDef): boolean => hasDeciding(def) || waitsToCorrect(def)

/** A field a figure or a grade stands on. */
export interface Fact {
  register: string
  field: string
}

/** Fields that a condition on a register reads: own, of the parent, and of related rows. */
export function factsOf(c: Condition | undefined, register: string, catalogue: Catalogue): Fact[] {
  if (!c) return []
  const out: Fact[] = []
  for (const { node, related } of nodes(c)) {
    // what an aggregate is compared with stands on the row itself
    const on = isRelated(node) ? register : (related ?? register)
    for (const path of pathsOf(node)) {
      const found = catalogue.findField(on, path)
      if (found && !found.system) out.push({ register: found.register.name, field: path.split('.').at(-1)! })
    }
  }
  return out
}

/** The registers whose rows a condition looks at besides its own. */
const relatedOf = (c: Condition | undefined): string[] =>
  c ? [...nodes(c)].flatMap(({ node }) => (isRelated(node) ? [node.related] : [])) : []

/** Populations that may come to decide whom an indicator counts. */
const populationsOf = ({ of }: IndicatorDef, catalogue: Catalogue): Condition[] =>
  of.who || of.besides
    ? [...catalogue.populations.values()].flatMap((p) => (p.register === of.register ? [p.where] : []))
    : []

/**
 * What decides whom an indicator asks and how much: everything its population reads, whatever a fulfilment is
 * compared with, and of an organisation's own record also what fulfils it. The fulfilment itself, a row of a ledger
 * (a drill, a certificate), is a claim that carries its proof.
 */
export function decidingFacts(def: IndicatorDef, catalogue: Catalogue): Fact[] {
  const { register, where } = def.of
  const out = [where, ...populationsOf(def, catalogue)].flatMap((c) => factsOf(c, register, catalogue))
  for (const { node, related } of def.met ? nodes(def.met) : []) {
    const to = 'to' in node ? node.to : undefined
    const on = isRelated(node) ? register : (related ?? register)
    if (to && 'field' in to) out.push({ register: on, field: to.field })
  }
  const record = catalogue.record(register)
  if (!record.of) out.push(...factsOf(def.met, register, catalogue).filter((f) => f.register === register))
  return out
}

/** Everything an indicator looks at: for telling whose waiting changes could move its figure. */
export function readFacts(def: IndicatorDef, catalogue: Catalogue): { facts: Fact[]; registers: string[] } {
  const conditions = [def.of.where, def.met, ...populationsOf(def, catalogue)]
  const facts = conditions.flatMap((c) => factsOf(c, def.of.register, catalogue))
  const registers = [def.of.register, ...conditions.flatMap(relatedOf)]
  return { facts, registers: [...new Set(registers)] }
}
