import { App, Button } from 'antd'
import { useState } from 'react'
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

/** Tasks that no data can answer: files handed in by one person, confirmed by another. */
export function EvidencePanel({ task }: { task: TaskDetail }) {
  const me = useMe()
  const { message } = App.useApp()
  const [adding, setAdding] = useState(false)
  const list = task.evidenceList ?? []
  return (
    <section className="panel">
      <header>
        <h2>佐证材料</h2>
        {isOfficer(me) && !task.withdrawnAt ? (
          <Button className="push" onClick={() => setAdding(true)}>
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
      {adding ? (
        <FormDrawer
          title="提交佐证材料"
          send="提交"
          fields={{
            files: { type: 'files', label: '佐证材料', required: true },
            happenedOn: { type: 'date', label: '办理日期', required: true },
            note: { type: 'text', label: '说明', multiline: true, length: 500 },
          }}
          start={{ happenedOn: today() }}
          lead={<p className="soft">提交后由另一人确认。</p>}
          onClose={() => setAdding(false)}
          onSend={async (v) => {
            await post(`/api/tasks/${task.id}/evidence`, v)
            settled()
            void message.success('已提交，等待另一人确认')
            setAdding(false)
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
