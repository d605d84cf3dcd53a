import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choice, date, text } from '../../fields/index.ts'
import {
  hazardV1,
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import { field } from '../core/condition/build.ts'
import { defineLoop } from '../core/define.ts'
import { sweep } from '../deadlines/sweep.ts'
import { sql } from '../store/db.ts'
import { readFacts } from './act.ts'

/** The small county's hazard with what a firm might like to bend: whose case it is, and the days. */
const hazard = defineLoop('hazard', {
  ...hazardV1,
  happenedOn: 'foundOn',
  fields: {
    ...hazardV1.fields,
    foundOn: date('发现日期'),
    origin: choice('来源', ['自查', '执法']),
    doneOn: date('完成日期').writers(),
    reportedOn: date('申请复查日期').writers(),
  },
  tracks: {
    self: { label: '自查', when: field('origin').is('自查') },
    plain: { label: '一般', when: { always: true } },
  },
  opens: { 'enterprise-officer': { origin: '自查' } },
  recorded: { reportedOn: 'rectify' },
  actions: {
    ...hazardV1.actions,
    rectify: {
      ...hazardV1.actions.rectify!,
      form: { note: text('情况').required(), doneOn: date('完成日期') },
      sets: { doneOn: 'doneOn' },
      happenedOn: 'doneOn',
    },
    acceptInside: {
      label: '内部销号',
      from: ['checking'],
      to: 'closed',
      tracks: ['self'],
      by: ['enterprise-officer'],
      notSameActorAs: ['rectify'],
    },
  },
})

let c: SmallCounty
let firm: string
let first: ReturnType<typeof person_>
let second: ReturnType<typeof person_>
const admin = person_('钱管理', [inArea('county-admin', '140525')])
const because = (reason = '重复登记') => c.key({ reason })

beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00', {
    ...smallDefinitions,
    records: [...smallDefinitions.records.slice(0, 2), hazard],
  })
  const values = { name: '晋城铸造', place: '140525100', industry: '冶金' }
  firm = (await c.as(c.county).create('enterprise', values, c.key())).row.id
  const own = { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm } } as const
  first = person_('赵安全', [own])
  second = person_('孙安全', [own])
})
afterAll(() => c.close())

const found = async (by = c.town, more: object = {}) =>
  (
    await c
      .as(by)
      .create(
        'hazard',
        { enterpriseId: firm, name: '除尘器积尘', origin: by === first ? '自查' : '执法', ...more },
        c.key(),
      )
  ).row
const ordered = async (dueOn: string) => {
  const row = await found()
  return (await c.as(c.town).act('hazard', row.id, 'order', { dueOn }, 1, c.key())).row
}
const clocks = async (id: string) =>
  (
    await sql<{ state: string; closed: string | null }>`select state, closed_on as closed from deadline
      where record_id = ${id} order by anchor_on`.execute(c.db)
  ).rows
const rungs = async (id: string) =>
  (
    await sql<{ rung: string; state: string }>`select rung, state from ladder_step
      where case_id = ${id} order by due_on`.execute(c.db)
  ).rows.map((r) => `${r.rung} ${r.state}`)
const refusals = async (id: string) =>
  (
    await sql<{ what: string; by: string }>`select what, actor_name as by from journal
      where record_id = ${id} and what like 'refused:%' order by journal.id`.execute(c.db)
  ).rows.map((r) => `${r.by} ${r.what}`)

describe('the day of finding', () => {
  it('is the case’s own date: a day beside it moves no clock', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const values = { enterpriseId: firm, name: '除尘器积尘', origin: '执法', foundOn: '2026-01-05' }
    await expect(
      c.as(c.town).create('hazard', values, c.key({ happenedOn: '2026-03-02' })),
    ).rejects.toMatchObject({ code: 'bad-input', details: { complaints: [{ path: 'happenedOn' }] } })
    expect((await c.as(c.town).create('hazard', values, c.key())).row.happenedOn).toBe('2026-01-05')
    // without a day of its own the request may name one
    const bare = { ...values, foundOn: null }
    const named = await c.as(c.town).create('hazard', bare, c.key({ happenedOn: '2026-02-27' }))
    expect(named.row.happenedOn).toBe('2026-02-27')
  })
})

describe('archiving a case', () => {
  it('is the bureau’s, with its reason: a firm or a town cannot make a hazard disappear', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await ordered('2026-03-20')
    for (const by of [first, c.town])
      await expect(c.as(by).archive('hazard', row.id, row.version, because())).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('县局'),
      })
    expect(await refusals(row.id)).toEqual(['赵安全 refused:archive', '王镇 refused:archive'])
    await expect(c.as(c.county).archive('hazard', row.id, row.version, c.key())).rejects.toMatchObject({
      code: 'bad-input',
      details: { complaints: [{ path: 'reason' }] },
    })
    expect((await c.as(c.county).get('hazard', row.id)).archivedAt).toBeNull()
  })

  it('stops its clocks and rungs; restoring sets them going with the days they had', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await ordered('2026-03-20')
    const gone = (await c.as(c.county).archive('hazard', row.id, row.version, because())).row
    expect(await clocks(row.id)).toEqual([{ state: 'void', closed: '2026-03-02' }])
    expect(await rungs(row.id)).toEqual(['remind void', 'letter void'])
    c.clock.set('2026-03-25T09:00:00+08:00')
    await sweep(c.services)
    expect(await clocks(row.id)).toEqual([{ state: 'void', closed: '2026-03-02' }])
    await expect(c.as(first).restore('hazard', row.id, gone.version, c.key())).rejects.toMatchObject({
      code: 'forbidden',
    })
    await c.as(admin).restore('hazard', row.id, gone.version, c.key())
    expect(await clocks(row.id)).toEqual([{ state: 'late', closed: null }])
    await sweep(c.services)
    expect(await rungs(row.id)).toEqual(['remind reached', 'letter planned'])
  })

  it('an action on an archived case is refused with its state, and none is offered', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await ordered('2026-03-20')
    const gone = (await c.as(c.county).archive('hazard', row.id, row.version, because())).row
    const act = c.as(first).act('hazard', row.id, 'rectify', { note: '完成' }, gone.version, c.key())
    await expect(act).rejects.toMatchObject({
      code: 'action-not-possible',
      status: 409,
      details: { state: 'fixing', possible: [], current: { id: row.id } },
    })
    expect((await c.as(first).actions('hazard', row.id)).some((o) => o.enabled)).toBe(false)
  })
})

describe('whose case it is', () => {
  it('a firm cannot move the authority’s case to the track that it closes itself', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await found(c.town, { foundOn: '2026-03-01' })
    for (const [name, value] of [
      ['origin', '自查'],
      ['foundOn', '2026-02-01'],
    ] as const)
      await proves('D16', 2, 'a firm changes neither origin nor day of what the authority found', () =>
        expect(c.as(first).update('hazard', row.id, { [name]: value }, 1, c.key())).rejects.toMatchObject({
          code: 'bad-input',
          details: { complaints: [{ path: name }] },
        }),
      )
    // told what it already says
    await c.as(first).update('hazard', row.id, { origin: '执法', name: row.name }, 1, c.key())
    expect(await refusals(row.id)).toEqual(['赵安全 refused:update', '赵安全 refused:update'])
    const { version } = await c.as(c.county).get('hazard', row.id)
    const change = { origin: '自查' }
    const { row: mended } = await c.as(c.county).update('hazard', row.id, change, version, c.key())
    expect(mended.origin).toBe('自查')
  })

  it('a firm reports what it found itself and nothing in the authority’s name', async () => {
    await expect(found(first, { origin: '执法' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('来源只能是“自查”'),
    })
    expect(await found(first)).toMatchObject({ track: 'self' })
    expect(await found(c.county, { origin: '自查' })).toMatchObject({ track: 'self' })
  })
})

describe('what another body found', () => {
  it('a firm rewrites no word of the authority’s case, and still mends its own', async () => {
    const row = await found()
    await expect(
      c.as(first).update('hazard', row.id, { name: '没有问题' }, row.version, c.key()),
    ).rejects.toMatchObject({
      code: 'bad-input',
      details: { complaints: [{ path: 'name', message: expect.stringContaining('由监管单位登记') }] },
    })
    const own = await found(first)
    const mended = await c.as(first).update('hazard', own.id, { name: '积尘' }, own.version, c.key())
    expect(mended.row.name).toBe('积尘')
    const corrected = await c.as(c.county).update('hazard', row.id, { name: '积灰' }, row.version, c.key())
    expect(corrected.row.name).toBe('积灰')
  })
})

describe('days that are typed', () => {
  it('a day typed afterwards makes late work no timelier: the clock asks when it was recorded', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await ordered('2026-03-20')
    c.clock.set('2026-04-02T09:00:00+08:00')
    await sweep(c.services)
    const form = { note: '早已完成', doneOn: '2026-03-19' }
    const done = (await c.as(first).act('hazard', row.id, 'rectify', form, row.version, c.key())).row
    expect(done).toMatchObject({ doneOn: '2026-03-19', reportedOn: '2026-04-02' })
    expect(await clocks(row.id)).toEqual([{ state: 'met-late', closed: '2026-04-02' }])
    expect((await readFacts(c.db, row.id)).at(-1)).toMatchObject({ happenedOn: '2026-03-19' })
  })

  it('an action lies between the step before it and today', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await ordered('2026-03-20')
    c.clock.set('2026-03-10T09:00:00+08:00')
    const rectify = (doneOn: string | null, more: object = {}) =>
      c.as(first).act('hazard', row.id, 'rectify', { note: '完成', doneOn }, row.version, c.key({ ...more }))
    for (const day of ['2026-03-01', '2026-03-11'])
      await expect(rectify(day)).rejects.toMatchObject({
        code: 'bad-input',
        details: { complaints: [{ path: 'form.doneOn' }] },
      })
    for (const happenedOn of ['2026-03-01', '2026-03-11'])
      await expect(rectify(null, { happenedOn })).rejects.toMatchObject({
        details: { complaints: [{ path: 'happenedOn' }] },
      })
    expect((await rectify('2026-03-02')).row.state).toBe('checking')
  })

  it('nothing is found tomorrow', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    await expect(found(c.town, { foundOn: '2026-03-03' })).rejects.toMatchObject({
      details: { complaints: [{ path: 'foundOn' }] },
    })
    const row = await found(c.town, { foundOn: '2026-03-02' })
    await expect(
      c.as(c.town).update('hazard', row.id, { foundOn: '2027-01-01' }, 1, c.key()),
    ).rejects.toMatchObject({ details: { complaints: [{ path: 'foundOn' }] } })
  })
})

describe('refused attempts', () => {
  it('closing one’s own work, another role’s action and another’s field are in the journal', async () => {
    c.clock.set('2026-03-02T09:00:00+08:00')
    const row = await found(first)
    await c.as(c.town).act('hazard', row.id, 'order', {}, 1, c.key())
    await expect(c.as(first).update('hazard', row.id, { dueOn: '2026-12-31' }, 2, c.key())).rejects.toThrow()
    await c.as(first).act('hazard', row.id, 'rectify', { note: '完成' }, 2, c.key())
    for (const action of ['acceptInside', 'accept'])
      await expect(c.as(first).act('hazard', row.id, action, {}, 3, c.key())).rejects.toMatchObject({
        code: 'action-not-possible',
      })
    // the state, not the person, is in the way: nobody could
    await expect(c.as(c.town).act('hazard', row.id, 'order', {}, 3, c.key())).rejects.toThrow()
    expect(await refusals(row.id)).toEqual([
      '赵安全 refused:update',
      '赵安全 refused:act:acceptInside',
      '赵安全 refused:act:accept',
    ])
    expect((await c.as(second).act('hazard', row.id, 'acceptInside', {}, 3, c.key())).row.state).toBe(
      'closed',
    )
  })
})
