import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../../test/pg.ts'
import { startEmbedded } from '../embedded/index.ts'
import { backup, readManifest, restore } from './index.ts'
import { readTar, tarEnd, tarHeader, tarPadding } from './tar.ts'

const base = mkdtempSync(path.join(tmpdir(), 'zhiben-backup-'))
chmodSync(base, 0o755)
const open: TestDatabase[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.drop()
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

const now = new Date('2026-11-20T08:00:00Z')
const actor = '00000000-0000-7000-8000-000000000001'

async function database(options?: { empty: boolean }) {
  const db = await cloneDatabase(options)
  open.push(db)
  return db.url
}

async function using<T>(url: string, work: (c: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Texts with everything COPY must escape. */
const awkward = ['普通', 'a\tb\nc\\d', '\\N', '', '"引号"', "o'brien", '\u{20000}']

const entryOf = (c: pg.Client, title: string) =>
  c.query(
    `insert into journal (at, actor_id, actor_name, actor_kind, register, title, what)
      values (now(), $1, '某人', 'officer', 'hazard', $2, 'create') returning id`,
    [actor, title],
  )

async function fill(url: string): Promise<void> {
  await using(url, async (c) => {
    for (const title of awkward) {
      const { rows } = await entryOf(c, title)
      await c.query(
        `insert into journal_personal (journal_id, field, salt, after) values ($1, 'name', 's', $2)`,
        [rows[0].id, JSON.stringify({ 姓名: title })],
      )
    }
  })
}

function dataFolder(name: string): string {
  const folder = path.join(base, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

function keepFile(dataDir: string, content: Buffer): string {
  const id = createHash('sha256').update(content).digest('hex')
  const file = path.join(dataDir, 'files', id.slice(0, 2), id.slice(2))
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

const dump = (url: string) =>
  using(url, async (c) => (await c.query('select id, xid::text, title, what from journal order by id')).rows)

describe('backup and restore', () => {
  it('gives every row, file and secret back, and goes on counting where it stood', async () => {
    const from = await database()
    await fill(from)
    const dataDir = dataFolder('from')
    const photo = keepFile(dataDir, Buffer.alloc(3_000_000, 7))
    mkdirSync(path.join(dataDir, 'tls'))
    writeFileSync(path.join(dataDir, 'tls', 'ca.key'), 'key')
    writeFileSync(path.join(dataDir, 'secret'), 'secret\n')
    const outFile = path.join(base, '备份 一.zhiben')
    const stages: string[] = []
    const written = await backup({
      databaseUrl: from,
      dataDir,
      outFile,
      now,
      progress: (p) => stages.push(p.stage),
    })
    expect(written.files).toEqual({ count: 1, bytes: 3_000_000 })
    expect(statSync(outFile).mode & 0o077).toBe(0)
    expect(stages).toContain('tables')
    expect((await readManifest(outFile)).migrations.length).toBeGreaterThan(3)

    const to = await database({ empty: true })
    const target = dataFolder('to')
    await restore({ databaseUrl: to, dataDir: target, inFile: outFile })
    expect(await dump(to)).toEqual(await dump(from))
    expect(readFileSync(photo.replace(dataDir, target)).equals(readFileSync(photo))).toBe(true)
    expect(readFileSync(path.join(target, 'secret'), 'utf8')).toBe('secret\n')
    expect(statSync(path.join(target, 'tls', 'ca.key')).mode & 0o077).toBe(0)
    await using(to, async (c) => {
      const { rows } = await c.query('select after from journal_personal order by journal_id')
      expect(rows.map((r) => r.after.姓名)).toEqual(awkward)
      const next = await entryOf(c, '恢复之后')
      expect(Number(next.rows[0].id)).toBe(awkward.length + 1)
      // references and triggers are guarded again
      await expect(
        c.query(`insert into journal_personal (journal_id, field, salt) values (999999, 'x', 's')`),
      ).rejects.toMatchObject({ code: '23503' })
      const { rows: off } = await c.query(`select tgname from pg_trigger where tgenabled = 'D'`)
      expect(off).toEqual([])
    })
  })

  it('is one consistent snapshot while another connection writes', async () => {
    const from = await database()
    // each writer moves an amount between two tables in one transaction: the sum is always 1000
    await using(from, (c) =>
      c.query(`create table account_a as select i, 10 as n, repeat('隐患', 400) as filler from generate_series(1, 100) i;
        create table account_z (like account_a); alter table account_a add primary key (i)`),
    )
    let writing = true
    let moved = 0
    const writer = using(from, async (c) => {
      for (let i = 1; writing; i = (i % 100) + 1) {
        await c.query('begin')
        await c.query('update account_a set n = n - 1 where i = $1', [i])
        await c.query('insert into account_z values ($1, 1, repeat($2, 400))', [i, '整改'])
        await c.query('commit')
        moved++
      }
    })
    while (moved < 20) await new Promise((r) => setTimeout(r, 5))
    const outFile = path.join(base, 'running.zhiben')
    const before = moved
    const written = await backup({ databaseUrl: from, dataDir: dataFolder('running'), outFile, now })
    const during = moved - before
    writing = false
    await writer
    expect(during).toBeGreaterThan(0)
    expect(written.tables.length).toBeGreaterThan(10)

    const to = await database()
    await using(to, (c) =>
      c.query(
        'create table account_a (i int primary key, n int, filler text); create table account_z (like account_a)',
      ),
    )
    await restore({ databaseUrl: to, dataDir: dataFolder('running-to'), inFile: outFile })
    const { rows } = await using(to, (c) =>
      c.query(
        `select (select sum(n)::int from account_a) as a, (select coalesce(sum(n), 0)::int from account_z) as z`,
      ),
    )
    expect(rows[0].a + rows[0].z).toBe(1000)
    expect(rows[0].z).toBeGreaterThanOrEqual(before)
    expect(rows[0].z).toBeLessThanOrEqual(moved)
  })

  it('refuses a used database without force, replaces it with force', async () => {
    const from = await database()
    await fill(from)
    const outFile = path.join(base, 'force.zhiben')
    const dataDir = dataFolder('force')
    await backup({ databaseUrl: from, dataDir, outFile, now })
    const to = await database()
    await using(to, (c) => entryOf(c, '别人的'))
    await expect(restore({ databaseUrl: to, dataDir, inFile: outFile })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('--force'),
    })
    expect(await dump(to)).toHaveLength(1)
    await restore({ databaseUrl: to, dataDir, inFile: outFile, force: true })
    expect(await dump(to)).toEqual(await dump(from))
  })

  it('changes nothing when the backup is cut short, altered, or no backup at all', async () => {
    const from = await database()
    await fill(from)
    const dataDir = dataFolder('damage')
    const outFile = path.join(base, 'damage.zhiben')
    keepFile(dataDir, Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251)))
    writeFileSync(path.join(dataDir, 'secret'), 'theirs\n')
    await backup({ databaseUrl: from, dataDir, outFile, now })
    const whole = readFileSync(outFile)
    // wherever it happens: in the list of tables and columns, in the rows, in a file
    const flipped = [0.01, 0.02, 0.03, 0.05, 0.1, 0.33, 0.6, 0.95].map((at): [string, Buffer] => {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(Math.floor(whole.length * at)) ^ 0xff, Math.floor(whole.length * at))
      return [`flipped at ${at}`, bytes]
    })
    const cases: [string, Buffer][] = [
      ['cut', whole.subarray(0, Math.floor(whole.length * 0.9))],
      ...flipped,
      ['text', Buffer.from('这不是备份')],
      ['empty', Buffer.alloc(0)],
    ]
    const to = await database()
    await using(to, (c) => entryOf(c, '原有'))
    const target = dataFolder('damage-to')
    writeFileSync(path.join(target, 'secret'), 'ours\n')
    for (const [name, bytes] of cases) {
      const file = path.join(base, `${name}.zhiben`)
      writeFileSync(file, bytes)
      await expect(
        restore({ databaseUrl: to, dataDir: target, inFile: file, force: true }),
        name,
      ).rejects.toThrow(/备份/)
      expect(
        (await dump(to)).map((r) => r.title),
        name,
      ).toEqual(['原有'])
      expect(readFileSync(path.join(target, 'secret'), 'utf8')).toBe('ours\n')
    }
    await expect(
      restore({ databaseUrl: to, dataDir: target, inFile: path.join(base, 'none') }),
    ).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('does not overwrite an earlier backup and leaves no half one', async () => {
    const url = await database()
    const outFile = path.join(base, 'twice.zhiben')
    writeFileSync(outFile, 'earlier')
    await expect(backup({ databaseUrl: url, dataDir: dataFolder('twice'), outFile, now })).rejects.toThrow(
      '已存在',
    )
    expect(readFileSync(outFile, 'utf8')).toBe('earlier')
  })

  it('restores into another server, whose transaction numbers then go beyond those of the journal', async () => {
    const from = await database()
    // a server with a past: its numbers are ahead of a new cluster's
    await using(from, (c) =>
      c.query(`do $$ begin for i in 1..15000 loop perform pg_current_xact_id(); commit; end loop; end $$`),
    )
    await fill(from)
    const outFile = path.join(base, 'elsewhere.zhiben')
    await backup({ databaseUrl: from, dataDir: dataFolder('elsewhere'), outFile, now })
    const fresh = await startEmbedded({ dataDir: path.join(base, 'fresh'), durable: false })
    try {
      await restore({ databaseUrl: fresh.url, dataDir: path.join(base, 'fresh'), inFile: outFile })
      await using(fresh.url, async (c) => {
        await entryOf(c, '新的')
        const { rows } = await c.query(`select title from journal
          where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, id`)
        expect(rows.map((r) => r.title)).toEqual([...awkward, '新的'])
      })
    } finally {
      await fresh.stop()
    }
  })
})

describe('tar', () => {
  it('round-trips names and contents in any chunking', async () => {
    const members: [string, Buffer][] = [
      ['空.txt', Buffer.alloc(0)],
      ['a/b', Buffer.from('x')],
      ['c', Buffer.alloc(512, 1)],
      ['d', Buffer.alloc(1300, 2)],
    ]
    const whole = Buffer.concat([
      ...members.flatMap(([n, b]) => [tarHeader(n, b.length), b, tarPadding(b.length)]),
      tarEnd(),
    ])
    for (const size of [1, 7, 512, 100_000]) {
      const chunks = async function* () {
        for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
      }
      const got: [string, Buffer][] = []
      for await (const each of readTar(chunks())) {
        const parts: Buffer[] = []
        if (each.name !== 'c') for await (const part of each.body) parts.push(part)
        got.push([each.name, Buffer.concat(parts)])
      }
      expect(got).toEqual(members.map(([n, b]) => [n, n === 'c' ? Buffer.alloc(0) : b]))
    }
  })
})
