import type { Actor } from '../access/actor.ts'
import { proves } from '../access/proves.ts'
import { actOnCase, caseActions } from '../cases/act.ts'
import { openingComplaints } from '../cases/guard.ts'
import { openCase } from '../cases/open.ts'
import { openingStamps } from '../cases/powers.ts'
import { takeBackStep } from '../cases/take-back.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { TAKEN_BACK } from '../core/loop.ts'
import { readTimeline } from '../journal/timeline.ts'
import type { Batch } from './batch.ts'
import { changeRecord, shelveRecord, type Writing } from './change.ts'
import { type Db, sql } from './db.ts'
import { holdsOn } from './holds.ts'
import { raiseAttempts, readInput, refuseInput } from './input.ts'
import { listRows } from './list.ts'
import { maskRows } from './mask.ts'
import { moveRecord } from './move.ts'
import { giveNumbers } from './numbers.ts'
import { type Once, writeOnce } from './once.ts'
import { scopeOfNew } from './parents.ts'
import { proofOf } from './proof.ts'
import { revertRecord } from './revert.ts'
import { getRow } from './rows.ts'
import { selectRows } from './select.ts'
import type { Services } from './services.ts'
import type { Door, ListQuery, Page, Revert, Row, WriteMeta, WriteResult } from './types.ts'
import { changesBetween, happenedOn, insertPart, raiseComplaints, requireReach, tracePart } from './write.ts'

/**
 * The one door to records (design §7 "scope"): every read is narrowed to the actor's reach, every written row is
 * checked against it again, every write leaves its journal entry and keeps its answer for retries.
 */
export function openDoor(s: Services, actor: Actor): Door {
  return new ScopedDoor(s, actor)
}

class ScopedDoor implements Door {
  readonly actor: Actor
  readonly #s: Services

  constructor(s: Services, actor: Actor) {
    this.#s = s
    this.actor = actor
  }

  list(register: string, query: ListQuery = {}): Promise<Page> {
    const s = this.#s
    return listRows(s, this.actor, s.catalogue.record(register), query)
  }

  async get(register: string, id: string): Promise<Row> {
    const s = this.#s
    const def = s.catalogue.record(register)
    return maskRows(s, this.actor, def, [await getRow(s, s.db, this.actor, def, id)])[0]!
  }

  create(register: string, values: Record<string, unknown>, meta: WriteMeta): Promise<WriteResult> {
    const s = this.#s
    const def = s.catalogue.record(register)
    return this.#write(
      def,
      null,
      'create',
      { register, values, on: meta.happenedOn },
      meta,
      async (tx, now, batch) => {
        const read = readInput(s, this.actor, def, { values, now })
        const today = shanghaiDate(now)
        const id = newId()
        const { scope, parent } = await scopeOfNew(s, tx, this.actor, def, id, values)
        raiseAttempts(def, openingComplaints(this.actor, def, { id, ...scope }, read.values, today))
        await refuseInput(s, tx, this.actor, def, read, { meta, now, parent: parent?.row.id })
        if (def.scope && scope.area === null)
          raiseComplaints(def, [{ path: def.scope.area, message: '请选择所在地。' }])
        requireReach(s, this.actor, def, { id, ...scope })
        const opened = { id, scope, values: read.values }
        Object.assign(
          read.values,
          ...(await openingStamps(tx, this.actor, def, [opened], holdsOn(s, def, now), today)),
        )
        await giveNumbers(tx, def, [{ values: read.values, county: scope.county }], now)
        const made = {
          id,
          values: read.values,
          scope,
          ...(parent && { parentId: parent.row.id }),
          happenedOn: happenedOn(def, read.values, meta, now),
          proof: proofOf(
            proves(this.actor, def, { id, ...scope }, today),
            def.fields,
            read.values,
            def.evidence,
          ),
        }
        const { row: inserted, notes } =
          def.kind === 'loop'
            ? await openCase(s, tx, batch, this.actor, def, made, parent, meta, now)
            : { row: insertPart(s, batch, this.actor, def, made, parent, meta, now), notes: [] }
        const told = {
          id,
          ...scope,
          ...read.values,
        }
        const changes = changesBetween(def, undefined, read.values)
        tracePart(batch, this.actor, def, told, 'create', changes, meta, now)
        return {
          id,
          version: 1,
          values: read.values,
          warnings: [...read.warnings, ...notes],
          last: selectRows(def, s.catalogue, sql``, { source: inserted }),
        }
      },
    )
  }

  update(
    register: string,
    id: string,
    values: Record<string, unknown>,
    version: number,
    meta: WriteMeta,
  ): Promise<WriteResult> {
    const s = this.#s
    const def = s.catalogue.record(register)
    return this.#write(def, id, 'update', { register, id, values, version }, meta, (tx, now, batch) =>
      changeRecord(this.#writing(tx, now, batch, def, meta), id, values, version),
    )
  }

  archive(register: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult> {
    return this.#shelve(register, id, version, meta, true)
  }

  move(register: string, id: string, to: string, version: number, meta: WriteMeta): Promise<WriteResult> {
    const def = this.#s.catalogue.record(register)
    const request = { register, id, to, version, what: 'move' }
    return this.#write(def, id, 'move', request, meta, (tx, now, batch) =>
      moveRecord(this.#writing(tx, now, batch, def, meta), id, to, version),
    )
  }

  restore(register: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult> {
    return this.#shelve(register, id, version, meta, false)
  }

  #shelve(
    register: string,
    id: string,
    version: number,
    meta: WriteMeta,
    archived: boolean,
  ): Promise<WriteResult> {
    const s = this.#s
    const def = s.catalogue.record(register)
    const what = archived ? 'archive' : 'restore'
    return this.#write(def, id, what, { register, id, version, what }, meta, (tx, now, batch) =>
      shelveRecord(this.#writing(tx, now, batch, def, meta), id, version, archived),
    )
  }

  #writing(tx: Db, now: Date, batch: Batch, def: RecordDef, meta: WriteMeta): Writing {
    return { s: this.#s, tx, batch, actor: this.actor, def, meta, now }
  }

  actions(loop: string, id: string) {
    return caseActions(this.#s, this.actor, this.#s.catalogue.loop(loop), id)
  }

  act(
    loop: string,
    id: string,
    action: string,
    form: Record<string, unknown>,
    version: number,
    meta: WriteMeta,
  ): Promise<WriteResult> {
    const def = this.#s.catalogue.loop(loop)
    const request = { loop, id, action, form, version, on: meta.happenedOn }
    return this.#write(def, id, `act:${action}`, request, meta, (tx, now, batch) =>
      actOnCase(this.#s, tx, batch, this.actor, def, id, action, form, version, meta, now),
    )
  }

  takeBack(loop: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult> {
    const def = this.#s.catalogue.loop(loop)
    return this.#write(def, id, TAKEN_BACK, { loop, id, version, what: TAKEN_BACK }, meta, (tx, now, batch) =>
      takeBackStep(this.#writing(tx, now, batch, def, meta), def, id, version),
    )
  }

  revert(register: string, id: string, what: Revert, meta: WriteMeta): Promise<WriteResult> {
    const def = this.#s.catalogue.record(register)
    return this.#write(def, id, 'revert', { register, id, ...what }, meta, (tx, now, batch) =>
      revertRecord(this.#writing(tx, now, batch, def, meta), id, what),
    )
  }

  timeline(register: string, id: string, query: { after?: string; limit?: number } = {}) {
    return readTimeline(this.#s, this.actor, register, id, query)
  }

  #write(
    def: RecordDef,
    id: string | null,
    what: string,
    request: unknown,
    meta: WriteMeta,
    run: Once['run'],
  ): Promise<WriteResult> {
    return writeOnce(this.#s, this.actor, { def, id, what, request, meta, run }).then(
      (done) => ({ ...done, row: this.#shown(def, done.row) }),
      (e) => {
        if (e instanceof Problem && e.details?.current)
          e.details.current = this.#shown(def, e.details.current as Row)
        throw e
      },
    )
  }

  /** Who may act on a case need not be who keeps it: answers to writes are masked as reads are. */
  #shown(def: RecordDef, row: Row): Row {
    return maskRows(this.#s, this.actor, def, [row])[0]!
  }
}
