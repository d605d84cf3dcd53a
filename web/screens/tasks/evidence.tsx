import { App, Button } from 'antd'
import { Show as ShowFiles } from '../../../fields/files/ui.tsx'
import { post, sentence } from '../../api/http.ts'
import { client, useMe } from '../../api/queries.ts'
import type { Evidence, TaskDetail } from '../../api/work-types.ts'
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

function EvidenceItem({ task, evidence: e }: { task: TaskDetail; evidence: Evidence }) {
  const me = useMe()
  const { message, modal } = App.useApp()
  const confirm = () =>
    void modal.confirm({
      title: '确认这份佐证材料？',
      content: '确认后计入完成，以您为确认人，记入留痕。',
      okText: '确认',
      cancelText: '再看看',
      onOk: () =>
        post(`/api/tasks/${task.id}/evidence/${e.id}/confirm`, {})
          .then(() => {
            settled()
            void message.success('已确认')
          })
          .catch((x) => void message.error(sentence(x))),
    })
  return (
    <li>
      <div className="row">
        <b className="num">{e.happenedOn}</b>
        {e.owner ? <span>{task.papers?.owners.find((o) => o.id === e.owner)?.name}</span> : null}
        {e.period ? (
          <span className="chip">
            {task.papers?.periods.find((p) => p.from === e.period)?.label ?? e.period}
          </span>
        ) : null}
        <span>{e.addedBy.name} 提交</span>
        <span className="push">
          {e.confirmedBy ? `${e.confirmedBy.name} ${timeText(e.confirmedAt).slice(0, 10)} 已确认` : '待确认'}
        </span>
      </div>
      {e.note ? <p className="wrap">{e.note}</p> : null}
      <ShowFiles name="files" def={{ type: 'files', label: '佐证材料' }} value={e.files} />
      {!e.confirmedBy && isOfficer(me) ? (
        e.addedBy.id === me.id ? (
          <small>由您提交，须由另一人确认。</small>
        ) : (
          <div>
            <Button type="primary" onClick={confirm}>
              确认
            </Button>
          </div>
        )
      ) : null}
    </li>
  )
}
