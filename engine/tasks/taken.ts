import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import type { Item } from './rows.ts'

/** What an officer saw of an item before accepting it. */
export interface Seen {
  /** version of the item; without it (our own programs) the present one */
  version?: number | undefined
  /** on purpose once more: a sentence of two duties, or of two populations */
  again?: boolean | undefined
}

export function requireVersion(item: Item, version: number): void {
  if (item.version !== version)
    throw new Problem(
      'version-lost',
      `这一条刚被别人修改过（现为第 ${item.version} 版）。请刷新后重新提交。`,
      { yours: version, current: item },
    )
}

/** A second task of one item is made on purpose only: who has made the first, and when, is said. */
export async function requireUntaken(tx: Db, item: Item): Promise<void> {
  const { rows } = await sql<{
    id: string
    title: string
    by: string
    on: string
    at: string
  }>`select t.id, t.title,
      coalesce(j.actor_name, '有人') as by, to_char(t.created_at at time zone 'Asia/Shanghai', 'FMMM月FMDD日 HH24:MI') as "on",
      t.created_at as at
    from task t left join journal j on j.register = 'task' and j.record_id = t.id and j.what = 'create'
    where t.item_id = ${item.id} and t.withdrawn_at is null order by t.created_at desc, t.id desc limit 1`.execute(
    tx,
  )
  const [first] = rows
  if (!first) return
  throw new Problem(
    'conflict',
    `${first.by} ${first.on} 已把这一条分解为任务“${first.title}”。请刷新后查看；确要再分解一项的，点“再分解一项”。`,
    { task: first.id, by: first.by, at: first.at, state: item.state },
  )
}
