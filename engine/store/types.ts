import type { Actor } from '../access/actor.ts'
import type { Condition, Json } from '../core/condition/ast.ts'
import type { Proof, RecordDef } from '../core/definition.ts'

/**
 * A record as the store gives it and the API sends it: field values under their names, system values beside them.
 * A `ref` field `x` comes with `xTitle`; the parent comes as `<of>Id` and `<of>Title`.
 */
export interface Row {
  id: string
  version: number
  area: string | null
  county: string | null
  town: string | null
  unit: string | null
  sector: string | null
  organisation: string | null
  /** 1 claimed, 2 evidenced, 3 verified */
  proof: number
  happenedOn: string
  recordedAt: string
  updatedAt: string
  archivedAt: string | null
  /** loops only */
  state?: string
  track?: string | null
  loopVersion?: number
  [field: string]: unknown
}

/** Who writes, when, why, and the key that makes a retry harmless. Every write carries one. */
export interface WriteMeta {
  /** the same key with the same request gives the same answer; with another request it is refused */
  idempotencyKey: string
  reason?: string
  /** what is asked at the save has been looked at: it is to be saved as it is */
  confirm?: true
  /** YYYY-MM-DD; default: the register's own date field or today */
  happenedOn?: string
  /** time on the device for offline work, ISO */
  deviceTime?: string
  /** WGS-84 */
  place?: { lon: number; lat: number; accuracy?: number }
  /** the import or the work on many rows that the write belongs to */
  batch?: string
  /** only tells what would become of the write: everything is checked as it will be, nothing is kept */
  dry?: true
  /** called when the write had been done before and its kept answer is given again */
  onReplay?: () => void
}

export interface ListQuery {
  where?: Condition
  /** search text; any two characters of Chinese help */
  search?: string
  /** `name` or `-dueOn`; default: newest first */
  sort?: string[]
  limit?: number
  /** opaque cursor of the previous page's last row */
  after?: string
  offset?: number
  /** also count all matching rows */
  count?: boolean
  /** leave out what a newer record has replaced (last year's policy when there is this year's) */
  newest?: boolean
  /** include archived rows */
  archived?: boolean
  /** parent id: only this parent's rows */
  parent?: string
  /** cases only: the earliest open deadline has passed, or comes within this week */
  due?: 'overdue' | 'week'
  /** only what the reader recorded or did a step of */
  mine?: boolean
  /** also count all matching rows by this closed list */
  by?: string
}

export interface Page {
  rows: Row[]
  /** cursor for the next page; null on the last */
  next: string | null
  total?: number
  /** rows by value of the list asked for; values without rows are absent */
  groups?: Record<string, number>
}

/** A change that does not count yet: it waits until an officer confirms it (store/wish). */
export interface Waiting {
  id: string
  version: number
  what: 'change' | 'archive' | 'restore'
  /** '' for the record itself */
  field: string
  label: string
  /** what counts, and what is asked for */
  before: Json
  after: Json
  /** YYYY-MM-DD by which it is to be confirmed or refused; null where no period is laid down */
  due: string | null
}

export interface WriteResult {
  /** the record as it counts */
  row: Row
  /** what was asked for and waits; absent when everything was written */
  waiting?: Waiting[]
  /** remarks that do not block, by field */
  warnings: { path: string; message: string }[]
  /** true when the idempotency key had been used before and this is the stored answer */
  replayed?: boolean
}

/** An action offered on a case; `reason` says in Chinese why not, and who could. */
export interface OfferedAction {
  id: string
  label: string
  enabled: boolean
  reason?: string
  /** the reason is who asks: another person or role could */
  person?: boolean
  effect?: string
  confirm?: boolean
  form: RecordDef['fields']
}

export interface TimelineEntry {
  seq: string
  at: string
  actor: { id: string; name: string }
  register: string
  recordId: string
  recordTitle: string
  /** create, update, archive, restore, import, undo, act:<action>, sweep:<rung>, unsweep:<rung>, refused */
  what: string
  /** Chinese sentence: 张三 登记隐患 … */
  text: string
  changes: { field: string; label: string; before: Json; after: Json }[]
  reason: string | null
}

/** What is to be as it was. */
export interface Revert {
  fields: string[]
  /** the version that had the former values, and the one that the write to be undone left */
  from: number
  left: number
}

/** The one door to records, bound to an actor (engine/store/door.ts). Deny by default. */
export interface Door {
  readonly actor: Actor
  list(register: string, query?: ListQuery): Promise<Page>
  get(register: string, id: string): Promise<Row>
  create(register: string, values: Record<string, unknown>, meta: WriteMeta): Promise<WriteResult>
  update(
    register: string,
    id: string,
    values: Record<string, unknown>,
    version: number,
    meta: WriteMeta,
  ): Promise<WriteResult>
  /** soft removal; journalled, undone by `restore` */
  archive(register: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult>
  restore(register: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult>
  /** to the right parent, with photos, facts and clocks; the reason is in `meta` */
  move(register: string, id: string, to: string, version: number, meta: WriteMeta): Promise<WriteResult>
  /** loops: what may be done now, with reasons for what may not */
  actions(loop: string, id: string): Promise<OfferedAction[]>
  act(
    loop: string,
    id: string,
    action: string,
    form: Record<string, unknown>,
    version: number,
    meta: WriteMeta,
  ): Promise<WriteResult>
  /** loops: takes back one's own last step, as long as nobody has built on it */
  takeBack(loop: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult>
  /** gives fields the values of an earlier version again, where they still are as a later version left them */
  revert(register: string, id: string, what: Revert, meta: WriteMeta): Promise<WriteResult>
  /** the journal of one record and of everything below it, newest first */
  timeline(
    register: string,
    id: string,
    query?: { after?: string; limit?: number },
  ): Promise<{ entries: TimelineEntry[]; next: string | null }>
}

export type { Proof }
