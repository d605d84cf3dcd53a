import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FiguresCounty, insert, openFiguresCounty } from '../../test/figures-county.ts'
import type { Condition } from '../core/condition/ast.ts'
import { all, field, not } from '../core/condition/build.ts'
import { holds } from '../core/condition/evaluate.ts'
import { definePopulation, policyPack } from '../core/define.ts'
import { PolicyBook } from '../core/policy.ts'
import { selectRows } from '../store/select.ts'
import type { Row } from '../store/types.ts'
import { isOfWho, whoOf, whoSql } from './who.ts'

const population = (name: string, where: Condition) =>
  definePopulation(name, { label: name, basis: ['试验'], register: 'firm', where })
const populations = [
  population('smelters', field('smelting').is(true)),
  population('large', field('scale').is('规上')),
  population('small-others', all(field('scale').is('规下'), not(field('smelting').is(true)))),
  population('all', { always: true }),
]
const names = [...populations.map((p) => p.name), 'nobody']
const areas = ['', '1405', '140525', '140525101', '140522']

let c: FiguresCounty
let firms: Row[]

beforeAll(async () => {
  c = await openFiguresCounty({ populations })
  const firm = c.catalogue.record('firm')
  for (const area of ['140525101', '140525102', '140522100', '130101001'])
    for (const scale of ['规上', '规下', null])
      for (const smelting of [true, false, null])
        await insert(c.database.pool, firm, { name: `${area}${scale}${smelting}`, area, scale, smelting })
  const { rows } = await selectRows(firm, c.catalogue, sql`where true`).execute(c.db)
  firms = rows as Row[]
}, 60_000)
afterAll(() => c.close())

it('one record is asked as a set is, wherever rows of the policy name another population', async () => {
  const row = fc.record({ area: fc.constantFrom(...areas), value: fc.constantFrom(...names) })
  const asked = fc.record({
    rows: fc.uniqueArray(row, { selector: (r) => r.area, maxLength: 4 }),
    who: fc.boolean(),
    besides: fc.boolean(),
    instead: fc.option(fc.constantFrom(...names)),
  })
  let counted = 0
  await fc.assert(
    fc.asyncProperty(asked, async ({ rows, who, besides, instead }) => {
      const policies = new PolicyBook(
        policyPack(
          { from: '2020-01-01', basis: '试验', sure: 'N' },
          rows.map((r) => ({ key: 'population.of', label: '范围', ...r })),
        ),
      )
      const of = {
        register: 'firm',
        ...(who && { who: 'population.of' }),
        ...(besides && { besides: 'population.of' }),
      }
      const moment = { asOf: '2026-03-02' }
      const context = { catalogue: c.catalogue, policies, register: 'firm', moment }
      const found = await sql<{ id: string }>`select t.id from firm t
        where ${whoSql(of, { ...context, alias: 't' }, instead)}`.execute(c.db)
      const one = firms.filter((f) => {
        if (instead === null) return isOfWho(of, f, {}, context)
        const condition = whoOf(of, context, f.area, moment.asOf, instead)
        return !condition || holds(condition, f, {}, context)
      })
      counted += found.rows.length
      expect(found.rows.map((r) => r.id).sort()).toEqual(one.map((f) => f.id).sort())
    }),
    { numRuns: 60 },
  )
  expect(counted).toBeGreaterThan(100)
})
