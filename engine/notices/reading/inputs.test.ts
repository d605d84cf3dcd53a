import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NoticeItem } from '../model.ts'
import { readNotice } from '../read-file.ts'

/** Files as offices make them, each with what must come out of it. */

const folder = join(import.meta.dirname, '../../../test/messy/notices')
const read = (name: string) => readNotice({ path: join(folder, name), name })

const figures = (item: NoticeItem): string =>
  [
    ...item.deadlines.map((d) => d.date),
    ...item.frequencies.map((f) => f.period),
    // 全部 is not everybody's target: a figure is what is compared
    ...item.targets
      .filter((t) => /[\d.]/.test(t.text))
      .map((t) => `${t.value === 100 ? '' : `${t.comparator} `}${t.value} ${t.unit}`),
  ].join(' | ')

/** Place, words and figures of the seven duties of the plain notice. */
const SEVEN = [
  ['一、夯实基础', '（一）完善企业台账', '2026-06-30 | 100 %'],
  ['一、夯实基础', '（二）开展分类分级', '2026-09-30'],
  ['二、整治重点领域', '（一）粉尘涉爆专项整治', 'P3M'],
  ['二、整治重点领域', '（二）有限空间专项整治', '2026-10-31 | P1M | >= 5 家'],
  ['二、整治重点领域', '（三）标准化创建', '2026-12-31 | = 20 家'],
  ['三、强化教育培训', '（一）主要负责人培训', '>= 2 次 | >= 12 学时'],
  ['三、强化教育培训', '（二）应急演练', 'P6M'],
]
const rowsOf = (items: readonly NoticeItem[]) => items.map((i) => [...i.path, figures(i)])

describe('one notice of seven duties', () => {
  it.each([
    ['as it is typed', 'notice-00-plain.docx', 'docx'],
    ['numbered automatically', 'notice-01-auto-numbered.docx', 'docx'],
    ['numbered by style', 'notice-02-auto-numbered-by-style.docx', 'docx'],
    ['with a footnote', 'notice-06-footnote.docx', 'docx'],
    ['in one paragraph with line breaks', 'notice-09-one-paragraph-breaks.docx', 'docx'],
    ['half of it embedded as a web page', 'notice-14-altchunk.docx', 'docx'],
    ['a web page under the name .doc', 'notice-15-wps-html.doc', 'html'],
    ['RTF under the name .doc', 'notice-16-rtf.doc', 'rtf'],
    ['PDF, a font of GBK codes alone', 'notice-50-gbk-euc-h-no-tounicode.pdf', 'pdf'],
    ['PDF, a font of UTF-16 codes alone', 'notice-51-unigb-utf16-no-tounicode.pdf', 'pdf'],
  ])('%s', async (_how, name, kind) => {
    const { notice, document, kind: found } = await read(name)
    expect(found).toBe(kind)
    expect(notice).toMatchObject({
      title: '示例县应急管理局关于印发2026年工贸行业安全生产工作要点的通知',
      docNo: '示应急字〔2026〕12号',
      issued: '2026-01-15',
      addressees: ['各乡镇人民政府', '各工贸企业'],
    })
    expect(rowsOf(notice.items)).toEqual(SEVEN)
    expect(document.text).not.toMatch(/[<>{}\\]/)
    for (const item of notice.items)
      expect(document.text.slice(item.offset.start, item.offset.end).replace(/\n/g, '')).toContain(
        item.text.slice(0, 8),
      )
  })

  it('the automatic number is part of the text, and said to be one', async () => {
    const { document } = await read('notice-01-auto-numbered.docx')
    const block = document.blocks.find((b) => document.text.startsWith('一、夯实基础', b.start))
    expect(block).toMatchObject({ kind: 'paragraph', label: 2 })
  })

  it('a footnote is kept as one, with the place that refers to it', async () => {
    const { document } = await read('notice-06-footnote.docx')
    const note = document.blocks.find((b) => b.place === 'note')
    expect(note && document.text.slice(note.start, note.end)).toBe('涉粉企业以9月30日前台账为准，至少12家。')
    const at = note?.kind === 'paragraph' ? (note.note?.at ?? 0) : 0
    expect(document.text.slice(0, at)).toMatch(/10月31日前全部完成。$/)
  })

  it('struck-out words are shown and part of no duty', async () => {
    const { notice, document } = await read('notice-31-strikethrough.docx')
    expect(notice.items).toHaveLength(7)
    expect(figures(notice.items[0]!)).toBe('2026-07-31')
    expect(notice.items[0]!.text).toBe('各乡镇7月31日前完成辖区工贸企业基本信息核实。')
    expect(document.struck.map((s) => document.text.slice(s.start, s.end))).toEqual(['6月30日'])
    expect(document.said).toEqual([expect.objectContaining({ kind: 'struck', count: 1, texts: ['6月30日'] })])
    expect(notice.warnings.join()).toContain('划掉')
  })
})

/** Words, units and figures of the five rows. */
const five = (third: string, last = '标准化创建；新增三级标准化企业20家') => [
  ['完善企业台账；核实辖区工贸企业基本信息，核实率达到100%', ['各乡镇'], '2026-06-30 | 100 %'],
  ['粉尘涉爆整治；对10人以上涉粉企业每季度检查1次', ['县局'], 'P3M'],
  [third, ['各乡镇'], '2026-03-31'],
  ['有限空间整治；每月排查不少于5家企业', ['各乡镇'], '2026-10-31 | P1M | >= 5 家'],
  [last, ['县局', '各乡镇'], '2026-12-31 | = 20 家'],
]

describe('one table of five duties', () => {
  it.each([
    ['plain', 'notice-20-table-plain.docx', '除尘系统；建立除尘系统台账'],
    ['a task over two rows', 'notice-21-table-vmerge.docx', '粉尘涉爆整治；建立除尘系统台账'],
    ['two paragraphs in a cell', 'notice-22-table-two-paragraph-cell.docx', '除尘系统；建立除尘系统台账'],
    ['numbered automatically', 'notice-25-table-autonumber-seq.docx', '除尘系统；建立除尘系统台账'],
    ['PDF without lines', 'notice-p-20-table-plain.pdf', '除尘系统；建立除尘系统台账'],
    // where no line says that the cell above reaches down, its task is not guessed
    ['PDF without lines, a task over two rows', 'notice-p-21-table-vmerge.pdf', '建立除尘系统台账'],
  ])('%s', async (_how, name, third) => {
    const { notice, document } = await read(name)
    expect(notice.items.map((i) => [i.text, i.units, figures(i)])).toEqual(five(third))
    const table = document.blocks.find((b) => b.kind === 'table')
    expect(table?.kind === 'table' && table.rows.map((r) => r.length).slice(0, 2)).toEqual([5, 5])
  })

  it('a merged cell is listed once, with the rows that it covers', async () => {
    const { document } = await read('notice-21-table-vmerge.docx')
    const table = document.blocks.find((b) => b.kind === 'table')
    const rows = table?.kind === 'table' ? table.rows : []
    expect(rows[2]?.[1]).toMatchObject({ column: 1, rows: 2 })
    expect(rows[3]?.map((c) => c.column)).toEqual([0, 2, 3, 4])
  })
})

/** One notice with everything in it, saved by an office program in its formats. */
describe('numbers, struck-out and hidden words, a note and merged cells', () => {
  const merged = [
    ['完善企业台账；核实辖区工贸企业基本信息，核实率达到100%', ['各乡镇'], '2026-06-30 | 100 %'],
    ['粉尘涉爆整治；对10人以上涉粉企业每季度检查1次', ['各乡镇'], 'P3M'],
    ['粉尘涉爆整治；建立除尘系统台账', ['县局'], '2026-03-31'],
  ]
  // a PDF without lines does not say that cells are merged: what is not there is not guessed
  const apart = [merged[0], [merged[1]?.[0], [], 'P3M'], ['建立除尘系统台账', ['县局'], '2026-03-31']]

  it.each([
    ['notice-made.docx', 'docx', merged],
    ['notice-made-word97.doc', 'doc', merged],
    ['notice-made-rich-text.rtf', 'rtf', merged],
    ['notice-made-struck-and-noted.pdf', 'pdf', apart],
  ])('%s', async (name, kind, rows) => {
    const { notice, document, kind: found } = await read(name)
    expect(found).toBe(kind)
    expect(notice.docNo).toBe('示应急字〔2026〕12号')
    const said = document.said.map((s) => [s.kind, s.texts])
    expect(said).toContainEqual(['struck', ['5月30日']])
    if (kind !== 'pdf') expect(said).toContainEqual(['hidden', ['内部说明，不对外']])
    expect(document.text.includes('内部说明')).toBe(false)
    const note = document.blocks.find((b) => b.place === 'note')
    expect(note && document.text.slice(note.start, note.end)).toMatch(/基本信息以统一社会信用代码为准。$/)
    const tasks = notice.items.map((i) => [i.text, i.units, figures(i)])
    expect(notice.items.slice(0, 3).map((i) => [...i.path, figures(i)])).toEqual([
      ['一、夯实基础', '（一）完善企业台账', '2026-06-30 | 100 %'],
      ['一、夯实基础', '（二）开展分类分级', '2026-09-30'],
      ['二、整治重点领域', '（一）有限空间专项整治', '2026-10-31 | P1M | >= 5 家'],
    ])
    expect(tasks.slice(3)).toEqual(rows)
  })
})
