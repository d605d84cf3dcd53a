import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { get } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import type { TimelineEntry } from '../../api/types.ts'
import { audits } from '../../app/nav.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Failed, Loading } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { ExportTool } from '../../register/export-tool.tsx'
import '../people/people.css'

/** The journal of the area, for who audits: read and exported, never changed. */
export default function JournalPage() {
  const me = useMe()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [refused, setRefused] = useState(false)
  const query = { from, to, refused: refused ? '1' : '' }
  const q = useInfiniteQuery({
    queryKey: ['journal', query],
    queryFn: ({ pageParam }) =>
      get<{ entries: TimelineEntry[]; next: string | null }>('/api/journal', {
        ...query,
        after: pageParam,
        limit: 50,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    enabled: audits(me),
  })
  if (!audits(me))
    return (
      <div className="page">
        <Head title="留痕" />
        <Empty title="留痕由安全审计员查看">县级管理员也可以看。记录自己的留痕在各条记录的页面上。</Empty>
      </div>
    )
  const entries = q.data?.pages.flatMap((p) => p.entries) ?? []
  return (
    <div className="page">
      <Head
        title="留痕"
        note="谁在什么时候做了什么，包括被拒绝的。只增不改，任何角色都不能修改或删除。"
        acts={<ExportTool path="/api/journal/export" query={query} note="按现在的日期和筛选导出" asks />}
      />
      <div className="bar">
        <Input
          type="date"
          aria-label="从哪天"
          style={{ width: 150 }}
          value={from}
          onChange={(e) => setFrom(e.target.value)}
        />
        <Input
          type="date"
          aria-label="到哪天"
          style={{ width: 150 }}
          value={to}
          onChange={(e) => setTo(e.target.value)}
        />
        <Checkbox checked={refused} onChange={(e) => setRefused(e.target.checked)}>
          只看被拒绝的
        </Checkbox>
      </div>
      {q.isPending ? (
        <Loading lines={8} what="留痕" />
      ) : q.error ? (
        <Failed error={q.error} title="留痕读取失败" retry={() => void q.refetch()} />
      ) : entries.length === 0 ? (
        <Empty title="这段时间没有留痕" />
      ) : (
        <ul className="people">
          {entries.map((e) => (
            <li key={e.seq} style={{ padding: '7px 14px', borderBottom: '1px solid var(--line)' }}>
              <div className="wrap">{e.text}</div>
              <small className="soft wrap">
                {timeText(e.at)}
                {e.reason ? `，${e.reason}` : ''}
              </small>
            </li>
          ))}
        </ul>
      )}
      {q.hasNextPage ? (
        <Button onClick={() => void q.fetchNextPage()} loading={q.isFetchingNextPage}>
          更早的
        </Button>
      ) : null}
    </div>
  )
}
