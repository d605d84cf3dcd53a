import type { Condition, Json } from '../../engine/core/condition/ast.ts'
import type {
  Fields,
  GradingDef,
  IndicatorDef,
  RecordDef,
  Role,
  TemplateDef,
} from '../../engine/core/definition.ts'
import type { PopulationDef } from '../../engine/core/population.ts'
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
  username?: string
  roles: {
    role: Role
    label: string
    ground: { by?: string; area?: string; unit?: string; sector?: string }
  }[]
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
  populations: PopulationDef[]
  gradings: GradingDef[]
  templates: TemplateDef[]
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
  groups?: Record<string, number>
}

export interface Warning {
  path: string
  message: string
}

export interface WriteResult {
  row: Row
  warnings: Warning[]
  /** changes that wait for an officer; `message` says so */
  waiting?: { id: string; field: string; label: string }[]
  message?: string
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

export type Show = 'late' | 'week' | 'major' | 'mine'
export type TodayGroup = 'machine' | 'urgent' | 'mine' | 'duty' | 'task' | 'expires' | 'broken'

/** What a row of 今日 does; `go` only leads to where it is done. */
export interface Act {
  do: 'action' | 'wishes' | 'claims' | 'evidence' | 'go'
  label: string
  register?: string
  record?: string
  action?: string
  organisation?: string
  task?: string
}

export interface TodayItem {
  /** code of the county, for who supervises several */
  county?: string
  kind: string
  group: TodayGroup
  title: string
  firm: string | null
  why: string
  ifNot: string | null
  due: string | null
  risk: string | null
  link: string
  act: Act | null
  shares?: { label: string; num: number; den: number | null; value: number | null; unit: string }[]
  done?: true
}

export interface Today {
  figures: { name: Show; label: string; n: number; link: string }[]
  items: TodayItem[]
  more: { group: TodayGroup; n: number; link: string }[]
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
  /** why it can no longer be used */
  problem?: string
}
