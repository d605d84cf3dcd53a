import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneDatabase } from '../../test/pg.ts'
import { sendNamed } from './named-query.ts'

let client: pg.Client
let close: () => Promise<void>
beforeAll(async () => {
  const made = await cloneDatabase({ empty: true })
  client = new pg.Client({ connectionString: made.url })
  await client.connect()
  close = async () => {
    await client.end()
    await made.drop()
  }
})
afterAll(() => close())

const types: pg.CustomTypesConfig = pg.types
/** How often the server told what rows are like while something ran. */
async function described(work: () => Promise<unknown>): Promise<number> {
  let n = 0
  const connection: NodeJS.EventEmitter = Reflect.get(client, 'connection')
  const count = () => n++
  connection.on('rowDescription', count)
  await work()
  connection.off('rowDescription', count)
  return n
}

describe('a named statement', () => {
  it('gives what pg gives, and asks what its rows are like once', async () => {
    const text = `select i as n, 'text ' || i as t, null::text as nothing, i % 2 = 0 as even, array[i, 2] as list,
      jsonb_build_object('a', i) as j, date '2026-03-01' + i as day, i as twice, nullif(i, 2) as twice
      from generate_series(1, $1::int) i`
    for (const most of [3, 0, 2]) {
      const ours = await sendNamed(client, { name: 'all', text, values: [most] }, types)
      const theirs = await client.query(text, [most])
      expect(ours.rows).toEqual(theirs.rows)
      expect([ours.rowCount, ours.command]).toEqual([theirs.rowCount, theirs.command])
    }
    const again = () => sendNamed(client, { name: 'all', text, values: [3] }, types)
    expect(await described(again)).toBe(0)
    const first = () => sendNamed(client, { name: 'other', text: `${text} limit 1`, values: [3] }, types)
    expect([await described(first), await described(first)]).toEqual([1, 0])
  })

  it('without rows gives none, and may be sent again', async () => {
    await client.query('create table noted (n int primary key)')
    const note = (n: number) =>
      sendNamed(client, { name: 'note', text: 'insert into noted values ($1)', values: [n] }, types)
    expect(await note(1)).toMatchObject({ rowCount: 1, rows: [] })
    await expect(note(1)).rejects.toMatchObject({ code: '23505' })
    expect(await note(2)).toMatchObject({ rowCount: 1, rows: [] })
  })

  it('a failure in the middle of the rows, or a value that cannot be read, is told; the connection goes on', async () => {
    const halves = (most: number) =>
      sendNamed(
        client,
        {
          name: 'halves',
          text: 'select 6 / (3 - i) as n from generate_series(0, $1::int) i',
          values: [most],
        },
        types,
      )
    expect((await halves(2)).rows).toEqual([{ n: 2 }, { n: 3 }, { n: 6 }])
    await expect(halves(3)).rejects.toMatchObject({ code: '22012' })
    expect((await halves(0)).rows).toEqual([{ n: 2 }])
    const picky: pg.CustomTypesConfig = {
      getTypeParser: () => (v: string) => {
        if (v === '2') throw new Error('no two')
        return v
      },
    }
    const text = 'select i as n from generate_series(1, $1::int) i'
    const picked = (most: number) => sendNamed(client, { name: 'picky', text, values: [most] }, picky)
    await expect(picked(3)).rejects.toThrow('no two')
    expect((await picked(1)).rows).toEqual([{ n: '1' }])
  })
})
