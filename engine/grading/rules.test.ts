import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { newKey, serveCounty } from '../../test/try-app.ts'
import { Catalogue } from '../core/catalogue.ts'
import { fixedClock } from '../core/clock.ts'
import { type Database, openDatabase, sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import { type OpenServices, openServices } from '../store/open.ts'
import { explainGrade } from './decide.ts'
import { proposeOnWrite } from './propose.ts'

let test: TestDatabase
let database: Database
let s: OpenServices
let t: Awaited<ReturnType<typeof serveCounty>>
let officer: { id: string; cookie: string }
const li = person_('李股长', [inArea('county-officer', '140525')])
const url = '/api/grades/rules'
const stopped = { field: 'status', op: 'is', to: { value: '长期停产停工' } }
const rule = {
  scheme: 'shanxi-industry',
  label: '长期停产停工下调',
  condition: stopped,
  steps: -1,
  basis: '泽应急办〔2026〕3号 第二条',
  from: '2026-01-01',
  to: null,
}
let n = 0
const firm = async (more: Record<string, unknown> = {}) =>
  (
    await openDoor(s, li).create(
      'enterprise',
      { name: `厂${++n}`, division: '140525104', industry: '机械', status: '在产', ...more },
      { idempotencyKey: newKey() },
    )
  ).row
const levelOf = async (id: string) => (await openDoor(s, li).get('enterprise', id)).proposedLevel
const live = async () =>
  (await t.send('GET', url, { cookie: officer.cookie })).body.rules.filter(
    (r: { endedAt: null }) => !r.endedAt,
  )

beforeAll(async () => {
  test = await cloneDatabase()
  database = openDatabase(test.url)
  s = await openServices(database.db, new Catalogue(definitions, fieldTypes), {
    clock: fixedClock('2026-06-01T09:00:00+08:00'),
  })
  s.onWrite.push(proposeOnWrite(s))
  t = await serveCounty(s)
  officer = await t.person('county-officer', '140525')
})
afterAll(async () => {
  await t?.close()
  await database?.close()
  await test?.drop()
})

describe('a county’s own adjustments', () => {
  it('start empty; only schemes the county may adjust are offered', async () => {
    const { body } = await t.send('GET', url, { cookie: officer.cookie })
    expect(body).toMatchObject({ rules: [], schemes: [{ name: 'shanxi-industry' }] })
  })

  it('are tried before they are saved, move the proposals at once, and end with a reason', async () => {
    const { cookie } = officer
    const idle = await firm({ status: '长期停产停工' })
    const busy = await firm()
    const far = await openDoor(s, li).create(
      'enterprise',
      { name: '矿', division: '140525104', industry: '非煤矿山', status: '长期停产停工' },
      { idempotencyKey: newKey() },
    )
    const { scheme, condition, steps } = rule
    const tried = await t.send('POST', `${url}/preview`, { cookie, body: { scheme, condition, steps } })
    expect(tried).toMatchObject({
      status: 200,
      body: {
        of: 2,
        matched: 1,
        changed: 1,
        moves: [{ from: '一般', to: '低', count: 1 }],
        sample: [{ id: idle.id, from: '一般', to: '低' }],
      },
    })
    expect(await levelOf(idle.id)).toBe('一般')

    const key = newKey()
    const post = () => t.send('POST', url, { cookie, body: rule, key })
    const made = await post()
    expect(made).toMatchObject({ status: 201, body: { changed: 1, rule: { area: '140525', version: 1 } } })
    expect(made.body.rule.text).toContain('长期停产停工')
    expect((await post()).body).toMatchObject({ changed: 1, rule: { id: made.body.rule.id } })
    expect([await levelOf(idle.id), await levelOf(busy.id), await levelOf(far.row.id)]).toEqual([
      '低',
      '一般',
      '较大',
    ])
    const view = await explainGrade(s, li, idle.id)
    expect(view.proposed!.steps.at(-1)).toMatchObject({
      kind: 'shift',
      local: true,
      label: rule.label,
      effect: '下调1级',
      basis: rule.basis,
    })

    const one = `${url}/${made.body.rule.id}`
    const set = { steps: null, level: '较大' }
    expect((await t.send('PATCH', one, { cookie, body: set })).status).toBe(428)
    expect((await t.send('PATCH', one, { cookie, body: set, ifMatch: 7 })).body.code).toBe('version-lost')
    const changed = await t.send('PATCH', one, { cookie, body: set, ifMatch: 1 })
    expect(changed).toMatchObject({ status: 200, body: { changed: 1, rule: { version: 2, level: '较大' } } })
    expect(await levelOf(idle.id)).toBe('较大')

    expect((await t.send('DELETE', one, { cookie, ifMatch: 2 })).status).toBe(400)
    const ended = await t.send('DELETE', `${one}?reason=${encodeURIComponent('文件废止')}`, {
      cookie,
      ifMatch: 2,
    })
    expect(ended).toMatchObject({ status: 200, body: { changed: 1, rule: { endReason: '文件废止' } } })
    expect(await levelOf(idle.id)).toBe('一般')
    expect(await live()).toEqual([])
    const { rows } = await sql<{ what: string; reason: string | null }>`select what, reason from journal
      where register = 'grade-rule' order by id`.execute(s.db)
    expect(rows).toEqual([
      { what: 'create', reason: null },
      { what: 'update', reason: null },
      { what: 'archive', reason: '文件废止' },
    ])
  })

  it.each([
    ['both a step and a level', { level: '重大' }, 'steps'],
    ['neither', { steps: null }, 'steps'],
    ['no step', { steps: 0 }, 'steps'],
    ['an unknown field', { condition: { field: 'nowhere', op: 'is', to: { value: 1 } } }, 'condition'],
    [
      'the grade itself',
      { condition: { field: 'adoptedLevel', op: 'is', to: { value: '低' } } },
      'condition',
    ],
    ['no condition', { condition: { all: [] } }, 'condition'],
    ['an end before the beginning', { to: '2025-01-01' }, 'to'],
    ['a scheme decided above', { scheme: 'national-mines' }, 'scheme'],
    ['no basis', { basis: '' }, 'basis'],
    ['no dates', { from: undefined, to: undefined }, 'from'],
  ])('refuses %s', async (_, wrong, path) => {
    const body = { ...rule, label: '写错的', ...wrong }
    const no = await t.send('POST', url, { cookie: officer.cookie, body })
    expect(no.status).toBe(400)
    expect(no.body.complaints.map((c: { path: string }) => c.path.split('.').at(-1))).toContain(path)
    expect(await live()).toEqual([])
  })

  it('belong to the county officers of the place; a refused attempt is in the journal', async () => {
    const town = await t.person('town-officer', '140525104')
    const other = await t.person('county-officer', '140524')
    const made = await t.send('POST', url, { cookie: officer.cookie, body: rule })
    const one = `${url}/${made.body.rule.id}?reason=${encodeURIComponent('不要')}`
    expect((await t.send('POST', url, { cookie: town.cookie, body: rule })).status).toBe(403)
    expect((await t.send('GET', url, { cookie: town.cookie })).body.rules).toHaveLength(2)
    expect((await t.send('GET', url, { cookie: other.cookie })).body.rules).toEqual([])
    expect((await t.send('DELETE', one, { cookie: other.cookie, ifMatch: 1 })).status).toBe(404)
    expect(
      (await t.send('POST', url, { cookie: other.cookie, body: { ...rule, area: '140525' } })).status,
    ).toBe(403)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from journal
      where register = 'grade-rule' and what like 'refused:%'`.execute(s.db)
    expect(rows[0]!.n).toBe(2)
    await t.send('DELETE', one, { cookie: officer.cookie, ifMatch: 1 })
  })

  it('a rule on a related register takes hold of the next fact at once', async () => {
    const risky = await firm()
    const condition = {
      related: 'drill',
      test: 'some',
      where: { field: 'kind', op: 'is', to: { value: '综合' } },
    }
    const body = { ...rule, label: '有综合演练', condition }
    expect((await t.send('POST', url, { cookie: officer.cookie, body })).status).toBe(201)
    await openDoor(s, li).create(
      'drill',
      { enterpriseId: risky.id, subject: '演练', kind: '综合', heldOn: '2026-05-01' },
      { idempotencyKey: newKey() },
    )
    expect(await levelOf(risky.id)).toBe('低')
  })
})
