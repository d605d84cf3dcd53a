import { App, Button, Input } from 'antd'
import type { ReactNode } from 'react'
import { Guard } from './guard.tsx'
import { Say } from './say.tsx'

/** A password or key that is shown once and then nowhere: to be copied, and asked about before it is left. */
export function ShownOnce(p: {
  label: string
  value: string
  lead: ReactNode
  note?: ReactNode
  /** question before leaving, what becomes of it, and the button that leaves */
  ask: { title: string; note: string; leave: string }
  /** words of the button that puts it away */
  done: string
  onDone: () => void
}) {
  const { message } = App.useApp()
  const copy = () =>
    void navigator.clipboard
      .writeText(p.value)
      .then(() => message.success('已复制'))
      .catch(() => message.error('浏览器不让复制，请选中后手工复制'))
  return (
    <>
      <Guard when {...p.ask} />
      <Say act={<Button onClick={p.onDone}>{p.done}</Button>}>
        <b>{p.lead}</b>
        <Input
          aria-label={p.label}
          readOnly
          className="code"
          value={p.value}
          onFocus={(e) => e.target.select()}
          suffix={
            // a page without https has no clipboard
            navigator.clipboard ? (
              <button type="button" className="link" onClick={copy}>
                复制
              </button>
            ) : undefined
          }
        />
        {p.note}
      </Say>
    </>
  )
}
