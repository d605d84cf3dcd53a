import { Link } from 'react-router'
import type { TaskDetail } from '../../api/work-types.ts'
import { timeText } from '../../parts/time.ts'
import { withUnit } from './words.ts'

/** 冻结后有更正（3 条） — on the board and the page of a task alike. */
export const correctedWords = (n: number): string => `冻结后有更正（${n} 条）`

const valueText = (v: unknown): string =>
  v === null || v === undefined || v === ''
    ? '空'
    : Array.isArray(v)
      ? `${v.length} 项`
      : typeof v === 'object'
        ? '…'
        : String(v)

/** What the fixed figure would be by the records as they are now, and which corrections make the difference. */
export function Corrections({ task: t }: { task: TaskDetail }) {
  const { corrected, corrections, frozen } = t
  if (!corrected || !frozen) return null
  const { rows = [], hidden = 0 } = corrections ?? {}
  return (
    <details className="corrections">
      <summary>
        {correctedWords(corrected.n)}：到期日固定的是 {withUnit(frozen.value, t.unit)}，按更正后的记录为{' '}
        {withUnit(corrected.value, t.unit)}
        {corrected.reached === frozen.reached
          ? ''
          : `，${corrected.reached ? '已' : '未'}达到目标（固定的数字不改）`}
      </summary>
      <ul>
        {rows.map((c) => (
          <li key={`${c.recordId} ${c.at} ${c.what}`} className="wrap">
            {timeText(c.at)} {c.by} {c.what}{' '}
            <Link to={`/records/${c.register}/${c.recordId}`}>
              {c.registerLabel}
              {c.title ? `“${c.title}”` : ''}
            </Link>
            {c.changes.map((x) => (
              <span key={x.field}>
                ，{x.label} <s>{valueText(x.before)}</s> → {valueText(x.after)}
              </span>
            ))}
            {c.reason ? <small>（{c.reason}）</small> : null}
          </li>
        ))}
        {hidden > 0 ? <li className="soft">另有 {hidden} 条不在您的管辖范围内</li> : null}
      </ul>
    </details>
  )
}
