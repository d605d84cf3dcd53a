import type { Actor } from '../access/actor.ts'
import { shanghaiDate } from '../core/clock.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import { ownCollection, requireVersion } from './access.ts'
import { note } from './make.ts'

/**
 * Takes back what was sent from all who have not handed in: it leaves their 今日. What has come back stays, with whose it
 * is; where nothing has, the form is as before it was sent and may be sent anew, with another last day or to others.
 * @throws Problem `action-not-possible` where nothing is out, `version-lost`
 */
export async function withdrawCollection(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
  reason: string,
): Promise<{ withdrawn: number; kept: number }> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  requireVersion(c, version)
  if (c.state !== 'open') throw new Problem('action-not-possible', '这张表没有发在外面，不用收回。')
  // a part with anything typed in it has come back in part: what is there is kept with its sender
  const { rows } = await sql<{
    id: string
    title: string
  }>`update collection_part p set withdrawn_at = ${now},
      version = version + 1
    where p.collection_id = ${id} and p.withdrawn_at is null and p.returned_at is null
      and not exists (select from collection_entry e where e.collection_id = ${id} and e.part_id = p.id)
    returning id, title`.execute(tx)
  if (rows.length === 0)
    throw new Problem('action-not-possible', '对方都已经交了或填了一部分，不能收回。不再收的，请点“办结”。')
  await sql`update collection_row set part_id = null where collection_id = ${id}
    and part_id = any(${rows.map((r) => r.id)}::uuid[])`.execute(tx)
  const left = await sql<{ n: number }>`select count(*)::int as n from collection_part
    where collection_id = ${id} and withdrawn_at is null`.execute(tx)
  const kept = left.rows[0]?.n ?? 0
  await sql`update collection set version = version + 1, updated_at = ${now}
      ${kept === 0 ? sql`, state = 'draft', asked = null, sent_at = null` : sql``} where id = ${id}`.execute(
    tx,
  )
  await note(tx, actor, now, c, 'withdraw', `${reason}（收回 ${rows.length} 家）`)
  return { withdrawn: rows.length, kept }
}

/**
 * Takes away a form that is with nobody, with what was typed into it; the journal keeps that there was one.
 * @throws Problem `action-not-possible` for one that is out or closed, `version-lost`
 */
export async function removeCollection(
  tx: Db,
  actor: Actor,
  now: Date,
  id: string,
  version: number,
): Promise<void> {
  const c = await ownCollection(tx, actor, id, shanghaiDate(now), true)
  requireVersion(c, version)
  if (c.state !== 'draft')
    throw new Problem('action-not-possible', '发出过的表不能删除。不再收的，请先收回，或点“办结”。')
  await note(tx, actor, now, c, 'remove')
  await sql`delete from file_ref where register = 'collection' and record_id = ${id}`.execute(tx)
  await sql`delete from collection where id = ${id}`.execute(tx)
}
