import type { Actor } from '../access/actor.ts'
import { type Db, sql } from '../store/db.ts'

/** An item whose last task was called off is open again; one whose task came back is not. */
export async function settleItem(tx: Db, actor: Actor, now: Date, item: string): Promise<void> {
  await sql`update notice_item i set state = case when l.live then 'accepted' else 'open' end, version = version + 1,
      updated_at = ${now}, updated_by = ${actor.id}
    from (select exists (select 1 from task where item_id = ${item} and withdrawn_at is null) as live) l
    where i.id = ${item} and i.state = case when l.live then 'open' else 'accepted' end`.execute(tx)
}
