import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { isApiError, post, sentence } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import type { NoticeHead, NoticeView } from '../../api/work-types.ts'
import { managesCounty } from '../../app/nav.tsx'
import { FileDrop } from '../../parts/file-drop.tsx'
import { Guard } from '../../parts/guard.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { timeText } from '../../parts/time.ts'
import { Restored } from '../../register/fields-form.tsx'
import { useDraft } from '../../register/use-draft.ts'
import { type Asked, askedOf } from '../../register/why.tsx'
import { noticesQuery, settled, voidedQuery } from './api.ts'
import './notices.css'

/** Notices taken in so far, and the place to paste or drop the next. */
export default function NoticesPage() {
  const me = useMe()
  const [voided, setVoided] = useState(false)
  const list = useQuery(voided ? voidedQuery : noticesQuery)
  return (
    <div className="page">
      <Head
        title="通知"
        note={
          managesCounty(me)
            ? '把上级或本局的通知录入，系统读出每一条要办的事，由您逐条确认，成为任务。'
            : '县局录入的通知和每一条的分解情况。录入和分解由县局办理。'
        }
      />
      {managesCounty(me) && <TakeIn />}
      <section className="panel notices-list">
        <div className="row">
          <h2>{voided ? '已作废的通知' : '已录入的通知'}</h2>
          {managesCounty(me) ? (
            <button type="button" className="link push" onClick={() => setVoided(!voided)}>
              {voided ? '看已录入的' : '看已作废的'}
            </button>
          ) : null}
        </div>
        <Wait for={list} what="通知" lines={4}>
          {(all) =>
            all.length === 0 && voided ? (
              <Empty title="没有已作废的通知" />
            ) : all.length === 0 ? (
              <Empty title="还没有录入通知">
                {managesCounty(me) ? '粘贴正文，或上传 .txt、.docx、带文字的 .pdf。' : '县局录入后列在这里。'}
              </Empty>
            ) : (
              <ul>
                {all.map((n) => (
                  <NoticeRow key={n.id} notice={n} />
                ))}
              </ul>
            )
          }
        </Wait>
      </section>
    </div>
  )
}

const pasted = { text: { type: 'text', label: '通知正文', multiline: true } }

function NoticeRow({ notice: n }: { notice: NoticeHead }) {
  const total = n.items.open + n.items.accepted + n.items.dropped
  return (
    <li className="notice-row">
      <Link to={`/notices/${n.id}`}>{n.title ?? n.name}</Link>
      <small>
        {[n.docNo, n.issuer, n.issuedOn, `${timeText(n.createdAt).slice(0, 10)} 录入`]
          .filter(Boolean)
          .join(' · ')}
      </small>
      <span className="num">
        {n.voidedAt ? (
          `已作废：${n.voidedReason}`
        ) : !n.readable ? (
          '没有读出文字'
        ) : n.items.open > 0 ? (
          <b>{n.items.open} 条待分解</b>
        ) : (
          '已全部处理'
        )}
        <small>
          　共 {total} 条，已分解 {n.items.accepted}，不分解 {n.items.dropped}
        </small>
      </span>
    </li>
  )
}

function TakeIn() {
  const navigate = useNavigate()
  const draft = useDraft(pasted, {})
  const text = String(draft.values.text ?? '')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  // one that looks like one that is there, and what was to be taken in
  const [asked, setAsked] = useState<Asked & { body: unknown }>()
  const take = async (body: unknown, confirm = false) => {
    setBusy(true)
    setProblem('')
    setAsked(undefined)
    try {
      const { notice } = await post<NoticeView>('/api/notices', body, { query: { confirm } })
      settled()
      draft.reset({})
      // after the box is empty the guard lets go
      setTimeout(() => void navigate(`/notices/${notice.id}`), 0)
    } catch (e) {
      const question = isApiError(e) ? askedOf(e) : undefined
      if (question) setAsked({ ...question, body })
      else setProblem(sentence(e))
      setBusy(false)
    }
  }
  const upload = (file: File) => {
    const form = new FormData()
    form.set('file', file)
    void take(form)
  }
  return (
    <FileDrop
      label="录入通知"
      className="take-in"
      accept=".docx,.doc,.wps,.rtf,.pdf,.ofd,.txt,.md,.html,.htm,.mht,.mhtml"
      chooser="选择通知文件"
      onFiles={([file]) => file && upload(file)}
    >
      {(choose) => (
        <>
          <Guard when={text.trim() !== '' && !busy} />
          <Restored draft={draft} />
          <Input.TextArea
            aria-label="通知正文"
            placeholder="把通知正文粘贴到这里，或把 Word、WPS、PDF、OFD、网页或文本文件拖进来"
            autoSize={{ minRows: 3, maxRows: 10 }}
            value={text}
            disabled={busy}
            onChange={(e) => draft.set('text', e.target.value)}
          />
          <div className="row">
            <Button type="primary" loading={busy} disabled={!text.trim()} onClick={() => void take({ text })}>
              读出条目
            </Button>
            <Button disabled={busy} onClick={choose}>
              上传文件
            </Button>
            <small>扫描件和图片读不出文字，请先做文字识别；原件会保留。</small>
          </div>
          {asked ? (
            <Again
              asked={asked}
              busy={busy}
              onTake={() => void take(asked.body, true)}
              onLeave={() => setAsked(undefined)}
            />
          ) : null}
          {problem ? (
            <span role="alert" className="complaint">
              {problem}
            </span>
          ) : null}
        </>
      )}
    </FileDrop>
  )
}

/** A paper like one that is there: to be looked at first, then taken in all the same or left. */
const Again = ({
  asked,
  busy,
  onTake,
  onLeave,
}: {
  asked: Asked
  busy: boolean
  onTake: () => void
  onLeave: () => void
}) => (
  <div className="why" role="alert">
    <p>{asked.message}</p>
    {asked.records.map((r, n) => (
      <Link key={r.id} to={`/notices/${r.id}`} target="_blank">
        打开“{asked.doubles[n] ?? r.title}”核对
      </Link>
    ))}
    <div className="row">
      <Button disabled={busy} onClick={onTake}>
        仍要录入
      </Button>
      <Button disabled={busy} onClick={onLeave}>
        不录入
      </Button>
    </div>
  </div>
)
