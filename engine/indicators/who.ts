import { type RawBuilder, sql } from 'kysely'
import type { Catalogue } from '../core/catalogue.ts'
import type { Condition } from '../core/condition/ast.ts'
import { type EvaluateContext, holds, type Values } from '../core/condition/evaluate.ts'
import { explain } from '../core/condition/explain.ts'
import { toKysely } from '../core/condition/kysely.ts'
import { type SqlContext, toSql } from '../core/condition/sql.ts'
import type { WordsContext } from '../core/condition/words.ts'
import type { IndicatorDef } from '../core/definition.ts'
import type { PolicyBook } from '../core/policy.ts'

type Of = IndicatorDef['of']

/** What a population of that name is; one that is not there is nobody. */
const conditionOf = (catalogue: Catalogue, name: unknown): Condition =>
  catalogue.populations.get(String(name))?.where ?? { always: false }

/** Policy keys by which an indicator asks whom it means. */
export const whoKeys = ({ who, besides }: Of): string[] => [who, besides].flatMap((k) => k ?? [])

/**
 * Conditions of all populations that there are for the register of an indicator that asks for one: what may come to
 * decide whom it counts.
 */
export const whoConditions = (of: Of, catalogue: Catalogue): Condition[] =>
  whoKeys(of).length
    ? [...catalogue.populations.values()].flatMap((p) => (p.register === of.register ? [p.where] : []))
    : []

/** One predicate, or one for each area whose row names another population. */
function byArea(key: string, at: SqlContext): RawBuilder<boolean> {
  const variants = at.policies.variants(key, at.moment.asOf)
  const matches = (name: unknown) => toKysely<boolean>(toSql(conditionOf(at.catalogue, name), at))
  const [first] = variants
  if (!first) return sql`false`
  if (first.area === '') return matches(first.def.value)
  const area = sql.ref(`${at.alias}.area`)
  const cases = variants.map((v) =>
    v.area === ''
      ? sql`else (${matches(v.def.value)})`
      : sql`when left(${area}, ${v.area.length}::int) = ${v.area}::text then (${matches(v.def.value)})`,
  )
  return sql`(case ${sql.join(cases, sql` `)} end)`
}

/**
 * Whom an indicator counts besides its own condition, as a predicate: the population that the county's policy names on
 * the day, or the one that a task names instead.
 * @param instead name of the task's own population
 */
export function whoSql({ who, besides }: Of, at: SqlContext, instead?: string | null): RawBuilder<boolean> {
  const parts = [
    who && (instead ? toKysely<boolean>(toSql(conditionOf(at.catalogue, instead), at)) : byArea(who, at)),
    besides && sql<boolean>`((${byArea(besides, at)}) is not true)`,
  ].filter((p) => p !== undefined && p !== '')
  return parts.length ? sql`(${sql.join(parts, sql` and `)})` : sql`true`
}

/** The population of a place on a day, as a condition. */
export function whoOf(
  of: Of,
  context: { catalogue: Catalogue; policies: PolicyBook },
  area: string | null,
  asOf: string,
  instead?: string | null,
): Condition | undefined {
  const named = (key: string) => conditionOf(context.catalogue, context.policies.find(key, area, asOf)?.value)
  const parts: Condition[] = []
  if (of.who) parts.push(instead ? conditionOf(context.catalogue, instead) : named(of.who))
  if (of.besides) parts.push({ not: named(of.besides) })
  return parts.length ? { all: parts } : undefined
}

/** Whether a record is one of them: the same as `whoSql` on one record. */
export function isOfWho(
  of: Of,
  record: Values,
  related: Record<string, readonly Values[]>,
  at: EvaluateContext,
): boolean {
  const area = typeof record.area === 'string' ? record.area : null
  const condition = whoOf(of, at, area, at.moment.asOf)
  return !condition || holds(condition, record, related, at)
}

/** Whom the policy means in an area, in words. */
export function whoWords(
  of: Of,
  words: WordsContext & { policies: PolicyBook },
  instead?: string | null,
): string[] {
  const { catalogue, policies, area, moment } = words
  const label = (name: unknown, not = false) => {
    const found = catalogue.populations.get(String(name))
    const sentence = found ? explain(found.where, found.register, words) : '（没有这个范围）'
    return `${not ? '不是' : ''}${found?.label ?? String(name)}（${sentence}）`
  }
  const inForce = (key: string) => policies.find(key, area ?? null, moment?.asOf ?? '')?.value
  return [
    ...(of.who ? [label(instead ?? inForce(of.who))] : []),
    ...(of.besides ? [label(inForce(of.besides), true)] : []),
  ]
}
