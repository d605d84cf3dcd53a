import { expect, it } from 'vitest'
import type { GradeView } from '../grading/decide.ts'
import { linesOf } from './grade-explain.ts'

const view = (adopted: Partial<NonNullable<GradeView['adopted']>>): GradeView => ({
  enterprise: { id: 'a', title: '示例铸造', version: 1, town: null },
  scheme: { name: 's', label: '示例办法', version: 1 },
  self: null,
  proposed: {
    ...{ level: '较大', letter: 'B', colour: '橙', at: '2026-03-01' },
    ...{ steps: [], unknown: [], contradictions: [] },
  },
  facts: [],
  adopted: {
    ...{ level: '重大', letter: 'A', colour: '红', decidedOn: '2026-03-02' },
    ...{ by: '张三', reviewer: '李四', reason: null },
    ...adopted,
  },
  waiting: null,
  history: [],
})

it('names who decided the adopted grade and why, also where nobody did', () => {
  expect(linesOf(view({ reason: '去年发生事故' }))).toEqual([
    ...['示例铸造', '办法：示例办法', '建议等级：B（橙）较大风险', '评定等级：A（红）重大风险'],
    ...['  2026-03-02 张三评定，李四复核', '  理由：去年发生事故', '  与现在的建议等级不同'],
  ])
  expect(linesOf(view({ level: '较大' }))).toContain('  理由：按建议等级评定')
  expect(linesOf(view({ by: null, reviewer: null })).join()).toContain('没有在本系统评定和复核的记录')
})
