import { expect, it } from 'vitest'
import { catalogue } from '../../../test/messy/read-ledger.ts'
import { findHeadings, type Row } from '../sheet/index.ts'
import { notImported, vocabulary } from './fields.ts'

/*
 * Heading rows of lists of firms and of hazards as public systems export them or ask for them, each heading with the
 * field it is at home in; '' for one that has no home here, * where either would do. Written down before they were tried.
 */

const rows: Record<string, [register: string, homes: Record<string, string>]> = {
  'a platform of a municipality for chemical works': [
    'enterprise',
    {
      公司名称: 'name',
      企业编码: '',
      所属园区: '',
      是否生产企业: '',
      是否重大危险源企业: 'majorHazardSource',
      企业类型: '*',
      镇名称: 'division',
      详细地址: 'address',
      经度: 'place',
      纬度: 'place',
      行业: 'industry',
      统一社会信用编码: 'creditCode',
      法定代表人: 'legalPerson',
      注册地址: 'registeredAddress',
      经营范围: 'business',
      成立日期: 'foundedOn',
      主要负责人: 'chief',
      主要负责人联系电话: 'chiefPhone',
      安全负责人: 'safetyHead',
      安全负责人联系电话: 'safetyHeadPhone',
      企业规模: 'scale',
      企业状态: 'status',
      安全生产标准化等级: 'standardLevel',
      从业人员人数: 'employees',
      邮政编码: '',
      企业网址: '',
    },
  ],
  'a register of firms of an inspection system': [
    'enterprise',
    {
      企业名称: 'name',
      统一社会信用代码: 'creditCode',
      法定代表人: 'legalPerson',
      单位联系方式: '',
      注册地址: 'registeredAddress',
      企业编码: '',
      从业人数: 'employees',
      单位负责人: 'chief',
      负责人手机号: 'chiefPhone',
      安全负责人: 'safetyHead',
      安全负责人手机号: 'safetyHeadPhone',
      单位规模: 'scale',
      成立时间: 'foundedOn',
      营业状态: 'status',
      安全生产标准化等级: 'standardLevel',
      公司类型: '*',
      行业类型: 'industry',
      监管行业类型: '*',
      行政区划分: 'division',
      经营范围: 'business',
    },
  ],
  'a list of a district with its own areas': [
    'enterprise',
    {
      企业名称: 'name',
      // parts of a city that are no towns
      所属片区: '*',
      行业类别: 'industry',
      经营类型: '',
      是否规上企业: 'scale',
      所属网格: '',
      产权类型: '*',
      实际经营地址: 'address',
      员工人数: 'employees',
      安全负责人: 'safetyHead',
      安全负责人电话: 'safetyHeadPhone',
      主要产品: 'products',
      是否有宿舍: '',
      宿舍面积: '',
      是否有危化品: '*',
    },
  ],
  'columns of a model of risks': [
    'enterprise',
    {
      企业名称: 'name',
      风险等级: '*',
      企业职工总人数: 'employees',
      上一年经营收入: 'revenue',
      固定资产: 'assets',
      企业规模: 'scale',
      行业监管大类: 'industry',
      是否规上企业: '*',
      是否履行三同时手续: '*',
      厂中厂: 'plantInPlant',
      爆炸性粉尘企业: 'dust',
      氨制冷企业: 'ammonia',
      有限空间企业: 'confinedSpace',
      重大危险源: 'majorHazardSource',
      金属冶炼企业: 'smelting',
      生产状态: 'status',
      经度: 'place',
      纬度: 'place',
    },
  ],
  'a county list of firms in trouble': [
    'enterprise',
    {
      社会信用代码: 'creditCode',
      企业名称: 'name',
      行业: 'industry',
      街道乡镇: 'division',
      是否规上企业: 'scale',
      列入镇级: '',
      列入市级: '',
      上报时间: '',
    },
  ],
  'a file of a firm on a screen of a district': [
    'enterprise',
    {
      企业名称: 'name',
      开业成立时间: 'foundedOn',
      是否位于工业区: '',
      建设状态: '',
      最大当班人数: '',
      企业类型: '*',
      所属区域: 'division',
      安全生产标准化等级: 'standardLevel',
      经度: 'place',
      纬度: 'place',
      详细地址: 'address',
    },
  ],
  'people of a firm in an emergency system': [
    'enterprise',
    {
      企业名称: 'name',
      法定代表人姓名: 'legalPerson',
      法定代表人联系电话: '',
      主要负责人姓名: 'chief',
      主要负责人职务: '',
      主要负责人联系电话: 'chiefPhone',
      安监负责人姓名: 'safetyHead',
      安监负责人职务: '',
      安监负责人联系电话: 'safetyHeadPhone',
      环保负责人姓名: '',
      环保负责人联系电话: '',
    },
  ],
  'a file of a firm in a city': [
    'enterprise',
    {
      企业名称: 'name',
      '从业人员总数（人）': 'employees',
      年营业额: 'revenue',
      经营范围: 'business',
      '法定代表人/主要负责人': '*',
      '法定代表人/主要负责人联系电话': '*',
      安全负责人姓名: 'safetyHead',
      安全负责人联系电话: 'safetyHeadPhone',
      应急值班电话: '',
    },
  ],
  'a template for lists of firms': [
    'enterprise',
    {
      企业名称: 'name',
      统一社会信用代码: 'creditCode',
      法定代表人: 'legalPerson',
      '注册资本(万元)': '',
      行业: 'industry',
      省份: '',
      城市: '',
    },
  ],
  'hazards as a park hands them on': [
    'hazard',
    {
      隐患ID: '*',
      隐患名称: '*',
      // laid down by the steps of a case, not by a sheet
      隐患等级: '*',
      登记时间: '*',
      '隐患来源（检查来源分类）': 'origin',
      '隐患类型（专业分类）': '*',
      隐患描述: 'name',
      整改责任人: '*',
      隐患治理期限: '*',
      验收人姓名: '*',
      验收时间: '*',
      企业编码: '',
      厂商名称: '*',
    },
  ],
  'a form of associations': [
    'enterprise',
    {
      单位名称: 'name',
      企业类型: '*',
      企业注册号: '*',
      主要负责人: 'chief',
      主要负责人职务: '',
      主要负责人联系电话: 'chiefPhone',
      备注: 'remark',
    },
  ],
}

const cells = (line: number, texts: string[]): Row => ({
  line,
  cells: texts.map((text) => ({ raw: text, text })),
})

const read = ([register, homes]: (typeof rows)[string]) => {
  const def = catalogue.record(register)
  const titles = Object.keys(homes)
  const sample = [
    cells(1, titles),
    cells(
      2,
      titles.map((_, i) => `内容${i}`),
    ),
  ]
  const found = findHeadings(sample, vocabulary(catalogue, def))
  const left = notImported(def)
  const to = Object.fromEntries(
    found.matches.filter((m) => !left.has(m.field)).map((m) => [m.title, m.field]),
  )
  return titles.map((title) => ({ title, home: homes[title] ?? '', is: to[title] ?? '' }))
}

it('nine of ten headings that have a home are matched, none is given another, the division always', () => {
  const all = Object.entries(rows).flatMap(([source, row]) => read(row).map((h) => ({ ...h, source })))
  const judged = all.filter((h) => h.home !== '*')
  const homed = judged.filter((h) => h.home !== '')
  const missed = homed.filter((h) => h.is !== h.home)
  expect(judged.filter((h) => h.is !== '' && h.is !== h.home)).toEqual([])
  expect(missed.filter((h) => h.home === 'division')).toEqual([])
  expect(1 - missed.length / homed.length, JSON.stringify(missed)).toBeGreaterThanOrEqual(0.9)
  expect(homed.length).toBeGreaterThan(90)
})
