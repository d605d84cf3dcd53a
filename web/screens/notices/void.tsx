import { App } from 'antd'
import { useState } from 'react'
import { sentence } from '../../api/http.ts'
import type { NoticeView } from '../../api/work-types.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Say } from '../../parts/say.tsx'
import { voidNotice } from './api.ts'

/** Taken in by mistake or twice: the notice is called off, and can be restored. */
export function VoidButton({ notice, tasks }: { notice: NoticeView['notice']; tasks: number }) {
  const { message } = App.useApp()
  const [asked, setAsked] = useState(false)
  return (
    <>
      <button type="button" className="button" onClick={() => setAsked(true)}>
        作废
      </button>
      {asked ? (
        <FormDrawer
          title="作废这份通知"
          send="作废"
          fields={{
            reason: {
              type: 'text',
              label: '原因',
              required: true,
              length: 200,
              help: '如：重复录入；传错了文件',
            },
          }}
          lead={
            <p className="soft">
              {tasks > 0
                ? `由这份通知分解的任务还有 ${tasks} 项在执行，先撤销任务，才能作废。`
                : '作废后，乡镇和市里不再看到它；在通知列表的“看已作废的”里可以恢复。'}
            </p>
          }
          onClose={() => setAsked(false)}
          onSend={async ({ reason }) => {
            await voidNotice(notice, { voided: true, reason: String(reason) })
            setAsked(false)
            void message.success('已作废，可以恢复')
          }}
        />
      ) : null}
    </>
  )
}

/** On a notice that was called off: why, and the way back. */
export function Voided({ notice }: { notice: NoticeView['notice'] }) {
  const { message } = App.useApp()
  if (notice.voidedAt === null) return null
  const restore = () =>
    voidNotice(notice, { voided: false })
      .then(() => void message.success('已恢复'))
      .catch((e) => void message.error(sentence(e)))
  return (
    <Say>
      这份通知已作废：{notice.voidedReason}。乡镇和市里看不到它，条目不能更正和分解。{' '}
      <button type="button" className="link" onClick={() => void restore()}>
        恢复这份通知
      </button>
    </Say>
  )
}
