import { App, Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { Show as ShowFiles } from '../../../fields/files/ui.tsx'
import type { Evidence } from '../../api/evidence-types.ts'
import { post, sentence } from '../../api/http.ts'
import { client, useMe } from '../../api/queries.ts'
import type { TaskDetail } from '../../api/work-types.ts'
import { isOfficer } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Empty } from '../../parts/say.tsx'
import { timeText, today } from '../../parts/time.ts'

const settled = () => {
  for (const key of ['tasks', 'today']) void client.invalidateQueries({ queryKey: [key] })
}

/** Whose paper and for which period; empty: not said yet. */
export interface Asked {
  owner?: string | undefined
  from?: string | undefined
}

/** Tasks that no data can answer: files handed in by one person, confirmed by another. */
export function EvidencePanel({
  task,
  asked,
  onAsked,
}: {
  task: TaskDetail
  /** a paper that lacks and that is to be handed in now */
  asked: Asked | undefined
  onAsked: (asked: Asked | undefined) => void
}) {
  const me = useMe()
  const { message } = App.useApp()
  const list = task.evidenceList ?? []
  const owners = task.papers?.owners.filter((o) => o.mine) ?? []
  const periods = task.papers?.periods ?? []
  const close = () => onAsked(undefined)
  return (
    <section className="panel">
      <header>
        <h2>佐证材料</h2>
        {isOfficer(me) && !task.withdrawnAt ? (
          <Button className="push" onClick={() => onAsked({})}>
            提交佐证材料
          </Button>
        ) : null}
      </header>
      <p className="soft">这项任务没有台账数据可以计算，以佐证材料为准；一人提交，另一人确认后才算完成。</p>
      {list.length === 0 ? (
        <Empty title="还没有佐证材料" />
      ) : (
        <ul className="evidence">
          {list.map((e) => (
            <EvidenceItem key={e.id} task={task} evidence={e} />
          ))}
        </ul>
      )}
      {asked ? (
        <FormDrawer
          title="提交佐证材料"
          send="提交"
          fields={{
            ...(owners.length > 0 && {
              owner: {
                type: 'choice',
                label: '责任单位',
                required: true,
                options: owners.map((o) => ({ value: o.id, label: o.name })),
              },
            }),
            ...(periods.length > 0 && {
              period: {
                type: 'choice',
                label: '哪一期',
                required: true,
                options: periods.map((p) => ({ value: p.from, label: p.label })),
              },
            }),
            files: { type: 'files', label: '佐证材料', required: true },
            happenedOn: { type: 'date', label: '办理日期', required: true },
            note: { type: 'text', label: '说明', multiline: true, length: 500 },
          }}
          start={{
            happenedOn: today(),
            owner: asked.owner ?? (owners.length === 1 ? owners[0]?.id : undefined),
            period: asked.from ?? periods.at(-1)?.from,
          }}
          lead={<p className="soft">提交后由另一人确认。</p>}
          onClose={close}
          onSend={async (v) => {
            await post(`/api/tasks/${task.id}/evidence`, v)
            settled()
            void message.success('已提交，等待另一人确认')
            close()
          }}
        />
      ) : null}
    </section>
  )
}

/** A piece that waits: its giver may take it back, another may confirm it or send it back. */
function Decide({ task, evidence: e }: { task: TaskDetail; evidence: Evidence }) {
  const me = useMe()
  const { message, modal } = App.useApp()
  const [back, setBack] = useState(false)
  const path = `/api/tasks/${task.id}/evidence/${e.id}`
  const ask = (verb: '确认' | '撤回', content: ReactNode, to: string) =>
    void modal.confirm({
      title: `${verb}这份佐证材料？`,
      content,
      okText: verb,
      cancelText: '再看看',
      onOk: () =>
        post(`${path}/${to}`, {})
          .then(() => {
            settled()
            void message.success(`已${verb}`)
          })
          .catch((x) => void message.error(sentence(x))),
    })
  if (e.addedBy.id === me.id)
    return (
      <div className="row">
        <small>由您提交，须由另一人确认。</small>
        <Button onClick={() => ask('撤回', '撤回后不计入，可以重新提交；记入留痕。', 'take-back')}>
          撤回
        </Button>
      </div>
    )
  return (
    <div className="row">
      <Button
        type="primary"
        onClick={() =>
          ask(
            '确认',
            <>
              {e.doubts.map((d) => (
                <p key={d}>{d}，请核对。</p>
              ))}
              <p>确认后计入完成，以您为确认人，记入留痕。</p>
            </>,
            'confirm',
          )
        }
      >
        确认
      </Button>
      <Button onClick={() => setBack(true)}>退回</Button>
      {back ? (
        <FormDrawer
          title="退回佐证材料"
          send="退回"
          fields={{
            reason: { type: 'text', label: '退回原因', multiline: true, required: true, length: 500 },
          }}
          lead={<p className="soft">退回的材料不计入，提交人看得到原因，可以重新提交。</p>}
          onClose={() => setBack(false)}
          onSend={async ({ reason }) => {
            await post(`${path}/send-back`, { reason })
            settled()
            void message.success('已退回')
            setBack(false)
          }}
        />
      ) : null}
    </div>
  )
}

function EvidenceItem({ task, evidence: e }: { task: TaskDetail; evidence: Evidence }) {
  const me = useMe()
  const Line = e.returned ? 's' : 'span'
  return (
    <li>
      <div className="row">
        <Line className="row">
          <b className="num">{e.happenedOn}</b>
          {e.owner ? <span>{task.papers?.owners.find((o) => o.id === e.owner)?.name}</span> : null}
          {e.period ? (
            <span className="chip">
              {task.papers?.periods.find((p) => p.from === e.period)?.label ?? e.period}
            </span>
          ) : null}
          <span>{e.addedBy.name} 提交</span>
        </Line>
        <span className="push">
          {e.returned
            ? `${e.returned.by.name} ${timeText(e.returned.at).slice(0, 10)} ${e.returned.reason ? '退回' : '撤回'}`
            : e.confirmedBy
              ? `${e.confirmedBy.name} ${timeText(e.confirmedAt).slice(0, 10)} 已确认`
              : '待确认'}
        </span>
      </div>
      {e.returned?.reason ? <p className="wrap">退回原因：{e.returned.reason}</p> : null}
      {e.note ? <p className="wrap">{e.note}</p> : null}
      {e.returned ? null : e.doubts.map((d) => <small key={d}>请核对：{d}</small>)}
      <ShowFiles name="files" def={{ type: 'files', label: '佐证材料' }} value={e.files} />
      {!e.confirmedBy && !e.returned && !task.withdrawnAt && isOfficer(me) ? (
        <Decide task={task} evidence={e} />
      ) : null}
    </li>
  )
}
