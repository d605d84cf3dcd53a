import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import { ownCollection } from './access.ts'
import { note } from './make.ts'

/** Rows that whoever was asked had put in: some of them, or all that came with one file. */
export interface Drop {
  rows?: readonly number[] | undefined
  /** id of the return */
  returned?: string | undefined
}

/**
 * Takes added rows out of the form: they count nowhere, are not in the result, and do not come in again by their name. They
 * stay with what was typed into them, as what was handed in.
 * @returns how many
 * @throws Problem `bad-input` where none of them is an added row
 */
export async function dropAdded(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  { rows, returned }: Drop,
): Promise<{ rows: number }> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  if (c.state === 'closed')
    throw new Problem('action-not-possible', '这张表已经办结，不能再改。请先重新打开。')
  const which = returned
    ? // the file that a row came with is the one that its first cell came with
      sql`(select e.return_id from collection_entry e where e.collection_id = r.collection_id and e.row = r.n
        order by e.id limit 1) = ${returned}::uuid`
    : sql`r.n = any(${rows ?? []}::int[])`
  const { rows: gone } = await sql<{ n: number }>`update collection_row r set gone = true
    where r.collection_id = ${id} and r.origin = 'returned' and not r.gone and ${which} returning n`.execute(
    tx,
  )
  if (gone.length === 0)
    throw new Problem('bad-input', '没有可以删去的行：只能删去对方新增的行，或者已经删去了，请刷新。')
  await sql`update collection_left set settled = 'drop', settled_at = ${now}, settled_by = ${actor.name}
    where collection_id = ${id} and settled_at is null and row = any(${gone.map((r) => r.n)}::int[])`.execute(
    tx,
  )
  await note(tx, actor, now, c, 'update', `删去对方新增的 ${gone.length} 行`)
  return { rows: gone.length }
}
