import type { Condition } from '../core/condition/ast.ts'
import type { IndicatorDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import type { Rhythm } from '../core/period.ts'
import type { Group, ProofSplit } from '../indicators/figure.ts'
import type {
  Comparator,
  Deadline,
  Frequency,
  Heading,
  ItemKind,
  Offset,
  Quantity,
} from '../notices/model.ts'
import type { PaperKind, Told } from '../notices/papers.ts'
import { type Db, sql } from '../store/db.ts'
import type { Services } from '../store/services.ts'

/** A notice as kept. */
export interface Notice {
  id: string
  version: number
  area: string
  name: string
  file: string | null
  text: string
  readable: boolean
  reason: string | null
  title: string | null
  docNo: string | null
  issuer: string | null
  year: number | null
  /** the kind of paper it is read as; null where none was read, or before this was kept */
  paper: PaperKind | null
  /** what an officer told of it */
  told: Told | null
  issuedOn: string | null
  structure: Heading[]
  warnings: string[]
  createdAt: string
  /** called off: taken in by mistake, or twice */
  voidedAt: string | null
  voidedReason: string | null
}

export type ItemState = 'open' | 'accepted' | 'dropped'

/** An assignable item of a notice, as read and then corrected by an officer; the sentence itself never changes. */
export interface Item {
  id: string
  noticeId: string
  version: number
  no: number
  key: string
  kind: ItemKind
  title: string
  path: string[]
  text: string
  offset: Offset
  deadlines: Deadline[]
  frequencies: Frequency[]
  targets: Quantity[]
  conditions: Quantity[]
  units: string[]
  enterprises: string[]
  soft: boolean
  state: ItemState
  reason: string | null
}

/** A task: an item bound to an indicator (or to evidence), a target, a date and owners. */
export interface Task {
  id: string
  version: number
  area: string
  noticeId: string | null
  itemId: string | null
  title: string
  sentence: string
  indicator: string | null
  indicatorVersion: number | null
  where: Condition | null
  subset: string[] | null
  /** name of the population that it counts instead of the county's (`IndicatorDef.of.who`) */
  who: string | null
  target: number | [number, number]
  comparator: Comparator
  unit: string
  every: Rhythm | null
  startsOn: string
  due: string | null
  owners: string[]
  createdAt: string
  updatedAt: string
  withdrawnAt: string | null
  withdrawnReason: string | null
}

/** A figure that was fixed at the end of its due date. */
export interface Frozen {
  taskId: string
  asOf: string
  recordedBy: string
  num: number
  den: number | null
  value: number | null
  reached: boolean
  proof: ProofSplit
}

/** A fixed figure with its towns. */
export type FrozenFigure = Frozen & { groups: Pick<Group, 'area' | 'num' | 'den' | 'value'>[] }

export interface Evidence {
  id: string
  taskId: string
  files: { id: string; name: string; type: string; size: number }[]
  happenedOn: string
  /** the supervising unit whose paper it is, where papers are counted by owner */
  owner: string | null
  /** first day of the period it is for, where papers are counted by period */
  period: string | null
  note: string | null
  addedBy: { id: string; name: string }
  addedAt: string
  confirmedBy: { id: string; name: string } | null
  confirmedAt: string | null
  /** sent back by whoever may confirm, with the reason; taken back by who handed it in: without one */
  returned: { by: { id: string; name: string }; at: string; reason: string | null } | null
}

const noticeColumns =
  sql.raw(`id, version, area, name, file, text, readable, reason, title, doc_no as "docNo",
  issuer, year, paper, told, issued_on as "issuedOn", structure, warnings, created_at as "createdAt",
  voided_at as "voidedAt", voided_reason as "voidedReason"`)
const itemColumns = sql.raw(`id, notice_id as "noticeId", version, no, key, kind, title, path, text,
  place as "offset", deadlines, frequencies, targets, conditions, units, enterprises, soft, state, reason`)
const taskColumns = sql.raw(`id, version, area, notice_id as "noticeId", item_id as "itemId", title, sentence,
  indicator, indicator_version as "indicatorVersion", population as "where", subset, who, target, comparator, unit,
  every, starts_on as "startsOn", due_on as "due", owners, created_at as "createdAt", updated_at as "updatedAt",
  withdrawn_at as "withdrawnAt", withdrawn_reason as "withdrawnReason"`)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @param lock `share`: it is not called off meanwhile; `update`: nothing is made of it meanwhile */
export async function findNotice(db: Db, id: string, lock?: 'share' | 'update'): Promise<Notice | undefined> {
  if (!uuid.test(id)) return undefined
  const { rows } = await sql<Notice>`select ${noticeColumns} from notice where id = ${id}
    ${lock ? sql.raw(`for ${lock}`) : sql``}`.execute(db)
  return rows[0]
}

export async function noticesWhere(db: Db, where: ReturnType<typeof sql>): Promise<Notice[]> {
  const { rows } = await sql<Notice>`select ${noticeColumns} from notice where ${where}
    order by created_at desc, id desc limit 200`.execute(db)
  return rows
}

export async function itemsOf(db: Db, noticeId: string): Promise<Item[]> {
  const { rows } =
    await sql<Item>`select ${itemColumns} from notice_item where notice_id = ${noticeId} order by no`.execute(
      db,
    )
  return rows
}

export async function findItem(
  db: Db,
  noticeId: string,
  id: string,
  lock = false,
): Promise<Item | undefined> {
  if (!uuid.test(id) || !uuid.test(noticeId)) return undefined
  const { rows } = await sql<Item>`select ${itemColumns} from notice_item
    where id = ${id} and notice_id = ${noticeId} ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

export async function findTask(db: Db, id: string, lock = false): Promise<Task | undefined> {
  if (!uuid.test(id)) return undefined
  const { rows } = await sql<Task>`select ${taskColumns} from task where id = ${id}
    ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

export async function tasksWhere(db: Db, where: ReturnType<typeof sql>): Promise<Task[]> {
  const { rows } = await sql<Task>`select ${taskColumns} from task where ${where}
    order by due_on, created_at, id limit 1000`.execute(db)
  return rows
}

/** Frozen figures of tasks at their present due date. */
export const frozenSql = (taskIds: readonly string[]) =>
  sql<FrozenFigure>`select f.task_id as "taskId", f.as_of as "asOf", f.recorded_by as "recordedBy",
      f.num, f.den, f.value, f.reached, f.proof, f.groups
    from task_figure f join task t on t.id = f.task_id and t.due_on = f.as_of
    where f.task_id = any(${taskIds}::uuid[])`

/** Figures that were fixed at due dates the task had before, the latest first: moving a date hides none of them. */
export async function earlierFrozen(db: Db, task: Pick<Task, 'id' | 'due'>): Promise<Frozen[]> {
  const { rows } = await sql<Frozen>`select task_id as "taskId", as_of as "asOf", recorded_by as "recordedBy",
      num, den, value, reached, proof
    from task_figure where task_id = ${task.id} and as_of is distinct from ${task.due}::date
    order by as_of desc`.execute(db)
  return rows
}

export type EvidenceRow = Omit<Evidence, 'addedBy' | 'confirmedBy' | 'returned'> & {
  added_by: string
  added_by_name: string
  confirmed_by: string | null
  confirmed_by_name: string | null
  returned_by: string | null
  returned_by_name: string | null
  returned_at: string | null
  returned_reason: string | null
}

/** Columns of `task_evidence e`, to be read by `toEvidence`. */
export const evidenceColumns =
  sql.raw(`e.id, e.task_id as "taskId", e.files, e.happened_on as "happenedOn", e.owner, e.period, e.note, e.added_by,
  e.added_by_name, e.added_at as "addedAt", e.confirmed_by, e.confirmed_by_name, e.confirmed_at as "confirmedAt",
  e.returned_by, e.returned_by_name, e.returned_at, e.returned_reason`)

export function toEvidence(row: EvidenceRow): Evidence {
  const { added_by, added_by_name, confirmed_by, confirmed_by_name, ...rest } = row
  const { returned_by, returned_by_name, returned_at, returned_reason, ...e } = rest
  const by = returned_by ? { id: returned_by, name: returned_by_name ?? '' } : undefined
  return {
    ...e,
    addedBy: { id: added_by, name: added_by_name },
    confirmedBy: confirmed_by ? { id: confirmed_by, name: confirmed_by_name ?? '' } : null,
    returned: by && returned_at ? { by, at: returned_at, reason: returned_reason } : null,
  }
}

export async function evidenceOf(db: Db, taskIds: readonly string[]): Promise<Evidence[]> {
  const { rows } = await sql<EvidenceRow>`select ${evidenceColumns} from task_evidence e
    where e.task_id = any(${taskIds}::uuid[]) order by e.added_at, e.id`.execute(db)
  return rows.map(toEvidence)
}

/** Earlier versions of indicators, which never change: read once. */
const earlier = new WeakMap<Db, Map<string, IndicatorDef>>()

/** The indicators of tasks, each in the version the task was bound to; evidence tasks have none. */
export async function indicatorsOf(s: Services, tasks: readonly Task[]): Promise<Map<Task, IndicatorDef>> {
  const known = earlier.get(s.db) ?? new Map<string, IndicatorDef>()
  earlier.set(s.db, known)
  const find = ({ indicator, indicatorVersion }: Task): IndicatorDef | undefined => {
    const current = s.catalogue.indicators.get(indicator ?? '')
    return current?.version === indicatorVersion ? current : known.get(`${indicator} ${indicatorVersion}`)
  }
  const bound = tasks.filter((t) => t.indicator)
  const absent = bound.filter((t) => !find(t))
  if (absent.length) {
    const { rows } = await sql<{
      name: string
      version: number
      body: IndicatorDef
    }>`select name, version, body
      from (select name, version, body from definition where kind = 'indicator'
        union all select name, version, body from local_definition where kind = 'indicator') d
      where (name, version) in (select * from
        unnest(${absent.map((t) => t.indicator)}::text[], ${absent.map((t) => t.indicatorVersion)}::int[]))`.execute(
      s.db,
    )
    for (const { name, version, body } of rows) known.set(`${name} ${version}`, body)
  }
  const out = new Map<Task, IndicatorDef>()
  for (const task of bound) {
    const def = find(task)
    if (!def)
      throw new Problem(
        'bad-definition',
        `任务“${task.title}”所用的指标“${task.indicator}”第 ${task.indicatorVersion} 版已不存在，请重新选择指标。`,
      )
    out.set(task, def)
  }
  return out
}

/** The indicator a task was bound to, in that version; undefined for evidence tasks. */
export const indicatorOf = async (s: Services, task: Task): Promise<IndicatorDef | undefined> =>
  (await indicatorsOf(s, [task])).get(task)
