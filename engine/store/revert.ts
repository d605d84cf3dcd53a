import { shanghaiDate } from '../core/clock.ts'
import type { Json } from '../core/condition/ast.ts'
import { mayWait } from '../core/deciding.ts'
import { Problem } from '../core/errors.ts'
import { sameJson } from '../core/naming.ts'
import { ask, type Writing } from './change.ts'
import { type Db, sql } from './db.ts'
import type { Done } from './once.ts'
import { lockRow, pastRow } from './rows.ts'
import type { Revert, Row } from './types.ts'
import { asksOf, becomes, settleWritten } from './wish/ask.ts'
import { changesBetween, requireReach, tracePart, updateRow } from './write.ts'

/** Values of some fields as a record held them. */
export const heldIn = (row: Row, fields: readonly string[]): Record<string, Json> =>
  Object.fromEntries(fields.map((f) => [f, (row[f] ?? null) as Json]))

/**
 * Undoes a change of fields: they get the values of before it, and the record the proof it had. What somebody has
 * changed since keeps its value and is named. Of anybody else than an officer what decides a duty waits, as ever.
 * @throws Problem `conflict` where a field has been changed since, or no past is kept
 */
export async function revertRecord(w: Writing, id: string, { fields, from, left }: Revert): Promise<Done> {
  const { s, tx, batch, actor, def, meta, now } = w
  const before = await lockRow(s, tx, actor, def, id, 'write')
  if (before.archivedAt) throw new Problem('conflict', '之后已归档，没有撤销。', { current: before })
  const was = await pastRow(s, tx, def, id, from)
  const after = before.version === left ? before : await pastRow(s, tx, def, id, left)
  if (!was || !after) throw new Problem('conflict', '原来的内容没有保留，无法恢复，请逐条更正。')
  const moved = fields.find((f) => !sameJson(before[f], after[f]))
  if (moved) throw await changedSince(tx, before, moved, def.fields[moved]?.label ?? moved)
  if (fields.length === 0 && before.version !== left)
    throw new Problem('conflict', '之后又有修改，没有撤销，请逐条核对。', { current: before })
  const values = heldIn(was, fields)
  const asked = changesBetween(def, before, { ...before, ...values })
  const part = becomes(actor, def, before, values, asked, shanghaiDate(now))
  const untouched = before.version === left && part.held.length === 0
  const proof = untouched ? was.proof : before.proof
  let row = before
  if (part.written.length || proof !== before.proof) {
    row = await updateRow(s, tx, actor, def, before, { values: part.values, proof }, now)
    requireReach(s, actor, def, row)
    tracePart(batch, actor, def, row, 'revert', part.written, meta, now)
  }
  if (part.settles && mayWait(def)) settleWritten(batch, actor, def, [{ id, changes: part.written }], now)
  return { row, warnings: [], waiting: await ask(w, asksOf(row, part.held)) }
}

/** Who changed a field since, and when: what a person needs to go and ask. */
async function changedSince(tx: Db, row: Row, field: string, label: string): Promise<Problem> {
  const { rows } = await sql<{ by: string; on: string }>`select actor_name as by,
      to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as on from journal
    where record_id = ${row.id} and changes @> ${JSON.stringify([{ field }])}::jsonb
    order by journal.id desc limit 1`.execute(tx)
  const who = rows[0] ? `由${rows[0].by}于 ${rows[0].on} ` : ''
  return new Problem('conflict', `“${label}”之后又${who}改过，保留现在的内容。`, { current: row })
}
