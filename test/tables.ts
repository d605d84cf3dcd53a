import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Catalogue } from '../engine/core/catalogue.ts'
import { createTables, migrate } from '../engine/store/migrate.ts'
import { additionsSql } from '../engine/store/schema.ts'
import { cloneTemplate, type TestDatabase } from './pg.ts'

/** A database with the tables of these definitions and of no others; the same tables are made once a run. */
export function cloneTables(catalogue: Catalogue): Promise<TestDatabase> {
  const none = {
    columns: new Map(),
    indexes: new Set<string>(),
    constraints: new Set<string>(),
    functions: new Map(),
    triggers: new Set<string>(),
  }
  const tables = createHash('sha256').update(additionsSql(catalogue, none).join('\n')).digest('hex')
  return cloneTemplate(
    `own_${tables.slice(0, 16)}`,
    async (url) => {
      await migrate(url, { records: false })
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        await createTables(client, catalogue)
      } finally {
        await client.end()
      }
    },
    { empty: true },
  )
}
