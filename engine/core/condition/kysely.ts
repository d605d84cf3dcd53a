import { type RawBuilder, sql } from 'kysely'
import type { Fragment } from './fragment.ts'

/** The fragment as a piece of a Kysely query: `db.selectFrom('enterprise as t').where(toKysely(f))`. */
export const toKysely = <T = boolean>(f: Fragment): RawBuilder<T> =>
  sql<T>(f.parts as unknown as TemplateStringsArray, ...f.values)
