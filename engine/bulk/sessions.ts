import type { Actor } from '../access/actor.ts'
import { reaches } from '../access/scope.ts'
import { type Doing, doingLabel, isShared, whyAlone, whyNotUndone } from '../core/bulk.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Fields, RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { rowsById } from '../store/bulk.ts'
import { type Db, sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import { maskRows } from '../store/mask.ts'
import { scopeOf } from '../store/rows.ts'
import type { Services } from '../store/services.ts'
import type { ListQuery } from '../store/types.ts'
import { readValues } from '../store/values.ts'
import { raiseComplaints } from '../store/write.ts'
import { countItems, itemsIn, loadBulk, noItems, reasonsOf, saveState } from './rows.ts'
import { work } from './stages.ts'
import type { BulkRow, BulkRowState, BulkRowView, BulkState, BulkView } from './types.ts'

/** Rows of one batch: what a person can still answer for, and done within a minute or so. */
export const MOST_ROWS = 2000
const PAGE = 500

/** Which rows: those that were chosen, or all that a list shows under its filter. */
export type Chosen = { rows: readonly string[] } | { filter: ListQuery }

/**
 * Begins a batch: keeps which rows and what is to be done with them, and has each looked at in the background.
 * Nothing is written before `runBulk`.
 * @param tx transaction of the idempotency key; the caller begins the work when it stands
 * @throws Problem for what is done one by one only, wrong values, no rows or too many
 */
export async function startBulk(
  s: Services,
  tx: Db,
  actor: Actor,
  register: string,
  doing: Doing,
  chosen: Chosen,
): Promise<string> {
  const def = s.catalogue.record(register)
  refuseDoing(s, def, doing)
  const ids = 'rows' in chosen ? [...new Set(chosen.rows)] : await idsOf(s, actor, def, chosen.filter)
  if (ids.length === 0) throw new Problem('bad-input', '没有选中的记录，请先选择。')
  if (ids.length > MOST_ROWS)
    throw new Problem(
      'too-large',
      `一次最多办理 ${MOST_ROWS} 条。请先用筛选缩小范围，例如按乡镇分几次办理。`,
      { most: MOST_ROWS },
    )
  const id = newId()
  const now = s.clock.now()
  await sql`insert into bulk (id, register, doing, label, state, actor_id, actor, total, created_at, updated_at)
    values (${id}, ${register}, ${JSON.stringify(doing)}, ${doingLabel(def, doing)}, 'checking', ${actor.id},
      ${JSON.stringify(actor)}, ${ids.length}, ${now}, ${now})`.execute(tx)
  await sql`insert into bulk_row (bulk_id, n, record_id, state)
    select ${id}, v.n, v.id, 'new' from unnest(${ids}::uuid[]) with ordinality as v(id, n)`.execute(tx)
  return id
}

/** Every row of a list, in its order, one more than may be done at once. */
async function idsOf(s: Services, actor: Actor, def: RecordDef, filter: ListQuery): Promise<string[]> {
  const door = openDoor(s, actor)
  const ids: string[] = []
  for (let after: string | null | undefined; after !== null && ids.length <= MOST_ROWS; ) {
    const page = await door.list(def.name, { ...filter, limit: PAGE, ...(after && { after }) })
    ids.push(...page.rows.map((r) => r.id))
    after = page.next
  }
  return ids
}

/** What no row could take: a thing done one by one, an unknown field, a form with something missing. */
function refuseDoing(s: Services, def: RecordDef, doing: Doing): void {
  const values = (label: string, fields: Fields, input: Record<string, unknown>, prefix: string) => {
    const today = shanghaiDate(s.clock.now())
    raiseComplaints({ label }, readValues(s.catalogue, fields, input, { prefix, today }).complaints)
  }
  if (doing.do === 'act') {
    const action = def.kind === 'loop' ? def.actions[doing.action ?? ''] : undefined
    if (def.kind !== 'loop' || !action)
      throw new Problem('not-found', `${def.label}没有“${doing.action}”这个办理动作。`)
    const why = whyAlone(def, doing.action ?? '')
    if (why) throw new Problem('action-not-possible', why)
    values(action.label, action.form ?? {}, doing.form ?? {}, 'form.')
  }
  if (doing.do === 'set') {
    const name = doing.field ?? ''
    const f = def.fields[name]
    if (!f || !isShared(def, name, f))
      throw new Problem(
        'bad-input',
        `${def.label}的“${f?.label ?? name}”各条不同，不能整批改成一样，请逐条修改。`,
      )
    // emptying a fact of many records is no work of a list
    values(`批量修改“${f.label}”`, { [name]: { ...f, required: true } }, { [name]: doing.value }, '')
  }
  if ((doing.do === 'archive' || doing.do === 'verify') && !doing.reason?.trim()) {
    const message = doing.do === 'archive' ? '请写明归档理由。' : '请写明怎样核实的。'
    throw new Problem('bad-input', message, { complaints: [{ path: 'reason', message }] })
  }
}

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

/** One's own batch. @throws Problem `not-found` */
async function ownBulk(db: Db, actor: Actor, id: string): Promise<BulkRow> {
  const bulk = isUuid(id) ? await loadBulk(db, id) : undefined
  if (bulk?.actor_id !== actor.id)
    throw new Problem('not-found', '没有找到这次批量办理，请从“导入与批量”重新进入。', { id })
  return bulk
}

export async function getBulk(s: Services, actor: Actor, id: string): Promise<BulkView> {
  const bulk = await ownBulk(s.db, actor, id)
  return present(s, bulk, await countItems(s.db, id), await reasonsOf(s.db, id))
}

/** One's own batches that have been done, newest first. */
export async function listBulk(s: Services, actor: Actor): Promise<BulkView[]> {
  const { rows } = await sql<BulkRow & { counts: Partial<Record<BulkRowState, number>> | null }>`select b.*,
      (select jsonb_object_agg(c.state, c.n) from (select state, count(*)::int as n from bulk_row r
        where r.bulk_id = b.id group by state) c) as counts
    from bulk b where actor_id = ${actor.id} and state not in ('checking', 'preview')
    order by created_at desc limit 30`.execute(s.db)
  return rows.map((b) => present(s, b, { ...noItems(), ...b.counts }, []))
}

function present(
  s: Services,
  b: BulkRow,
  counts: Record<BulkRowState, number>,
  reasons: BulkView['reasons'],
): BulkView {
  const def = s.catalogue.findRecord(b.register)
  const never = def ? (whyNotUndone(def, b.doing) ?? null) : '这个台账已不在。'
  const written = counts.done + counts.asked
  const taken = counts.undone + counts.kept
  const stages: Partial<Record<BulkState, [number, number]>> = {
    checking: [b.total - counts.new, b.total],
    undoing: [taken, taken + written],
  }
  const ran = written + counts.failed
  const [done, total] = stages[b.state] ?? [ran + taken, ran + taken + counts.can]
  return {
    id: b.id,
    register: b.register,
    registerLabel: def?.label ?? b.register,
    doing: b.doing,
    label: b.label,
    state: b.state,
    at: b.created_at,
    by: b.actor.name,
    total: b.total,
    counts,
    progress: { done, total },
    reasons,
    undo: { possible: !never && written > 0 && (b.state === 'done' || b.state === 'failed'), never },
    message: b.state === 'failed' ? b.failure : null,
  }
}

/** Rows of a batch with what becomes or became of them. */
export async function bulkRows(
  s: Services,
  actor: Actor,
  id: string,
  query: { state?: BulkRowState | undefined; after?: number | undefined; limit?: number | undefined },
): Promise<{ rows: BulkRowView[]; next: number | null }> {
  const bulk = await ownBulk(s.db, actor, id)
  const def = s.catalogue.record(bulk.register)
  const limit = Math.min(Math.max(query.limit ?? 100, 1), 500)
  const items = await itemsIn(s.db, id, query.state ? [query.state] : undefined, limit + 1, query.after ?? 0)
  const more = items.length > limit
  if (more) items.pop()
  const reach = scopeOf(s, actor, def, 'read')
  const found = await rowsById(
    s.catalogue,
    s.db,
    def,
    items.map((i) => i.record),
  )
  const shown = maskRows(
    s,
    actor,
    def,
    found.filter((r) => reaches(reach, r)),
  )
  const titles = new Map(
    shown.map((r) => [
      r.id,
      [def.of && r[`${def.of}Title`], r[def.title]].filter((t) => typeof t === 'string').join(' · '),
    ]),
  )
  const rows = items.map(({ n, record, state, note }) => ({
    n,
    id: record,
    title: titles.get(record) ?? '',
    state,
    note,
  }))
  return { rows, next: more ? (rows.at(-1)?.n ?? null) : null }
}

/** Writes what can be written, in the background. Asked again while it runs or after it has, it changes nothing. */
export async function runBulk(s: Services, actor: Actor, id: string): Promise<void> {
  await move(s, actor, id, 'running', async ({ state }, counts) => {
    if (state === 'running' || state === 'done') return false
    if (state === 'checking') throw new Problem('conflict', '还在逐条核对，请稍候再办理。', { state })
    if (state !== 'preview' && state !== 'failed')
      throw new Problem('conflict', '这次批量办理已经结束，请重新选择。', { state })
    if (counts.can === 0) throw new Problem('bad-input', '没有可以办理的记录，请看各条的原因。', { counts })
    return true
  })
}

/** Takes back what can be, in the background; what has been changed since stays and is named. */
export async function undoBulk(s: Services, actor: Actor, id: string): Promise<void> {
  await move(s, actor, id, 'undoing', async (bulk, counts) => {
    const { state } = bulk
    if (state === 'undoing' || state === 'undone') return false
    const never = whyNotUndone(s.catalogue.record(bulk.register), bulk.doing)
    if (never) throw new Problem('action-not-possible', never)
    if (state === 'running') throw new Problem('conflict', '还在办理，请等它结束后再撤销。', { state })
    if (counts.done + counts.asked === 0)
      throw new Problem('conflict', '没有写入的内容，不需要撤销。', { state })
    return true
  })
}

async function move(
  s: Services,
  actor: Actor,
  id: string,
  to: BulkState,
  may: (bulk: BulkRow, counts: Record<BulkRowState, number>) => Promise<boolean>,
): Promise<void> {
  await s.db.transaction().execute(async (tx) => {
    await ownBulk(tx, actor, id)
    await sql`select 1 from bulk where id = ${id} for update`.execute(tx)
    const bulk = await ownBulk(tx, actor, id)
    if (!(await may(bulk, await countItems(tx, id)))) return
    // with the rights of now, not of when it was looked at
    await sql`update bulk set actor = ${JSON.stringify(actor)} where id = ${id}`.execute(tx)
    await saveState(tx, id, to, s.clock.now())
  })
  void work.begin(s, id)
}

/** Gives up a batch that has written nothing. */
export async function dropBulk(s: Services, actor: Actor, id: string): Promise<void> {
  const { state } = await ownBulk(s.db, actor, id)
  if (state !== 'preview' && state !== 'checking')
    throw new Problem('conflict', '这次批量办理已经开始，不能放弃；可以撤销。', { state })
  await sql`delete from bulk where id = ${id} and state in ('preview', 'checking')`.execute(s.db)
}

/** Looked at and never done: gone after a day. @returns how many */
export async function tidyBulk(db: Db, now: Date): Promise<number> {
  const { numAffectedRows } =
    await sql`delete from bulk where state = 'preview' and updated_at < ${now}::timestamptz - interval '1 day'`.execute(
      db,
    )
  return Number(numAffectedRows ?? 0)
}
