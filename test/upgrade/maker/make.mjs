/**
 * Makes the small county of a release that every later version must be able to take over, with the program of that
 * release itself: its demo's writers and doors for the history, its HTTP API for what people did lately. Runs inside
 * a checkout of the release, whose code it loads; nothing of the present tree is used:
 *
 *   git worktree add --detach /tmp/zhiben-X COMMIT-OF-X && cd /tmp/zhiben-X && npm ci
 *   npx vite-node /path/to/test/upgrade/maker/make.mjs /path/to/test/upgrade/X
 *
 * What a release has that earlier ones had not is told in a file of its own (`since-0.2.0.mjs`).
 * It writes `county.zhiben` (the product's own backup) and `expected.gen.json` (what that program said of the county
 * just before). Ids are new in every run, so both files belong together.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expectations } from './expect.mjs'

const release = process.cwd()
const of = (file) => import(path.join(release, file))
const { default: pg } = await import(createRequire(path.join(release, 'package.json')).resolve('pg'))

const COUNTY = '140525'
const { version: VERSION } = createRequire(path.join(release, 'package.json'))('./package.json')
/** Whether the release has what that version brought. */
const since = (version) => VERSION.localeCompare(version, 'en', { numeric: true }) >= 0
const PASSWORD = 'county-of-2026'
/** Thursday, 26 November 2026, 17:00 in Shanghai; the county lives as of this instant. */
const NOW = '2026-11-26T09:00:00.000Z'
const towns = { nancun: '140525100', dadonggou: '140525102', bagong: '140525108' }

const clock = {
  at: new Date('2026-10-08T01:00:00.000Z'),
  now() {
    return new Date(this.at)
  },
  to(iso) {
    this.at = new Date(iso)
  },
}

const { openEngine } = await of('engine/main.ts')
const { createApp } = await of('engine/http/app.ts')
const { startEmbedded } = await of('engine/store/embedded/index.ts')
const { foldCounters } = await of('engine/store/counters.ts')
const { sealJournal } = await of('engine/journal/seal.ts')
const { sweep } = await of('engine/deadlines/sweep.ts')
const { freezeDue } = await of('engine/tasks/index.ts')
const { refreshProposals } = await of('engine/grading/refresh.ts')
const { backup } = await of('engine/store/backup/index.ts')

const { recent } = await import('./recent.mjs')
const later = await import('./since-0.2.0.mjs')

let count = 0
/** Sends requests as the web does. */
const sender =
  (app) =>
  async (method, url, how = {}) => {
    const { cookie, key, body, version, form } = how
    const headers = { host: 'zhiben.test', origin: 'http://zhiben.test' }
    if (cookie) headers.cookie = cookie
    if (key) headers.authorization = `Bearer ${key}`
    if (method !== 'GET') headers['idempotency-key'] = `upgrade-${String(++count).padStart(6, '0')}`
    if (version) headers['if-match'] = `"${version}"`
    let payload = body
    if (form) {
      const request = new Request('http://zhiben.test', { method: 'POST', body: form })
      headers['content-type'] = request.headers.get('content-type')
      payload = Buffer.from(await request.arrayBuffer())
    }
    const response = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
    const json = String(response.headers['content-type']).includes('json')
    const answer = {
      status: response.statusCode,
      headers: response.headers,
      body: json ? response.json() : null,
    }
    if (answer.status >= 400 && !how.mayFail)
      throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

/** Areas, units and the first administrator, as `init` makes them. */
async function init(engine) {
  const { loadAreas } = await of('engine/areas/load.ts')
  const { newId } = await of('engine/core/ids.ts')
  const { sql } = await of('engine/store/db.ts')
  await loadAreas(engine.db, COUNTY)
  const { bureau, centre } = await of('demo/places.ts')
  const units = [
    [bureau.root, '泽州县应急管理局', COUNTY, 'bureau', ''],
    [bureau.trade, '冶金工贸股', COUNTY, 'section', bureau.root],
    [bureau.mines, '非煤矿山股', COUNTY, 'section', bureau.root],
    ...Object.values(towns).map((t) => [centre(t), `${t}应急管理中心`, t, 'town-centre', bureau.root]),
  ]
  for (const [at, name, area, kind, parent] of units)
    await sql`insert into unit (id, path, name, area, kind, parent) values (${newId()}, ${at}, ${name}, ${area}, ${kind},
      (select id from unit where path = ${parent})) on conflict (path) do nothing`.execute(engine.db)
  await engine.auth.users.create({
    username: 'admin',
    password: PASSWORD,
    name: '王建军',
    home: COUNTY,
    unit: bureau.root,
    assignments: [
      { role: 'county-admin', ground: { by: 'area', area: COUNTY } },
      { role: 'county-officer', ground: { by: 'area', area: COUNTY } },
    ],
  })
  // no page makes the accounts of higher levels
  await engine.auth.users.create({
    username: 'city1',
    password: PASSWORD,
    name: '赵文军',
    home: '1405',
    assignments: [{ role: 'city-viewer', ground: { by: 'area', area: '1405' } }],
  })
}

/** Signs in; sessions end while the clock moves, so each day begins with it. */
const signIn = async (send, username, password = PASSWORD) => {
  const answer = await send('POST', '/api/auth/sign-in/username', { body: { username, password } })
  return [answer.headers['set-cookie']]
    .flat()
    .map((c) => String(c).split(';')[0])
    .join('; ')
}

/** An account made on the page, whose person has changed the one-time password. */
async function account(send, admin, person) {
  const { body } = await send('POST', '/api/users', { cookie: admin, body: person })
  const cookie = await signIn(send, body.username, body.oneTimePassword)
  await send('POST', '/api/auth/change-password', {
    cookie,
    body: { currentPassword: body.oneTimePassword, newPassword: PASSWORD },
  })
  return body.id
}

/** The firms and what happened to them, told by the writers of the release's demo. */
async function story() {
  const { makeFirms } = await of('demo/firms.ts')
  const { writePeople } = await of('demo/people.ts')
  const { writeAssets } = await of('demo/assets.ts')
  const { writeDuties } = await of('demo/duties.ts')
  const { tell } = await of('demo/hazards.ts')
  const { Script } = await of('demo/script.ts')
  const { random } = await of('demo/random.ts')
  const { areasOfCounty } = await of('engine/areas/load.ts')
  const areas = await areasOfCounty(COUNTY)
  const places = Object.values(towns).map((code) => ({
    code,
    name: areas.find((a) => a.code === code).name,
    villages: areas.filter((a) => a.level === 'village' && a.parent === code),
  }))
  const today = NOW.slice(0, 10)
  const start = '2026-02-02'
  const all = makeFirms(1, places, today, start)
  const working = all.filter((f) => f.operating)
  const inTown = (code, n) => working.filter((f) => f.town.code === code && f.no > 0).slice(0, n)
  const small = since('0.2.0')
  const firms = [
    all[0],
    ...Object.values(towns).flatMap((code) => inTown(code, !small ? 4 : code === all[0].town.code ? 2 : 1)),
  ]
  firms.push(...all.filter((f) => !f.operating).slice(0, 2))
  const script = new Script(NOW)
  const r = random(1, 'upgrade')
  if (small) await later.powers({ of, script, places, start: '2026-02-01', today })
  for (const f of firms)
    script.create(script.at(start, r), `town:${f.town.code}`, 'enterprise', f.values, {
      key: f.key,
      subject: f.key,
    })
  writePeople(script, firms.slice(0, small ? 2 : firms.length), 1, today)
  writeAssets(script, firms.slice(0, small ? 2 : 5), 1, today)
  writeDuties(script, firms.slice(0, small ? 1 : 4), 1, today)
  hazards({ script, firms, r, tell, last: small ? 5 : 12 })
  const writes = script.writes
    .map((w, i) => [w, i])
    .sort(([a, i], [b, j]) => (a.at < b.at ? -1 : a.at > b.at ? 1 : i - j))
    .map(([w]) => w)
  return { firms, writes, places }
}

/** Every track in every state, some late on each rung, some long over. */
function hazards({ script, firms, r, tell, last }) {
  const own = '企业自查上报'
  const found = '监管执法查处'
  const told = '群众举报查实'
  const lead = firms[0]
  const day = (ago) => new Date(Date.parse(NOW) - ago * 86_400_000).toISOString().slice(0, 10)
  const on = (f, track, ago, origin, more = {}) =>
    tell(script, f, { track, foundOn: day(ago), origin, given: 15, lateness: 0, ...more }, r)
  on(lead, 'self', 1, own, { until: 'create' })
  on(lead, 'self', 3, own, { until: 'assessInside' })
  on(lead, 'self', 4, own, { until: 'arrange' })
  on(lead, 'self', 12, own, { given: 6, until: 'rectify' })
  on(lead, 'self', 40, own)
  on(lead, 'town', 6, found, { until: 'notify' })
  on(lead, 'town', 20, found, { given: 8, until: 'rectify' })
  on(lead, 'town', 12, found, { until: 'handOver', handedOver: true })
  on(lead, 'order', 30, found, { given: 28, until: 'askExtension', extended: true })
  on(lead, 'order', 40, found, { given: 28, until: 'grantExtension', extended: true })
  on(lead, 'order', 70, found, { withdrawn: true })
  on(lead, 'major', 3, own, { until: 'report' })
  on(lead, 'major', 9, found, { until: 'list' })
  on(lead, 'major', 14, own, { until: 'plan', given: 40 })
  on(lead, 'major', 50, found, { until: 'approvePlan', given: 60 })
  on(lead, 'major', 60, found, { until: 'verify', given: 30 })
  on(lead, 'major', 150, found, { given: 45 })
  firms.slice(1, last).forEach((f, i) => {
    const late = [2, 6, 9, 20, 45][i % 5]
    on(f, 'order', late + 19, i % 2 ? found : told, { until: 'order' })
    on(f, 'town', late + 16, found, { given: 12, until: 'notify' })
    if (i % 3 === 0) on(f, 'major', late + 50, found, { given: 30, until: 'approvePlan' })
    on(f, i % 2 ? 'self' : 'order', 120 + i, i % 2 ? own : found, { refused: i % 4 === 0, lateness: i })
    if (i % 4 === 0) on(f, 'major', 90, found, { withdrawn: true })
  })
}

async function replayStory(engine, send, { firms, writes }) {
  const { replay } = await of('demo/replay.ts')
  const { picture } = await of('demo/pictures.ts')
  const { Readable } = await import('node:stream')
  const town = (code) => Object.keys(towns).find((k) => towns[k] === code)
  const area = (key, username, name, role, home) => ({
    key,
    username,
    name,
    role,
    label: '',
    home,
    ground: { by: 'area', area: home },
  })
  const people = [
    area('county1', 'county1', '张卫东', 'county-officer', COUNTY),
    area('county2', 'county2', '李晓峰', 'county-officer', COUNTY),
    ...Object.values(towns).map((t) => area(`town:${t}`, town(t), `${town(t)}镇人员`, 'town-officer', t)),
    ...firms.flatMap((f) =>
      f.officers.map((key, i) => ({
        key,
        name: i ? `${f.chief}助理` : f.safetyHead,
        role: 'enterprise-officer',
        label: '',
        home: f.town.code,
        ground: { by: 'organisation', enterprise: f.key },
        ...(f.no === 0 && { username: `firm${i + 1}` }),
      })),
    ),
  ]
  const admin = await signIn(send, 'admin')
  const known = new Map()
  const accountOf = async (p, organisation) => {
    const had = known.get(p.username)
    if (had) return had
    const made = account(send, admin, {
      username: p.username,
      name: p.name,
      role: p.role,
      ...(organisation ? { by: 'organisation', organisation } : { area: p.home }),
    })
    known.set(p.username, made)
    return made
  }
  // certificates name accounts, which must be there
  for (const p of people) if ('area' in p.ground) await accountOf(p)
  await replay(
    engine,
    { county: COUNTY, units: [], people, writes },
    {
      account: accountOf,
      done: new Map(),
      day: async () => undefined,
      progress: () => undefined,
      async file({ $file, name, takenAt, place }, by, now) {
        const bytes = $file === 'paper' ? picture('paper') : picture($file)
        const upload = { name, by, now, takenAt, place, maxBytes: 1_000_000 }
        const { id } = await engine.files.put(Readable.from([bytes]), upload)
        return { id, name }
      },
    },
  )
}

// files are read in a process of their own, which a program run from its sources is told
const endReader = since('0.2.0') ? await (await of('test/reader.ts')).bundleReader() : () => undefined
const data = mkdtempSync(path.join(tmpdir(), `zhiben-${VERSION}-`))
chmodSync(data, 0o755)
const cluster = await startEmbedded({ dataDir: path.join(data, 'pg'), durable: false })
try {
  const engine = await openEngine(cluster.url, data, { clock })
  const app = await createApp(engine, { log: (line) => process.stderr.write(`${line}\n`) })
  const send = sender(app)
  await init(engine)
  const told = await story()
  await replayStory(engine, send, told)
  clock.to('2026-11-20T01:00:00.000Z')
  await foldCounters(engine.db, engine.catalogue)
  await sealJournal(engine.db, clock.now())
  const settle = async () => {
    await sweep(engine)
    await freezeDue(engine)
    await refreshProposals(engine)
  }
  const made = await recent({
    send,
    engine,
    clock,
    settle,
    signIn: (u) => signIn(send, u),
    account,
    towns,
    NOW,
    COUNTY,
    later: since('0.2.0') ? later : undefined,
    PASSWORD,
  })
  clock.to(NOW)
  await settle()
  await sealJournal(engine.db, clock.now())
  const out = path.resolve(process.argv.at(-1))
  const file = path.join(out, 'county.zhiben')
  rmSync(file, { force: true })
  const written = await backup({
    databaseUrl: cluster.url,
    dataDir: data,
    outFile: file,
    now: clock.now(),
  })
  // asked afterwards: questions that are refused stand in the journal
  const client = new pg.Client({ connectionString: cluster.url })
  // of the server's end, which says nothing about why it came
  client.on('error', () => undefined)
  await client.connect()
  const expected = await expectations({
    of,
    engine,
    client,
    send,
    signIn,
    NOW,
    PASSWORD,
    COUNTY,
    VERSION,
    made,
  })
  await client.end()
  writeFileSync(path.join(out, 'expected.gen.json'), `${JSON.stringify(expected, null, 1)}\n`)
  chmodSync(file, 0o644)
  process.stdout.write(`${written.bytes} bytes, ${written.files.count} files\n`)
  await app.close()
  await engine.close()
} finally {
  await cluster.stop()
  rmSync(data, { recursive: true, force: true })
  endReader()
}
