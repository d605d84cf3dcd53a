import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { expect, it } from 'vitest'
import { tableOf } from '../engine/core/naming.ts'
import { PolicyBook } from '../engine/core/policy.ts'
import { figureStatement } from '../engine/indicators/compute.ts'
import { sourcesOf } from '../engine/indicators/population.ts'
import { countyCatalogue } from '../engine/main.ts'
import type { Db } from '../engine/store/db.ts'

/**
 * A kept figure is old when a register it reads has changed: the registers named for it are those whose tables its
 * statement names, whatever a condition may come to look at.
 */
it('a figure’s registers are the tables its statement reads', () => {
  const catalogue = countyCatalogue()
  const db = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (d) => new PostgresIntrospector(d),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }) as unknown as Db
  const context = { db, catalogue, policies: new PolicyBook(catalogue.policies) }
  const tables = new Map([...catalogue.records.keys()].map((r) => [tableOf(r), r]))
  let statements = 0
  for (const def of catalogue.indicators.values()) {
    for (const recordedBy of [undefined, new Date('2026-11-20T00:00:00Z')]) {
      const query = { scope: '140525', asOf: '2026-11-22', recordedBy, groupBy: 'places' as const }
      const text = figureStatement(context, def, query).statement?.compile(db).sql
      if (!text) continue
      statements++
      // after from or join: a column may be called like a table
      const read = [...text.matchAll(/\b(?:from|join) (?:"?(?:public|history)"?\.)?"?([a-z_0-9]+)"?/g)]
        .map((m) => tables.get(m[1]!))
        .filter((r) => r !== undefined)
      expect(read.length).toBeGreaterThan(0)
      const named = sourcesOf(def, catalogue)
      for (const register of read) expect([def.name, ...named]).toContain(register)
    }
  }
  expect(statements).toBeGreaterThan(80)
})
