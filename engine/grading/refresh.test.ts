import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import { fieldTypes } from '../../fields/index.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { proves } from '../../test/proves.ts'
import { Catalogue } from '../core/catalogue.ts'
import type { Condition } from '../core/condition/ast.ts'
import type { Definitions } from '../core/definition.ts'
import { type Database, openDatabase, sql } from '../store/db.ts'
import { openDoor } from '../store/door.ts'
import { type OpenServices, openServices } from '../store/open.ts'
import { proposeOnWrite } from './propose.ts'
import { refreshProposals } from './refresh.ts'

let test: TestDatabase
let database: Database
let s: OpenServices
let now = '2026-06-01T09:00:00+08:00'
const clock = { now: () => new Date(now) }
const li = person_('李股长', [inArea('county-officer', '140525')])
let n = 0
const open = (d: Definitions) =>
  openServices(database.db, new Catalogue(d, fieldTypes), { clock, lenient: true })
const firm = async (more: Record<string, unknown>) =>
  (
    await openDoor(s, li).create(
      'enterprise',
      { name: `厂${++n}`, division: '140525104', industry: '机械', status: '在产', ...more },
      { idempotencyKey: `refresh-${n}` },
    )
  ).row.id
const levelOf = async (id: string) => (await openDoor(s, li).get('enterprise', id)).proposedLevel
const rule = (name: string, condition: Condition, from = '2026-01-01', to: string | null = null) =>
  sql`insert into grade_local_rule (id, scheme, area, name, label, condition, steps, basis, from_on, to_on, updated_by, updated_at)
    values (gen_random_uuid(), 'shanxi-industry', '140525', ${name}, ${name}, ${JSON.stringify(condition)}, 1, '县局规定',
      ${from}, ${to}, ${li.id}, now())`.execute(s.db)

beforeAll(async () => {
  test = await cloneDatabase()
  database = openDatabase(test.url)
  s = await open(definitions)
  s.onWrite.push(proposeOnWrite(s))
  await refreshProposals(s)
})
afterAll(async () => {
  await database?.close()
  await test?.drop()
})

describe('proposals follow what changes without a write', () => {
  it('nothing is done while nothing has changed, however many days pass', async () => {
    await firm({})
    expect(await refreshProposals(s)).toBeUndefined()
    now = '2026-06-02T09:00:00+08:00'
    expect(await refreshProposals(s)).toBeUndefined()
  })

  it('a rule begins and runs out on its dates', async () => {
    const gas = await firm({ gas: true })
    await rule('summer', { field: 'gas', op: 'is', to: { value: true } }, '2026-07-01', '2026-07-31')
    expect(await refreshProposals(s)).toBeUndefined()
    expect(await levelOf(gas)).toBe('较大')
    now = '2026-07-01T00:30:00+08:00'
    expect(await refreshProposals(s)).toBe(1)
    await proves('B01', 2, 'the level moves on the day a rule begins', async () =>
      expect(await levelOf(gas)).toBe('重大'),
    )
    now = '2026-08-01T00:30:00+08:00'
    expect(await refreshProposals(s)).toBe(1)
    expect(await levelOf(gas)).toBe('较大')
  })

  it('a day that passes changes what looks at the day', async () => {
    const old = await firm({ confirmedOn: '2026-07-20' })
    await rule('stale', { field: 'confirmedOn', op: 'lt', to: { asOf: -30 } })
    await refreshProposals(s)
    expect(await levelOf(old)).toBe('一般')
    now = '2026-08-21T09:00:00+08:00'
    expect(await refreshProposals(s)).toBe(1)
    expect(await levelOf(old)).toBe('较大')
  })

  it('a county’s own number moves the rule that asks for it, also when another program wrote it', async () => {
    const dusty = await firm({ dust: true, dustWorkers: 12 })
    await rule('dust-many', { field: 'dustWorkers', op: 'gte', to: { policy: 'dust.connectFrom' } })
    await refreshProposals(s)
    const before = await levelOf(dusty)
    await sql`insert into policy_row (id, key, label, value, area, from_on, basis, updated_at, updated_by)
      values (gen_random_uuid(), 'dust.connectFrom', '接入人数', ${before === '重大' ? '20' : '10'}::jsonb, '140525', '2026-01-01',
        '测试', now(), ${li.id})`.execute(s.db)
    expect(await refreshProposals(s)).toBe(1)
    expect(await levelOf(dusty)).toBe(before === '重大' ? '较大' : '重大')
  })

  it('a scheme shipped in a new version grades everyone again', async () => {
    const plain = await firm({ industry: '纺织' })
    expect(await levelOf(plain)).toBe('一般')
    const gradings = definitions.gradings.map((g) =>
      g.name === 'shanxi-industry'
        ? { ...g, version: g.version + 1, otherwise: { ...g.otherwise, level: '低' as const } }
        : g,
    )
    const next = await open({ ...definitions, gradings })
    expect(await refreshProposals(next)).toBeGreaterThan(0)
    expect(await levelOf(plain)).toBe('低')
    expect(await refreshProposals(next)).toBeUndefined()
  })
})
