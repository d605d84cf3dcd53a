import type { Condition } from './condition/ast.ts'
import type { Complaint } from './errors.ts'

/**
 * Whom a duty is meant for, by name: where notices differ, a policy row of the county names one of these
 * (`IndicatorDef.of.who`). Shipped ones are definitions; a county's own are rows of `local_definition`.
 */
export interface PopulationDef {
  kind: 'population'
  name: string
  label: string
  version: number
  basis: string[]
  register: string
  where: Condition
}

/** What a population's key in the policy begins with. */
export const POPULATION_KEY = 'population.'

/** Definitions of a county's own beside the shipped ones: whose they are, and whether they are still offered. */
export interface Local {
  /** code of the area whose definition it is */
  area: string
  retired: boolean
}

/** What is wrong with the names by which indicators ask for populations. */
export function populationComplaints(
  indicators: Iterable<{ name: string; of: { register: string; who?: string; besides?: string } }>,
  policies: readonly { key: string; value: unknown }[],
  populations: ReadonlyMap<string, PopulationDef>,
): Complaint[] {
  const out: Complaint[] = []
  for (const { name, of } of indicators)
    for (const key of [of.who, of.besides]) {
      if (!key) continue
      const rows = policies.filter((p) => p.key === key)
      if (rows.length === 0) out.push({ path: `${name}.of`, message: `没有名为“${key}”的依据参数。` })
      for (const { value } of rows)
        if (populations.get(String(value))?.register !== of.register)
          out.push({
            path: `${name}.of`,
            message: `“${key}”所指的范围“${String(value)}”不存在，或不属于同一台账。`,
          })
    }
  return out
}
