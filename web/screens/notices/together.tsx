import { useQuery } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { useState } from 'react'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import type { AcceptPreview, NoticeItem } from '../../api/work-types.ts'
import { Wait } from '../../parts/say.tsx'
import { usePhone } from '../../parts/use-phone.ts'
import { ownersText, rhythms, targetText } from '../tasks/words.ts'
import { acceptItems, previewQuery, withdrawTasks } from './api.ts'
import { FigurePreview, Rests } from './preview.tsx'
import { Several } from './several.tsx'
import '../tasks/tasks.css'

/** Several items become tasks: each is seen with its figure first, then all are accepted, or none. */
export default function TogetherDrawer({
  notice,
  items,
  onTakeOut,
  onClose,
  onDone,
}: {
  notice: string
  items: NoticeItem[]
  onTakeOut: (item: string) => void
  onClose: () => void
  onDone: () => void
}) {
  const { message } = App.useApp()
  const phone = usePhone()
  const [busy, setBusy] = useState(false)
  const asked = items.map((i) => ({ item: i.id, version: i.version }))
  const shown = useQuery({ ...previewQuery(notice, asked), placeholderData: (before) => before })
  const byId = new Map((shown.data ?? []).map((p) => [p.item, p]))
  const ready = asked.filter((a) => byId.has(a.item) && !byId.get(a.item)?.problem)

  const takeBack = (tasks: string[]) =>
    withdrawTasks(notice, tasks, '采纳后撤销')
      .then(() => void message.success('已撤销，条目恢复为待分解'))
      .catch((e) => void message.error(sentence(e)))
  const accept = () => {
    setBusy(true)
    acceptItems(notice, ready)
      .then((tasks) => {
        void message.open({
          type: 'success',
          duration: 10,
          content: (
            <>
              {tasks.length} 条已成为任务 <a href={at(`/tasks?notice=${notice}`)}>看任务书</a>{' '}
              <button type="button" className="link" onClick={() => void takeBack(tasks.map((t) => t.id))}>
                撤销
              </button>
            </>
          ),
        })
        onDone()
      })
      .catch((e) => void message.error(sentence(e)))
      .finally(() => setBusy(false))
  }
  return (
    <Drawer
      open
      title={`一并分解为任务（${items.length} 条）`}
      size={phone ? '100%' : 760}
      onClose={onClose}
      footer={
        <div className="row">
          <Button type="primary" loading={busy} disabled={ready.length === 0} onClick={accept}>
            采纳 {ready.length} 条
          </Button>
          <Button onClick={onClose} disabled={busy}>
            取消
          </Button>
          {ready.length < items.length && shown.data ? (
            <small>有 {items.length - ready.length} 条还不能采纳，请移出后逐条分解。</small>
          ) : null}
        </div>
      }
    >
      <Wait for={shown} what="数字">
        {() => (
          <ul className="together">
            {items.map((i) => (
              <Row key={i.id} item={i} shown={byId.get(i.id)} onTakeOut={() => onTakeOut(i.id)} />
            ))}
          </ul>
        )}
      </Wait>
    </Drawer>
  )
}

function Row({
  item,
  shown: p,
  onTakeOut,
}: {
  item: NoticeItem
  shown: AcceptPreview | undefined
  onTakeOut: () => void
}) {
  const { unitName } = useFieldServices()
  const every = rhythms.find((x) => x.value === p?.every)?.label
  return (
    <li className="stack">
      <div className="row">
        <b className="wrap">{item.title}</b>
        <button type="button" className="link push" onClick={onTakeOut}>
          移出
        </button>
      </div>
      <p className="sentence">{item.text}</p>
      {p?.label && p.target !== undefined && p.comparator && p.unit ? (
        <p>
          {p.label}，目标 {targetText({ target: p.target, comparator: p.comparator, unit: p.unit })}
          {every ? `，${every}` : ''}
          {p.due ? `，${p.due} 前` : '，没有期限'}；{ownersText((p.owners ?? []).map(unitName))}
        </p>
      ) : null}
      <Several of={item} />
      {item.demands && p?.label ? <small>若仍一并采纳，只按上面这一项“{p.label}”成为任务。</small> : null}
      {item.proposal ? <Rests of={item.proposal} /> : null}
      {p ? <FigurePreview of={p} /> : null}
    </li>
  )
}
