import type { RecordDef } from '../../core/definition.ts'
import { Problem } from '../../core/errors.ts'
import type { Over } from '../../store/background.ts'
import { type Db, sql } from '../../store/db.ts'
import { applyRows, type Outcome } from './apply.ts'
import { remember } from './memory.ts'
import type { Item } from './parse.ts'
import { complain, type Plan } from './planning.ts'
import { CHUNK, prepare } from './read.ts'
import {
  countRows,
  frequentProblems,
  itemOf,
  progressed,
  rowsOf,
  type Staged,
  saveSession,
  settle,
} from './rows.ts'
import type { ImportServices, SessionRow } from './types.ts'

export const pending = sql`not done and state in ('create', 'update', 'same')`

/**
 * Writes the staged rows, a chunk to a transaction. A row is marked in the transaction that writes it, so that
 * after a kill the rest is done and nothing twice. While the database writes one chunk the next is planned, where
 * neither can be about a record of the other.
 */
export async function runRows(s: ImportServices, session: SessionRow, over: Over): Promise<void> {
  const { plan } = await prepare(s, session, session.found)
  const next = (after?: number) =>
    rowsOf(s.db, session.id, {
      where: pending,
      ...(after !== undefined && { after }),
      limit: CHUNK,
      raw: false,
    })
  let before: readonly Staged[] = []
  let writing = Promise.resolve()
  try {
    let rows = await next()
    while (rows.length > 0) {
      if (!strangers(plan.def, before, rows)) await writing
      // what a chunk leaves undone is no longer pending: it has become an error
      const coming = next(rows.at(-1)?.line)
      const mine = writeChunk(s, session, { ...plan, writing: true }, rows)
      // failures are said where they are waited for
      for (const x of [coming, mine]) x.catch(() => {})
      const earlier = writing
      writing = Promise.allSettled([earlier, mine]).then(() => mine)
      writing.catch(() => {})
      await earlier
      await new Promise((r) => setImmediate(r))
      if (await over()) return
      before = rows
      rows = await coming
    }
  } finally {
    await writing
  }
  await remember(s.db, s.catalogue, session, session.actor, s.clock.now())
  await saveSession(
    s.db,
    session.id,
    {
      state: 'done',
      counts: await countRows(s.db, session.id),
      problems: await frequentProblems(s.db, session.id),
    },
    s.clock.now(),
  )
}

/**
 * Can no row of one chunk be about what a row of the other is about? Records with nothing above them that share no
 * key; below a parent, and in cases with their numbers, one row may wait for what another has left.
 */
function strangers(def: RecordDef, one: readonly Staged[], other: readonly Staged[]): boolean {
  if (one.length === 0) return true
  if (def.of || def.kind === 'loop') return false
  const marks = (row: Staged) => (row.record_id ? [...row.keys, `#${row.record_id}`] : row.keys)
  const met = new Set(one.flatMap(marks))
  return !other.some((row) => marks(row).some((mark) => met.has(mark)))
}

/** One chunk; where the database refuses it, its halves, down to the row that is at fault. */
async function writeChunk(
  s: ImportServices,
  session: SessionRow,
  plan: Plan,
  rows: readonly Staged[],
): Promise<void> {
  const now = s.clock.now()
  for (let attempt = 1; ; attempt++) {
    try {
      await s.db.transaction().execute(async (tx) => {
        const note = (item: Item) => noteOf(session, plan, item)
        const outcomes = await applyRows({ ...plan, now }, tx as Db, session.id, rows.map(itemOf), note)
        await settle(tx as Db, session.id, outcomes)
        await progressed(tx as Db, session.id, rows, now)
      })
      return
    } catch (e) {
      const kind = faultOf(e)
      if (kind === 'elsewhere') throw e
      if (kind === 'again' && attempt < 4) continue
      if (rows.length === 1) return refuse(s, session, rows[0]!, e)
      const half = rows.length >> 1
      await writeChunk(s, session, plan, rows.slice(0, half))
      await writeChunk(s, session, plan, rows.slice(half))
      return
    }
  }
}

async function refuse(s: ImportServices, session: SessionRow, row: Staged, e: unknown): Promise<void> {
  const item = itemOf(row)
  const complaints =
    e instanceof Problem ? (e.details.complaints as { path: string }[] | undefined) : undefined
  complain(
    item,
    complaints?.[0]?.path ?? '',
    e instanceof Problem ? e.message : '数据库不接受这一行的内容，请检查各列是否有异常字符或过长的内容。',
  )
  item.state = 'error'
  const outcome: Outcome = { item, version: null, done: false }
  await settle(s.db, session.id, [outcome])
  await progressed(s.db, session.id, [row], s.clock.now())
}

/** Whether a failed transaction is the fault of its rows, of others who were faster, or of something else. */
function faultOf(e: unknown): 'rows' | 'again' | 'elsewhere' {
  if (e instanceof Problem) return 'rows'
  const code = (e as { code?: string }).code ?? ''
  if (code === '40001' || code === '40P01') return 'again'
  // data exceptions, constraints, index rows too large
  return /^(22|23|54)/.test(code) ? 'rows' : 'elsewhere'
}

/**
 * Where a case came from. The columns of its ledger that only actions may write stay in the session's own row, which
 * can be erased: the journal is sealed, and nobody knows what personal content such a column holds.
 */
function noteOf(session: SessionRow, plan: Plan, item: Item): string | undefined {
  if (plan.def.kind !== 'loop') return undefined
  return `导入批次 ${session.id.slice(-8)} 第 ${item.line} 行，原表其他内容见导入记录`
}
