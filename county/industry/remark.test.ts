import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportCounty, openImportCounty } from '../../test/import-county.ts'
import { proves } from '../../test/proves.ts'
import { industryRemark } from './remark.ts'

const says = (values: Record<string, unknown>) => industryRemark.says(values).map((r) => [r.path, r.message])

describe('行业分类审核与剔除', () => {
  it('tells when industry and code disagree; the actual code goes before the registered one', () => {
    expect(says({ name: '某铸造', industry: '机械', registeredCode: '3391' })).toEqual([])
    proves(
      'A05',
      2,
      'an industry that the code of 国民经济行业分类 contradicts is told, with the right one',
      () =>
        expect(says({ name: '某铸造', industry: '机械', registeredCode: '3130' })).toEqual([
          ['industry', expect.stringContaining('属冶金')],
        ]),
    )
    expect(says({ name: '某铸造', industry: '机械', registeredCode: '3130', actualCode: '3391' })).toEqual([])
    expect(says({ name: '某', industry: '商贸', registeredCode: '5265' })[0]![1]).toContain('不属工贸')
    expect(says({ industry: '机械', registeredCode: '3130', industryReason: '已核定' })).toEqual([])
  })

  it('tells when the name says it is none of industry and trade; a code that fits settles it', () => {
    proves('A05', 2, 'what is none of the eight industries is to be removed, with the reason', () =>
      expect(says({ name: '某镇加油站', industry: '商贸' })).toEqual([
        ['name', expect.stringContaining('剔除')],
      ]),
    )
    expect(says({ name: '某化工机械厂', industry: '机械', actualCode: '3521' })).toEqual([])
    expect(says({ name: '某铸造有限公司', industry: '机械' })).toEqual([])
  })
})

describe('where people meet it', () => {
  let c: ImportCounty
  beforeAll(async () => {
    c = await openImportCounty()
  }, 60_000)
  afterAll(() => c?.close())

  it('on a write: kept, with a warning; a change of something else is silent', async () => {
    const door = c.door(c.county)
    const firm = { name: '某镇加油站', division: '140525108', status: '在产', industry: '商贸' }
    const made = await door.create('enterprise', firm, c.key())
    expect(made.warnings).toEqual([{ path: 'name', message: expect.stringContaining('不属工贸') }])
    const other = await door.update('enterprise', made.row.id, { address: '巴公镇' }, 1, c.key())
    expect(other.warnings).toEqual([])
    const coded = await door.update('enterprise', made.row.id, { actualCode: '5265' }, 2, c.key())
    expect(coded.warnings).toEqual([
      { path: 'industry', message: expect.stringContaining('登记行业为“商贸”') },
    ])
    expect(coded.row.industry).toBe('商贸')
  })

  it('on an import: the row is taken, with a warning', async () => {
    const s = await c.upload(c.county, 'enterprise', [
      ['企业名称', '乡镇', '企业状态', '行业', '实际行业代码'],
      ['某甲铸造厂', '巴公镇', '在产', '机械', '3391'],
      ['某乙铸造厂', '巴公镇', '在产', '机械', '3130'],
    ])
    const rows = await c.rows(c.county, s.id)
    expect(rows.map((r) => r.state)).toEqual(['create', 'create'])
    const warned = rows.map((r) => r.problems.filter((p) => p.field === 'industry').map((p) => p.level))
    expect(warned).toEqual([[], ['warning']])
  })
})
