import type { Json } from '../../core/condition/ast.ts'
import { Problem } from '../../core/errors.ts'
import { type Db, sql } from '../../store/db.ts'
import type { RawCell } from './cells.ts'
import type { Kept, MadeOn } from './made-on.ts'
import type { Item } from './parse.ts'
import type { Counts, RowProblem, RowState, SessionRow } from './types.ts'

/** Sessions and staged rows in the database; nothing here knows what they mean. */

export const noCounts = (): Counts => ({ create: 0, update: 0, same: 0, warning: 0, error: 0, skipped: 0 })

export async function loadSession(db: Db, id: string): Promise<SessionRow | undefined> {
  const { rows } = await sql<SessionRow>`select * from import_session where id = ${id}`.execute(db)
  return rows[0]
}

export async function lockSession(tx: Db, id: string): Promise<SessionRow> {
  const { rows } = await sql<SessionRow>`select * from import_session where id = ${id} for update`.execute(tx)
  if (!rows[0]) throw new Problem('not-found', '没有找到这次导入，请从导入列表重新进入。', { id })
  return rows[0]
}

type Change = Partial<
  Pick<
    SessionRow,
    | 'state'
    | 'mapping'
    | 'found'
    | 'reading'
    | 'line'
    | 'done'
    | 'total'
    | 'counts'
    | 'problems'
    | 'failure'
    | 'undone'
    | 'actor'
    | 'kept'
  >
>

const json = new Set(['mapping', 'found', 'counts', 'problems', 'undone', 'actor', 'kept'])

export async function saveSession(db: Db, id: string, change: Change, now: Date): Promise<void> {
  const sets = Object.entries(change).map(
    ([name, value]) =>
      sql`${sql.ref(name)} = ${json.has(name) && value !== null ? JSON.stringify(value) : value}`,
  )
  await sql`update import_session set ${sql.join([...sets, sql`updated_at = ${now}`])} where id = ${id}`.execute(
    db,
  )
}

/** Adds rows to what a session has done, whichever chunk is through first. */
export async function progressed(
  tx: Db,
  id: string,
  rows: readonly Pick<Staged, 'line'>[],
  now: Date,
): Promise<void> {
  await sql`update import_session set done = done + ${rows.length}, line = greatest(line, ${rows.at(-1)?.line ?? 0}),
      updated_at = ${now} where id = ${id}`.execute(tx)
}

/** A staged row as it lies in the table. */
export interface Staged {
  line: number
  state: RowState
  raw: RawCell[]
  given: Record<string, Json>
  fixed: Record<string, unknown> | null
  decision: string | null
  made_on: MadeOn | null
  problems: RowProblem[]
  keys: string[]
  same_as: number | null
  record_id: string | null
  record_version: number | null
  done: boolean
  undone: boolean
}

/** Writes rows of a reading, with the corrections and decisions that hold for them. */
export async function stage(
  db: Db,
  session: string,
  reading: number,
  rows: readonly { item: Item; raw: readonly RawCell[]; kept?: Omit<Kept, 'line'> | undefined }[],
): Promise<void> {
  if (rows.length === 0) return
  const documents = rows.map(({ item, raw, kept }) => ({
    ...outcome(item),
    given: { ...item.values },
    raw,
    fixed: kept?.fixed ?? null,
    decision: kept?.decision ?? null,
    made_on: kept?.made_on ?? null,
  }))
  await sql`insert into import_row (session_id, reading, line, state, warned, raw, given, problems, keys, same_as, record_id,
      fixed, decision, made_on)
    select ${session}::uuid, ${reading}::int, line, state, warned, raw, given, problems, keys, same_as, record_id,
      fixed, decision, made_on
    from jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) as v(line int, state text, warned boolean, raw jsonb,
      given jsonb, problems jsonb, keys text[], same_as int, record_id uuid, fixed jsonb, decision text, made_on jsonb)
    on conflict (session_id, line) do update set reading = excluded.reading, state = excluded.state,
      warned = excluded.warned, raw = excluded.raw, given = excluded.given, problems = excluded.problems,
      keys = excluded.keys, same_as = excluded.same_as, record_id = excluded.record_id, fixed = excluded.fixed,
      decision = excluded.decision, made_on = excluded.made_on`.execute(db)
}

const outcome = (item: Item) => ({
  line: item.line,
  state: item.state,
  warned: item.problems.some((p) => p.level === 'warning'),
  problems: item.problems,
  keys: item.keys,
  same_as: item.sameAs ?? null,
  record_id: item.recordId ?? null,
})

/** What the run made of rows. */
export async function settle(
  db: Db,
  session: string,
  rows: readonly { item: Item; version: number | null; done: boolean }[],
): Promise<void> {
  if (rows.length === 0) return
  const documents = rows.map(({ item, version, done }) => ({ ...outcome(item), version, done }))
  await sql`update import_row r set state = v.state, warned = v.warned, problems = v.problems, record_id = v.record_id,
      record_version = v.version, done = v.done
    from jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) as v(line int, state text, warned boolean, problems jsonb,
      record_id uuid, version int, done boolean)
    where r.session_id = ${session} and r.line = v.line`.execute(db)
}

export async function rowsOf(
  db: Db,
  session: string,
  query: { where?: ReturnType<typeof sql>; after?: number; limit: number; raw?: boolean },
): Promise<Staged[]> {
  const raw = query.raw === false ? sql`'[]'::jsonb as raw` : sql`raw`
  const more = query.where ? sql`and ${query.where}` : sql``
  const { rows } =
    await sql<Staged>`select line, state, ${raw}, given, fixed, decision, made_on, problems, keys, same_as,
      record_id, record_version, done, undone from import_row
    where session_id = ${session} and line > ${query.after ?? 0} ${more} order by line limit ${query.limit}`.execute(
      db,
    )
  return rows
}

export async function countRows(db: Db, session: string): Promise<Counts> {
  const { rows } = await sql<{ state: RowState; n: number; warned: number }>`select state, count(*) as n,
      count(*) filter (where warned and state not in ('error', 'skipped')) as warned
    from import_row where session_id = ${session} group by state`.execute(db)
  const counts = noCounts()
  for (const r of rows) {
    counts[r.state] = r.n
    counts.warning += r.warned
  }
  return counts
}

const SHOWN_PROBLEMS = 30

/** The most frequent problems, whatever the values they quote. */
export async function frequentProblems(db: Db, session: string): Promise<SessionRow['problems']> {
  const { rows } = await sql<
    SessionRow['problems'][number]
  >`select p->>'field' as field, p->>'level' as level,
      regexp_replace(regexp_replace(p->>'message', '“[^”]*”', '“…”', 'g'), '第 \\d+ 行', '第 … 行') as message,
      count(*) as count
    from import_row, jsonb_array_elements(problems) p where session_id = ${session} and p->>'level' not in ('repair', 'change')
    group by 1, 2, 3 order by count desc, 3 limit ${SHOWN_PROBLEMS}`.execute(db)
  return rows
}

/** A staged row on its way again. */
export const itemOf = (row: Staged): Item => ({
  line: row.line,
  values: { ...row.given },
  texts: {},
  above: {},
  refs: {},
  problems: row.problems.filter((p) => p.level !== 'error'),
  remarks: [],
  decision: row.decision,
  ...(row.fixed && { fixed: row.fixed }),
  state: row.state,
  keys: row.keys,
  ...(row.same_as !== null && { sameAs: row.same_as }),
})
