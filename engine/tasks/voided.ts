import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { journal } from '../journal/write.ts'
import type { ParsedNotice } from '../notices/model.ts'
import { type Db, sql } from '../store/db.ts'
import { requireManage, requireSeen } from './access.ts'
import { findNotice, type Notice } from './rows.ts'

/** Most notices named under the question whether one is there already. */
const MOST_NAMED = 5

/** Nothing is made of a notice that was called off. */
export function requireInForce(notice: Pick<Notice, 'voidedAt'>): void {
  if (notice.voidedAt !== null)
    throw new Problem('conflict', '这份通知已作废，不能再更正和分解。要继续办理的，请先恢复这份通知。')
}

/** @throws Problem version-lost when somebody else has changed the notice since `version` was seen */
export function requireSameNotice(notice: Pick<Notice, 'version'>, version: number): void {
  if (notice.version === version) return
  throw new Problem(
    'version-lost',
    `这份通知刚被别人修改过（现为第 ${notice.version} 版）。请刷新后重新提交。`,
    { yours: version },
  )
}

/**
 * Asks before a paper is taken in again: one of the same number and issuer, the same words, or the same file.
 * @throws Problem conflict with `asks`, as the door asks about doubles of records
 */
export async function requireNew(
  tx: Db,
  actor: Actor,
  area: string,
  { parsed, text, file }: { parsed: ParsedNotice; text: string; file?: string },
): Promise<void> {
  // two at the same moment: the second waits and then finds the first
  await sql`select pg_advisory_xact_lock(hashtextextended(${`notice ${area}`}, 0))`.execute(tx)
  const words = text.replaceAll('\0', '')
  const { rows } = await sql<{
    id: string
    title: string
    docNo: string | null
    on: string
    same: boolean
  }>`select
      id, coalesce(title, name) as title, doc_no as "docNo",
      to_char(created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as "on",
      (text = ${words} and text <> '') or file = ${file ?? null} as same
    from notice where area = ${area} and voided_at is null and (
      (doc_no = ${parsed.docNo} and issuer is not distinct from ${parsed.issuer})
      or (text = ${words} and text <> '') or file = ${file ?? null})
    order by created_at desc, id desc limit ${MOST_NAMED}`.execute(tx)
  const [first] = rows
  if (!first) return
  const what = first.same ? '同样内容的通知' : `${first.docNo} 这份通知`
  const answer = actor.kind === 'person' ? '点“仍要录入”' : '加上参数 confirm=1 再提交'
  throw new Problem('conflict', `请确认：${what}已于 ${first.on} 录入。不是同一份的，${answer}。`, {
    asks: true,
    doubles: rows.map((r) => [r.title, r.docNo, `${r.on} 录入`].filter(Boolean).join('，')),
    records: rows.map(({ id, title }) => ({ id, title })),
  })
}

/**
 * Calls a notice off, with the reason, or restores it. It stays on record; towns and the city see it no more.
 * @throws Problem conflict while tasks of it are in force, version-lost, bad-input without a reason
 */
export async function voidNotice(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  change: { voided: boolean; reason?: string | undefined },
): Promise<void> {
  const today = shanghaiDate(now)
  const notice = requireSeen(await findNotice(tx, id, 'update'), actor, today, '通知')
  requireManage(actor, notice.area, today)
  requireSameNotice(notice, version)
  const { voided } = change
  const reason = change.reason?.trim()
  if (voided === (notice.voidedAt !== null))
    throw new Problem('conflict', voided ? '这份通知已经作废。' : '这份通知没有作废，不用恢复。')
  if (voided && !reason)
    throw new Problem('bad-input', '作废通知请写明原因。', {
      complaints: [{ path: 'reason', message: '请写明原因。' }],
    })
  if (voided) await requireTaskless(tx, id)
  await sql`update notice set voided_at = ${voided ? now : null}, voided_by = ${voided ? actor.id : null},
      voided_reason = ${voided ? reason : null}, version = version + 1, updated_at = ${now}
    where id = ${id}`.execute(tx)
  await journal(tx, {
    actor,
    now,
    register: 'notice',
    recordId: id,
    title: notice.title ?? notice.name,
    what: voided ? 'archive' : 'restore',
    area: notice.area,
    ...(reason && { reason }),
  })
}

async function requireTaskless(tx: Db, id: string): Promise<void> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from task
    where notice_id = ${id} and withdrawn_at is null`.execute(tx)
  const n = rows[0]?.n ?? 0
  if (n > 0)
    throw new Problem('conflict', `由这份通知分解的任务还有 ${n} 项在执行，请先撤销任务，再作废通知。`, {
      tasks: n,
    })
}
