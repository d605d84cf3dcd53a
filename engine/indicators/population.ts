import { type RawBuilder, sql } from 'kysely'
import { areaTerm } from '../access/scope.ts'
import type { Catalogue } from '../core/catalogue.ts'
import type { Condition, Moment } from '../core/condition/ast.ts'
import { toKysely } from '../core/condition/kysely.ts'
import { fieldSql, type SqlContext, toSql } from '../core/condition/sql.ts'
import { policiesOf, registersOf } from '../core/condition/walk.ts'
import { type IndicatorDef, type Period, proofs } from '../core/definition.ts'
import { columnOf, parentField } from '../core/naming.ts'
import { periodLabel, periodOf, periodsIn, type Span } from '../core/period.ts'
import type { PolicyBook } from '../core/policy.ts'
import type { Db } from '../store/db.ts'
import { reachSql } from '../store/where.ts'
import { asOfTables, tableName } from './as-of.ts'
import { whoConditions, whoKeys, whoSql } from './who.ts'

export interface FigureContext {
  db: Db
  catalogue: Catalogue
  policies: PolicyBook
}

/** The enterprises (or other records) a task is about: "the 4 blast-furnace firms". */
export interface Subset {
  where?: Condition | undefined
  ids?: readonly string[] | undefined
}

export interface FigureQuery {
  /** area code whose records count, or a predicate over the given alias */
  scope: string | ((alias: string) => RawBuilder<boolean>)
  /** YYYY-MM-DD, end of that day: windows and parameters are seen from here */
  asOf: string
  /** until when what happened is known, where that is later than `asOf` (`Moment.known`) */
  known?: string | undefined
  /** whose periods count with `every`; default: the calendar year of `asOf` */
  span?: Span | undefined
  /** instead of the indicator's own period */
  every?: Period | undefined
  /** only what was recorded by this instant: the tables as they stood then */
  recordedBy?: Date | undefined
  /** with `recordedBy`: records that were corrected since and are read as they stand now, by register */
  corrected?: ReadonlyMap<string, readonly string[]> | undefined
  subset?: Subset | undefined
  /** population that a task counts instead of the county's, by name */
  who?: string | null | undefined
  /** a later day: a record that counts on either counts, of those that the first asks */
  also?: string | undefined
  /** also what a running period does not have yet: for telling whom to remind, never for a figure */
  open?: boolean | undefined
}

/** Part of the population that shares a moment: all of it, or one period of `every`. */
export interface Slice {
  no: number
  asOf: string
  /** see `FigureQuery` */
  known?: string | undefined
  /** 2026年第1季度 */
  label?: string
  /**
   * The period still runs: a record counts only once it has met it, because nobody is late yet. An ended period
   * counts every record.
   */
  running: boolean
  /** last day of its period */
  ends?: string
  /** `change`: the end of the previous period, which is the base */
  base?: boolean
}

/** Policy keys the conditions of a figure ask for. */
const keysOf = (def: IndicatorDef, catalogue: Catalogue, subset?: Subset): string[] => [
  ...new Set([
    ...whoKeys(def.of),
    ...whoConditions(def.of, catalogue).flatMap(policiesOf),
    ...[def.of.where, def.met, def.proof.where, subset?.where].flatMap((c) => (c ? policiesOf(c) : [])),
  ]),
]

/** Parameters without a value anywhere in the figure's area at a moment. */
function keysMissing(
  def: IndicatorDef,
  query: FigureQuery,
  { policies, catalogue }: FigureContext,
  asOf: string,
) {
  const { scope } = query
  const near = (area: string) => typeof scope !== 'string' || scope.startsWith(area) || area.startsWith(scope)
  return keysOf(def, catalogue, query.subset).filter(
    (key) => !policies.variants(key, asOf).some((v) => near(v.area)),
  )
}

/**
 * Labels of the parameters for want of which nothing can be computed: a figure without them would be a number that
 * means nothing. Empty when there is a moment at which all are there.
 */
export function missingPolicies(def: IndicatorDef, query: FigureQuery, context: FigureContext): string[] {
  const moments = momentsOf(def, query)
  const gaps = moments.map((m) => keysMissing(def, query, context, m.asOf))
  if (gaps.some((g) => g.length === 0)) return []
  return [...new Set(gaps.flat())].map((key) => context.policies.label(key))
}

/**
 * @returns the moments at which conditions are looked at; periods that have not begun are left out, and so are those
 * from before a parameter had a value: nobody owed anything then
 */
export const slicesOf = (def: IndicatorDef, query: FigureQuery, context: FigureContext): Slice[] =>
  momentsOf(def, query)
    .filter((m) => keysMissing(def, query, context, m.asOf).length === 0)
    .map((m) => ({ ...m, known: query.known }))

/** What the conditions of a slice are seen from. */
export const momentOf = ({ asOf, known }: Slice): Moment => ({ asOf, ...(known && { known }) })

function momentsOf(def: IndicatorDef, query: FigureQuery): Slice[] {
  const { asOf } = query
  const every = query.every ?? def.of.every
  if (every) {
    const span = query.span ?? periodOf('year', asOf)
    return periodsIn(every, span)
      .filter((p) => p.from <= asOf)
      .map((p, no) => ({
        no,
        asOf: p.to < asOf ? p.to : asOf,
        label: periodLabel(every, p.from),
        running: p.to > asOf,
        ends: p.to,
      }))
  }
  const now: Slice = { no: 0, asOf, running: false }
  if (def.measure !== 'change') return [now]
  const before = periodOf(def.change ?? 'year', asOf, -1).to
  return [now, { no: 1, asOf: before, running: false, base: true }]
}

/** Registers a figure is computed from. */
export function sourcesOf(def: IndicatorDef, catalogue: Catalogue, subset?: Subset): Set<string> {
  const sources = new Set([def.of.register])
  const parent = catalogue.parentOf(def.of.register)
  if (parent) sources.add(parent.name)
  for (const c of [def.of.where, def.met, subset?.where, ...whoConditions(def.of, catalogue)])
    if (c) for (const name of registersOf(c).related) sources.add(name)
  if (def.proof.related) sources.add(def.proof.related)
  return sources
}

const ALIAS = 't'

/**
 * `with … population as (…)`: a row per record and slice, with
 * `id, county, town, title, slice, met, proof (1–3), counted, a (numerator part), b (denominator part)`.
 * Archived records never count. `counted` is met with at least the proof that the indicator asks for.
 */
export function populationSql(
  def: IndicatorDef,
  query: FigureQuery,
  context: FigureContext,
): RawBuilder<unknown> {
  const slices = slicesOf(def, query, context)
  const { catalogue } = context
  const head = query.recordedBy
    ? sql`${asOfTables(catalogue, sourcesOf(def, catalogue, query.subset), query.recordedBy, query.corrected)},`
    : sql`with`
  const partsOn = (list: readonly Slice[]) => list.map((slice) => sliceSql(def, query, slice, context))
  const parts = partsOn(slices)
  const { also } = query
  const body = also
    ? eitherSql(parts, partsOn(slicesOf(def, { ...query, asOf: also }, context)))
    : unionOf(parts)
  return sql`${head} population as (
    select * from (${body}) p where ${query.open ? sql`true` : sql`not (p.running and not p.counted)`})`
}

const unionOf = (parts: RawBuilder<unknown>[]) => (parts.length ? sql.join(parts, sql` union all `) : nothing)

/**
 * Each record judged by the better of two days: in time, or really done late, also where what was done in time has
 * lapsed since. The first day says who is asked; where it counts on both, it counts as of the first. `later` says by
 * which of them it stands here.
 */
function eitherSql(first: RawBuilder<unknown>[], later: RawBuilder<unknown>[]): RawBuilder<unknown> {
  if (first.length === 0 || later.length === 0)
    return sql`select *, false as later from (${unionOf(first)}) x`
  return sql`select distinct on (id, slice) * from (
      select z.*, bool_or(not later) over (partition by id, slice) as asked from (
        select *, false as later from (${unionOf(first)}) x
        union all select *, true from (${unionOf(later)}) y) z) z
    where asked order by id, slice, counted desc, (later = counted), met desc`
}

const nothing = sql`select null::uuid as id, null::text as county, null::text as town, null::text as title,
  0 as slice, false as running, false as met, 1 as proof, 0::numeric as a, 0::numeric as b, false as counted where false`

function sliceSql(
  def: IndicatorDef,
  query: FigureQuery,
  slice: Slice,
  context: FigureContext,
): RawBuilder<unknown> {
  const { catalogue, policies } = context
  const at: SqlContext = {
    catalogue,
    policies,
    register: def.of.register,
    alias: ALIAS,
    moment: momentOf(slice),
  }
  const holds = (c: Condition | undefined) => (c ? toKysely(toSql(c, at)) : sql<boolean>`true`)
  const value = (path: string | undefined) => (path ? toKysely<unknown>(fieldSql(path, at)) : sql`null`)
  const number = (path: string | undefined) => sql`(${value(path)})::text::numeric`
  const [from, to] = [value(def.duration?.from), value(def.duration?.to)]
  const a = def.measure === 'duration' ? sql`(${to} - ${from})::numeric` : number(def.sum)
  const b = def.measure === 'duration' ? sql`1::numeric` : number(def.over)
  // a case that has not ended has no duration
  const complete = def.measure === 'duration' ? sql`${from} is not null and ${to} is not null and` : sql``
  const least = proofs.indexOf(def.proof.least) + 1
  const ids = query.subset?.ids ? sql`and t.id = any(${query.subset.ids}::uuid[])` : sql``
  const title = sql.ref(`${ALIAS}.${columnOf(catalogue.record(def.of.register).title)}`)
  // the proof is looked for only where there is something to prove; "offset 0" keeps PostgreSQL from merging the
  // levels, which would look for both once for every place that names them
  return sql`select q.*, ${slice.no}::int as slice, ${slice.running}::boolean as running,
      q.met and q.proof >= ${least} as counted
    from (select r.*, case when r.met then ${proofSql(def, slice, context)} else 1 end as proof
      from (select t.id, t.county, t.town, ${title}::text as title, (${complete} ${holds(def.met)}) is true as met,
        t.proof::int as own, ${a} as a, ${b} as b
      from ${tableName(def.of.register)} t
      where t.archived_at is null and ${scopeSql(query.scope)} and ${holds(def.of.where)}
        and ${whoSql(def.of, at, query.who)}
        and ${holds(query.subset?.where)} ${ids} offset 0) r offset 0) q`
}

const scopeSql = (scope: FigureQuery['scope']): RawBuilder<boolean> =>
  typeof scope === 'string' ? reachSql({ terms: [areaTerm(scope)] }, ALIAS) : scope(ALIAS)

/** Proof of a record: its own, or the best among the related rows that show the fact; none of them is a claim. */
function proofSql(
  def: IndicatorDef,
  slice: Slice,
  { catalogue, policies }: FigureContext,
): RawBuilder<unknown> {
  const { related, where } = def.proof
  if (!related) return sql`r.own`
  const shows = where
    ? toKysely(toSql(where, { catalogue, policies, register: related, alias: 'e', moment: momentOf(slice) }))
    : sql`true`
  return sql`coalesce((select max(e.proof) from ${tableName(related)} e
    where ${sql.ref(`e.${columnOf(parentField(def.of.register))}`)} = r.id and e.archived_at is null and ${shows}), 1)::int`
}
