import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Json } from '../../engine/core/condition/ast.ts'
import { get } from '../api/http.ts'
import { recordPath } from '../api/queries.ts'
import type { TimelineEntry } from '../api/types.ts'
import { Empty, Failed, Loading } from './say.tsx'
import { dayText, timeText } from './time.ts'

const plain = (v: Json): string => {
  if (v === null || v === '') return '（空）'
  if (typeof v === 'boolean') return v ? '是' : '否'
  if (Array.isArray(v))
    return v.length === 0
      ? '（空）'
      : v
          .map((x) =>
            typeof x === 'object' && x !== null && 'name' in x
              ? String((x as { name: Json }).name)
              : plain(x as Json),
          )
          .join('、')
  if (typeof v === 'object') return JSON.stringify(v)
  return String(v)
}

/** The journal of a record and of all below it, newest first: who, when, what, from what to what, why. */
export function Timeline({ register, id }: { register: string; id: string }) {
  const q = useInfiniteQuery({
    queryKey: ['records', register, id, 'timeline'],
    queryFn: ({ pageParam }) =>
      get<{ entries: TimelineEntry[]; next: string | null }>(`${recordPath(register, id)}/timeline`, {
        after: pageParam,
        limit: 30,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  if (q.isPending) return <Loading lines={4} what="留痕" />
  const entries = q.data?.pages.flatMap((p) => p.entries) ?? []
  if (entries.length === 0)
    return q.error ? (
      <Failed error={q.error} title="留痕读取失败" retry={() => void q.refetch()} />
    ) : (
      <Empty title="还没有留痕" />
    )
  return <Entries entries={entries} more={q} way={(e) => (e.recordId === id ? undefined : pageOf(e))} />
}

/** The page of the record an entry speaks of. */
export const pageOf = (e: TimelineEntry): string => `/records/${e.register}/${e.recordId}`

/** Entries of a journal under their days, with what was changed from what to what. */
export function Entries({
  entries,
  more,
  open = false,
  way,
}: {
  entries: readonly TimelineEntry[]
  more: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  /** few changes stand open: who audits came for them */
  open?: boolean
  /** where an entry's record is opened; undefined for none */
  way: (e: TimelineEntry) => string | undefined
}) {
  let day = ''
  return (
    <ol className="timeline">
      {entries.map((e) => {
        const on = dayText(timeText(e.at))
        const newDay = on !== day
        day = on
        const to = way(e)
        return (
          <li key={e.seq} className={e.what === 'refused' ? 'refused' : undefined}>
            {newDay ? <h3>{on}</h3> : null}
            <div className="entry">
              <time dateTime={e.at}>{timeText(e.at).slice(11)}</time>
              <div className="wrap">
                {e.text}
                {to ? (
                  <>
                    {' '}
                    <Link to={to}>查看</Link>
                  </>
                ) : null}
                {e.reason ? <small className="note">理由：{e.reason}</small> : null}
                {e.changes.length > 0 && (
                  <details open={open && e.changes.length <= 5}>
                    <summary>
                      <small>
                        改动 {e.changes.length} 项：
                        {e.changes
                          .slice(0, 3)
                          .map((c) => c.label)
                          .join('、')}
                        {e.changes.length > 3 ? '…' : ''}
                      </small>
                    </summary>
                    <ul>
                      {e.changes.map((c) => (
                        <li key={c.field}>
                          <small>
                            {c.label}：<s>{plain(c.before)}</s> → {plain(c.after)}
                          </small>
                        </li>
                      ))}
                    </ul>
                  </details>
                )}
              </div>
            </div>
          </li>
        )
      })}
      {more.hasNextPage ? (
        <li>
          <button
            type="button"
            className="link"
            disabled={more.isFetchingNextPage}
            onClick={() => void more.fetchNextPage()}
          >
            {more.isFetchingNextPage ? '正在读取…' : '更早的'}
          </button>
        </li>
      ) : null}
    </ol>
  )
}
