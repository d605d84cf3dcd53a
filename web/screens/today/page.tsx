import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { daysBetween } from '../../../engine/core/clock.ts'
import { todayQuery, useMe } from '../../api/queries.ts'
import type { TodayItem } from '../../api/types.ts'
import { isViewer, onlyAdministers } from '../../app/nav.tsx'
import { Administers } from '../../app/no-right.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { dueText, today } from '../../parts/time.ts'
import './today.css'

const shelves = [
  { name: '已逾期', holds: (left: number | null) => left !== null && left < 0 },
  { name: '今天', holds: (left: number | null) => left === 0 },
  { name: '七天内', holds: (left: number | null) => left !== null && left > 0 && left <= 7 },
  { name: '以后', holds: (left: number | null) => left !== null && left > 7 },
  { name: '没有期限', holds: (left: number | null) => left === null },
]

const weekday = new Intl.DateTimeFormat('zh-CN', { weekday: 'long', timeZone: 'UTC' })

const kindLabels: Record<string, string> = {
  case: '待办',
  late: '逾期待办',
  expires: '到期',
  task: '任务',
  grade: '定级',
  machine: '系统',
  wish: '待核实',
  claim: '账号',
}
const kindLabel = (kind: string): string => kindLabels[kind] ?? kind

/** What the API calls a place, as a way in this app. */
const way = (link: string): string => (link.startsWith('/api/') ? link.slice(4) : link)

function Item({ item }: { item: TodayItem }) {
  const due = dueText(item.due)
  return (
    <li>
      <Link to={way(item.link)} className="todo">
        <span className="todo-kind">{kindLabel(item.kind)}</span>
        <span className="todo-title">{item.title}</span>
        <span className={`todo-due num ${due.tone}`}>
          {due.text}
          {item.due ? <small>{item.due.slice(0, 10)}</small> : null}
        </span>
        <span className="todo-why">{item.why}</span>
        {item.ifNot ? (
          <span className="todo-ifnot">
            <b>若不处理：</b>
            {item.ifNot}
          </span>
        ) : null}
      </Link>
    </li>
  )
}

/** What needs me today, why, and what happens if I do not. */
export default function TodayPage() {
  const me = useMe()
  const asked = useQuery(todayQuery)
  const [kind, setKind] = useState('')
  const now = today()
  const kinds = useMemo(() => {
    const n = new Map<string, number>()
    for (const i of asked.data ?? []) n.set(i.kind, (n.get(i.kind) ?? 0) + 1)
    return [...n]
  }, [asked.data])
  const shown = (asked.data ?? []).filter((i) => !kind || i.kind === kind)
  const left = (i: TodayItem) => (i.due ? daysBetween(now, i.due.slice(0, 10)) : null)
  return (
    <div className="page narrow">
      <Head
        title="今日"
        note={`${now} ${weekday.format(new Date(`${now}T00:00:00Z`))} · ${me.organisation?.title ?? me.home.name}`}
      />
      <Wait for={asked} what="今日事项">
        {(all) =>
          all.length === 0 && onlyAdministers(me) ? (
            <Administers title="今天没有要您处理的事" />
          ) : all.length === 0 ? (
            <Empty
              title="今天没有要您处理的事"
              act={!isViewer(me) ? undefined : <Link to="/tasks">看看任务书的进度</Link>}
            >
              到期、超期和待您处理的事会出现在这里。
            </Empty>
          ) : (
            <>
              {kinds.length > 1 && (
                <fieldset className="bare today-kinds" aria-label="按类别看">
                  <button type="button" aria-pressed={kind === ''} onClick={() => setKind('')}>
                    全部 <b>{all.length}</b>
                  </button>
                  {kinds.map(([k, n]) => (
                    <button key={k} type="button" aria-pressed={kind === k} onClick={() => setKind(k)}>
                      {kindLabel(k)} <b>{n}</b>
                    </button>
                  ))}
                </fieldset>
              )}
              {shelves.map((s) => {
                const items = shown.filter((i) => s.holds(left(i)))
                return items.length === 0 ? null : (
                  <section key={s.name} className="shelf">
                    <h2>
                      {s.name} <span className="count">{items.length}</span>
                    </h2>
                    <ul>
                      {items.map((i) => (
                        <Item key={`${i.link} ${i.kind} ${i.title}`} item={i} />
                      ))}
                    </ul>
                  </section>
                )
              })}
            </>
          )
        }
      </Wait>
    </div>
  )
}
