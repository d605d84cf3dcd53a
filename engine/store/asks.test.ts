import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { person_ } from '../../test/model-county.ts'
import { proves } from '../../test/proves.ts'
import type { Row } from './types.ts'

let c: ImportCounty
let here: Row
let there: Row
beforeAll(async () => {
  c = await openImportCounty('2026-06-01T07:30:00+08:00')
  here = await firm('甲机械', '140525108')
  there = await firm('乙机械', '140525100')
}, 60_000)
afterAll(() => c?.close())

const firm = async (name: string, division: string): Promise<Row> =>
  (await c.door(c.county).create('enterprise', { name, division, industry: '机械', status: '在产' }, c.key()))
    .row
const worker = (organisation: string) =>
  person_('张安全', [{ role: 'enterprise-officer', ground: { by: 'organisation', organisation } }])
const ID = '110101199003070134'
const join = (enterpriseId: string, by: ImportCounty['county'], reason?: string, more = {}) =>
  c
    .door(by)
    .create(
      'person',
      { enterpriseId, name: '王五', roles: ['特种作业人员'], idNumber: ID, ...more },
      { ...c.key(), ...(reason && { reason }) },
    )
const asked = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (e) => e.details,
  )

describe('asked when it is saved', () => {
  it('a person on duty in two firms, told as far as the reader may see; a reason answers', async () => {
    const { row } = await join(here.id, c.county)
    const said = await asked(join(there.id, c.county))
    proves('A01', 2, 'a person on duty in two firms at once is asked at the save', () =>
      expect(said).toMatchObject({
        asks: true,
        complaints: [{ path: 'idNumber', message: '同一身份证号已在另一家企业登记在岗' }],
        doubles: [expect.stringContaining('甲机械')],
      }),
    )
    // the other firm is none of a firm's business
    const own = await asked(join(there.id, worker(there.id)))
    expect(own.doubles).toEqual(['另有 1 条，不在您的管辖范围内'])
    const machine = { ...c.county, kind: 'machine' as const }
    expect((await join(there.id, machine, undefined, { leftOn: '2026-05-01' })).row.leftOn).toBe('2026-05-01')
    const kept = (await join(there.id, c.county, '两处兼职，已电话核实')).row
    const { entries } = await c.door(c.county).timeline('person', kept.id)
    expect(entries[0]).toMatchObject({ what: 'create', reason: '两处兼职，已电话核实' })
    // a change elsewhere on the record asks nothing again
    await c.door(c.county).update('person', row.id, { post: '焊工' }, row.version, c.key())
  })

  it('an identity card that fails its check, and a certificate entered twice', async () => {
    const said = await asked(join(here.id, c.county, undefined, { idNumber: `${ID.slice(0, 17)}9` }))
    expect(said).toMatchObject({ asks: true, complaints: [{ path: 'idNumber' }] })
    const paper = {
      enterpriseId: here.id,
      holderName: '王五',
      category: '焊接与热切割作业',
      number: 'T110101199003070134',
      validUntil: '2028-01-01',
    }
    const door = c.door(c.county)
    await door.create('special-operation-certificate', paper, c.key())
    const again = await asked(door.create('special-operation-certificate', paper, c.key()))
    expect(again.complaints.map((x: { message: string }) => x.message)).toEqual([
      '同一证书编号、同一作业类别已登记过',
      '本企业同一持证人、同一作业类别、同一有效期的证书已登记过',
    ])
  })

  it('an import names it in the row and brings it in', async () => {
    await firm('丙机械', '140525108')
    const session = await c.upload(c.county, 'person', [
      ['企业名称', '姓名', '职责', '身份证号'],
      ['丙机械', '王五', '特种作业人员', ID],
    ])
    const [row] = await c.rows(c.county, session.id)
    expect(row?.state).not.toBe('error')
    expect(row?.problems.map((p) => p.message).join()).toContain('同一身份证号已在另一家企业登记在岗：')
  })

  it('a number that nobody types is given by the program, one after another', async () => {
    const tip = (receipt?: string) =>
      c.door(c.county).create(
        'tip-off',
        {
          subject: '违规动火',
          content: '夜间违规动火',
          channel: '来访',
          kind: '一般隐患',
          receivedOn: '2026-06-01',
          division: '140525108',
          ...(receipt && { receipt }),
        },
        c.key(),
      )
    const given = [(await tip()).row, (await tip('手写-7')).row, (await tip()).row]
    expect(given.map((r) => r.receipt)).toEqual(['JB14052520260001', '手写-7', 'JB14052520260002'])
  })
})
