import pg from 'pg'

export interface Sent {
  /** text of each statement, in order */
  statements: string[]
  /** names of the tables they read or write */
  tables: string[]
}

/**
 * What is sent to PostgreSQL while something runs, by whatever connection of this process.
 * @param known names of the database's tables: words of a statement that are none of them are not counted
 */
export async function sentBy<T>(
  known: ReadonlySet<string>,
  work: () => Promise<T>,
): Promise<Sent & { result: T }> {
  const statements: string[] = []
  const before = pg.Client.prototype.query
  const noted = function (this: pg.Client, ...args: unknown[]) {
    const given = args[0] as string | { text?: string }
    const text = typeof given === 'string' ? given : given?.text
    if (text) statements.push(text)
    return (before as (...a: unknown[]) => unknown).apply(this, args)
  }
  pg.Client.prototype.query = noted as never
  try {
    const result = await work()
    const words = new Set(statements.flatMap((s) => s.match(/\b[a-z_][a-z0-9_]*\b/g) ?? []))
    return { statements, tables: [...words].filter((w) => known.has(w)).sort(), result }
  } finally {
    pg.Client.prototype.query = before
  }
}

/** Tables and views of a database, by name. */
export async function tablesIn(url: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema in ('public', 'history')`,
    )
    return new Set(rows.map((r) => r.name))
  } finally {
    await client.end()
  }
}

/**
 * Tables that statements read, from their plans: a word may be a column too, a plan names what is scanned. Statements
 * of transactions and settings have none.
 */
export async function scannedBy(url: string, statements: readonly string[]): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const scanned = new Set<string>()
  const walk = (node: unknown): void => {
    if (!node || typeof node !== 'object') return
    for (const [key, value] of Object.entries(node))
      if (key === 'Relation Name') scanned.add(String(value))
      else if (typeof value === 'object') walk(value)
  }
  try {
    for (const text of statements.filter((s) => /^\s*\(?\s*(with|select)\b/i.test(s))) {
      const { rows } = await client.query(`explain (generic_plan, format json) ${text}`)
      walk(rows)
    }
  } finally {
    await client.end()
  }
  return scanned
}
