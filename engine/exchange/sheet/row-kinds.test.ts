import { describe, expect, it } from 'vitest'
import { findHeadings } from './headings.ts'
import { rowKinds } from './row-kinds.ts'
import { cell, enterprise, sheet } from './test-rows.ts'
import type { Row } from './types.ts'

describe('rows that are no records are named, never lost', () => {
  const lines = sheet(
    ['序号', '企业名称', '统一社会信用代码', '乡镇', '从业人员', '成立日期'],
    [1, 2, 3, 4, 5, 6],
    ['一、冶金行业', '<', '<', '<', '<', '<'],
    [1, '甲厂', '91140522MA0TE3T02J', '南村镇', 20, '2015-1-1'],
    [],
    ['小计', null, null, null, 20, null],
    ['（二）建材行业', null, null, null, null, null],
    [2, '合计五金厂', '91140522MA00001460', '南村镇', 5, '2015-1-1'],
    ['序号', '企业名称', '统一社会信用代码', '乡镇', '从业人员', '成立日期'],
    [3, '丙厂', null, '^', null, null],
    [4, null, null, null, null, null],
    ['合计', '<', null, null, 25, null],
    ['总计：2家', null, null, null, null, null],
    ['填表人：张三', null, '审核人：李四', null, '填表日期：', '2026-3-1'],
    ['备注：本表每季度末上报', '<', '<', '<', '<', '<'],
    ['注：1.涉粉指粉尘涉爆。', null, null, null, null, null],
  )
  it('each with its reason', () => {
    const headings = findHeadings(lines, enterprise)
    const kind = rowKinds(headings)
    expect(headings.lastLine).toBe(1)
    expect(lines.slice(1).map((r) => kind(r) ?? 'record')).toEqual([
      'column-numbers',
      'section',
      'record',
      'blank',
      'total',
      'section',
      'record',
      'repeated-heading',
      'record',
      'record',
      'total',
      'total',
      'footer',
      'footer',
      'footer',
    ])
  })

  it('odd records stay records', () => {
    const kind = rowKinds(findHeadings(lines, enterprise))
    const row = (...values: (string | number | null)[]): Row => ({ line: 50, cells: values.map(cell) })
    for (const odd of [
      row(null, '总计划建材有限公司', '9114'),
      row(null, '备注传媒公司', null),
      row(null, '甲厂'),
      row(7, '说明书印刷厂', '9114', '南村镇'),
      row(1, 2, 3),
      row('x'),
    ])
      expect(kind(odd)).toBeUndefined()
  })
})
