import { App, Button } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { RecordDef } from '../../engine/core/definition.ts'
import { post } from '../api/http.ts'
import { client, recordPath, refresh, rowQuery } from '../api/queries.ts'
import type { Row, WriteResult } from '../api/types.ts'
import { FormDrawer } from '../parts/form-drawer.tsx'
import { titleOf } from './columns.ts'

/** Entered under the wrong firm: moved to the right one, with photos, facts and clocks. */
export function MoveButton({ def, row, parent }: { def: RecordDef; row: Row; parent: RecordDef }) {
  const [open, setOpen] = useState(false)
  const { message } = App.useApp()
  const navigate = useNavigate()
  return (
    <>
      <Button onClick={() => setOpen(true)}>改换{parent.label}…</Button>
      {open ? (
        <FormDrawer
          title={`“${titleOf(def, row)}”登记错了${parent.label}`}
          send="改换归属"
          fields={{
            to: { type: 'ref', to: parent.name, label: `应属于哪个${parent.label}`, required: true },
            reason: {
              type: 'text',
              label: '理由',
              required: true,
              multiline: true,
              length: 500,
              help: '写进两边的留痕，如：现场核对，隐患在隔壁厂房。',
            },
          }}
          lead={
            <p className="soft">
              照片、办理经过和期限一起过去，期限按原来的日期继续计算；已经定格的数字不变。
            </p>
          }
          onClose={() => setOpen(false)}
          onSend={async (v) => {
            const { row: now } = await post<WriteResult>(
              `${recordPath(def.name, row.id)}/move`,
              { to: String(v.to), reason: String(v.reason) },
              { ifMatch: row.version },
            )
            client.setQueryData(rowQuery(def.name, row.id).queryKey, now)
            refresh(def.name)
            setOpen(false)
            void message.success('已改换归属，两边的留痕都已写明')
            void navigate(`/records/${def.name}/${row.id}`, { replace: true })
          }}
        />
      ) : null}
    </>
  )
}
