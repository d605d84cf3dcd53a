import { sql } from 'kysely'
import { readFacts } from '../core/deciding.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { waitingOrganisations } from '../store/wish/read.ts'
import { tableName } from './as-of.ts'
import { type FigureContext, type FigureQuery, populationSql } from './population.ts'

/**
 * Enterprises of the population with a change that waits and that this figure reads: what may move when an officer
 * confirms it. The figure itself stands on what counts.
 */
export async function firmsWaiting(
  context: FigureContext,
  def: IndicatorDef,
  query: FigureQuery,
): Promise<number> {
  const { facts, registers } = readFacts(def, context.catalogue)
  const { rows } = await sql<{ n: number }>`${populationSql(def, query, context)}
    select count(distinct t.organisation)::int as n from population p
    join ${tableName(def.of.register)} t on t.id = p.id
    where t.organisation in (${waitingOrganisations(facts, registers)})`.execute(context.db)
  return rows[0]?.n ?? 0
}
