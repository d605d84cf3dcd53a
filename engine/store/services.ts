import type { Catalogue } from '../core/catalogue.ts'
import type { Clock } from '../core/clock.ts'
import type { LoopDef, RecordDef } from '../core/definition.ts'
import type { PolicyBook } from '../core/policy.ts'
import type { Db } from './db.ts'
import type { Row } from './types.ts'

/** A write that has just been made, inside its transaction. */
export interface Write {
  tx: Db
  def: RecordDef
  row: Row
  now: Date
}

/** What must happen with every write; `many` serves the writes of one transaction on one register at once. */
export interface WriteHook {
  (write: Write): Promise<void>
  many?(tx: Db, def: RecordDef, rows: readonly Row[], now: Date): Promise<void>
}

/** What the engine's services work with; made once by `main`, or by a test. */
export interface Services {
  db: Db
  catalogue: Catalogue
  clock: Clock
  /** the policies in force, shipped and local; kept fresh by whoever made the services */
  policies(): PolicyBook
  /** what must happen with every write, in its transaction (grades); a hook that throws undoes the write */
  onWrite: WriteHook[]
  /** the loop as it was in the version a case began with */
  loopVersion(name: string, version: number): Promise<LoopDef>
}
