import { type RawBuilder, sql } from 'kysely'
import type { Db } from './db.ts'

/**
 * Writes that stand or fall together, sent as one statement: `with w0 as (insert …), w1 as (update …) select …`.
 * One round trip instead of one per write. The parts see the same snapshot, so a part may refer to an earlier one
 * by its name (it must return rows) but never to what another part wrote in a table.
 */
export class Batch {
  readonly #parts: RawBuilder<unknown>[] = []

  /** Adds a data-modifying statement; the name may be used in later parts. */
  add(statement: RawBuilder<unknown>): RawBuilder<unknown> {
    this.#parts.push(statement)
    return sql.raw(`w${this.#parts.length - 1}`)
  }

  get size(): number {
    return this.#parts.length
  }

  /** Runs all parts; `last` may read what they return. */
  async run<T = unknown>(db: Db, last: RawBuilder<T> = sql`select 1` as RawBuilder<T>): Promise<T[]> {
    if (this.#parts.length === 0) return []
    const named = this.#parts.map((p, i) => sql`${sql.raw(`w${i}`)} as (${p})`)
    const { rows } = await sql<T>`with ${sql.join(named)} ${last}`.execute(db)
    return rows
  }
}
