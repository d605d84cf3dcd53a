import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { isDate } from '../core/condition/values.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { storedFiles } from '../store/kept-files.ts'
import type { Services } from '../store/services.ts'
import { requireProve, requireSeen } from './access.ts'
import { type Evidence, evidenceOf, findTask, type Task } from './rows.ts'

export interface NewEvidence {
  /** kept files, at least one; all but the name is taken from the store */
  files: { id: string; name: string }[]
  /** the day the fact happened; default today */
  happenedOn?: string | undefined
  note?: string | undefined
}

async function provable(db: Db, actor: Actor, now: Date, id: string): Promise<Task> {
  const today = shanghaiDate(now)
  const task = requireSeen(await findTask(db, id, true), actor, today, '任务')
  requireProve(actor, task.area, today)
  if (task.indicator !== null)
    throw new Problem('conflict', '这项任务的进度由台账数据计算，不接受佐证材料。请到对应台账中登记事实。')
  if (task.withdrawnAt !== null) throw new Problem('conflict', '这项任务已撤销，不再接受佐证材料。')
  return task
}

/** Hands in evidence for a task that no data can answer. It counts once a second person has confirmed it. */
export async function addEvidence(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  taskId: string,
  evidence: NewEvidence,
): Promise<Evidence> {
  const task = await provable(tx, actor, now, taskId)
  const today = shanghaiDate(now)
  const happenedOn = evidence.happenedOn ?? today
  const complaints = []
  if (!Array.isArray(evidence.files) || evidence.files.length === 0)
    complaints.push({ path: 'files', message: '请至少上传一个文件或照片。' })
  if (!isDate(happenedOn) || happenedOn > today)
    complaints.push({ path: 'happenedOn', message: '完成日期应为今天或以前的日期，如 2026-05-31。' })
  const kept = complaints.length ? { files: [] } : await storedFiles(s, tx, actor, evidence.files)
  if (kept.complaint) complaints.push({ path: 'files', message: kept.complaint })
  const [first] = complaints
  if (first) throw new Problem('bad-input', `佐证材料没有保存：${first.message}`, { complaints })
  const id = newId()
  await sql`insert into task_evidence (id, task_id, files, happened_on, note, added_by, added_by_name, added_at)
    values (${id}, ${taskId}, ${JSON.stringify(kept.files)}, ${happenedOn}, ${evidence.note ?? null}, ${actor.id},
      ${actor.name}, ${now})`.execute(tx)
  const entry = { actor, now, register: 'task', recordId: taskId, title: task.title, area: task.area }
  await journal(tx, {
    ...entry,
    what: 'act:evidence',
    ...(evidence.note && { reason: evidence.note }),
    changes: [{ field: 'files', label: '佐证材料', before: null, after: kept.files.map((f) => f.name) }],
  })
  return one(tx, taskId, id)
}

/** Confirms evidence: never by the person who handed it in. */
export async function confirmEvidence(
  _s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  taskId: string,
  evidenceId: string,
): Promise<Evidence> {
  const task = await provable(tx, actor, now, taskId)
  const found = await one(tx, taskId, evidenceId)
  if (found.addedBy.id === actor.id)
    throw new Problem('forbidden', '佐证材料须由提交人以外的人确认，请交另一位同事确认。')
  if (found.confirmedBy)
    throw new Problem('conflict', `这份佐证材料已由${found.confirmedBy.name}确认，无需再次确认。`)
  await sql`update task_evidence set confirmed_by = ${actor.id}, confirmed_by_name = ${actor.name}, confirmed_at = ${now}
    where id = ${evidenceId}`.execute(tx)
  const entry = { actor, now, register: 'task', recordId: taskId, title: task.title, area: task.area }
  await journal(tx, {
    ...entry,
    what: 'act:confirm',
    changes: [{ field: 'files', label: '确认佐证材料', before: null, after: found.files.map((f) => f.name) }],
  })
  return one(tx, taskId, evidenceId)
}

async function one(db: Db, taskId: string, id: string): Promise<Evidence> {
  const found = (await evidenceOf(db, [taskId])).find((e) => e.id === id)
  if (!found) throw new Problem('not-found', '没有找到这份佐证材料，请刷新后重试。')
  return found
}
