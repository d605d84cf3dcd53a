import { proves } from '../../access/proves.ts'
import { openCase } from '../../cases/open.ts'
import { shanghaiDate } from '../../core/clock.ts'
import { mayWait } from '../../core/deciding.ts'
import type { LoopDef } from '../../core/definition.ts'
import { Batch } from '../../store/batch.ts'
import {
  afterWrites,
  insertRows,
  journalReady,
  journalWrites,
  type ReadyEntries,
  readyEntries,
  rowOf,
  updateRows,
} from '../../store/bulk.ts'
import { type Mending, mendingOf } from '../../store/correct.ts'
import type { Db } from '../../store/db.ts'
import { giveNumbers } from '../../store/numbers.ts'
import { proofAfter, proofOf } from '../../store/proof.ts'
import type { Row } from '../../store/types.ts'
import { askParts, asksOf, type Becoming, becomes, settleWritten } from '../../store/wish/ask.ts'
import { happenedOn, type NewRow, uniqueAsComplaint } from '../../store/write.ts'
import { writeDerived } from './derive.ts'
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
  const today = shanghaiDate(now)
  const created = planned.filter((x) => x.item.state === 'create')
  const updated = planned.filter((x) => x.item.state === 'update')
  const numbered = created.map((x) => ({ values: x.values, county: x.scope?.county ?? null }))
  await giveNumbers(tx, def, numbered, now)
  const told = (rows: readonly Row[]) =>
    readyEntries(
      def,
      created.map((x, i) => ({ row: rows[i]!, changes: x.changes, reason: noteOf(x.item) })),
    )
  let entries: ReadyEntries | undefined
  const made =
    def.kind === 'loop'
      ? await openCases(p, tx, def, batch, created)
      : await insertRows(
          s,
          tx,
          actor,
          def,
          created.map((x) => newRow(p, x)),
          { batch },
          now,
          (rows) => {
            entries = told(rows)
          },
        )
  const mending = await mendingOf(
    s,
    tx,
    actor,
    def,
    updated.flatMap((x) => x.before ?? []),
    now,
  )
  const split = updated.map((x) => holdOf(p, x, mending.get(x.before?.id ?? '')))
  const wrote = split.filter((x) => x.written.length > 0)
  const changed = await updateRows(
    s,
    tx,
    actor,
    def,
    wrote.map(({ before, values, written }) => ({
      before,
      change: {
        values,
        proof: proofAfter(
          proves(actor, def, before, today),
          def,
          before,
          { ...before, ...values },
          written.map((c) => c.field),
        ),
      },
    })),
    now,
  )
  const fresh = new Map(created.map((x, i) => [x, made[i]!]))
  const after = new Map(changed.map((row) => [row.id, row]))
  const more = wrote.map((x) => ({
    row: after.get(x.before.id)!,
    changes: x.written,
    reason: noteOf(x.item),
  }))
  const ready = [entries ?? told(made), readyEntries(def, more)]
  await journalReady(tx, actor, def, 'import', ready, { batch }, now)
  await askAll(p, tx, batch, split, after)
  // hooks on new rows have run with their insert
  await afterWrites(s, tx, def, def.kind === 'loop' ? [...made, ...changed] : changed, now, actor)
  const done = [...created, ...updated].map((x) => ({
    x,
    row: x.before ? (after.get(x.before.id) ?? x.before) : fresh.get(x)!,
  }))
  const versions = await writeDerived(p, tx, batch, done)
  return [
    ...done.map(({ x, row }) => {
      x.item.recordId = row.id
      return { item: x.item, version: versions.get(row.id) ?? row.version, done: true }
    }),
    ...planned
      .filter((x) => x.item.state === 'same')
      .map((x) => ({ item: x.item, version: x.before?.version ?? null, done: true })),
  ]
}

interface Split extends Becoming {
  item: Item
  before: Row
}

/** What of a change somebody else than an officer may write at once; the rest waits for one, as in the door. */
function holdOf({ def, actor, now }: Plan, x: Planned, mending: Mending = 'own'): Split {
  const before = x.before!
  const today = shanghaiDate(now)
  return { item: x.item, before, ...becomes(actor, def, before, x.values, x.changes, today, mending) }
}

/** Asks for what is held back; an officer's ledger settles what waited for the same values. */
async function askAll(
  p: Plan,
  tx: Db,
  batch: string,
  split: readonly Split[],
  after: ReadonlyMap<string, Row>,
): Promise<void> {
  const { s, def, actor, now } = p
  if (!mayWait(def)) return
  const parts = new Batch()
  const rowOf = (x: Split): Row => after.get(x.before.id) ?? x.before
  const asks = split.flatMap((x) => asksOf(rowOf(x), x.held))
  await askParts(s, tx, parts, actor, asks, { batch }, def.name, now)
  const settled = split.filter((x) => x.settles).map((x) => ({ id: x.before.id, changes: x.written }))
  settleWritten(parts, actor, def, settled, now, { byImport: batch })
  await parts.run(tx)
  const waits = split.filter((x) => x.held.length).map((x) => ({ row: rowOf(x), changes: x.held }))
  await journalWrites(tx, actor, def, 'wish', waits, { batch }, now)
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
