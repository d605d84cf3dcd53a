import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { explain } from '../core/condition/explain.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { rhythmOfIso } from '../core/period.ts'
import { whoWords } from '../indicators/who.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'
import { requireManage, requireSeen } from './access.ts'
import { acceptItem, type Binding, type Bound, checkBinding, updateTask } from './assign.ts'
import { figureNow } from './figures.ts'
import { type ItemView, listItems } from './notices.ts'
import { ownersOf, paperFigure, papersOf } from './papers.ts'
import type { ItemProposal } from './proposals.ts'
import { findNotice, findTask, type Notice, type Task } from './rows.ts'
import { namesOf } from './shares.ts'
import { goalOf, reached } from './state.ts'
import type { Seen } from './taken.ts'
import { requireInForce } from './voided.ts'

/** An item with the binding that an officer has in mind; without one, as proposed. */
export interface Accepting extends Seen {
  item: string
  binding?: Binding | undefined
}

/** What an item would be as a task, with the figure it would have today. */
export interface AcceptPreview {
  item: string
  /** why it cannot be accepted as it stands, and what to do */
  problem?: string
  title?: string
  indicator?: string
  /** what it asks for, where that is more than the one thing that this task would answer */
  demands?: string[]
  /** name of the figure */
  label?: string
  /** whom it counts, in words */
  population?: string
  target?: number | [number, number]
  comparator?: string
  unit?: string
  due?: string | null
  every?: string | null
  owners?: string[]
  figure?: { num: number; den: number | null; value: number | null; missing?: string[] }
  /** whether the goal would be reached today */
  reached?: boolean
  towns?: { code: string; name: string; num: number; den: number | null; value: number | null }[]
}

/** The binding that a proposal comes to. */
export const proposedBinding = (item: ItemView, p: ItemProposal): Binding => ({
  title: item.title,
  ...(p.indicator ? { indicator: p.indicator } : { evidence: true }),
  target: p.target,
  comparator: p.comparator === 'unspecified' ? '>=' : p.comparator,
  unit: p.unit,
  due: p.due,
  every: p.every,
  owners: p.owners,
  subset: p.subset,
})

/** More are not chosen on one page. */
export const MOST_ACCEPTED = 200

async function chosen(
  s: Services,
  db: Db,
  notice: Notice,
  list: readonly Accepting[],
): Promise<{ item: ItemView; binding: Binding; seen: Seen; asked: boolean }[]> {
  if (list.length > MOST_ACCEPTED)
    throw new Problem('bad-input', `一次最多采纳 ${MOST_ACCEPTED} 条，请分几次办理。`)
  if (new Set(list.map((a) => a.item)).size < list.length)
    throw new Problem('bad-input', '同一条选了两次，请只选一次；要分解为两项任务的，请逐条分解。')
  const items = new Map((await listItems(s, db, notice)).map((i) => [i.id, i]))
  return list.map(({ item: id, binding, ...seen }) => {
    const item = items.get(id)
    if (!item) throw new Problem('not-found', '通知中没有这一条，请刷新后重试。', { item: id })
    const proposed = item.proposal && proposedBinding(item, item.proposal)
    const given = binding ?? proposed
    if (!given)
      throw new Problem('conflict', `“${item.title}”已经处理过了，请刷新后重试。`, {
        item: id,
        state: item.state,
      })
    return { item, binding: given, seen, asked: binding !== undefined }
  })
}

/**
 * A rhythm that no period answers (每两周, 每两个月) would become one paper for good: a person says in the form what it is.
 * @throws Problem bad-input where nobody was asked
 */
function requirePeriod({ frequencies }: ItemView, asked: boolean): void {
  const odd = asked ? undefined : frequencies.find((f) => f.period !== null && !rhythmOfIso(f.period))
  if (odd) throw new Problem('bad-input', `原文是“${odd.text}”，没有对应的周期，请移出后逐条分解，选好周期。`)
}

/**
 * What items would be as tasks, before anything is written: the figure of today, of how many, by town. An item that
 * cannot be accepted as it stands says why; the others are shown all the same.
 */
export async function previewItems(
  s: Services,
  db: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  list: readonly Accepting[],
): Promise<AcceptPreview[]> {
  const today = shanghaiDate(now)
  const notice = requireSeen(await findNotice(db, noticeId), actor, today, '通知')
  requireManage(actor, notice.area, today)
  requireInForce(notice)
  const out: AcceptPreview[] = []
  for (const { item, binding, asked } of await chosen(s, db, notice, list))
    try {
      requirePeriod(item, asked)
      const bound = await checkBinding(s, db, { ...binding, area: binding.area ?? notice.area })
      const { demands } = item
      out.push({
        item: item.id,
        ...(await shown(s, db, bound, { notice, sentence: item.text }, now)),
        ...(demands && { demands }),
      })
    } catch (e) {
      if (!(e instanceof Problem)) throw e
      out.push({ item: item.id, title: binding.title, problem: e.message })
    }
  return out
}

async function shown(
  s: Services,
  db: Db,
  bound: Bound,
  { notice, sentence }: { notice: Notice; sentence: string },
  now: Date,
): Promise<Omit<AcceptPreview, 'item'>> {
  const today = shanghaiDate(now)
  const def = bound.indicator ? s.catalogue.indicator(bound.indicator) : undefined
  const task: Task = {
    ...bound,
    id: newId(),
    version: 1,
    noticeId: notice.id,
    itemId: null,
    sentence,
    startsOn: notice.issuedOn ?? today,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    withdrawnAt: null,
    withdrawnReason: null,
  }
  const figure = def
    ? await figureNow(s, db, task, def, now, { groupBy: 'places' })
    : paperFigure(papersOf(task, await ownersOf(db, [task]), [], today), today)
  const towns = figure.groups.flatMap(({ area, num, den, value }) =>
    area?.length === 9 ? [{ code: area, num, den, value }] : [],
  )
  const names = await namesOf(
    db,
    towns.map((t) => t.code),
  )
  const { title, indicator, target, comparator, unit, due, every, owners } = bound
  return {
    title,
    ...(indicator && { indicator }),
    label: def?.label ?? '佐证材料',
    ...(def && { population: populationWords(s, bound, def, today) }),
    target,
    comparator,
    unit,
    due,
    every,
    owners,
    figure: {
      num: figure.num,
      den: figure.den,
      value: figure.value,
      ...(figure.missing && { missing: figure.missing }),
    },
    reached: reached(figure.value, goalOf(task, def)),
    towns: towns.map((t) => ({ ...t, name: names.get(t.code) ?? t.code })),
  }
}

/** Whom a figure counts, as a sentence. */
export function populationWords(
  s: Services,
  task: Pick<Task, 'where' | 'subset' | 'who' | 'area'>,
  def: IndicatorDef,
  today: string,
): string {
  const words = { catalogue: s.catalogue, policies: s.policies(), moment: { asOf: today }, area: task.area }
  const { register, where } = def.of
  const parts = [where, task.where].filter((c) => c !== undefined && c !== null)
  const record = s.catalogue.record(register)
  const sentences = [...whoWords(def.of, words, task.who), ...parts.map((c) => explain(c, register, words))]
  if (task.subset)
    sentences.push(`指定的 ${task.subset.length} ${record.name === 'enterprise' ? '家' : '条'}`)
  return `${record.label}：${sentences.join('；') || '全部'}`
}

/** Accepts several items of a notice: all of them or, where one cannot be, none. */
export async function acceptItems(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  list: readonly Accepting[],
): Promise<Task[]> {
  const notice = requireSeen(await findNotice(tx, noticeId), actor, shanghaiDate(now), '通知')
  const tasks: Task[] = []
  // in one order, so that two officers with the same items wait for each other instead of blocking each other
  await sql`select id from notice_item where notice_id = ${notice.id}
    and id = any(${list.map((a) => a.item)}::uuid[]) order by id for update`.execute(tx)
  for (const { item, binding, seen, asked } of await chosen(s, tx, notice, list))
    try {
      requirePeriod(item, asked)
      tasks.push(await acceptItem(s, tx, actor, now, noticeId, item.id, binding, seen))
    } catch (e) {
      if (!(e instanceof Problem)) throw e
      throw new Problem(e.code, `一条也没有采纳。“${item.title}”：${e.message}`, {
        ...e.details,
        item: item.id,
      })
    }
  return tasks
}

/**
 * Takes tasks of a notice back, together: they are withdrawn with the reason, and an item that has no other task is
 * open again.
 */
export async function withdrawTasks(
  s: Services,
  tx: Db,
  actor: Actor,
  now: Date,
  noticeId: string,
  ids: readonly string[],
  reason: string,
): Promise<Task[]> {
  requireSeen(await findNotice(tx, noticeId), actor, shanghaiDate(now), '通知')
  const out: Task[] = []
  for (const id of [...new Set(ids)].sort()) {
    const task = await findTask(tx, id, true)
    if (!task || task.noticeId !== noticeId)
      throw new Problem('not-found', '有任务不是由这份通知分解的，请刷新后重试。')
    if (task.withdrawnAt !== null) continue
    out.push(await updateTask(s, tx, actor, now, id, task.version, { withdrawn: true, reason }))
  }
  return out
}
