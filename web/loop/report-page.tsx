import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import type { FieldDef, Fields, LoopDef } from '../../engine/core/definition.ts'
import { parentField } from '../../engine/core/naming.ts'
import { isApiError, post, sentence } from '../api/http.ts'
import { recordPath, refresh, rowQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Me, WriteResult } from '../api/types.ts'
import { NotFound } from '../app/not-found.tsx'
import { Complaints } from '../parts/complaints.tsx'
import { Guard } from '../parts/guard.tsx'
import { Head } from '../parts/page.tsx'
import { Empty } from '../parts/say.tsx'
import { today } from '../parts/time.ts'
import { addLabel, titleOf } from '../register/columns.ts'
import { FieldsForm, focusField } from '../register/fields-form.tsx'
import { TemplateChoice } from '../register/templates.tsx'
import { startingValues, useDraft } from '../register/use-draft.ts'
import { fixedByRole, writableFields } from '../register/writable.ts'
import './loop.css'

/** `/report/hazard`: the quick form for the phone, photos first, the rest in a few taps. */
export default function ReportPage() {
  const { register } = useParams()
  const { records } = useCatalogue()
  const me = useMe()
  const def = records.find(
    (d) => d.kind === 'loop' && (register ? d.name === register : me.rights[d.name]?.create),
  )
  if (def?.kind !== 'loop') return <NotFound />
  return <Report key={def.name} def={def} />
}

/** What one stands in front of: photos, what must be said, and what the device knows by itself. */
const first = ['photos', 'place']
const order = (fields: Fields): Fields => {
  const entries = Object.entries(fields)
  const rank = ([, f]: [string, FieldDef]) =>
    f.type === 'photos' ? 0 : f.type === 'ref' ? 1 : f.required ? 2 : 3
  return Object.fromEntries(entries.sort((a, b) => rank(a) - rank(b)))
}

/** What the reporter's role already says: the enterprise finds by itself, a town officer for the town. */
const guesses = (def: LoopDef, me: Me): Record<string, unknown> => {
  const role = me.roles[0]?.role
  const by = { 'enterprise-officer': '企业', 'town-officer': '乡镇' }[role as string] ?? '县局'
  const origin = role === 'enterprise-officer' ? '企业自查上报' : '监管执法查处'
  const out: Record<string, unknown> = {}
  if (def.fields.foundBy?.options?.some((o) => o.value === by)) out.foundBy = by
  if (def.fields.origin?.options?.some((o) => o.value === origin)) out.origin = origin
  if (def.fields.finder) out.finder = me.name
  for (const [n, f] of Object.entries(def.fields))
    if (f.type === 'date' && n === def.happenedOn) out[n] = today()
  return { ...out, ...fixedByRole(def, me) }
}

function Report({ def }: { def: LoopDef }) {
  const me = useMe()
  const { byName } = useCatalogue()
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [all, setAll] = useState(false)
  const [{ fields, start }] = useState(() => {
    const parent = def.of ? byName.get(def.of) : undefined
    const own = writableFields(def, me, false)
    const name = parent ? parentField(parent.name) : ''
    const asked: Fields = parent
      ? { [name]: { type: 'ref', to: parent.name, label: parent.label, required: true }, ...own }
      : own
    const given = {
      ...guesses(def, me),
      ...(parent && { [name]: params.get('parent') ?? me.organisation?.id }),
    }
    return { fields: order(asked), start: startingValues(asked, given) }
  })
  const draft = useDraft(fields, start)
  const [said, setSaid] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [sent, setSent] = useState(false)
  const parentId = def.of ? String(draft.values[parentField(def.of)] ?? '') : ''
  const parentDef = def.of ? byName.get(def.of) : undefined
  const parentRow = useQuery({
    ...rowQuery(def.of ?? '', parentId),
    enabled: parentId !== '' && def.of !== undefined,
  }).data
  const titles =
    def.of && parentDef && parentRow ? { [`${parentField(def.of)}Title`]: titleOf(parentDef, parentRow) } : {}

  if (!me.rights[def.name]?.create)
    return (
      <div className="page narrow">
        <Head title={`上报${def.label}`} />
        <Empty title={`您不能上报${def.label}`}>请联系县级管理员。</Empty>
      </div>
    )

  // Shown at first: what is required, photos and place; what the role answered already waits under 更多.
  const short = Object.fromEntries(
    Object.entries(fields).filter(
      ([n, f]) =>
        all || first.includes(f.type) || (f.required && !(n in guesses(def, me))) || draft.complaints[n],
    ),
  )
  const hidden = Object.keys(fields).length - Object.keys(short).length

  const send = async () => {
    setSaid([])
    const wrong = draft.check()
    if (wrong.length > 0) {
      setSaid([`还有 ${wrong.length} 处要填：${wrong.map((n) => fields[n]?.label).join('、')}`])
      return focusField('report', wrong[0])
    }
    setBusy(true)
    try {
      const { row, warnings } = await post<WriteResult>(recordPath(def.name), draft.body(false))
      refresh(def.name)
      flushSync(() => setSent(true))
      void message.success(`已${addLabel(def)}`)
      for (const w of warnings ?? []) void message.warning(`请核对：${w.message}`, 8)
      void navigate(`/records/${def.name}/${row.id}`, { replace: true })
    } catch (e) {
      setBusy(false)
      setSaid([sentence(e), ...(isApiError(e) ? draft.refuse(e) : [])])
    }
  }

  return (
    <div className="page narrow report">
      <Guard when={draft.changed.length > 0 && !sent} />
      <Head title={addLabel(def)} trail={[{ to: `/records/${def.name}`, label: `${def.label}台账` }]} />
      {!isSecureContext && (
        <p className="note">
          当前网址不是 https：可以拍照上报，但没有定位。需要定位时，请按管理员给的地址安装证书，改用 https
          打开。
        </p>
      )}
      <form
        className="panel"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void send()
        }}
      >
        <TemplateChoice def={def} firm={parentRow} draft={draft} fields={Object.keys(fields)} />
        <FieldsForm id="report" fields={short} draft={draft} disabled={busy} row={titles} />
        {!all && hidden > 0 ? (
          <button type="button" className="link" onClick={() => setAll(true)}>
            更多内容（{hidden} 项，已按您的身份预填）
          </button>
        ) : null}
        <div className="form-end">
          <Button type="primary" htmlType="submit" loading={busy}>
            {addLabel(def).slice(0, 2)}
          </Button>
          <Link to={`/records/${def.name}`}>取消</Link>
          <Complaints of={said} />
        </div>
      </form>
    </div>
  )
}
