import type { Actor } from '../access/actor.ts'
import { proves } from '../access/proves.ts'
import type { ScopeRow } from '../access/scope.ts'
import { actOnCase, caseActions } from '../cases/act.ts'
import { editComplaints, openingComplaints, requireShelve } from '../cases/guard.ts'
import { openCase } from '../cases/open.ts'
import { shanghaiDate } from '../core/clock.ts'
import type { RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { tableOf } from '../core/naming.ts'
import { resumeClocks, voidClocks } from '../deadlines/shelve.ts'
import { readTimeline } from '../journal/timeline.ts'
import { type Db, sql } from './db.ts'
import { raiseAttempts, readInput, refuseInput } from './input.ts'
import { listRows } from './list.ts'
import { maskRows } from './mask.ts'
import { type Once, writeOnce } from './once.ts'
import { scopeOfNew } from './parents.ts'
import { proofAfter, proofOf } from './proof.ts'
import { checkVersion, getRow, lockRow } from './rows.ts'
import { selectRows } from './select.ts'
import type { Services } from './services.ts'
import type { Door, ListQuery, Page, Row, WriteMeta, WriteResult } from './types.ts'
import {
  changesBetween,
  happenedOn,
  insertPart,
  raiseComplaints,
  requireReach,
  scopeOfChange,
  tracePart,
  updateRow,
} from './write.ts'

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
        await refuseInput(s, tx, this.actor, def, read, { meta, now })
        if (def.scope && scope.area === null)
          raiseComplaints(def, [{ path: def.scope.area, message: '请选择所在地。' }])
        requireReach(s, this.actor, def, { id, ...scope })
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
        tracePart(batch, this.actor, def, told, meta.batch ? 'import' : 'create', changes, meta, now)
        return {
          id,
          version: 1,
          values: read.values,
          warnings: [...read.warnings, ...notes],
          last: selectRows(def, s.catalogue, sql``, inserted),
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
    return this.#write(def, id, 'update', { register, id, values, version }, meta, async (tx, now, batch) => {
      const before = await lockRow(s, tx, this.actor, def, id, 'write')
      checkVersion(def, before, version)
      if (before.archivedAt)
        throw new Problem('conflict', `这条${def.label}已移除，请先恢复再修改。`, { current: before })
      if (def.kind === 'loop') this.#checkCaseEdit(def, before, values, now)
      const read = readInput(s, this.actor, def, { values, before, now })
      await refuseInput(s, tx, this.actor, def, read, { meta, now })
      const area = scopeOfChange(def, before, { ...before, ...read.values }, this.actor).area
      if (def.scope && before.area !== null && area === null)
        raiseComplaints(def, [{ path: def.scope.area, message: '请选择所在地。' }])
      const changes = changesBetween(def, before, { ...before, ...read.values })
      if (changes.length === 0 && !meta.reason) return { row: before, warnings: read.warnings }
      const changed = changes.map((c) => c.field)
      const word = proves(this.actor, def, before as ScopeRow, shanghaiDate(now))
      const proof = proofAfter(word, def, before, { ...before, ...read.values }, changed)
      const row = await updateRow(s, tx, this.actor, def, before, { values: read.values, proof }, now)
      requireReach(s, this.actor, def, row)
      tracePart(batch, this.actor, def, row, meta.batch ? 'import' : 'update', changes, meta, now)
      return { row, warnings: read.warnings }
    })
  }

  archive(register: string, id: string, version: number, meta: WriteMeta): Promise<WriteResult> {
    return this.#shelve(register, id, version, meta, true)
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
    return this.#write(def, id, what, { register, id, version, what }, meta, async (tx, now, batch) => {
      const before = await lockRow(s, tx, this.actor, def, id, 'write')
      checkVersion(def, before, version)
      if (Boolean(before.archivedAt) === archived)
        throw new Problem('conflict', archived ? '这条记录已经移除。' : '这条记录没有被移除。', {
          current: before,
        })
      requireShelve(this.actor, def, before, archived, meta, shanghaiDate(now))
      if (archived) await this.#refuseWithChildren(tx, def, id)
      const row = await updateRow(
        s,
        tx,
        this.actor,
        def,
        before,
        { values: {}, proof: before.proof, archived },
        now,
      )
      if (def.kind === 'loop') await (archived ? voidClocks : resumeClocks)(tx, [id], now)
      tracePart(batch, this.actor, def, row, what, [], meta, now)
      return { row, warnings: [] }
    })
  }

  /** A record that others belong to stays: removing it would hide them. */
  async #refuseWithChildren(tx: Db, def: RecordDef, id: string): Promise<void> {
    for (const child of this.#s.catalogue.children(def.name)) {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(tableOf(child.name))}
        where ${sql.ref(parentColumn(def.name))} = ${id} and archived_at is null`.execute(tx)
      const n = Number(rows[0]?.n ?? 0)
      if (n)
        throw new Problem(
          'conflict',
          `这条${def.label}名下还有 ${n} 条${child.label}，请先处理它们；停产、关停请改“状态”。`,
          { register: child.name, count: n },
        )
    }
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

  timeline(register: string, id: string, query: { after?: string; limit?: number } = {}) {
    return readTimeline(this.#s, this.actor, register, id, query)
  }

  /** A case is moved by actions; by hand only what no action writes may be corrected, and only while it is open. */
  #checkCaseEdit(def: RecordDef, before: Row, values: Record<string, unknown>, now: Date): void {
    if (def.kind !== 'loop') return
    if (def.states[before.state ?? '']?.end)
      throw new Problem('action-not-possible', `这条${def.label}已办结，不能再修改。`, {
        state: before.state,
        current: before,
      })
    raiseAttempts(def, editComplaints(this.actor, def, before, values, shanghaiDate(now)))
  }

  #write(
    def: RecordDef,
    id: string | null,
    what: string,
    request: unknown,
    meta: WriteMeta,
    run: Once['run'],
  ): Promise<WriteResult> {
    return writeOnce(this.#s, this.actor, { def, id, what, request, meta, run })
  }
}

const parentColumn = (register: string): string => `${tableOf(register)}_id`
