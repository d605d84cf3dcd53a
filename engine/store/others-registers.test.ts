import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../test/model-county.ts'
import type { Condition } from '../core/condition/ast.ts'
import { field, some } from '../core/condition/build.ts'

/** The small county where the city reads enterprises and people, but not hazards. */
const definitions = {
  ...smallDefinitions,
  records: smallDefinitions.records.map((def) => {
    if (def.name !== 'hazard') return def
    const { 'city-viewer': _, ...rights } = def.rights
    return { ...def, rights }
  }),
}
let c: SmallCounty
let id = ''
const city = person_('市级', [inArea('city-viewer', '1405')], '1405')

beforeAll(async () => {
  c = await openSmallCounty(undefined, definitions)
  const made = await c.as(c.county).create('enterprise', { name: '甲公司', place: '140525100' }, c.key())
  id = made.row.id
  await c.as(c.county).create('hazard', { enterpriseId: id, name: '护栏缺失', level: '重大' }, c.key())
  await c.as(c.county).create('person', { enterpriseId: id, name: '张三' }, c.key())
})
afterAll(() => c.close())

describe('what an actor may not read', () => {
  it('cannot be asked about by a filter, whoever asked the same before', async () => {
    const hidden = some('hazard', field('level').is('重大'))
    const open = some('person')
    const list = (actor: typeof city, where: Condition) => c.as(actor).list('enterprise', { where })
    expect((await list(c.county, hidden)).rows).toHaveLength(1)
    for (const where of [hidden, { not: hidden }, { any: [open, { all: [hidden] }] }] as Condition[])
      await expect(list(city, where)).rejects.toMatchObject({
        code: 'forbidden',
        details: { register: 'hazard' },
      })
    expect((await list(city, open)).rows).toHaveLength(1)
  })

  it('is not in the timeline of an enterprise', async () => {
    const registers = async (actor: typeof city) => [
      ...new Set((await c.as(actor).timeline('enterprise', id, {})).entries.map((e) => e.register)),
    ]
    expect((await registers(c.county)).sort()).toEqual(['enterprise', 'hazard', 'person'])
    expect((await registers(city)).sort()).toEqual(['enterprise', 'person'])
    // a grant on this one enterprise opens its own file, not what belongs to it
    const guest = person_('外镇', [
      inArea('town-officer', '140525102'),
      {
        role: 'town-officer',
        ground: {
          by: 'grant',
          register: 'enterprise',
          record: id,
          from: '2026-03-01',
          to: '2026-03-31',
          act: false,
        },
      },
    ])
    expect(await registers(guest)).toEqual(['enterprise'])
  })
})
