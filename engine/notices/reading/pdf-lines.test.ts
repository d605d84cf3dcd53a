import { describe, expect, it } from 'vitest'
import { documentOfPages } from './pages.ts'
import { type PageWords, type Piece, type Rule, struckOut } from './pdf-page.ts'

/** Words of 10 points at x, y; rules from place to place. */
const piece = (x: number, y: number, text: string): Piece => ({
  x,
  to: x + 10 * text.length,
  y,
  size: 10,
  text,
})
const across = (y: number, x: number, x2: number): Rule => ({ x, x2, y, y2: y })
const down = (x: number, y: number, y2: number): Rule => ({ x, x2: x, y, y2 })
const page = (pieces: Piece[], rules: Rule[] = []): PageWords => ({
  width: 600,
  height: 800,
  pieces,
  rules,
  unknown: 0,
  pictures: 0,
})

function tables(...pages: PageWords[]) {
  const document = documentOfPages(pages)
  return document.blocks.flatMap((b) =>
    b.kind === 'table'
      ? [b.rows.map((row) => row.map((c) => [document.text.slice(c.start, c.end), c.columns, c.rows]))]
      : [],
  )
}

describe('tables by their lines', () => {
  it('squares with no line between them are one cell; words over two lines are one paragraph', () => {
    const rules = [
      across(100, 50, 350),
      across(130, 50, 350),
      // the last column reaches down
      across(160, 50, 250),
      across(190, 50, 350),
      down(50, 100, 190),
      down(150, 130, 190),
      down(250, 100, 190),
      down(350, 100, 190),
    ]
    const pieces = [
      piece(60, 120, '任务和单位'),
      piece(260, 120, '时限'),
      piece(55, 142, '排查登记建账'),
      piece(55, 154, '立卡'),
      piece(160, 150, '各镇'),
      piece(260, 160, '6月底前'),
      piece(60, 180, '检查'),
      piece(160, 180, '县局'),
    ]
    expect(tables(page(pieces, rules))).toEqual([
      [
        [
          ['任务和单位', 2, 1],
          ['时限', 1, 1],
        ],
        [
          ['排查登记建账\n立卡', 1, 1],
          ['各镇', 1, 1],
          ['6月底前', 1, 2],
        ],
        [
          ['检查', 1, 1],
          ['县局', 1, 1],
        ],
      ],
    ])
  })

  it('a row cut by the page is one row, a heading printed again is dropped', () => {
    const frame = (y: number, y2: number) => [
      ...[y, y + 20, y2].map((at) => across(at, 50, 350)),
      ...[50, 80, 250, 350].map((x) => down(x, y, y2)),
    ]
    const head = (y: number) => [piece(55, y, '序号'), piece(100, y, '任务'), piece(260, y, '单位')]
    const one = page(
      [
        ...head(715),
        piece(55, 735, '1'),
        piece(90, 735, '对辖区内企业逐家排查登记并且'),
        piece(260, 735, '各镇'),
      ],
      frame(700, 740),
    )
    const two = page([...head(75), piece(90, 95, '建立台账')], frame(60, 100))
    expect(tables(one, two)).toEqual([
      [
        [
          ['序号', 1, 1],
          ['任务', 1, 1],
          ['单位', 1, 1],
        ],
        [
          ['1', 1, 1],
          ['对辖区内企业逐家排查登记并且建立台账', 1, 1],
          ['各镇', 1, 1],
        ],
      ],
    ])
  })
})

describe('tables without lines', () => {
  it('what does not keep to the columns is said', () => {
    const row = (y: number, ...texts: string[]) => texts.map((t, n) => piece(50 + 90 * n + (y % 7) * 6, y, t))
    const document = documentOfPages([
      page([1, 2, 3, 4, 5, 6].flatMap((n) => row(100 + 22 * n, '甲', '乙乙'))),
    ])
    expect(document.said.map((s) => s.message)).toEqual([
      '第1页有6行像是没有框线的表格，各格可能读混了，请对照原件。',
    ])
  })
})

describe('merged cells of tables without lines', () => {
  it('cannot be told from empty ones, and that is said', () => {
    const row = (y: number, ...texts: string[]) =>
      texts.flatMap((t, n) => (t === '' ? [] : [piece(50 + 120 * n, y, t)]))
    const rows = (unit: string) => [
      ...row(100, '序号', '任务', '单位'),
      ...row(120, '1', '建立台账', '各镇'),
      ...row(140, '2', '排查隐患', unit),
      ...row(160, '3', '报送总结', '县局'),
    ]
    const said = (unit: string) => documentOfPages([page(rows(unit))]).said.map((s) => s.message)
    expect(said('')).toEqual(['第1页有1个没有框线的表格里有空格，合并的格可能没认出，请对照原件。'])
    expect(said('各镇')).toEqual([])
  })
})

describe('lines of a page', () => {
  const full = '各乡镇要对辖区内工贸企业逐家排查登记造册'
  const lineAt = (x: number, y: number, text: string) => piece(x, y, text)

  it('a full line goes on, over the break of the page too; heads and feet with their numbers are left out', () => {
    const sheet = (n: number, ...lines: Piece[]) =>
      page([piece(250, 20, '云岭县文件'), ...lines, piece(300, 780, `— ${n} —`)])
    const document = documentOfPages([
      sheet(
        1,
        lineAt(70, 60, '一、摸清底数。各乡镇要在三月底前对企业'),
        lineAt(50, 80, full),
        lineAt(50, 100, '。'),
        lineAt(70, 120, '二、开展演练。各企业每半年要至少组织一'),
        lineAt(50, 140, `${full.slice(0, 18)}监管队`),
      ),
      sheet(2, lineAt(50, 60, '伍、经费、装备。'), lineAt(70, 80, '三、完'), lineAt(70, 100, '四、完')),
    ])
    expect(document.text.split(/[\n\f]/).filter((l) => l !== '')).toEqual([
      `一、摸清底数。各乡镇要在三月底前对企业${full}。`,
      `二、开展演练。各企业每半年要至少组织一${full.slice(0, 18)}监管队伍、经费、装备。`,
      '三、完',
      '四、完',
    ])
  })
})

describe('struck-out words', () => {
  it('a line through their middle; not one below them, and not the frame of a table', () => {
    const words = piece(100, 200, '作废')
    const struck = (rule: Rule) => struckOut([words], [rule])[0]?.text !== '作废'
    expect(struck(across(197, 99, 121))).toBe(true)
    expect(struck(across(202, 99, 121))).toBe(false)
    expect(struck(across(197, 20, 580))).toBe(false)
  })
})
