import type { Catalogue } from '../core/catalogue.ts'
import { isRelated, nodes, pathsOf } from '../core/condition/walk.ts'
import type { GradingDef } from '../core/definition.ts'
import type { Complaint } from '../core/errors.ts'
import type { Row } from '../store/types.ts'

const REGISTER = 'enterprise'

/** A fact that somebody's reason stands on: 涉及 or 不涉及 a process. */
export interface ClaimedFact {
  field: string
  holds: boolean
}

/** A fact a scheme looks at, and how ledgers and reasons call it. */
export interface GradeFact {
  field: string
  label: string
  names: string[]
}

/** Yes-or-no facts of the enterprise that a scheme looks at. */
export function factsOfScheme(catalogue: Catalogue, def: GradingDef): GradeFact[] {
  const { fields } = catalogue.record(REGISTER)
  const found = new Map<string, GradeFact>()
  for (const { when } of [...def.base, ...def.shifts, ...def.sets])
    for (const { node, related } of nodes(when)) {
      if (related || isRelated(node)) continue
      for (const field of pathsOf(node)) {
        const f = fields[field]
        if (f?.type === 'flag')
          found.set(field, { field, label: f.label, names: [f.label, ...(f.sheet ?? [])] })
      }
    }
  return [...found.values()]
}

export const factText = (label: string, holds: boolean): string => `${holds ? '涉及' : '不涉及'}${label}`

const ledgerText = (label: string, value: unknown): string =>
  value === true || value === false ? `台账登记为“${factText(label, value)}”` : `台账还没有登记“${label}”`

/** What a reason claims and the ledger does not say; a claimed fact is written into the ledger first. */
export function factComplaints(
  catalogue: Catalogue,
  def: GradingDef,
  row: Row,
  claimed: readonly ClaimedFact[],
): Complaint[] {
  const known = new Map(factsOfScheme(catalogue, def).map((f) => [f.field, f]))
  return claimed.flatMap(({ field, holds }) => {
    const fact = known.get(field)
    if (!fact) return [{ path: 'facts', message: '所选的事实不在这个分级办法里，请重新选择。' }]
    if (row[field] === holds) return []
    const message = `理由说“${factText(fact.label, holds)}”，${ledgerText(fact.label, row[field])}。请先核实并在企业档案里改正，建议等级会随之重算，再评定。`
    return [{ path: 'facts', message }]
  })
}

/**
 * Facts that free text names without saying which way: 已停用空分装置 is checked against the ledger only when it is
 * said as a fact.
 */
export function unsaidComplaints(
  catalogue: Catalogue,
  def: GradingDef,
  reason: string,
  claimed: readonly ClaimedFact[],
): Complaint[] {
  const said = new Set(claimed.map((c) => c.field))
  const named = factsOfScheme(catalogue, def).filter(
    (f) => !said.has(f.field) && f.names.some((n) => n.length > 1 && reason.includes(n)),
  )
  if (named.length === 0) return []
  const labels = named.map((f) => `“${f.label}”`).join('、')
  const message = `理由提到了${labels}，请在“理由所依据的事实”里选明涉及还是不涉及，以便与台账核对。`
  return [{ path: 'facts', message }]
}
