import type { IndicatorDef, Proof } from '../core/definition.ts'

/** How many of those met stand on which proof; the ones below the indicator's least level are not counted. */
export type ProofSplit = Record<Proof, number>

/**
 * A figure as numerator and denominator: the only form that may be added up the tree.
 * `value` is in the indicator's unit: a share of 45 of 50 with unit % is 90. It is null when there is no base.
 */
export interface Figure {
  num: number
  /** null for plain sums, which have no base */
  den: number | null
  value: number | null
  proof: ProofSplit
}

export interface Group extends Figure {
  /** town or county code; null for records without one */
  area: string | null
}

export const noProof = (): ProofSplit => ({ claimed: 0, evidenced: 0, verified: 0 })

type Measured = Pick<IndicatorDef, 'measure' | 'unit' | 'over'>

/** The value of a numerator over a denominator, in the unit of the indicator. */
export function figureValue(def: Measured, num: number, den: number | null): number | null {
  if (def.measure === 'count' || (def.measure === 'sum' && !def.over)) return num
  if (!den) return null
  // multiplied before divided, so that 9 of 10 is 90 and not a hair beside it
  const scale = def.unit === '%' ? 100 : 1
  return ((def.measure === 'change' ? num - den : num) * scale) / den
}

/** Towns to county, counties to city: numerators and denominators are added, values never averaged. */
export function addFigures(def: Measured, figures: readonly Figure[]): Figure {
  const num = figures.reduce((n, f) => n + f.num, 0)
  const den = figures.some((f) => f.den !== null) ? figures.reduce((n, f) => n + (f.den ?? 0), 0) : null
  const proof = noProof()
  for (const f of figures) for (const level of Object.keys(proof) as Proof[]) proof[level] += f.proof[level]
  return { num, den, value: figureValue(def, num, den), proof }
}
