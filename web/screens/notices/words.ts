import type { Fact } from '../../api/work-types.ts'
import { comparators } from '../tasks/words.ts'

const periodWords: Record<string, string> = {
  P1D: '每天',
  P1W: '每周',
  P2W: '每两周',
  P10D: '每旬',
  P15D: '每半月',
  P1M: '每月',
  P2M: '每两月',
  P3M: '每季度',
  P6M: '每半年',
  P1Y: '每年',
  P2Y: '每两年',
  P3Y: '每三年',
}
/** As what a paper is read. */
export const paperWords = { notice: '工作部署', bulletin: '通报或情况', rules: '办法、规定、细则' } as const

const anchors: Record<NonNullable<Fact['anchor']>, string> = {
  'plan-year': '计划年度',
  'body-year': '原文写明的年份',
  signature: '落款日期',
  event: '原文写明的活动日期',
}

/** What each deadline rests on: “6月底前”按计划年度. */
export const anchorWords = (deadlines: readonly Fact[]): string =>
  deadlines.flatMap((d) => (d.anchor ? [`“${d.text}”按${anchors[d.anchor]}`] : [])).join('，')

const signs: Record<string, string> = { '>=': '≥', '<=': '≤', '>': '＞', '<': '＜', '=': '' }

/** A fact of a notice in a few characters: 2026-06-30, 每季度 1 次, ≥ 90 %. */
export function factWords(f: Fact): string {
  if (f.date) return f.date
  if ('period' in f) {
    const often = f.period ? (periodWords[f.period] ?? f.period) : '定期'
    return f.times ? `${often} ${f.times} 次` : often
  }
  if (f.value === null || f.value === undefined) return f.text
  const value = Array.isArray(f.value) ? f.value.join('—') : String(f.value)
  const c = f.comparator ?? ''
  // all of them is all of them, as in targetText
  const all = f.unit === '%' && f.value === 100 && c === '>='
  const sign = all ? '' : (signs[c] ?? comparators.find((x) => x.value === c)?.label ?? '')
  return `${sign} ${value} ${f.unit ?? ''}`.trim()
}
