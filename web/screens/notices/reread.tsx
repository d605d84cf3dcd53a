import { App } from 'antd'
import { useState } from 'react'
import type { NoticeItem, NoticeView } from '../../api/work-types.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { addItem, rereadNotice } from './api.ts'
import { paperWords } from './words.ts'

/** The year or the kind of paper was guessed wrong, the title or number not found: said here, and read again. */
export function RereadButton({ notice, items }: { notice: NoticeView['notice']; items: NoticeItem[] }) {
  const { message } = App.useApp()
  const [asked, setAsked] = useState(false)
  if (!notice.readable) return null
  const taken = items.filter((i) => i.state === 'accepted').length
  return (
    <>
      <button type="button" className="button" onClick={() => setAsked(true)}>
        更正年份、种类
      </button>
      {asked ? (
        <FormDrawer
          title="更正这份通知，重新读"
          send="重新读"
          fields={{
            year: { type: 'number', label: '年份', help: '“6月底前”一类期限按这一年换算' },
            paper: {
              type: 'choice',
              label: '种类',
              options: Object.entries(paperWords).map(([value, label]) => ({ value, label })),
              help: '通报只把提出的要求当作任务；办法不把定义和后果当作任务',
            },
            title: { type: 'text', label: '标题', length: 300 },
            docNo: { type: 'text', label: '文号', length: 80 },
          }}
          start={{
            year: notice.year ?? undefined,
            paper: notice.paper ?? undefined,
            title: notice.title ?? undefined,
            docNo: notice.docNo ?? undefined,
          }}
          lead={
            <p className="soft">
              按更正的年份和种类重新读出每一条。{taken > 0 ? `已分解的 ${taken} 条和` : ''}
              更正过、恢复过、标过不分解的条目保留不变，任务不受影响。
            </p>
          }
          onClose={() => setAsked(false)}
          onSend={async ({ year, paper, title, docNo }) => {
            const told = { year, paper, title, docNo }
            const changed = Object.fromEntries(
              Object.entries(told).filter(([, v]) => v !== undefined && v !== null && v !== ''),
            )
            const kept = await rereadNotice(notice, changed)
            setAsked(false)
            const named = kept.slice(0, 3).join('；')
            void message.success({
              duration: 8,
              content:
                kept.length === 0
                  ? '已重新读'
                  : `已重新读，保留了 ${kept.length} 条：${named}${kept.length > 3 ? '等' : ''}`,
            })
          }}
        />
      ) : null}
    </>
  )
}

/** A duty that the reader passed over: marked in the paper, or copied from it. */
export function TakeInButton({ notice, onDone }: { notice: string; onDone: (item: string) => void }) {
  const { message } = App.useApp()
  const [asked, setAsked] = useState<string>()
  // the mark is gone as soon as something else is clicked, so it is read when the button is pressed
  const marked = () => window.getSelection()?.toString().trim().slice(0, 2000) ?? ''
  return (
    <div className="take-in">
      <button
        type="button"
        className="button"
        onMouseDown={(e) => e.preventDefault()}
        onClick={() => setAsked(marked())}
      >
        作为任务收入
      </button>
      <small>先在原文里选中一句；不选，就在表里照抄一句。</small>
      {asked === undefined ? null : (
        <FormDrawer
          title="作为任务收入"
          send="收入"
          fields={{
            text: {
              type: 'text',
              label: '原文中的这一句',
              required: true,
              length: 2000,
              multiline: true,
              help: '照抄原文，空格和换行不计。时限、频次、目标自动读出，收入后可以更正。',
            },
          }}
          start={{ text: asked || undefined }}
          touched={asked !== ''}
          onClose={() => setAsked(undefined)}
          onSend={async ({ text }) => {
            const [first] = await addItem(notice, String(text))
            setAsked(undefined)
            void message.success('已收入，列在待分解里')
            if (first) onDone(first.id)
          }}
        />
      )}
    </div>
  )
}
