import type { AcceptPreview, Proposal } from '../../api/work-types.ts'
import { ByTown } from '../tasks/by-town.tsx'
import { periods, ratio, withUnit } from '../tasks/words.ts'

const restWords = {
  words: '原文写到',
  population: '对象一致',
  measure: '单位一致',
  rhythm: '周期一致',
} as const
const periodWords = new Map(periods.map((p) => [p.value, p.label]))

/** What a proposal rests on: the printed words, and in what else sentence and figure agree. */
export const Rests = ({ of }: { of: Pick<Proposal, 'rests'> }) =>
  of.rests.length === 0 ? null : (
    <small>
      建议的依据：
      {of.rests
        .map((r) => `${restWords[r.what]}${r.says.map((w) => `“${periodWords.get(w) ?? w}”`).join('、')}`)
        .join('；')}
      。请核对。
    </small>
  )

/** The figure a task would have today, of how many, and by town. */
export function FigurePreview({ of: p }: { of: AcceptPreview }) {
  const unit = p.unit ?? ''
  if (p.problem) return <small>{p.problem}</small>
  if (!p.figure) return null
  const { figure: f, towns = [] } = p
  return (
    <div className="stack accept-figure">
      <p role="status">
        若采纳，今天是 <b className="num">{withUnit(f.value, unit)}</b>
        {f.den === null ? '' : `（${ratio(f)}）`}
        {f.missing
          ? `，缺少依据参数“${f.missing.join('、')}”，不能计算`
          : f.den === 0
            ? '，台账里没有这样的对象，请核对统计范围'
            : p.reached
              ? '，已达到目标'
              : '，未达到目标'}
      </p>
      {p.population ? <small>统计{p.population}</small> : null}
      <ByTown of={towns} unit={unit} />
    </div>
  )
}
