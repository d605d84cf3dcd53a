import { useQuery } from '@tanstack/react-query'
import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { queryString, sentence } from '../../api/http.ts'
import { Failed, Loading } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { restsQuery, writeCells } from './api.ts'
import type { CollectionView, ColumnView, RowView, Value } from './types.ts'

interface Of {
  c: CollectionView
  row: RowView
  column: ColumnView
}
type Shown = RowView['cells'][string]

const differ = (cell: Shown): boolean =>
  cell.computed !== undefined && cell.typed !== undefined && String(cell.computed) !== String(cell.typed)

/** A cell: what stands in it, and at a click what it rests on; an empty one is written into at once. */
export function Cell({ c, row, column, place }: Of & { place: number }) {
  const [problem, setProblem] = useState('')
  const { source } = column
  if (source && 'sequence' in source) return <td className="num">{place}</td>
  const cell = row.cells[column.n] ?? {}
  const value = cell.chosen === 'typed' ? (cell.typed ?? cell.computed) : (cell.computed ?? cell.typed)
  const write = async (change: Record<string, unknown>): Promise<boolean> => {
    setProblem('')
    try {
      await writeCells(c.id, [{ row: row.n, col: column.n, ...change }])
      return true
    } catch (e) {
      setProblem(sentence(e))
      return false
    }
  }
  const short = /^[\x20-\x7e]{1,24}$/.test(String(value ?? ''))
  const title = source && 'field' in source && row.record && c.register && column.ask === 'no'
  return (
    <td className={column.kind === 'number' ? 'num' : short ? 'short' : ''}>
      {title && value !== undefined ? (
        <Link to={`/records/${c.register}/${row.record}`}>{value}</Link>
      ) : value !== undefined ? (
        <Filled of={{ c, row, column }} cell={cell} value={value} problem={problem} onWrite={write} />
      ) : c.state === 'closed' ? (
        '—'
      ) : (
        <Blank of={{ c, row, column }} problem={problem} onWrite={write} />
      )}
      {cell.typed !== undefined && (cell.computed === undefined || cell.chosen === 'typed') ? (
        <small> 填报</small>
      ) : null}
      {differ(cell) && c.state !== 'closed' ? (
        <div className="collect-both">
          {cell.chosen !== 'computed' ? (
            <button type="button" className="link" onClick={() => void write({ chosen: 'computed' })}>
              用系统的 {cell.computed}
            </button>
          ) : null}
          {cell.chosen !== 'typed' ? (
            <button type="button" className="link" onClick={() => void write({ chosen: 'typed' })}>
              用填报的 {cell.typed}
            </button>
          ) : null}
        </div>
      ) : null}
    </td>
  )
}

interface Writing {
  of: Of
  problem: string
  onWrite: (change: Record<string, unknown>) => Promise<boolean>
}

/** Nothing stands here yet: a click opens the box. */
function Blank({ of: { row, column }, problem, onWrite }: Writing) {
  const [text, setText] = useState<string>()
  if (text === undefined)
    return (
      <button type="button" className="link collect-cell" onClick={() => setText('')}>
        {column.ask === 'must' ? '缺' : '—'}
      </button>
    )
  const save = async () => {
    if (!text.trim() || (await onWrite({ text }))) setText(undefined)
  }
  return (
    <>
      <Input
        size="small"
        autoFocus
        aria-label={`${row.title} ${column.title}`}
        status={problem ? 'error' : undefined}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onPressEnter={() => void save()}
        onBlur={() => void save()}
      />
      {problem ? <small className="complaint">{problem}</small> : null}
    </>
  )
}

/** What stands here, what it rests on, and as a step of its own another value beside it. */
function Filled({
  of,
  cell,
  value,
  problem,
  onWrite,
}: Writing & { cell: RowView['cells'][string]; value: Value }) {
  const [open, setOpen] = useState(false)
  const { row, column } = of
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      title={`${row.title} · ${column.title}`}
      content={
        <div className="collect-rests">
          {cell.computed !== undefined ? <RestsOn of={of} computed={cell.computed} /> : null}
          {cell.typed !== undefined ? (
            <p>
              填报：<b>{cell.typed}</b>（{cell.by} {timeText(cell.at)}）
            </p>
          ) : null}
          {cell.before ? <p className="soft">先前填报：{cell.before}</p> : null}
          {of.c.state === 'closed' ? null : (
            <Other of={of} value={value} problem={problem} onWrite={onWrite} onDone={() => setOpen(false)} />
          )}
        </div>
      }
    >
      <button type="button" className="link collect-cell" aria-haspopup="dialog" aria-expanded={open}>
        {value}
      </button>
    </Popover>
  )
}

/** The source in words, the day, and the records behind it. */
function RestsOn({ of: { c, row, column }, computed }: { of: Of; computed: Value }) {
  const found = useQuery(restsQuery(c.id, row.n, column.n, c.filledAt))
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (!found.data) return <Loading lines={2} what="来源" />
  const { label, words, filledAt, record, list, note } = found.data
  return (
    <>
      <p>
        {label}：<b className="num">{computed}</b>
        {filledAt ? <span className="soft">（{timeText(filledAt)} 取数）</span> : null}
      </p>
      {words ? <p className="soft">条件：{words}</p> : null}
      {note ? <p className="soft">{note}</p> : null}
      {list ? (
        <Link to={`/records/${list.register}${queryString({ where: list.where })}`}>
          看{list.label}里的这些记录
        </Link>
      ) : null}
      {record ? <Link to={`/records/${record.register}/${record.id}`}>看这条记录</Link> : null}
    </>
  )
}

/** 改为…: the box begins with what stands here; what the records say is kept beside it. */
function Other({
  of: { row, column },
  value,
  problem,
  onWrite,
  onDone,
}: Writing & { value: Value; onDone: () => void }) {
  const [text, setText] = useState<string>()
  const [busy, setBusy] = useState(false)
  if (text === undefined)
    return (
      <Button size="small" onClick={() => setText(String(value))}>
        改为…
      </Button>
    )
  const save = async () => {
    setBusy(true)
    // who collects and writes another value has decided which of the two holds; emptied, his value is taken back
    const done = await onWrite(text.trim() ? { text, chosen: 'typed' } : { text: '' })
    setBusy(false)
    if (done) onDone()
  }
  return (
    <form
      className="row"
      onSubmit={(e) => {
        e.preventDefault()
        void save()
      }}
    >
      <Input
        size="small"
        autoFocus
        style={{ width: 180 }}
        aria-label={`${row.title} ${column.title}改为`}
        status={problem ? 'error' : undefined}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={text === String(value)}>
        保存
      </Button>
      <Button size="small" onClick={() => setText(undefined)}>
        取消
      </Button>
      {problem ? <small className="complaint">{problem}</small> : null}
    </form>
  )
}
