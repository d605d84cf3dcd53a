import { App, Button, Drawer } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Fields } from '../../engine/core/definition.ts'
import { isApiError, sentence } from '../api/http.ts'
import { FieldsForm, focusField } from '../register/fields-form.tsx'
import { type Draft, type DraftValues, startingValues, useDraft } from '../register/use-draft.ts'
import { Complaints } from './complaints.tsx'
import { usePhone } from './use-phone.ts'

interface Props {
  title: string
  /** label of the button that sends */
  send: string
  fields: Fields
  start?: DraftValues
  /** Chinese question to answer before sending; asked when what is done cannot be taken back */
  confirm?: string | undefined
  onSend: (values: DraftValues) => Promise<void>
  onFail?: (e: unknown) => void
  onClose: () => void
  /** above the fields */
  lead?: ReactNode
  /** below the fields; sees what is being typed */
  tail?: (draft: Draft) => ReactNode
  /** something outside the fields was changed */
  touched?: boolean
  /** what else is wrong, before sending */
  check?: () => string[]
  row?: Record<string, unknown>
  wide?: boolean
}

/** A form in a drawer: checked as it is typed, closed by accident only after a question, errors where they belong. */
export function FormDrawer(p: Props) {
  const { modal } = App.useApp()
  const phone = usePhone()
  const [start] = useState(() => startingValues(p.fields, p.start))
  const draft = useDraft(p.fields, start, `${p.title} ${JSON.stringify(start)}`)
  const [said, setSaid] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const dirty = draft.changed.length > 0 || p.touched === true

  const close = () => {
    if (busy) return
    if (!dirty) return p.onClose()
    void modal.confirm({
      title: '填写的内容还没有提交',
      content: '关闭后会丢失。',
      okText: '不提交，关闭',
      cancelText: '继续填写',
      onOk: p.onClose,
    })
  }
  const send = async () => {
    setBusy(true)
    try {
      await p.onSend(draft.body(false))
    } catch (e) {
      const rest = isApiError(e) ? draft.refuse(e) : []
      setSaid([sentence(e), ...rest])
      p.onFail?.(e)
    }
    setBusy(false)
  }
  const submit = () => {
    const wrong = draft.check()
    const more = p.check?.() ?? []
    if (wrong.length > 0 || more.length > 0) {
      setSaid([...(wrong.length > 0 ? [`有 ${wrong.length} 处需要改正。`] : []), ...more])
      return focusField('drawer', wrong[0])
    }
    setSaid([])
    if (!p.confirm) return void send()
    void modal.confirm({
      title: `确定${p.send}？`,
      content: p.confirm,
      okText: p.send,
      cancelText: '再想想',
      onOk: send,
    })
  }
  return (
    <Drawer
      open
      title={p.title}
      onClose={close}
      size={phone ? '100%' : p.wide ? 760 : 560}
      footer={
        <div className="row">
          <Button type="primary" loading={busy} onClick={submit}>
            {p.send}
          </Button>
          <Button onClick={close} disabled={busy}>
            取消
          </Button>
          <Complaints of={said} />
        </div>
      }
    >
      <div className="stack drawer-form">
        {p.lead}
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault()
            submit()
          }}
        >
          <FieldsForm id="drawer" fields={p.fields} draft={draft} disabled={busy} row={p.row} />
          <button type="submit" hidden />
        </form>
        {p.tail?.(draft)}
      </div>
    </Drawer>
  )
}
