import pg from 'pg'
import { expect, it } from 'vitest'
import { cloneDatabase } from './pg.ts'

const query = async (client: pg.Client, sql: string) => (await client.query(sql)).rows

it('a clone is a database of its own, dropped without a trace', async () => {
  const one = await cloneDatabase()
  const two = await cloneDatabase()
  expect(one.url).not.toBe(two.url)
  const client = new pg.Client({ connectionString: one.url })
  await client.connect()
  await client.query('create table only_here (n int)')
  await client.end()
  const other = new pg.Client({ connectionString: two.url })
  await other.connect()
  expect(await query(other, "select to_regclass('only_here') as t")).toEqual([{ t: null }])
  await other.end()
  await one.drop()
  await two.drop()
})

it('dropping fails, and names the query, when a connection was left open', async () => {
  const db = await cloneDatabase({ empty: true })
  const leaked = new pg.Client({ connectionString: db.url, application_name: 'leaky' })
  leaked.on('error', () => undefined)
  await leaked.connect()
  await leaked.query('select 42 as answer')
  await expect(db.drop()).rejects.toThrow(/1 connection.*leaky.*select 42 as answer/s)
})
