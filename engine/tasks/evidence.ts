import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { isDate } from '../core/condition/values.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { journal } from '../journal/write.ts'
import { type Db, sql } from '../store/db.ts'
import { storedFiles } from '../store/kept-files.ts'
import type { Services } from '../store/services.ts'
import { mayProveFor, requireProve, requireSeen } from './access.ts'
import { countsPapers, type Owner, ownersOf, type Paper, paperPeriods } from './papers.ts'
import { type Evidence, evidenceOf, findTask, type Task } from './rows.ts'

export interface NewEvidence {
  /** kept files, at least one; all but the name is taken from the store */
  files: { id: string; name: string }[]
  /** the day the fact happened; default today */
  happenedOn?: string | undefined
  note?: string | undefined
  /** id of the responsible unit whose paper it is; default: the actor's own, or the only one */
  owner?: string | undefined
  /** first day of the period it is for; default: the one that `happenedOn` lies in */
  period?: string | undefined
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

/**
 * Whose paper it is and for which period, where papers are counted by them: said, or clear from who hands it in and
 * when it was done. A town hands in its own.
 */
async function placeOf(
  tx: Db,
  actor: Actor,
  task: Task,
  given: NewEvidence,
  happenedOn: string,
  today: string,
): Promise<{ owner?: Owner; period?: NonNullable<Paper['period']>; complaints: Complaint[] }> {
  const complaints: Complaint[] = []
  if (!countsPapers(task)) return { complaints }
  const owners = [...(await ownersOf(tx, [task])).values()]
  const mine = owners.filter((u) => mayProveFor(actor, u.area, today))
  const own = mine.filter((u) => u.area === actor.home)
  const only = own.length === 1 ? own[0] : owners.length === 1 ? owners[0] : undefined
  const owner = given.owner ? owners.find((u) => u.id === given.owner) : only
  if (owners.length && !owner)
    complaints.push({ path: 'owner', message: '请选择是哪个责任单位的材料：每个责任单位各算一份。' })
  else if (owner && !mine.includes(owner))
    complaints.push({ path: 'owner', message: `${owner.name}的材料由其本单位或县级监管人员提交。` })
  const periods = paperPeriods(task, today).filter((p) => p.from <= today)
  const wanted = given.period ?? happenedOn
  const period = periods.find((p) => (given.period ? p.from === wanted : p.from <= wanted && wanted <= p.to))
  if (task.every && !period)
    complaints.push({ path: 'period', message: '请选择是哪一期的材料：须是本任务已经开始的周期。' })
  return { ...(owner && { owner }), ...(period && { period }), complaints }
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
  const complaints: Complaint[] = []
  if (!Array.isArray(evidence.files) || evidence.files.length === 0)
    complaints.push({ path: 'files', message: '请至少上传一个文件或照片。' })
  if (!isDate(happenedOn) || happenedOn > today)
    complaints.push({ path: 'happenedOn', message: '完成日期应为今天或以前的日期，如 2026-05-31。' })
  const place = await placeOf(tx, actor, task, evidence, happenedOn, today)
  complaints.push(...place.complaints)
  const kept = complaints.length ? { files: [] } : await storedFiles(s, tx, actor, evidence.files)
  if (kept.complaint) complaints.push({ path: 'files', message: kept.complaint })
  const [first] = complaints
  if (first) throw new Problem('bad-input', `佐证材料没有保存：${first.message}`, { complaints })
  const id = newId()
  await sql`insert into task_evidence (id, task_id, files, happened_on, owner, place, period, note, added_by, added_by_name,
      added_at)
    values (${id}, ${taskId}, ${JSON.stringify(kept.files)}, ${happenedOn}, ${place.owner?.id ?? null}, ${place.owner?.area ?? null},
      ${place.period?.from ?? null}, ${evidence.note ?? null}, ${actor.id}, ${actor.name}, ${now})`.execute(
    tx,
  )
  const entry = { actor, now, register: 'task', recordId: taskId, title: task.title, area: task.area }
  await journal(tx, {
    ...entry,
    what: 'act:evidence',
    ...(evidence.note && { reason: evidence.note }),
    changes: [
      ...(place.owner ? [{ field: 'owner', label: '责任单位', before: null, after: place.owner.name }] : []),
      ...(place.period ? [{ field: 'period', label: '周期', before: null, after: place.period.label }] : []),
      { field: 'files', label: '佐证材料', before: null, after: kept.files.map((f) => f.name) },
    ],
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
  const owner = found.owner ? (await ownersOf(tx, [task])).get(found.owner) : undefined
  if (owner && !mayProveFor(actor, owner.area, shanghaiDate(now)))
    throw new Problem('forbidden', `${owner.name}的佐证材料由其本单位的另一位同事或县级监管人员确认。`)
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
