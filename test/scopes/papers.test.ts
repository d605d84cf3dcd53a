import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../engine/access/actor.ts'
import { opensFile } from '../../engine/store/mask.ts'
import { getRow } from '../../engine/store/rows.ts'
import type { Row } from '../../engine/store/types.ts'
import { type ImportCounty, openImportCounty } from '../import-county.ts'
import { keptFile } from '../kept-file.ts'
import { inArea, person_ } from '../model-county.ts'

/** Papers of persons: who sees name and number masked does not open the scan that shows both. */
let c: ImportCounty
let firm: Row
beforeAll(async () => {
  c = await openImportCounty()
  firm = (await c.door(c.county).create('enterprise', { name: '巴公铸造厂', division: '140525108' }, c.key()))
    .row
})
afterAll(() => c?.close())

it('a scan of a certificate and an appointment are neither named to nor opened by who only looks', async () => {
  const scan = await keptFile(c.engine.db, c.bagong, { name: '操作证.pdf', type: 'application/pdf' })
  const made = {
    'special-operation-certificate': {
      enterpriseId: firm.id,
      holderName: '张建国',
      category: '电工作业',
      validUntil: '2027-01-01',
      scan: [scan],
    },
    person: { enterpriseId: firm.id, name: '张建国', roles: ['安全管理人员'], appointment: [scan] },
  }
  for (const [register, values] of Object.entries(made)) {
    const def = c.engine.catalogue.record(register)
    const field = register === 'person' ? 'appointment' : 'scan'
    const { row } = await c.door(c.bagong).create(register, values, c.key())
    const seen = async (actor: Actor) => {
      const shown = (await c.door(actor).get(register, row.id))[field] as unknown[]
      const whole = await getRow(c.engine, c.engine.db, actor, def, row.id)
      return [shown.length, opensFile(c.engine, actor, def, whole, scan.id)]
    }
    expect(await seen(c.county), register).toEqual([1, true])
    expect(await seen(c.viewer), register).toEqual([0, false])
  }
  // nor by naming the file in a record of his own
  const looks = person_('看市', [inArea('city-viewer', '1405')], '1405')
  const both = { ...looks, assignments: [...looks.assignments, inArea('town-officer', '140525109')] }
  const other = { name: '别镇厂', division: '140525109' }
  const theirs = (await c.door(c.county).create('enterprise', other, c.key())).row
  await expect(
    c
      .door(both)
      .create(
        'person',
        { enterpriseId: theirs.id, name: '李四', roles: ['安全管理人员'], appointment: [scan] },
        c.key(),
      ),
  ).rejects.toMatchObject({ code: 'bad-input' })
})
