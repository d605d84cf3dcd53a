import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Catalogue } from '../core/catalogue.ts'
import { Problem } from '../core/errors.ts'
import { hashOf } from '../core/hash.ts'
import { additionsSql, type Existing } from './schema.ts'

const folder = fileURLToPath(new URL('./migrations/', import.meta.url))

/** First line of a file that makes or changes tables of registers and loops. */
const OF_RECORDS = /^-- (Made from the definitions|On tables of records)\b/

interface MigrationFile {
  no: number
  name: string
  sql: string
  hash: string
  ofRecords: boolean
}

let files: readonly MigrationFile[] | undefined

/**
 * Numbered SQL files, in order; read once. After the first release every new file takes the next free number, whatever it is
 * about, so that an older database and a fresh one go through them in the same order; one about tables of registers
 * and loops says so in its first line.
 */
export function migrationFiles(): readonly MigrationFile[] {
  files ??= readdirSync(folder)
    .filter((f) => /^\d{3}_[\w-]+\.sql$/.test(f))
    .sort()
    .map((name) => {
      const sql = readFileSync(folder + name, 'utf8').replace(/\r\n/g, '\n')
      return { no: Number(name.slice(0, 3)), name, sql, hash: hashOf(sql), ofRecords: OF_RECORDS.test(sql) }
    })
  return files
}

// any number that nobody else uses; keeps two programs from migrating one database at once
const MIGRATION_LOCK = 7_140_525

/**
 * Brings a database to the present schema: each numbered file once, in its own transaction, in order.
 * A file that changed after it had been applied is refused: write a new one.
 * @param options.records false leaves out the tables of registers and loops: for tests with definitions of their own
 * @param options.upTo last file number to apply: for a backup of an earlier schema
 * @returns names of the files applied now
 */
export async function migrate(
  databaseUrl: string,
  options: { records?: boolean; upTo?: number } = {},
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(`create table if not exists schema_migration (
      no int primary key, name text not null, hash text not null, applied_at timestamptz not null default now())`)
    const { rows } = await client.query('select no, name, hash from schema_migration')
    const applied = new Map(rows.map((r) => [r.no as number, r as { name: string; hash: string }]))
    const done: string[] = []
    for (const file of migrationFiles()) {
      if (options.records === false && file.ofRecords) continue
      if (options.upTo !== undefined && file.no > options.upTo) break
      const before = applied.get(file.no)
      if (before) {
        if (before.hash !== file.hash)
          throw new Problem(
            'bad-definition',
            `数据库升级文件 ${file.name} 在执行后被改动过。请恢复原文件，另写新的升级文件。`,
          )
        continue
      }
      await client.query('begin')
      try {
        await client.query(file.sql)
        await client.query('insert into schema_migration (no, name, hash) values ($1, $2, $3)', [
          file.no,
          file.name,
          file.hash,
        ])
        await client.query('commit')
      } catch (e) {
        await client.query('rollback')
        throw new Error(`${file.name}: ${(e as Error).message}`, { cause: e })
      }
      done.push(file.name)
    }
    return done
  } finally {
    await client.end()
  }
}

type Queryable = { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> }

/** Columns, indexes, constraints, functions and triggers of the public schema. */
export async function existingSchema(client: Queryable): Promise<Existing> {
  const columns = new Map<string, Set<string>>()
  const cols = await client.query(
    `select table_name, column_name from information_schema.columns where table_schema = 'public'`,
  )
  for (const r of cols.rows) {
    const t = r.table_name as string
    if (!columns.has(t)) columns.set(t, new Set())
    columns.get(t)?.add(r.column_name as string)
  }
  const idx = await client.query(`select indexname from pg_indexes where schemaname = 'public'`)
  const cons = await client.query(
    `select conname from pg_constraint where connamespace = 'public'::regnamespace`,
  )
  const functions = await client.query(
    `select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace`,
  )
  const triggers = await client.query(`select c.relname || '.' || t.tgname as name
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and t.tgenabled <> 'D'`)
  return {
    columns,
    indexes: new Set(idx.rows.map((r) => r.indexname as string)),
    constraints: new Set(cons.rows.map((r) => r.conname as string)),
    functions: new Map(functions.rows.map((r) => [r.proname as string, r.prosrc as string])),
    triggers: new Set(triggers.rows.map((r) => r.name as string)),
  }
}

/** SQL still missing for these definitions; empty when the committed migrations match them. */
export async function missingSchema(client: Queryable, catalogue: Catalogue): Promise<string[]> {
  return additionsSql(catalogue, await existingSchema(client))
}

/** Makes the tables of a catalogue directly: for tests with small definitions of their own. */
export async function createTables(client: Queryable, catalogue: Catalogue): Promise<void> {
  for (const statement of await missingSchema(client, catalogue)) await client.query(statement)
}
