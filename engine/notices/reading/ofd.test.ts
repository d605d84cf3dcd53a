import { describe, expect, it } from 'vitest'
import { ofdOf } from '../../../test/messy/notice-files.ts'
import { parseNoticeFile } from '../read-file.ts'
import { readDocument } from './files.ts'

const head = [
  { x: 40, y: 40, text: '云岭县应急管理局关于做好2026年粮食仓储安全工作的通知' },
  { x: 80, y: 50, text: '云应急〔2026〕18号' },
  { x: 20, y: 60, text: '各乡镇人民政府：' },
]

describe('.ofd', () => {
  it('lines by their places, words of a line by theirs, whatever the order in the file', async () => {
    const second = [
      { x: 25, y: 70, text: '一、摸清底数。各乡镇于3月底前对辖区粮食仓储企' },
      // digits are set apart, and stand later in the file
      { x: 60, y: 77, text: '100%', deltas: 'g 3 2.5' },
      { x: 20, y: 77, text: '业登记，登记率达' },
      { x: 70, y: 77, text: '。' },
    ]
    const notice = await parseNoticeFile(ofdOf({ texts: [...head, ...second] }), '通知.ofd')
    expect(notice).toMatchObject({ docNo: '云应急〔2026〕18号', addressees: ['各乡镇人民政府'] })
    expect(notice.items.map((i) => [i.text, i.deadlines.map((d) => d.date)])).toEqual([
      ['各乡镇于3月底前对辖区粮食仓储企业登记，登记率达100%。', ['2026-03-31']],
    ])
  })

  it('a table by its lines, over a page break', async () => {
    const xs = [20, 35, 110, 150, 190]
    const rules = (ys: number[]): [number, number, number, number][] => [
      ...ys.map((y): [number, number, number, number] => [20, y, 190, y]),
      ...xs.map((x): [number, number, number, number] => [x, ys[0] ?? 0, x, ys.at(-1) ?? 0]),
    ]
    const row = (y: number, ...cells: string[]) =>
      cells.map((text, n) => ({ x: (xs[n] ?? 0) + 1, y, text, size: 4 })).filter((t) => t.text !== '')
    const { document } = await readDocument(
      ofdOf(
        {
          texts: [
            ...head,
            ...row(75, '序号', '重点任务', '责任单位', '完成时限'),
            ...row(85, '1', '建立粮食仓储企业台账', '各乡镇', '3月底前'),
          ],
          lines: rules([70, 80, 90]),
        },
        {
          texts: [
            ...row(15, '序号', '重点任务', '责任单位', '完成时限'),
            ...row(25, '2', '开展救援演练', '县应急局', '每半年'),
          ],
          lines: rules([10, 20, 30]),
        },
      ),
      '通知.ofd',
    )
    const tables = document.blocks.filter((b) => b.kind === 'table')
    expect(tables.map((t) => t.rows.map((r) => r.map((c) => document.text.slice(c.start, c.end))))).toEqual([
      [
        ['序号', '重点任务', '责任单位', '完成时限'],
        ['1', '建立粮食仓储企业台账', '各乡镇', '3月底前'],
        ['2', '开展救援演练', '县应急局', '每半年'],
      ],
    ])
  })

  it('a scan says what it is', async () => {
    expect((await parseNoticeFile(ofdOf({ texts: [] }), '扫描.ofd')).reason).toContain('扫描件')
  })
})
