import { describe, expect, it } from 'vitest'
import { readLedger } from '../../../test/messy/read-ledger.ts'

/* Ledgers as offices make them (test/messy/ledgers): text files, containers, headings. */

describe('text files', () => {
  const names = async (file: string) =>
    (await readLedger(file)).items.map((i) => `${i.line} ${i.values.name}`)

  it('every record of mixed line ends, with the lines an editor shows', async () => {
    expect(await names('ledger-88-mixed-eol.csv')).toEqual(['2 文本05厂', '3 文本06厂', '4 文本07厂'])
    const ten = Array.from({ length: 10 }, (_, n) => `${n + 2} 换行${String(n + 1).padStart(2, '0')}厂`)
    expect(await names('ledger-88b-crlf-head-lf-rows.csv')).toEqual(ten)
    expect(await names('ledger-88c-lf-then-crlf.csv')).toEqual(ten)
  })

  it.each(['ledger-81-utf16le-bom.csv', 'ledger-81b-utf16le-bom-tab.txt', 'ledger-81c-utf16be-bom.csv'])(
    '%s',
    async (file) => expect(await names(file)).toEqual(['2 文本01厂', '3 文本02厂']),
  )

  it('UTF-16 with tabs under the name .xls, and Chinese commas', async () => {
    expect(await names('ledger-69b-tsv-utf16.xls')).toEqual(['2 改名二厂'])
    expect(await names('ledger-84-chinese-comma.csv')).toEqual(['2 文本01厂', '3 文本02厂'])
  })

  it('two encodings in one file, a broken byte, a broken end: read, and the places are named', async () => {
    expect(await names('ledger-92-mixed-encoding.csv')).toEqual(['2 文本09厂', '3 文本12厂'])
    const tail = await readLedger('ledger-99d-utf8-broken-tail.csv')
    expect(tail.items.slice(0, 2).map((i) => i.values.name)).toEqual(['文本01厂', '文本02厂'])
    expect(tail.damage).toEqual([expect.stringContaining('第 4 行')])
    const byte = await readLedger('ledger-99e-gbk-one-bad-byte.csv')
    expect(byte.items.map((i) => i.values.name)).toEqual(['文本22厂', undefined])
    expect(byte.items[1]?.problems).toMatchObject([{ field: 'name', ask: 'value' }])
    expect(byte.damage).toEqual([expect.stringContaining('第 3 行')])
  })
})

describe('containers and what is no value', () => {
  it.each(['ledger-63-upper-case-parts.xlsx', 'ledger-65-bytes-before-zip.xlsx'])('%s', async (file) => {
    expect((await readLedger(file)).items.map((i) => i.values.name)).toEqual(['容器001厂', '容器002厂'])
  })

  it('a web page saved as one file', async () => {
    expect((await readLedger('ledger-71-mhtml.xls')).items.map((i) => i.values.creditCode)).toEqual([
      '91140525MA0T05101Y',
    ])
  })

  it('struck-out text, pictures and formulas without a result are no values, and it is said', async () => {
    const struck = (await readLedger('ledger-05-rich-phonetic-strike.xlsx')).items
    expect(struck[1]).toMatchObject({
      values: { name: '新名字厂' },
      problems: [{ field: 'name', level: 'warning', message: expect.stringContaining('旧名字厂') }],
    })
    const formulas = (await readLedger('ledger-02-formulas.xlsx')).items
    expect(formulas.at(-1)?.problems).toMatchObject([
      { field: 'name', level: 'error', message: expect.stringContaining('图片') },
    ])
    expect(formulas[1]?.problems).toMatchObject([
      { field: 'employees', level: 'warning', message: expect.stringContaining('公式') },
    ])
  })
})

describe('headings of real systems', () => {
  const homes = async (file: string) =>
    Object.fromEntries(
      ((await readLedger(file)).sheets[0]?.columns ?? []).map((c) => [
        c.title,
        c.field && c.part ? `${c.field}.${c.part}` : c.field,
      ]),
    )

  it('three lines, line breaks, two columns for one place', async () => {
    expect(await homes('ledger-32-three-level-head.xlsx')).toMatchObject({
      '企业基本情况/名称': 'name',
      '安全负责人/电话': 'safetyHeadPhone',
      '涉及领域（打√）/粉尘涉爆/是否涉及': 'dust',
      '涉及领域（打√）/粉尘涉爆/涉粉人数': 'dustWorkers',
    })
    const { items } = await readLedger('ledger-40-head-linebreaks.xlsx')
    expect(items[0]).toMatchObject({
      values: {
        name: '换行表头厂',
        dust: true,
        chief: '王甲',
        chiefPhone: '13800000001',
        place: { lon: 112.83, lat: 35.5 },
      },
      remarks: [],
    })
    // each half of the cell is a reading that is listed and can be taken back
    expect(items[0]?.problems.filter((p) => p.field.startsWith('chief'))).toMatchObject([
      { field: 'chief', to: '王甲' },
      { field: 'chiefPhone', to: '13800000001' },
    ])
  })

  it('the division by its many names, patterns, and whose a bare 联系电话 is', async () => {
    expect(await homes('ledger-61-heads-A-dust-register.xlsx')).toMatchObject({
      所属区市: 'division',
      涉粉作业人数: 'dustWorkers',
      安全负责人: 'safetyHead',
      联系电话: 'safetyHeadPhone',
    })
    expect(await homes('ledger-63-heads-C-comp-form.xlsx')).toMatchObject({
      行政区域: 'division',
      经度: 'place.lon',
      纬度: 'place.lat',
      工商注册地址: 'registeredAddress',
      生产场所地址: 'address',
      安全标准化等级: 'standardLevel',
      主要负责人联系方式: 'chiefPhone',
      从业人员数量: 'employees',
      是否涉及重大危险源: 'majorHazardSource',
      是否存在有限空间: 'confinedSpace',
      是否涉及可燃爆粉尘作业: 'dust',
      是否涉及喷涂作业: 'painting',
      是否涉氨制冷企业: 'ammonia',
      是否金属冶炼企业: 'smelting',
      是否租赁生产企业: null,
    })
    // the 联系人 has no home here, and so has his telephone none
    expect(await homes('ledger-65-heads-E-2017-platform.xlsx')).toMatchObject({
      镇或街道: 'division',
      联系人: null,
      联系电话: null,
      主要负责人移动电话: 'chiefPhone',
      标准化达标等级: 'standardLevel',
    })
  })
})
