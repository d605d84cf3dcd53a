import { confirms } from '../access/proves.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { columnOf, parentField, parentTitle, tableOf } from '../core/naming.ts'
import { journalPart, titleOf } from '../journal/write.ts'
import { afterWrites } from './bulk.ts'
import type { Writing } from './change.ts'
import type { Done } from './once.ts'
import { scopeOfNew } from './parents.ts'
import { checkVersion, getRow, lockRow } from './rows.ts'
import { carriedChanges, carryScope } from './scope-columns.ts'
import type { Row } from './types.ts'
import { moveWishes } from './wish/ask.ts'
import { requireReach, scopeColumnsOf, tracePart, uniqueAsComplaint } from './write.ts'

const badInput = (path: string, message: string) =>
  new Problem('bad-input', message, { complaints: [{ path, message }] })

/** What keeps a record where it is: who asks, what it is, and no reason. */
function refuse({ actor, meta, now }: Writing, def: RecordDef, before: Row): void {
  if (before.archivedAt)
    throw new Problem('conflict', `这条${def.label}已移除，请先恢复再改换归属。`, { current: before })
  if (!confirms(actor, def, before, shanghaiDate(now)))
    throw new Problem('forbidden', `${def.label}登记错了单位的，由乡镇或县局改换归属，请联系监管单位。`, {
      register: def.name,
    })
  if (!meta.reason?.trim()) throw badInput('reason', `改换${def.label}的归属请写明理由。`)
}

/**
 * Moves a record that was entered under the wrong parent, with everything that hangs on it: photos, facts and
 * children by its id, clocks with their days as they run, scope and counters by the new place. Both sides' time
 * lines say so; what was frozen stays.
 * @param to id of the right parent, within the officer's reach as the record is
 */
export async function moveRecord(w: Writing, id: string, to: unknown, version: number): Promise<Done> {
  const { s, tx, batch, actor, def, meta, now } = w
  if (!def.of) throw badInput('', `${def.label}没有上级，不能改换归属。`)
  const parent = s.catalogue.record(def.of)
  const link = parentField(def.of)
  const before = await lockRow(s, tx, actor, def, id, 'write')
  checkVersion(def, before, version)
  refuse(w, def, before)
  if (to === before[link]) throw badInput(link, `它已经在这个${parent.label}名下，请选择另一个。`)
  const { scope, parent: found } = await scopeOfNew(s, tx, actor, def, id, { [link]: to })
  if (!found) throw badInput(link, `请先选择${parent.label}。`)
  requireReach(s, actor, def, { id, ...scope })
  const columns = {
    ...scopeColumnsOf(scope),
    [columnOf(link)]: found.row.id,
    version: before.version + 1,
    updated_at: now,
    updated_by: actor.id,
  }
  await uniqueAsComplaint(def, () =>
    tx.updateTable(tableOf(def.name)).set(columns).where('id', '=', id).execute(),
  )
  const carried = await carryScope(tx, s.catalogue, def, [id], scope, now)
  await moveWishes(tx, id, scope.organisation)
  const row = await getRow(s, tx, actor, def, id)
  const was = String(before[parentTitle(def.of)] ?? '')
  const is = titleOf(parent, found.row)
  tracePart(
    batch,
    actor,
    def,
    row,
    'move',
    [{ field: link, label: parent.label, before: was, after: is }, ...carriedChanges(carried)],
    meta,
    now,
  )
  // whom it does not concern any more learns that it is gone, and not whose it is
  const gone = { field: def.name, label: def.label, before: titleOf(def, before), after: null }
  journalPart(batch, {
    actor,
    now,
    register: parent.name,
    recordId: String(before[link]),
    title: was,
    what: 'move-out',
    changes: [gone],
    reason: meta.reason,
    area: before.area,
    organisation: before.organisation,
    idempotencyKey: meta.idempotencyKey,
  })
  // what the former parent is judged by has changed as well
  await afterWrites(s, tx, def, [before], now, actor)
  return { row, warnings: [] }
}
