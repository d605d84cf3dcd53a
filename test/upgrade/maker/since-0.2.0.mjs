/** What a county of release 0.2.0 has that earlier ones had not: entrustments, wishes, claims, status changes. */

/** Entrustments and certificates, before anything else: the demo's, for the accounts of this county. */
export async function powers({ of, script, places, start, today }) {
  const { writePowers } = await of('demo/powers.ts')
  const named = { county: 'county1' }
  writePowers(script, places, [], start, today)
  for (const { values } of script.writes) if (named[values.account]) values.account = named[values.account]
}

/**
 * Firms whose status a record in the ledger of status changes says too: as the newest of them says, otherwise, and
 * typed later than it. In this release the ledger sets nothing: what is typed holds.
 */
export async function statusChanges({ send, signIn, firms }) {
  const cookie = await signIn('county1')
  const noted = async (firm, changedOn, status, more = {}) => {
    const body = { enterpriseId: firm.id, changedOn, status, reason: '市场原因', ...more }
    return (await send('POST', '/api/records/status-change', { cookie, body })).body.row.id
  }
  const typed = async (firm, body) => {
    const path = `/api/records/enterprise/${firm.id}`
    const { row } = (await send('GET', path, { cookie })).body
    return send('PATCH', path, { cookie, version: row.version, body })
  }
  const [agreeing, differing, later] = firms
  const changes = {}
  const cut = { powerCut: '限电', powerCutOn: '2026-06-02' }
  changes[agreeing.id] = [
    await noted(agreeing, '2026-03-01', '停产'),
    await noted(agreeing, '2026-06-01', '长期停产停工', cut),
  ]
  await typed(agreeing, { status: '长期停产停工', statusSince: '2026-06-01', ...cut })
  changes[differing.id] = [
    await noted(differing, '2026-04-01', '停产'),
    await noted(differing, '2026-05-01', '关停', { powerCut: '已断电', powerCutOn: '2026-05-02' }),
  ]
  changes[later.id] = [await noted(later, '2026-03-01', '停产')]
  await typed(later, { status: '在产', statusSince: '2026-07-01' })
  return { agreeing: agreeing.id, differing: differing.id, later: later.id, changes }
}

/** A firm asks for changes of what decides its duties: some wait, one is confirmed, one refused, one taken back. */
export async function wishes({ send, signIn, lead }) {
  const cookie = await signIn('firm1')
  const officer = await signIn('county1')
  const path = `/api/records/enterprise/${lead.id}`
  const own = (await send('GET', path, { cookie })).body.row
  await send('PATCH', path, {
    cookie,
    version: own.version,
    body: {
      employees: (own.employees ?? 0) + 7,
      dust: !own.dust,
      gas: !own.gas,
      silo: !own.silo,
      painting: !own.painting,
    },
  })
  const machines = (await send('GET', '/api/records/equipment?limit=20', { cookie })).body.rows
  const [goes, comesBack] = machines
  await send('DELETE', `/api/records/equipment/${goes.id}?reason=${encodeURIComponent('已拆除')}`, {
    cookie,
    version: goes.version,
  })
  const gone = await send(
    'DELETE',
    `/api/records/equipment/${comesBack.id}?reason=${encodeURIComponent('登记重复')}`,
    {
      cookie: officer,
      version: comesBack.version,
    },
  )
  await send('POST', `/api/records/equipment/${comesBack.id}/restore`, {
    cookie,
    version: gone.body?.row?.version ?? comesBack.version + 1,
  })
  const body = {
    enterpriseId: lead.id,
    name: '新行车',
    kind: machines.at(-1).kind,
    inspectedOn: '2026-09-01',
  }
  const made = (await send('POST', '/api/records/equipment', { cookie, body })).body.row.id
  const waiting = async () =>
    (await send('GET', '/api/wishes?state=waiting', { cookie: officer })).body.rows.filter(
      (w) => w.recordId === lead.id,
    )
  const of = async (field) => (await waiting()).find((w) => w.field === field)
  const settle = (wish, what, who, more = {}) =>
    send('POST', `/api/wishes/${wish.id}/${what}`, { cookie: who, version: wish.version, body: more })
  await settle(await of('gas'), 'confirm', officer)
  await settle(await of('silo'), 'refuse', officer, { reason: '现场没有筒仓' })
  await settle(await of('painting'), 'withdraw', cookie)
  return { goes: goes.id, comesBack: comesBack.id, made }
}

/** Slips: one used, one still open, one for a firm that has an account already, so that an officer is asked. */
export async function claims({ send, signIn, lead, firms, password }) {
  const cookie = await signIn('admin')
  const organisations = [lead, ...firms.slice(0, 2)].map((f) => f.id)
  const { slips } = (await send('POST', '/api/claim-slips', { cookie, body: { organisations } })).body
  const slipOf = (firm) => slips.find((s) => s.organisation === firm.id)
  const claim = async (firm, username, name) => {
    const { creditCode } = (await send('GET', `/api/records/enterprise/${firm.id}`, { cookie })).body.row
    const body = { creditCode, code: slipOf(firm).code, name, phone: '13800001111', username, password }
    return (await send('POST', '/api/claim', { body })).body.state
  }
  const states = [await claim(lead, 'newsafety', '接替者'), await claim(firms[0], 'claimed1', '认领者')]
  if (states.join() !== 'waiting,done') throw new Error(`claims: ${states.join()}`)
  return { open: { creditCode: firms[1].creditCode, code: slipOf(firms[1]).code } }
}

/** A major hazard that one officer wrote down as general and raised himself. */
export async function raised({ send, signIn, lead, photos }) {
  const cookie = await signIn('county1')
  const path = '/api/records/hazard'
  const body = {
    enterpriseId: lead.id,
    name: '煤气报警器失效',
    origin: '监管执法查处',
    foundBy: '县局',
    foundOn: '2026-11-23',
    finder: '张卫东',
    spot: '加热炉',
    before: photos,
  }
  const { row } = (await send('POST', path, { cookie, body })).body
  const act = async (id, version, action, form) =>
    (await send('POST', `${path}/${id}/actions/${action}`, { cookie, version, body: { form } })).body.row
  const assessed = await act(row.id, row.version, 'assess', { level: '一般', clause: '煤气安全规程' })
  const up = await act(row.id, assessed.version, 'upgrade', {
    clause: '工贸企业重大事故隐患判定标准 第四条',
    reason: '涉及煤气区域',
  })
  return up.id
}

/** An import that is still to be taken back. */
export async function openImport({ send, signIn, settled, firm }) {
  const cookie = await signIn('county1')
  const form = new FormData()
  const csv = `企业名称,姓名,职责,岗位\n${firm.name},郑可撤,安全管理人员,安全科\n`
  form.set('file', new Blob([csv], { type: 'text/csv' }), 'person.csv')
  const { body } = await send('POST', '/api/imports/person', { cookie, form })
  await settled(send, cookie, body.id)
  await send('POST', `/api/imports/${body.id}/run`, { cookie })
  const done = await settled(send, cookie, body.id)
  return { id: done.id, state: done.state, written: done.counts ?? done.written ?? null }
}
