import { afterAll, beforeAll, expect, it } from 'vitest'
import { text } from '../../fields/index.ts'
import {
  hazardV1,
  inArea,
  openSmallCounty,
  person_,
  type SmallCounty,
  smallDefinitions,
} from '../../test/model-county.ts'
import { stepWords } from './step-files.ts'

/** A loop whose step asks for words, one of them somebody's name. */
const { rectify } = hazardV1.actions
const hazard = {
  ...hazardV1,
  actions: {
    ...hazardV1.actions,
    rectify: { ...rectify!, form: { ...rectify?.form, doneBy: text('整改人').personal().toJSON() } },
  },
}

let c: SmallCounty
beforeAll(async () => {
  c = await openSmallCounty('2026-03-02T09:00:00+08:00', {
    ...smallDefinitions,
    records: smallDefinitions.records.map((r) => (r.name === 'hazard' ? hazard : r)),
  })
})
afterAll(() => c.close())

it('what was said at the steps is told in order, and not what stands in the case; names are masked for who only looks', async () => {
  const county = c.as(c.county)
  const firm = await county.create('enterprise', { name: '晋城铸造', place: '140525100' }, c.key())
  const safety = person_('赵安全', [
    { role: 'enterprise-officer', ground: { by: 'organisation', organisation: firm.row.id } },
  ])
  const found = await c
    .as(safety)
    .create('hazard', { enterpriseId: firm.row.id, name: '除尘器积尘' }, c.key())
  const { id } = found.row
  await c.as(c.town).act('hazard', id, 'order', { dueOn: '2026-03-20' }, 1, c.key())
  await c.as(safety).act('hazard', id, 'rectify', { note: '已清理，见照片', doneBy: '王小明' }, 2, c.key())
  const words = async (actor: typeof safety) =>
    (await stepWords(c.services, actor, c.catalogue.loop('hazard'), id)).map(({ on, step, label, text }) =>
      [on, step, label, text].join(' '),
    )
  const said = ['2026-03-02 整改完成 情况 已清理，见照片', '2026-03-02 整改完成 整改人 王小明']
  for (const actor of [c.county, c.town, safety]) expect(await words(actor)).toEqual(said)
  const city = person_('张市', [inArea('city-viewer', '1405')], '1405')
  expect(await words(city)).toEqual([said[0], '2026-03-02 整改完成 整改人 王**'])
  const neighbour = person_('赵镇', [inArea('town-officer', '140525102')], '140525102')
  await expect(words(neighbour)).rejects.toMatchObject({ code: 'not-found' })
})
