import { isProblem } from '../../core/errors.ts'
import { type Db, sql } from '../../store/db.ts'
import { readFile } from './read.ts'
import { loadSession, saveSession } from './rows.ts'
import { runRows } from './run.ts'
import type { ImportServices, SessionState } from './types.ts'
import { undoRows } from './undo.ts'

/**
 * The stages run in the background of whichever program was asked. Work to do is a session's state in the
 * database; an advisory lock, which falls with its connection, says that somebody is at it. So a killed program
 * leaves nothing behind but work that the next one takes up.
 */
const stages: Partial<Record<SessionState, typeof readFile>> = {
  reading: readFile,
  running: runRows,
  undoing: undoRows,
}
export const isBusy = (state: SessionState): boolean => state in stages

const going = new Map<string, Promise<void>>()
const stopped = new WeakSet<ImportServices>()

/** Begins or takes up a session's stage, unless it is being worked on. Never throws. */
export function begin(s: ImportServices, id: string): Promise<void> {
  let work = going.get(id)
  if (!work) {
    work = workOn(s, id)
      .catch((e: Error) => console.error(`导入 ${id} 中断，稍后自动继续：${e.message}`))
      .finally(() => going.delete(id))
    going.set(id, work)
  }
  return work
}

/** When this program has nothing more to do for the session. */
export const settled = (id: string): Promise<void> => going.get(id) ?? Promise.resolve()

/** Takes up what a killed or stopped program left; called at the start and every minute. @returns sessions found */
export async function resumeImports(s: ImportServices): Promise<number> {
  if (stopped.has(s)) return 0
  const { rows } = await sql<{ id: string }>`select id from import_session
    where state in ('reading', 'running', 'undoing') order by id`.execute(s.db)
  for (const { id } of rows) void begin(s, id)
  return rows.length
}

/** Ends all stages after the chunk they are at; for a clean stop of the program. */
export async function stopImports(s: ImportServices): Promise<void> {
  stopped.add(s)
  await Promise.all(going.values())
}

async function workOn(s: ImportServices, id: string): Promise<void> {
  await s.db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${`import ${id}`}, 0)`
    const { rows } = await sql<{ ok: boolean }>`select pg_try_advisory_lock(${key}) as ok`.execute(connection)
    if (!rows[0]?.ok) return
    try {
      for (;;) {
        const session = await loadSession(s.db, id)
        const stage = session && stages[session.state]
        if (!stage || stopped.has(s)) return
        await stage(s, session, () => stopped.has(s))
      }
    } catch (e) {
      if (comesBack(e)) throw e
      if (!isProblem(e)) console.error(e)
      const failure = isProblem(e)
        ? e.message
        : '程序处理这个文件时出错，没有导入。请把文件交给系统管理员检查。'
      await saveSession(s.db, id, { state: 'failed', failure }, s.clock.now())
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection as Db).catch(() => {})
    }
  })
}

/** Whether the database was away, or the program is being stopped: the work is taken up again later. */
function comesBack(e: unknown): boolean {
  if (isProblem(e)) return e.details.why === 'closed'
  const { code = '', message = '' } = e as { code?: string; message?: string }
  return (
    /^(08|57P|53|ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    /connection|timeout|pool|Client was closed|driver has already been destroyed/i.test(message)
  )
}
