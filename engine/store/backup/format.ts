/** What a backup file holds, and what both directions need to know of a database. */
import { createHash, getHashes, type Hash } from 'node:crypto'
import type pg from 'pg'

export const FORMAT = 1

/** Entry names inside the file, in this order; `parts/` of a table are numbered from 000000. */
export const entry = {
  manifest: 'manifest.json',
  table: (index: number, part: number) =>
    `tables/${String(index).padStart(4, '0')}/${String(part).padStart(6, '0')}.copy`,
  file: (relative: string) => `files/${relative}`,
  /** secrets and certificates of the data folder */
  keep: (relative: string) => `keep/${relative}`,
  summary: 'summary.json',
}

export interface TableOf {
  /** quoted, with schema */
  name: string
  /** quoted; without generated columns */
  columns: string[]
}

export interface Manifest {
  format: number
  createdAt: string
  postgres: string
  /** of the hashes in the summary */
  hash: string
  migrations: { no: number; name: string; hash: string }[]
  /** the next transaction number at the snapshot; see `continueCount` */
  nextXid: string
  tables: TableOf[]
}

export interface Summary {
  tables: { rows: number; bytes: number; hash: string }[]
  sequences: { name: string; last: string; called: boolean }[]
  files: { count: number; bytes: number }
  keep: { name: string; hash: string }[]
}

export interface Progress {
  stage: 'tables' | 'files'
  /** table or file being worked on */
  name: string
  done: number
  total: number
}

/** SM3 is the hash the county's own auditors know; Node's OpenSSL has it nearly everywhere. */
export const hashName = () => (getHashes().includes('sm3') ? 'sm3' : 'sha256')

/** Passes chunks through while hashing and counting them. */
export function measured(hash: Hash) {
  const seen = { bytes: 0 }
  return {
    seen,
    digest: () => hash.digest('hex'),
    async *through(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        hash.update(chunk)
        seen.bytes += chunk.length
        yield chunk
      }
    },
  }
}

export const newHash = (name: string): Hash => createHash(name)

// the job queue makes its own tables, and losing it loses nothing
const ours = `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_worker')`

/** Every table of the program with its writable columns; partitioned ones by their root. */
export async function tablesOf(client: pg.Client): Promise<TableOf[]> {
  const { rows } = await client.query<TableOf>(`
    select format('%I.%I', n.nspname, c.relname) as name,
      array_agg(quote_ident(a.attname) order by a.attnum)::text[] as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't' and ${ours}
      and not (n.nspname = 'public' and c.relname = 'schema_migration')
    group by n.nspname, c.relname order by n.nspname, c.relname`)
  return rows
}

export async function sequencesOf(client: pg.Client): Promise<Summary['sequences']> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${ours} order by 1`)
  const out: Summary['sequences'] = []
  for (const { name } of rows) {
    const state = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${name}`,
    )
    out.push({ name, ...state.rows[0]! })
  }
  return out
}

export async function migrationsOf(client: pg.Client): Promise<Manifest['migrations']> {
  const there = await client.query(`select to_regclass('public.schema_migration') as t`)
  if (!there.rows[0]?.t) return []
  const { rows } = await client.query('select no, name, hash from public.schema_migration order by no')
  return rows as Manifest['migrations']
}

/** Names, quoted, of foreign keys with their definitions, and of the user's triggers with their modes. */
export async function guardsOf(client: pg.Client) {
  const keys = await client.query<{ table: string; name: string; definition: string }>(`
    select format('%I.%I', n.nspname, t.relname) as table, quote_ident(c.conname) as name,
      pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    where c.contype = 'f' and c.conparentid = 0 and ${ours}`)
  const triggers = await client.query<{ table: string; name: string; mode: string }>(`
    select format('%I.%I', n.nspname, t.relname) as table, quote_ident(g.tgname) as name, g.tgenabled as mode
    from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
    where not g.tgisinternal and g.tgparentid = 0 and g.tgenabled <> 'D' and ${ours}`)
  return { keys: keys.rows, triggers: triggers.rows }
}
