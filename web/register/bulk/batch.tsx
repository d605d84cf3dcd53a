import { useQuery } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { uiOf } from '../../../fields/ui.ts'
import { sentence } from '../../api/http.ts'
import { useCatalogue } from '../../api/queries.ts'
import { Say, Wait } from '../../parts/say.tsx'
import { usePhone } from '../../parts/use-phone.ts'
import {
  type Batch,
  type BatchRowState,
  batchQuery,
  batchRowsQuery,
  drop,
  moving,
  run,
  undo,
  written,
} from './api.ts'
import './bulk.css'

/** A batch from the look at its rows to its undoing: nothing is written before the button that counts them. */
export default function BatchDrawer({
  id,
  onClose,
  onBack,
}: {
  id: string
  onClose: () => void
  /** back to the form, with what was typed */
  onBack?: (() => void) | undefined
}) {
  const phone = usePhone()
  const { message } = App.useApp()
  const query = useQuery(batchQuery(id))
  const [busy, setBusy] = useState(false)
  const b = query.data
  // what was written moves lists and figures, once it has come to an end
  const was = useRef(b?.state)
  useEffect(() => {
    const before = was.current
    was.current = b?.state
    if (before !== b?.state && (b?.state === 'done' || b?.state === 'undone' || b?.state === 'failed'))
      written()
  }, [b?.state])
  const step = async (what: (id: string) => Promise<Batch>) => {
    setBusy(true)
    try {
      await what(id)
    } catch (e) {
      void message.error(sentence(e), 8)
      void query.refetch()
    }
    setBusy(false)
  }
  const leave = () => {
    if (b?.state === 'preview' || b?.state === 'checking') drop(id)
    if (b?.state === 'running') void message.info('还在办理，结果在“导入与批量”里查看。', 6)
    onClose()
  }
  const back = () => {
    drop(id)
    onBack?.()
  }
  return (
    <Drawer
      open
      title={b ? `${b.label} · ${b.registerLabel}` : '批量办理'}
      onClose={leave}
      size={phone ? '100%' : 640}
      footer={b ? <Foot batch={b} busy={busy} step={step} leave={leave} back={onBack && back} /> : null}
    >
      <Wait for={query} what="批量办理" lines={4}>
        {(batch) => <Body batch={batch} />}
      </Wait>
    </Drawer>
  )
}

function Foot({
  batch: b,
  busy,
  step,
  leave,
  back,
}: {
  batch: Batch
  busy: boolean
  step: (what: (id: string) => Promise<Batch>) => Promise<void>
  leave: () => void
  back: (() => void) | undefined
}) {
  const can = b.counts.can
  return (
    <div className="row">
      {(b.state === 'preview' || b.state === 'failed') && can > 0 ? (
        <Button type="primary" loading={busy} onClick={() => void step(run)} data-bulk="run">
          {b.state === 'failed' ? `继续办理剩下的 ${can} 条` : `确认办理 ${can} 条`}
        </Button>
      ) : null}
      {b.undo.possible ? (
        <Button loading={busy} onClick={() => void step(undo)} data-bulk="undo">
          撤销这次办理
        </Button>
      ) : null}
      {b.state === 'preview' && back ? (
        <Button disabled={busy} onClick={back}>
          返回修改
        </Button>
      ) : null}
      <Button disabled={busy} onClick={leave}>
        {b.state === 'preview' || b.state === 'checking' ? '不办了' : '关闭'}
      </Button>
    </div>
  )
}

function Body({ batch: b }: { batch: Batch }) {
  const { counts } = b
  if (moving(b.state))
    return (
      <div className="stack" role="status">
        <p>
          {b.state === 'checking'
            ? '正在逐条核对，还没有写入任何内容'
            : b.state === 'running'
              ? '正在办理'
              : '正在撤销'}
          ：{b.progress.done.toLocaleString()} / {b.progress.total.toLocaleString()} 条
        </p>
        <progress
          className="bulk-progress"
          max={Math.max(b.progress.total, 1)}
          value={b.progress.done}
          aria-label="进度"
        />
        {b.state === 'checking' ? null : <small>可以关闭这里，结果在“导入与批量”里查看。</small>}
      </div>
    )
  return (
    <div className="stack bulk-result">
      <p className="bulk-head" role="status">
        <Told batch={b} />
      </p>
      {b.doing.do === 'set' ? <NewValue batch={b} /> : null}
      {b.message ? <Say>{b.message}</Say> : null}
      {b.state === 'preview' && counts.can > 0 ? (
        <p className="soft">
          {b.undo.never ?? '办理后可以整批撤销；之后又改过、办过的保留现在的内容并列出。'}
        </p>
      ) : null}
      {b.state === 'preview' && b.doing.do === 'act' ? (
        <p className="soft">重大的，以及责令、复查、销号、撤销这些要对每一条作出判断的，不在批量办理之列。</p>
      ) : null}
      <Shelf batch={b} state="kept" label="没有撤销的" open />
      <Shelf batch={b} state="failed" label="没有办成的" open />
      <Shelf batch={b} state="cannot" label="不能办的" open={b.state === 'preview'} />
      <Shelf batch={b} state="asked" label="等待核实的" />
      <Shelf batch={b} state="can" label="可以办的" />
      <Shelf batch={b} state="done" label="已办理的" />
      <Shelf batch={b} state="undone" label="已撤销的" />
    </div>
  )
}

function Told({ batch: { state, counts: c } }: { batch: Batch }) {
  const n = (x: number) => <b className="num">{x.toLocaleString()}</b>
  if (state === 'undone')
    return (
      <>
        已撤销 {n(c.undone)} 条{c.kept ? <>，{n(c.kept)} 条保留现在的内容</> : null}。
      </>
    )
  if (state === 'preview')
    return (
      <>
        可以办理 {n(c.can)} 条{c.cannot ? <>，不能办理 {n(c.cannot)} 条</> : null}。还没有写入任何内容。
      </>
    )
  return (
    <>
      已办理 {n(c.done)} 条{c.asked ? <>，{n(c.asked)} 条等待核实</> : null}
      {c.failed ? <>，{n(c.failed)} 条没有办成</> : null}
      {c.cannot ? <>，{n(c.cannot)} 条没有办</> : null}。
    </>
  )
}

/** What a field is changed to, as the record shows it. */
function NewValue({ batch: { register, doing } }: { batch: Batch }) {
  const def = useCatalogue().byName.get(register)
  const name = doing.field ?? ''
  const f = def?.fields[name]
  if (!f) return null
  const { Show } = uiOf(f.type)
  return (
    <p>
      {f.label}改为：
      <Show name={name} def={f} value={doing.value} row={{ [name]: doing.value }} />
    </p>
  )
}

/** Rows with what became of them, under their reasons; read when it is opened. */
function Shelf({
  batch: b,
  state,
  label,
  open = false,
}: {
  batch: Batch
  state: BatchRowState
  label: string
  open?: boolean
}) {
  const [shown, setShown] = useState(open)
  const n = b.counts[state]
  const rows = useQuery({ ...batchRowsQuery(b.id, state, b.state), enabled: shown && n > 0 })
  if (n === 0) return null
  const reasons = b.reasons.filter((r) => r.state === state)
  return (
    <details open={shown} onToggle={(e) => setShown(e.currentTarget.open)} data-bulk-rows={state}>
      <summary>
        {label} {n.toLocaleString()} 条
      </summary>
      {reasons.length > 1 || (reasons[0]?.n ?? 0) > 1 ? (
        <ul className="bulk-reasons">
          {reasons.map((r) => (
            <li key={r.note}>
              <b className="num">{r.n}</b> 条：{r.note}
            </li>
          ))}
        </ul>
      ) : null}
      {rows.data ? (
        <ul className="bulk-rows">
          {rows.data.rows.map((r) => (
            <li key={r.n}>
              {r.title ? (
                <Link to={`/records/${b.register}/${r.id}`} target="_blank" rel="noopener">
                  {r.title}
                </Link>
              ) : (
                <span>第 {r.n} 条</span>
              )}
              {r.note ? <small>{r.note}</small> : null}
            </li>
          ))}
          {rows.data.next ? <li className="soft">这里只列前 {rows.data.rows.length} 条。</li> : null}
        </ul>
      ) : null}
    </details>
  )
}
