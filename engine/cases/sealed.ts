import type { Actor } from '../access/actor.ts'
import { type Reach, reach, rolesFor, type ScopeRow } from '../access/scope.ts'
import { addDays, shanghaiDate } from '../core/clock.ts'
import type { LoopDef, RecordDef, Role, Sealed } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import type { Offer } from '../core/loop.ts'
import { columnOf, parentField, tableOf } from '../core/naming.ts'
import { periodOf } from '../core/period.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { selectRows } from '../store/select.ts'
import type { Services } from '../store/services.ts'
import type { Row, WriteMeta } from '../store/types.ts'
import { reachSql } from '../store/where.ts'

/**
 * Sealed records (`RegisterDef.sealed`): what an authority gets of what only the organisation reads. Counts, and
 * single ones that chance draws and that stay open to who drew them for some days, with his reason in the journal.
 */

export interface SealedCounts {
  label: string
  total: number
  /** ended as they should */
  done: number
  /** judged wrongly: in neither part of the rate */
  dropped: number
  /** past a date, still open */
  late: number
  /** done / (total − dropped), in per cent; null without any */
  rate: number | null
  /** whether this reader may draw samples */
  draws: boolean
}

/** Whoever works on cases for an authority draws; who only looks gets counts. */
const drawers: readonly Role[] = ['county-officer', 'town-officer']

/** Rows the actor would reach were nothing sealed. */
function reachUnsealed(actor: Actor, def: RecordDef, today: string): Reach {
  const { sealed: _, ...plain } = def
  return reach(actor, plain as RecordDef, 'read', today)
}

const requireSealed = (def: RecordDef): Sealed => {
  if (def.sealed) return def.sealed
  throw new Problem('not-found', `${def.label}没有只计数的记录。`, { register: def.name })
}

const parentIs = (def: RecordDef, parent: string | undefined) =>
  parent && def.of ? sql`and t.${sql.raw(columnOf(parentField(def.of)))} = ${parent}` : sql``

/** Counts of the sealed records in the actor's reach, of one parent or of all. */
export async function sealedCounts(
  s: Services,
  actor: Actor,
  def: RecordDef,
  parent?: string,
): Promise<SealedCounts> {
  const { label, done, dropped } = requireSealed(def)
  const today = shanghaiDate(s.clock.now())
  const { rows } = await sql<{ total: number; done: number; dropped: number; late: number }>`select
      count(*)::int as total, (count(*) filter (where t.state = any(${done})))::int as done,
      (count(*) filter (where t.state = any(${dropped})))::int as dropped,
      (count(*) filter (where exists (select 1 from deadline d
        where d.record_id = t.id and d.closed_on is null and d.due_on < ${today}::date)))::int as late
    from ${sql.raw(tableOf(def.name))} t
    where t.archived_at is null and t.sealed and ${reachSql(reachUnsealed(actor, def, today))} ${parentIs(def, parent)}`.execute(
    s.db,
  )
  const n = rows[0]!
  const of = n.total - n.dropped
  const draws = actor.kind === 'person' && actor.assignments.some((a) => drawers.includes(a.role))
  return { label, ...n, rate: of ? Math.round((n.done / of) * 1000) / 10 : null, draws }
}

/**
 * What an authority may do with a sealed case that a sample opened to it: take it up as what it is not sealed for.
 * Everything else is its organisation's.
 */
export function onlyRaised(
  actor: Actor,
  { sealed, label, actions }: LoopDef,
  row: { organisation: Row['organisation']; sealed?: unknown },
  offers: Offer[],
): Offer[] {
  const own = (a: Actor['assignments'][number]) =>
    a.ground.by === 'organisation' && a.ground.organisation === row.organisation
  if (!sealed || row.sealed !== true || actor.kind === 'system' || actor.assignments.some(own)) return offers
  const reason = `抽查到的${label}只供查看，办理由企业负责；抽查发现严重的，办理“${actions[sealed.raise]?.label}”。`
  return offers.map((o) =>
    o.id === sealed.raise || !o.enabled ? o : { ...o, enabled: false, reason, person: true },
  )
}

export interface Draw {
  parent?: string | undefined
  count: number
  reason: string
}

interface Quota {
  organisation: string
  /** how many of its records may still be opened this quarter */
  left: number
}

/** Of each organisation in reach, how many samples are left this quarter: what anybody drew counts. */
async function quotas(
  s: Services,
  tx: Db,
  def: RecordDef,
  within: ReturnType<typeof sql>,
  today: string,
): Promise<Quota[]> {
  const { samples } = requireSealed(def)
  const table = sql.raw(tableOf(def.name))
  const { rows } = await sql<{ organisation: string; area: string | null; total: number; drawn: number }>`
    with list as (select t.organisation, min(t.area) as area, count(*)::int as total from ${table} t
      where ${within} group by t.organisation)
    select list.*, (select count(distinct d.id)::int from ${table} d join case_grant g on g.record_id = d.id
      where d.organisation = list.organisation and ${drawnThisQuarter(def, today)}) as drawn
    from list where list.organisation is not null`.execute(tx)
  const policies = s.policies()
  return rows.flatMap(({ organisation, area, total, drawn }) => {
    const share = Math.floor((total * policies.number(samples.share, area, today)) / 100)
    const left = Math.min(policies.number(samples.most, area, today), Math.max(1, share)) - drawn
    return left > 0 ? [{ organisation, left }] : []
  })
}

/** Grants (alias g) that a draw of this quarter gave: who draws gives it to himself. */
const drawnThisQuarter = (def: RecordDef, today: string) =>
  sql`g.register = ${def.name} and g.granted_by = g.user_id and g.from_on >= ${periodOf('quarter', today).from}::date`

/**
 * Draws sealed records by chance within the actor's reach and opens them to him for the policy's days: to read, and to raise.
 * Of one organisation no more than the policy's number and share a quarter, whoever draws.
 * @param give keeps the grant of one record, within the transaction
 * @throws Problem `forbidden` for who only looks; `conflict` when there is nothing left to draw
 */
export async function drawSealed(
  s: Services,
  tx: Db,
  actor: Actor,
  def: RecordDef,
  draw: Draw,
  meta: WriteMeta,
  give: (grant: { role: Role; record: string; from: string; to: string; act: boolean }) => Promise<unknown>,
): Promise<{ id: string; title: string; until: string }[]> {
  const { label, openDays, samples } = requireSealed(def)
  const now = s.clock.now()
  const today = shanghaiDate(now)
  const own = reachUnsealed(actor, def, today)
  const within = sql`t.archived_at is null and t.sealed and ${reachSql(own)} ${parentIs(def, draw.parent)}`
  // two that draw at once count each other's
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sample ${def.name}`}, 0))`.execute(tx)
  const left = await quotas(s, tx, def, within, today)
  const held = actor.assignments.flatMap((a) =>
    a.ground.by === 'grant' && a.ground.register === def.name ? [a.ground.record] : [],
  )
  const { rows } = await selectRows(
    def,
    s.catalogue,
    sql`where t.id in (select x.id from (
        select t.id, t.organisation, row_number() over (partition by t.organisation order by random()) as nth
        from ${sql.raw(tableOf(def.name))} t where ${within} and t.id <> all(${held}::uuid[])
          and not exists (select 1 from case_grant g where g.record_id = t.id and ${drawnThisQuarter(def, today)})) x
      join unnest(${left.map((q) => q.organisation)}::uuid[], ${left.map((q) => q.left)}::int[]) q (organisation, n)
        on q.organisation = x.organisation and x.nth <= q.n
      order by random() limit ${draw.count})`,
  ).execute(tx)
  if (!rows.length)
    throw new Problem(
      'conflict',
      `没有可以抽查的${label}：这里没有，或本季度已抽满（每家企业每季度最多 ${s.policies().number(samples.most, actor.home ?? null, today)} 条，不超过其清单的 ${s.policies().number(samples.share, actor.home ?? null, today)}%，至少可抽 1 条）。请下季度再抽，或到企业检查。`,
      { register: def.name },
    )
  const { sealed: _, ...plain } = def
  const out = []
  for (const row of rows as Row[]) {
    const role = drawers.find((r) => rolesFor(actor, plain as RecordDef, row as ScopeRow, today).includes(r))
    if (!role) throw new Problem('forbidden', `${label}由县局、乡镇监管人员抽查，您只能看数量。`)
    const until = addDays(today, s.policies().period(openDays, row.area, today).days - 1)
    await give({ role, record: row.id, from: today, to: until, act: true })
    const title = String(row[def.title] ?? '')
    await journal(tx, {
      actor,
      now,
      register: def.name,
      recordId: row.id,
      title,
      what: 'act:sample',
      changes: [],
      area: row.area,
      organisation: row.organisation,
      reason: draw.reason,
      idempotencyKey: meta.idempotencyKey,
    })
    out.push({ id: row.id, title, until })
  }
  return out
}
