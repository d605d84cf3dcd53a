import type { Actor } from '../../access/actor.ts'
import { confirms } from '../../access/proves.ts'
import { addPeriod } from '../../core/calendar.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import { endsBeforeStart } from '../../core/date-order.ts'
import { decides, hasDeciding, WISH_DAYS, waitsToCorrect } from '../../core/deciding.ts'
import type { RecordDef } from '../../core/definition.ts'
import { isProblem } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { canonicalJson, tableOf } from '../../core/naming.ts'
import type { Change } from '../../journal/write.ts'
import type { Batch } from '../batch.ts'
import type { Mending } from '../correct.ts'
import { type Db, sql } from '../db.ts'
import type { NamedFile } from '../kept-files.ts'
import type { Services } from '../services.ts'
import type { Row, Waiting, WriteMeta } from '../types.ts'

/**
 * What somebody else than an officer would like to change of a fact that decides a duty (design §3.1). The row holds
 * what counts; the wish waits beside it, a row a field, until an officer writes it through the door. Only this
 * folder reads the table.
 */
export interface Ask {
  /** the record as it stands */
  row: Row
  what: Waiting['what']
  /** '' for the record itself */
  field: string
  label: string
  before: Json
  after: Json
}

export const rowLabels = { archive: '移除这条记录', restore: '恢复这条记录' } as const

/** Kind of the deadline of a wish: one a field, and one more for what other systems ask. */
const kindSql = sql.raw(`(case v.asked_kind when 'machine' then 'wish.machine:' else 'wish:' end || v.field)`)

/** What becomes of a change: written at once, or in part waiting for an officer. */
export interface Becoming {
  /** the actor's word counts by itself */
  settles: boolean
  held: Change[]
  written: Change[]
  /** as they were read; held ones are taken out */
  values: Record<string, Json>
}

/**
 * What becomes of a change somebody makes to a record: the one rule for the door, for imports and for taking an
 * import back. An officer's counts; of anybody else's what decides a duty waits and the rest is written. All of it
 * waits of a firm's late correction.
 */
export function becomes(
  actor: Actor,
  def: RecordDef,
  before: Row,
  values: Record<string, Json>,
  changes: readonly Change[],
  today: string,
  mending: Mending = 'own',
): Becoming {
  // a paper or an event that stands is corrected as a whole, or the record would be half of each
  if (mending === 'asked') return { settles: false, held: [...changes], written: [], values: {} }
  if (!hasDeciding(def) || confirms(actor, def, before, today))
    return { settles: true, held: [], written: [...changes], values }
  const names = new Set(
    changes.filter((c) => decides(def.fields[c.field], c.before, c.after)).map((c) => c.field),
  )
  const kept = () => Object.fromEntries(Object.entries(values).filter(([n]) => !names.has(n)))
  // an end that would lie before the start that still counts waits together with the new start
  if (names.size)
    for (const { end, start } of endsBeforeStart(def.fields, { ...before, ...kept() }))
      for (const c of changes) if (c.field === end || c.field === start) names.add(c.field)
  return {
    settles: false,
    held: changes.filter((c) => names.has(c.field)),
    written: changes.filter((c) => !names.has(c.field)),
    values: names.size ? kept() : values,
  }
}

/**
 * Of some rows those that were entered today by the same hand that takes them out now, and that nobody else has
 * touched: they were never counted, so that taking them out waits for nobody. The same for the door and for imports.
 */
export async function slipsOfToday(
  tx: Db,
  actor: Actor,
  def: RecordDef,
  rows: readonly Row[],
  now: Date,
): Promise<Set<string>> {
  const today = shanghaiDate(now)
  const ids = rows.filter((r) => shanghaiDate(new Date(r.recordedAt)) === today).map((r) => r.id)
  if (ids.length === 0) return new Set()
  const { rows: own } = await sql<{ id: string }>`select id from ${sql.table(tableOf(def.name))}
    where id = any(${ids}::uuid[]) and created_by = ${actor.id} and updated_by = ${actor.id}
      and proof < 3`.execute(tx)
  return new Set(own.map((r) => r.id))
}

export const asksOf = (row: Row, held: readonly Change[]): Ask[] =>
  held.map(({ field, label, before, after }) => ({ row, what: 'change', field, label, before, after }))

function dueOf(s: Services, area: string | null, today: string) {
  try {
    const period = s.policies().period(WISH_DAYS, area, today)
    return { due: addPeriod(today, period), calendar: period.calendar }
  } catch (e) {
    // a county without the number has no deadline; the wish waits all the same
    if (isProblem(e)) return { due: null, calendar: 'calendar' as const }
    throw e
  }
}

/** Days of wishes that were taken back within the period they had, for fields that still hold what they held then. */
async function takenBack(
  s: Services,
  tx: Db,
  actor: Actor,
  asks: readonly Ask[],
  today: string,
): Promise<Map<string, string>> {
  const ids = [...new Set(asks.map((a) => a.row.id))]
  const { rows } = await sql<{ record: string; field: string; before: Json; due: string; settled: string }>`
    select distinct on (record_id, field) record_id as record, field, before, due_on as due,
      to_char(settled_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as settled
    from wish where record_id = any(${ids}::uuid[]) and asked_kind = ${actor.kind} and state = 'withdrawn'
    order by record_id, field, settled_at desc`.execute(tx)
  return new Map(
    rows.flatMap((r) => {
      const ask = asks.find((a) => a.row.id === r.record && a.field === r.field)
      if (!ask || !r.due || canonicalJson(ask.before ?? null) !== canonicalJson(r.before ?? null)) return []
      const until = dueOf(s, ask.row.area, r.settled).due
      return until !== null && today <= until ? [[`${r.record} ${r.field}`, r.due] as const] : []
    }),
  )
}

/**
 * Adds the wishes to a write, with their deadlines. The records are locked by the caller, so that nobody asks for
 * the same field at once: a second wish takes the place of the first and keeps its day, as long as that waits; or who
 * asks again and again would never be answered late. So it is where the first was taken back a moment ago.
 */
export async function askParts(
  s: Services,
  tx: Db,
  batch: Batch,
  actor: Actor,
  asks: readonly Ask[],
  meta: Pick<WriteMeta, 'reason' | 'batch'> & { papers?: readonly NamedFile[] },
  register: string,
  now: Date,
): Promise<Waiting[]> {
  if (asks.length === 0) return []
  const today = shanghaiDate(now)
  const ids = [...new Set(asks.map((a) => a.row.id))]
  const { rows } = await sql<{
    id: string
    version: number
    record: string
    field: string
    due: string | null
  }>`select id, version,
      record_id as record, field, due_on as due from wish
    where record_id = any(${ids}::uuid[]) and state = 'waiting' and asked_kind = ${actor.kind}`.execute(tx)
  const known = new Map(rows.map((r) => [`${r.record} ${r.field}`, r]))
  const taken = await takenBack(s, tx, actor, asks, today)
  const documents = asks.map((a) => {
    const before = known.get(`${a.row.id} ${a.field}`)
    const first = before?.due
    const kept = first ?? taken.get(`${a.row.id} ${a.field}`)
    const { due, calendar } = kept
      ? { due: kept, calendar: 'calendar' as const }
      : dueOf(s, a.row.area, today)
    return {
      id: before?.id ?? newId(),
      version: (before?.version ?? 0) + 1,
      again: before !== undefined,
      dated: Boolean(first),
      record_id: a.row.id,
      field: a.field,
      what: a.what,
      base_version: a.row.version,
      before: a.before,
      after: a.after,
      due_on: due,
      organisation: a.row.organisation,
      asked_kind: actor.kind,
      deadline: newId(),
      label: a.label,
      calendar,
      county: a.row.county,
      town: a.row.town,
    }
  })
  const papers = meta.papers ?? []
  const files = JSON.stringify(papers)
  const v = sql`jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) as v(id uuid, version int, again boolean,
    dated boolean, record_id uuid, field text, what text, base_version int, before jsonb, after jsonb, due_on date, organisation uuid,
    asked_kind text, deadline uuid, label text, calendar text, county text, town text)`
  batch.add(sql`insert into wish (id, version, register, record_id, field, what, base_version, before, after, reason,
      asked_by, asked_name, asked_kind, asked_at, due_on, batch, organisation, state, files)
    select v.id, v.version, ${register}, v.record_id, v.field, v.what, v.base_version, coalesce(v.before, 'null'),
      coalesce(v.after, 'null'), ${meta.reason ?? null}, ${actor.id}::uuid, ${actor.name}, v.asked_kind,
      ${now}::timestamptz, v.due_on, ${meta.batch ?? null}::uuid, v.organisation, 'waiting',
      ${files}::jsonb
    from ${v} where not v.again`)
  batch.add(sql`update wish w set version = v.version, what = v.what, base_version = v.base_version,
      before = coalesce(v.before, 'null'), after = coalesce(v.after, 'null'), reason = ${meta.reason ?? null},
      files = ${files}::jsonb, asked_by = ${actor.id}::uuid, asked_name = ${actor.name}, asked_at = ${now}::timestamptz,
      due_on = v.due_on, batch = ${meta.batch ?? null}::uuid, organisation = v.organisation
    from ${v} where v.again and w.id = v.id`)
  batch.add(sql`insert into deadline (id, register, record_id, kind, label, anchor_on, due_on, calendar, state,
      organisation, county, town)
    select v.deadline, ${register}, v.record_id, ${kindSql}, '核实企业改动：' || v.label, ${today}::date, v.due_on,
      v.calendar, 'running', v.organisation, v.county, v.town
    from ${v} where not v.dated and v.due_on is not null
    on conflict (record_id, kind, anchor_on) do update set due_on = excluded.due_on, calendar = excluded.calendar,
      state = 'running', closed_on = null`)
  // who may read the record may open what is to prove the wish before it is written
  if (papers.length)
    batch.add(sql`insert into file_ref (file_id, register, record_id)
      select f, ${register}, r from unnest(${papers.map((f) => f.id)}::text[]) f, unnest(${ids}::uuid[]) r
      on conflict do nothing`)
  return documents.map(({ id, version, what, field, label, before, after, due_on }) => ({
    id,
    version,
    what,
    field,
    label,
    before,
    after,
    due: due_on,
  }))
}

/** What the actor's side waits for in some fields of a record. */
export async function askedFor(
  tx: Db,
  record: string,
  fields: readonly string[],
  actor: Actor,
): Promise<{ id: string; field: string; before: Json; after: Json }[]> {
  const { rows } = await sql<{
    id: string
    field: string
    before: Json
    after: Json
  }>`select id, field, before, after
    from wish where record_id = ${record} and state = 'waiting' and field = any(${fields}::text[])
      and asked_kind = ${actor.kind}`.execute(tx)
  return rows
}

export type Outcome = 'confirmed' | 'refused' | 'withdrawn' | 'void'

/** Adds the end of wishes to a write, and of their deadlines. @param which predicate over `wish w` */
export function settlePart(
  batch: Batch,
  actor: Actor,
  which: ReturnType<typeof sql>,
  state: Outcome,
  now: Date,
  answer?: string,
  byImport?: string,
): void {
  const on = shanghaiDate(now)
  const settled =
    batch.add(sql`update wish w set state = ${state}, version = w.version + 1, settled_by = ${actor.id},
      settled_name = ${actor.name}, settled_at = ${now}, answer = ${answer ?? null},
      settled_batch = ${byImport ?? null}::uuid
    where w.state = 'waiting' and ${which} returning w.record_id, w.field, w.asked_kind`)
  batch.add(sql`update deadline d set closed_on = ${on}::date,
      state = case when ${on}::date <= d.due_on then 'met' else 'met-late' end
    from ${settled} v where d.record_id = v.record_id and d.kind = ${kindSql} and d.state in ('running', 'late')`)
}

/**
 * What an officer writes himself settles what waited for the same value; another value leaves the wish waiting, and
 * shows as a contradiction.
 * @param how.except the wish that is being confirmed, which settles itself
 * @param how.byImport the import that wrote it
 */
export function settleWritten(
  batch: Batch,
  actor: Actor,
  def: RecordDef,
  written: readonly { id: string; changes: readonly Change[] }[],
  now: Date,
  { except, byImport }: { except?: string | undefined; byImport?: string | undefined } = {},
): void {
  const facts = written.flatMap(({ id, changes }) =>
    changes
      .filter((c) => waitsToCorrect(def) || def.fields[c.field]?.decides)
      .map((c) => ({ record_id: id, field: c.field, after: c.after })),
  )
  if (facts.length === 0) return
  const same = sql`exists (select 1 from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb)
      as x(record_id uuid, field text, after jsonb)
    where x.record_id = w.record_id and x.field = w.field and coalesce(x.after, 'null') = w.after)
    and w.id is distinct from ${except ?? null}::uuid`
  settlePart(batch, actor, same, 'confirmed', now, undefined, byImport)
}

/**
 * Opens again what an import had confirmed, when an officer takes it back: the row holds the former value, so the
 * wish waits for an officer as before, with the deadline it had. What has been asked anew since stays in its place.
 */
export function reopenPart(batch: Batch, byImport: string, ids: readonly string[]): void {
  const opened =
    batch.add(sql`update wish w set state = 'waiting', version = w.version + 1, settled_by = null,
      settled_name = null, settled_at = null, answer = null, settled_batch = null
    where w.settled_batch = ${byImport}::uuid and w.state = 'confirmed' and w.record_id = any(${ids}::uuid[])
      and not exists (select 1 from wish o where o.record_id = w.record_id and o.field = w.field
        and o.asked_kind = w.asked_kind and o.state = 'waiting')
    returning w.record_id, w.field, w.asked_kind, w.due_on`)
  // the sweep tells anew what is late
  batch.add(sql`update deadline d set closed_on = null, state = 'running'
    from ${opened} v where d.record_id = v.record_id and d.kind = ${kindSql} and d.state in ('met', 'met-late')
      and d.due_on = v.due_on`)
}

/** Records are archived or restored: who waited for it has it, and what waited on an archived record falls away. */
export function settleShelved(
  batch: Batch,
  actor: Actor,
  ids: readonly string[],
  what: 'archive' | 'restore',
  now: Date,
  except?: string,
): void {
  if (ids.length === 0) return
  const mine = sql`w.record_id = any(${ids}::uuid[]) and w.id is distinct from ${except ?? null}::uuid`
  settlePart(batch, actor, sql`${mine} and w.what = ${what}`, 'confirmed', now)
  settlePart(batch, actor, sql`${mine} and w.what <> ${what}`, 'void', now)
}

/** The sentence of an answer: 2 项改动待镇核实：粉尘涉爆、从业人员。 */
export function waitingSentence(row: Pick<Row, 'town'>, waiting: readonly Waiting[]): string {
  const who = row.town ? '乡镇' : '县局'
  const names = waiting.map((w) => w.label).join('、')
  return `${waiting.length} 项改动待${who}核实：${names}。核实前仍按原来的内容计入。`
}

/** A record has moved to another organisation: what waits on it goes along. */
export async function moveWishes(tx: Db, recordId: string, organisation: string | null): Promise<void> {
  await sql`update wish set organisation = ${organisation} where record_id = ${recordId}`.execute(tx)
}
