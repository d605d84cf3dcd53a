/** What a release says of the county it has made, once its backup is written. */
import { askCounty } from '../ask.ts'

const roles = {
  admin: 'county-admin',
  county1: 'county-officer',
  county2: 'county-officer',
  nancun: 'town-officer',
  dadonggou: 'town-officer',
  bagong: 'town-officer',
  firm1: 'enterprise-officer',
  firm2: 'enterprise-officer',
  city1: 'city-viewer',
  sector1: 'county-officer',
}

/** What the county goes on with after the upgrade: one step that asks for no file for each kind of running case. */
function actsOf(cases, own) {
  const wanted = [
    ['closed', 'hazard', 'major', 'close', { closedOn: '2026-11-26', opinion: '同意销号' }],
    // closing what only a firm reads asks for a photo; its second person withdraws
    own
      ? ['withdrawn', 'hazard', 'self', 'withdrawInside', { reason: '核对后不属于隐患' }]
      : ['closed', 'hazard', 'self', 'acceptInside', { closedOn: '2026-11-26', opinion: '已整改到位' }],
    ['listed', 'hazard', 'major', 'returnPlan', { reason: '资金不落实' }],
    ['withdrawn', 'hazard', 'town', 'withdraw', { reason: '现场复核，属误判' }],
    ['rectifying', 'hazard', 'order', 'grantExtension', { dueOn: '2026-12-08', opinion: '同意' }],
    ['answered', 'tip-off', null, 'feedback', { feedbackOn: '2026-11-26', how: '电话反馈' }],
  ]
  return wanted.map(([to, loop, track, action, form]) => {
    for (const [id, c] of Object.entries(cases)) {
      if (c.loop !== loop || c.track !== track) continue
      const username = Object.keys(c.actions).findLast((u) => c.actions[u].includes(action))
      if (username) return { loop, id, username, action, form, to, loopVersion: c.loopVersion }
    }
    throw new Error(`nobody can ${action} a ${loop}`)
  })
}

/** Of what came with 0.2.0: what waits, what is late on 今日, what names find, statuses, an import to take back. */
async function laterAnswers(ask, made) {
  const { rows: waiting } = await ask('county1', '/api/wishes?state=waiting')
  const today = {}
  for (const username of ['county1', 'nancun', 'bagong', 'firm1']) {
    const items = await ask(username, '/api/today')
    today[username] = items
      .filter((i) => i.kind === 'late' && i.link.startsWith('/records/'))
      .map((i) => i.link)
  }
  const searches = {}
  const { rows } = await ask('county1', '/api/records/enterprise?limit=100')
  for (const word of ['机械', '泽州县', rows[0].name, rows.at(-1).name.slice(-8, -4)]) {
    const found = await ask('county1', `/api/records/enterprise?limit=100&q=${encodeURIComponent(word)}`)
    searches[word] = found.rows.map((r) => r.id).sort()
  }
  const statuses = {}
  for (const { id, status, statusSince = null, powerCut = null, powerCutOn = null } of rows)
    statuses[id] = { status, statusSince, powerCut, powerCutOn }
  return {
    statusChanges: made.statuses,
    statuses,
    wishes: waiting.map(({ id, what, field, before, after, recordId, due }) => ({
      id,
      what,
      field,
      before,
      after,
      recordId,
      due,
    })),
    today,
    searches,
    raised: made.raised,
    claims: made.claims,
    openImport: made.open,
  }
}

export async function expectations({
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
}) {
  const { recount, readCounters, parseCounts } = await of('engine/store/counters.ts')
  const { verifyJournal, journalHead } = await of('engine/journal/seal.ts')
  const { tableOf } = await of('engine/core/naming.ts')
  const cookies = new Map()
  const ask = async (username, url) => {
    if (!cookies.has(username)) cookies.set(username, await signIn(send, username))
    const { body, status } = await send('GET', url, { cookie: cookies.get(username), mayFail: true })
    return status === 200 ? body : undefined
  }
  const { moved, apiKey, granted, enterprises } = made
  const { ok, blocks, entries, open } = await verifyJournal(engine.db)
  if (!ok) throw new Error('the journal is not whole')
  const registers = [...engine.catalogue.records.keys()]
  const rows = {}
  for (const register of registers) {
    const { rows: n } = await client.query(
      `select count(*) filter (where archived_at is null)::int as live, count(archived_at)::int as archived from ${tableOf(register)}`,
    )
    rows[register] = n[0]
  }
  const counted = registers.filter((r) => engine.catalogue.record(r).counted)
  const counts = {}
  const wrong = {}
  for (const register of counted) {
    const wanted = { area: COUNTY }
    counts[register] = parseCounts(await recount(engine.db, engine.catalogue, register, wanted))
    wrong[register] = parseCounts(await readCounters(engine.db, engine.catalogue, register, wanted))
  }
  const loops = registers.filter((r) => engine.catalogue.record(r).kind === 'loop')
  const hazards = (await ask('county1', '/api/records/hazard?limit=100')).rows
  const who = {
    county: 'county1',
    admin: 'admin',
    actors: Object.keys(roles).filter((u) => u !== 'admin' && u !== 'city1'),
    registers,
    loops,
    ...(made.lead && { firms: ['firm1'] }),
    timelines: [
      ...[...moved, ...enterprises.slice(0, 2)].map((id) => ({ register: 'enterprise', id })),
      ...hazards.slice(0, 3).map(({ id }) => ({ register: 'hazard', id })),
    ],
  }
  const answers = await askCounty(ask, who)
  const acts = actsOf(answers.cases, made.lead)
  const more = made.lead && { later: await laterAnswers(ask, made) }
  return {
    release: VERSION,
    now: NOW,
    county: COUNTY,
    password: PASSWORD,
    accounts: roles,
    stopped: ['left1'],
    apiKey,
    granted,
    moved,
    rows,
    counts,
    wrong,
    journal: { ...(await journalHead(engine.db)), blocks, entries, open },
    who,
    answers,
    acts,
    ...more,
  }
}
