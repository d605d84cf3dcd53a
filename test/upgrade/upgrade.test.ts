/**
 * Every kept release's county is taken over by the present program: restored into an empty database, and upgraded in
 * the data folder of a running installation. A release is a folder here: `county.zhiben`, the backup that its own
 * program wrote; `expected.gen.json`, what that program said of it; `maker/` made both.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '../../engine/access/actor.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import { tableOf } from '../../engine/core/naming.ts'
import { createApp } from '../../engine/http/app.ts'
import { verifyJournal } from '../../engine/journal/seal.ts'
import { type Engine, openEngine } from '../../engine/main.ts'
import { backup, loadBackup, readManifest, restore } from '../../engine/store/backup/index.ts'
import { parseCounts, readCounters } from '../../engine/store/counters.ts'
import { openDoor } from '../../engine/store/door.ts'
import { startEmbedded } from '../../engine/store/embedded/index.ts'
import { migrate, missingSchema } from '../../engine/store/migrate.ts'
import { wrongCounters } from '../counted.ts'
import { person_ } from '../model-county.ts'
import { cloneDatabase, type TestDatabase } from '../pg.ts'
import { sealAll } from '../sealed-journal.ts'
import { cleanUp, command, type Running, start } from '../start/program.ts'
import { sender } from '../try-app.ts'
import { type Answers, askCounty, type Who } from './ask.ts'
import { type Later, laterChecks } from './later.ts'
import { asOfNow, endings, entrustedCases, ownCases } from './since.ts'

interface Expected {
  release: string
  now: string
  county: string
  password: string
  /** user name → role */
  accounts: Record<string, string>
  stopped: string[]
  apiKey: string
  rows: Record<string, { live: number; archived: number }>
  /** what the counters should say, counted from the records */
  counts: Record<string, unknown>
  journal: { no: number; hash: string; blocks: number; entries: number; open: number }
  who: Who
  answers: Answers
  /** of releases that had what 0.2.0 brought */
  later?: Later
  acts: {
    loop: string
    id: string
    username: string
    action: string
    form: Record<string, unknown>
    to: string
    loopVersion: number
  }[]
}

async function using<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

const here = fileURLToPath(new URL('.', import.meta.url))
const releases = readdirSync(here).filter((f) => existsSync(path.join(here, f, 'county.zhiben')))
const readExpected = (release: string): Expected =>
  JSON.parse(readFileSync(path.join(here, release, 'expected.gen.json'), 'utf8'))

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'zhiben upgrade-'))
  chmodSync(made, 0o755)
  return made
}

describe.each(releases)('a county of release %s', (release) => {
  const expected = readExpected(release)
  const inFile = path.join(here, release, 'county.zhiben')
  let database: TestDatabase
  let dataDir: string
  let engine: Engine
  let app: Awaited<ReturnType<typeof createApp>>
  let send: ReturnType<typeof sender>
  const cookies = new Map<string, string>()

  const signIn = async (username: string) => {
    const body = { username, password: expected.password }
    const answer = await send('POST', '/api/auth/sign-in/username', { body })
    const cookie = [answer.headers['set-cookie'] ?? []].flat().map((c) => String(c).split(';')[0])
    if (answer.status === 200) cookies.set(username, cookie.join('; '))
    return answer
  }
  const as = (username: string) => ({ cookie: cookies.get(username) ?? '' })

  beforeAll(async () => {
    database = await cloneDatabase({ empty: true })
    dataDir = folder()
    await restore({ databaseUrl: database.url, dataDir, inFile })
    engine = await openEngine(database.url, dataDir, { clock: fixedClock(expected.now), pool: 4 })
    app = await createApp(engine)
    send = sender(app)
  })
  afterAll(async () => {
    await app?.close()
    await engine?.close()
    rmSync(dataDir, { recursive: true, force: true })
    await database?.drop()
  })

  it('has the present schema, its rows and a journal that goes on from the old head', async () => {
    await using(database.url, async (client) => {
      expect(await missingSchema(client, engine.catalogue)).toEqual([])
      for (const [register, { live, archived }] of Object.entries(expected.rows)) {
        const { rows } = await client.query(`select count(*) filter (where archived_at is null)::int as live,
          count(archived_at)::int as archived from ${tableOf(register)}`)
        expect(rows[0], register).toEqual({ live, archived })
      }
    })
    const { no, hash, blocks, entries, open } = expected.journal
    expect(await verifyJournal(engine.db, { no, hash })).toMatchObject({ ok: true, blocks, entries, open })
    await sealAll(engine.db, engine.clock.now())
    const sealed = await verifyJournal(engine.db, { no, hash })
    expect(sealed).toMatchObject({ ok: true, open: 0, entries: entries + open })
  })

  it('counts what the records say, at every level, also where the release did not', async () => {
    for (const [register, counts] of Object.entries(expected.counts)) {
      const wanted = { area: expected.county }
      expect(
        parseCounts(await readCounters(engine.db, engine.catalogue, register, wanted)),
        register,
      ).toEqual(counts)
    }
    expect(await using(database.url, wrongCounters)).toEqual([])
  })

  it('comes out of a backup by this program with the same counts', async () => {
    const outFile = path.join(dataDir, '..', `${path.basename(dataDir)}.zhiben`)
    await backup({ databaseUrl: database.url, dataDir, outFile, now: engine.clock.now() })
    const again = await cloneDatabase({ empty: true })
    const elsewhere = folder()
    await restore({ databaseUrl: again.url, dataDir: elsewhere, inFile: outFile })
    expect(await using(again.url, wrongCounters)).toEqual([])
    const triggers = await using(again.url, (c) =>
      c.query(`select tgname from pg_trigger where tgname like '%_count_%' and tgenabled <> 'O'`),
    )
    expect(triggers.rows).toEqual([])
    rmSync(outFile)
    rmSync(elsewhere, { recursive: true, force: true })
    await again.drop()
  })

  it('lets everybody in with the old password and the old key, and nobody who was stopped', async () => {
    for (const [username, role] of Object.entries(expected.accounts)) {
      expect((await signIn(username)).status, username).toBe(200)
      const me = await send('GET', '/api/me', as(username))
      expect(me.body.roles.map((r: { role: string }) => r.role)).toContain(role)
    }
    for (const username of expected.stopped) expect((await signIn(username)).status).toBe(403)
    const list = await send('GET', '/api/records/enterprise?count=1', { apiKey: expected.apiKey })
    expect(list.body.total).toBe(expected.rows.enterprise!.live)
  })

  it('answers as the release did: states, actions of each role, clocks, figures, time lines, grades', async () => {
    const ask = async <T>(username: string, url: string): Promise<T> => {
      const { status, body } = await send('GET', url, as(username))
      return (status === 200 ? body : undefined) as T
    }
    const answers = await askCounty(ask, expected.who)
    const own = await using(database.url, ownCases)
    expect(own.size).toBeGreaterThan(0)
    const entrusted = await using(database.url, entrustedCases)
    const towns = expected.who.actors.filter((a) => expected.accounts[a] === 'town-officer')
    const wanted = asOfNow(release, expected.answers, { own, entrusted, towns })
    // an enterprise's time line leaves out cases that only the firm reads, from 0.2.0 on; the journal has them all
    const door = openDoor(engine, systemActor)
    for (const { register, id } of expected.later ? [] : expected.who.timelines)
      if (register === 'enterprise')
        answers.timelines[id] = (await door.timeline(register, id, { limit: 200 })).entries.map(
          (e) => `${e.what} ${e.actor.name}`,
        )
    for (const part of ['registers', 'tasks', 'timelines', 'grades', 'views', 'policies'] as const)
      expect(answers[part], part).toEqual(wanted[part])
    expect(Object.keys(answers.cases).sort()).toEqual(Object.keys(wanted.cases).sort())
    for (const [id, one] of Object.entries(wanted.cases)) expect(answers.cases[id], id).toEqual(one)
  })

  it('leaves no case that only the firm reads without an end: who entered it can end it, though alone', async () => {
    const own = await using(database.url, ownCases)
    const { rows } = await using(database.url, (client) =>
      client.query(
        `select h.id, h.organisation, h.state, array(select distinct f.actor_id from case_fact f
          where f.case_id = h.id) as doers from hazard h
        where h.id = any($1::uuid[]) and h.archived_at is null and h.state not in ('closed', 'withdrawn')`,
        [[...own]],
      ),
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { id, organisation, state, doers } of rows)
      for (const doer of doers) {
        const ground = { by: 'organisation' as const, organisation }
        const alone = { ...person_('安全员', [{ role: 'enterprise-officer', ground }]), id: doer }
        const offered = await openDoor(engine, alone).actions('hazard', id)
        const enabled = offered.filter((o) => o.enabled).map((o) => o.id)
        expect(enabled, `${id} ${state}`).toContain('withdrawInside')
        if (state === 'checking') expect(enabled, id).toEqual(expect.arrayContaining(endings))
      }
  })

  it('a firm that moved takes its hazards along, not who found them', async () => {
    const { rows } = await using(database.url, (client) =>
      client.query(`select h.town, h.found_in as "foundIn", coalesce((select p.town from history.hazard p
          where p.id = h.id order by p.version limit 1), h.town) as "then" from hazard h
        join case_fact f on f.case_id = h.id and f.action = 'create' and 'town-officer' = any(f.actor_roles)
        where h.found_by = '乡镇'`),
    )
    for (const row of rows) expect(row.foundIn).toBe(row.then)
    // at least one firm moved
    expect(rows.some((r) => r.foundIn !== r.town)).toBe(true)
  })

  if (expected.later) {
    const later = expected.later
    const used = () => ({ engine, url: database.url, send, as })
    for (const [title, check] of Object.entries(laterChecks)) it(title, () => check(used(), later))
  }

  it('goes on with running cases under the version they began with, to their end', async () => {
    for (const { loop, id, username, action, form, to, loopVersion } of expected.acts) {
      const url = `/api/records/${loop}/${id}`
      const { row } = (await send('GET', url, as(username))).body
      const done = await send('POST', `${url}/actions/${action}`, {
        ...as(username),
        ifMatch: row.version,
        body: { form },
      })
      expect(done.status, `${action}: ${JSON.stringify(done.body)}`).toBe(200)
      expect(done.body.row).toMatchObject({ state: to, loopVersion })
    }
  })
})

describe.each(releases)('a data folder of release %s', (release) => {
  const expected = readExpected(release)
  const inFile = path.join(here, release, 'county.zhiben')
  const base = folder()
  const dataDir = path.join(base, 'data')
  const runs: Running[] = []
  afterAll(() => cleanUp(base, runs))

  it('is upgraded by `migrate` where it stands, and served', async () => {
    const old = await startEmbedded({ dataDir })
    await migrate(old.url, { upTo: (await readManifest(inFile)).migrations.at(-1)!.no })
    await loadBackup({ databaseUrl: old.url, dataDir, inFile })
    if (release === '0.1.0') expect(await using(old.url, wrongCounters)).not.toEqual([])
    await old.stop()

    const migrated = await command(['migrate'], { dataDir })
    expect(migrated.code, migrated.said).toBe(0)
    const upgraded = await startEmbedded({ dataDir })
    expect(await migrate(upgraded.url)).toEqual([])
    expect(await using(upgraded.url, wrongCounters)).toEqual([])
    await upgraded.stop()
    const server = await start({ dataDir })
    runs.push(server)
    const entered = await fetch(`${server.url}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: server.url,
        'idempotency-key': 'upgrade-sign-in',
      },
      body: JSON.stringify({ username: expected.who.county, password: expected.password }),
    })
    expect(entered.status).toBe(200)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  })
})
