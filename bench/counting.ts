import pg from 'pg'

/** Switches the triggers that keep the roll-up counters on or off; only a database of a bench may be left without. */
export async function switchCounting(databaseUrl: string, on: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ table: string; name: string }>(
      `select t.tgrelid::regclass::text as table, t.tgname as name from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where not t.tgisinternal and starts_with(p.proname, 'count_')`,
    )
    if (rows.length === 0) throw new Error('no counting triggers: nothing to compare')
    for (const { table, name } of rows)
      await client.query(`alter table ${table} ${on ? 'enable' : 'disable'} trigger ${name}`)
  } finally {
    await client.end()
  }
}
