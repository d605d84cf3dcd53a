import type { Actor } from '../access/actor.ts'
import { confirms, proves } from '../access/proves.ts'
import type { ScopeRow } from '../access/scope.ts'
import { editComplaints, requireShelve } from '../cases/guard.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import { mayWait } from '../core/deciding.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import { resumeClocks, voidClocks } from '../deadlines/shelve.ts'
import { journalPart, titleOf } from '../journal/write.ts'
import type { Batch } from './batch.ts'
import { mendingOf, papersIn, requireGrounds } from './correct.ts'
import { type Db, sql } from './db.ts'
import { raiseAttempts, readInput, refuseInput } from './input.ts'
import type { Done } from './once.ts'
import { proofAfter } from './proof.ts'
import { checkVersion, lockRow } from './rows.ts'
import type { Services } from './services.ts'
import type { Row, WriteMeta } from './types.ts'
import {
  type Ask,
  askedFor,
  askParts,
  asksOf,
  becomes,
  rowLabels,
  settlePart,
  settleShelved,
  settleWritten,
  slipsOfToday,
} from './wish/ask.ts'
import {
  changesBetween,
  raiseComplaints,
  requireReach,
  scopeOfChange,
  tracePart,
  updateRow,
} from './write.ts'

/** One write as it is being prepared: within its transaction, its parts not yet sent. */
export interface Writing {
  s: Services
  tx: Db
  batch: Batch
  actor: Actor
  def: RecordDef
  meta: WriteMeta
  now: Date
}

/**
 * Changes a record. What decides a duty counts with the value an officer confirmed last: of anybody else's change
 * these fields wait as wishes, the rest is written at once.
 * @param wish the wish that an officer confirms by this very change
 */
export async function changeRecord(
  w: Writing,
  id: string,
  values: Record<string, unknown>,
  version: number,
  wish?: string,
): Promise<Done> {
  const { s, tx, batch, actor, def, meta, now } = w
  const today = shanghaiDate(now)
  const before = await lockRow(s, tx, actor, def, id, 'write')
  checkVersion(def, before, version)
  if (before.archivedAt)
    throw new Problem('conflict', `这条${def.label}已移除，请先恢复再修改。`, { current: before })
  if (def.kind === 'loop') checkCaseEdit(actor, def, before, values, today)
  const read = readInput(s, actor, def, { values, before, now })
  await refuseInput(s, tx, actor, def, read, { meta, now, before })
  const area = scopeOfChange(def, before, { ...before, ...read.values }, actor).area
  if (def.scope && before.area !== null && area === null)
    raiseComplaints(def, [{ path: def.scope.area, message: '请选择所在地。' }])
  const asked = changesBetween(def, before, { ...before, ...read.values })
  const mending = (asked.length && (await mendingOf(s, tx, actor, def, [before], now)).get(id)) || 'own'
  requireGrounds(def, mending, meta.reason, { ...before, ...read.values }, before)
  const becoming = becomes(actor, def, before, read.values, asked, today, mending)
  const { settles, held, written, values: kept } = becoming
  const row =
    written.length || (meta.reason && held.length === 0)
      ? await write(
          w,
          before,
          kept,
          written.map((c) => c.field),
        )
      : before
  if (row !== before)
    tracePart(batch, actor, def, row, mending === 'correction' ? 'correct' : 'update', written, meta, now)
  if (settles) {
    if (mayWait(def)) settleWritten(batch, actor, def, [{ id, changes: written }], now, { except: wish })
    return { row, warnings: read.warnings }
  }
  if (Object.keys(values).length === 1) await takeBack(w, before, read.values)
  return {
    row,
    warnings: read.warnings,
    waiting: await ask(w, asksOf(row, held), mending === 'asked' ? { ...before, ...read.values } : undefined),
  }
}

async function write(w: Writing, before: Row, values: Record<string, Json>, changed: string[]) {
  const { s, tx, actor, def, now } = w
  const word = proves(actor, def, before as ScopeRow, shanghaiDate(now))
  const proof = proofAfter(word, def, before, { ...before, ...values }, changed)
  const row = await updateRow(s, tx, actor, def, before, { values, proof }, now)
  requireReach(s, actor, def, row)
  return row
}

/** Adds wishes and their entry in the journal. @param shown what the record would say: its papers go with the wish */
export async function ask(w: Writing, asks: readonly Ask[], shown?: Record<string, unknown>) {
  const { s, tx, batch, actor, def, meta, now } = w
  const waiting = await askParts(
    s,
    tx,
    batch,
    actor,
    asks,
    { ...meta, papers: papersIn(def, shown) },
    def.name,
    now,
  )
  const row = asks[0]?.row
  if (row) noteWish(w, row, 'wish', asks, meta.reason)
  return waiting
}

/** The journal entry of what was asked, taken back or refused: what counts has not changed. */
export function noteWish(
  { batch, actor, def, meta, now }: Writing,
  row: Row,
  what: 'wish' | 'wish-withdraw' | 'wish-refuse',
  asks: readonly Pick<Ask, 'field' | 'label' | 'before' | 'after'>[],
  reason: string | undefined,
): void {
  journalPart(batch, {
    actor,
    now,
    register: def.name,
    recordId: row.id,
    title: titleOf(def, row),
    what,
    changes: asks.map(({ field, label, before, after }) => ({ field, label, before, after })),
    reason,
    area: row.area,
    organisation: row.organisation,
    idempotencyKey: meta.idempotencyKey,
    batch: meta.batch,
  })
}

/**
 * Who sends the value that counts, of one field and nothing beside it, asks for it no more: what he asked before is
 * taken back. Beside other fields it is an echo (a client may send back what it was given) and takes back nothing.
 */
async function takeBack(w: Writing, before: Row, values: Record<string, unknown>): Promise<void> {
  const { tx, batch, actor, def, now } = w
  const [field] = Object.keys(values)
  if (!field || !def.fields[field]?.decides) return
  if (changesBetween(def, before, { ...before, ...values }).length) return
  const asked = await askedFor(tx, before.id, [field], actor)
  if (asked.length === 0) return
  const ids = asked.map((a) => a.id)
  settlePart(batch, actor, sql`w.id = any(${ids}::uuid[])`, 'withdrawn', now)
  const label = (n: string) => def.fields[n]?.label ?? n
  noteWish(
    w,
    before,
    'wish-withdraw',
    asked.map((a) => ({ ...a, label: label(a.field) })),
    w.meta.reason,
  )
}

/** Archives or restores a record; where its rows are what figures count, somebody else than an officer asks for it. */
export async function shelveRecord(
  w: Writing,
  id: string,
  version: number,
  archived: boolean,
  wish?: string,
): Promise<Done> {
  const { s, tx, batch, actor, def, meta, now } = w
  const today = shanghaiDate(now)
  const what = archived ? 'archive' : 'restore'
  const before = await lockRow(s, tx, actor, def, id, 'write')
  checkVersion(def, before, version)
  if (Boolean(before.archivedAt) === archived)
    throw new Problem('conflict', archived ? '这条记录已经移除。' : '这条记录没有被移除。', {
      current: before,
    })
  requireShelve(actor, def, before, archived, meta, today)
  if (archived) await refuseWithChildren(s, tx, def, id)
  const counts = def.kind === 'register' && def.counts === true
  const settles = confirms(actor, def, before as ScopeRow, today)
  const mending = (await mendingOf(s, tx, actor, def, [before], now)).get(id) ?? 'own'
  // to take a paper out and enter it anew would be a correction that nobody sees
  if (mending === 'asked') requireGrounds(def, mending, meta.reason, before, before)
  const slip = counts && archived && !settles && (await slipsOfToday(tx, actor, def, [before], now)).size > 0
  if (!settles && (mending === 'asked' || (counts && !slip))) {
    const asked: Ask = { row: before, what, field: '', label: rowLabels[what], before: null, after: null }
    return {
      row: before,
      warnings: [],
      waiting: await ask(w, [asked], mending === 'asked' ? before : undefined),
    }
  }
  const change = { values: {}, proof: before.proof, archived }
  const row = await updateRow(s, tx, actor, def, before, change, now)
  if (def.kind === 'loop') await (archived ? voidClocks : resumeClocks)(tx, [id], now)
  tracePart(batch, actor, def, row, what, [], meta, now)
  if (mayWait(def)) settleShelved(batch, actor, [id], what, now, wish)
  return { row, warnings: [] }
}

/** A record that others belong to stays: removing it would hide them. */
async function refuseWithChildren(s: Services, tx: Db, def: RecordDef, id: string): Promise<void> {
  for (const child of s.catalogue.children(def.name)) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(tableOf(child.name))}
      where ${sql.ref(`${tableOf(def.name)}_id`)} = ${id} and archived_at is null`.execute(tx)
    const n = Number(rows[0]?.n ?? 0)
    if (n)
      throw new Problem(
        'conflict',
        `这条${def.label}名下还有 ${n} 条${child.label}，请先处理它们；停产、关停请改“状态”。`,
        { register: child.name, count: n },
      )
  }
}

/** A case is moved by actions; by hand only what no action writes may be corrected, and only while it is open. */
function checkCaseEdit(
  actor: Actor,
  def: RecordDef,
  before: Row,
  values: Record<string, unknown>,
  today: string,
): void {
  if (def.kind !== 'loop') return
  if (def.states[before.state ?? '']?.end)
    throw new Problem('action-not-possible', `这条${def.label}已办结，不能再修改。`, {
      state: before.state,
      current: before,
    })
  raiseAttempts(def, editComplaints(actor, def, before, values, today))
}
