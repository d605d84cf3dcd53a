import { proves } from '../../access/proves.ts'
import { openCase } from '../../cases/open.ts'
import { shanghaiDate } from '../../core/clock.ts'
import type { LoopDef } from '../../core/definition.ts'
import { Batch } from '../../store/batch.ts'
import { afterWrites, insertRows, journalWrites, rowOf, updateRows } from '../../store/bulk.ts'
import type { Db } from '../../store/db.ts'
import { proofAfter, proofOf } from '../../store/proof.ts'
import type { Row } from '../../store/types.ts'
import { happenedOn, type NewRow, uniqueAsComplaint } from '../../store/write.ts'
import type { Item } from './parse.ts'
import { planRows } from './plan.ts'
import type { Plan, Planned } from './planning.ts'

/** What became of a row. */
export interface Outcome {
  item: Item
  /** version the record has now; null where nothing was found or made */
  version: number | null
  done: boolean
}

/**
 * Writes a chunk of rows in the caller's transaction, as the door would each of them: values, scope, search,
 * journal, hooks. Rows that a second look refuses come back as errors.
 * @param noteOf remark for the journal about a row, e.g. what the sheet says and the register cannot keep
 */
export async function applyRows(
  p: Plan,
  tx: Db,
  batch: string,
  items: readonly Item[],
  noteOf: (item: Item) => string | undefined,
): Promise<Outcome[]> {
  const out: Outcome[] = []
  // rows about one record follow one another: each sees what the one before has left
  let waiting: readonly Item[] = items
  while (waiting.length) {
    const wave: Item[] = []
    const later: Item[] = []
    const taken = new Set<string>()
    for (const item of waiting) {
      const free = item.keys.every((k) => !taken.has(k))
      for (const k of item.keys) taken.add(k)
      ;(free ? wave : later).push(item)
    }
    const planned = await planRows(p, tx, wave)
    const met = new Set<string>()
    const now: Planned[] = []
    for (const plan of planned) {
      if (plan.before && met.has(plan.before.id)) later.push(plan.item)
      else now.push(plan)
      if (plan.before) met.add(plan.before.id)
    }
    const again = new Set(later)
    for (const item of wave)
      if (item.state === 'error' || item.state === 'skipped') out.push({ item, version: null, done: false })
    out.push(...(await write(p, tx, batch, now, noteOf)))
    waiting = later.filter((i) => again.has(i)).sort((a, b) => a.line - b.line)
  }
  return out
}

async function write(
  p: Plan,
  tx: Db,
  batch: string,
  planned: readonly Planned[],
  noteOf: (item: Item) => string | undefined,
): Promise<Outcome[]> {
  const { s, def, actor, now } = p
  const created = planned.filter((x) => x.item.state === 'create')
  const updated = planned.filter((x) => x.item.state === 'update')
  const made: Row[] = []
  if (def.kind === 'loop') made.push(...(await openCases(p, tx, def, batch, created)))
  else
    made.push(
      ...(await insertRows(
        s,
        tx,
        actor,
        def,
        created.map((x) => newRow(p, x)),
        { batch },
        now,
      )),
    )
  const changed = await updateRows(
    s,
    tx,
    actor,
    def,
    updated.map((x) => ({
      before: x.before!,
      change: {
        values: x.values,
        proof: proofAfter(
          proves(actor, def, x.before!, shanghaiDate(now)),
          def,
          x.before!,
          { ...x.before, ...x.values },
          x.changes.map((c) => c.field),
        ),
      },
    })),
    now,
  )
  const rows = [...made, ...changed]
  const entries = [...created, ...updated].map((x, i) => ({
    row: rows[i]!,
    changes: x.changes,
    reason: noteOf(x.item),
  }))
  await journalWrites(tx, actor, def, 'import', entries, { batch }, now)
  // hooks on new rows have run with their insert
  await afterWrites(s, tx, def, def.kind === 'loop' ? rows : changed, now)
  return [
    ...[...created, ...updated].map((x, i) => {
      x.item.recordId = rows[i]!.id
      return { item: x.item, version: rows[i]!.version, done: true }
    }),
    ...planned
      .filter((x) => x.item.state === 'same')
      .map((x) => ({ item: x.item, version: x.before?.version ?? null, done: true })),
  ]
}

const newRow = (p: Plan, x: Planned): NewRow => ({
  id: x.id!,
  values: x.values,
  scope: x.scope!,
  ...(x.parent && { parentId: x.parent.id }),
  happenedOn: happenedOn(p.def, x.values, { idempotencyKey: '' }, p.now),
  proof: proofOf(
    proves(p.actor, p.def, { id: x.id!, ...x.scope! }, shanghaiDate(p.now)),
    p.def.fields,
    x.values,
    p.def.evidence,
  ),
})

/** Cases to a statement: more parts than this are planned more slowly than sent. */
const CASES = 20

/** A case begins in its initial state, whatever the sheet says of it: closing needs its own evidence. */
async function openCases(
  p: Plan,
  tx: Db,
  def: LoopDef,
  batch: string,
  planned: readonly Planned[],
): Promise<Row[]> {
  const meta = { idempotencyKey: '', batch }
  const out: Row[] = []
  for (let i = 0; i < planned.length; i += CASES) {
    const parts = new Batch()
    for (const x of planned.slice(i, i + CASES)) {
      const made = newRow(p, x)
      await openCase(p.s, tx, parts, p.actor, def, made, x.parent && { row: x.parent }, meta, p.now)
      out.push({ ...rowOf(def, made, p.now), state: def.initial })
    }
    await uniqueAsComplaint(def, () => parts.run(tx))
  }
  return out
}
