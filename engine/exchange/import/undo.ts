import { confirms } from '../../access/proves.ts'
import { reaches } from '../../access/scope.ts'
import { supervises } from '../../cases/guard.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { Json } from '../../core/condition/ast.ts'
import { mayWait } from '../../core/deciding.ts'
import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import { columnOf, parentField, tableOf } from '../../core/naming.ts'
import { voidClocks } from '../../deadlines/shelve.ts'
import type { Over } from '../../store/background.ts'
import { Batch } from '../../store/batch.ts'
import {
  afterWrites,
  type BulkChange,
  journalWrites,
  lockRows,
  rowsById,
  updateRows,
} from '../../store/bulk.ts'
import { type Db, sql } from '../../store/db.ts'
import { scopeOf } from '../../store/rows.ts'
import type { Row } from '../../store/types.ts'
import {
  type Ask,
  askParts,
  asksOf,
  becomes,
  reopenPart,
  rowLabels,
  settlePart,
  settleShelved,
  settleWritten,
  slipsOfToday,
} from '../../store/wish/ask.ts'
import { wishesOfBatch } from '../../store/wish/read.ts'
import { changesBetween } from '../../store/write.ts'
import { archiveBeside, madeBeside } from './derive.ts'
import { unlearn } from './memory.ts'
import { saveSession } from './rows.ts'
import type { ImportServices, ImportSession, SessionRow } from './types.ts'

const CHUNK = 1000
const MOST_KEPT = 500

type Kept = NonNullable<ImportSession['undone']>['kept'][number]

/** One record that the import wrote, by one row or several. */
interface Written {
  id: string
  /** version the import left it in */
  version: number
  /** version of the first change, for the state before it */
  first: number
  made: boolean
  lines: number[]
}

/**
 * Takes an import back: what it made is archived, what it changed gets its former values from the journal. Records
 * changed since are left as they are and named with the reason.
 */
export async function undoRows(s: ImportServices, session: SessionRow, over: Over): Promise<void> {
  const def = s.catalogue.record(session.register)
  const kept: Kept[] = []
  let after = '00000000-0000-0000-0000-000000000000'
  let done = 0
  for (;;) {
    const records = await writtenRecords(s.db, session.id, after)
    if (records.length === 0) break
    after = records.at(-1)!.id
    kept.push(...(await undoChunk(s, session, def, records)))
    done += records.length
    await saveSession(s.db, session.id, { done }, s.clock.now())
    await new Promise((r) => setImmediate(r))
    if (await over()) return
  }
  const { rows } = await sql<{ created: number; updated: number }>`select
      (count(*) filter (where state = 'create'))::int as created,
      (count(*) filter (where state = 'update'))::int as updated
    from import_row where session_id = ${session.id} and undone`.execute(s.db)
  const { created, updated } = rows[0] ?? { created: 0, updated: 0 }
  const undone = { rows: created + updated, created, updated, kept: kept.slice(0, MOST_KEPT) }
  await unlearn(s.db, session.id)
  await saveSession(s.db, session.id, { state: 'undone', done, undone }, s.clock.now())
}

async function writtenRecords(db: Db, session: string, after: string): Promise<Written[]> {
  const { rows } =
    await sql<Written>`select record_id as id, max(record_version) as version, min(record_version) as first,
      bool_or(state = 'create') as made, array_agg(line order by line) as lines
    from import_row where session_id = ${session} and done and not undone and state in ('create', 'update')
      and record_id > ${after}::uuid group by record_id order by record_id limit ${CHUNK}`.execute(db)
  return rows
}

async function undoChunk(
  s: ImportServices,
  session: SessionRow,
  def: RecordDef,
  records: readonly Written[],
): Promise<Kept[]> {
  try {
    return await s.db.transaction().execute((tx) => undo(s, tx as Db, session, def, records))
  } catch (e) {
    if (!(e instanceof Problem)) throw e
    if (records.length === 1) return [keptOf(def, records[0]!, undefined, e.message)]
    const half = records.length >> 1
    return [
      ...(await undoChunk(s, session, def, records.slice(0, half))),
      ...(await undoChunk(s, session, def, records.slice(half))),
    ]
  }
}

const keptOf = (def: RecordDef, w: Written, row: Row | undefined, reason: string): Kept => ({
  line: w.lines[0]!,
  id: w.id,
  title: String(row?.[def.title] ?? ''),
  reason,
})

async function undo(
  s: ImportServices,
  tx: Db,
  session: SessionRow,
  def: RecordDef,
  records: readonly Written[],
): Promise<Kept[]> {
  const now = s.clock.now()
  const ids = records.map((r) => r.id)
  const rows = new Map((await lockRows(s, tx, def, ids)).map((r) => [r.id, r]))
  const children = await withChildren(s, tx, session, def, ids)
  const made = new Set(records.flatMap((r) => (r.made ? [r.id] : [])))
  const beside = await madeBeside(s, tx, session, def, ids, made)
  const former = await formerValues(
    tx,
    session.id,
    records.flatMap((r) => (r.made ? [] : [r.id])),
  )
  const proofs = await formerProofs(tx, def, records)
  const write = scopeOf(s, session.actor, def, 'write')
  const wishes = await wishesOfBatch(tx, session.id, ids)
  const today = shanghaiDate(now)
  const counts = def.kind === 'register' && def.counts === true
  const settles = (row: Row) => !mayWait(def) || confirms(session.actor, def, row, today)
  const slips = counts ? await slipsOfToday(tx, session.actor, def, [...rows.values()], now) : new Set()
  const kept: Kept[] = []
  const asks: Ask[] = []
  const back: { row: Row; lines: number[] }[] = []
  const changes: { before: Row; change: BulkChange; lines: number[] }[] = []
  for (const w of records) {
    const before = rows.get(w.id)
    const values = former.get(w.id) ?? (beside.has(w.id) ? {} : undefined)
    const refuse = (reason: string) => kept.push(keptOf(def, w, before, reason))
    if (!before) refuse('记录已不在')
    else if (wishes.get(w.id)?.confirmed) refuse('其中的改动已经监管人员核实，请联系其监管单位')
    else if (!w.made && !values && wishes.has(w.id)) back.push({ row: before, lines: w.lines })
    else if (before.version !== w.version) refuse(`导入后又被修改（现为第 ${before.version} 版），请人工核对`)
    else if (beside.get(w.id)?.some((b) => b.changed)) refuse('按本表登记的状态等记录又被修改，请人工核对')
    // what one brought in oneself can be taken back, sealed or not
    else if (!reaches(write, { ...before, sealed: false }))
      refuse('已不在您的职责范围内，请联系其监管单位或县局')
    else if (w.made && def.kind === 'loop' && !supervises(session.actor, def, before, shanghaiDate(now)))
      refuse('登记的事项不能由企业移除，请联系监管单位')
    else if (w.made && children.has(w.id)) refuse(`名下已有${children.get(w.id)}，请先处理它们`)
    else if (w.made && counts && !settles(before) && !slips.has(w.id)) {
      asks.push({
        row: before,
        what: 'archive',
        field: '',
        label: rowLabels.archive,
        before: null,
        after: null,
      })
      refuse(`移除须经${before.town ? '乡镇' : '县局'}核实，已提出申请`)
    } else if (w.made)
      changes.push({ before, change: { values: {}, proof: before.proof, archived: true }, lines: w.lines })
    else if (!values) refuse('原来的内容已按规定清除，无法恢复')
    else {
      const known = Object.fromEntries(Object.entries(values).filter(([f]) => def.fields[f])) as Record<
        string,
        Json
      >
      const was = changesBetween(def, before, { ...before, ...known })
      // a ledger of before facts had to be confirmed: what decides goes back only by an officer
      const part = becomes(session.actor, def, before, known, was, today)
      asks.push(...asksOf(before, part.held))
      changes.push({
        before,
        change: { values: part.values, proof: proofs.get(w.id) ?? before.proof },
        lines: w.lines,
      })
    }
  }
  const asMade = changes.flatMap((c) => beside.get(c.before.id) ?? [])
  if (asMade.length) {
    await archiveBeside(s, tx, session, asMade, now)
    const set = changes.flatMap((c) => (c.change.archived ? [] : [c.before.id]))
    const fresh = new Map((await rowsById(s.catalogue, tx, def, set)).map((r) => [r.id, r]))
    for (const c of changes) c.before = fresh.get(c.before.id) ?? c.before
  }
  const part = (archived: boolean) => changes.filter((c) => Boolean(c.change.archived) === archived)
  const done = [
    ...(await updateRows(s, tx, session.actor, def, part(true), now)),
    ...(await updateRows(s, tx, session.actor, def, part(false), now)),
  ]
  const byId = new Map(done.map((r) => [r.id, r]))
  const after = changes.map((c) => byId.get(c.before.id) ?? c.before)
  await journalWrites(
    tx,
    session.actor,
    def,
    'undo',
    changes.map(({ before, change }, i) => ({
      row: after[i]!,
      changes: change.archived ? [] : changesBetween(def, before, after[i]!),
      reason: `撤销导入“${session.name}”`,
    })),
    { batch: session.id },
    now,
  )
  if (def.kind === 'loop')
    await voidClocks(
      tx,
      changes.filter((c) => c.change.archived).map((c) => c.before.id),
      now,
    )
  await afterWrites(s, tx, def, after, now, session.actor)
  await endWishes(s, tx, session, def, wishes, asks, now)
  const pairs = changes.map(({ before, change }, i) => ({ before, change, after: after[i]! }))
  await settleUndone(tx, session, def, pairs, settles, now)
  await journalWrites(
    tx,
    session.actor,
    def,
    'wish-withdraw',
    back.map(({ row }) => ({ row, changes: [], reason: `撤销导入“${session.name}”` })),
    { batch: session.id },
    now,
  )
  const lines = [...changes, ...back].flatMap((c) => c.lines)
  await sql`update import_row set undone = true where session_id = ${session.id} and line = any(${lines}::int[])`.execute(
    tx,
  )
  return kept
}

/** What the import asked for and still waits is taken back; rows it made that count wait to be taken out. */
async function endWishes(
  s: ImportServices,
  tx: Db,
  session: SessionRow,
  def: RecordDef,
  wishes: ReadonlyMap<string, unknown>,
  asks: readonly Ask[],
  now: Date,
): Promise<void> {
  const parts = new Batch()
  if (wishes.size)
    settlePart(
      parts,
      session.actor,
      sql`w.batch = ${session.id} and w.what = 'change' and w.record_id = any(${[...wishes.keys()]}::uuid[])`,
      'withdrawn',
      now,
    )
  const meta = { batch: session.id, reason: `撤销导入“${session.name}”` }
  await askParts(s, tx, parts, session.actor, asks, meta, def.name, now)
  await parts.run(tx)
  const waits = asks.map(({ row, field, label, before, after }) => ({
    row,
    changes: [{ field, label, before, after }],
    reason: meta.reason,
  }))
  await journalWrites(tx, session.actor, def, 'wish', waits, { batch: session.id }, now)
}

/**
 * Taking back writes as the door does, so it settles as the door does: what waited on an archived row falls away,
 * what waited for the restored value has it. A wish that this import confirmed waits again: its value counts no more.
 */
async function settleUndone(
  tx: Db,
  session: SessionRow,
  def: RecordDef,
  pairs: readonly { before: Row; change: BulkChange; after: Row }[],
  settles: (row: Row) => boolean,
  now: Date,
): Promise<void> {
  if (!mayWait(def)) return
  const parts = new Batch()
  const archived = pairs.filter((p) => p.change.archived).map((p) => p.before.id)
  const restored = pairs.filter((p) => !p.change.archived && settles(p.before))
  settleShelved(parts, session.actor, archived, 'archive', now)
  const written = restored.map(({ before, after }) => ({
    id: before.id,
    changes: changesBetween(def, before, after),
  }))
  settleWritten(parts, session.actor, def, written, now)
  reopenPart(
    parts,
    session.id,
    restored.map((p) => p.before.id),
  )
  await parts.run(tx)
}

/** Records with live records below them that the import did not make itself, and what these are. */
async function withChildren(
  s: ImportServices,
  tx: Db,
  session: SessionRow,
  def: RecordDef,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const out = new Map<string, string>()
  for (const child of s.catalogue.children(def.name)) {
    const column = sql.ref(columnOf(parentField(def.name)))
    const { rows } = await sql<{
      id: string
    }>`select distinct ${column} as id from ${sql.table(tableOf(child.name))}
      where ${column} = any(${ids}::uuid[]) and archived_at is null and batch is distinct from ${session.id}`.execute(
      tx,
    )
    for (const { id } of rows) out.set(id, [out.get(id), child.label].filter(Boolean).join('、'))
  }
  return out
}

/**
 * Values before the import, from its journal entries; of several entries the oldest counts. Undefined where
 * personal content has been erased since.
 */
async function formerValues(
  tx: Db,
  batch: string,
  ids: readonly string[],
): Promise<Map<string, Record<string, Json> | undefined>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{
    id: number
    record: string
    changes: { field: string; before?: Json; personal?: boolean }[]
  }>`select id, record_id as record, changes from journal
    where batch = ${batch} and what = 'import' and record_id = any(${ids}::uuid[]) order by journal.id desc`.execute(
    tx,
  )
  const secrets = await sql<{
    id: number
    field: string
    before: Json
  }>`select journal_id as id, field, before
    from journal_personal where journal_id = any(${rows.map((r) => r.id)}::bigint[])`.execute(tx)
  const secret = new Map(secrets.rows.map((r) => [`${r.id} ${r.field}`, r.before]))
  const out = new Map<string, Record<string, Json> | undefined>()
  for (const { id, record, changes } of rows) {
    const values = out.has(record) ? out.get(record) : {}
    if (!values) continue
    for (const c of changes) {
      const before = c.personal ? secret.get(`${id} ${c.field}`) : (c.before ?? null)
      if (before === undefined) out.set(record, undefined)
      else values[c.field] = before
    }
    if (!out.has(record)) out.set(record, values)
  }
  return out
}

/** Proof before the first change, from the kept past. */
async function formerProofs(
  tx: Db,
  def: RecordDef,
  records: readonly Written[],
): Promise<Map<string, number>> {
  const changed = records.filter((w) => !w.made).map((w) => ({ id: w.id, version: w.first - 1 }))
  if (changed.length === 0) return new Map()
  const { rows } = await sql<{
    id: string
    proof: number
  }>`select h.id, h.proof from ${sql.table(`history.${tableOf(def.name)}`)} h
    join jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as v(id uuid, version int)
      on h.id = v.id and h.version = v.version`.execute(tx)
  return new Map(rows.map((r) => [r.id, r.proof]))
}
