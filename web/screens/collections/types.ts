import type { Condition } from '../../../engine/core/condition/ast.ts'

/** Shapes of the contract of collections (engine/collections). */

export type Value = string | number
export type Source =
  | { field: string }
  | { indicator: string; part: 'num' | 'den' | 'value' }
  | { count: string; condition?: Condition }
  | { place: true }
  | { sequence: true }
export type Ask = 'must' | 'may' | 'no'

export interface CellCounts {
  rows: number
  computed: number
  typed: number
  missing: number
  differ: number
}
export interface ColumnView {
  n: number
  at: number
  title: string
  source: Source | null
  how: string | null
  offers: Source[]
  ask: Ask
  kind: 'text' | 'number' | 'date'
  label: string
  offerLabels: string[]
}
export interface CollectionView {
  id: string
  version: number
  area: string
  title: string
  about: 'record' | 'place'
  register: string | null
  registerLabel: string | null
  condition: Condition | null
  conditionWords: string | null
  lines: 'given' | 'list'
  fileId: string
  fileName: string
  layout: {
    sheet: string
    sheets: string[]
    unseen?: number
    headings: [number, number]
    first: number
    last: number | null
    given: number
  }
  state: 'draft' | 'open' | 'closed'
  asked: 'town' | 'firm' | null
  dueOn: string | null
  /** the last day that the form's own words name */
  namedDay: string | null
  note: string | null
  revision: number
  filledAt: string | null
  sentAt: string | null
  by: string
  at: string
  columns: ColumnView[]
  counts: CellCounts
  homeless: number
}
export interface ListedCollection {
  id: string
  title: string
  area: string
  state: CollectionView['state']
  dueOn: string | null
  at: string
  by: string
  sent: number
  back: number
}
export interface RowView {
  n: number
  title: string
  record: string | null
  town: string | null
  part: string | null
  origin: 'list' | 'given' | 'returned'
  cells: Record<
    string,
    {
      computed?: Value
      typed?: Value
      chosen?: 'computed' | 'typed'
      by?: string
      at?: string
      before?: string
    }
  >
}
/** What a computed cell rests on. */
export interface Rests {
  label: string
  words: string | null
  filledAt: string | null
  record: { register: string; id: string } | null
  list: { register: string; label: string; where: Condition | null } | null
  note: string | null
}
export interface Contact {
  label: string
  name: string | null
  phone: string
}
export interface PartView {
  id: string
  code: string
  title: string
  town: string | null
  returned_at: string | null
  returned_by: string | null
  reminded_at: string | null
  reminders: number
  counts: CellCounts
  contacts: Contact[]
}
export interface Receiver {
  id: string
  title: string
  counts: CellCounts
}
export interface ReturnView {
  id: string
  name: string
  fileId: string | null
  who: string | null
  state: 'merged' | 'waiting' | 'refused'
  message: string | null
  counts: Partial<Record<'rows' | 'cells' | 'changed' | 'added' | 'left', number>>
  at: string
  by: string
}
export interface LeftView {
  id: number
  kind: 'row' | 'cell' | 'column'
  file: string
  who: string | null
  part: string | null
  sheet: string
  line: number
  row: number | null
  col: number | null
  texts: Record<string, string>
  why: string
}
export interface AskedPart {
  id: string
  title: string
  who: string
  dueOn: string | null
  remindedAt: string | null
  returnedAt: string | null
  state: CollectionView['state']
  counts: CellCounts
}
export interface AskedForm extends AskedPart {
  version: number
  code: string
  note: string | null
  by: string
  columns: (Pick<ColumnView, 'n' | 'title' | 'ask' | 'kind' | 'label'> & { figure: boolean })[]
  rows: RowView[]
  next: number | null
  open: boolean
}
