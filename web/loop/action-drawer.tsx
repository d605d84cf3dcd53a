import { App } from 'antd'
import { canTakeBack } from '../../engine/core/bulk.ts'
import { systemClock } from '../../engine/core/clock.ts'
import type { LoopDef } from '../../engine/core/definition.ts'
import { locate } from '../../fields/place/locate.ts'
import { isApiError, post, sentence } from '../api/http.ts'
import { client, recordPath, refresh, rowQuery } from '../api/queries.ts'
import type { OfferedAction, Row, WriteResult } from '../api/types.ts'
import { FormDrawer } from '../parts/form-drawer.tsx'
import { today } from '../parts/time.ts'
import { usePhone } from '../parts/use-phone.ts'
import { titleOf } from '../register/columns.ts'

/** A date asked for on the spot is nearly always today; a deadline is not. */
const happened = (name: string) => /On$/.test(name) && !/^(due|until)/.test(name)

/** What the case already knows of the form, and today for what happened today. */
function startOf(def: LoopDef, row: Row, action: OfferedAction): Record<string, unknown> {
  const sets = Object.entries(def.actions[action.id]?.sets ?? {})
  const out: Record<string, unknown> = {}
  for (const [n, f] of Object.entries(action.form)) {
    const caseField = sets.find(([, form]) => form === n)?.[0] ?? n
    if (row[caseField] !== undefined && f.type !== 'photos' && f.type !== 'files') out[n] = row[caseField]
    if (f.type === 'date' && happened(n)) out[n] = today()
  }
  return out
}

type Message = ReturnType<typeof App.useApp>['message']

/** What was done a moment ago and nobody has built on is taken back from where it was told. */
function sayWithUndo(message: Message, said: string, undo: () => Promise<void>): void {
  const key = said
  void message.open({
    key,
    type: 'success',
    duration: 8,
    content: (
      <>
        {said}{' '}
        <button
          type="button"
          className="link"
          data-undo
          onClick={() => {
            message.destroy(key)
            void undo()
          }}
        >
          撤销
        </button>
      </>
    ),
  })
}

async function takeBack(def: LoopDef, row: Row, message: Message): Promise<void> {
  try {
    const { row: now } = await post<WriteResult>(
      `${recordPath(def.name, row.id)}/take-back`,
      {},
      { ifMatch: row.version },
    )
    client.setQueryData(rowQuery(def.name, row.id).queryKey, now)
    void message.success(`已撤销：现在是“${def.states[now.state ?? '']?.label ?? now.state}”`)
  } catch (e) {
    void message.error(sentence(e), 8)
  }
  refresh(def.name, ...(def.of ? [def.of] : []))
}

/** The form of one action of a case. */
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
  const { message } = App.useApp()
  const phone = usePhone()
  const basis = def.actions[action.id]?.basis ?? []
  return (
    <FormDrawer
      title={action.label}
      send={action.label}
      fields={action.form}
      start={startOf(def, row, action)}
      row={row}
      confirm={action.confirm ? (action.effect ?? '提交后不能撤回。') : undefined}
      onClose={onClose}
      onSend={async (form) => {
        // Best effort: where the browser gives the place it is kept with the fact, and nobody waits long for it.
        const place = isSecureContext && phone ? await locate(4000).catch(() => undefined) : undefined
        const { row: now, warnings } = await post<WriteResult>(
          `${recordPath(def.name, row.id)}/actions/${action.id}`,
          // the device's own time is evidence, not what the server books by
          { form, ...(place && { place }), deviceTime: systemClock.now().toISOString() },
          { ifMatch: row.version },
        )
        client.setQueryData(rowQuery(def.name, row.id).queryKey, now)
        refresh(def.name, ...(def.of ? [def.of] : []))
        const said = `已${action.label}：现在是“${def.states[now.state ?? '']?.label ?? now.state}”`
        if (canTakeBack(def, action.id)) sayWithUndo(message, said, () => takeBack(def, now, message))
        else void message.success(said)
        for (const w of warnings ?? []) void message.warning(`请核对：${w.message}`, 8)
        onClose()
      }}
      onFail={(e) => {
        // the case has moved on: show where it stands now
        if (isApiError(e) && (e.code === 'version-lost' || e.code === 'action-not-possible'))
          refresh(def.name)
      }}
      lead={
        <>
          <p className="soft wrap">{titleOf(def, row)}</p>
          {action.effect ? <p className="effect">提交后：{action.effect}</p> : null}
          {Object.keys(action.form).length === 0 ? <p>这一步不需要填写。</p> : null}
        </>
      }
      tail={() => (basis.length > 0 ? <small>依据：{basis.join('；')}</small> : null)}
    />
  )
}
