import { isProblem, Problem } from '../core/errors.ts'
import { Background, type Over } from '../store/background.ts'
import { sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import type { Services } from '../store/services.ts'
import { withdrawWish } from '../store/wish/settle.ts'
import { doOne } from './one.ts'
import { itemsIn, loadBulk, saveItem, saveState } from './rows.ts'
import type { BulkRow, BulkRowState, Item } from './types.ts'

const CHUNK = 100

/** Walks the rows of some state, one after another, each saved with what became of it. */
async function walk(
  s: Services,
  bulk: BulkRow,
  states: readonly BulkRowState[],
  over: Over,
  one: (item: Item) => Promise<Partial<Item>>,
  refused: BulkRowState,
): Promise<boolean> {
  let after = 0
  for (;;) {
    const items = await itemsIn(s.db, bulk.id, states, CHUNK, after)
    if (items.length === 0) return true
    for (const item of items) {
      after = item.n
      const became = await one(item).catch((e: unknown): Partial<Item> => {
        if (!isProblem(e) || e.details.why === 'closed') throw e
        return { state: refused, note: e.message }
      })
      await saveItem(s.db, bulk.id, { ...item, note: null, ...became })
      if (await over()) return false
    }
  }
}

const DRY = { idempotencyKey: 'dry', dry: true } as const

/** Looks at every row: the write itself, with all its checks, taken back before anything of it is kept. */
async function check(s: Services, bulk: BulkRow, over: Over): Promise<void> {
  const def = s.catalogue.record(bulk.register)
  const door = openDoor(s, bulk.actor)
  const whole = await walk(
    s,
    bulk,
    ['new'],
    over,
    async (item) => {
      const row = await door.get(def.name, item.record)
      const { note } = await doOne(s, bulk.actor, def, bulk.doing, row, DRY)
      return { state: 'can', version: row.version, note }
    },
    'cannot',
  )
  if (whole) await saveState(s.db, bulk.id, 'preview', s.clock.now())
}

/** Writes: each row by itself, with its own key, so that after a kill the rest is done and nothing twice. */
async function run(s: Services, bulk: BulkRow, over: Over): Promise<void> {
  const def = s.catalogue.record(bulk.register)
  const door = openDoor(s, bulk.actor)
  const whole = await walk(
    s,
    bulk,
    ['can'],
    over,
    async (item) => {
      const seen = await door.get(def.name, item.record)
      // what was looked at is what is written: the door refuses another version, and a retry gets its first answer
      const row = { ...seen, version: item.version ?? seen.version }
      const meta = { idempotencyKey: `${bulk.id}:${item.n}`, batch: bulk.id }
      const { version, waiting, note } = await doOne(s, bulk.actor, def, bulk.doing, row, meta)
      return {
        state: waiting.length ? 'asked' : 'done',
        after: version,
        note,
        wishes: waiting.length ? waiting : null,
      }
    },
    'failed',
  )
  if (whole) await saveState(s.db, bulk.id, 'done', s.clock.now())
}

/** Takes back what can be: what has been changed since stays as it is, and is named with the reason. */
async function undo(s: Services, bulk: BulkRow, over: Over): Promise<void> {
  const whole = await walk(
    s,
    bulk,
    ['done', 'asked'],
    over,
    async (item) => {
      await undoOne(s, bulk, item)
      return { state: 'undone' }
    },
    'kept',
  )
  if (whole) await saveState(s.db, bulk.id, 'undone', s.clock.now())
}

async function undoOne(s: Services, { id, register, doing, label, actor }: BulkRow, item: Item) {
  const door = openDoor(s, actor)
  const meta = { idempotencyKey: `${id}:${item.n}:undo`, batch: id, reason: `撤销批量办理“${label}”` }
  const from = item.version ?? 0
  const left = item.after ?? 0
  for (const w of item.wishes ?? [])
    await withdrawWish(s, actor, w.id, {
      version: w.version,
      meta: { ...meta, idempotencyKey: `${meta.idempotencyKey}:${w.id}` },
    })
  // what only waited changed nothing in the record
  if (left === from) return
  switch (doing.do) {
    case 'act':
      return door.takeBack(register, item.record, left, meta)
    case 'set':
    case 'verify':
      return door.revert(
        register,
        item.record,
        { fields: doing.field ? [doing.field] : [], from, left },
        meta,
      )
    case 'archive':
      return door.restore(register, item.record, left, meta)
    case 'restore':
      return door.archive(register, item.record, left, meta)
    case 'confirm':
      throw new Problem('conflict', '核实过的改动不能整批撤销，请逐条更正。')
  }
}

/** The stages of a batch: looking, writing, taking back. */
export const work = new Background<Services, BulkRow>({
  label: '批量办理',
  lock: 'bulk',
  stages: { checking: check, running: run, undoing: undo },
  looking: ['checking'],
  load: loadBulk,
  async busy(db) {
    const { rows } = await sql<{ id: string }>`select id from bulk
      where state in ('checking', 'running', 'undoing') order by id`.execute(db)
    return rows.map((r) => r.id)
  },
  fail: (s, id, failure) => saveState(s.db, id, 'failed', s.clock.now(), failure),
  failure: '程序办理时出错，已办理的都保留着。请把时间和台账告诉系统管理员。',
})

export const resumeBulk = (s: Services): Promise<number> => work.resume(s)
export const stopBulk = (s: Services): Promise<void> => work.stop(s)
