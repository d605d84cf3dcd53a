import { type RawBuilder, sql } from 'kysely'
import { type Reach, reaches, type ScopeRow, type Term } from '../access/scope.ts'
import type { Catalogue } from '../core/catalogue.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { isPersonal, isPersonalField } from '../core/personal.ts'
import type { Seal } from './seal.ts'
import { searchFields, searchWords } from './search/grams.ts'

type Bool = RawBuilder<boolean>

const column = (name: string, alias: string) => sql.raw(`${alias}.${name}`)

function termSql(term: Term, alias: string): Bool {
  if ('everything' in term) return sql`true`
  if ('unsealed' in term) return sql`${column('sealed', alias)} is not true`
  if ('both' in term) return sql`(${termSql(term.both[0], alias)} and ${termSql(term.both[1], alias)})`
  const c = column(term.column, alias)
  if ('equals' in term) return sql`${c} = ${known(term.equals)}`
  return sql`(${c} >= ${known(term.from)} and ${c} < ${known(term.before)})`
}

/**
 * The code of a county or above, written out, so that PostgreSQL keeps a plan made for it: one county has most of the
 * rows of its own database. Codes of towns and other values stay parameters: they would be too many statements.
 */
const known = (value: string) => (/^\d{2,6}$/.test(value) ? sql.raw(`'${value}'`) : sql`${value}`)

/** Scope as SQL over alias; no terms means no rows. */
export function reachSql(scope: Reach, alias = 't'): Bool {
  if (scope.terms.length === 0) return sql`false`
  if (scope.terms.length === 1) return termSql(scope.terms[0]!, alias)
  return sql`(${sql.join(
    scope.terms.map((t) => termSql(t, alias)),
    sql` or `,
  )})`
}

/** What a search asks of rows, and how near a row comes; `rank` only where nearer and farther ones may be found. */
export interface Search {
  where: Bool
  rank?: RawBuilder<number>
}

/**
 * Rows that have every word, by its text or by its sound. The index narrows, the kept texts decide.
 * @param sight rows in which personal content is searched too; default: all
 */
export function searchSql(
  def: RecordDef,
  text: string,
  sight: 'all' | 'none' | Reach = 'all',
  alias = 't',
): Search | undefined {
  const words = searchWords(text)
  if (words.length === 0) return undefined
  const personal = sight !== 'none' && searchFields(def).some((f) => isPersonalField(def, f))
  const within = sight === 'all' || sight === 'none' ? undefined : reachSql(sight, alias)
  const open = column('sought', alias)
  const has = (part: string): Bool => {
    const like = `%${part}%`
    if (!personal) return sql`${open} like ${like}`
    const own = sql`${column('sought_own', alias)} like ${like}`
    return sql`(${open} like ${like} or ${within ? sql`(${within} and ${own})` : own})`
  }
  const indexed = (grams: readonly string[], part: string): Bool =>
    grams.length ? sql`(${column('grams', alias)} @> ${grams} and ${has(part)})` : has(part)
  const wheres = words.map(({ core, grams, sounds }) => {
    const ways = [indexed(grams, core), ...sounds.map((s) => indexed(s.tokens, s.part))]
    return ways.length === 1 ? indexed(grams, core) : sql`(${sql.join(ways, sql` or `)})`
  })
  const where = sql.join(wheres, sql` and `) as Bool
  const ranked = words.filter((w) => w.core !== w.full || w.sounds.length)
  if (ranked.length === 0) return { where }
  // what was typed itself before what it is called without place and form, before what only sounds so
  const ranks = ranked.map(
    ({ full, core }) =>
      sql`case when ${has(full)} then 0 ${core === full ? sql`` : sql`when ${has(core)} then 1`} else 2 end`,
  )
  return { where, rank: sql<number>`(${sql.join(ranks, sql` + `)})` }
}

export interface SortKey {
  field: string
  column: string
  descending: boolean
  /** personal content: rows outside it have no value to order by */
  only?: Reach
  /** a NOT NULL column needs no nulls clause, so that plain indexes serve it */
  nullable: boolean
  /** what is ordered by, where it is no column: the row then carries it under `field` */
  by?: RawBuilder<unknown>
}

/** The key that puts what a search means most before what it may mean. */
export const RANK = '$rank'
export const rankKey = (by: RawBuilder<number>): SortKey => ({
  field: RANK,
  column: '',
  descending: false,
  nullable: false,
  by,
})

const notNull = new Set(['id', 'recordedAt', 'updatedAt', 'happenedOn', 'state', 'proof'])

/** Reads `['-dueOn', 'name']`; default newest first; always ends on the id so that order is total. */
export function sortKeys(
  catalogue: Catalogue,
  def: RecordDef,
  sort: readonly string[] | undefined,
  sight: 'all' | 'none' | Reach = 'all',
): SortKey[] {
  const wanted = sort?.length ? sort : ['-recordedAt']
  const keys = wanted.slice(0, 4).map((s) => {
    const descending = s.startsWith('-')
    const field = descending ? s.slice(1) : s
    const found = catalogue.field(def.name, field)
    if (found.viaParent || found.type.shape === 'json' || found.type.shape === 'set')
      throw new Problem('bad-input', `不能按“${found.def.label}”排序，请换一列。`, { sort: s })
    const only = sight !== 'all' && isPersonal(found.def) ? (sight === 'none' ? nowhere : sight) : undefined
    return { field, column: found.column, descending, nullable: !notNull.has(field), ...(only && { only }) }
  })
  if (keys.some((k) => k.field === 'id')) return keys
  const descending = keys.at(-1)?.descending ?? false
  return [...keys, { field: 'id', column: 'id', descending, nullable: false }]
}

const nowhere: Reach = { terms: [] }

/** What a key orders by: its column, where the reader may know it. */
const keySql = (k: SortKey, alias: string): RawBuilder<unknown> =>
  k.by ??
  (k.only
    ? sql`(case when ${reachSql(k.only, alias)} then ${column(k.column, alias)} end)`
    : column(k.column, alias))

export const orderSql = (keys: readonly SortKey[], alias = 't'): RawBuilder<unknown> =>
  sql`order by ${sql.join(
    keys.map((k) => {
      const way = `${k.descending ? ' desc' : ''}${k.descending && k.nullable ? ' nulls last' : ''}`
      return sql`${keySql(k, alias)}${sql.raw(way)}`
    }),
  )}`

const sortText = (keys: readonly SortKey[]) => keys.map((k) => (k.descending ? '-' : '') + k.field).join(',')

/** Cursor: the last row's key values, sealed for the reader and the list it was made for. Tied to its sort. */
export function encodeCursor(
  seal: Seal,
  about: string,
  keys: readonly SortKey[],
  row: Record<string, unknown>,
): string {
  const values = keys.map((k) =>
    k.only && !reaches(k.only, row as unknown as ScopeRow) ? null : row[k.field],
  )
  return seal.close(JSON.stringify([sortText(keys), ...values.map((v) => v ?? null)]), about)
}

/**
 * Rows after the cursor in the given order, empty values last. One condition, or two whose rows follow each other:
 * those with a value in the first key, then those without. Each begins with a bound that an index can start from, so
 * that the thousandth page costs what the first does.
 */
export function afterSql(
  seal: Seal,
  about: string,
  keys: readonly SortKey[],
  cursor: string,
  alias = 't',
): [Bool] | [Bool, Bool] {
  const opened = seal.open(cursor, about)
  if (opened === undefined) throw new Problem('bad-input', '翻页位置无效，请从第一页重新查看。')
  const values = JSON.parse(opened) as unknown[]
  if (values[0] !== sortText(keys) || values.length !== keys.length + 1)
    throw new Problem('bad-input', '排序已改变，请从第一页重新查看。')
  const [first, ...later] = keys
  if (!first) throw new Error('a list without an order')
  const c = keySql(first, alias)
  const v = values[1]
  if (v === null) return [sql`(${c} is null and ${beyondSql(keys, values.slice(1), alias)})`]
  const plain = keys.every((k) => !k.nullable && !k.only && k.descending === first.descending)
  if (plain) {
    const columns = sql.join(keys.map((k) => keySql(k, alias)))
    return [sql`(${columns}) ${sql.raw(first.descending ? '<' : '>')} (${sql.join(values.slice(1))})`]
  }
  const bound = sql`${c} ${sql.raw(first.descending ? '<=' : '>=')} ${v}`
  const filled = [{ ...first, nullable: false }, ...later]
  const within = sql<boolean>`(${bound} and ${beyondSql(filled, values.slice(1), alias)})`
  return first.nullable ? [within, sql`${c} is null`] : [within]
}

/** What lies beyond the values of a row, key by key. */
function beyondSql(keys: readonly SortKey[], values: readonly unknown[], alias: string): Bool {
  const branches: Bool[] = []
  const equal: Bool[] = []
  keys.forEach((k, i) => {
    const c = keySql(k, alias)
    const v = values[i]
    const sign = sql.raw(k.descending ? '<' : '>')
    if (v !== null) {
      const beyond = k.nullable
        ? sql<boolean>`(${c} ${sign} ${v} or ${c} is null)`
        : sql<boolean>`${c} ${sign} ${v}`
      branches.push(equal.length ? sql`(${sql.join([...equal, beyond], sql` and `)})` : beyond)
    }
    equal.push(v === null ? sql`${c} is null` : sql`${c} = ${v}`)
  })
  return branches.length ? sql`(${sql.join(branches, sql` or `)})` : sql`false`
}
