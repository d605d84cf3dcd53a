import type { Actor } from '../access/actor.ts'
import type { Doing } from '../core/bulk.ts'

export type BulkState = 'checking' | 'preview' | 'running' | 'done' | 'undoing' | 'undone' | 'failed'
/**
 * What becomes of a row: looked at (`can`, `cannot`), done (`done`; `asked`: it waits for an officer; `failed`:
 * refused meanwhile), taken back (`undone`; `kept`: not, with the reason).
 */
export type BulkRowState = 'new' | 'can' | 'cannot' | 'done' | 'asked' | 'failed' | 'undone' | 'kept'

export interface BulkRow {
  id: string
  register: string
  doing: Doing
  label: string
  state: BulkState
  actor_id: string
  actor: Actor
  total: number
  failure: string | null
  created_at: string
  updated_at: string
}

/** One row of a batch as it is kept. */
export interface Item {
  n: number
  record: string
  version: number | null
  after: number | null
  state: BulkRowState
  note: string | null
  wishes: { id: string; version: number }[] | null
}

/** A batch as the API sends it. */
export interface BulkView {
  id: string
  register: string
  registerLabel: string
  doing: Doing
  label: string
  state: BulkState
  at: string
  by: string
  total: number
  counts: Record<BulkRowState, number>
  /** of the present stage */
  progress: { done: number; total: number }
  /** why rows were or will be left out, the most frequent first */
  reasons: { note: string; state: BulkRowState; n: number }[]
  /** whether it can be taken back now, and if it never can, why: said before it is confirmed */
  undo: { possible: boolean; never: string | null }
  message: string | null
}

export interface BulkRowView {
  n: number
  id: string
  /** '' where the record is out of the reader's reach */
  title: string
  state: BulkRowState
  note: string | null
}
