import type { Condition } from '../core/condition/ast.ts'

/** What a cell holds: a figure, or a text as a reader of the form sees it. */
export type Value = string | number

/** What fills a column. Field: of the record, or `enterprise.name` of what it hangs on. */
export type Source =
  | { field: string }
  | { indicator: string; part: 'num' | 'den' | 'value' }
  /** records of a register in the place */
  | { count: string; condition?: Condition }
  /** the name of the place */
  | { place: true }
  | { sequence: true }

export const asks = ['must', 'may', 'no'] as const
export type Ask = (typeof asks)[number]
export const kinds = ['text', 'number', 'date'] as const
export type Kind = (typeof kinds)[number]

export interface Column {
  n: number
  /** 0-based column of the form */
  at: number
  title: string
  source: Source | null
  /** how the source was found: remembered, given, exact, alias, normalised; null without one */
  how: string | null
  /** what else it might be */
  offers: Source[]
  /** must: what is missing is asked for; may: whoever is asked may write there; no: it is the program's or the sender's */
  ask: Ask
  kind: Kind
}

export type About = 'record' | 'place'

/** A line of the form below its headings that says something. */
export interface Given {
  line: number
  texts: string[]
}

/** What was found in the form. */
export interface Layout {
  sheet: string
  /** all its visible sheets */
  sheets: string[]
  /** how many of them, the last ones, were not looked at; absent: none */
  unseen?: number
  /** first and last line of the headings */
  headings: [number, number]
  /** lines above the headings */
  above: string[]
  /** first line for rows */
  first: number
  /** last line before what stands below the rows; null where nothing does */
  last: number | null
  /** line of a sum of all rows */
  total: number | null
  given: Given[]
}

export type CollectionState = 'draft' | 'open' | 'closed'

/** A row of the table `collection`. */
export interface Collection {
  id: string
  version: number
  area: string
  title: string
  about: About
  register: string | null
  condition: Condition | null
  lines: 'given' | 'list'
  file_id: string
  file_name: string
  layout: Layout
  state: CollectionState
  asked: 'town' | 'firm' | null
  due_on: string | null
  note: string | null
  revision: number
  filled_at: string | null
  sent_at: string | null
  closed_at: string | null
  created_at: string
  created_by: string
  created_by_name: string
}

export interface FormRow {
  n: number
  line: number | null
  record_id: string | null
  area: string | null
  title: string
  town: string | null
  organisation: string | null
  part_id: string | null
  origin: 'list' | 'given' | 'returned'
  gone: boolean
}

export interface FormCell {
  row: number
  col: number
  computed: Value | null
  typed: Value | null
  entry: number | null
  chosen: 'computed' | 'typed' | null
}

export interface Part {
  id: string
  collection_id: string
  code: string
  town: string | null
  organisation: string | null
  title: string
  version: number
  revision: number
  sent_at: string
  withdrawn_at: string | null
  reminded_at: string | null
  reminders: number
  returned_at: string | null
  returned_by: string | null
}

/** What stands in the cell: what was chosen; else the records' word; else what was typed. */
export function cellValue(cell: Pick<FormCell, 'computed' | 'typed' | 'chosen'> | undefined): Value | null {
  if (!cell) return null
  if (cell.chosen === 'typed') return cell.typed ?? cell.computed
  return cell.computed ?? cell.typed
}

/** Both are there and say different things, and nobody has said which holds. */
export const differs = (cell: FormCell): boolean =>
  cell.computed !== null &&
  cell.typed !== null &&
  cell.chosen === null &&
  String(cell.computed) !== String(cell.typed)
