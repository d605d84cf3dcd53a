import type { Actor } from '../access/actor.ts'
import { newId } from '../core/ids.ts'
import { MAX_NOTICE_ITEMS } from '../notices/limits.ts'
import type { NoticeItem, ParsedNotice } from '../notices/model.ts'
import { moodLabel } from '../notices/mood.ts'
import { type Db, sql } from '../store/db.ts'

/** An item as it was read, and why it is set aside, where it is. */
export interface ReadItem {
  item: NoticeItem
  /** absent: a duty that waits */
  reason?: string
}

/** Every item of a paper that was read: what is no duty is kept as well, so that an officer can take it in. */
export const readItems = (parsed: ParsedNotice): ReadItem[] => [
  ...parsed.items.map((item) => ({ item })),
  ...parsed.left
    .slice(0, MAX_NOTICE_ITEMS)
    .map((item) => ({ item, reason: `程序没有当作任务：${moodLabel[item.mood]}` })),
]

/**
 * Writes an item as a row.
 * @param at its notice, its number, its id where it had one, its version: 2 is what a person made or changed
 */
export async function insertItem(
  tx: Db,
  actor: Actor,
  now: Date,
  at: { notice: string; no: number; id?: string | undefined; version?: number },
  { item, reason }: ReadItem,
): Promise<string> {
  const id = at.id ?? newId()
  await sql`insert into notice_item (id, notice_id, version, no, key, kind, title, path, text, place, deadlines, frequencies,
      targets, conditions, units, enterprises, soft, state, reason, updated_at, updated_by)
    values (${id}, ${at.notice}, ${at.version ?? 1}, ${at.no}, ${item.id}, ${item.kind}, ${item.title}, ${item.path},
      ${item.text}, ${JSON.stringify(item.offset)}, ${JSON.stringify(item.deadlines)},
      ${JSON.stringify(item.frequencies)}, ${JSON.stringify(item.targets)}, ${JSON.stringify(item.conditions)},
      ${item.units}, ${item.enterprises}, ${item.soft}, ${reason ? 'dropped' : 'open'}, ${reason ?? null}, ${now},
      ${actor.id})`.execute(tx)
  return id
}
