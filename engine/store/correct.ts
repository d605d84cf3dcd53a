import type { Actor } from '../access/actor.ts'
import { confirms } from '../access/proves.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { tableOf } from '../core/naming.ts'
import { type Db, sql } from './db.ts'
import { firmsPeople } from './firms-people.ts'
import type { Row, WriteMeta } from './types.ts'

/**
 * Mistakes are daily work (decision 30): one's own entry is put right within a day without asking; later, and in what
 * somebody else entered, it is a correction by the next level, with a reason, and the old value stays to be seen.
 */

/** Hours in which one's own entry is put right without asking. */
const OWN_HOURS = 24

/** Who entered a record and whether nobody else has touched it. */
async function entryOf(
  db: Db,
  def: RecordDef,
  id: string,
): Promise<{ by: string; last: string } | undefined> {
  const { rows } = await sql<{
    by: string
    last: string
  }>`select created_by::text as by, updated_by::text as last
    from ${sql.table(tableOf(def.name))} where id = ${id}`.execute(db)
  return rows[0]
}

/**
 * Whether a change is a correction that the journal tells as such.
 * @throws Problem forbidden for a firm whose entry has stood for a day, bad-input without a reason
 */
export async function isCorrection(
  db: Db,
  actor: Actor,
  def: RecordDef,
  before: Row,
  meta: Pick<WriteMeta, 'reason' | 'batch'>,
  now: Date,
): Promise<boolean> {
  if (def.kind !== 'register' || !def.stands || actor.kind !== 'person') return false
  const entry = await entryOf(db, def, before.id)
  if (!entry) return false
  const fresh = now.getTime() - Date.parse(before.recordedAt) < OWN_HOURS * 3_600_000
  if (fresh && entry.by === actor.id && entry.last === actor.id) return false
  const officer = confirms(actor, def, before, shanghaiDate(now))
  const firms = officer ? undefined : await firmsPeople(db, [entry.by])
  // colleagues of the firm mend each other's entries of the day
  if (fresh && firms?.has(entry.by)) return false
  if (!officer)
    throw new Problem(
      'forbidden',
      `这条${def.label}登记已超过一天，由乡镇或县局更正。请联系监管单位，说明哪一项错了、应是什么。`,
      { register: def.name, id: before.id },
    )
  if (meta.reason?.trim()) return true
  const message = '更正已登记的内容请写明理由，如：保单号登记错，按保单原件更正。'
  throw new Problem('bad-input', message, { complaints: [{ path: 'reason', message }] })
}
