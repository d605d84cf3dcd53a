import type { Condition, Json } from '../../engine/core/condition/ast.ts'
import type { Level } from '../../engine/core/definition.ts'
import type { Evidence } from './evidence-types.ts'
import type { Row } from './types.ts'

/** Shapes of what exists once: notices, tasks, grades, parameters, keys. */

export interface Fact {
  text: string
  offset?: { start: number; end: number }
  inferred?: boolean
  /** what the year of a deadline rests on */
  anchor?: 'plan-year' | 'body-year' | 'signature' | 'event'
  /** its month lies before the signature, so the next year was taken */
  moved?: boolean
  date?: string
  period?: string | null
  times?: number | null
  value?: number | [number, number] | null
  unit?: string | null
  comparator?: string | null
}

export interface Proposal {
  indicator?: string
  because: string[]
  /** in what the sentence agrees with the indicator */
  rests: { what: 'words' | 'population' | 'measure' | 'rhythm'; says: string[] }[]
  alternatives: string[]
  target: number | [number, number]
  comparator: string
  unit: string
  due?: string
  every?: string
  owners: string[]
  subset?: string[]
  /** printed names that matched nothing */
  unknown: string[]
}

export interface NoticeItem {
  id: string
  version: number
  no: number
  kind: 'task' | 'rule'
  title: string
  path: string[]
  text: string
  offset: { start: number; end: number }
  deadlines: Fact[]
  frequencies: Fact[]
  targets: Fact[]
  conditions: Fact[]
  units: string[]
  enterprises: string[]
  soft: boolean
  state: 'open' | 'accepted' | 'dropped'
  reason: string | null
  taskIds: string[]
  proposal?: Proposal
  /** what it asks for, as printed, where that is more than one thing */
  demands?: string[]
}

/** What an item would be as a task, with the figure it would have today. */
export interface AcceptPreview {
  item: string
  /** why it cannot be accepted as it stands */
  problem?: string
  title?: string
  indicator?: string
  label?: string
  population?: string
  target?: number | [number, number]
  comparator?: string
  unit?: string
  due?: string | null
  every?: string | null
  owners?: string[]
  figure?: Figure
  reached?: boolean
  towns?: { code: string; name: string; num: number; den: number | null; value: number | null }[]
}

export interface NoticeHead {
  id: string
  version: number
  name: string
  file: string | null
  readable: boolean
  reason: string | null
  title: string | null
  docNo: string | null
  issuer: string | null
  year: number | null
  paper: 'notice' | 'bulletin' | 'rules' | null
  issuedOn: string | null
  warnings: string[]
  createdAt: string
  area: string
  state: 'open' | 'done' | 'unreadable'
  /** called off: shown to those who may restore it */
  voidedAt: string | null
  voidedReason: string | null
  items: { open: number; accepted: number; dropped: number }
}

interface TextSpan {
  start: number
  end: number
}

/** A cell of a table of the original; a merged one is listed once, in its first row. */
export interface DocumentCell extends TextSpan {
  columns: number
  rows: number
  inner?: DocumentTable[]
}

export interface DocumentTable extends TextSpan {
  kind: 'table'
  rows: DocumentCell[][]
  place?: string
}

export interface DocumentParagraph extends TextSpan {
  kind: 'paragraph'
  heading?: number
  place?: string
  note?: { label: string; at: number }
}

/** How the original looked, as places in the notice's text; without blocks the text is shown as it is. */
export interface NoticeDocument {
  blocks: (DocumentParagraph | DocumentTable)[]
  struck: TextSpan[]
  /** what was left out, or could not be read */
  said: { kind: string; count: number; message: string; texts: string[] }[]
}

export interface NoticeView {
  notice: NoticeHead
  text: string
  document: NoticeDocument
  items: NoticeItem[]
}

export type TaskState = 'on-track' | 'at-risk' | 'late' | 'met' | 'met-late'

export interface Figure {
  value: number | null
  num: number
  den: number | null
  proof?: { claimed: number; evidenced: number; verified: number }
  at?: string
  /** parameters for want of which there is no figure */
  missing?: string[]
}

export interface Frozen extends Figure {
  asOf: string
  reached: boolean
}

export interface Task {
  id: string
  version: number
  area?: string
  title: string
  sentence: string
  noticeId: string | null
  itemId?: string | null
  indicator: string | null
  where?: Condition | null
  subset?: string[] | null
  who?: string | null
  target: number | [number, number]
  comparator: string
  unit: string
  every: string | null
  startsOn?: string
  due: string | null
  owners: string[]
  state: TaskState
  /** the day it was done */
  doneOn?: string
  figure: Figure
  /** of a town's officer: his town's share */
  own?: Share
  frozen?: Frozen
  /** what was corrected since the figure was fixed, and what it would be today */
  corrected?: { n: number; num: number; den: number | null; value: number | null; reached: boolean }
  /** only tasks that no data can answer */
  evidence?: { confirmed: number; pending: number }
  withdrawnAt?: string | null
  withdrawnReason?: string | null
}

/** A place's part of a task; without a state where the goal is the whole's alone. */
export interface Share {
  code: string
  name: string
  num: number
  den: number | null
  value: number | null
  state?: TaskState
  doneOn?: string
  proof?: NonNullable<Figure['proof']>
  corrected?: { n: number; was: number | null; value: number | null }
}

export type TownFigure = Omit<Share, 'code'> & { code: string | null }

/** Tasks by place. */
export interface TaskGrid {
  by: 'town' | 'county'
  areas: { code: string; name: string; own?: true }[]
  rows: { key: string; task: Task; cells: ((Share & { task: string }) | null)[] }[]
}

export interface TaskDetail extends Task {
  /** enterprises of the population with a change that waits and that the figure reads */
  waiting?: number
  towns: TownFigure[]
  definition: {
    indicator?: string
    label: string
    basis: string[]
    /** whom it counts */
    population: string
    /** where the task counts others than the county's number says */
    scope?: { notice: string; county: string }
    /** what counts as done */
    met: string
    leastLabel?: string
    register?: string
    /** where what is missing is entered: a register of its own, or fields of the record itself */
    entered?: { register: string; fields: string[]; given: Record<string, string> }
  }
  /** figures fixed at due dates that were moved since */
  earlier?: Frozen[]
  corrections?: {
    rows: {
      at: string
      by: string
      register: string
      registerLabel: string
      recordId: string
      title: string
      what: string
      reason: string | null
      changes: { field: string; label: string; before?: unknown; after?: unknown }[]
    }[]
    hidden: number
  }
  evidenceList?: Evidence[]
  /** of a task whose papers are counted by owner and period: what may be handed in by the reader, and for when */
  papers?: {
    owners: { id: string; name: string; mine: boolean }[]
    periods: { from: string; to: string; label: string }[]
  }
}

/** Whom to call; the phone is masked where the reader may only look. */
export interface Contact {
  label: string
  name: string | null
  phone: string
}

export interface TaskRows {
  register: string | null
  rows: (Row & {
    reason: string
    period?: string
    running?: true
    why?: { holds: boolean }
    /** of papers: the responsible unit and the first day of its period */
    title?: string
    owner?: string
    from?: string
    /** a piece waits for its confirmation */
    waits?: true
    weak?: { register: string; id: string }
    contacts: Contact[]
  })[]
  total: number
  running?: number
}

export interface GradeStep {
  rule: string
  label: string
  effect: string
  basis: string
  because: string
  /** a county's own adjustment */
  local?: boolean
}

export interface Graded {
  level: Level
  letter: string
  colour: '红' | '橙' | '黄' | '蓝'
}

/** What a proposal does not know, and what does not go together. */
export interface Doubts {
  unknown?: string[]
  contradictions?: string[]
}

export interface Decision {
  id: string
  level: Level
  /** what the reason stands on */
  facts?: { field: string; holds: boolean }[]
  proposedLevel?: Level
  reason: string | null
  state: 'assessed' | 'adopted' | 'returned'
  assessor: string
  assessedBy: string
  assessedAt: string
  reviewer: string | null
  reviewedAt: string | null
  reviewReason: string | null
}

export interface GradeCardData {
  scheme: { name: string; label: string; version: number } | null
  /** what the firm says of itself */
  self: Graded | null
  proposed: (Graded & Doubts & { steps: GradeStep[]; at: string }) | null
  adopted:
    | (Graded & {
        decidedOn: string | null
        by: string | null
        reviewer: string | null
        reason: string | null
      })
    | null
  /** facts that a reason may stand on, as the ledger says them */
  facts: { field: string; label: string; ledger: boolean | null }[]
  /** assessed and waiting for a second person */
  waiting: Decision | null
  history: Decision[]
}

export interface TrayRow {
  enterprise: { id: string; title: string; town: string | null; industry?: unknown; version: number }
  /** what the firm says of itself */
  self: Graded | null
  proposed: (Graded & Doubts & { steps: GradeStep[]; at: string }) | null
  adopted: (Graded & Partial<Pick<Decision, 'assessor' | 'reviewer' | 'reviewedAt' | 'reason'>>) | null
  waiting:
    | (Pick<Decision, 'id' | 'level' | 'assessor' | 'assessedBy' | 'assessedAt' | 'reason'> & Partial<Graded>)
    | null
  /** what is assessed, or else in force, is not what is proposed */
  deviates: boolean
}

export interface PolicyRow {
  id?: string
  version?: number
  key: string
  label: string
  value: Json
  unit?: string | null
  area: string
  areaName?: string
  from: string
  to?: string | null
  basis: string
  sure: 'S' | 'N' | 'M' | 'D'
  /** of populations: what may be chosen */
  options?: { value: string; label: string }[]
  /** the county's own row, which wins over the shipped one */
  local?: boolean
}

export interface ApiKey {
  id: string
  name: string
  role?: string
  area?: string
  roleLabel?: string
  createdAt?: string
  expiresOn?: string | null
  lastUsedAt?: string | null
  revokedAt?: string | null
  start?: string | null
  /** the key itself: once, when it is made */
  key?: string
}
