import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import { sweep } from '../../engine/deadlines/sweep.ts'
import { type Database, openDatabase, sql } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import { type OpenServices, openServices } from '../../engine/store/open.ts'
import { fieldTypes } from '../../fields/index.ts'
import { keptFile } from '../../test/kept-file.ts'
import { inArea, person_ } from '../../test/model-county.ts'
import { cloneDatabase, type TestDatabase } from '../../test/pg.ts'
import { proves } from '../../test/proves.ts'
import { definitions } from '../index.ts'

let test: TestDatabase
let database: Database
let s: OpenServices
let n = 0
const clock = fixedClock('2026-03-02T09:00:00+08:00')
const key = () => ({ idempotencyKey: `t-${++n}` })
const li = person_('李股长', [inArea('county-officer', '140525')])
const zhang = person_('张队长', [inArea('county-officer', '140525')])

beforeAll(async () => {
  test = await cloneDatabase()
  database = openDatabase(test.url)
  s = await openServices(database.db, new Catalogue(definitions, fieldTypes), { clock })
})
afterAll(async () => {
  await database?.close()
  await test?.drop()
})

const report = (more: Record<string, unknown> = {}) =>
  openDoor(s, li).create(
    'tip-off',
    {
      subject: '夜间违规动火',
      content: '巴公镇一铸造厂夜间在煤气管道旁动火。',
      channel: '12350电话',
      kind: '重大事故隐患',
      receivedOn: '2026-03-02',
      division: '140525104',
      receipt: `HZ${++n}`,
      ...more,
    },
    key(),
  )

describe('tip-offs', () => {
  it('takes a report with or without a name; the name stays out of the journal', async () => {
    await proves('R01', 1, 'a report without a name is taken in, with its channel and a receipt', () =>
      expect(report({ reporter: undefined, anonymous: true })).resolves.toMatchObject({
        row: { state: 'received', channel: '12350电话', receipt: expect.stringMatching(/^HZ/) },
      }),
    )
    const named = (await report({ reporter: '王举报', reporterPhone: '13900001111' })).row
    const { rows } = await sql<{
      all: string
    }>`select changes::text as all from journal where record_id = ${named.id}`.execute(s.db)
    expect(rows[0]!.all).not.toMatch(/王举报|13900001111/)
  })

  it('towns and enterprises see no tip-off at all', async () => {
    await report()
    const town = openDoor(s, person_('镇', [inArea('town-officer', '140525104')]))
    expect((await town.list('tip-off')).rows).toEqual([])
  })

  it('accepted, verified, tied to a hazard, told, rewarded by another than who verified', async () => {
    const door = openDoor(s, li)
    const { id } = (await report({ reporter: '王举报' })).row
    await door.act('tip-off', id, 'accept', { handler: '张队长' }, 1, key())
    await openDoor(s, zhang).act('tip-off', id, 'verify', { outcome: '属实', finding: '现场查实' }, 2, key())
    await expect(door.act('tip-off', id, 'dismiss', { reason: '无' }, 3, key())).rejects.toMatchObject({
      code: 'action-not-possible',
    })
    const firm = (
      await door.create('enterprise', { name: '某铸造', division: '140525104', status: '在产' }, key())
    ).row
    const photo = await keptFile(s.db, li)
    const hazard = (
      await door.create(
        'hazard',
        {
          enterpriseId: firm.id,
          name: '煤气管道旁动火',
          origin: '群众举报查实',
          foundBy: '县局',
          foundOn: '2026-03-02',
          level: '重大',
          spot: '管廊',
          before: [photo],
        },
        key(),
      )
    ).row
    await door.act('tip-off', id, 'register', { hazard: hazard.id }, 3, key())
    const told = (feedbackOn: string) =>
      door.act('tip-off', id, 'feedback', { feedbackOn, how: '电话告知' }, 4, key())
    // nobody is told before his report has come in
    await expect(told('2026-02-01')).rejects.toMatchObject({
      code: 'bad-input',
      details: { complaints: [{ path: 'form.feedbackOn' }] },
    })
    await told('2026-03-02')
    const pay = { rewardAmount: 0.3, receiptFile: [{ id: photo.id, name: '凭证.jpg' }] }
    await proves('R02', 2, 'who verified a report does not pay its reward', () =>
      expect(openDoor(s, zhang).act('tip-off', id, 'pay', pay, 5, key())).rejects.toMatchObject({
        code: 'action-not-possible',
      }),
    )
    const { row } = await door.act('tip-off', id, 'pay', pay, 5, key())
    expect(row).toMatchObject({ state: 'closed', hazard: hazard.id, hazardTitle: '煤气管道旁动火' })
  })

  it('its clocks run and its ladder climbs', async () => {
    clock.set('2026-03-02T09:00:00+08:00')
    const { id } = (await report()).row
    await openDoor(s, li).act('tip-off', id, 'accept', { handler: '张队长' }, 1, key())
    clock.set('2026-06-01T09:00:00+08:00')
    await sweep(s)
    const { rows } = await sql<{
      rung: string
      state: string
    }>`select rung, state from ladder_step where case_id = ${id} order by due_on`.execute(s.db)
    proves('R02', 2, 'a report that is not verified in time is reminded of and written about', () =>
      expect(rows.map((r) => [r.rung, r.state])).toEqual([
        ['remindVerify', 'reached'],
        ['letterVerify', 'reached'],
      ]),
    )
  })
})
