import type { StoredFile } from './types.ts'

/** A piece that is to prove a task which no data can answer. */
export interface Evidence {
  id: string
  files: StoredFile[]
  happenedOn: string
  owner: string | null
  period: string | null
  note: string | null
  addedBy: { id: string; name: string }
  addedAt: string
  confirmedBy: { id: string; name: string } | null
  confirmedAt: string | null
  /** sent back with a reason, or without one taken back by who handed it in */
  returned: { by: { id: string; name: string }; at: string; reason: string | null } | null
  /** what whoever confirms it should look at */
  doubts: string[]
}
