import type { Condition } from './condition/ast.ts'
import { nodes } from './condition/walk.ts'
import type { IndicatorDef, Period } from './definition.ts'
import { isPeriod } from './period.ts'

/** The period in which an indicator asks something of each of its records: its own, or that of its date window. */
export function dutyPeriod(def: Pick<IndicatorDef, 'of' | 'met'>): Period | undefined {
  return def.of.every ?? (def.met && windowPeriod(def.met))
}

function windowPeriod(condition: Condition): Period | undefined {
  for (const { node } of nodes(condition)) {
    const to = 'to' in node ? node.to : undefined
    const period = to && 'window' in to && !to.window.offset ? to.window.period : undefined
    if (period && isPeriod(period)) return period
  }
  return undefined
}
