import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, InputNumber, Modal } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { get, post, sentence } from '../api/http.ts'
import { recordPath, refresh } from '../api/queries.ts'
import { Say } from '../parts/say.tsx'

interface Counts {
  label: string
  total: number
  done: number
  dropped: number
  late: number
  rate: number | null
  draws: boolean
}

/**
 * What an authority gets of records that only the enterprise reads: how many, how many are closed, and the way to a
 * sample. Nothing where there is none.
 */
export default function SealedStrip({ def, parent }: { def: RecordDef; parent: string }) {
  const [open, setOpen] = useState(false)
  const { data } = useQuery({
    queryKey: ['records', def.name, 'sealed', parent],
    queryFn: () => get<Counts>(`${recordPath(def.name)}/sealed`, parent ? { parent } : {}),
    retry: false,
  })
  if (!data?.total) return null
  return (
    <>
      <Say
        act={
          data.draws ? (
            <button type="button" className="link" onClick={() => setOpen(true)}>
              抽查
            </button>
          ) : null
        }
      >
        {data.label}只计数，不逐条列出：共 {data.total} 条，已销号 {data.done} 条
        {data.rate === null ? '' : `（${data.rate}%）`}，逾期未办 {data.late} 条
        {data.dropped > 0 ? `，误判撤销 ${data.dropped} 条` : ''}。
      </Say>
      {open ? <Draw def={def} parent={parent} label={data.label} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

interface Drawn {
  id: string
  title: string
  until: string
}

function Draw(props: { def: RecordDef; parent: string; label: string; onClose: () => void }) {
  const { def, parent, label, onClose } = props
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const [count, setCount] = useState(1)
  const draw = useMutation({
    mutationFn: () =>
      post<Drawn[]>(`${recordPath(def.name)}/sealed/samples`, { reason, count, ...(parent && { parent }) }),
    onSuccess: (drawn) => {
      refresh(def.name)
      onClose()
      void message.success(`抽到 ${drawn.length} 条，${drawn[0]!.until} 前可以查看，已在台账中列出`, 6)
      if (drawn.length === 1) void navigate(`/records/${def.name}/${drawn[0]!.id}`)
    },
  })
  const short = reason.trim().length < 4
  return (
    <Modal
      open
      title={`抽查${label}`}
      onCancel={onClose}
      footer={
        <Button type="primary" loading={draw.isPending} disabled={short} onClick={() => draw.mutate()}>
          抽取
        </Button>
      }
    >
      <p>由系统随机抽取，打开的记录和理由都留痕，企业看得到。自查的一般隐患不作为处罚和定级的依据。</p>
      <label htmlFor="sample-reason">抽查理由</label>
      <p>
        <Input.TextArea
          id="sample-reason"
          value={reason}
          maxLength={200}
          rows={3}
          onChange={(e) => setReason(e.target.value)}
          placeholder="例如：季度抽查企业自查质量"
        />
      </p>
      <label htmlFor="sample-count">抽几条</label>
      <p>
        <InputNumber id="sample-count" min={1} max={5} value={count} onChange={(n) => setCount(n ?? 1)} />
      </p>
      {draw.error ? (
        <p role="alert" className="complaint">
          {sentence(draw.error)}
        </p>
      ) : null}
    </Modal>
  )
}
