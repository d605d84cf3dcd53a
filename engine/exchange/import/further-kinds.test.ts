import { describe, expect, it } from 'vitest'
import { catalogue, reading } from '../../../test/messy/read-ledger.ts'
import { openTable } from '../sheet/open.ts'
import { workbookParts } from '../sheet/test-zip.ts'
import { zipOf } from '../sheet/zip-write.ts'
import { readSheets } from './sheets.ts'

/* Kinds of cells that other programs and hands leave behind, from the bytes of a file to the values of a row. */

async function read(bytes: Uint8Array, name: string, register = 'enterprise') {
  const table = await openTable({ bytes, name })
  const { sheets, rowsOf } = await readSheets(table, reading({ def: catalogue.record(register) }))
  const items = []
  for (const sheet of sheets) for await (const { item } of rowsOf(sheet)) items.push(item)
  await table.close()
  return items
}
const csv = (text: string, register?: string) => read(Buffer.from(text), '台账.csv', register)

it('18 digits that end in 000 were a number once: asked also where they are text', async () => {
  const [firm] = await csv('企业名称,统一社会信用代码\n甲厂,911405250000123000\n')
  expect(firm?.values.creditCode).toBeUndefined()
  expect(firm?.problems).toMatchObject([
    { field: 'creditCode', ask: 'value', message: expect.stringContaining('末几位已经丢失') },
  ])
  const people = await csv(
    '企业名称,姓名,身份证号\n甲厂,张三,140525199001011000\n甲厂,李四,110101199003071000\n',
    'person',
  )
  for (const p of people)
    expect(p.problems).toMatchObject([
      { field: 'idNumber', ask: 'value', message: expect.stringContaining('000') },
    ])
})

describe('a month alone', () => {
  it('is its last day where something ends, and its first where something begins', async () => {
    const [row] = await csv(
      '企业名称,持证人,作业类别,证书编号,有效期至,初领日期\n甲厂,张三,焊接与热切割作业,T1,有效期至2027.5,2021.5\n',
      'special-operation-certificate',
    )
    expect(row?.values).toMatchObject({ validUntil: '2027-05-31' })
    const begins = Object.entries(row?.values ?? {}).find(([, v]) => String(v).startsWith('2021-'))
    expect(begins?.[1]).toBe('2021-05-01')
  })
})

it('blanks round the quotes of a text file are no content', async () => {
  const rows = await csv('企业名称, "乡镇" ,状态\n "甲厂" , "巴公镇" , "在产" \n"乙厂","巴公镇","在产"\n')
  expect(rows.map((r) => [r.values.name, r.values.division, r.values.status])).toEqual([
    ['甲厂', '140525108', '在产'],
    ['乙厂', '140525108', '在产'],
  ])
})

it('ticks of sign fonts are ticks, and cells beyond the last heading are named', async () => {
  const cell = (ref: string, text: string, style = 0) =>
    `<c r="${ref}" s="${style}" t="inlineStr"><is><t>${text}</t></is></c>`
  const styles =
    '<fonts><font><name val="宋体"/></font><font><name val="Wingdings"/></font><font><name val="Wingdings 2"/></font></fonts>' +
    '<cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs>'
  const book = zipOf(
    workbookParts(
      `<sheetData><row r="1">${cell('A1', '企业名称')}${cell('B1', '粉尘涉爆')}${cell('C1', '有限空间')}</row>
       <row r="2">${cell('A2', '甲厂')}${cell('B2', '\u00fc', 1)}${cell('C2', 'O', 2)}${cell('E2', '多出来的')}</row></sheetData>`,
      { styles },
    ),
  )
  const [row] = await read(book, '台账.xlsx')
  expect(row?.values).toMatchObject({ dust: true, confinedSpace: false })
  expect(row?.problems.map((p) => p.message)).toContain('E 列“多出来的”没有表头，没有导入')
})
