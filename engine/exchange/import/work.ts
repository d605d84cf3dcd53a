import { Background } from '../../store/background.ts'
import { sql } from '../../store/db.ts'
import { readFile } from './read.ts'
import { loadSession, saveSession } from './rows.ts'
import { runRows } from './run.ts'
import type { ImportServices, SessionRow, SessionState } from './types.ts'
import { undoRows } from './undo.ts'

/** The stages of an import: reading the file, writing, taking back. */
const work = new Background<ImportServices, SessionRow>({
  label: '导入',
  lock: 'import',
  stages: { reading: readFile, running: runRows, undoing: undoRows },
  looking: ['reading'],
  load: loadSession,
  async busy(db) {
    const { rows } = await sql<{ id: string }>`select id from import_session
      where state in ('reading', 'running', 'undoing') order by id`.execute(db)
    return rows.map((r) => r.id)
  },
  fail: (s, id, failure) => saveSession(s.db, id, { state: 'failed', failure }, s.clock.now()),
  failure: '程序处理这个文件时出错，没有导入。请把文件交给系统管理员检查。',
})

export const isBusy = (state: SessionState): boolean => work.isBusy(state)
export const begin = (s: ImportServices, id: string): Promise<void> => work.begin(s, id)
export const settled = (id: string): Promise<void> => work.settled(id)
export const resumeImports = (s: ImportServices): Promise<number> => work.resume(s)
export const stopImports = (s: ImportServices): Promise<void> => work.stop(s)
