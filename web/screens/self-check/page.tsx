import { useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox } from 'antd'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { Link, useNavigate } from 'react-router'
import type { Fields } from '../../../engine/core/definition.ts'
import { get, isApiError, post, sentence, uuid } from '../../api/http.ts'
import { client, refresh, useCatalogue, useMe } from '../../api/queries.ts'
import { walks } from '../../app/nav.tsx'
import { Complaints } from '../../parts/complaints.tsx'
import { Guard } from '../../parts/guard.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Say, Wait } from '../../parts/say.tsx'
import { FieldsForm, focusField } from '../../register/fields-form.tsx'
import { type Draft, useDraft } from '../../register/use-draft.ts'
import './self-check.css'

interface Point {
  name: string
  text: string
  hazard: string
  basis: string
}
interface List {
  label: string
  /** register that keeps the walk, loop that takes what is wrong */
  record: string
  raises: string
  today: string
  organisation: { id: string; title: string }
  chief: string | null
  points: Point[]
  done: { id: string; on: string; inPerson: boolean }[]
}
interface Written {
  row: { id: string }
  hazards: { id: string; point: string }[]
  warnings: { message: string }[]
}

const FORM = 'self-check'
const queryKey = ['self-check']
const CHIEF = '主要负责人本人'
const answer = (p: Point) => `answer:${p.name}`
const spot = (p: Point) => `spot:${p.name}`
const before = (p: Point) => `before:${p.name}`

/** `/self-check`: the firm walks its points once a month, ticks what is in order and reports what is not. */
export default function SelfCheckPage() {
  const me = useMe()
  const list = useQuery({
    queryKey,
    queryFn: () => get<List>('/api/self-check'),
    enabled: walks(me),
    // the list must not change under the hands
    refetchOnWindowFocus: false,
  })
  if (!walks(me))
    return (
      <div className="page narrow">
        <Head title="每月自查" />
        <Empty title="自查由企业自己办理">县局、乡镇在“主要负责人带队检查”台账里看各企业的自查。</Empty>
      </div>
    )
  return (
    <div className="page narrow">
      <Wait for={list} what="自查清单" lines={8}>
        {(l) => <Walk list={l} />}
      </Wait>
    </div>
  )
}

const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([n]) => names.includes(n)))

const headFields = (list: List): Fields => ({
  on: { type: 'date', label: '检查日期', required: true, past: true },
  led: {
    type: 'choice',
    label: '谁带队',
    required: true,
    options: [CHIEF, '其他人'].map((value) => ({ value, label: value })),
    help: '主要负责人本人带队的，同时算本期的带队检查',
  },
  leader: { type: 'text', label: '带队人姓名', required: true, length: 40 },
  photos: { type: 'photos', label: '检查照片', help: '带拍摄时间和位置的照片才算有佐证，没有的只算自报' },
  ...Object.fromEntries(
    list.points.flatMap((p): [string, Fields[string]][] => [
      [answer(p), { type: 'text', label: p.text }],
      [spot(p), { type: 'text', label: '隐患部位', length: 200, required: true }],
      [before(p), { type: 'photos', label: '整改前照片', required: true }],
    ]),
  ),
  id: { type: 'text', label: '' },
})

/** What is still to be said, and sending it. */
function useWalk(list: List, top: Fields, draft: Draft) {
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [said, setSaid] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [sent, setSent] = useState(false)
  const { values } = draft
  const that = (v: unknown) => list.points.filter((p) => (values[answer(p)] ?? undefined) === v)
  const [ok, wrong, open] = [that('ok'), that('hazard'), that(undefined)]

  const complete = (): boolean => {
    const asked = new Set([...Object.keys(top), ...wrong.flatMap((p) => [spot(p), before(p)])])
    const missing = draft.check((n) => asked.has(n))
    if (open.length > 0) {
      setSaid([`还有 ${open.length} 项没有说明：正常的打勾，有问题的点“有隐患”，没有的点“不涉及”。`])
      document.getElementById(`walk-${open[0]?.name}`)?.scrollIntoView({ block: 'center' })
    } else if (missing.length > 0) {
      setSaid([`还有 ${missing.length} 处要填。`])
      focusField(FORM, missing[0])
    }
    return open.length === 0 && missing.length === 0
  }
  const send = async () => {
    setSaid([])
    if (!complete()) return
    const id = values.id ?? uuid()
    draft.set('id', id)
    setBusy(true)
    try {
      const made = await post<Written>('/api/self-check', {
        ...{ id, on: values.on, leader: values.leader, inPerson: values.led === CHIEF },
        ...(Array.isArray(values.photos) && { photos: values.photos }),
        answers: Object.fromEntries(list.points.map((p) => [p.name, values[answer(p)]])),
        hazards: Object.fromEntries(
          wrong.map((p) => [p.name, { spot: values[spot(p)], before: values[before(p)] }]),
        ),
      })
      refresh()
      void client.invalidateQueries({ queryKey })
      flushSync(() => setSent(true))
      const n = made.hazards.length
      void message.success(n ? `已登记自查，上报隐患 ${n} 条，请安排整改` : '已登记自查')
      for (const w of made.warnings) void message.warning(`请核对：${w.message}`, 8)
      void navigate(n ? `/records/${list.raises}` : '/', { replace: true })
    } catch (e) {
      setBusy(false)
      // something of it was written and then changed here: what is sent next is another walk
      if (isApiError(e) && e.code === 'idempotency-reused') draft.set('id', uuid())
      setSaid([sentence(e), ...(isApiError(e) ? e.complaints.slice(1).map((c) => c.message) : [])])
    }
  }
  return { said, busy, sent, ok, wrong, open, send }
}

function Walk({ list }: { list: List }) {
  const { byName } = useCatalogue()
  const [fields] = useState(() => headFields(list))
  const draft = useDraft(fields, { on: list.today })
  const top = pick(fields, ['on', 'led', 'leader', 'photos'])
  const { said, busy, sent, ok, wrong, open, send } = useWalk(list, top, draft)
  const setTop = (n: string, v: unknown) => {
    draft.set(n, v)
    if (n === 'led' && v === CHIEF && list.chief && !draft.values.leader) draft.set('leader', list.chief)
  }

  return (
    <>
      <Guard when={draft.changed.length > 0 && !sent} />
      <Head
        title={list.label}
        note={`${list.organisation.title} · 按企业档案里的情况列出 ${list.points.length} 项`}
      />
      <Done list={list} />
      <form
        className="panel walk"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void send()
        }}
      >
        <ul className="walk-points">
          {list.points.map((p) => (
            <PointRow key={p.name} point={p} draft={draft} fields={fields} disabled={busy} />
          ))}
        </ul>
        <FieldsForm id={FORM} fields={top} draft={{ ...draft, set: setTop }} disabled={busy} />
        <div className="form-end">
          <Button type="primary" htmlType="submit" loading={busy}>
            {wrong.length > 0 ? `登记自查，上报 ${wrong.length} 条隐患` : '登记自查'}
          </Button>
          <span className="soft">{open.length > 0 ? `还有 ${open.length} 项` : `正常 ${ok.length} 项`}</span>
          <Complaints of={said} />
        </div>
      </form>
      <p className="soft">
        清单按<Link to={`/records/enterprise/${list.organisation.id}#facts`}>企业档案</Link>
        里的工艺和风险列出；档案不对的，先去改档案。结果记入
        <Link to={`/records/${list.record}`}>{byName.get(list.record)?.label ?? '带队检查'}</Link>台账。
      </p>
    </>
  )
}

/** What has been walked this month already. */
function Done({ list }: { list: List }) {
  if (list.done.length === 0) return null
  const byChief = list.done.some((d) => d.inPerson)
  return (
    <Say>
      本月已自查 {list.done.length} 次（
      {list.done.map((d, i) => (
        <span key={d.id}>
          {i ? '、' : ''}
          <Link to={`/records/${list.record}/${d.id}`}>{d.on}</Link>
        </span>
      ))}
      ）{byChief ? '。' : '，都不是主要负责人本人带队，不算带队检查。'}
    </Say>
  )
}

function PointRow({
  point: p,
  draft,
  fields,
  disabled,
}: {
  point: Point
  draft: Draft
  fields: Fields
  disabled: boolean
}) {
  const now = draft.values[answer(p)]
  const set = (v: string | null) => draft.set(answer(p), v)
  const asked = pick(fields, [spot(p), before(p)])
  return (
    <li id={`walk-${p.name}`} data-point={p.name} className={now === undefined || now === null ? 'open' : ''}>
      <Checkbox
        checked={now === 'ok'}
        disabled={disabled}
        onChange={(e) => set(e.target.checked ? 'ok' : null)}
      >
        {p.text}
      </Checkbox>
      <span className="walk-else">
        {(['hazard', 'none'] as const).map((v) => (
          <button
            key={v}
            type="button"
            className="button"
            disabled={disabled}
            aria-pressed={now === v}
            aria-label={`${p.text}：${v === 'hazard' ? '有隐患' : '不涉及'}`}
            onClick={() => set(now === v ? null : v)}
          >
            {v === 'hazard' ? '有隐患' : '不涉及'}
          </button>
        ))}
      </span>
      {now === 'hazard' ? (
        <div className="walk-hazard">
          <p className="wrap">
            将上报隐患：{p.hazard}
            {p.basis ? <small>（{p.basis}）</small> : null}
          </p>
          <FieldsForm id={FORM} fields={asked} draft={{ ...draft, restored: false }} disabled={disabled} />
        </div>
      ) : null}
    </li>
  )
}
