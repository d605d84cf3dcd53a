import { describe, expect, it } from 'vitest'
import { docxOf, p, table, tc } from '../../test/messy/notice-files.ts'
import { parseNoticeFile } from './read-file.ts'

const HEAD = [
  '云岭县应急管理局关于印发2026年重点任务分解表的通知',
  '云应急〔2026〕31号',
  '各乡镇人民政府：',
  '现将任务分解表印发给你们。',
]
const TAIL = ['云岭县应急管理局', '2026年1月15日']

const first = (text: string) => tc(text, '<w:vMerge w:val="restart"/>')
const below = tc('', '<w:vMerge/>')
const across = (text: string, columns: number) => tc(text, `<w:gridSpan w:val="${columns}"/>`)

/** Of every duty of the tables: its title, its units, its dates, rhythms and targets. */
async function duties(...tables: string[]) {
  const paragraphs = (texts: string[]) => texts.map((t) => p(t)).join('')
  const notice = await parseNoticeFile(
    docxOf(paragraphs(HEAD) + tables.join('') + paragraphs(TAIL)),
    '表.docx',
  )
  return {
    path: notice.items.map((i) => i.path.join(' › ')),
    warnings: notice.warnings,
    rows: notice.items.map((i) => [
      i.title,
      i.units.join('、'),
      [
        ...i.deadlines.map((d) => d.date),
        ...i.frequencies.map((f) => f.period),
        ...i.targets.filter((t) => t.unit !== '级').map((t) => `${t.comparator} ${t.value} ${t.unit}`),
      ].join(' | '),
    ]),
  }
}

describe('what the columns of a table hold', () => {
  it('without headings', async () => {
    const { rows } = await duties(
      table(
        ['1', '建立有限空间作业企业台账', '各乡镇', '3月底前'],
        ['2', '检查粉尘涉爆企业，每季度不少于1次', '县应急局', '全年'],
        ['3', '新增三级标准化企业20家', '县应急局、各乡镇', '12月底前'],
      ),
    )
    expect(rows).toEqual([
      ['建立有限空间作业企业台账', '各乡镇', '2026-03-31'],
      ['检查粉尘涉爆企业', '县应急局', 'P3M'],
      ['新增三级标准化企业20家', '县应急局、各乡镇', '2026-12-31 | = 20 家'],
    ])
  })

  it('headings on two lines and again on the next page, titles of groups, merged units and dates, a total', async () => {
    const { rows, path } = await duties(
      table(
        [first('序号'), first('重点任务'), across('单位', 2), first('完成时限')],
        [below, below, '责任单位', '配合单位', below],
        [across('一、夯实基础', 5)],
        ['1', '更新工贸企业台账', first('各乡镇'), '县应急局', first('6月30日前')],
        ['2', '建立有限空间台账', below, '县工信局', below],
        [across('二、整治重点', 5)],
        ['序号', '重点任务', '责任单位', '配合单位', '完成时限'],
        ['3', '新增三级标准化企业20家', '县应急局', '各乡镇', '12月底前'],
        [across('合计', 2), '3项', '', ''],
      ),
    )
    expect(rows).toEqual([
      ['更新工贸企业台账', '各乡镇、县应急局', '2026-06-30'],
      ['建立有限空间台账', '各乡镇、县工信局', '2026-06-30'],
      ['新增三级标准化企业20家', '县应急局、各乡镇', '2026-12-31 | = 20 家'],
    ])
    expect(path).toEqual(['一、夯实基础', '一、夯实基础', '二、整治重点'])
  })

  it('one duty of several units is one duty', async () => {
    const { rows } = await duties(
      table(
        ['任务', '措施', '责任单位', '完成时限'],
        [first('隐患清零'), first('对排查出的隐患全部销号'), '南村镇', first('6月底前')],
        [below, below, '北义城镇', below],
        ['宣传教育', '开展安全生产月活动', '县应急局', '6月'],
      ),
    )
    expect(rows.map(([title, units]) => [title, units])).toEqual([
      ['隐患清零', '南村镇、北义城镇'],
      ['宣传教育', '县应急局'],
    ])
  })

  it('the title and the term may stand in the wrong order, or under other words', async () => {
    const { rows } = await duties(
      table(
        ['月份', '重点工作', '责任科室'],
        ['1月', '开展岁末年初安全检查', '综合股'],
        ['3月', '完成企业台账更新', '基础股'],
      ),
    )
    expect(rows).toEqual([
      ['开展岁末年初安全检查', '综合股', '2026-01-31'],
      ['完成企业台账更新', '基础股', '2026-03-31'],
    ])
  })
})

describe('tables of measures', () => {
  it('the target is that of its column, in the unit of its own; what was last year is none', async () => {
    const { rows } = await duties(
      table(
        ['序号', '指标名称', '单位', '去年完成', '目标值', '备注'],
        ['1', '重大隐患整改率', '%', '92', '100', ''],
        ['2', '三级标准化企业', '家', '12', '20', '已建成12家'],
        ['3', '生产安全事故起数', '起', '5', '≤4', ''],
      ),
    )
    expect(rows).toEqual([
      ['重大隐患整改率', '', '= 100 %'],
      ['三级标准化企业', '', '= 20 家'],
      ['生产安全事故起数', '', '<= 4 起'],
    ])
  })

  it('of two years the later one is the target; the unit may stand behind the name', async () => {
    const { rows } = await duties(
      table(
        ['指标', '2025年', '2026年目标', '责任单位'],
        ['隐患整改率（%）', '92', '98', '各乡镇'],
        ['应急演练场次（场）', '10', '18', '县应急局'],
      ),
    )
    expect(rows).toEqual([
      ['隐患整改率（%）', '各乡镇', '= 98 %'],
      ['应急演练场次（场）', '县应急局', '= 18 场'],
    ])
  })
})

describe('tables without duties', () => {
  it.each([
    [
      'statistics',
      [
        ['乡镇', '企业数', '检查数', '隐患数'],
        ['南村镇', '12', '30', '5'],
        ['高都镇', '8', '21', '2'],
      ],
    ],
    [
      'a roster',
      [
        ['序号', '姓名', '职务', '联系电话'],
        ['1', '张三', '主任', '13800000000'],
        ['2', '李四', '科长', '13800000001'],
      ],
    ],
    [
      'an empty form',
      [
        ['填报单位', '', '填报时间', ''],
        ['企业名称', '检查内容', '发现问题', '整改时限'],
        ['', '', '', ''],
      ],
    ],
    [
      'a list of firms',
      [
        ['序号', '企业名称', '所在乡镇'],
        ['1', '云岭县某某铸造有限公司', '南村镇'],
        ['2', '云岭县某某木业有限公司', '高都镇'],
      ],
    ],
  ])('%s gives none, and that is said', async (_what, cells) => {
    const { rows, warnings } = await duties(table(...cells))
    expect(rows.map(([title]) => title).filter((t) => cells.flat().includes(t ?? ''))).toEqual([])
    expect(warnings.join()).toContain('有1个表格没有当作任务表读')
  })

  it('a letterhead in cells is the letterhead', async () => {
    const frame = table(['云岭县应急管理局文件', ''], ['云应急〔2026〕40号', '签发人：张三'], ['', ''])
    const body = [
      '云岭县应急管理局关于做好汛期安全工作的通知',
      '各乡镇人民政府：',
      '一、排查。各乡镇6月底前完成尾矿库排查。',
    ]
    const notice = await parseNoticeFile(docxOf(frame + body.map((t) => p(t)).join('')), '红头.docx')
    expect(notice.docNo).toBe('云应急〔2026〕40号')
    expect(notice.items.map((i) => i.deadlines[0]?.date)).toEqual(['2026-06-30'])
  })
})
