import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { definitions } from '../county/index.ts'
import { Catalogue } from '../engine/core/catalogue.ts'
import { PolicyBook } from '../engine/core/policy.ts'
import { computeIndicator } from '../engine/indicators/compute.ts'
import { met, missing } from '../engine/indicators/lists.ts'
import { type Database, openDatabase } from '../engine/store/db.ts'
import { fieldTypes } from '../fields/index.ts'
import { cloneDatabase, type TestDatabase } from './pg.ts'

/** Every shipped figure runs on the shipped schema: now, as of an instant, by town, and as lists. */
describe('figures of the shipped county', () => {
  let pg: TestDatabase
  let database: Database
  const catalogue = new Catalogue(definitions, fieldTypes)
  const policies = new PolicyBook(definitions.policies)
  const query = { scope: '140525', asOf: '2026-11-30' }

  beforeAll(async () => {
    pg = await cloneDatabase()
    database = openDatabase(pg.url)
  }, 60_000)
  afterAll(async () => {
    await database.close()
    await pg.drop()
  })

  it.each(definitions.indicators.map((d) => [d.name, d] as const))('%s', async (_name, def) => {
    const context = { db: database.db, catalogue, policies }
    const now = await computeIndicator(context, def, { ...query, groupBy: 'town' })
    expect(now).toMatchObject({ num: 0, groups: [] })
    const then = { ...query, recordedBy: new Date('2026-06-30T15:59:59Z') }
    expect(await computeIndicator(context, def, then)).toMatchObject({ num: 0 })
    expect(await missing(context, def, query)).toEqual({ rows: [], total: 0, running: 0 })
    expect(await met(context, def, query)).toEqual({ rows: [], total: 0, running: 0 })
  })
})
