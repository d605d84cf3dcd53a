import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImportCounty } from '../../test/import-county.ts'
import { person_ } from '../../test/model-county.ts'
import type { Actor } from '../access/actor.ts'
import { missing } from '../indicators/lists.ts'
import type { Row } from './types.ts'
import { listWishes } from './wish/read.ts'
import { confirmWish, withdrawWish } from './wish/settle.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
let firm: Row
let self: Actor

beforeAll(async () => {
  c = await openImportCounty()
  const { row } = await c.door(c.county).create(
    'enterprise',
    {
      name: '示例铸造有限公司',
      division: '140525108',
      industry: '冶金',
      scale: '规上',
      status: '在产',
      employees: 120,
    },
    c.key(),
  )
  firm = row
  const assignment = {
    role: 'enterprise-officer' as const,
    ground: { by: 'organisation' as const, organisation: row.id },
  }
  const { id } = await c.engine.auth.users.create({
    username: 'zhouanquan',
    password: { hash: 'none' },
    name: '周安全',
    home: '140525108',
    organisation: row.id,
    assignments: [assignment],
  })
  self = { ...person_('周安全', [assignment], '140525108'), id }
})
afterAll(() => c.close())

const ask = async (values: Record<string, unknown>) => {
  const { version } = await c.door(self).get('enterprise', firm.id)
  await c.door(self).update('enterprise', firm.id, values, version, c.key())
}

describe('the name of a firm’s person', () => {
  it('is masked for who may only look: in histories, in sentences, of who asked and who took it back', async () => {
    await ask({ employees: 30, products: '铸件' })
    await ask({ dust: true })
    const list = (actor: Actor, state?: 'waiting') =>
      listWishes(c.engine, actor, { record: firm.id, ...(state && { state }) })
    for (const { id, version, field } of (await list(c.bagong, 'waiting')).rows)
      await (field === 'dust'
        ? withdrawWish(c.engine, self, id, { version, meta: c.key() })
        : confirmWish(c.engine, c.bagong, id, { version, meta: c.key() }))
    const told = async (actor: Actor) => [
      await list(actor),
      await c.door(actor).timeline('enterprise', firm.id, { limit: 200 }),
    ]
    const shown = await told(c.viewer)
    expect(JSON.stringify(shown)).not.toContain('周安全')
    expect(JSON.stringify(shown)).toContain('周**')
    // officials act in office: they stay named
    expect(JSON.stringify(shown)).toContain('王镇')
    for (const keeper of [c.county, c.bagong, self]) {
      const open = JSON.stringify(await told(keeper))
      expect(open, keeper.name).toContain('周安全')
      expect(open, keeper.name).not.toContain('周**')
    }
  })
})

describe('the list of who is missing', () => {
  it('is not in the order of names that its reader sees masked', async () => {
    const made: string[] = []
    for (const holderName of ['赵六', '丁一', '王五', '于二']) {
      const { row } = await c.door(c.county).create(
        'special-operation-certificate',
        {
          enterpriseId: firm.id,
          holderName,
          category: c.engine.catalogue.field('special-operation-certificate', 'category').def.options![0]!
            .value,
          validUntil: '2026-01-01',
        },
        c.key(),
      )
      made.push(row.id)
    }
    const { db, catalogue } = c.engine
    const context = { db, catalogue, policies: c.engine.policies() }
    const def = catalogue.indicators.get('certificates-valid')!
    const query = { scope: '140525', asOf: '2026-03-02' }
    const listed = await missing(context, def, query)
    expect(listed.rows.map((r) => r.row.id)).toEqual(made)
    const paged = await missing(context, def, { ...query, limit: 2, offset: 2 })
    expect(paged.rows.map((r) => r.row.id)).toEqual(made.slice(2))
  })
})
