import { Link } from 'react-router'
import type { Act, TodayItem } from '../../api/types.ts'
import { Dated } from '../../parts/dated.tsx'
import { Risk } from '../../parts/risk.tsx'
import { dueText } from '../../parts/time.ts'

/** What the API calls a place, as a way in this app. */
const way = (link: string): string => (link.startsWith('/api/') ? link.slice(4) : link)

const amount = ({ num, den, value, unit }: NonNullable<TodayItem['shares']>[number]): string => {
  const of = den === null ? String(num) : `${num}/${den}`
  return value === null ? '没有对象' : unit === '%' ? `${of}（${value}%）` : `${value}${unit}`
}

/** One thing that waits: where it is read, why it is here, and the button that does what it says. */
export function Row({ item, onAct }: { item: TodayItem; onAct: (act: Act) => void }) {
  const due = item.done ? { text: '已完成', tone: '' } : dueText(item.due)
  return (
    <li className={`todo ${item.done ? 'done' : ''}`} data-kind={item.kind}>
      <div className="todo-head">
        {item.risk === '重大' ? <Risk level={item.risk} /> : null}
        <Link to={way(item.link)} className="todo-title">
          {item.title}
        </Link>
      </div>
      <div className={`todo-due num ${due.tone}`}>
        {due.text}
        {item.due ? <small>{item.due.slice(0, 10)}</small> : null}
      </div>
      <div className="todo-body">
        {item.firm ? <div className="todo-firm">{item.firm}</div> : null}
        {item.shares ? (
          <dl className="todo-shares">
            {item.shares.map((s) => (
              <div key={s.label}>
                <dt>{s.label}</dt>
                <dd className="num">{amount(s)}</dd>
              </div>
            ))}
          </dl>
        ) : null}
        <div>
          <Dated text={item.why} />
        </div>
        {item.ifNot ? (
          <div className="todo-ifnot">
            {item.kind === 'case' || item.kind === 'late' ? '' : '若不处理：'}
            <Dated text={item.ifNot} />
          </div>
        ) : null}
      </div>
      <div className="todo-act">
        <ActButton item={item} onAct={onAct} />
      </div>
    </li>
  )
}

/** The form that an act leads to; undefined for the item's own page. */
const goTo = ({ register, record }: Act): string | undefined =>
  register && `/records/${register}/${record ? `${record}/edit` : 'new'}`

function ActButton({ item, onAct }: { item: TodayItem; onAct: (act: Act) => void }) {
  const { act } = item
  if (item.done || item.kind === 'machine') return null
  if (!act)
    return (
      <Link to={way(item.link)} className="button look">
        查看
      </Link>
    )
  if (act.do === 'go')
    return (
      <Link to={goTo(act) ?? way(item.link)} className="button">
        {act.label}
      </Link>
    )
  return (
    <button
      type="button"
      className="button primary"
      onClick={() => onAct(act)}
      data-act={act.action ?? act.do}
    >
      {act.label}
    </button>
  )
}
