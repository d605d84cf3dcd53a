import type { RawBuilder } from 'kysely'
import type { Actor } from '../../access/actor.ts'
import { confirms } from '../../access/proves.ts'
import { reaches, type ScopeRow } from '../../access/scope.ts'
import { daysBetween, shanghaiDate } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import { type Fact, mayWait } from '../../core/deciding.ts'
import type { RecordDef } from '../../core/definition.ts'
import { columnOf, sameJson, tableOf } from '../../core/naming.ts'
import { isPersonal } from '../../core/personal.ts'
import { type Db, sql } from '../db.ts'
import { firmTable } from '../firms.ts'
import { firmsPeople, maskName } from '../firms-people.ts'
import type { NamedFile } from '../kept-files.ts'
import { maskRows, opensFile } from '../mask.ts'
import { scopeOf } from '../rows.ts'
import type { Services } from '../services.ts'
import type { Row, Waiting } from '../types.ts'
import { reachSql } from '../where.ts'
import { rowLabels } from './ask.ts'

export const wishStates = ['waiting', 'confirmed', 'refused', 'withdrawn', 'void'] as const
export type WishState = (typeof wishStates)[number]

/** A wish as its readers see it: both values, and what counts now. */
export interface WishView extends Waiting {
  register: string
  registerLabel: string
  recordId: string
  recordTitle: string
  recordVersion: number
  organisation: string | null
  organisationTitle: string | null
  town: string | null
  /** what counts now; another than `before` when the fact moved meanwhile */
  now: Json
  /** the fact, or of a removal anything of the record, has changed since it was asked for */
  moved: boolean
  reason: string | null
  /** what is to prove a late correction */
  files: NamedFile[]
  askedBy: { id: string; name: string }
  askedAt: string
  daysLeft: number | null
  state: WishState
  settledBy: string | null
  settledAt: string | null
  /** why it was refused */
  answer: string | null
  may: { settle: boolean; withdraw: boolean }
}

export interface WishQuery {
  state?: WishState | undefined
  register?: string | undefined
  record?: string | undefined
  /** everything of one organisation */
  organisation?: string | undefined
  town?: string | undefined
  /** only those past their day */
  late?: boolean | undefined
  limit?: number | undefined
  offset?: number | undefined
}

interface Found extends ScopeRow {
  wish: string
  wishVersion: number
  register: string
  what: Waiting['what']
  field: string
  before: Json
  after: Json
  now: Json
  reason: string | null
  files: NamedFile[]
  due: string | null
  askedBy: string
  askedName: string
  askedKind: string
  askedAt: string
  state: WishState
  settledBy: string | null
  settledName: string | null
  settledAt: string | null
  answer: string | null
  title: string | null
  recordVersion: number
  baseVersion: number
  organisationTitle: string | null
}

/** Name of the organisation of a row `x`. */
const organisationTitle = (s: Services) => {
  const { title, from } = firmTable(s)
  return sql`(select ${title} from ${from} where e.id = x.organisation)`
}

/** Registers in which something can wait. */
const registersOf = (s: Services): RecordDef[] => [...s.catalogue.records.values()].filter(mayWait)

/** Wishes on records of one register within reach, over aliases w and t. */
function fromSql(s: Services, actor: Actor, def: RecordDef, query: WishQuery, wish: 'read' | 'write') {
  const { state, record, organisation, town, late } = query
  const where = [
    sql`w.register = ${def.name}`,
    reachSql(scopeOf(s, actor, def, wish)),
    state && sql`w.state = ${state}`,
    record && sql`w.record_id = ${record}::uuid`,
    organisation && sql`t.organisation = ${organisation}::uuid`,
    town && sql`t.town = ${town}`,
    late && sql`w.due_on < ${shanghaiDate(s.clock.now())}::date`,
  ].filter((x): x is RawBuilder<boolean> => Boolean(x))
  return sql`wish w join ${sql.table(tableOf(def.name))} t on t.id = w.record_id where ${sql.join(where, sql` and `)}`
}

function inReach(s: Services, actor: Actor, query: WishQuery, wish: 'read' | 'write' = 'read') {
  return registersOf(s).filter(
    (def) =>
      (!query.register || def.name === query.register) && scopeOf(s, actor, def, wish).terms.length > 0,
  )
}

/**
 * Wishes on records the actor may read, the earliest due first; what is settled, the newest first. Personal content
 * is masked as in the records.
 */
export async function listWishes(
  s: Services,
  actor: Actor,
  query: WishQuery,
): Promise<{ rows: WishView[]; total: number }> {
  const defs = inReach(s, actor, query)
  if (defs.length === 0) return { rows: [], total: 0 }
  const limit = Math.min(Math.max(query.limit ?? 50, 1), 200)
  const parts = defs.map((def) => {
    const now = sql.raw(`to_jsonb(t)`)
    const columns = sql.join(
      Object.keys(def.fields).map((f) => sql`when ${f} then ${now} -> ${columnOf(f)}`),
      sql` `,
    )
    return sql`select w.id as wish, w.version as "wishVersion", w.register, w.what, w.field, w.before, w.after,
      case w.field ${columns} end as now, w.reason, w.files, w.due_on as due, w.asked_by as "askedBy",
      w.asked_name as "askedName", w.asked_kind as "askedKind", w.asked_at as "askedAt", w.state,
      w.settled_by as "settledBy", w.settled_name as "settledName", w.settled_at as "settledAt", w.answer,
      ${sql.ref(`t.${columnOf(def.title)}`)}::text as title, t.version as "recordVersion",
      w.base_version as "baseVersion", t.id, t.area, t.county,
      t.town, t.unit, t.sector, t.organisation
      from ${fromSql(s, actor, def, query, 'read')}`
  })
  const waiting = query.state === 'waiting'
  const { rows } = await sql<Found & { total: number }>`select *, count(*) over () as total,
      ${organisationTitle(s)} as "organisationTitle"
    from (${sql.join(parts, sql` union all `)}) x
    order by ${waiting ? sql`due nulls last, "askedAt", wish` : sql`coalesce("settledAt", "askedAt") desc, wish`}
    limit ${limit} offset ${Math.max(0, query.offset ?? 0)}`.execute(s.db)
  const firms = await firmsPeople(
    s.db,
    rows.flatMap((r) => (r.settledBy ? [r.askedBy, r.settledBy] : [r.askedBy])),
  )
  return { rows: rows.map((r) => present(s, actor, r, firms)), total: Number(rows[0]?.total ?? 0) }
}

function present(s: Services, actor: Actor, r: Found, firms: ReadonlySet<string>): WishView {
  const def = s.catalogue.record(r.register)
  const today = shanghaiDate(s.clock.now())
  const kept = r as unknown as Row
  const shown = (field: string, value: Json): Json => {
    const row = { ...kept, [field]: value }
    return (maskRows(s, actor, def, [row])[0]?.[field] ?? null) as Json
  }
  const change = r.what === 'change'
  const value = (v: Json) => (change ? shown(r.field, v) : null)
  const waits = r.state === 'waiting'
  const settles = confirms(actor, def, r, today)
  const writes = reaches(scopeOf(s, actor, def, 'write'), r)
  const named = (id: string, name: string) => (!writes && firms.has(id) ? maskName(name) : name)
  return {
    id: r.wish,
    version: r.wishVersion,
    what: r.what,
    field: r.field,
    label: r.what === 'change' ? (def.fields[r.field]?.label ?? r.field) : rowLabels[r.what],
    before: value(r.before),
    after: value(r.after),
    due: r.due,
    register: r.register,
    registerLabel: def.label,
    recordId: r.id,
    recordTitle: String(shown(def.title, r.title) ?? ''),
    recordVersion: r.recordVersion,
    organisation: r.organisation,
    organisationTitle: r.organisationTitle,
    town: r.town,
    now: value(r.now ?? null),
    moved: waits && (change ? !sameJson(r.now, r.before) : r.recordVersion !== r.baseVersion),
    reason: r.reason,
    files: r.files.filter((f) => opensFile(s, actor, def, kept, f.id)),
    askedBy: { id: r.askedBy, name: named(r.askedBy, r.askedName) },
    askedAt: r.askedAt,
    daysLeft: waits && r.due ? daysBetween(today, r.due) : null,
    state: r.state,
    settledBy: r.settledBy && named(r.settledBy, r.settledName ?? ''),
    settledAt: r.settledAt,
    answer: r.answer,
    may: {
      settle: waits && writes && settles && r.askedBy !== actor.id,
      withdraw: waits && writes && !settles && (actor.kind === 'person') === (r.askedKind === 'person'),
    },
  }
}

/** What a wish is about. */
export interface RowWish {
  register: string
  what: Waiting['what']
  field: string
}

/** What was refused of an organisation's wishes since a day, the newest first. */
export async function refusedSince(
  db: Db,
  organisation: string,
  since: string,
  limit: number,
): Promise<RowWish[]> {
  const { rows } = await sql<RowWish>`select register, what, field from wish
    where organisation = ${organisation} and state = 'refused'
      and (settled_at at time zone 'Asia/Shanghai')::date >= ${since}::date
    order by settled_at desc limit ${limit}`.execute(db)
  return rows
}

/** The facts that wishes are about, each once, in Chinese. */
export const wishLabels = (s: Services, wishes: readonly RowWish[]): string[] => [
  ...new Set(
    wishes.map((w) =>
      w.what === 'change'
        ? (s.catalogue.findRecord(w.register)?.fields[w.field]?.label ?? w.field)
        : rowLabels[w.what],
    ),
  ),
]

/** The wish, as w, behind a row of the agenda that tells of one. */
export const wishBehind = (agenda: string) =>
  sql`left join wish w on ${sql.ref(agenda)}.kind = 'wish' and w.id = ${sql.ref(agenda)}.id`

/** A wish with both values. */
export interface AskedWish extends RowWish {
  before: Json
  after: Json
}

const LONGEST = 30
const plain = { areaName: (code: string) => code, refTitle: () => '' }

/** What wishes ask for with both values, each once: 保单号 A-12→A-123. Personal content and files keep their names. */
export const wishSentences = (s: Services, wishes: readonly AskedWish[]): string[] => [
  ...new Set(
    wishes.map((w) => {
      const [label = ''] = wishLabels(s, [w])
      const f = s.catalogue.findRecord(w.register)?.fields[w.field]
      if (w.what !== 'change' || !f || isPersonal(f)) return label
      const type = s.catalogue.fieldType(f)
      // places and units have names elsewhere
      if (type.shape === 'json' || type.shape === 'id' || f.type === 'area' || f.type === 'unit') return label
      const text = (v: Json) => (v === null ? '空' : type.toText(v, f, plain))
      const values = `${text(w.before)}→${text(w.after)}`
      return values.length > LONGEST ? label : `${label} ${values}`
    }),
  ),
]

/** Organisations with something waiting that a figure reads, as a set to join: `select organisation …`. */
export function waitingOrganisations(
  facts: readonly Fact[],
  registers: readonly string[],
): RawBuilder<unknown> {
  return sql`select w.organisation from wish w where w.state = 'waiting' and (
    (w.what <> 'change' and w.register = any(${registers}::text[]))
    or exists (select 1 from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb) as f(register text, field text)
      where f.register = w.register and f.field = w.field))`
}

/** What a batch of an import asked for, by record: whether any of it has been confirmed already. */
export async function wishesOfBatch(
  tx: Db,
  batch: string,
  ids: readonly string[],
): Promise<Map<string, { confirmed: boolean }>> {
  const { rows } = await sql<{ record: string; confirmed: boolean }>`select record_id as record,
      bool_or(state = 'confirmed') as confirmed from wish
    where batch = ${batch} and record_id = any(${ids}::uuid[]) group by record_id`.execute(tx)
  return new Map(rows.map((r) => [r.record, { confirmed: r.confirmed }]))
}
