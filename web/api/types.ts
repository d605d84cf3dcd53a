import type { Condition, Json } from '../../engine/core/condition/ast.ts'
import type {
  Fields,
  GradingDef,
  IndicatorDef,
  Level,
  RecordDef,
  Role,
} from '../../engine/core/definition.ts'
import type { FileRef } from '../../fields/files/model.ts'

/** Shapes of the HTTP contract (openapi.json says the same to other systems). */

export interface Right {
  read?: boolean
  create?: boolean
  update?: boolean
  archive?: boolean
  import?: boolean
  export?: boolean
}

export interface Me {
  id: string
  name: string
  roles: { role: Role; label: string; ground: unknown }[]
  home: { code: string; name: string }
  organisation?: { id: string; title: string }
  demo: boolean
  /** camera, location and offline work are given by browsers to secure origins only */
  secureOrigin: boolean
  /** signed in with a one-time password: nothing else works until it is changed */
  mustChangePassword?: boolean
  rights: Record<string, Right>
}

export interface DemoSignIn {
  username: string
  password: string
  name: string
  role: Role
  label: string
}

export interface Definitions {
  records: RecordDef[]
  indicators: IndicatorDef[]
  gradings: GradingDef[]
  roles: Partial<Record<Role, string>>
  version: string
}

export interface Row {
  id: string
  version: number
  area: string | null
  town: string | null
  organisation: string | null
  /** 1 claimed, 2 evidenced, 3 verified */
  proof: number
  happenedOn: string
  recordedAt: string
  updatedAt: string
  archivedAt: string | null
  state?: string
  track?: string | null
  loopVersion?: number
  [field: string]: unknown
}

export interface Page {
  rows: Row[]
  next: string | null
  total?: number
}

export interface Warning {
  path: string
  message: string
}

export interface WriteResult {
  row: Row
  warnings: Warning[]
}

export interface OfferedAction {
  id: string
  label: string
  enabled: boolean
  reason?: string
  effect?: string
  confirm?: boolean
  form: Fields
}

export interface TimelineEntry {
  seq: string
  at: string
  actor: { id: string; name: string }
  register: string
  recordId: string
  recordTitle: string
  what: string
  text: string
  changes: { field: string; label: string; before: Json; after: Json }[]
  reason: string | null
}

export interface Rung {
  name: string
  label: string
  at: string
  state: string
}

export interface Deadline {
  kind: string
  label: string
  due: string
  state: 'running' | 'met' | 'late' | 'met-late'
  daysLeft: number | null
  rungs: Rung[]
}

export interface Part {
  register: string
  label: string
  total: number
  rows: Row[]
}

export interface Area {
  code: string
  name: string
  parent: string | null
  level: string | number
}

export interface Unit {
  id: string
  path: string
  name: string
  area: string | null
  kind: string
}

export interface Person {
  id: string
  name: string
  roleLabel: string
  area?: string | null
  unit?: string | null
}

export type StoredFile = FileRef

export interface TodayItem {
  kind: string
  title: string
  why: string
  ifNot?: string | null
  due?: string | null
  link: string
}

export interface SavedView {
  id: string
  name: string
  where?: Condition | null
  q?: string | null
  sort?: string | string[] | null
  columns?: string[] | null
  shared?: boolean
  mine?: boolean
}

export interface ImportHeading {
  column: number
  title: string
  /** own field, or `enterprise.creditCode` for the record the row belongs to; null: not imported */
  field: string | null
  how: string
  confidence: number
  candidates: { field: string; label?: string; confidence?: number }[]
}

export type ImportState = 'reading' | 'preview' | 'running' | 'done' | 'undoing' | 'undone' | 'failed'
export type ImportRowState = 'create' | 'update' | 'same' | 'error' | 'skipped'

export interface ImportProblem {
  field: string
  message: string
  level: 'error' | 'warning'
  candidates?: { id: string; title: string }[]
}

export interface ImportRow {
  line: number
  state: ImportRowState
  done: boolean
  values: Record<string, Json>
  raw: Record<string, string>
  problems: ImportProblem[]
  decision: string | null
  record: string | null
}

export interface ImportSession {
  id: string
  register: string
  label: string
  name: string
  fileId: string
  area: string
  state: ImportState
  by: { id: string; name: string }
  createdAt: string
  updatedAt: string
  progress: { done: number; total: number }
  kind: 'xlsx' | 'csv' | null
  encoding: string | null
  sheet: string | null
  sheets: string[]
  recognised: boolean
  headings: ImportHeading[]
  headingLines: [number, number] | null
  missing: string[]
  seen: { line: number; texts: string[] }[]
  mapping: { sheet?: string; headings?: Record<string, string | null>; [k: string]: unknown }
  counts: Record<ImportRowState | 'warning', number>
  problems: { field: string; message: string; level: 'error' | 'warning'; count: number }[]
  sample: ImportRow[]
  failure: string | null
  undone: { rows: number; kept: { line: number; id: string; title: string; reason: string }[] } | null
}

export interface Fact {
  text: string
  offset?: { start: number; end: number }
  inferred?: boolean
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
  issuedOn: string | null
  warnings: string[]
  createdAt: string
  area: string
  state: 'open' | 'done' | 'unreadable'
  items: { open: number; accepted: number; dropped: number }
}

export interface NoticeView {
  notice: NoticeHead
  text: string
  items: NoticeItem[]
}

export type TaskState = 'on-track' | 'at-risk' | 'late' | 'met' | 'met-late'

export interface Figure {
  value: number | null
  num: number
  den: number | null
  proof?: { claimed: number; evidenced: number; verified: number }
  at?: string
}

export interface Frozen extends Figure {
  asOf: string
  reached: boolean
}

export interface Evidence {
  id: string
  files: StoredFile[]
  happenedOn: string
  note: string | null
  addedBy: { id: string; name: string }
  addedAt: string
  confirmedBy: { id: string; name: string } | null
  confirmedAt: string | null
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
  target: number | [number, number]
  comparator: string
  unit: string
  every: string | null
  startsOn?: string
  due: string | null
  owners: string[]
  state: TaskState
  figure: Figure
  frozen?: Frozen
  /** only tasks that no data can answer */
  evidence?: { confirmed: number; pending: number }
  withdrawnAt?: string | null
}

export interface TownFigure {
  code: string | null
  name: string
  num: number
  den: number | null
  value: number | null
}

export interface TaskDetail extends Task {
  towns: TownFigure[]
  definition: {
    indicator?: string
    label: string
    basis: string[]
    /** whom it counts */
    population: string
    /** what counts as done */
    met: string
    leastLabel?: string
    register?: string
  }
  evidenceList?: Evidence[]
}

export interface TaskRows {
  register: string | null
  rows: (Row & { reason: string; period?: string })[]
  total: number
}

export interface GradeStep {
  rule: string
  label: string
  effect: string
  basis: string
  because: string
}

export interface Graded {
  level: Level
  letter: string
  colour: '红' | '橙' | '黄' | '蓝'
}

export interface Decision {
  id: string
  level: Level
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
  proposed: (Graded & { steps: GradeStep[]; at: string }) | null
  adopted:
    | (Graded & {
        decidedOn: string | null
        by: string | null
        reviewer: string | null
        reason: string | null
      })
    | null
  /** assessed and waiting for a second person */
  waiting: Decision | null
  history: Decision[]
}

export interface TrayRow {
  enterprise: { id: string; title: string; town: string | null; industry?: unknown; version: number }
  proposed: (Graded & { steps: GradeStep[]; at: string }) | null
  adopted: Graded | null
  waiting: Pick<Decision, 'id' | 'level' | 'assessor' | 'assessedBy' | 'assessedAt' | 'reason'> | null
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
