import type { Deadline } from '../api/types.ts'
import { dueText } from './time.ts'

const words: Record<Deadline['state'], string> = {
  running: '计时中',
  met: '按期完成',
  late: '已逾期',
  'met-late': '逾期完成',
}
const rungWords: Record<string, string> = { planned: '未到', reached: '已到', void: '不再需要' }

/** The clocks of a case, with the ladder that climbs when one runs out. */
export function Deadlines({ list }: { list: Deadline[] }) {
  return (
    <ul className="deadlines">
      {list.map((d) => {
        const open = d.state === 'running' || d.state === 'late'
        const due = open ? dueText(d.due) : { text: words[d.state], tone: '' }
        return (
          <li key={`${d.kind} ${d.due}`} className={open ? undefined : 'soft'}>
            <div className="row">
              <b>{d.label}</b>
              <span className="num">{d.due.slice(0, 10)}</span>
              <span className={`push ${open ? due.tone : d.state === 'met-late' ? 'late' : ''}`}>
                {due.text}
              </span>
            </div>
            {d.rungs?.length > 0 && (
              <ol className="rungs" aria-label="逾期后的措施">
                {d.rungs.map((r) => (
                  <li key={r.name} data-state={r.state}>
                    {r.label}
                    <small className="num">
                      {r.at.slice(0, 10)} {rungWords[r.state] ?? r.state}
                    </small>
                  </li>
                ))}
              </ol>
            )}
          </li>
        )
      })}
    </ul>
  )
}
