import { Readable } from 'node:stream'
import type { Actor } from '../engine/access/actor.ts'
import { areasOfCounty, loadAreas } from '../engine/areas/load.ts'
import type { Auth, DemoSignIn } from '../engine/auth/index.ts'
import { shanghaiDate } from '../engine/core/clock.ts'
import { newId } from '../engine/core/ids.ts'
import type { FileStore } from '../engine/files/store.ts'
import { type Db, sql } from '../engine/store/db.ts'
import type { Services } from '../engine/store/services.ts'
import { generate, SEED } from './generate.ts'
import { type PictureKind, picture, withNote } from './pictures.ts'
import { bureau, COUNTY } from './places.ts'
import { keyOf, type Replay, replay } from './replay.ts'
import { type TaskBook, taskBook } from './task-book.ts'
import type { Demo, DemoPerson, Town } from './types.ts'

/** The same for all demo sign-ins, and shown on the sign-in page: there is nothing to protect. */
export const DEMO_PASSWORD = 'zhiben-demo'

/** What the loader keeps of itself in the table of definitions: which county, as of when, whether it is whole. */
interface Mark {
  seed: number
  now: string
  whole: boolean
  /** of a smaller county: see `generate` */
  share?: number
}

export type DemoEngine = Pick<
  Services,
  'db' | 'catalogue' | 'clock' | 'policies' | 'seal' | 'onWrite' | 'loopVersion' | 'freshLocal'
> & {
  auth: Auth
  files: FileStore
}

const readMark = async (db: Db): Promise<Mark | undefined> =>
  (
    await sql<{ body: Mark }>`select body from definition where kind = 'demo' and name = ${COUNTY}`.execute(
      db,
    )
  ).rows[0]?.body

async function keepMark(db: Db, mark: Mark): Promise<void> {
  await sql`insert into definition (kind, name, version, hash, body, stored_at)
    values ('demo', ${COUNTY}, 1, ${String(mark.seed)}, ${JSON.stringify(mark)}, ${mark.now})
    on conflict (kind, name, version) do update set body = excluded.body`.execute(db)
}

/**
 * Loads the demo county into an empty installation, and goes on where an earlier load was cut off. An installation
 * with people of its own is left alone.
 * @param share how much of the county, where nothing is loaded yet: see `generate`
 * @returns the demo's sign-ins, or undefined where this is no demo
 */
export async function loadDemo(
  engine: DemoEngine,
  log: (line: string) => void,
  share = 1,
): Promise<{ signIns: DemoSignIn[] } | undefined> {
  const { db } = engine
  const mark = await readMark(db)
  if (!mark) {
    const people = await sql`select 1 from app_user limit 1`.execute(db)
    if (people.rows.length) return undefined
  }
  const started: Mark = mark ?? { seed: SEED, now: engine.clock.now().toISOString(), whole: false, share }
  const towns = await townsOf(COUNTY)
  const demo = generate(started.seed, towns, started.now, started.share)
  if (!started.whole) {
    log('第一次启动：正在载入演示县（泽州县，企业均为虚构）……')
    await keepMark(db, started)
    await load(engine, demo, started, log)
    await keepMark(db, { ...started, whole: true })
    log('演示县已载入。')
  } else await loadOffices(engine, demo)
  return { signIns: signInsOf(demo) }
}

async function townsOf(county: string): Promise<Town[]> {
  const areas = await areasOfCounty(county)
  return areas
    .filter((a) => a.level === 'town')
    .map(({ code, name }) => ({
      code,
      name,
      villages: areas
        .filter((a) => a.level === 'village' && a.parent === code)
        .map((v) => ({ code: v.code, name: v.name })),
    }))
}

const accountOf =
  ({ db, auth }: DemoEngine) =>
  async (person: DemoPerson, organisation: string | undefined): Promise<string> => {
    const known = await sql<{
      id: string
    }>`select id from app_user where username = ${person.username ?? ''}`.execute(db)
    if (known.rows[0]) return known.rows[0].id
    const ground = organisation ? { by: 'organisation' as const, organisation } : person.ground
    if ('enterprise' in ground) throw new Error(`demo: ${person.key} has no enterprise yet`)
    const { id } = await auth.users.create({
      username: person.username ?? person.key,
      password: DEMO_PASSWORD,
      name: person.name,
      home: person.home,
      ...(person.unit && { unit: person.unit }),
      ...(organisation && { organisation }),
      assignments: [{ role: person.role, ground }],
      demo: true,
    })
    return id
  }

/** Accounts of the authorities' people; a demo that an earlier release loaded is given those that came since. */
async function loadOffices(engine: DemoEngine, demo: Demo): Promise<void> {
  const account = accountOf(engine)
  for (const p of demo.people) if (p.username && !('enterprise' in p.ground)) await account(p, undefined)
}

async function load(engine: DemoEngine, demo: Demo, mark: Mark, log: (line: string) => void): Promise<void> {
  const { db } = engine
  await loadAreas(db, demo.county)
  await loadUnits(db, demo)
  const account = accountOf(engine)
  await loadOffices(engine, demo)
  const book = await bookOf(engine, demo, mark, account)
  let told = 0
  await replay(engine, demo, {
    file: pictures(engine),
    account,
    done: await doneOf(db),
    day: (date) => book.day(date),
    progress(done, total) {
      const tenth = Math.floor((done / total) * 10)
      if (tenth > told) log(`  ${tenth * 10}%`)
      told = tenth
    },
  })
}

/** The task book of the year the demo plays in; in January the last year's is still the newest. */
async function bookOf(
  engine: DemoEngine,
  demo: Demo,
  mark: Mark,
  account: (person: DemoPerson, organisation: undefined) => Promise<string>,
): Promise<TaskBook> {
  const officer = async (key: string): Promise<Actor> => {
    const person = demo.people.find((p) => p.key === key)!
    const assignments = [{ role: person.role, ground: { by: 'area' as const, area: person.home } }]
    return {
      id: await account(person, undefined),
      name: person.name,
      kind: 'person',
      assignments,
      home: person.home,
    }
  }
  const unit = await sql<{ id: string }>`select id from unit where path = ${bureau.trade}`.execute(engine.db)
  const now = new Date(mark.now)
  const today = shanghaiDate(now)
  const first = await officer('county1')
  const year = Number(today.slice(0, 4)) - (today.slice(5) < '02-01' ? 1 : 0)
  return taskBook(
    engine,
    { officer: first, second: await officer('county2'), unit: unit.rows[0]!.id },
    await pictures(engine)({ $file: 'paper', name: '佐证材料（演示）.png' }, first, now),
    String(year),
  )
}

/** Writes that are in the database already, by their idempotency keys. */
async function doneOf(db: Db): Promise<Map<number, string | null>> {
  const { rows } = await sql<{
    key: string
    id: string | null
  }>`select key, response->>'id' as id from idempotency
    where key like 'demo-%' and response is not null`.execute(db)
  return new Map(rows.map((r) => [Number(r.key.slice(keyOf(0).length - 1)), r.id]))
}

async function loadUnits(db: Db, demo: Demo): Promise<void> {
  for (const u of demo.units)
    await sql`insert into unit (id, path, name, area, kind, parent)
      values (${newId()}, ${u.path}, ${u.name}, ${u.area}, ${u.kind}, (select id from unit where path = ${u.parent ?? ''}))
      on conflict (path) do nothing`.execute(db)
}

/**
 * Uploads pictures as their takers would: each shot is a file of its own, with its time and place; the same paper of
 * the same person is one file, taken in once.
 */
function pictures({ files }: DemoEngine): Replay['file'] {
  const drawn = new Map<string, Buffer>()
  const papers = new Map<string, Promise<{ id: string }>>()
  return async ({ $file, name, takenAt, place }, by, now) => {
    const plain = drawn.get($file) ?? picture($file as PictureKind)
    drawn.set($file, plain)
    const shot = takenAt ? withNote(plain, `${name} ${takenAt} ${place?.lon},${place?.lat}`) : plain
    const upload = { name, by, now, takenAt, place, maxBytes: 1_000_000 }
    const put = () => files.put(Readable.from([shot]), upload)
    if (takenAt) return { id: (await put()).id, name }
    const paper = `${$file} ${name} ${by.id}`
    const known = papers.get(paper) ?? put()
    papers.set(paper, known)
    return { id: (await known).id, name }
  }
}

const signInsOf = (demo: Demo): DemoSignIn[] =>
  demo.people.flatMap((p) =>
    p.username
      ? [{ username: p.username, password: DEMO_PASSWORD, name: p.name, role: p.role, label: p.label }]
      : [],
  )
