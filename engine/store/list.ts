import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Actor } from '../access/actor.ts'
import { areaTerm } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { checkCondition } from '../core/condition/check.ts'
import { toKysely } from '../core/condition/kysely.ts'
import { toSql } from '../core/condition/sql.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import type { PolicyBook } from '../core/policy.ts'
import { maskRows } from './mask.ts'
import { groupsSql, narrowSql } from './narrow.ts'
import { notReplacedSql } from './replaced.ts'
import { scopeOf } from './rows.ts'
import { selectRows } from './select.ts'
import type { Services } from './services.ts'
import { askedBy, eyesKey, eyesOf, refuseGuessing, sightOf } from './sight.ts'
import type { ListQuery, Page, Row } from './types.ts'
import {
  afterSql,
  encodeCursor,
  orderSql,
  RANK,
  rankKey,
  reachSql,
  type SortKey,
  searchSql,
  sortKeys,
} from './where.ts'

const MOST_ROWS = 500

/** A list made ready: checked, compiled, with its parameters. */
interface Plan {
  keys: SortKey[]
  limit: number
  rows: CompiledQuery<Record<string, unknown>>
  /** what follows when `rows` does not fill the page: rows without a value in the first key */
  others: CompiledQuery<Record<string, unknown>> | undefined
  count: CompiledQuery<{ n: number }> | undefined
  groups: CompiledQuery<{ value: string; n: number }> | undefined
}

/** Plans kept per engine. People open the same lists again and again; compiling one costs more than sending it. */
const MOST_PLANS = 300
const kept = new WeakMap<Services['catalogue'], { book: PolicyBook; plans: Map<string, Plan> }>()

function planOf(
  s: Services,
  actor: Actor,
  def: RecordDef,
  query: ListQuery,
  today: string,
  most: number | undefined,
): Plan {
  const book = s.policies()
  let cache = kept.get(s.catalogue)
  // a changed policy changes what conditions compile to
  if (cache?.book !== book) {
    cache = { book, plans: new Map() }
    kept.set(s.catalogue, cache)
  }
  // cursors are as many as rows: a page further on is compiled anew
  if (query.after || most) return makePlan(s, actor, def, query, today, most)
  // what he sees of the register itself follows from what he reads and writes of it
  const eyes = eyesKey(s, actor, def, query.where)
  const own = query.mine ? actor.id : ''
  const key = `${def.name} ${def.version} ${today} ${own} ${eyes} ${JSON.stringify(query)}`
  let plan = cache.plans.get(key)
  if (!plan) {
    plan = makePlan(s, actor, def, query, today)
    if (cache.plans.size >= MOST_PLANS) cache.plans.delete(cache.plans.keys().next().value!)
    cache.plans.set(key, plan)
  }
  return plan
}

/** A cursor serves its reader in its list only. */
const cursorOf = (actor: Actor, def: RecordDef): string => `list ${def.name} ${actor.id}`

function makePlan(
  s: Services,
  actor: Actor,
  def: RecordDef,
  query: ListQuery,
  today: string,
  most = MOST_ROWS,
): Plan {
  const search = query.search ? searchSql(def, query.search, sightOf(s, actor, def)) : undefined
  const order = sortKeys(s.catalogue, def, query.sort, sightOf(s, actor, def))
  // who chose an order has it; else what was typed stands before what only sounds like it
  const rank = query.sort?.length ? undefined : search?.rank
  const keys = rank ? [rankKey(rank), ...order] : order
  const limit = Math.min(Math.max(query.limit ?? 20, 1), most)
  const wheres = wheresOf(s, actor, def, query, today)
  if (search) wheres.push(search.where)
  const [after, others] = query.after ? afterSql(s.seal, cursorOf(actor, def), keys, query.after) : []
  const offset = query.offset ? sql` offset ${Math.max(0, query.offset)}` : sql``
  // the limit is written out: as a parameter it would keep PostgreSQL from ever reusing the statement's plan
  const end = sql`limit ${sql.raw(String(Math.trunc(limit) + 1))}${offset}`
  const page = (more: RawBuilder<boolean> | undefined) => {
    const all = more ? [...wheres, more] : wheres
    const rest = sql`where ${sql.join(all, sql` and `)} ${orderSql(keys)} ${end}`
    return selectRows(def, s.catalogue, rest, { more: rank && sql`${rank} as ${sql.ref(RANK)}` }).compile(
      s.db,
    )
  }
  const count = sql<{
    n: number
  }>`select count(*) as n from ${sql.raw(`${tableOf(def.name)} t`)} where ${sql.join(wheres, sql` and `)}`
  return {
    keys,
    limit,
    rows: page(after),
    others: others && page(others),
    count: query.count ? count.compile(s.db) : undefined,
    groups: query.by ? groupsSql(def, query.by, wheres).compile(s.db) : undefined,
  }
}

function wheresOf(
  s: Services,
  actor: Actor,
  def: RecordDef,
  query: ListQuery,
  today: string,
): RawBuilder<boolean>[] {
  const wheres = [reachSql(scopeOf(s, actor, def, 'read'))]
  if (!query.archived) wheres.push(sql`t.archived_at is null`)
  wheres.push(...narrowSql(def, query, actor, today))
  const newest = query.newest ? notReplacedSql(def) : undefined
  if (newest) wheres.push(newest)
  if (query.parent && def.of) wheres.push(sql`${sql.ref(`t.${tableOf(def.of)}_id`)} = ${query.parent}`)
  if (query.where) {
    const policies = s.policies()
    const complaints = checkCondition(query.where, def.name, s.catalogue, policies)
    if (complaints.length)
      throw new Problem('bad-input', `筛选条件有误：${complaints[0]!.message}`, { complaints })
    const context = {
      catalogue: s.catalogue,
      register: def.name,
      alias: 't',
      moment: { asOf: today },
      policies,
      eyes: eyesOf(s, actor, def),
    }
    wheres.push(toKysely(toSql(query.where, context)))
  }
  return wheres
}

/**
 * A filter may look only into registers that the actor may read: otherwise its answers would tell what stands there.
 * Asked for each actor, not once for the plan, which others share.
 */
function checkRelated(s: Services, actor: Actor, def: RecordDef, query: ListQuery): void {
  for (const other of query.where ? askedBy(s, def, query.where).registers : [])
    if (scopeOf(s, actor, other, 'read').terms.length === 0)
      throw new Problem('forbidden', `您不能查看${other.label}，不能按它筛选，请去掉这个条件。`, {
        register: other.name,
      })
}

/**
 * Whether this actor may ask this of a register.
 * @throws Problem `bad-input` for what is no condition or guesses at personal content, `forbidden` for registers that he
 * does not read
 */
export function checkQuery(s: Services, actor: Actor, def: RecordDef, query: ListQuery): void {
  refuseGuessing(s, actor, def, query)
  checkRelated(s, actor, def, query)
}

/**
 * How many rows a list with this filter would show the actor in an area, and in each of its towns that has any.
 * @throws Problem as the list would
 */
export async function countByTown(
  s: Services,
  actor: Actor,
  def: RecordDef,
  area: string,
  where?: Condition,
): Promise<{ whole: number; towns: Map<string, number> }> {
  const query: ListQuery = where ? { where } : {}
  checkQuery(s, actor, def, query)
  const wheres = wheresOf(s, actor, def, query, shanghaiDate(s.clock.now()))
  wheres.push(reachSql({ terms: [areaTerm(area)] }))
  const { rows } = await sql<{ town: string | null; n: number }>`select t.town, count(*)::int as n
    from ${sql.raw(`${tableOf(def.name)} t`)} where ${sql.join(wheres, sql` and `)} group by t.town`.execute(
    s.db,
  )
  return {
    whole: rows.reduce((sum, r) => sum + r.n, 0),
    towns: new Map(rows.flatMap((r) => (r.town ? [[r.town, r.n] as const] : []))),
  }
}

/**
 * Rows within the actor's reach that match, a page at a time; personal content masked (`maskRows`).
 * @param most rows of a page at most, for who takes page after page; default 500
 */
export async function listRows(
  s: Services,
  actor: Actor,
  def: RecordDef,
  query: ListQuery,
  most?: number,
): Promise<Page> {
  checkQuery(s, actor, def, query)
  const plan = planOf(s, actor, def, query, shanghaiDate(s.clock.now()), most)
  const counted = plan.count ? s.db.executeQuery(plan.count) : undefined
  const grouped = plan.groups ? s.db.executeQuery(plan.groups) : undefined
  const { rows } = await s.db.executeQuery(plan.rows)
  if (plan.others && rows.length <= plan.limit) rows.push(...(await s.db.executeQuery(plan.others)).rows)
  const more = rows.length > plan.limit
  if (more) rows.length = plan.limit
  const last = rows.at(-1)
  const next = more && last ? encodeCursor(s.seal, cursorOf(actor, def), plan.keys, last) : null
  if (plan.keys[0]?.by) for (const row of rows) delete row[RANK]
  const out: Page = { rows: maskRows(s, actor, def, rows as Row[]), next }
  if (counted) out.total = Number((await counted).rows[0]?.n ?? 0)
  if (grouped) out.groups = Object.fromEntries((await grouped).rows.map((g) => [g.value, g.n]))
  return out
}
