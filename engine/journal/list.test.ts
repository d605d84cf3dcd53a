import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTryApp, type TryApp } from '../../test/try-app.ts'
import type { Db } from '../store/db.ts'
import type { Row, TimelineEntry } from '../store/types.ts'
import { journal } from './write.ts'

let t: TryApp
let audit: { cookie: string }
let firm: Row
beforeAll(async () => {
  t = await openTryApp()
  audit = await t.person('auditor', '140525')
  const officer = await t.person('county-officer', '140525')
  const body = { name: '示例铸造', place: '140525100', code: 'QY-0001', chiefPhone: '13912345678' }
  firm = (await t.send('POST', '/api/records/enterprise', { cookie: officer.cookie, body })).body.row
  await t.send('PATCH', `/api/records/enterprise/${firm.id}`, {
    cookie: officer.cookie,
    ifMatch: 1,
    body: { name: '示例铸造_一厂', chiefPhone: '13900000000' },
  })
  await t.send('POST', '/api/records/enterprise', {
    cookie: officer.cookie,
    body: { name: '另一家', place: '140525102', code: 'QY-0002' },
  })
})
afterAll(() => t.close())

const ask = async (query: Record<string, string>) => {
  const { status, body } = await t.send('GET', `/api/journal?${new URLSearchParams(query)}`, {
    cookie: audit.cookie,
  })
  return { status, entries: (body.entries ?? []) as TimelineEntry[], next: body.next as string | null }
}
const said = async (query: Record<string, string>) =>
  (await ask({ register: 'enterprise', ...query })).entries.map((e) => [e.what, e.recordTitle])

describe('the journal of an area, searched', () => {
  it('by a part of the record’s name or by its whole number, whatever it was called then', async () => {
    expect(await said({ record: '例铸' })).toEqual([
      ['update', '示例铸造_一厂'],
      ['create', '示例铸造'],
    ])
    expect(await said({ record: 'qy-0001' })).toEqual(await said({ record: '例铸' }))
    expect(await said({ record: 'QY-00' })).toEqual([])
    expect(await said({ record: String(firm.id) })).toHaveLength(2)
    // signs of a pattern are letters like others
    expect(await said({ record: '_' })).toEqual([['update', '示例铸造_一厂']])
    expect(await said({ record: '%' })).toEqual([])
  })

  it('by who did it, name or user name, and by kind', async () => {
    expect(await said({ person: 'PERSON2' })).toHaveLength(3)
    expect(await said({ person: '2号' })).toHaveLength(3)
    expect(await said({ person: '无此人' })).toEqual([])
    expect(await said({ kind: 'update' })).toEqual([['update', '示例铸造_一厂']])
    await t.send('GET', '/api/records/enterprise', { cookie: audit.cookie })
    const refused = (await ask({ kind: 'refused' })).entries
    expect(refused.map((e) => e.what)).toEqual(['refused:list'])
    expect((await ask({ kind: 'nothing' })).status).toBe(400)
  })

  it('shows what was changed from what to what; personal content stays masked', async () => {
    const [changed] = (await ask({ kind: 'update', register: 'enterprise' })).entries
    expect(changed?.changes).toContainEqual(
      expect.objectContaining({ before: '示例铸造', after: '示例铸造_一厂' }),
    )
    expect(JSON.stringify(changed)).not.toMatch(/139/)
  })

  it('in the order of the instants, a page at a time, whichever was stored first', async () => {
    const write = (title: string, at: string) =>
      t.db.transaction().execute((tx) =>
        journal(tx as Db, {
          actor: { id: firm.id, name: '钟慢', kind: 'person' },
          now: new Date(at),
          register: 'task',
          recordId: null,
          title,
          what: 'create',
          area: '140525',
        }),
      )
    for (const [title, at] of [
      ['下午', '2026-02-01T15:00:00+08:00'],
      ['上午', '2026-02-01T09:00:00+08:00'],
      ['中午一', '2026-02-01T12:00:00+08:00'],
      ['中午二', '2026-02-01T12:00:00+08:00'],
    ] as const)
      await write(title, at)
    const seen: string[] = []
    for (let after = ''; ; ) {
      const page = await ask({ person: '钟慢', limit: '1', ...(after && { after }) })
      seen.push(...page.entries.map((e) => e.recordTitle))
      if (!page.next) break
      after = page.next
    }
    expect(seen).toEqual(['下午', '中午二', '中午一', '上午'])
  })
})
