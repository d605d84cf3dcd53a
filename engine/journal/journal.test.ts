import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, type SmallCounty } from '../../test/model-county.ts'
import { sealAll } from '../../test/sealed-journal.ts'
import { systemActor } from '../access/actor.ts'
import { type Db, sql } from '../store/db.ts'
import { journalHead, readFeed, sealJournal, start, verifyJournal } from './seal.ts'
import { journal } from './write.ts'

let c: SmallCounty
beforeAll(async () => {
  c = await openSmallCounty()
})
afterAll(() => c.close())

const entry = (n: string) => ({
  actor: systemActor,
  now: c.clock.now(),
  register: 'test',
  recordId: null,
  title: n,
  what: 'create',
})
/** As who owns the database could: the guard of the table taken away. */
const loose = async (tx: Db) => {
  await sql`alter table journal disable trigger journal_stands`.execute(tx)
  await sql`alter table journal_block disable trigger journal_block_stands`.execute(tx)
}
const pause = (ms: number) => new Promise((r) => setTimeout(r, ms))

describe('the journal', () => {
  it('is read without a gap while 32 writers commit in any order', async () => {
    const seen: string[] = []
    let place = start
    let writing = true
    const read = async () => {
      const feed = await readFeed(c.db, place, 50)
      for (const e of feed) seen.push(e.id)
      place = feed.at(-1) ?? place
      return feed.length
    }
    const reader = (async () => {
      while (writing) {
        await read()
        await sealJournal(c.db, c.clock.now(), 40)
      }
    })()
    const ids: string[] = []
    await Promise.all(
      Array.from({ length: 32 }, async (_, w) => {
        for (let i = 0; i < 6; i++)
          await c.db.transaction().execute(async (tx) => {
            ids.push(await journal(tx as Db, entry(`${w}-${i}`)))
            await pause((w * 7 + i * 13) % 23)
            ids.push(await journal(tx as Db, entry(`${w}-${i}b`)))
          })
      }),
    )
    writing = false
    await reader
    // the feed stops before what is not yet sure, and other databases of the server hold that back as well
    const until = performance.now() + 45_000
    while (seen.length < ids.length && performance.now() < until) if ((await read()) === 0) await pause(20)
    expect([...seen].sort()).toEqual([...ids].sort())
    expect(new Set(seen).size).toBe(seen.length)
    await sealAll(c.db, c.clock.now(), 40)
    expect(await verifyJournal(c.db)).toMatchObject({ ok: true, entries: ids.length, open: 0 })
  })

  it('every column of an entry is under the seal', async () => {
    await c.db.transaction().execute((tx) =>
      journal(tx as Db, {
        ...entry('全部'),
        recordId: '0199aaaa-0000-7000-8000-000000000001',
        organisation: '0199aaaa-0000-7000-8000-000000000002',
        area: '140525',
        changes: [{ field: 'a', label: '甲', before: null, after: 1 }],
        reason: '理由',
        idempotencyKey: 'key-1',
        batch: '0199aaaa-0000-7000-8000-000000000003',
        deviceTime: '2026-03-01T08:00:00+08:00',
        place: { lon: 112.85, lat: 35.5 },
      }),
    )
    await sealAll(c.db, c.clock.now(), 40)
    expect(await verifyJournal(c.db)).toMatchObject({ ok: true })
    const { rows } = await sql<{ name: string; type: string }>`select column_name as name, data_type as type
      from information_schema.columns where table_name = 'journal' and table_schema = 'public'
        and column_name not in ('id', 'xid')`.execute(c.db)
    expect(rows.length).toBeGreaterThan(14)
    const other: Record<string, string> = {
      uuid: `'0199aaaa-0000-7000-8000-00000000000f'`,
      jsonb: `'{"other": 1}'`,
      'timestamp with time zone': `'2020-01-01'`,
    }
    for (const { name, type } of rows) {
      let ok: boolean | undefined
      await c.db
        .transaction()
        .execute(async (tx) => {
          await loose(tx as Db)
          await sql`update journal set ${sql.ref(name)} = ${sql.raw(other[type] ?? `'other'`)}
            where title = '全部'`.execute(tx)
          ok = (await verifyJournal(tx as Db)).ok
          throw new Error('undo')
        })
        .catch((e: Error) => {
          if (e.message !== 'undo') throw e
        })
      expect([name, ok]).toEqual([name, false])
    }
  })

  it('no statement changes or removes an entry or a block', async () => {
    await c.db.transaction().execute((tx) => journal(tx as Db, entry('不改')))
    await sealAll(c.db, c.clock.now(), 40)
    for (const statement of [
      sql`update journal set reason = '改过'`,
      sql`delete from journal where title = '不改'`,
      sql`update journal_block set hash = 'x'`,
      sql`delete from journal_block`,
    ])
      await expect(statement.execute(c.db)).rejects.toThrow(/the journal is not changed/)
    expect(await verifyJournal(c.db)).toMatchObject({ ok: true })
  })

  it('verify finds a changed entry, a removed one and a rewritten chain', async () => {
    await c.db.transaction().execute((tx) => journal(tx as Db, entry('锚点')))
    await sealAll(c.db, c.clock.now(), 40)
    const anchor = await journalHead(c.db)
    const broken = async (change: (tx: Db) => Promise<unknown>) => {
      let verdict: Awaited<ReturnType<typeof verifyJournal>> | undefined
      await c.db
        .transaction()
        .execute(async (tx) => {
          await loose(tx as Db)
          await change(tx as Db)
          verdict = await verifyJournal(tx as Db, anchor)
          throw new Error('undo')
        })
        .catch((e: Error) => {
          if (e.message !== 'undo') throw e
        })
      return verdict
    }
    const first = sql`(select min(id) from journal)`
    expect(
      await broken((tx) => sql`update journal set reason = '改过' where id = ${first}`.execute(tx)),
    ).toMatchObject({ ok: false })
    expect(await broken((tx) => sql`delete from journal where id = ${first}`.execute(tx))).toMatchObject({
      ok: false,
    })
    expect(
      await broken((tx) => sql`delete from journal_block where no = ${anchor.no}`.execute(tx)),
    ).toMatchObject({ ok: false })
    expect(
      await broken(async (tx) => {
        await sql`delete from journal_block`.execute(tx)
        await sql`update journal set title = '重写' where id = ${first}`.execute(tx)
        return sql`insert into journal_block (no, first_id, last_xid, last_id, entries, previous, hash, sealed_at)
          select ${anchor.no}, 1, max(xid::text)::xid8, max(id), count(*), ${'0'.repeat(64)}, ${'f'.repeat(64)}, now() from journal`.execute(
          tx,
        )
      }),
    ).toMatchObject({ ok: false })
    expect(await verifyJournal(c.db, anchor)).toMatchObject({ ok: true })
  })
})
