import { useQuery } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { useParams } from 'react-router'
import { isApiError, sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { Guard } from '../../parts/guard.tsx'
import { Head } from '../../parts/page.tsx'
import { Say, Wait } from '../../parts/say.tsx'
import { dueText, timeText } from '../../parts/time.ts'
import { askedQuery, fillPart, handInPart } from './api.ts'
import type { AskedForm, RowView } from './types.ts'
import './collections.css'

/** What one is asked to fill: on a phone the missing cells alone. */
export default function AskedPage() {
  const { id = '' } = useParams()
  const [show, setShow] = useState<'missing' | ''>('missing')
  const [after, setAfter] = useState(0)
  // what became of a sheet is still said when the form stands there anew with what was in it
  const [told, setTold] = useState('')
  const found = useQuery(askedQuery(id, show, after))
  return (
    <div className="page">
      <Wait for={found} what="要填的表" lines={8}>
        {(f) => (
          <Form
            key={`${f.version} ${show} ${after}`}
            f={f}
            show={show}
            onShow={(s) => {
              setAfter(0)
              setShow(s)
            }}
            onMore={setAfter}
            told={told}
            onTold={setTold}
          />
        )}
      </Wait>
    </div>
  )
}

const nothingMissing = (f: AskedForm): string =>
  f.returnedAt
    ? `没有缺的，已在 ${timeText(f.returnedAt)} 交回，不用再做。`
    : f.open
      ? '没有缺的了，可以交回。'
      : '没有缺的。'

const cellKey = (row: number, col: number) => `${row} ${col}`

function Form({
  f,
  show,
  onShow,
  onMore,
  told,
  onTold,
}: {
  f: AskedForm
  show: 'missing' | ''
  onShow: (show: 'missing' | '') => void
  onMore: (after: number) => void
  told: string
  onTold: (told: string) => void
}) {
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState('')
  const left = f.counts.missing - Object.entries(typed).filter(([k, t]) => t.trim() && isMissing(f, k)).length
  const cells = Object.entries(typed).map(([k, text]) => {
    const [row = 0, col = 0] = k.split(' ').map(Number)
    return { row, col, text }
  })
  const save = async (submit: boolean) => {
    setBusy(submit ? 'submit' : 'save')
    setSaid('')
    setWrong({})
    try {
      await fillPart(f, cells, submit)
      setTyped({})
    } catch (e) {
      setSaid(sentence(e))
      const list = isApiError(e) ? e.complaints : []
      setWrong(Object.fromEntries(list.map((x) => [x.path.split('.').slice(1).join(' '), x.message])))
    } finally {
      setBusy('')
    }
  }
  return (
    <>
      <Head
        title={f.title}
        trail={[{ to: '/collections', label: '报表填报' }]}
        note={
          <>
            {f.by}要的表，{f.who} · {f.dueOn} 截止（{dueText(f.dueOn).text}） · 编号 {f.code}
          </>
        }
      />
      <Guard when={cells.length > 0 && busy === ''} />
      {f.note ? <Say>{f.note}</Say> : null}
      {f.returnedAt ? <Say>已交。{f.open ? '有变化可以再改，改后再交一次。' : ''}</Say> : null}
      {!f.open ? <Say>现在不能填：{f.state === 'closed' ? '对方已经办结' : '这一份由对方填写'}。</Say> : null}
      <div className="row">
        <Segmented
          size="small"
          aria-label="看哪些"
          options={[
            { value: 'missing', label: `只看缺的`, disabled: show !== 'missing' && cells.length > 0 },
            { value: '', label: `全部 ${f.counts.rows} 行`, disabled: show !== '' && cells.length > 0 },
          ]}
          value={show}
          onChange={onShow}
        />
        <SheetTools f={f} told={told} onTold={onTold} />
      </div>
      {f.rows.length === 0 ? <p>{show === 'missing' ? nothingMissing(f) : '没有行。'}</p> : null}
      <ul className="asked-rows">
        {f.rows.map((r) => (
          <AskedRow
            key={r.n}
            f={f}
            r={r}
            all={show === ''}
            typed={typed}
            wrong={wrong}
            onType={(k, text) => setTyped((old) => ({ ...old, [k]: text }))}
          />
        ))}
      </ul>
      {f.next !== null ? (
        <Button size="small" disabled={cells.length > 0} onClick={() => onMore(f.next ?? 0)}>
          {cells.length > 0 ? '先保存，再看后面的' : '看后面的'}
        </Button>
      ) : null}
      {f.open ? (
        <div className="asked-end">
          {said ? (
            <p role="alert" className="complaint">
              {said}
            </p>
          ) : null}
          <span className="num">还缺 {Math.max(0, left)} 格</span>
          <Button loading={busy === 'save'} disabled={cells.length === 0} onClick={() => void save(false)}>
            先保存
          </Button>
          <Button
            type={f.returnedAt && cells.length === 0 ? 'default' : 'primary'}
            loading={busy === 'submit'}
            disabled={f.returnedAt !== null && cells.length === 0}
            onClick={() => void save(true)}
          >
            {f.returnedAt ? '再交一次' : '交回'}
            {left > 0 ? `（缺 ${left} 格）` : ''}
          </Button>
        </div>
      ) : null}
    </>
  )
}

/** A row with the cells that are asked for; of all, or only those that are missing. */
function AskedRow({
  f,
  r,
  all,
  typed,
  wrong,
  onType,
}: {
  f: AskedForm
  r: RowView
  all: boolean
  typed: Record<string, string>
  wrong: Record<string, string>
  onType: (key: string, text: string) => void
}) {
  const [whole, setWhole] = useState(all)
  const shown = f.columns.filter((x) => {
    const cell = r.cells[x.n]
    const there = cell?.computed !== undefined || cell?.typed !== undefined
    if (typed[cellKey(r.n, x.n)] !== undefined) return true
    if (x.ask === 'no') return whole && x.figure && there
    return whole || !there
  })
  return (
    <li className="panel">
      <h2>{r.title}</h2>
      <Known f={f} r={r}>
        {f.open && !whole ? (
          <button type="button" className="link" onClick={() => setWhole(true)}>
            这些数不对
          </button>
        ) : null}
      </Known>
      <div className="asked-cells">
        {shown.map((x) => {
          const k = cellKey(r.n, x.n)
          const id = `cell-${r.n}-${x.n}`
          return (
            <AskedCell
              key={x.n}
              id={id}
              f={f}
              column={x}
              cell={r.cells[x.n] ?? {}}
              typed={typed[k]}
              wrong={wrong[k]}
              onType={(text) => onType(k, text)}
            />
          )
        })}
      </div>
    </li>
  )
}

/** One cell: a box, or what the records say with the way to say otherwise beside it. */
function AskedCell({
  id,
  f,
  column,
  cell,
  typed,
  wrong,
  onType,
}: {
  id: string
  f: AskedForm
  column: AskedForm['columns'][number]
  cell: RowView['cells'][string]
  typed: string | undefined
  wrong: string | undefined
  onType: (text: string) => void
}) {
  const [doubt, setDoubt] = useState(false)
  const { computed } = cell
  const boxed = computed === undefined || cell.typed !== undefined || typed !== undefined || doubt
  return (
    <div>
      <label htmlFor={boxed ? id : undefined}>
        {column.title}
        {column.ask === 'may' ? <small>（可不填）</small> : null}
      </label>
      {computed !== undefined ? (
        <span>
          台账的数 <b>{computed}</b>{' '}
          {f.open && !boxed ? (
            <button type="button" className="link" onClick={() => setDoubt(true)}>
              这个数不对
            </button>
          ) : null}
        </span>
      ) : null}
      {boxed ? (
        <Input
          id={id}
          autoFocus={doubt}
          inputMode={column.kind === 'number' ? 'decimal' : undefined}
          placeholder={
            column.kind === 'date'
              ? '如 2026-05-31'
              : computed !== undefined
                ? '您的数，两个数都报上去'
                : undefined
          }
          disabled={!f.open}
          status={wrong ? 'error' : undefined}
          value={typed ?? String(cell.typed ?? '')}
          onChange={(e) => onType(e.target.value)}
        />
      ) : null}
      {wrong ? <small className="complaint">{wrong}</small> : null}
    </div>
  )
}

const isMissing = (f: AskedForm, k: string): boolean => {
  const [n, col] = k.split(' ').map(Number)
  const cell = f.rows.find((r) => r.n === n)?.cells[col ?? 0]
  return (
    f.columns.find((x) => x.n === col)?.ask === 'must' &&
    cell?.computed === undefined &&
    cell?.typed === undefined
  )
}

/** What the records say already, so that one knows who is meant. */
function Known({ f, r, children }: { f: AskedForm; r: RowView; children: ReactNode }) {
  const known = f.columns.flatMap((x) => {
    const value = r.cells[x.n]?.computed
    return value === undefined || String(value) === r.title ? [] : [`${x.title} ${value}`]
  })
  if (known.length === 0) return null
  return (
    <p className="soft">
      {known.slice(0, 6).join('，')} {children}
    </p>
  )
}

/** The same part as a sheet, for who would rather fill it in a spreadsheet program. */
function SheetTools({ f, told, onTold }: { f: AskedForm; told: string; onTold: (told: string) => void }) {
  const [busy, setBusy] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const take = async (files: readonly File[]) => {
    if (files.length === 0) return
    setBusy(true)
    try {
      const { returns } = await handInPart(f.id, files)
      onTold(returns.map((r) => r.message ?? `收了 ${r.counts.cells ?? 0} 格`).join('；'))
    } catch (e) {
      onTold(sentence(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <a className="button" href={at(`/api/asked/${f.id}/sheet.xlsx`)} download>
        下载成表格填
      </a>
      {f.open ? (
        <Button loading={busy} onClick={() => chooser.current?.click()}>
          上传填好的表
        </Button>
      ) : null}
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".xlsx,.xls,.et,.ods"
        aria-label="上传填好的表"
        onChange={(e) => {
          void take([...(e.target.files ?? [])])
          e.target.value = ''
        }}
      />
      <span role="status">{told}</span>
    </>
  )
}
