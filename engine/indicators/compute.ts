import { type RawBuilder, sql } from 'kysely'
import type { IndicatorDef } from '../core/definition.ts'
import { type Figure, figureValue, type Group, noProof } from './figure.ts'
import {
  type FigureContext,
  type FigureQuery,
  missingPolicies,
  populationSql,
  slicesOf,
} from './population.ts'

export interface ComputedFigure extends Figure {
  /** by the `groupBy` of the question, in order of their codes; empty without one */
  groups: Group[]
  /** labels of parameters without a value, for want of which there is no figure */
  missing?: string[]
}

interface SumRow {
  area: string | null
  whole: boolean
  base: boolean
  n: number
  counted: number
  a: number | null
  b: number | null
  claimed: number
  evidenced: number
  verified: number
}

export type FigureAsked = FigureQuery & { groupBy?: 'none' | 'town' | 'county' | 'places' }

/** What is asked of PostgreSQL for a figure; without a statement where parameters are missing. */
export interface FigureStatement {
  statement?: RawBuilder<SumRow>
  /** labels of the missing parameters */
  missing: string[]
}

/**
 * The one statement of a figure. With `groupBy` `places` it tells towns and counties apart at once: groups of nine
 * and of six digits.
 */
export function figureStatement(
  context: FigureContext,
  def: IndicatorDef,
  query: FigureAsked,
): FigureStatement {
  const missing = missingPolicies(def, query, context)
  if (missing.length) return { missing }
  const by = query.groupBy ?? 'none'
  const bases = slicesOf(def, query, context).filter((s) => s.base)
  const area = {
    none: sql`null::text`,
    town: sql`p.town`,
    county: sql`p.county`,
    places: sql`case when grouping(p.town) = 0 then p.town else p.county end`,
  }[by]
  const whole =
    by === 'none'
      ? sql`true`
      : by === 'places'
        ? sql`grouping(p.town, p.county) = 3`
        : sql`grouping(${area}) = 1`
  const groups = {
    none: sql`p.base`,
    town: sql`grouping sets ((p.base), (p.town, p.base))`,
    county: sql`grouping sets ((p.base), (p.county, p.base))`,
    places: sql`grouping sets ((p.base), (p.town, p.base), (p.county, p.base))`,
  }[by]
  // what has no county has no town either and stands in the group of those
  const rest = by === 'places' ? sql`having grouping(p.county) = 1 or p.county is not null` : sql``
  return {
    missing,
    statement: sql<SumRow>`${populationSql(def, query, context)}
    select ${area} as area, ${whole} as whole, p.base, count(*) as n,
      count(*) filter (where counted) as counted,
      sum(a) filter (where counted) as a, sum(b) filter (where counted) as b,
      count(*) filter (where met and proof = 1) as claimed,
      count(*) filter (where met and proof = 2) as evidenced,
      count(*) filter (where met and proof = 3) as verified
    from (select *, slice = any(${bases.map((s) => s.no)}::int[]) as base from population) p
    group by ${groups} ${rest} order by 1`,
  }
}

/**
 * One figure, by area if wanted, in one statement. Numerator and denominator by measure:
 * share: counted / population · count: counted / population (the value is the count) · sum: Σ sum / Σ over of those
 * counted · duration: Σ days / records, of those counted that have both dates · change: counted now / counted at the
 * end of the previous period. `change` looks at both moments with today's knowledge, so its condition must name
 * dates (the catalogue check sees to it).
 */
export async function computeIndicator(
  context: FigureContext,
  def: IndicatorDef,
  query: FigureAsked,
): Promise<ComputedFigure> {
  const { statement, missing } = figureStatement(context, def, query)
  if (!statement) return { num: 0, den: null, value: null, proof: noProof(), groups: [], missing }
  const { rows } = await statement.execute(context.db)
  const wholes = rows.filter((r) => r.whole)
  const parts = rows.filter((r) => !r.whole)
  // a record without a town (or county) is in a group of its own
  const areas = [...new Set(parts.map((r) => r.area))]
  return {
    ...figureOf(def, wholes),
    groups: areas.map((code) => ({
      area: code,
      ...figureOf(
        def,
        parts.filter((r) => r.area === code),
      ),
    })),
  }
}

function figureOf(def: IndicatorDef, rows: SumRow[]): Figure {
  const now = rows.find((r) => !r.base)
  const before = rows.find((r) => r.base)
  const proof = now ? { claimed: now.claimed, evidenced: now.evidenced, verified: now.verified } : noProof()
  const [num, den] = ((): [number, number | null] => {
    switch (def.measure) {
      case 'sum':
        return [now?.a ?? 0, def.over ? (now?.b ?? 0) : null]
      case 'duration':
        return [now?.a ?? 0, now?.b ?? 0]
      case 'change':
        return [now?.counted ?? 0, before?.counted ?? 0]
      default:
        return [now?.counted ?? 0, now?.n ?? 0]
    }
  })()
  return { num, den, value: figureValue(def, num, den), proof }
}
