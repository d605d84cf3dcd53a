import type { Fields } from '../../engine/core/definition.ts'
import { uiOf } from '../../fields/ui.ts'
import type { Draft } from './use-draft.ts'
import './form.css'

interface Group {
  label: string
  fields: string[]
}

/** Says that what was typed before a reload is back, and takes it away again. */
export const Restored = ({ draft }: { draft: Draft }) =>
  draft.restored ? (
    <p className="restored" role="status">
      已恢复未提交的草稿。
      <button type="button" className="link" onClick={draft.drop}>
        不要草稿
      </button>
    </p>
  ) : null

/** The fields of a form, by group; used for records and for the forms of actions. */
export function FieldsForm({
  id,
  fields,
  groups,
  draft,
  disabled,
  row,
}: {
  /** prefix of the inputs' ids */
  id: string
  fields: Fields
  groups?: Group[]
  draft: Draft
  disabled?: boolean
  row?: Record<string, unknown>
}) {
  const grouped = new Set((groups ?? []).flatMap((g) => g.fields))
  const rest = Object.keys(fields).filter((n) => !grouped.has(n))
  const all: Group[] = [
    ...(groups ?? []),
    ...(rest.length ? [{ label: groups?.length ? '其他' : '', fields: rest }] : []),
  ]
  return (
    <>
      <Restored draft={draft} />
      {all.map((g) => {
        const names = g.fields.filter((n) => fields[n] && draft.asked(n))
        return names.length === 0 ? null : (
          <fieldset key={g.label} className={`bare form-group ${g.label ? '' : 'unnamed'}`}>
            {g.label ? <legend>{g.label}</legend> : null}
            <div className="form-grid">
              {names.map((n) => (
                <FormField
                  key={n}
                  id={id}
                  name={n}
                  fields={fields}
                  draft={draft}
                  disabled={disabled}
                  row={row}
                />
              ))}
            </div>
          </fieldset>
        )
      })}
    </>
  )
}

const roomy = new Set(['files', 'photos', 'place', 'choices'])

export const inputId = (form: string, name: string): string => `${form}-${name}`

function FormField({
  id,
  name,
  fields,
  draft,
  disabled,
  row,
}: {
  id: string
  name: string
  fields: Fields
  draft: Draft
  disabled?: boolean
  row?: Record<string, unknown>
}) {
  const def = fields[name]
  if (!def) return null
  const { Input } = uiOf(def.type)
  const complaint = draft.complaints[name]
  const remark = draft.remarks[name]
  const inputs = inputId(id, name)
  const said = complaint ?? remark ?? def.help
  return (
    <div className={`form-field ${def.multiline || roomy.has(def.type) ? 'roomy' : ''}`}>
      <label htmlFor={inputs}>
        {def.label}
        {draft.must(name) ? (
          <span className="must" title="必填">
            *<span className="visually-hidden">（必填）</span>
          </span>
        ) : null}
      </label>
      <Input
        id={inputs}
        name={name}
        def={def}
        value={draft.values[name]}
        onChange={(v) => draft.set(name, v)}
        onBlur={() => draft.leave(name)}
        invalid={complaint !== undefined}
        describedBy={said ? `${inputs}-said` : undefined}
        disabled={disabled}
        row={row}
      />
      {said ? (
        <small
          id={`${inputs}-said`}
          className={complaint ? 'complaint' : remark ? 'remark' : 'note'}
          role={complaint ? 'alert' : undefined}
        >
          {remark && !complaint ? '请核对：' : ''}
          {said}
        </small>
      ) : null}
    </div>
  )
}

/** Takes the user to the first field that is wrong. */
export function focusField(form: string, name: string | undefined): void {
  if (!name) return
  requestAnimationFrame(() => {
    const el = document.getElementById(inputId(form, name))
    el?.scrollIntoView({ block: 'center' })
    const input = el?.matches('input,textarea,select,button')
      ? el
      : el?.querySelector<HTMLElement>('input,textarea,button')
    ;(input ?? el)?.focus({ preventScroll: true })
  })
}
