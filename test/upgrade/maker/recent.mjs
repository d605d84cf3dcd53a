/** What people of the county did in the last week, over the HTTP API: everything the demo's story does not contain. */

const notice = `关于做好2026年冶金工贸安全监管重点工作的通知

一、主要任务
1.高温熔融金属企业要在2026年6月30日前全部投保安全生产责任保险。
2.各企业要在2026年12月31日前完成特种作业人员持证上岗排查，持证率达到100%。
3.重大事故隐患要在2026年10月31日前全部整改到位。
4.各企业每年至少组织一次应急演练。
5.各乡镇要在2026年9月30日前制定本乡镇工贸企业监管工作方案并报县局备案。
6.主要负责人培训考核合格率达到100%，12月20日前完成。
`

/** Figures of tasks from a notice: one long due and frozen, one running, one proved by files. */
async function tasks({ send, admin, engine, clock, settle }) {
  clock.to('2026-11-20T02:00:00.000Z')
  const cookie = await admin('county1')
  const { body: view } = await send('POST', '/api/notices', {
    cookie,
    body: { text: notice, name: '2026年通知.txt' },
  })
  const owners = (await send('GET', '/api/units', { cookie })).body.slice(0, 1).map((u) => u.id)
  const at = `/api/notices/${view.notice.id}/items`
  const bindings = [
    ['smelters-insured', { target: 100, comparator: '>=', unit: '%', due: '2026-11-21' }],
    ['certificates-valid', { target: 100, comparator: '>=', unit: '%', due: '2026-12-31' }],
    ['hazards-rectified', { target: 100, comparator: '>=', unit: '%', due: '2026-11-22' }],
    ['drill-yearly', { target: 100, comparator: '>=', unit: '%', due: '2026-12-31' }],
    [null, { due: '2026-11-30' }],
    ['heads-trained', { target: 100, comparator: '>=', unit: '%', due: '2026-11-21' }],
  ]
  const known = [...engine.catalogue.indicators.keys()]
  const ids = []
  for (const [i, item] of view.items.entries()) {
    const [wanted, more] = bindings[i % bindings.length]
    const indicator = wanted === null ? null : known.includes(wanted) ? wanted : known[i * 3]
    const body = { title: item.title, ...(indicator ? { indicator } : { evidence: true }), owners, ...more }
    const made = await send('POST', `${at}/${item.id}/accept`, { cookie, version: item.version, body })
    ids.push(made.body.id)
  }
  await settle()
  return ids
}

/** The task that files answer gets two, one of them confirmed by a second person. */
async function evidence({ send, signIn, clock }) {
  const cookie = await signIn('county1')
  const open = (await send('GET', '/api/tasks', { cookie })).body.find((t) => t.evidence)
  const proofs = []
  for (const text of ['工作方案', '备案回执']) {
    const form = new FormData()
    form.set('file', new Blob([`%PDF-1.4\n% ${text}\n%%EOF\n`], { type: 'application/pdf' }), `${text}.pdf`)
    const { body: file } = await send('POST', '/api/files', { cookie, form })
    const body = {
      files: [{ id: file.id, name: `${text}.pdf`, type: file.type, size: file.size }],
      note: text,
    }
    proofs.push((await send('POST', `/api/tasks/${open.id}/evidence`, { cookie, body })).body.id)
  }
  const other = await signIn('county2')
  await send('POST', `/api/tasks/${open.id}/evidence/${proofs[0]}/confirm`, { cookie: other })
  clock.to('2026-11-23T02:00:00.000Z')
}

/** Firms that move town after hazards were found in them: the release leaves their hazards' counts behind. */
async function moves({ send, signIn, towns }) {
  const cookie = await signIn('county1')
  const { rows } = (await send('GET', '/api/records/enterprise?limit=100', { cookie })).body
  const hazards = (await send('GET', '/api/records/hazard?limit=500', { cookie })).body.rows
  const has = (e) => hazards.filter((h) => h.enterpriseId === e.id).length
  const others = rows.filter((e) => e.town !== towns.bagong || has(e) < 10).sort((a, b) => has(b) - has(a))
  const moved = others.slice(0, 2)
  for (const e of moved) {
    const to = e.town === towns.nancun ? towns.dadonggou : towns.nancun
    await send('PATCH', `/api/records/enterprise/${e.id}?reason=${encodeURIComponent('迁址')}`, {
      cookie,
      version: e.version,
      body: { division: to },
    })
  }
  return { moved: moved.map((e) => e.id), enterprises: rows }
}

/** The same firm and the same person entered twice, and names that nearly agree. */
async function doubles({ send, signIn, enterprises }) {
  const cookie = await signIn('county1')
  const [first, second] = enterprises
  const double = (more) => ({ status: '在产', industry: first.industry, ...more })
  const firms = [
    double({ name: first.name, division: first.division, creditCode: '91140525MAEXZZ001' + '' }),
    double({ name: second.name.replace('有限公司', '有限责任公司'), division: second.division }),
    double({ name: ` ${second.name.replace('（', '(').replace('）', ')')}`, division: second.division }),
  ]
  const made = []
  for (const body of firms) {
    const answer = await send('POST', '/api/records/enterprise', { cookie, body, mayFail: true })
    if (answer.status >= 400) {
      delete body.creditCode
      made.push((await send('POST', '/api/records/enterprise', { cookie, body })).body.row.id)
    } else made.push(answer.body.row.id)
  }
  for (const post of ['安全科', '安环部']) {
    const body = {
      enterpriseId: first.id,
      name: '赵同名',
      roles: ['安全管理人员'],
      post,
      phone: '13800001234',
    }
    await send('POST', '/api/records/person', { cookie, body })
  }
  for (const enterprise of [first, second]) {
    const body = {
      enterpriseId: enterprise.id,
      holderName: '赵同名',
      category: '高处作业',
      number: 'T140525198001010017',
      validUntil: '2027-05-01',
    }
    await send('POST', '/api/records/special-operation-certificate', { cookie, body })
  }
  return made
}

/** One record removed, one removed and restored. */
async function shelved({ send, signIn, made }) {
  const cookie = await signIn('county1')
  const why = `?reason=${encodeURIComponent('重复登记')}`
  for (const id of made.slice(1))
    await send('DELETE', `/api/records/enterprise/${id}${why}`, { cookie, version: 1 })
  await send('POST', `/api/records/enterprise/${made[1]}/restore`, { cookie, version: 2 })
  const { rows } = (await send('GET', '/api/records/hazard?limit=100', { cookie })).body
  const open = rows.find((h) => h.state === 'rectifying')
  await send('DELETE', `/api/records/hazard/${open.id}${why}`, { cookie, version: open.version })
  await send('POST', `/api/records/hazard/${open.id}/restore`, { cookie, version: open.version + 1 })
  const gone = rows.filter((h) => h.state === 'rectifying').at(-1)
  await send('DELETE', `/api/records/hazard/${gone.id}${why}`, { cookie, version: gone.version })
}

/** Three imports: written, written and taken back, only looked at. */
async function imports({ send, signIn, enterprises }) {
  const cookie = await signIn('county1')
  const upload = async (register, csv) => {
    const form = new FormData()
    form.set('file', new Blob([csv], { type: 'text/csv' }), `${register}.csv`)
    const { body } = await send('POST', `/api/imports/${register}`, { cookie, form })
    return settled(send, cookie, body.id)
  }
  const run = async (id, what) => {
    await send('POST', `/api/imports/${id}/${what}`, { cookie })
    return settled(send, cookie, id)
  }
  const name = (i) => enterprises[i].name
  const people = `企业名称,姓名,职责,岗位\n${name(2)},孙来,安全管理人员,安全科\n${name(3)},周去,主要负责人,经理\n`
  await run((await upload('person', people)).id, 'run')
  const firms =
    '企业名称,所在区划,状态,行业\n泽州县导入机械厂（演示）,大东沟镇,在产,机械\n泽州县导入建材厂（演示）,南村镇,在产,建材\n'
  const taken = await upload('enterprise', firms)
  await run(taken.id, 'run')
  await run(taken.id, 'undo')
  await upload('drill', `企业名称,演练名称,演练日期,演练类别\n${name(4)},消防演练,2026-10-10,综合\n`)
}

/** Reading and writing go on in the background. */
async function settled(send, cookie, id) {
  for (let i = 0; i < 200; i++) {
    const { body } = await send('GET', `/api/imports/${id}`, { cookie })
    if (!['reading', 'waiting', 'running', 'undoing', 'queued'].includes(body.state)) return body
    await new Promise((r) => setTimeout(r, 50))
  }
  throw new Error(`import ${id} does not end`)
}

/** Adopted grades that follow the proposal and one that does not; one assessment still waits. */
async function grades({ send, signIn, enterprises, later }) {
  const first = await signIn('county1')
  const graded = enterprises.slice(0, 4)
  const other = (e) => (e.proposedLevel === '低' ? '一般' : '低')
  const judgements = graded.map((e, i) => ({
    enterpriseId: e.id,
    ...(i === 1 && { level: other(e), reason: '现场核查与建议不同' }),
  }))
  await send('POST', '/api/grades/assess', { cookie: first, body: { judgements } })
  const second = await signIn('county2')
  const reviews = []
  for (const e of graded.slice(0, 3)) {
    // later releases ask which assessment was seen
    const { waiting } = later ? (await send('GET', `/api/grades/${e.id}`, { cookie: second })).body : {}
    reviews.push({ enterpriseId: e.id, approve: true, ...(waiting && { decisionId: waiting.id }) })
  }
  await send('POST', '/api/grades/review', { cookie: second, body: { reviews } })
}

/** Own numbers, views, a key, a grant and accounts of every role. */
async function settings({ send, signIn, account, towns, enterprises, county }) {
  const cookie = await signIn('admin')
  const own = (key, value, area) => ({
    key,
    value,
    area,
    from: '2026-11-01',
    basis: '泽州县安委办会议纪要〔2026〕7号',
  })
  await send('POST', '/api/policy', {
    cookie,
    body: own('hazard.arrangeDays', { days: 2, calendar: 'working' }, county),
  })
  await send('POST', '/api/policy', {
    cookie,
    body: own('ladder.remindDays', { days: 2, calendar: 'calendar' }, towns.bagong),
  })
  await account(cookie, {
    username: 'sector1',
    name: '冯行',
    role: 'county-officer',
    by: 'sector',
    area: county,
    sector: enterprises[0].industry,
  })
  const stopped = await account(cookie, {
    username: 'left1',
    name: '离任者',
    role: 'town-officer',
    area: towns.nancun,
  })
  await send('POST', `/api/users/${stopped}/disable`, { cookie })
  const made = await send('POST', '/api/keys', {
    cookie,
    body: { name: '企业平台', role: 'integration', area: county },
  })
  const officer = await signIn('county1')
  const hazards = (await send('GET', '/api/records/hazard?limit=100', { cookie: officer })).body.rows
  const lent = hazards.find((h) => h.town === towns.bagong && h.state === 'rectifying')
  const people = (await send('GET', '/api/people', { cookie })).body.people
  const nancun = people.find((p) => p.username === 'nancun')
  const grant = {
    register: 'hazard',
    record: lent.id,
    from: '2026-11-24',
    to: '2027-03-31',
    act: true,
    reason: '联合检查',
  }
  await send('POST', `/api/users/${nancun.id}/grants`, { cookie, body: grant })
  const view = {
    name: '在产企业',
    where: { field: 'status', op: 'is', value: '在产' },
    columns: ['name', 'status'],
    shared: true,
  }
  const shared = await send('POST', '/api/views/enterprise', { cookie: officer, body: view, mayFail: true })
  if (shared.status >= 400)
    await send('POST', '/api/views/enterprise', { cookie: officer, body: { ...view, where: null } })
  const firm = await signIn('firm1')
  await send('POST', '/api/views/hazard', {
    cookie: firm,
    body: { name: '本厂隐患', q: '', sort: 'dueOn', shared: false },
  })
  return { apiKey: made.body.key, granted: { username: 'nancun', hazard: lent.id } }
}

/** Tip-offs: accepted, answered, refused, and one nobody has looked at in time. */
async function tipOffs({ send, signIn, clock, enterprises }) {
  clock.to('2026-11-20T03:00:00.000Z')
  const cookie = await signIn('county1')
  const one = '/api/records/tip-off'
  const open = async (subject, more = {}) => {
    const body = {
      subject,
      content: `${subject}，请查处。`,
      channel: '12350电话',
      kind: '一般隐患',
      receivedOn: '2026-11-18',
      division: enterprises[0].division,
      target: enterprises[0].name,
      enterprise: enterprises[0].id,
      anonymous: false,
      reporter: '举报者',
      reporterPhone: '13800009999',
      ...more,
    }
    return (await send('POST', one, { cookie, body })).body.row
  }
  const act = async (row, action, form) =>
    (
      await send('POST', `${one}/${row.id}/actions/${action}`, {
        cookie,
        version: row.version,
        body: { form },
      })
    ).body.row
  await open('夜间无人值守')
  const refused = await open('与安全无关的事项')
  await act(refused, 'decline', { reason: '不属于安全生产事项' })
  const accepted = await open('配电室堆放杂物')
  await act(accepted, 'accept', { handler: '张卫东' })
  const answered = await open('除尘器停用', {
    anonymous: true,
    reporter: undefined,
    reporterPhone: undefined,
  })
  const taken = await act(answered, 'accept', { handler: '张卫东' })
  const verified = await act(taken, 'verify', {
    finding: '现场核查，除尘器运行正常',
    outcome: '不属实',
    onSite: [],
  })
  await act(verified, 'dismiss', { reason: '查无实据' })
}

/** What only later releases have, told by `since-0.2.0.mjs`. */
async function sinceThen({ later, send, signIn, PASSWORD }, enterprises) {
  const cookie = await signIn('firm1')
  const lead = (await send('GET', '/api/records/enterprise?limit=1', { cookie })).body.rows[0]
  const others = enterprises.filter((e) => e.id !== lead.id && e.status === '在产' && e.creditCode)
  const hazards = (await send('GET', '/api/records/hazard?limit=100', { cookie: await signIn('county1') }))
    .body.rows
  const photos = hazards.find((h) => h.before?.length).before
  const world = { send, signIn, lead }
  return {
    lead: lead.id,
    statuses: await later.statusChanges({ ...world, firms: others }),
    wishes: await later.wishes(world),
    claims: await later.claims({ ...world, firms: others, password: PASSWORD }),
    raised: await later.raised({ ...world, photos }),
    open: await later.openImport({ ...world, settled, firm: others[1] }),
  }
}

export async function recent(world) {
  const { send, engine, clock, settle, signIn, towns, COUNTY: county } = world
  const account = (admin, person) => world.account(send, admin, person)
  const first = await signIn('county1')
  const known = (await send('GET', '/api/records/enterprise?limit=100&sort=name', { cookie: first })).body
    .rows
  await tipOffs({ send, signIn, clock, enterprises: known })
  await tasks({ send, admin: signIn, engine, clock, settle })
  clock.to('2026-11-22T02:00:00.000Z')
  await settle()
  await evidence({ send, signIn, clock })
  await settle()
  const { moved, enterprises } = await moves({ send, signIn, towns })
  clock.to('2026-11-24T02:00:00.000Z')
  const made = await doubles({ send, signIn, enterprises })
  await shelved({ send, signIn, made })
  await imports({ send, signIn, enterprises })
  clock.to('2026-11-25T02:00:00.000Z')
  await settle()
  await grades({ send, signIn, enterprises, later: world.later })
  const { apiKey, granted } = await settings({ send, signIn, account, towns, enterprises, county })
  const more = world.later && (await sinceThen(world, enterprises))
  return { moved, apiKey, granted, enterprises: enterprises.map((e) => e.id), ...more }
}
