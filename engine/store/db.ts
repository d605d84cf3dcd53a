import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { sendNamed } from './named-query.ts'
import { StatementNames } from './statement-names.ts'

/**
 * Tables are made from definitions, so their row types are known at run time only; this is the one place that
 * says so. Results are checked where they enter typed code.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Db = Kysely<Record<string, any>>
export { sql }

/**
 * A timestamptz as ISO 8601 in UTC with milliseconds. Connections speak UTC, so that the text need only be cut: a
 * page of a list has a hundred instants, and a Date made of each would cost as much as the page's query.
 */
const instant = (v: string): string =>
  v.length >= 22 && v.endsWith('+00')
    ? `${v.slice(0, 10)}T${v.slice(11, 19)}.${v.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`
    : new Date(v).toISOString()

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (oid === 1082) return (v: string) => v // date: stays YYYY-MM-DD
      if (oid === 1184) return instant // timestamptz
      if (oid === 1700 || oid === 20) return Number // numeric, int8: our figures stay within 2^53
    }
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

type Client = pg.PoolClient

interface NamingClient {
  query(text: unknown, values?: unknown[]): unknown
  release(): void
}

/** Kysely asks the pool for clients; ours send known statements by name. */
class NamingPool {
  readonly pool: pg.Pool
  private readonly names = new StatementNames()
  /** Connections that speak UTC already. One object for each: Kysely keeps what it knows of a connection by it. */
  private readonly spoken = new WeakMap<Client, NamingClient>()
  constructor(pool: pg.Pool) {
    this.pool = pool
  }
  async connect(): Promise<NamingClient> {
    const client: Client = await this.pool.connect()
    let naming = this.spoken.get(client)
    if (!naming) {
      await client.query("set time zone 'UTC'").catch((e) => {
        client.release(true)
        throw e
      })
      naming = this.naming(client)
      this.spoken.set(client, naming)
    }
    return naming
  }
  private naming(client: Client): NamingClient {
    return {
      query: (text, values) => {
        if (typeof text !== 'string') return client.query(text as never)
        // not the begin and commit of a transaction
        const name = text.length > 20 ? this.names.of(text) : undefined
        if (!name) return client.query({ text, values: values ?? [] })
        return sendNamed(client, { name, text, values: values ?? [] }, types)
      },
      release: () => client.release(),
    }
  }
  end() {
    return this.pool.end()
  }
}

export interface Database {
  db: Db
  pool: pg.Pool
  url: string
  close(): Promise<void>
}

/** Opens a pool. Connection failures surface as errors of the query; the HTTP edge turns them into 503. */
export function openDatabase(url: string, options: { max?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 16,
    types,
    connectionTimeoutMillis: 5_000,
    application_name: 'zhiben',
  })
  // an idle connection that breaks must not end the process: the next query reports it
  pool.on('error', () => {})
  // nor one that breaks while it is lent out: its query fails, and that is told
  pool.on('connect', (client) => client.on('error', () => {}))
  const dialect = new PostgresDialect({ pool: new NamingPool(pool) as unknown as pg.Pool })
  const db = new Kysely<Record<string, never>>({ dialect }) as unknown as Db
  return { db, pool, url, close: () => db.destroy() }
}
