import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Popconfirm, Segmented } from 'antd'
import { useState } from 'react'
import { sentence } from '../../api/http.ts'
import { Failed, Loading } from '../../parts/say.tsx'
import { chooseAll, dropAdded, rowsPage, type Show } from './api.ts'
import { Cell } from './cell.tsx'
import { dropWords } from './returns.tsx'
import type { CollectionView } from './types.ts'

const shows: { value: Show; label: string }[] = [
  { value: '', label: '全部' },
  { value: 'missing', label: '有缺' },
  { value: 'differ', label: '两数不一致' },
  { value: 'returned', label: '对方新增' },
]

/** The form as it stands: each cell with where it comes from; what is typed beside what is computed. */
export function Rows({ c }: { c: CollectionView }) {
  const [show, setShow] = useState<Show>('')
  const [said, setSaid] = useState('')
  const found = useInfiniteQuery({
    queryKey: ['collections', c.id, 'rows', show],
    queryFn: ({ pageParam }) => rowsPage(c.id, show, pageParam),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  })
  const dropping = show === 'returned' && c.state !== 'closed'
  const rows = found.data?.pages.flatMap((p) => p.rows) ?? []
  const decide = async (chosen: 'computed' | 'typed') => {
    try {
      await chooseAll(c.id, chosen)
      setSaid('')
    } catch (e) {
      setSaid(sentence(e))
    }
  }
  return (
    <section className="panel">
      <header>
        <h2>填成什么样</h2>
        <Segmented size="small" aria-label="看哪些行" options={shows} value={show} onChange={setShow} />
      </header>
      {c.counts.differ > 0 && c.state !== 'closed' ? (
        <div className="row">
          <span>{c.counts.differ} 格系统的数和填报的数不一致，没有选定的按系统的数填。</span>
          <Button size="small" onClick={() => void decide('computed')}>
            都用系统的
          </Button>
          <Button size="small" onClick={() => void decide('typed')}>
            都用填报的
          </Button>
        </div>
      ) : null}
      {said ? (
        <p role="alert" className="complaint">
          {said}
        </p>
      ) : null}
      {found.error ? <Failed error={found.error} /> : null}
      {found.isPending ? <Loading what="各行" /> : null}
      {found.data && rows.length === 0 ? <p className="soft">没有这样的行。</p> : null}
      {rows.length > 0 ? (
        <div className="collect-scroll">
          <table className="collect-table">
            <thead>
              <tr>
                {c.columns.map((x) => (
                  <th key={x.n} className={x.kind === 'number' ? 'num' : ''} title={x.label || '没有来源'}>
                    {x.title}
                  </th>
                ))}
                {dropping ? <th>新增的行</th> : null}
              </tr>
            </thead>
            <tbody>
              {rows.map((r, i) => (
                <tr key={r.n}>
                  {c.columns.map((x) => (
                    <Cell key={x.n} c={c} row={r} column={x} place={i + 1} />
                  ))}
                  {dropping ? (
                    <td>
                      <Popconfirm
                        title={`删去“${r.title}”？`}
                        description={dropWords}
                        okText="删去"
                        cancelText="不删"
                        onConfirm={() => dropAdded(c.id, { rows: [r.n] }).catch((e) => setSaid(sentence(e)))}
                      >
                        <Button size="small">删去</Button>
                      </Popconfirm>
                    </td>
                  ) : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {found.hasNextPage ? (
        <Button size="small" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          再看 50 行
        </Button>
      ) : null}
    </section>
  )
}
