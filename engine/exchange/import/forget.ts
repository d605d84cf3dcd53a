import type { Actor } from '../../access/actor.ts'
import { Problem } from '../../core/errors.ts'
import type { Db } from '../../store/db.ts'
import { forget, senderOf } from './memory.ts'
import { lockSession, saveSession } from './rows.ts'
import { getImport, sessionOf } from './sessions.ts'
import type { ImportServices, ImportSession } from './types.ts'
import { begin } from './work.ts'

/**
 * Forgets one remembered answer; an import that has not been written is read again without it.
 * @throws Problem `not-found` for an answer that this import was not read with, `conflict` while it is busy
 */
export async function forgetRemembered(
  s: ImportServices,
  actor: Actor,
  id: string,
  answer: string,
): Promise<ImportSession> {
  const { register, area, actor: whose } = await sessionOf(s, s.db, actor, id)
  const again = await s.db.transaction().execute(async (tx: Db) => {
    const { state, found } = await lockSession(tx, id)
    if (!found.remembered?.some((m) => m.id === answer))
      throw new Problem('not-found', '没有这条记住的选定，可能已经取消。', { answer })
    if (state === 'reading' || state === 'running' || state === 'undoing')
      throw new Problem('conflict', '这次导入正在处理，请稍候再取消。', { state })
    await forget(tx, register, senderOf(whose, area), answer)
    const remembered = found.remembered.filter((m) => m.id !== answer)
    const open = state === 'preview'
    await saveSession(
      tx,
      id,
      { found: { ...found, remembered }, ...(open && { state: 'reading' as const }) },
      s.clock.now(),
    )
    return open
  })
  if (again) void begin(s, id)
  return getImport(s, actor, id)
}
