import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Actor } from '../access/actor.ts'
import type { Reach } from '../access/scope.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition } from '../core/condition/ast.ts'
import { asCondition, checkCondition } from '../core/condition/check.ts'
import { toKysely } from '../core/condition/kysely.ts'
import { toSql } from '../core/condition/sql.ts'
import { nodes, pathsOf, registersOf } from '../core/condition/walk.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import type { PolicyBook } from '../core/policy.ts'
import { isPersonal, maskRows } from './mask.ts'
import { notReplacedSql } from './replaced.ts'
import { scopeOf } from './rows.ts'
import { selectRows } from './select.ts'
import type { Services } from './services.ts'
import type { ListQuery, Page, Row } from './types.ts'
import { afterSql, encodeCursor, orderSql, reachSql, type SortKey, searchSql, sortKeys } from './where.ts'

const MOST_ROWS = 500

/** A list made ready: checked, compiled, with its parameters. */
interface Plan {
  keys: SortKey[]
  limit: number
  rows: CompiledQuery<Record<string, unknown>>
  count: CompiledQuery<{ n: number }> | undefined
}

/** Plans kept per engine. People open the same lists again and again; compiling one costs more than sending it. */
const MOST_PLANS = 300
const kept = new WeakMap<Services['catalogue'], { book: PolicyBook; plans: Map<string, Plan> }>()

function planOf(s: Services, def: RecordDef, reach: Reach, query: ListQuery, today: string): Plan {
  const book = s.policies()
  let cache = kept.get(s.catalogue)
  // a changed policy changes what conditions compile to
  if (cache?.book !== book) {
    cache = { book, plans: new Map() }
    kept.set(s.catalogue, cache)
  }
  // cursors are as many as rows: a page further on is compiled anew
  if (query.after) return makePlan(s, def, reach, query, today)
  const key = JSON.stringify([def.name, def.version, query, reach.terms, today])
  let plan = cache.plans.get(key)
  if (!plan) {
    plan = makePlan(s, def, reach, query, today)
    if (cache.plans.size >= MOST_PLANS) cache.plans.delete(cache.plans.keys().next().value!)
    cache.plans.set(key, plan)
  }
  return plan
}

function makePlan(s: Services, def: RecordDef, reach: Reach, query: ListQuery, today: string): Plan {
  const keys = sortKeys(s.catalogue, def, query.sort)
  const limit = Math.min(Math.max(query.limit ?? 20, 1), MOST_ROWS)
  const wheres = wheresOf(s, def, reach, query, today)
  const page = query.after ? [...wheres, afterSql(keys, query.after)] : wheres
  const offset = query.offset ? sql` offset ${Math.max(0, query.offset)}` : sql``
  // the limit is written out: as a parameter it would keep PostgreSQL from ever reusing the statement's plan
  const most = sql.raw(String(Math.trunc(limit) + 1))
  const rest = sql`where ${sql.join(page, sql` and `)} ${orderSql(keys)} limit ${most}${offset}`
  const count = sql<{
    n: number
  }>`select count(*) as n from ${sql.raw(`${tableOf(def.name)} t`)} where ${sql.join(wheres, sql` and `)}`
  return {
    keys,
    limit,
    rows: selectRows(def, s.catalogue, rest).compile(s.db),
    count: query.count ? count.compile(s.db) : undefined,
  }
}

function wheresOf(
  s: Services,
  def: RecordDef,
  reach: Reach,
  query: ListQuery,
  today: string,
): RawBuilder<boolean>[] {
  const wheres = [reachSql(reach)]
  if (!query.archived) wheres.push(sql`t.archived_at is null`)
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
    }
    wheres.push(toKysely(toSql(query.where, context)))
  }
  const search = query.search ? searchSql(def, query.search) : undefined
  if (search) wheres.push(search)
  return wheres
}

/**
 * A filter may look only into registers that the actor may read: otherwise its answers would tell what stands there.
 * Asked for each actor, not once for the plan, which others share.
 */
function checkRelated(s: Services, actor: Actor, def: RecordDef, query: ListQuery): void {
  if (!query.where || checkCondition(query.where, def.name, s.catalogue).length) return
  const { related, parent } = registersOf(query.where)
  if (parent && def.of) related.push(def.of)
  for (const name of related) {
    const other = s.catalogue.record(name)
    if (scopeOf(s, actor, other, 'read').terms.length === 0)
      throw new Problem('forbidden', `您不能查看${other.label}，不能按它筛选，请去掉这个条件。`, {
        register: name,
      })
  }
}

/** Who sees personal content masked does not find it out by filtering for it. */
function refuseGuessing(s: Services, actor: Actor, def: RecordDef, where: Condition): void {
  for (const { node, related } of nodes(where)) {
    if ('op' in node && (node.op === 'empty' || node.op === 'notEmpty')) continue
    const of = related ? s.catalogue.findRecord(related) : def
    for (const path of pathsOf(node)) {
      const up = path.includes('.')
      const holder = up ? s.catalogue.findRecord(of?.of ?? '') : of
      const name = path.slice(path.indexOf('.') + 1)
      if (!holder || !isPersonal(holder, name) || scopeOf(s, actor, holder, 'write').terms.length) continue
      const label = holder.fields[name]!.label
      throw new Problem(
        'bad-input',
        `${label}是个人信息，您看到的是脱敏内容，不能按它筛选。请去掉这个条件。`,
        {
          complaints: [{ path: `where.${path}`, message: `不能按${label}筛选。` }],
        },
      )
    }
  }
}

/** Rows within the actor's reach that match, a page at a time; personal content masked (`maskRows`). */
export async function listRows(s: Services, actor: Actor, def: RecordDef, query: ListQuery): Promise<Page> {
  // what is no condition at all is told before anything looks into it
  if (query.where) asCondition(query.where, def.name, s.catalogue, s.policies())
  if (query.where) refuseGuessing(s, actor, def, query.where)
  checkRelated(s, actor, def, query)
  const plan = planOf(s, def, scopeOf(s, actor, def, 'read'), query, shanghaiDate(s.clock.now()))
  const counted = plan.count ? s.db.executeQuery(plan.count) : undefined
  const { rows } = await s.db.executeQuery(plan.rows)
  const more = rows.length > plan.limit
  if (more) rows.pop()
  const last = rows.at(-1)
  const out: Page = {
    rows: maskRows(s, actor, def, rows as Row[]),
    next: more && last ? encodeCursor(plan.keys, last) : null,
  }
  if (counted) out.total = Number((await counted).rows[0]?.n ?? 0)
  return out
}
