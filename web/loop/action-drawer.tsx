import { App, Button, Drawer } from 'antd'
import { useState } from 'react'
import { systemClock } from '../../engine/core/clock.ts'
import type { LoopDef } from '../../engine/core/definition.ts'
import { locate } from '../../fields/place/locate.ts'
import { isApiError, post, sentence } from '../api/http.ts'
import { client, recordPath, refresh, rowQuery } from '../api/queries.ts'
import type { OfferedAction, Row, WriteResult } from '../api/types.ts'
import { today } from '../parts/time.ts'
import { usePhone } from '../parts/use-phone.ts'
import { titleOf } from '../register/columns.ts'
import { FieldsForm, focusField } from '../register/fields-form.tsx'
import { startingValues, useDraft } from '../register/use-draft.ts'

/** A date asked for on the spot is nearly always today; a deadline is not. */
const happened = (name: string) => /On$/.test(name) && !/^(due|until)/.test(name)

/** The form of one action. Nothing is lost by closing it by accident: it asks first. */
export default function ActionDrawer({
  def,
  row,
  action,
  onClose,
}: {
  def: LoopDef
  row: Row
  action: OfferedAction
  onClose: () => void
}) {
  const { message, modal } = App.useApp()
  const phone = usePhone()
  const [start] = useState(() => {
    const given: Record<string, unknown> = {}
    for (const [n, f] of Object.entries(action.form)) {
      const set = def.actions[action.id]?.sets ?? {}
      const caseField = Object.entries(set).find(([, form]) => form === n)?.[0] ?? n
      if (row[caseField] !== undefined && f.type !== 'photos' && f.type !== 'files') given[n] = row[caseField]
      if (f.type === 'date' && happened(n)) given[n] = today()
    }
    return startingValues(action.form, given)
  })
  const draft = useDraft(action.form, start)
  const [said, setSaid] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const basis = def.actions[action.id]?.basis ?? []

  const close = () => {
    if (draft.changed.length === 0 || busy) return onClose()
    void modal.confirm({
      title: '填写的内容还没有提交',
      content: '关闭后会丢失。',
      okText: '不提交，关闭',
      cancelText: '继续填写',
      onOk: onClose,
    })
  }

  const act = async () => {
    setBusy(true)
    // Best effort: where the browser gives the place it is kept with the fact, and nobody waits long for it.
    const place = isSecureContext && phone ? await locate(4000).catch(() => undefined) : undefined
    try {
      const { row: now, warnings } = await post<WriteResult>(
        `${recordPath(def.name, row.id)}/actions/${action.id}`,
        { form: draft.body(false), ...(place && { place }), deviceTime: deviceTime() },
        { ifMatch: row.version },
      )
      client.setQueryData(rowQuery(def.name, row.id).queryKey, now)
      refresh(def.name, ...(def.of ? [def.of] : []))
      void message.success(`已${action.label}：现在是“${def.states[now.state ?? '']?.label ?? now.state}”`)
      for (const w of warnings ?? []) void message.warning(`请核对：${w.message}`, 8)
      onClose()
    } catch (e) {
      setBusy(false)
      const rest = isApiError(e) ? draft.refuse(e) : []
      setSaid([sentence(e), ...rest])
      // the case has moved on: show where it stands now
      if (isApiError(e) && (e.code === 'version-lost' || e.code === 'action-not-possible')) refresh(def.name)
    }
  }

  const submit = () => {
    setSaid([])
    const wrong = draft.check()
    if (wrong.length > 0) {
      setSaid([`有 ${wrong.length} 处需要改正。`])
      return focusField('action', wrong[0])
    }
    if (!action.confirm) return void act()
    void modal.confirm({
      title: `确定${action.label}？`,
      content: action.effect ?? '提交后不能撤回。',
      okText: action.label,
      cancelText: '再想想',
      onOk: act,
    })
  }

  return (
    <Drawer
      open
      title={action.label}
      onClose={close}
      size={phone ? '100%' : 560}
      keyboard
      footer={
        <div className="row">
          <Button type="primary" loading={busy} onClick={submit}>
            {action.label}
          </Button>
          <Button onClick={close} disabled={busy}>
            取消
          </Button>
          {said.length > 0 && (
            <div role="alert" className="wrap">
              {said.map((s) => (
                <span key={s} className="complaint">
                  {s}
                </span>
              ))}
            </div>
          )}
        </div>
      }
    >
      <div className="stack action-form">
        <p className="soft wrap">{titleOf(def, row)}</p>
        {action.effect ? <p className="effect">提交后：{action.effect}</p> : null}
        <form
          noValidate
          onSubmit={(e) => {
            e.preventDefault()
            submit()
          }}
        >
          <FieldsForm id="action" fields={action.form} draft={draft} disabled={busy} row={row} />
          {Object.keys(action.form).length === 0 ? <p>这一步不需要填写。</p> : null}
        </form>
        {basis.length > 0 ? <small>依据：{basis.join('；')}</small> : null}
      </div>
    </Drawer>
  )
}

/** The device's own time goes along: what a phone says is evidence, not what the server books by. */
const deviceTime = () => systemClock.now().toISOString()
