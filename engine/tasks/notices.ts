import type { Actor } from '../access/actor.ts'
import { requireKnownArea } from '../areas/areas.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { type Change, journal } from '../journal/write.ts'
import type { ParsedNotice } from '../notices/model.ts'
import type { NoticeDocument } from '../notices/reading/document.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { mayManage, requireManage, requireSeen, seenSql, seesNotice } from './access.ts'
import { severalDemands } from './demands.ts'
import { insertItem, readItems } from './item-rows.ts'
import { type ItemProposal, knownNames, proposalsFor, resolved } from './proposals.ts'
import type { Proposal } from './propose.ts'
import { findItem, findNotice, type Item, itemsOf, type Notice, noticesWhere } from './rows.ts'
import { requireVersion } from './taken.ts'
import { requireInForce, requireNew } from './voided.ts'

/** How far a notice is worked through. */
export type NoticeState = 'open' | 'done' | 'unreadable'

export interface NoticeHead extends Omit<Notice, 'text' | 'structure'> {
  state: NoticeState
  items: { open: number; accepted: number; dropped: number }
}

export interface ItemView extends Item {
  taskIds: string[]
  taskId?: string
  proposal?: ItemProposal
  /** what an open item asks for, as printed, where that is more than one thing: it is broken down one by one */
  demands?: string[]
}

export interface NoticeView {
  notice: NoticeHead
  text: string
  /** the text as printed: places of its paragraphs, tables and notes, and what was left out */
  document: Omit<NoticeDocument, 'text'>
  structure: Notice['structure']
  items: ItemView[]
}

/**
 * Takes in a notice that has been read: every assignable item becomes a row. A picture or garbage is kept as well,
 * marked unreadable with the reason.
 * @param input.parsed what `readNoticeApart` made of the text, before the transaction: reading takes its time
 * @param input.file id of the kept original, when it came as a file
 * @param input.document what the file looked like; without it the text is shown as it is
 */
export async function createNotice(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  input: {
    name: string
    text: string
    parsed: ParsedNotice
    area?: string
    file?: string
    document?: NoticeDocument
    /** the question whether it is one that is there has been answered */
    confirm?: boolean
  },
): Promise<NoticeView> {
  const area = input.area ?? actor.home.slice(0, 6)
  requireManage(actor, area, shanghaiDate(now))
  if (input.area) await requireKnownArea(s, input.area)
  const { parsed } = input
  if (!input.confirm) await requireNew(tx, actor, area, input)
  const id = newId()
  const name = input.name.trim() || parsed.title || '未命名通知'
  // PostgreSQL holds no NUL; everything else is kept as it came
  const text = input.text.replaceAll('\0', '')
  await sql`insert into notice (id, area, name, file, text, readable, reason, title, doc_no, issuer, year, issued_on,
      structure, warnings, document, paper, created_at, created_by, updated_at)
    values (${id}, ${area}, ${name}, ${input.file ?? null}, ${text}, ${parsed.readable}, ${parsed.reason}, ${parsed.title},
      ${parsed.docNo}, ${parsed.issuer}, ${parsed.year}, ${parsed.issued ?? parsed.printed},
      ${JSON.stringify(parsed.structure)}, ${JSON.stringify(parsed.warnings)}, ${JSON.stringify(shownOf(input.document))},
      ${parsed.readable ? parsed.paper : null},      ${now}, ${actor.id}, ${now})`.execute(tx)
  for (const [n, read] of readItems(parsed).entries())
    await insertItem(tx, actor, now, { notice: id, no: n + 1 }, read)
  await journal(tx, {
    actor,
    now,
    register: 'notice',
    recordId: id,
    title: parsed.title ?? name,
    what: 'create',
    area,
    ...(parsed.reason && { reason: parsed.reason }),
  })
  return getNotice(s, tx, actor, now, id)
}

/** Positions of a document are those of its text; a text that lost characters on its way is shown without it. */
function shownOf(document: NoticeDocument | undefined): NoticeView['document'] {
  if (!document || document.text.includes('\0')) return { blocks: [], struck: [], said: document?.said ?? [] }
  const { text: _text, ...shown } = document
  return shown
}

/** @param voided those that were called off, for who may restore them, instead of those in force */
export async function listNotices(
  _s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  voided = false,
): Promise<NoticeHead[]> {
  const today = shanghaiDate(now)
  const state = voided ? sql`voided_at is not null` : sql`voided_at is null`
  const all = await noticesWhere(db, sql`${seenSql(actor, today, 'area')} and ${state}`)
  const notices = all.filter((n) => seesNotice(actor, n, today))
  const { rows } = await sql<{
    id: string
    state: Item['state']
    n: number
  }>`select notice_id as id, state, count(*) as n
    from notice_item where notice_id = any(${notices.map((n) => n.id)}::uuid[]) group by 1, 2`.execute(db)
  return notices.map((notice) => {
    const n = (state: Item['state']) => rows.find((r) => r.id === notice.id && r.state === state)?.n ?? 0
    return headOf(notice, { open: n('open'), accepted: n('accepted'), dropped: n('dropped') })
  })
}

function headOf(notice: Notice, items: NoticeHead['items']): NoticeHead {
  const { text: _text, structure: _structure, ...head } = notice
  return { ...head, items, state: !notice.readable ? 'unreadable' : items.open > 0 ? 'open' : 'done' }
}

/** A notice with its items; open ones come with a proposal for those who may accept it. */
export async function getNotice(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  id: string,
): Promise<NoticeView> {
  const today = shanghaiDate(now)
  const notice = requireSeen(await findNotice(db, id), actor, today, '通知')
  const items = await listItems(s, db, notice, mayManage(actor, notice.area, today))
  const n = (state: Item['state']) => items.filter((i) => i.state === state).length
  const counts = { open: n('open'), accepted: n('accepted'), dropped: n('dropped') }
  const document = await documentOf(db, id)
  return { notice: headOf(notice, counts), text: notice.text, document, structure: notice.structure, items }
}

/** What the file of a notice looked like. */
export async function documentOf(db: Db, id: string): Promise<NoticeView['document']> {
  const { rows } = await sql<
    Pick<NoticeView, 'document'>
  >`select document from notice where id = ${id}`.execute(db)
  return rows[0]?.document ?? shownOf(undefined)
}

/**
 * The items of a notice with their tasks and, if wanted, proposals.
 * @param only id of the one item that is wanted
 */
export async function listItems(
  s: Services,
  db: Db,
  notice: Notice,
  propose = true,
  only?: string,
): Promise<ItemView[]> {
  const all = await itemsOf(db, notice.id)
  const items = all.filter((i) => !only || i.id === only)
  const { rows: tasks } = await sql<{ id: string; item: string }>`select id, item_id as item from task
    where notice_id = ${notice.id} and withdrawn_at is null order by created_at, id`.execute(db)
  const known = propose ? await knownNames(s, db, notice.area, items) : undefined
  const proposals = propose ? await proposalsFor(s, notice, all) : new Map<string, Proposal>()
  const views: ItemView[] = []
  for (const item of items) {
    const taskIds = tasks.filter((t) => t.item === item.id).map((t) => t.id)
    const [taskId] = taskIds
    const demands = item.state === 'open' ? severalDemands(item) : []
    const view = {
      ...item,
      taskIds,
      ...(taskId && { taskId }),
      ...(demands.length > 0 && { demands }),
    }
    const proposal = proposals.get(item.id)
    views.push(
      known && proposal && item.state === 'open' ? { ...view, proposal: resolved(s, proposal, known) } : view,
    )
  }
  return views
}

/** What an officer may correct on an item; the printed sentence stays. */
export type ItemCorrection = Partial<
  Pick<
    Item,
    'title' | 'kind' | 'deadlines' | 'frequencies' | 'targets' | 'conditions' | 'units' | 'enterprises'
  >
>

const correctable: Record<keyof ItemCorrection, string> = {
  title: '标题',
  kind: '类别',
  deadlines: '时限',
  frequencies: '频次',
  targets: '目标',
  conditions: '条件',
  units: '责任单位',
  enterprises: '涉及企业',
}

/**
 * Locks an item for a change by someone who may.
 * @param version the item's, as its reader saw it; without it (our own programs) the present one
 * @throws Problem version-lost when somebody else changed it meanwhile
 */
export async function lockItem(
  db: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  itemId: string,
  version?: number,
): Promise<{ notice: Notice; item: Item }> {
  const today = shanghaiDate(now)
  const notice = requireSeen(await findNotice(db, noticeId, 'share'), actor, today, '通知')
  requireManage(actor, notice.area, today)
  requireInForce(notice)
  const item = await findItem(db, noticeId, itemId, true)
  if (!item) throw new Problem('not-found', '通知中没有这一条，请刷新后重试。')
  if (version !== undefined) requireVersion(item, version)
  return { notice, item }
}

export async function correctItem(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  itemId: string,
  correction: ItemCorrection,
  version?: number,
): Promise<ItemView> {
  const { notice, item } = await lockItem(tx, actor, now, noticeId, itemId, version)
  const changes: Change[] = []
  for (const [field, label] of Object.entries(correctable) as [keyof ItemCorrection, string][]) {
    const after = correction[field]
    if (after === undefined || JSON.stringify(after) === JSON.stringify(item[field])) continue
    changes.push({ field, label, before: item[field] as unknown as Json, after: after as unknown as Json })
    const value =
      typeof after === 'string' || field === 'units' || field === 'enterprises'
        ? after
        : JSON.stringify(after)
    await sql`update notice_item set ${sql.ref(field)} = ${value} where id = ${item.id}`.execute(tx)
  }
  if (changes.length > 0) await touch(tx, actor, now, notice, item, 'update', { changes })
  return viewItem(s, tx, notice, item.id)
}

/** Not a duty, or not ours: the item leaves the list, with a reason, and can be reopened. */
export async function dropItem(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  itemId: string,
  reason?: string,
  version?: number,
): Promise<ItemView> {
  return moveItem(s, tx, actor, now, [noticeId, itemId, version], 'open', 'dropped', reason)
}

export async function reopenItem(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  itemId: string,
  version?: number,
): Promise<ItemView> {
  return moveItem(s, tx, actor, now, [noticeId, itemId, version], 'dropped', 'open')
}

const stateLabel: Record<Item['state'], string> = { open: '待分解', accepted: '已分解', dropped: '不分解' }

async function moveItem(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  which: [notice: string, item: string, version: number | undefined],
  from: Item['state'],
  to: Item['state'],
  reason?: string,
): Promise<ItemView> {
  const { notice, item } = await lockItem(tx, actor, now, ...which)
  if (item.state !== from)
    throw new Problem(
      'conflict',
      `这一条现为“${stateLabel[item.state]}”，不能改为“${stateLabel[to]}”。请刷新后再办理。`,
      {
        state: item.state,
      },
    )
  await setItemState(tx, item, to, reason)
  const what = to === 'dropped' ? 'act:drop' : 'act:reopen'
  await touch(tx, actor, now, notice, item, what, reason ? { reason } : {})
  return viewItem(s, tx, notice, item.id)
}

export async function setItemState(tx: Db, item: Item, state: Item['state'], reason?: string): Promise<void> {
  await sql`update notice_item set state = ${state}, reason = ${reason ?? null} where id = ${item.id}`.execute(
    tx,
  )
}

async function touch(
  tx: Db,
  actor: Actor,
  now: Date,
  notice: Notice,
  item: Item,
  what: string,
  more: { changes?: Change[]; reason?: string },
): Promise<void> {
  await sql`update notice_item set version = version + 1, updated_at = ${now}, updated_by = ${actor.id}
    where id = ${item.id}`.execute(tx)
  const title = `${notice.title ?? notice.name}：${item.title}`
  await journal(tx, {
    actor,
    now,
    register: 'notice',
    recordId: notice.id,
    title,
    what,
    area: notice.area,
    ...more,
  })
}

async function viewItem(s: Services, tx: Db, notice: Notice, id: string): Promise<ItemView> {
  const [found] = await listItems(s, tx, notice, true, id)
  if (!found) throw new Problem('not-found', '通知中没有这一条，请刷新后重试。')
  return found
}
