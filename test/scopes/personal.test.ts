import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../../county/index.ts'
import type { Actor } from '../../engine/access/actor.ts'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { fixedClock } from '../../engine/core/clock.ts'
import { field, some } from '../../engine/core/condition/build.ts'
import type { Role } from '../../engine/core/definition.ts'
import { type Database, openDatabase } from '../../engine/store/db.ts'
import { openDoor } from '../../engine/store/door.ts'
import { type OpenServices, openServices } from '../../engine/store/open.ts'
import { fieldTypes } from '../../fields/index.ts'
import { inArea, person_ } from '../model-county.ts'
import { cloneDatabase, type TestDatabase } from '../pg.ts'

const clear = { name: '王某某', idNumber: '140522198001011231', phone: '13800001234' }
let test: TestDatabase
let database: Database
let s: OpenServices
let firm: string
let id: string
let training: string
const county = person_('县', [inArea('county-officer', '140525')], '140525')
const city = person_('市', [inArea('city-viewer', '1405')], '1405')
const by = (role: Role, actor: Actor) =>
  openDoor(s, { ...actor, assignments: [{ ...actor.assignments[0]!, role }] })

beforeAll(async () => {
  test = await cloneDatabase()
  database = openDatabase(test.url)
  s = await openServices(database.db, new Catalogue(definitions, fieldTypes), {
    clock: fixedClock('2026-06-15T09:00:00+08:00'),
  })
  let n = 0
  const create = async (register: string, values: Record<string, unknown>) =>
    (await openDoor(s, county).create(register, values, { idempotencyKey: `seed-person-${++n}` })).row.id
  firm = await create('enterprise', {
    name: '某铸造',
    division: '140525104',
    industry: '机械',
    status: '在产',
  })
  id = await create('person', { enterpriseId: firm, roles: ['安全管理人员'], ...clear })
  training = await create('training', {
    personId: id,
    topic: '复工培训',
    trainedOn: '2026-06-01',
    kind: '再培训',
    organiser: '企业',
    result: '合格',
  })
})
afterAll(async () => {
  await database?.close()
  await test?.drop()
})

describe('personal content', () => {
  it('is masked for city and province in one record, in lists and in titles of what hangs on it', async () => {
    for (const role of ['city-viewer', 'province-viewer'] as const) {
      const door = by(role, city)
      const one = await door.get('person', id)
      const [listed] = (await door.list('person')).rows
      const parts = [
        one,
        listed!,
        await door.get('training', training),
        (await door.list('training')).rows[0]!,
      ]
      for (const shown of parts)
        for (const secret of Object.values(clear)) expect(JSON.stringify(shown)).not.toContain(secret)
      expect(one).toMatchObject({
        name: '王**',
        idNumber: expect.stringMatching(/^\d+\*+\w*$/),
        phone: expect.stringMatching(/^138\*+1234$/),
        roles: ['安全管理人员'],
      })
      expect(listed).toEqual(one)
      expect(parts[2]!.personTitle).toBe('王**')
    }
  })

  it('is whole for those who keep the record: county, town, the enterprise itself', async () => {
    const own = person_('安全员', [
      { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm } },
    ])
    const town = person_('镇', [inArea('town-officer', '140525104')], '140525104')
    for (const actor of [county, town, own]) {
      expect(await openDoor(s, actor).get('person', id)).toMatchObject(clear)
      expect((await openDoor(s, actor).list('person')).rows[0]).toMatchObject(clear)
      expect((await openDoor(s, actor).get('training', training)).personTitle).toBe(clear.name)
    }
  })

  it('is not found out by filtering for it', async () => {
    const guess = field('idNumber').is(clear.idNumber)
    const door = openDoor(s, city)
    await expect(door.list('person', { where: guess })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(door.list('enterprise', { where: some('person', guess) })).rejects.toMatchObject({
      code: 'bad-input',
    })
    await expect(
      door.list('training', { where: field('person.phone').is(clear.phone) }),
    ).rejects.toMatchObject({
      code: 'bad-input',
    })
    expect((await door.list('person', { where: field('idNumber').notEmpty() })).rows).toHaveLength(1)
    expect((await openDoor(s, county).list('person', { where: guess })).rows).toHaveLength(1)
  })
})
