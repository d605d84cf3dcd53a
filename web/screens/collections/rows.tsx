import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Input, Popconfirm, Segmented } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { sentence } from '../../api/http.ts'
import { Failed, Loading } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { chooseAll, dropAdded, rowsPage, type Show, writeCells } from './api.ts'
import { dropWords } from './returns.tsx'
import type { CollectionView, ColumnView, RowView } from './types.ts'

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

function Cell({
  c,
  row,
  column,
  place,
}: {
  c: CollectionView
  row: RowView
  column: ColumnView
  place: number
}) {
  const [edit, setEdit] = useState<string>()
  const [problem, setProblem] = useState('')
  const cell = row.cells[column.n] ?? {}
  const { source } = column
  if (source && 'sequence' in source) return <td className="num">{place}</td>
  const differ =
    cell.computed !== undefined &&
    cell.typed !== undefined &&
    !cell.chosen &&
    String(cell.computed) !== String(cell.typed)
  const value = cell.chosen === 'typed' ? (cell.typed ?? cell.computed) : (cell.computed ?? cell.typed)
  const from = [
    cell.computed !== undefined ? `${column.label || '表里原有'}：${cell.computed}` : '',
    cell.typed !== undefined ? `填报：${cell.typed}（${cell.by ?? ''} ${timeText(cell.at)}）` : '',
    cell.before ? `先前填报：${cell.before}` : '',
  ].filter(Boolean)
  const save = async (change: Record<string, unknown>) => {
    setProblem('')
    try {
      await writeCells(c.id, [{ row: row.n, col: column.n, ...change }])
      setEdit(undefined)
    } catch (e) {
      setProblem(sentence(e))
    }
  }
  if (edit !== undefined)
    return (
      <td>
        <Input
          size="small"
          autoFocus
          aria-label={`${row.title} ${column.title}`}
          status={problem ? 'error' : undefined}
          value={edit}
          onChange={(e) => setEdit(e.target.value)}
          onPressEnter={() => void save({ text: edit })}
          onBlur={() => (edit === String(cell.typed ?? '') ? setEdit(undefined) : void save({ text: edit }))}
        />
        {problem ? <small className="complaint">{problem}</small> : null}
      </td>
    )
  const title = source && 'field' in source && row.record && c.register && column.ask === 'no'
  return (
    <td
      className={
        column.kind === 'number' ? 'num' : /^[\x20-\x7e]{1,24}$/.test(String(value ?? '')) ? 'short' : ''
      }
      title={from.join('；')}
    >
      {title && value !== undefined ? (
        <Link to={`/records/${c.register}/${row.record}`}>{value}</Link>
      ) : c.state === 'closed' ? (
        (value ?? '—')
      ) : (
        <button type="button" className="link collect-cell" onClick={() => setEdit(String(cell.typed ?? ''))}>
          {value ?? (column.ask === 'must' ? '缺' : '—')}
        </button>
      )}
      {cell.typed !== undefined && cell.computed === undefined ? <small> 填报</small> : null}
      {differ ? (
        <div className="collect-both">
          <button type="button" className="link" onClick={() => void save({ chosen: 'computed' })}>
            用系统的 {cell.computed}
          </button>
          <button type="button" className="link" onClick={() => void save({ chosen: 'typed' })}>
            用填报的 {cell.typed}
          </button>
        </div>
      ) : null}
    </td>
  )
}
