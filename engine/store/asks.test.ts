import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { keptFile } from '../../test/kept-file.ts'
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

  it('a sex, a day of birth or a certificate that the identity number contradicts', async () => {
    const odd = { name: '李六', idNumber: '110101199003070126', gender: '男', bornOn: '1990-03-08' }
    const said = await asked(join(here.id, c.county, undefined, odd))
    expect(said.complaints.map((x: { path: string }) => x.path)).toEqual(
      expect.arrayContaining(['gender', 'bornOn']),
    )
    // a ledger that knows the month only agrees
    const right = { name: '李六', idNumber: '110101199003070126', gender: '女', bornOn: '1990-03-01' }
    expect((await asked(join(here.id, c.county, '核对', right))) ?? 'saved').toBe('saved')
    const paper = {
      enterpriseId: here.id,
      holderName: '李六',
      category: '焊接与热切割作业',
      validUntil: '2028-01-01',
    }
    const numbers = { number: 'T110101199003070134', idNumber: '110101199003070126' }
    const other = await asked(
      c.door(c.county).create('special-operation-certificate', { ...paper, ...numbers }, c.key()),
    )
    expect(other.complaints.map((x: { path: string }) => x.path)).toContain('number')
  })

  it('whatever stands there already, word for word, in any register', async () => {
    const twice = async (register: string, values: Record<string, unknown>) => {
      await c.door(c.county).create(register, { enterpriseId: here.id, ...values }, c.key())
      return asked(c.door(c.county).create(register, { enterpriseId: here.id, ...values }, c.key()))
    }
    const machine = {
      name: '焊机',
      kind: '焊机',
      machineCode: 'JX-1',
      serial: 'S1',
      maker: '某厂',
      code: 'E-1',
    }
    expect((await twice('equipment', machine)).complaints.map((x: { message: string }) => x.message)).toEqual(
      ['本企业已登记过同一编号的设备', '同一焊机编码已登记过', '同一制造单位的同一出厂编号已登记过'],
    )
    expect((await twice('equipment', { name: '风机', kind: '其他' })).complaints).toEqual([
      { path: 'name', message: '内容完全相同的设备设施已登记过' },
    ])
    // a second hazard that reads alike is named, and nobody held up
    const found = {
      name: '无护罩',
      origin: '监管执法查处',
      foundBy: '县局',
      foundOn: '2026-06-01',
      spot: '车间',
    }
    const values = {
      enterpriseId: here.id,
      ...found,
      level: '一般',
      before: [await keptFile(c.engine.db, c.county)],
    }
    await c.door(c.county).create('hazard', values, c.key())
    const { warnings } = await c.door(c.county).create('hazard', values, c.key())
    expect(warnings.map((w) => w.message).join()).toContain('内容完全相同的隐患已登记过：无护罩')
    // another system is not asked, and one word of difference is another record
    expect(await twice('equipment', { name: '风机2', kind: '其他' })).toBeDefined()
    expect(
      await asked(
        c.door(c.county).create('equipment', { enterpriseId: here.id, name: '风机3', kind: '其他' }, c.key()),
      ),
    ).toBeUndefined()
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

  it('is it this firm: names that differ in place, legal form, brackets or a note, and whose number it is', async () => {
    const door = c.door(c.county)
    const as = (name: string, more: Record<string, unknown> = {}) => ({
      name,
      division: '140525108',
      industry: '机械',
      status: '在产',
      ...more,
    })
    const code = '91140525MA0K123456'
    const first = (
      await door.create('enterprise', as('泽州县汇宇铸造有限公司', { creditCode: code }), c.key())
    ).row
    const other = as('汇宇铸造（原兴达）有限责任公司', { division: '140525100' })
    const said = await asked(door.create('enterprise', other, c.key()))
    expect(said).toMatchObject({
      asks: true,
      complaints: [{ path: 'name', message: expect.stringContaining('是不是这一家') }],
      doubles: [
        `泽州县汇宇铸造有限公司（${code}）：名称只差地名、组织形式或括号里的说明，区划不同（巴公镇）`,
      ],
      records: [{ id: first.id, title: '泽州县汇宇铸造有限公司' }],
    })
    // another system is asked the same, and told how to answer
    const machine = c.door({ ...c.county, kind: 'machine' as const })
    await expect(machine.create('enterprise', other, c.key())).rejects.toThrow('confirm=1')
    const kept = (await machine.create('enterprise', other, { ...c.key(), confirm: true })).row
    const { entries } = await door.timeline('enterprise', kept.id)
    expect(entries[0]).toMatchObject({ what: 'create', reason: '保存前所问的已核对' })
    // of what is out of reach it is said that it is there, and nothing of it
    const town = await asked(c.door(c.bagong).create('enterprise', as('泽州汇宇铸造厂'), c.key()))
    expect(town.doubles.join()).toContain('另有 1 家')
    expect(JSON.stringify(town)).not.toContain('兴达')
    // renamed to what another is called; a change of something else asks nothing
    const far = (await door.create('enterprise', as('远方铸造厂'), c.key())).row
    const named = door.update('enterprise', far.id, { name: '汇宇铸造厂' }, far.version, c.key())
    expect((await asked(named)).doubles).toHaveLength(2)
    expect(
      (await door.update('enterprise', kept.id, { employees: 8 }, kept.version, c.key())).row.employees,
    ).toBe(8)
    // a number is one firm's: whose it is, is said
    const taken = await asked(door.create('enterprise', as('全新冶炼厂', { creditCode: code }), c.key()))
    expect(taken.complaints[0].message).toContain('与已有的“泽州县汇宇铸造有限公司”相同，是不是这一家')
    expect(taken.asks).toBeUndefined()
    const again = c.door(c.bagong).create('enterprise', as('新名', { creditCode: code }), c.key())
    expect((await asked(again)).records).toEqual([{ id: first.id, title: first.name }])
  })

  it('a number that nobody types is given by the program, one after another', async () => {
    let n = 0
    const tip = (receipt?: string) =>
      c.door(c.county).create(
        'tip-off',
        {
          subject: `违规动火${++n}`,
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
