import { describe, expect, it } from 'vitest'
import { readLedger } from '../../../test/messy/read-ledger.ts'

/*
 * Ledgers as offices make them (test/messy/ledgers), each with its right answer. `?` stands for a cell that is asked
 * about and left empty, null for one that says nothing.
 */

async function column(file: string, field: string): Promise<Record<string, unknown>> {
  const { items } = await readLedger(file)
  return Object.fromEntries(
    items.map((i) => {
      const asked = i.problems.find((p) => p.field === field && p.ask === 'value')
      // asked about and read at once would be a guess
      if (asked) expect(i.values[field]).toBeUndefined()
      const raw = i.problems.find((p) => p.field === field && p.text)?.text ?? i.texts[field] ?? '/'
      return [`${i.line} ${raw}`, asked ? '?' : (i.values[field] ?? null)]
    }),
  )
}

/** What cells are read as, by their text; blanks of the text left out. */
async function readings(file: string, field: string): Promise<Record<string, unknown>> {
  const all = await column(file, field)
  return Object.fromEntries(Object.entries(all).map(([k, v]) => [k.replace(/^\d+ /, '').trim(), v]))
}

const asks = (...texts: string[]) => Object.fromEntries(texts.map((t) => [t, '?']))
const says = (value: unknown, ...texts: string[]) => Object.fromEntries(texts.map((t) => [t, value]))

describe('words of ledgers', () => {
  it('what contains a status is none: negations, intentions and history are asked', async () => {
    const read = await readings('ledger-18-status-neg.xlsx', 'status')
    expect(Object.keys(read)).toHaveLength(23)
    expect(new Set(Object.values(read))).toEqual(new Set(['?']))
  })

  it('the ordinary words of a status are read', async () => {
    expect(await readings('ledger-13-status.xlsx', 'status')).toEqual({
      ...says('在产', '正常', '正常生产', '在营', '开业', '生产', '正常营业', '营业', '生产中'),
      ...says('停产', '停产（2023年）', '已停产', '停产', '停  产', '停业'),
      ...says('关停', '注销', '已关闭', '关停退出'),
      ...says('长期停产停工', '长期停产'),
      ...says('僵尸', '僵尸企业'),
      ...says('搬迁', '已搬迁'),
      ...asks('吊销', '存续', '半停产', '间歇生产', '季节性停产', '停产整顿', '搬迁至外县', '试生产', '在建'),
      ...asks('√', '在产（间歇）', '破产', '拆除', '停工', '是', '歇业'),
    })
  })

  it('scale, also as an answer to the heading 是否规上', async () => {
    expect(await readings('ledger-20-scale.xlsx', 'scale')).toEqual({
      ...says('规上', '是', '规上', '规模以上', '√', '限上', '1', '规上企业', '√规上 □规下'),
      ...says('规下', '否', '规下', '规模以下', '×', '限下', '0'),
      ...asks('非规上', '不是规上', '大型', '中型', '小微', '小型企业', '微型', '未上规', '拟升规'),
    })
  })

  it('standard levels', async () => {
    expect(await readings('ledger-21-standard.xlsx', 'standardLevel')).toEqual({
      ...says('三级', '三级', '3级', '三级达标', '三级（2023.5.1）', 'Ⅲ级'),
      ...says('二级', '二级'),
      ...says('一级', '一级'),
      ...says('未定级', '无'),
      ...asks(
        '未达标',
        '小微',
        '拟创三级',
        '二级（已过期）',
        '未达三级',
        '创建中',
        '不达标',
        '规范化',
        '定级中',
        '简化',
      ),
    })
  })

  it('industries', async () => {
    const read = await readings('ledger-14-industry.xlsx', 'industry')
    expect(read).toMatchObject({
      ...says('冶金', '冶金行业'),
      ...says('建材', '建材（水泥）', '建材类'),
      ...says('机械', '机械制造业', '机 械'),
      ...says('有色', '有色金属'),
      ...says('轻工', '轻工业'),
      ...says('非煤矿山', '非煤矿山', '金属非金属矿山'),
      ...asks('其他', '机械、轻工', '机械/铸造', '工贸', '冶金工贸', '铸造', '危化', 'C31黑色金属冶炼'),
    })
  })

  it('yes and no', async () => {
    const read = await readings('ledger-15-flag.xlsx', 'dust')
    expect(read).toMatchObject({
      ...says(
        true,
        '√',
        '✓',
        '☑',
        '有',
        '是（1处）',
        '1',
        'Y',
        '涉及',
        '●',
        '■',
        '☑是 □否',
        '有（铝镁粉）',
        'yes',
      ),
      ...says(true, '存在', '√是', '对', 'V', '✔'),
      ...says(
        false,
        '×',
        '无',
        '0',
        'N',
        '不涉及',
        '否',
        '是□否☑',
        '□是 ☑否',
        'No',
        '不存在',
        '错',
        '✘',
        '暂无',
      ),
      ...asks('○', '3个', 'P', 'R', 'ü', 'T', '□', '木粉尘', '无此项', '有，已整改', '否（已取消）'),
    })
    const { items } = await readLedger('ledger-15-flag.xlsx')
    expect(items.find((i) => i.line === 35)?.remarks).toEqual(['粉尘涉爆：铝镁粉'])
  })

  it('head counts: a remark in brackets is kept, an estimate is asked', async () => {
    expect(await readings('ledger-11-staff.xlsx', 'employees')).toMatchObject({
      ...says(
        12,
        '12（含临时工3人）',
        '十二',
        '12人',
        '１２',
        '12.0',
        '12 人',
        '12名',
        '12、',
        '12；',
        '12．0',
      ),
      ...says(1200, '1,200', '1，200', '1.2千'),
      ...says(0, '无', '0'),
      ...asks(
        '12+3',
        '约20',
        '20余人',
        '20-30',
        '2O',
        '12人/3人',
        '男8女4',
        '50以上',
        '不详',
        '待核',
        '俩',
        '12.5',
      ),
    })
    const { items } = await readLedger('ledger-11-staff.xlsx')
    expect(items.every((i) => i.problems.every((p) => p.level !== 'error'))).toBe(true)
    expect(items.find((i) => i.line === 5)).toMatchObject({
      remarks: ['从业人员：含临时工3人'],
      problems: [{ field: 'employees', level: 'repair', text: '12（含临时工3人）', to: '12' }],
    })
  })

  it('telephones', async () => {
    expect(await readings('ledger-12-phones.xlsx', 'chiefPhone')).toMatchObject({
      ...says(
        '13800000001',
        '13800000001（微信同号）',
        '13800000001 张三',
        '13800000001.0',
        '+86-138-0000-0001',
      ),
      ...says('0356-2021234', '(0356)2021234', '（0356）2021234', '03562021234', '0356—2021234'),
      ...asks(
        '1.38E+10',
        '1.38000E+10',
        '138O0000001',
        '1380000001',
        '138000000011',
        '138000000o1',
        '3562021234',
      ),
    })
    const { items } = await readLedger('ledger-12-phones.xlsx')
    const remarks = (line: number) => items.find((i) => i.line === line)?.remarks
    expect([remarks(10), remarks(13), remarks(24)]).toEqual([
      ['主要负责人电话：张三'],
      ['主要负责人电话：13900000002'],
      ['主要负责人电话：微信同号'],
    ])
  })

  it('codes: what spoils them is taken off, lost digits are asked', async () => {
    const { items } = await readLedger('ledger-17-codes.xlsx')
    expect(items.every((i) => i.problems.every((p) => p.level !== 'error'))).toBe(true)
    const read = items.filter((i) => i.values.creditCode).map((i) => i.line)
    expect(read).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 27, 35, 36, 37, 38])
    for (const i of items.filter((x) => x.line <= 11))
      expect(i.values.creditCode).toMatch(/^91140525MA0T0220\d[A-Z0-9]$/)
    const asked = items.filter((i) => i.problems.some((p) => p.ask)).map((i) => i.line)
    expect(asked).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 22, 23, 26, 28, 29, 30, 32, 33, 34, 39, 40, 41])
  })

  it('towns', async () => {
    expect(await readings('ledger-16-town.xlsx', 'division')).toMatchObject({
      ...says(
        '140525100',
        '南村',
        '南村镇人民政府',
        '泽州县南村镇',
        '南村镇（园区）',
        '南村鎮',
        '140525100',
        '南村镇。',
      ),
      ...says('140525108', '巴公镇人民政府', '巴公镇政府'),
      ...says('140525108201', '巴公镇渠头村', '巴公镇 渠头村', '泽州县巴公镇渠头村委会'),
      ...says('140525103', '周村'),
      ...says('140525107', '高都', '晋城市泽州县高都镇', '山西晋城泽州高都', '高都鎮'),
      ...asks(
        '南村镇渠头村',
        '经济开发区',
        '县直',
        '市直',
        '南村镇/巴公镇',
        '巴公镇工业园区',
        '未知',
        '泽州开发区',
      ),
    })
  })

  it('dates as text', async () => {
    const read = await readings('ledger-06c-text-dates.xlsx', 'foundedOn')
    expect(read).toMatchObject({
      ...says(
        '2024-03-05',
        '2024.3.5',
        '2024、3、5',
        '2024，3，5',
        '2024年三月五日',
        '二〇二四年三月五日',
        '20240305',
      ),
      ...says('2024-03-05', '5-Mar-24', 'Mar 5, 2024', '2024/Mar/05', '2024\\3\\5', '2024·3·5', '2024 03 05'),
      ...says('2024-03-05', '2024年3月5日成立', '2024/03/05（注册）', '2024/3/5星期二', '2024-3-5 8:30'),
      ...says('2024-03-01', '2024年3月', '2024.3', '2024年3月上旬'),
      ...says('2008-01-01', '二〇〇八年'),
      ...asks(
        '长期',
        '至今',
        '2024.3.5-2027.3.4',
        '３/５/2024',
        '约2024年',
        '98年',
        '2024-00-00',
        '0000-00-00',
      ),
      ...asks(
        '民国93年',
        '2024-3-32',
        '3月5日',
        '2024Q1',
        '05.03.2024',
        '3/5/2024',
        '2024年3月5日（原2019年）',
      ),
    })
  })

  it('a workbook that counts from 1904 counts so in text as well', async () => {
    expect(Object.values(await column('ledger-06b-date1904.xlsx', 'foundedOn'))).toEqual(
      Array(4).fill('2024-01-01'),
    )
  })
})

describe('layouts', () => {
  it('one town a sheet: all sheets are read, and the name fills the column', async () => {
    const { items, sheets } = await readLedger('ledger-31-one-sheet-per-town.xlsx')
    expect(sheets.map((s) => s.name)).toEqual(['南村镇', '巴公镇', '高都镇'])
    expect(items.map((i) => `${i.values.name} ${i.values.division}`)).toEqual(
      [
        ['南村镇', '140525100'],
        ['巴公镇', '140525108'],
        ['高都镇', '140525107'],
      ].flatMap(([t, c]) => [0, 1, 2].map((n) => `${t}${n}号厂 ${c}`)),
    )
    expect(new Set(items.map((i) => i.line)).size).toBe(9)
    const industries = await readLedger('ledger-31b-per-industry-with-town.xlsx')
    expect(industries.items.map((i) => i.values.industry)).toEqual(
      ['冶金', '机械', '轻工'].flatMap((x) => [x, x, x]),
    )
  })

  it('two tables side by side are both read', async () => {
    const { items, sheets } = await readLedger('ledger-36-two-tables-side.xlsx')
    expect(sheets.map((s) => s.name)).toEqual(['Sheet1（A–C 列）', 'Sheet1（E–G 列）'])
    expect(items.map((i) => i.values.name)).toEqual(['左一厂', '左二厂', '右一厂', '右二厂'])
  })

  it('a card is one record', async () => {
    const { items, sheets } = await readLedger('ledger-34-card-form.xlsx')
    expect(sheets).toMatchObject([{ card: true }])
    expect(items.map((i) => i.values)).toEqual([
      {
        name: '卡片一厂',
        creditCode: '91140525MA0T03401H',
        division: '140525100',
        industry: '机械',
        chief: '王甲',
        chiefPhone: '13800000001',
        employees: 35,
        foundedOn: '2020-01-02',
      },
    ])
  })

  it('whether a blank means what stands above is asked once a column; 同上 says so itself', async () => {
    const file = 'ledger-38-blank-means-above.xlsx'
    const { items } = await readLedger(file)
    expect(items.map((i) => i.values.division ?? i.problems.find((p) => p.ask === 'above')?.level)).toEqual([
      ...['140525100', 'error', 'error', '140525108', '140525108', '140525108'],
    ])
    const told = await readLedger(file, { mapping: { above: { division: true } } })
    expect(told.items.map((i) => i.values.division)).toEqual(
      ['140525100', '140525108'].flatMap((c) => [c, c, c]),
    )
    expect(told.items[1]?.problems).toMatchObject([{ level: 'repair', to: '南村镇' }])
    const denied = await readLedger(file, { mapping: { above: { division: false } } })
    expect(denied.items[1]?.values.division).toBeUndefined()
  })

  it('group rows, sums and what stands below a table are no records, and are counted', async () => {
    const { items, skipped } = await readLedger('ledger-41-groups-footers.xlsx')
    expect(items.map((i) => i.line)).toEqual([3, 4, 7])
    expect(skipped.map((s) => s.line)).toEqual([2, 5, 6, 8, 9, 10, 11, 12, 13, 14])
  })

  it('repairs are taken back one by one and all at once', async () => {
    const file = 'ledger-20-scale.xlsx'
    const one = await readLedger(file, { mapping: { asIs: { scale: ['限上'] } } })
    const of = (line: number, r = one) => r.items.find((i) => i.line === line)
    expect(of(12)).toMatchObject({ problems: [{ field: 'scale', ask: 'value', text: '限上' }] })
    expect(of(7)?.values.scale).toBe('规上')
    const all = await readLedger(file, { mapping: { asIs: true } })
    expect(all.items.filter((i) => i.values.scale).map((i) => i.line)).toEqual([4, 5])
    const named = await readLedger(file, { mapping: { values: { scale: { 非规上: '规下', 大型: '' } } } })
    expect([of(6, named)?.values.scale, of(14, named)?.problems]).toEqual(['规下', []])
  })
})
