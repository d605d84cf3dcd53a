import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallCounty, type SmallCounty } from '../../test/model-county.ts'
import { sealAll } from '../../test/sealed-journal.ts'
import { verifyJournal } from '../journal/seal.ts'
import { sql } from '../store/db.ts'
import { readDeadlines } from './read.ts'
import { sweep } from './sweep.ts'

let c: SmallCounty
let firm: string
beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00')
  const made = await c
    .as(c.county)
    .create('enterprise', { name: '晋城铸造', place: '140525100', industry: '冶金' }, c.key())
  firm = made.row.id
})
afterAll(() => c.close())

const at = (day: string) => c.clock.set(`${day}T09:00:00+08:00`)
const ordered = async (dueOn: string) => {
  const { row } = await c
    .as(c.county)
    .create('hazard', { enterpriseId: firm, name: '除尘器积尘', level: '一般' }, c.key())
  return (await c.as(c.town).act('hazard', row.id, 'order', { dueOn }, row.version, c.key())).row
}
const clockOf = async (id: string, today: string) => (await readDeadlines(c.db, id, today))[0]!
const rungs = async (id: string, today: string) =>
  (await clockOf(id, today)).rungs.map((r) => `${r.name} ${r.state}`)
const entries = async (id: string) =>
  (await c.as(c.county).timeline('hazard', id)).entries.map((e) => e.what).reverse()

describe('when the machine’s clock jumps', () => {
  it('forwards: one sweep does what the missed ones would have done, each rung once', async () => {
    at('2026-03-02')
    const hazard = await ordered('2026-03-10')
    at('2026-07-01')
    const first = await sweep(c.services)
    expect(first).toMatchObject({ late: 1, climbed: 2 })
    expect(await sweep(c.services)).toMatchObject({ late: 0, climbed: 0 })
    expect(await rungs(hazard.id, '2026-07-01')).toEqual(['remind reached', 'letter reached'])
    expect(await entries(hazard.id)).toEqual(['create', 'act:order', 'sweep:remind', 'sweep:letter'])
    at('2026-03-11')
    await sweep(c.services)
  })

  it('and back: what only the wrong clock had made late runs again, and is late once its day has really passed', async () => {
    at('2026-03-02')
    const hazard = await ordered('2026-03-20')
    at('2027-01-01')
    await sweep(c.services)
    expect(await clockOf(hazard.id, '2027-01-01')).toMatchObject({ state: 'late' })
    at('2026-03-03')
    await sweep(c.services)
    expect(await clockOf(hazard.id, '2026-03-03')).toMatchObject({ state: 'running', daysLeft: 17 })
    expect(await rungs(hazard.id, '2026-03-03')).toEqual(['remind planned', 'letter planned'])
    at('2026-03-22')
    await sweep(c.services)
    expect(await rungs(hazard.id, '2026-03-22')).toEqual(['remind reached', 'letter planned'])
    // nothing is taken out of the journal: what was reached too early, taken back, and reached
    expect(await entries(hazard.id)).toEqual([
      'create',
      'act:order',
      'sweep:remind',
      'sweep:letter',
      'unsweep:remind',
      'unsweep:letter',
      'sweep:remind',
    ])
    const done = await c.as(c.town).act('hazard', hazard.id, 'rectify', { note: '已清理' }, 2, c.key())
    expect(done.row.state).toBe('checking')
    expect(await clockOf(hazard.id, '2026-03-22')).toMatchObject({ state: 'met-late' })
  })

  it('work done while it was wrong is in order: cases go on, time lines and the sealed journal stay whole', async () => {
    at('2026-04-01')
    const hazard = await ordered('2026-04-20')
    at('2026-08-01')
    await c.as(c.town).act('hazard', hazard.id, 'rectify', { note: '已清理' }, 2, c.key())
    await sealAll(c.db, c.clock.now())
    at('2026-04-02')
    const closed = await c.as(c.county).act('hazard', hazard.id, 'accept', {}, 3, c.key())
    expect(closed.row.state).toBe('closed')
    await sealAll(c.db, c.clock.now())
    expect(await entries(hazard.id)).toEqual(['create', 'act:order', 'act:rectify', 'act:accept'])
    const { rows } = await sql<{ seq: number; action: string }>`select seq, action from case_fact
      where case_id = ${hazard.id} order by seq`.execute(c.db)
    expect(rows.map((r) => r.action)).toEqual(['create', 'order', 'rectify', 'accept'])
    expect(await verifyJournal(c.db)).toMatchObject({ ok: true, open: 0 })
  })
})
