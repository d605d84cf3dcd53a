import type { Actor } from '../access/actor.ts'
import type { Catalogue } from '../core/catalogue.ts'
import type { Clock } from '../core/clock.ts'
import type { LoopDef, RecordDef } from '../core/definition.ts'
import type { PolicyBook } from '../core/policy.ts'
import type { Batch } from './batch.ts'
import type { Db } from './db.ts'
import type { Seal } from './seal.ts'
import type { Row } from './types.ts'

/**
 * What must happen with every write, in its transaction (grades, references of files). A hook that throws undoes
 * the write. Asked by single writes and by imports of many rows.
 */
export interface WriteHook {
  /** whether it has anything to do for this register; asked before each write, so it should know without asking */
  applies(def: RecordDef, now: Date): boolean | Promise<boolean>
  /**
   * for a hook that only adds: its work as part of the write's own statement, which spares a round trip
   * @param values the record as it will stand, with its id
   * @param form what an action brought
   */
  part?(batch: Batch, def: RecordDef, values: Record<string, unknown>, form: Record<string, unknown>): void
  /**
   * for many new rows, before they are inserted: its own writes, and the columns it decides on them (id → column →
   * value), which spares changing each row a second time. `many` is not called for these rows then; undefined
   * when it has nothing to say before they stand.
   */
  fresh?(
    tx: Db,
    def: RecordDef,
    rows: readonly Row[],
    now: Date,
  ): Promise<ReadonlyMap<string, Record<string, unknown>> | undefined>
  /** the same after the rows are written; a single write calls it only where there is no `part` */
  many(tx: Db, def: RecordDef, rows: readonly Row[], now: Date, actor: Actor): Promise<void>
}

/** What the engine's services work with; made once by `main`, or by a test. */
export interface Services {
  db: Db
  catalogue: Catalogue
  clock: Clock
  /** closes what is handed out to be brought back: cursors of lists */
  seal: Seal
  /** brings the catalogue to what counties have defined of their own; asked before every request and every wake */
  freshLocal(): Promise<void>
  /** the policies in force, shipped and local; kept fresh by whoever made the services */
  policies(): PolicyBook
  /** what must happen with every write, in its transaction (grades); a hook that throws undoes the write */
  onWrite: WriteHook[]
  /** a person with the roles of today; undefined when the account was stopped. Work that goes on later asks again */
  actorNow?(actor: Actor): Promise<Actor | undefined>
  /** the loop as it was in the version a case began with */
  loopVersion(name: string, version: number): Promise<LoopDef>
}
