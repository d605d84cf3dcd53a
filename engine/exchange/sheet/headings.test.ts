import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bareTitle } from './heading-match.ts'
import { columnLetter, findHeadings, findLedger, firstRows, type Headings } from './headings.ts'
import { openTable } from './open.ts'
import { certificate, enterprise, sheet } from './test-rows.ts'

const mapping = (h: Headings) => Object.fromEntries(h.matches.map((m) => [m.title, m.field]))
const how = (h: Headings) => Object.fromEntries(h.matches.map((m) => [m.field, m.how]))

describe('headings of real ledgers', () => {
  it('plain headings below a title and a line of remarks', () => {
    const h = findHeadings(
      sheet(
        ['泽州县工贸企业基本情况台账', '<', '<', '<', '<'],
        ['填报单位：南村镇', null, null, '2026年3月', null],
        ['序号', '企业名称', '统一社会信用代码', '乡镇', '备注'],
        [1, '示例铸造厂', '91140522MA0TE3T02J', '南村镇', null],
      ),
      enterprise,
    )
    expect(h).toMatchObject({
      found: true,
      firstLine: 3,
      lastLine: 3,
      above: ['泽州县工贸企业基本情况台账', '填报单位：南村镇 2026年3月'],
      missing: [],
    })
    expect(mapping(h)).toEqual({ 企业名称: 'name', 统一社会信用代码: 'creditCode', 乡镇: 'town' })
    expect(how(h)).toEqual({ name: 'exact', creditCode: 'exact', town: 'alias' })
    expect(h.left.map((l) => [l.title, l.why])).toEqual([
      ['序号', 'sequence'],
      ['备注', 'unknown'],
    ])
  })

  it('the form of a municipal hazard system', () => {
    const h = findHeadings(
      sheet(
        [
          '单位名称／场所名称',
          '统一社会信用代码（工商注册号）',
          '登记证号',
          '注册地址',
          '所在地址',
          '成立日期',
          '法定代表人或主要负责人',
          '联系电话',
          '安管负责人',
          '安管负责人联系电话',
          '企业规模',
          '经营范围',
          '行业分类',
          '注销或暂停经营',
        ],
        [
          '甲厂',
          '91140522MA0TE3T02J',
          'x',
          'y',
          'z',
          '2015-1-1',
          '张三',
          '13800000000',
          '李四',
          '13900000000',
          '规上',
          '',
          '机械',
          '否',
        ],
      ),
      enterprise,
    )
    expect(mapping(h)).toEqual({
      '单位名称/场所名称': 'name',
      '统一社会信用代码（工商注册号）': 'creditCode',
      注册地址: 'address',
      成立日期: 'founded',
      法定代表人或主要负责人: 'head',
      联系电话: 'phone',
      企业规模: 'scale',
      行业分类: 'industry',
      注销或暂停经营: 'status',
    })
    expect(h.left.map((l) => l.title)).toEqual([
      '登记证号',
      '所在地址',
      '安管负责人',
      '安管负责人联系电话',
      '经营范围',
    ])
    expect(h.conflicts).toEqual([])
  })

  it('width, blanks, line breaks, units, numbering and marks do not matter', () => {
    const h = findHeadings(
      sheet(
        [
          '*企 业 名 称',
          '１．统一社会信用代码【必填】',
          '从业人员\n（人）',
          '涉粉作业人数（单位：人）',
          '成立日期：',
          '规上／规下',
          '所在乡镇（街道）',
        ],
        ['甲', 'x', 1, 2, 'd', '规上', '南村镇'],
      ),
      enterprise,
    )
    expect(how(h)).toEqual({
      name: 'normalised',
      creditCode: 'normalised',
      staff: 'normalised',
      dustWorkers: 'normalised',
      founded: 'normalised',
      scale: 'alias',
      town: 'normalised',
    })
    expect(
      ['从业人员（人）', '（人）', '面积(㎡)', '*1.企业名称【必填】', '一、名称：'].map(bareTitle),
    ).toEqual(['从业人员', '(人)', '面积', '企业名称', '一、名称'])
  })

  it('two-level merged headings are joined: 主要负责人 → 姓名, 电话', () => {
    const lines = sheet(
      ['企业台账', '<', '<', '<', '<', '<', '<'],
      ['序号', '企业名称', '统一社会信用代码', '主要负责人', '<', '安全员', '<'],
      ['^', '^', '^', '姓名', '电话', '姓名', '电话'],
      [1, '甲厂', '91140522MA0TE3T02J', '张三', '13800000000', '李四', '13900000000'],
    )
    const h = findHeadings(lines, enterprise)
    expect(h).toMatchObject({ firstLine: 2, lastLine: 3, above: ['企业台账'] })
    expect(mapping(h)).toEqual({
      企业名称: 'name',
      统一社会信用代码: 'creditCode',
      '主要负责人/姓名': 'head',
      '主要负责人/电话': 'phone',
    })
    expect(h.left.map((l) => [l.title, l.why])).toEqual([
      ['序号', 'sequence'],
      ['安全员/姓名', 'unknown'],
      ['安全员/电话', 'unknown'],
    ])
    // Even when no lower heading is known, both rows are headings because merges tie them together.
    const few = findHeadings(lines, enterprise.slice(0, 2))
    expect([few.firstLine, few.lastLine]).toEqual([2, 3])
  })

  it('two levels without merges, as CSV leaves them, and under general captions', () => {
    const csv = findHeadings(
      sheet(
        ['企业名称', '信用代码', '主要负责人', null, '成立时间'],
        [null, null, '姓名', '手机号码', null],
        ['甲厂', '9114', '张三', '138', '2015'],
      ),
      enterprise,
    )
    expect(mapping(csv)).toEqual({
      企业名称: 'name',
      信用代码: 'creditCode',
      '主要负责人/姓名': 'head',
      '主要负责人/手机号码': 'phone',
      成立时间: 'founded',
    })
    expect(csv.lastLine).toBe(2)
    const grouped = findHeadings(
      sheet(
        ['企业基本情况', '<', '<', '安全管理', '<'],
        ['企业名称', '社会信用代码', '注册地址', '主要负责人', '联系电话'],
        ['甲厂', '9114', '乙', '张三', '138'],
      ),
      enterprise,
    )
    expect(grouped.matches.map((m) => m.field)).toEqual(['name', 'creditCode', 'address', 'head', 'phone'])
  })

  it('certificate ledgers of two kinds', () => {
    const a = findHeadings(
      sheet(
        ['特种作业人员持证登记表', '<', '<'],
        [
          '序号',
          '姓名',
          '性别',
          '身份证号码',
          '所在部门',
          '工种',
          '发证机关',
          '取证时间',
          '证书编号',
          '复审时间',
        ],
      ),
      certificate,
    )
    expect(a.matches.map((m) => m.field)).toEqual([
      'person',
      'idNumber',
      'category',
      'issuedBy',
      'firstIssued',
      'number',
      'reviewBy',
    ])
    const b = findHeadings(
      sheet([
        '证书编号',
        '员工姓名',
        '作业类别',
        '准操项目',
        '初次领证日期',
        '领证日期',
        '有效期',
        '复审期限',
        '复审日期',
        '发证单位',
      ]),
      certificate,
    )
    expect(mapping(b)).toMatchObject({
      证书编号: 'number',
      员工姓名: 'person',
      有效期: 'validUntil',
      复审日期: 'reviewBy',
      发证单位: 'issuedBy',
      初次领证日期: 'firstIssued',
    })
    // 复审期限 is an alias of the same field: 复审日期 is surer and wins, and the rivalry is said.
    expect(b.conflicts).toEqual([{ field: 'reviewBy', columns: [8, 7] }])
    expect(b.left.find((l) => l.title === '复审期限')?.why).toBe('conflict')
    expect(b.left.find((l) => l.title === '领证日期')?.why).toBe('unknown')
  })

  it('likeness maps near names, only offers doubtful ones, and never crosses kinds', () => {
    const h = findHeadings(
      sheet([
        '企业名称',
        '统一社会信用代码证',
        '主要负责人电话',
        '涉粉尘作业人数',
        '作业人数',
        '成立日期时间',
        '安全负责人',
        '主要负责人职务',
      ]),
      enterprise.filter((t) => t.field !== 'phone'),
    )
    expect(mapping(h)).toMatchObject({ 企业名称: 'name', 涉粉尘作业人数: 'dustWorkers' })
    expect(h.matches.map((m) => m.field)).not.toContain('head')
    const offered = Object.fromEntries(h.left.map((l) => [l.title, l.candidates.map((c) => c.field)]))
    expect(offered.主要负责人电话).toEqual([])
    expect(offered.主要负责人职务).toEqual([])
    // 从业人数 is near enough to be offered, not to be taken.
    expect(offered.作业人数).toEqual(['staff'])
  })

  it('two columns for one field are never both taken nor silently dropped', () => {
    const h = findHeadings(
      sheet(
        ['企业名称', '单位名称', '统一社会信用代码', '联系电话', '联系电话'],
        ['甲', '乙', 'c', '1', '2'],
      ),
      enterprise,
    )
    expect(h.matches.map((m) => m.column)).toEqual([0, 2, 3])
    expect(h.conflicts).toEqual([
      { field: 'name', columns: [0, 1] },
      { field: 'phone', columns: [3, 4] },
    ])
    expect(h.left.map((l) => [l.column, l.why])).toEqual([
      [1, 'conflict'],
      [4, 'conflict'],
    ])
  })

  it('missing required fields are named', () => {
    expect(findHeadings(sheet(['企业名称', '乡镇', '行业']), enterprise).missing).toEqual(['creditCode'])
  })

  it('nothing recognisable: shows what is there and lets the user map', () => {
    const lines = sheet(
      ['a', 'b', 'c'],
      ['甲厂', '91140522MA0TE3T02J', '南村镇'],
      ['乙厂', '91140522MA00001460', '巴公镇'],
    )
    const h = findHeadings(lines, enterprise)
    expect(h.found).toBe(false)
    expect(h.seen[0]).toEqual({ line: 1, texts: ['a', 'b', 'c'] })
    expect(h.missing).toEqual(['name', 'creditCode'])
    const mapped = findHeadings(lines, enterprise, { headings: { a: 'name', b: 'creditCode' } })
    expect(mapped).toMatchObject({ found: true, firstLine: 1, lastLine: 1, missing: [] })
    const letters = findHeadings(lines.slice(1), enterprise, {
      headings: { A: 'name', B: 'creditCode' },
      headingLine: 0,
    })
    expect(letters).toMatchObject({ found: true, firstLine: 0, lastLine: 0, titles: ['A', 'B', 'C'] })
    expect(mapping(letters)).toEqual({ A: 'name', B: 'creditCode' })
    expect(findHeadings([], enterprise).found).toBe(false)
  })

  it('the given map overrules, may leave columns out, reports headings that are not there', () => {
    const lines = sheet(
      ['序号', '企业名称', '曾用名', '统一社会信用代码', '联系电话'],
      [1, '甲', '乙', 'c', '1'],
    )
    const h = findHeadings(lines, enterprise, {
      headings: { 曾用名: 'name', 联系电话: '', 没有的列: 'town' },
    })
    expect(mapping(h)).toEqual({ 曾用名: 'name', 统一社会信用代码: 'creditCode' })
    expect(h.left.map((l) => [l.title, l.why])).toEqual([
      ['序号', 'sequence'],
      ['企业名称', 'conflict'],
      ['联系电话', 'ignored'],
    ])
    expect(h.notInSheet).toEqual(['没有的列'])
    expect(() => findHeadings(lines, enterprise, { headings: { 曾用名: 'nmae' } })).toThrow(
      /nmae.*可用字段：name/,
    )
    expect([0, 25, 26, 701, 702].map(columnLetter)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA'])
  })

  it('the sheet of a workbook that is the ledger', async () => {
    const table = await openTable({
      path: fileURLToPath(new URL('./fixtures/libreoffice.xlsx', import.meta.url)),
    })
    const { sheet: at, headings } = await findLedger(table, enterprise)
    expect(at).toBe(0)
    expect(headings).toMatchObject({ firstLine: 2, lastLine: 3 })
    expect(mapping(headings)).toEqual({
      企业名称: 'name',
      统一社会信用代码: 'creditCode',
      所在乡镇: 'town',
      '主要负责人/姓名': 'head',
      '主要负责人/电话': 'phone',
      成立日期: 'founded',
      '从业人员（人）': 'staff',
    })
    expect((await firstRows(table, 0, 3)).length).toBe(3)
    await table.close()
  })
})
