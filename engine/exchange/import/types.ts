import type { Actor } from '../../access/actor.ts'
import type { Json } from '../../core/condition/ast.ts'
import type { FileStore } from '../../files/store.ts'
import type { Services } from '../../store/services.ts'
import type { Candidate, GivenMap } from '../sheet/index.ts'
import type { Kept } from './made-on.ts'
import type { Remembered } from './memory.ts'

/** What imports and exports work with. */
export interface ImportServices extends Services {
  files: FileStore
}

export type SessionState = 'reading' | 'preview' | 'running' | 'done' | 'undoing' | 'undone' | 'failed'
/** What becomes of a source line. After the run `create`, `update` and `same` say what was done. */
export type RowState = 'create' | 'update' | 'same' | 'error' | 'skipped'

/** What the user lays down about a file; overrules what was found. */
export interface Mapping extends GivenMap {
  /** name of the sheet of a workbook */
  sheet?: string
  /** names of the sheets that are read together, where it is not all that look alike */
  sheets?: string[]
  /** does a blank cell of this field's column say what the row above says? */
  above?: Record<string, boolean>
  /** how this file writes the values of a field: `{status: {正常生产: '在产'}}`; '' leaves such cells empty */
  values?: Record<string, Record<string, string>>
  /** register → whether a record of it is made where its newest says otherwise than this ledger */
  derive?: Record<string, boolean>
  /** do rows move records to another town or county? false: their area stays as it is */
  moves?: boolean
  /** are hidden and filtered-out rows imported? */
  hiddenRows?: boolean
  /** readings taken back: field → cell texts that are not to be read as anything else; true: all of them */
  asIs?: true | Record<string, string[]>
}

export interface RowProblem {
  /** field the problem is about; '' for the whole row */
  field: string
  message: string
  /** repair: the cell was read as another writing of a value; change: what the record has and will have (`ImportRow.changes`) */
  level: 'error' | 'warning' | 'repair' | 'change'
  /** value: what the cell means; which: which record the row is; above, hidden, moves: as in `Ask` */
  ask?: Ask['kind']
  /** what the cell says, of a cell that was not taken as it stands; change: what the record has */
  text?: string
  /** repair: what it was taken for; change: what the record will have */
  to?: string
  /** records that may be meant: decide by the `decision` of a correction; moves: values of the field, by its `values` */
  candidates?: { id: string; title: string }[]
  /** decision of a correction that settles it */
  settle?: 'apply'
}

export interface Heading {
  /** 0-based column */
  column: number
  title: string
  /** own field, or `enterprise.creditCode` for the record the row belongs to; null: not imported */
  field: string | null
  /** given, remembered, exact, alias, normalised, fuzzy; for columns left out: unknown, sequence, ignored, conflict, action */
  how: string
  /** 0…1 */
  confidence: number
  /** fields it might be */
  candidates: Candidate[]
  /** the column gives only this part of the field: 经度 of a place */
  part?: 'lon' | 'lat'
  /** the column gives this person beside his telephone: 主要负责人及联系电话 */
  person?: string
  /** hidden in the file */
  hidden?: true
}

/** What the name or title of a sheet says of all its rows. */
export interface Filled {
  field: string
  value: string
  from: string
  where: string
}

/** A table of the file. */
export interface FoundSheet {
  name: string
  /** name of the sheet it lies in */
  sheet: string
  hidden: boolean
  read: boolean
  /** why it is not read */
  why?: string
  /** rows in the file, for a progress bar */
  rows: number
  counts?: Counts
  /** of them hidden or filtered out in the file */
  hiddenRows?: number
  /** the day that its title says it is of */
  day?: string
  card?: true
  fills?: Filled[]
  /** number of its rows in the session: its line and so much */
  offset?: number
  headings?: Heading[]
  headingLines?: [number, number]
}

/** What was found in the file; kept with the session. */
export interface Found {
  kind?: 'xlsx' | 'csv'
  /** CSV: recognised encoding */
  encoding?: string
  sheets?: FoundSheet[]
  /** the first sheet that is read, by its name */
  sheet?: string
  /** places that could not be read as text: broken bytes */
  damage?: string[]
  /** a row looks like headings, or the user's map says what the columns are */
  recognised?: boolean
  headingLines?: [first: number, last: number]
  headings?: Heading[]
  /** required fields without a column */
  missing?: string[]
  /** day numbers count from 1904 */
  date1904?: boolean
  /** the first rows as text, when no headings were recognised */
  seen?: { line: number; texts: string[] }[]
  asks?: Ask[]
  repairs?: Repair[]
  /** answers of earlier ledgers that this one was read with */
  remembered?: Remembered[]
  /** corrections by hand that fit no row any more */
  dropped?: Dropped[]
}

/** A correction that was made on another cell or row than stands there now. */
export interface Dropped {
  sheet: string
  /** line there */
  at: number
  label: string
}

/** What is asked of a person about a sheet, once for all rows alike. */
export interface Ask {
  /**
   * value: what the text means; which: which record the row is; above: does a blank mean what stands above; hidden: are
   * hidden rows imported; derived: is a record of another register made, which says otherwise than this ledger;
   * moves: do rows move records to another town or county
   */
  kind: 'value' | 'which' | 'above' | 'hidden' | 'derived' | 'moves'
  field: string
  label: string
  text: string
  /** rows held back until it is answered; false: they are written without the cell */
  holds: boolean
  message: string
  count: number
  /** the first of its rows */
  lines: number[]
  candidates?: { id: string; title: string }[]
}

/** Another writing that was taken for a value, once for all cells alike. */
export interface Repair {
  field: string
  label: string
  from: string
  to: string
  why: string
  count: number
  lines: number[]
}

export type Counts = Record<RowState | 'warning', number>

export interface ImportSession extends Required<Pick<Found, 'headings' | 'missing'>> {
  id: string
  register: string
  /** label of the register */
  label: string
  name: string
  fileId: string
  area: string
  parent: string | null
  state: SessionState
  /** who imports */
  by: string
  /** account of who brought the sheet; others say what for when they take rows out */
  uploader: string
  /** when it was begun */
  at: string
  updatedAt: string
  progress: { done: number; total: number }
  kind: Found['kind'] | null
  encoding: string | null
  /** the first sheet that is read */
  sheet: string | null
  sheets: FoundSheet[]
  damage: string[]
  recognised: boolean
  headingLines: [number, number] | null
  seen: { line: number; texts: string[] }[]
  mapping: Mapping
  counts: Counts
  /** what a person has to say, once for all rows alike */
  asks: Ask[]
  /** what was read as another writing of a value; taken back by `mapping.asIs` */
  repairs: Repair[]
  /** answers of earlier ledgers of this sender that were used, in words; each can be forgotten */
  remembered: (Remembered & { label: string; says: string })[]
  /** corrections by hand that fit no row any more and were not used */
  dropped: Dropped[]
  /** the most frequent problems */
  problems: { field: string; message: string; level: RowProblem['level']; count: number }[]
  /** the first rows as they will be written */
  sample: ImportRow[]
  /** names of the areas that answers and the first rows mean, by code */
  areas: Record<string, string>
  /** why it failed, or what to do next */
  message: string | null
  /** after an undo: how many rows were taken back, and which were not, with the reason */
  undone: {
    rows: number
    /** of them: made, archived again · changed, with their former values again; missing in sessions of older releases */
    created?: number
    updated?: number
    kept: { line: number; id: string; title: string; reason: string }[]
  } | null
}

export interface ImportRow {
  /** number of the row in this import; its line where one sheet is read */
  line: number
  /** sheet, where several are read, and line there */
  sheet: string | null
  at: number
  state: RowState
  /** done: written; otherwise still to come, or not possible */
  done: boolean
  values: Record<string, Json>
  /** cell texts by heading */
  raw: Record<string, string>
  problems: RowProblem[]
  /** what the record has and will have (had and has), in words; none of new rows */
  changes: { field: string; label: string; from: string; to: string }[]
  decision: string | null
  record: string | null
}

export interface Correction {
  /** field → value as in the API; null clears */
  values?: Record<string, unknown>
  /**
   * `skip` leaves the row out; `apply` writes it although an earlier row or another key says otherwise;
   * `new` makes a new record; an id names the record that is meant; null takes the decision back
   */
  decision?: string | null
}

export interface SessionRow {
  id: string
  register: string
  area: string
  parent: string | null
  file_id: string
  name: string
  state: SessionState
  actor_id: string
  actor: Actor
  mapping: Mapping
  found: Found
  reading: number
  line: number
  done: number
  total: number
  counts: Partial<Counts>
  problems: ImportSession['problems']
  failure: string | null
  undone: ImportSession['undone']
  kept: Kept[] | null
  created_at: string
  updated_at: string
}
