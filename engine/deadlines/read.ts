import { daysBetween } from '../core/clock.ts'
import { type Db, sql } from '../store/db.ts'

/** A clock of one record with the rungs of its ladder. */
export interface DeadlineView {
  kind: string
  label: string
  /** YYYY-MM-DD */
  due: string
  state: 'running' | 'met' | 'late' | 'met-late'
  /** calendar days until it is due, negative when overdue; null once the clock has stopped */
  daysLeft: number | null
  rungs: { name: string; label: string; at: string; state: 'planned' | 'reached' | 'void' }[]
}

/** Clocks of a record, the running ones first. The caller has checked that the record may be read. */
export async function readDeadlines(db: Db, recordId: string, today: string): Promise<DeadlineView[]> {
  const { rows } = await sql<{
    id: string
    kind: string
    label: string
    due_on: string
    state: DeadlineView['state']
    closed_on: string | null
  }>`select id, kind, label, due_on, state, closed_on from deadline
    where record_id = ${recordId} and state <> 'void' order by closed_on is not null, due_on, id`.execute(db)
  if (rows.length === 0) return []
  const steps = await sql<{
    deadline_id: string
    name: string
    label: string
    at: string
    state: 'planned' | 'reached' | 'void'
  }>`select deadline_id, rung as name, label, due_on as at, state from ladder_step
    where deadline_id = any(${rows.map((r) => r.id)}::uuid[]) order by due_on, rung`.execute(db)
  return rows.map((r) => ({
    kind: r.kind,
    label: r.label,
    due: r.due_on,
    state: r.state,
    daysLeft: r.closed_on ? null : daysBetween(today, r.due_on),
    rungs: steps.rows.filter((s) => s.deadline_id === r.id).map(({ deadline_id: _, ...rung }) => rung),
  }))
}
