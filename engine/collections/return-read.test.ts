import { expect, it } from 'vitest'
import { openTable } from '../exchange/sheet/index.ts'
import { manySheets } from './form.fixture.ts'
import { readReturned, understand } from './return-read.ts'
import type { Column } from './types.ts'

it('of a workbook of many sheets the first are looked at, and how many were not', async () => {
  const bytes = manySheets(40, { headings: ['企业名称', '演练次数'], rows: [['某厂', '3']] })
  const read = await readReturned(await openTable({ bytes, name: '多.xlsx' }))
  expect([read.sheets.length, read.unseen]).toEqual([20, 20])
})

it('columns without end are kept as far as a person looks', () => {
  const cells = (texts: string[]) => texts.map((text) => ({ raw: text, text }))
  const strange = Array.from({ length: 40 }, (_, i) => `别的${i}`)
  const rows = [cells(['企业名称', '演练次数', ...strange])]
  for (let i = 0; i < 5100; i++) rows.push(cells([`厂${i}`, '1', ...strange.map(() => 'x')]))
  const sheet = { name: 'x', hidden: false, rows: rows.map((r, i) => ({ line: i + 1, cells: r })) }
  const column = (n: number, title: string, ask: 'no' | 'must'): Column => {
    const source = ask === 'no' ? { field: 'name' } : null
    return { n, at: n - 1, title, source, how: null, offers: [], ask, kind: 'text' }
  }
  const found = understand(
    { sheets: [sheet], code: undefined, revision: undefined, cut: false, unseen: 0 },
    {
      columns: [column(1, '企业名称', 'no'), column(2, '演练次数', 'must')],
      rows: [],
      names: () => '',
      elsewhere: new Set(),
    },
  )
  expect(found?.added).toHaveLength(5100)
  expect(found?.left).toHaveLength(31)
  expect(Object.keys(found?.left[0]?.texts ?? {})).toHaveLength(5001)
  expect(found?.left[0]?.why).toContain('还有 100 格')
  expect(found?.left[30]?.why).toContain('还有 10 列')
})
