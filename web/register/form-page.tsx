import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import type { Fields, RecordDef, RegisterDef } from '../../engine/core/definition.ts'
import { parentField } from '../../engine/core/naming.ts'
import { isApiError, patch, post, sentence } from '../api/http.ts'
import { client, recordPath, refresh, rowQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Me, Row, WriteResult } from '../api/types.ts'
import { isOfficer } from '../app/nav.tsx'
import { NotFound } from '../app/not-found.tsx'
import { Complaints } from '../parts/complaints.tsx'
import { Guard } from '../parts/guard.tsx'
import { Head } from '../parts/page.tsx'
import { Empty, Say, Wait } from '../parts/say.tsx'
import { addLabel, titleOf } from './columns.ts'
import { Conflict } from './conflict.tsx'
import { FieldsForm, focusField } from './fields-form.tsx'
import { TemplateChoice } from './templates.tsx'
import { startingValues, useDraft } from './use-draft.ts'
import { type Asked, askedOf, Why } from './why.tsx'
import { fixedByRole, writableFields } from './writable.ts'

/** `/records/enterprise/new` and `/records/enterprise/:id/edit`: the form made from the definition. */
export default function FormPage() {
  const { register = '', id } = useParams()
  const def = useCatalogue().byName.get(register)
  if (!def) return <NotFound />
  return id ? <Edit key={id} def={def} id={id} /> : <RecordForm key={register} def={def} />
}

function Edit({ def, id }: { def: RecordDef; id: string }) {
  // what is being edited must not change under the hands: no refetch while the form is open
  const row = useQuery({ ...rowQuery(def.name, id), staleTime: 0, refetchOnWindowFocus: false, gcTime: 0 })
  return (
    <Wait for={row} what={def.label}>
      {(r) => <RecordForm def={def} row={r} />}
    </Wait>
  )
}

/** What the way here says of a new record: where a task misses one of a kind, the kind. */
const fromAddress = (fields: Fields, params: URLSearchParams) =>
  Object.fromEntries(
    [...params].filter(([n, v]) => {
      const f = fields[n]
      return f?.type === 'text' || (f?.type === 'choice' && f.options?.some((o) => o.value === v))
    }),
  )

/**
 * The way here may name the one field it is about: a long form opens there. Some inputs come a moment later and
 * replace a stand-in, which loses the focus; who has begun elsewhere is left alone.
 */
function useOpenAt(name: string | null): void {
  useEffect(() => {
    if (!name) return
    const idle = () => !document.activeElement?.matches('input, textarea, button')
    const timers = [0, 200, 600, 1500].map((ms) => setTimeout(() => idle() && focusField('record', name), ms))
    return () => timers.forEach(clearTimeout)
  }, [name])
}

/** Who answers for one unit or one sector makes records of it. */
function groundOf(scope: NonNullable<RegisterDef['scope']>, me: Me): Record<string, unknown> {
  const [ground, ...more] = me.roles.map((r) => r.ground)
  if (!ground || more.length > 0) return {}
  return {
    ...(scope.unit && ground.by === 'unit' && { [scope.unit]: ground.unit }),
    ...(scope.sector && ground.by === 'sector' && { [scope.sector]: ground.sector }),
  }
}

function RecordForm({ def, row: first }: { def: RecordDef; row?: Row }) {
  const me = useMe()
  const { byName } = useCatalogue()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [params] = useSearchParams()
  const [base, setBase] = useState(first)
  const [clash, setClash] = useState<Row>()
  const [said, setSaid] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const [why, setWhy] = useState('')
  const [{ fields, parentName, start }] = useState(() => {
    const own = writableFields(def, me, first !== undefined)
    const parent = def.of && !first ? byName.get(def.of) : undefined
    const name = parent ? parentField(parent.name) : ''
    const all: Fields = parent
      ? { [name]: { type: 'ref', to: parent.name, label: parent.label, required: true }, ...own }
      : own
    const given: Record<string, unknown> = first
      ? { ...first }
      : { ...fromAddress(own, params), ...fixedByRole(def, me) }
    if (parent) given[name] = params.get('parent') ?? me.organisation?.id
    if (!first && def.kind === 'register' && def.scope && me.home.code.length >= 9)
      given[def.scope.area] = me.home.code
    if (!first && def.kind === 'register' && def.scope) Object.assign(given, groundOf(def.scope, me))
    return { fields: all, parentName: name, start: startingValues(all, given) }
  })
  const draft = useDraft(fields, start)
  useOpenAt(params.get('field'))
  const parentRow = useQuery({
    ...rowQuery(def.of ?? '', String(draft.values[parentName] ?? '')),
    enabled: parentName !== '' && Boolean(draft.values[parentName]),
  }).data
  const parentDef = def.of ? byName.get(def.of) : undefined
  const titles = parentRow && parentDef ? { [`${parentName}Title`]: titleOf(parentDef, parentRow) } : {}
  const dirty = draft.changed.length > 0 && !saved
  // an enterprise's change of these waits for an officer
  const deciding = base && !isOfficer(me) ? Object.keys(fields).filter((n) => fields[n]?.decides) : []
  const held = draft.changed.filter((n) => deciding.includes(n)).length

  if (!(first ? me.rights[def.name]?.update : me.rights[def.name]?.create))
    return (
      <div className="page narrow">
        <Head
          title={`${first ? '修改' : '登记'}${def.label}`}
          trail={[{ to: `/records/${def.name}`, label: `${def.label}台账` }]}
        />
        <Empty title={`您不能${first ? '修改' : '登记'}${def.label}`}>
          如工作需要，请联系县级管理员开通。
        </Empty>
      </div>
    )

  const save = async () => {
    setSaid([])
    const wrong = draft.check()
    if (wrong.length > 0) {
      setSaid([`有 ${wrong.length} 处需要改正。`])
      return focusField('record', wrong[0])
    }
    if (asked && !why.trim()) return setSaid(['请写明理由再保存。'])
    setBusy(true)
    const query = why.trim() ? { reason: why.trim() } : {}
    try {
      const {
        row,
        warnings,
        message: waits,
      } = base
        ? await patch<WriteResult>(recordPath(def.name, base.id), draft.body(true), {
            ifMatch: base.version,
            query,
          })
        : await post<WriteResult>(recordPath(def.name), draft.body(false), { query })
      client.setQueryData(rowQuery(def.name, row.id).queryKey, row)
      refresh(def.name)
      // the guard must stand down before the way is taken
      flushSync(() => setSaved(true))
      if (waits) void message.info(waits, 10)
      else void message.success(base ? '已保存' : `已登记${def.label}“${titleOf(def, row)}”`)
      for (const w of warnings ?? []) void message.warning(`请核对：${w.message}`, 8)
      void navigate(`/records/${def.name}/${row.id}`, { replace: true })
    } catch (e) {
      setBusy(false)
      if (isApiError(e) && e.code === 'version-lost' && e.details.current)
        return setClash(e.details.current as Row)
      const question = isApiError(e) ? askedOf(e) : undefined
      setAsked(question)
      if (question) return
      const rest = isApiError(e) ? draft.refuse(e) : []
      setSaid([sentence(e), ...rest])
      if (isApiError(e)) focusField('record', e.complaints[0]?.path.split('.').at(-1))
    }
  }

  return (
    <div className="page narrow">
      <Guard when={dirty} />
      <Head
        title={base ? `修改${def.label}` : addLabel(def)}
        trail={[
          { to: `/records/${def.name}`, label: `${def.label}台账` },
          ...(base ? [{ to: `/records/${def.name}/${base.id}`, label: titleOf(def, base) }] : []),
        ]}
      />
      {clash && base ? (
        <Conflict
          def={def}
          base={base}
          current={clash}
          mine={draft.body(true)}
          onSettle={(keep) => {
            draft.reset(startingValues(fields, clash))
            for (const [n, v] of Object.entries(keep)) draft.set(n, v)
            setBase(clash)
            setClash(undefined)
            setSaid(Object.keys(keep).length > 0 ? ['已合并，请核对后再保存。'] : [])
          }}
        />
      ) : null}
      <form
        className="panel"
        hidden={clash !== undefined}
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void save()
        }}
      >
        {deciding.length > 0 ? (
          <Say>
            影响监管职责的内容（
            {deciding
              .slice(0, 4)
              .map((n) => fields[n]?.label)
              .join('、')}
            {deciding.length > 4 ? '等' : ''}）保存后须经乡镇或县局核实才计入，其他内容保存即生效。
          </Say>
        ) : null}
        {base ? null : (
          <TemplateChoice def={def} firm={parentRow} draft={draft} fields={Object.keys(fields)} />
        )}
        <FieldsForm
          id="record"
          fields={fields}
          groups={[
            ...(parentName ? [{ label: '所属', fields: [parentName] }] : []),
            ...(def.groups ??
              (parentName
                ? [{ label: def.label, fields: Object.keys(fields).filter((n) => n !== parentName) }]
                : [])),
          ]}
          draft={draft}
          disabled={busy}
          row={{ ...base, ...titles }}
        />
        {asked ? <Why register={def.name} asked={asked} value={why} onChange={setWhy} /> : null}
        <div className="form-end">
          <Button type="primary" htmlType="submit" loading={busy} disabled={base !== undefined && !dirty}>
            {asked?.doubles.length ? '仍然保存' : base ? '保存' : '登记'}
          </Button>
          <Button onClick={() => void navigate(-1)} disabled={busy}>
            取消
          </Button>
          <span className="soft" aria-live="polite">
            {base && dirty ? `改了 ${draft.changed.length} 项` : ''}
            {held ? `，其中 ${held} 项影响监管职责，须经核实` : ''}
          </span>
          <Complaints of={said} />
        </div>
      </form>
    </div>
  )
}
