import { useInfiniteQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useSearchParams } from 'react-router'
import { journalKinds, journalLabels } from '../../../engine/core/journal-words.ts'
import { get } from '../../api/http.ts'
import { useCatalogue, useMe } from '../../api/queries.ts'
import type { TimelineEntry } from '../../api/types.ts'
import { audits } from '../../app/nav.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Failed, Loading } from '../../parts/say.tsx'
import { Entries, pageOf } from '../../parts/timeline.tsx'
import { ExportTool } from '../../register/export-tool.tsx'
import { SearchBox } from '../../register/search-box.tsx'
import '../../register/list.css'
import '../../register/record.css'
import './journal.css'

/** What the journal is searched by, as it stands in the address and is asked of the server. */
const asked = ['person', 'record', 'register', 'kind', 'from', 'to'] as const

/** The journal of the area, for who audits: read and exported, never changed. */
export default function JournalPage() {
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const query = Object.fromEntries(asked.map((name) => [name, params.get(name) ?? '']))
  const set = (name: (typeof asked)[number], value: string | undefined) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        value ? next.set(name, value) : next.delete(name)
        return next
      },
      { replace: true },
    )
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
        acts={<ExportTool path="/api/journal/export" query={query} note="按现在的条件导出" asks />}
      />
      <Conditions query={query} set={set} clear={() => setParams({}, { replace: true })} />
      {q.isPending ? (
        <Loading lines={8} what="留痕" />
      ) : q.error ? (
        <Failed error={q.error} title="留痕读取失败" retry={() => void q.refetch()} />
      ) : entries.length === 0 ? (
        <Empty title="没有符合条件的留痕">放宽日期，或清除别的条件再看。</Empty>
      ) : (
        <div className="panel">
          <Entries
            entries={entries}
            more={q}
            open
            way={(e) => (e.recordId && me.rights[e.register]?.read ? pageOf(e) : undefined)}
          />
        </div>
      )}
    </div>
  )
}

/** Who, which record, what kind of thing and when. */
function Conditions({
  query,
  set,
  clear,
}: {
  query: Record<string, string>
  set: (name: (typeof asked)[number], value: string | undefined) => void
  clear: () => void
}) {
  const { records } = useCatalogue()
  const day = (name: 'from' | 'to', label: string) => (
    <Input
      type="date"
      aria-label={label}
      className="journal-day"
      value={query[name]}
      onChange={(e) => set(name, e.target.value)}
    />
  )
  return (
    <>
      <div className="bar">
        <SearchBox value={query.person ?? ''} onChange={(v) => set('person', v)} what="办理人" />
        <SearchBox
          value={query.record ?? ''}
          onChange={(v) => set('record', v)}
          what="记录名称、编号、信用代码"
        />
      </div>
      <div className="bar">
        <Select
          aria-label="类别"
          className="journal-choice"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder="全部类别"
          popupMatchSelectWidth={false}
          value={query.register || undefined}
          onChange={(v?: string) => set('register', v)}
          options={[
            ...records.map((d) => ({ value: d.name, label: d.label })),
            ...Object.entries(journalLabels).map(([value, label]) => ({ value, label })),
          ].filter((o) => o.value !== 'session')}
        />
        <Select
          aria-label="操作"
          className="journal-choice"
          allowClear
          placeholder="全部操作"
          popupMatchSelectWidth={false}
          value={query.kind || undefined}
          onChange={(v?: string) => set('kind', v)}
          options={Object.entries(journalKinds).map(([value, { label }]) => ({ value, label }))}
        />
        {day('from', '从哪天')}
        {day('to', '到哪天')}
        {asked.some((name) => query[name]) ? (
          <button type="button" className="link" onClick={clear}>
            清除条件
          </button>
        ) : null}
      </div>
    </>
  )
}
