import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messyXlsx } from '../sheet/messy.ts'
import { type ImportCounty, openImportCounty } from './test-county.ts'

let c: ImportCounty
beforeAll(async () => {
  c = await openImportCounty()
}, 60_000)
afterAll(() => c?.close())

describe('importing a messy ledger', () => {
  it('A02 500 messy rows', async () => {
    const ledger = messyXlsx({ rows: 500, seed: 1 })
    const session = await c.upload(c.county, 'enterprise', ledger.bytes)
    console.log(JSON.stringify({ ...session, sample: session.sample.slice(0, 3) }, null, 1))
    const done = await c.run(c.county, session.id)
    console.log(done.state, done.counts, done.progress, done.message)
    const bad = await c.rows(c.county, session.id, { state: 'error' })
    for (const r of bad.slice(0, 20)) console.log(r.line, r.problems.map((p) => p.message).join(' | '))
  })
})
