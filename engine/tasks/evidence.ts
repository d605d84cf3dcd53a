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
import { countsPapers, type Owner, ownersOf, type Paper, paperPeriods, stands } from './papers.ts'
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

/** A piece that waits for a second person, and its task. */
async function waiting(tx: Db, actor: Actor, now: Date, taskId: string, id: string) {
  const task = await provable(tx, actor, now, taskId)
  const found = await one(tx, taskId, id)
  if (found.confirmedBy)
    throw new Problem('conflict', `这份佐证材料已由${found.confirmedBy.name}确认，不能再确认、退回或撤回。`)
  if (found.returned)
    throw new Problem(
      'conflict',
      `这份佐证材料已由${found.returned.by.name}${found.returned.reason ? '退回' : '撤回'}，请重新提交。`,
    )
  return { task, found }
}

/** A piece on which somebody decides who did not hand it in: of its own body, or above it. */
async function decidable(tx: Db, actor: Actor, now: Date, taskId: string, id: string, verb: '确认' | '退回') {
  const piece = await waiting(tx, actor, now, taskId, id)
  const { task, found } = piece
  if (found.addedBy.id === actor.id)
    throw new Problem(
      'forbidden',
      verb === '确认'
        ? '佐证材料须由提交人以外的人确认，请交另一位同事确认。'
        : '这是您自己提交的材料，请直接撤回。',
    )
  const owner = found.owner ? (await ownersOf(tx, [task])).get(found.owner) : undefined
  if (owner && !mayProveFor(actor, owner.area, shanghaiDate(now)))
    throw new Problem('forbidden', `${owner.name}的佐证材料由其本单位的另一位同事或县级监管人员${verb}。`)
  return piece
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
  const { task, found } = await decidable(tx, actor, now, taskId, evidenceId, '确认')
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

async function giveBack(
  tx: Db,
  actor: Actor,
  now: Date,
  { task, found }: { task: Task; found: Evidence },
  reason: string | null,
): Promise<Evidence> {
  await sql`update task_evidence set returned_by = ${actor.id}, returned_by_name = ${actor.name},
    returned_at = ${now}, returned_reason = ${reason} where id = ${found.id}`.execute(tx)
  const entry = { actor, now, register: 'task', recordId: task.id, title: task.title, area: task.area }
  await journal(tx, {
    ...entry,
    what: reason === null ? 'act:take-back' : 'act:send-back',
    ...(reason !== null && { reason }),
    changes: [{ field: 'files', label: '佐证材料', before: found.files.map((f) => f.name), after: null }],
  })
  return one(tx, task.id, found.id)
}

/** Sends evidence back that does not prove it, with the reason, by whoever could confirm it: it counts for nothing. */
export async function sendBackEvidence(
  _s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  taskId: string,
  evidenceId: string,
  reason: string,
): Promise<Evidence> {
  const piece = await decidable(tx, actor, now, taskId, evidenceId, '退回')
  const said = reason.trim()
  if (!said)
    throw new Problem('bad-input', '请写明退回的原因，提交人才知道怎样改。', {
      complaints: [{ path: 'reason', message: '请写明原因。' }],
    })
  return giveBack(tx, actor, now, piece, said)
}

/** Takes evidence back before anybody confirmed it, by who handed it in. */
export async function takeBackEvidence(
  _s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  taskId: string,
  evidenceId: string,
): Promise<Evidence> {
  const piece = await waiting(tx, actor, now, taskId, evidenceId)
  if (piece.found.addedBy.id !== actor.id)
    throw new Problem(
      'forbidden',
      `这份材料由${piece.found.addedBy.name}提交，只有提交人可以撤回；您可以退回。`,
    )
  return giveBack(tx, actor, now, piece, null)
}

/** A piece as the page shows it, with what whoever confirms it should look at, in Chinese. */
export type ShownEvidence = Evidence & { doubts: string[] }

/**
 * Pieces with what is odd about them: the day of the fact lies outside the period it is for, or the same file (by its
 * content) stands for another paper of the task as well.
 */
export function shownEvidence(evidence: readonly Evidence[], papers: readonly Paper[]): ShownEvidence[] {
  const periods = new Map(papers.flatMap((p) => (p.period ? [[p.period.from, p.period] as const] : [])))
  const owners = new Map(papers.flatMap((p) => (p.owner ? [[p.owner.id, p.owner.name] as const] : [])))
  const paperOf = (e: Evidence) => `${e.owner ?? ''} ${e.period ?? ''}`
  const nameOf = (e: Evidence) =>
    [owners.get(e.owner ?? ''), periods.get(e.period ?? '')?.label].filter(Boolean).join(' ')
  return evidence.map((e) => {
    const period = periods.get(e.period ?? '')
    const others = evidence.filter(
      (o) =>
        paperOf(o) !== paperOf(e) && stands(o) && o.files.some((f) => e.files.some((own) => own.id === f.id)),
    )
    const named = [...new Set(others.map(nameOf))].filter(Boolean)
    return {
      ...e,
      doubts: [
        ...(period && (e.happenedOn < period.from || e.happenedOn > period.to)
          ? [`办理日期 ${e.happenedOn} 不在${period.label}内`]
          : []),
        ...(named.length ? [`同一个文件也用于：${named.join('、')}`] : []),
      ],
    }
  })
}

async function one(db: Db, taskId: string, id: string): Promise<Evidence> {
  const found = (await evidenceOf(db, [taskId])).find((e) => e.id === id)
  if (!found) throw new Problem('not-found', '没有找到这份佐证材料，请刷新后重试。')
  return found
}
