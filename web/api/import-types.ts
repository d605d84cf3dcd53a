import type { Json } from '../../engine/core/condition/ast.ts'

/** Shapes of imports. */

export interface ImportHeading {
  column: number
  title: string
  /** own field, or `enterprise.creditCode` for the record the row belongs to; null: not imported */
  field: string | null
  how: string
  confidence: number
  candidates: { field: string; label?: string; confidence?: number }[]
  /** the column gives this person too: 主要负责人及联系电话 */
  person?: string
  /** hidden in the file */
  hidden?: true
}

export type ImportState = 'reading' | 'preview' | 'running' | 'done' | 'undoing' | 'undone' | 'failed'
export type ImportRowState = 'create' | 'update' | 'same' | 'error' | 'skipped'

export interface ImportProblem {
  field: string
  message: string
  /** repair: the cell was read as another writing of a value */
  level: 'error' | 'warning' | 'repair'
  ask?: ImportAsk['kind']
  text?: string
  to?: string
  /** records that may be meant; of `moves` values of the field */
  candidates?: { id: string; title: string }[]
  /** decision that settles it */
  settle?: 'apply'
}

/** What a person has to say about a sheet, once for all rows alike. */
export interface ImportAsk {
  kind: 'value' | 'which' | 'above' | 'hidden' | 'derived' | 'moves'
  field: string
  label: string
  text: string
  /** its rows wait; else they are written without the cell */
  holds: boolean
  message: string
  count: number
  lines: number[]
}

export interface ImportRepair {
  field: string
  label: string
  from: string
  to: string
  why: string
  count: number
  lines: number[]
}

export interface ImportSheet {
  name: string
  sheet: string
  hidden: boolean
  read: boolean
  why?: string
  rows: number
  counts?: Record<string, number>
  hiddenRows?: number
  fills?: { field: string; value: string; from: string; where: string }[]
}

export interface ImportMapping {
  sheet?: string
  sheets?: string[]
  headings?: Record<string, string | null | undefined>
  /** how this file writes the values of a field; '' leaves the cell empty */
  values?: Record<string, Record<string, string>>
  /** does a blank mean what stands above? */
  above?: Record<string, boolean>
  /** register → is a record of it made where its newest says otherwise? */
  derive?: Record<string, boolean>
  /** do rows move records to another town or county? */
  moves?: boolean
  /** are hidden rows imported? */
  hiddenRows?: boolean
  /** readings taken back; true: all */
  asIs?: true | Record<string, string[]>
  [k: string]: unknown
}

export interface ImportRow {
  line: number
  /** sheet, where several are read, and line there */
  sheet: string | null
  at: number
  state: ImportRowState
  done: boolean
  values: Record<string, Json>
  raw: Record<string, string>
  problems: ImportProblem[]
  /** what the record has and will have (had and has), in words */
  changes: { field: string; label: string; from: string; to: string }[]
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
  by: string
  /** account of who brought the sheet */
  uploader: string
  at: string
  updatedAt: string
  progress: { done: number; total: number }
  kind: 'xlsx' | 'csv' | null
  encoding: string | null
  sheet: string | null
  sheets: ImportSheet[]
  damage: string[]
  asks: ImportAsk[]
  repairs: ImportRepair[]
  /** answers of earlier ledgers that this one was read with */
  remembered: { id: string; kind: string; says: string; by: string; at: string }[]
  /** corrections by hand that fit no row any more */
  dropped: { sheet: string; at: number; label: string }[]
  recognised: boolean
  headings: ImportHeading[]
  headingLines: [number, number] | null
  missing: string[]
  seen: { line: number; texts: string[] }[]
  mapping: ImportMapping
  counts: Record<ImportRowState | 'warning', number>
  problems: { field: string; message: string; level: 'error' | 'warning'; count: number }[]
  sample: ImportRow[]
  /** names of the areas that answers mean, by code */
  areas: Record<string, string>
  failure: string | null
  undone: {
    rows: number
    created?: number
    updated?: number
    kept: { line: number; id: string; title: string; reason: string }[]
  } | null
}
