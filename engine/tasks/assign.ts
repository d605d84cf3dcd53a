import type { Actor } from '../access/actor.ts'
import { requireKnownArea } from '../areas/areas.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { Condition, Json } from '../core/condition/ast.ts'
import { asCondition } from '../core/condition/check.ts'
import { isDate } from '../core/condition/values.ts'
import { type Complaint, Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { canonicalJson } from '../core/naming.ts'
import { isPeriod, type Rhythm, rhythms } from '../core/period.ts'
import { type Change, journal } from '../journal/write.ts'
import type { Comparator } from '../notices/model.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { personalPaths, unsharedPaths } from '../store/sight.ts'
import { reads, requireManage, requireSeen } from './access.ts'
import { countIds, countSubset, targetFault } from './bounds.ts'
import { freezeTask } from './freeze.ts'
import { lockItem, setItemState } from './notices.ts'
import { paperMeasure } from './papers.ts'
import { defaultGoal } from './propose.ts'
import { findNotice, findTask, type Item, indicatorOf, type Notice, type Task } from './rows.ts'
import { settleItem } from './settle.ts'
import { requireUntaken, requireVersion, type Seen } from './taken.ts'
import { requireInForce } from './voided.ts'

/** What an officer decides when an item becomes a task. */
export interface Binding {
  title: string
  /** absent together with `evidence: true`: proved by files that a second person confirms */
  indicator?: string | undefined
  evidence?: boolean | undefined
  /** the records concerned: a condition on the indicator's register, and/or named ones */
  where?: Condition | undefined
  subset?: string[] | undefined
  /** name of a population to count instead of the county's, of an indicator that asks for one */
  who?: string | undefined
  /** in the indicator's unit; default: all, none open, or one */
  target?: number | [number, number] | undefined
  comparator?: Comparator | undefined
  unit?: string | undefined
  due?: string | undefined
  every?: Rhythm | undefined
  /** somebody was asked: it is done once, whatever the paper prints */
  once?: boolean | undefined
  /** ids of supervising units */
  owners: string[]
  /** default: the notice's area */
  area?: string | undefined
}

const comparators: Comparator[] = [
  '=',
  '>=',
  '<=',
  '>',
  '<',
  'range',
  'increase',
  'decrease',
  'at-least-grade',
  'unspecified',
]

/** A binding with everything decided and checked. */
export type Bound = Pick<
  Task,
  | 'title'
  | 'indicator'
  | 'indicatorVersion'
  | 'where'
  | 'subset'
  | 'who'
  | 'target'
  | 'comparator'
  | 'unit'
  | 'due'
  | 'every'
  | 'owners'
  | 'area'
>

/**
 * Accepts an item: it becomes a task, journalled. An item with two populations is accepted once for each.
 * @throws Problem bad-input with complaints by field, forbidden, not-found, conflict when the item was dropped or has
 * become a task meanwhile, version-lost when it was changed
 */
export async function acceptItem(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  itemId: string,
  binding: Binding,
  seen: Seen = {},
): Promise<Task> {
  const { notice, item } = await lockItem(tx, actor, now, noticeId, itemId)
  if (item.state === 'dropped')
    throw new Problem('conflict', '这一条已标为不分解，请先恢复，再分解为任务。', { state: item.state })
  if (!seen.again) await requireUntaken(tx, item)
  if (seen.version !== undefined) requireVersion(item, seen.version)
  requireRhythm(item, binding)
  const bound = await checkBinding(s, tx, { ...binding, area: binding.area ?? notice.area })
  requireManage(actor, bound.area, shanghaiDate(now))
  if (!bound.area.startsWith(notice.area))
    throw new Problem('bad-input', '任务的地区应在通知的地区之内，请重新选择。', {
      complaints: [{ path: 'area', message: '超出通知的地区。' }],
    })
  if (binding.area) await requireKnownArea(s, binding.area)
  const task = await insertTask(tx, actor, now, bound, notice, item)
  await setItemState(tx, item, 'accepted')
  await sql`update notice_item set version = version + 1, updated_at = ${now}, updated_by = ${actor.id}
    where id = ${item.id}`.execute(tx)
  return task
}

/**
 * A printed rhythm is never taken as done once without a word: papers of every period, or somebody says that once is meant.
 * @throws Problem bad-input with the printed words
 */
function requireRhythm({ frequencies }: Item, { indicator, every, once }: Binding): void {
  const asked = indicator || every || once ? undefined : frequencies.find((f) => f.period !== null)
  if (!asked) return
  const message = `原文是“${asked.text}”，请选周期；没有合适的周期、只办一次的，请选“不按周期”（every 填 null）。`
  throw new Problem('bad-input', message, { complaints: [{ path: 'every', message }] })
}

async function insertTask(
  tx: Db,
  actor: Actor,
  now: Date,
  b: Bound,
  notice: Notice,
  item: Item,
): Promise<Task> {
  const id = newId()
  const startsOn = notice.issuedOn ?? shanghaiDate(now)
  await sql`insert into task (id, area, notice_id, item_id, title, sentence, indicator, indicator_version, population,
      subset, who, target, comparator, unit, every, starts_on, due_on, owners, created_at, created_by, updated_at, updated_by)
    values (${id}, ${b.area}, ${notice.id}, ${item.id}, ${b.title}, ${item.text}, ${b.indicator}, ${b.indicatorVersion},
      ${b.where ? JSON.stringify(b.where) : null}, ${b.subset}::uuid[], ${b.who}, ${JSON.stringify(b.target)}, ${b.comparator},
      ${b.unit}, ${b.every}, ${startsOn}, ${b.due}, ${b.owners}::uuid[], ${now}, ${actor.id}, ${now}, ${actor.id})`.execute(
    tx,
  )
  const changes = Object.keys(labels)
    .map((k) => k as keyof Bound)
    .filter((k) => b[k] !== null && k in labels)
    .map((k) => ({ field: k, label: labels[k] ?? k, before: null, after: b[k] as unknown as Json }))
  const entry = { actor, now, register: 'task', recordId: id, title: b.title, area: b.area }
  await journal(tx, { ...entry, what: 'create', changes })
  return (await findTask(tx, id)) as Task
}

const labels: Partial<Record<keyof Bound, string>> = {
  title: '任务',
  indicator: '指标',
  indicatorVersion: '指标版本',
  where: '范围',
  subset: '指定对象',
  who: '统计口径',
  target: '目标',
  comparator: '比较',
  unit: '单位',
  due: '完成时限',
  every: '周期',
  owners: '责任单位',
}

/**
 * Everything a binding names must exist, and be offered where it is chosen now.
 * @param before the task as it stands: what it names already may have been retired since
 */
export async function checkBinding(
  s: Services,
  tx: Db,
  b: Binding & { area: string },
  before?: Pick<Task, 'indicator' | 'who'>,
): Promise<Bound> {
  const complaints: Complaint[] = []
  const say = (path: string, message: string) => complaints.push({ path, message })
  const title = b.title?.trim() ?? ''
  if (!title || title.length > 200) say('title', '请填写任务名称（200 字以内）。')
  const def = b.indicator ? s.catalogue.indicators.get(b.indicator) : undefined
  const offered = (name: string, was?: string | null) => name === was || s.catalogue.offered(name, b.area)
  if (b.indicator && (!def || !offered(b.indicator, before?.indicator)))
    say('indicator', `没有名为“${b.indicator}”的指标，请重新选择。`)
  if (!b.indicator && !b.evidence) say('indicator', '请选择指标；没有数据可算的，请选择以佐证材料完成。')
  const unit = def?.unit ?? b.unit ?? (b.target === undefined ? paperMeasure.unit : '项')
  const goal = {
    ...defaultGoal(def, unit),
    ...(b.target !== undefined && { target: b.target, comparator: '=' as Comparator }),
  }
  const target = goal.target
  const fault = targetFault(target, unit, def?.measure === 'change')
  if (fault) say('target', fault)
  const comparator = b.comparator ?? goal.comparator
  if (!comparators.includes(comparator)) say('comparator', `没有“${comparator}”这种比较方式。`)
  if (b.due !== undefined && !isDate(b.due)) say('due', '完成时限应为日期，如 2026-12-31。')
  if (b.every !== undefined && !rhythms.includes(b.every))
    say('every', '周期应为年、半年、季、月、半月、旬或周。')
  else if (b.every && b.indicator && !isPeriod(b.every))
    say('every', '台账计算的指标按月、季、半年或年统计；每周、每旬、每半月的，请选佐证材料。')
  if (b.every && def?.measure === 'change') say('every', '“较上期变化”的指标不能再按周期展开。')
  if (b.owners.length > 0 && (await countIds(tx, 'unit', b.owners)) < new Set(b.owners).size)
    say('owners', '有责任单位不存在，请重新选择。')
  let where: Condition | null = null
  if (def) {
    where = b.where ? asCondition(b.where, def.of.register, s.catalogue, s.policies()) : null
    const register = s.catalogue.record(def.of.register)
    for (const { holder, name } of where ? personalPaths(s, register, where) : [])
      say('where', `${holder.fields[name]!.label}是个人信息，不能用来限定人人可见的任务。`)
    for (const { holder, name } of where ? unsharedPaths(s, register, where, reads) : [])
      say(
        'where',
        `“${holder.label}”不是看任务的人都能看的，不能按“${holder.fields[name]?.label ?? name}”限定任务，请改用选项（如等级、来源）。`,
      )
    if (b.subset?.length === 0) say('subset', '指定对象不能为空，请选择或取消指定。')
    if (b.subset && (await countSubset(s, tx, def, b.subset, b.area)) < new Set(b.subset).size)
      say('subset', '有指定的对象不存在或不在本地区，请重新选择。')
    const population = b.who ? s.catalogue.populations.get(b.who) : undefined
    if (b.who && !def.of.who) say('who', '这个指标的统计口径不能另选，请用筛选条件限定。')
    else if (b.who && (population?.register !== def.of.register || !offered(b.who, before?.who)))
      say('who', '没有这个统计口径，或者它已停用，请重新选择。')
  } else if (b.where || b.subset || b.who) say('where', '以佐证材料完成的任务不能限定统计范围。')
  const [first] = complaints
  if (first) throw new Problem('bad-input', `任务没有保存：${first.message}`, { complaints })
  return {
    title,
    area: b.area,
    indicator: def?.name ?? null,
    indicatorVersion: def?.version ?? null,
    where,
    subset: b.subset ?? null,
    who: b.who ?? null,
    target,
    comparator,
    unit,
    due: b.due ?? null,
    every: b.every ?? null,
    owners: [...new Set(b.owners)],
  }
}

export type TaskChange = Partial<Omit<Binding, 'area' | 'due' | 'where' | 'subset' | 'who' | 'every'>> & {
  /** null takes it away */
  due?: string | null
  where?: Condition | null
  subset?: string[] | null
  who?: string | null
  every?: Rhythm | null
  /** the task is called off, with the reason */
  withdrawn?: boolean
  reason?: string | undefined
}

/** What a task promises: a change of it is a decision, with its reason in the journal. */
const promises: (keyof Bound)[] = [
  'indicator',
  'indicatorVersion',
  'where',
  'subset',
  'who',
  'target',
  'comparator',
  'due',
  'every',
]

/**
 * Changes a task's binding. What was promised until then is frozen first when its due date has passed, and stays on
 * record; a new due date is frozen in its turn.
 * @throws Problem version-lost when somebody else changed it meanwhile, bad-input without the reason of a change
 */
export async function updateTask(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  change: TaskChange,
): Promise<Task> {
  const today = shanghaiDate(now)
  const task = requireSeen(await findTask(tx, id, true), actor, today, '任务')
  requireManage(actor, task.area, today)
  if (task.version !== version)
    throw new Problem(
      'version-lost',
      `这项任务刚被别人修改过（现为第 ${task.version} 版）。请刷新后重新提交。`,
      {
        yours: version,
        current: task,
      },
    )
  if (change.withdrawn && !change.reason?.trim())
    throw new Problem('bad-input', '撤销任务请写明原因。', {
      complaints: [{ path: 'reason', message: '请写明原因。' }],
    })
  const after = await changed(s, tx, task, change)
  const changes: Change[] = (Object.keys(labels) as (keyof Bound)[])
    .filter((k) => canonicalJson(after[k]) !== canonicalJson(task[k]))
    .map((k) => ({
      field: k,
      label: labels[k] ?? k,
      before: task[k] as unknown as Json,
      after: after[k] as unknown as Json,
    }))
  const moved = changes.filter((c) => promises.includes(c.field as keyof Bound))
  if (moved.length > 0 && !change.reason?.trim())
    throw new Problem('bad-input', `改${moved.map((c) => `“${c.label}”`).join('、')}请写明理由。`, {
      complaints: [{ path: 'reason', message: '请写明修改理由。' }],
    })
  if (moved.length > 0) await freezeTask(s, tx, id, now)
  // a task in force again stands on a notice in force
  if (change.withdrawn === false && task.noticeId) {
    const notice = await findNotice(tx, task.noticeId, 'share')
    if (notice) requireInForce(notice)
  }
  const withdrawnAt = change.withdrawn === undefined ? task.withdrawnAt : change.withdrawn ? now : null
  await sql`update task set title = ${after.title}, indicator = ${after.indicator},
      indicator_version = ${after.indicatorVersion}, population = ${after.where ? JSON.stringify(after.where) : null},
      subset = ${after.subset}::uuid[], who = ${after.who}, target = ${JSON.stringify(after.target)}, comparator = ${after.comparator},
      unit = ${after.unit}, every = ${after.every}, due_on = ${after.due}, owners = ${after.owners}::uuid[],
      withdrawn_at = ${withdrawnAt}, withdrawn_reason = ${change.withdrawn ? change.reason : null},
      version = version + 1, updated_at = ${now}, updated_by = ${actor.id} where id = ${id}`.execute(tx)
  if (change.withdrawn !== undefined && task.itemId) await settleItem(tx, actor, now, task.itemId)
  const what = change.withdrawn === true ? 'archive' : change.withdrawn === false ? 'restore' : 'update'
  const entry = { actor, now, register: 'task', recordId: id, title: after.title, area: task.area, what }
  await journal(tx, { ...entry, changes, ...(change.reason && { reason: change.reason }) })
  return (await findTask(tx, id)) as Task
}

async function changed(s: Services, tx: Db, task: Task, change: TaskChange): Promise<Bound> {
  const pick = <T>(given: T | null | undefined, before: T | null): T | undefined =>
    (given === undefined ? before : given) ?? undefined
  const rebound = change.indicator !== undefined || change.evidence !== undefined
  // a task keeps the version of its indicator until it is bound anew
  const def = rebound ? undefined : await indicatorOf(s, task)
  const indicator = rebound ? (change.evidence ? undefined : change.indicator) : (task.indicator ?? undefined)
  const bound = await checkBinding(
    s,
    tx,
    {
      title: change.title ?? task.title,
      indicator,
      evidence: indicator === undefined,
      where: pick(change.where, rebound ? null : task.where),
      subset: pick(change.subset, rebound ? null : task.subset),
      who: pick(change.who, rebound ? null : task.who),
      target: change.target ?? task.target,
      comparator: change.comparator ?? task.comparator,
      unit: change.unit ?? task.unit,
      due: pick(change.due, task.due),
      every: pick(change.every, task.every),
      owners: change.owners ?? task.owners,
      area: task.area,
    },
    rebound ? undefined : task,
  )
  if (def && bound.who && !def.of.who)
    throw new Problem(
      'bad-input',
      '任务没有保存：它按较早版本的指标计算，统计口径不能另选。请撤销后重新分解。',
      {
        complaints: [{ path: 'who', message: '这个版本的指标不能另选统计口径。' }],
      },
    )
  return def ? { ...bound, indicatorVersion: def.version, unit: def.unit } : bound
}
