import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { field } from '../../engine/core/condition/build.ts'
import { exportRegister } from '../../engine/exchange/export/index.ts'
import { openImportCounty } from '../import-county.ts'

let c: Awaited<ReturnType<typeof openImportCounty>>
beforeAll(async () => {
  c = await openImportCounty()
})
afterAll(() => c.close())

describe('who supervises whom', () => {
  it('the lists of firms the county and the towns supervise come from the ledger, and leave no firm between them unseen', async () => {
    const door = c.door(c.county)
    const levels = c.engine.catalogue
      .record('enterprise')
      .fields.supervisingLevel!.options!.map((o) => o.value)
    const firms = [...levels, levels[0]!, undefined]
    for (const [i, supervision] of firms.entries())
      await door.create(
        'enterprise',
        {
          name: `示例第${i}机械有限公司`,
          division: '140525108',
          industry: '机械',
          ...(supervision && { supervisingLevel: supervision }),
        },
        c.key(),
      )
    const listed = async (where: Parameters<typeof door.list>[1]) =>
      (await door.list('enterprise', where)).rows
    for (const level of levels) {
      const rows = await listed({ where: field('supervisingLevel').is(level) })
      expect(rows.map((r) => r.supervisingLevel)).toEqual(firms.filter((f) => f === level))
    }
    expect(await listed({ where: field('supervisingLevel').empty() })).toHaveLength(1)

    const out = new PassThrough()
    const chunks: Buffer[] = []
    out.on('data', (b: Buffer) => chunks.push(b))
    const where = field('supervisingLevel').is(levels[0]!)
    await exportRegister(
      c.engine,
      c.county,
      'enterprise',
      { where, format: 'csv', columns: ['name', 'supervisingLevel'] },
      out,
    )
    const lines = Buffer.concat(chunks).toString('utf8').trim().split(/\r?\n/)
    expect(lines).toHaveLength(1 + firms.filter((f) => f === levels[0]).length)
  })
})
